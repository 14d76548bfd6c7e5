//! The numbers of a sub-block's records, and their holdings: one stream of bits, column by column.
//!
//! Layout: "Records" in `docs/INDEX_FORMAT.md`. Columns are read when a sub-block is unpacked, holdings when a record is.

use super::book::Holding;
#[cfg(feature = "write")]
use super::book::Record;
use super::subset;
use crate::bit_stream::{BitReader, width_of};
#[cfg(feature = "write")]
use crate::bit_stream::{BitWriter, exp_golomb_bits};
use crate::book_id::{BookId, check_digit};

/// The numbers of one record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) id: BookId,
    pub(super) checked: bool,
    pub(super) year: Option<u16>,
    /// The number of the class, the greatest of its width where it is a text.
    pub(super) class: Option<u32>,
    pub(super) volume: bool,
    pub(super) language: bool,
    pub(super) loans: Option<u32>,
    /// Other titles.
    pub(super) others: u32,
    /// Further numbers.
    pub(super) further: u32,
    holdings: u32,
    /// The first day of any registration, and whether every library's is known.
    first: Option<u16>,
    all_known: bool,
}

/// Numbers of the first twelve digits of ISBNs of Korea's two registration groups, 978-89 and 979-11, and of any group.
const PLACES: [(u64, u32); 3] = [(978_890_000_000, 24), (979_110_000_000, 24), (978_000_000_000, 31)];
/// Bits that tell which of these a number is, or none.
const PLACE_BITS: u32 = 2;
/// Bits of the width of a column.
const WIDTH_BITS: u32 = 6;
/// Low bits of the code of a column's least number.
const LEAST_LOW_BITS: u32 = 8;
/// Bits that tell the low bits of the codes of days.
const DAYS_BITS: u32 = 4;
/// From so many holdings on, the bits that they take are told before them, so that they can be passed over.
const TOLD_FROM: u32 = 16;
/// Low bits of the code of those.
const TOLD_LOW_BITS: u32 = 8;

/// Gives the bits of a class's number, of which the greatest says that the class is a text.
pub(super) fn class_bits(classes: usize) -> u32 {
    width_of(classes as u64)
}

/// The numbers of a sub-block.
#[derive(Debug)]
pub(super) struct Numbers {
    pub(super) rows: Vec<Row>,
    bytes: Vec<u8>,
    /// The bit at which holdings begin.
    holdings: usize,
    days_low_bits: u32,
    libraries: u32,
}

impl Numbers {
    /// Reads the columns of so many records, where classes take so many bits and library numbers are below `libraries`.
    pub(super) fn read(bytes: &[u8], records: usize, class_bits: u32, libraries: u32) -> Option<Self> {
        let mut bits = BitReader::new(bytes, 0);
        let mut rows = vec![Row::default(); records];
        let [checked, year, class, volume, loans, language, others, further, known, all_known] =
            [(); 10].map(|()| plane(&mut bits, records));
        for (row, set) in rows.iter_mut().zip(checked?) {
            row.checked = set;
        }
        for (row, set) in rows.iter_mut().zip(volume?) {
            row.volume = set;
        }
        for (row, set) in rows.iter_mut().zip(language?) {
            row.language = set;
        }
        for (row, set) in rows.iter_mut().zip(all_known?) {
            row.all_known = set;
        }
        for row in &mut rows {
            row.id = read_id(&mut bits)?;
        }
        let years = column(&mut bits, &year?)?;
        for (row, year) in rows.iter_mut().zip(years) {
            row.year = year.map(u16::try_from).transpose().ok()?;
        }
        for (row, set) in rows.iter_mut().zip(class?) {
            row.class = if set { Some(bits.take(class_bits)? as u32) } else { None };
        }
        let loans = column(&mut bits, &loans?)?;
        for (row, loans) in rows.iter_mut().zip(loans) {
            row.loans = loans;
        }
        let others = column(&mut bits, &others?)?;
        for (row, others) in rows.iter_mut().zip(others) {
            row.others = others.unwrap_or(0);
        }
        let further = column(&mut bits, &further?)?;
        for (row, further) in rows.iter_mut().zip(further) {
            row.further = further.unwrap_or(0);
        }
        let holdings = column(&mut bits, &vec![true; records])?;
        for (row, holdings) in rows.iter_mut().zip(holdings) {
            row.holdings = holdings.unwrap_or(0);
        }
        let firsts = column(&mut bits, &known?)?;
        for (row, first) in rows.iter_mut().zip(firsts) {
            row.first = first.map(u16::try_from).transpose().ok()?;
        }
        let days_low_bits = bits.take(DAYS_BITS)? as u32;
        Some(Self { rows, bytes: bytes.to_vec(), holdings: bits.at(), days_low_bits, libraries })
    }

    /// Reads the holdings of the record at a place.
    pub(super) fn holdings(&self, place: usize) -> Option<Vec<Holding>> {
        let mut bits = BitReader::new(&self.bytes, self.holdings);
        for row in self.rows.get(..place)? {
            match told(&mut bits, row.holdings)? {
                Some(length) => bits.skip(length)?,
                None => drop(self.read_holdings(&mut bits, row)?),
            }
        }
        let row = self.rows.get(place)?;
        told(&mut bits, row.holdings)?;
        self.read_holdings(&mut bits, row)
    }

    fn read_holdings(&self, bits: &mut BitReader<'_>, row: &Row) -> Option<Vec<Holding>> {
        let libraries = subset::read(bits, row.holdings as usize, self.libraries)?;
        let holding = |library: u16| Holding { library, registered: None };
        let mut holdings: Vec<Holding> = libraries.into_iter().map(holding).collect();
        let Some(first) = row.first else { return Some(holdings) };
        let mut known = Vec::with_capacity(holdings.len());
        for holding in &mut holdings {
            if row.all_known || bits.take(1)? == 1 {
                known.push(holding);
            }
        }
        let earliest = bits.below(known.len() as u64)? as usize;
        for (place, holding) in known.into_iter().enumerate() {
            let later = if place == earliest { 0 } else { bits.exp_golomb(self.days_low_bits)? };
            holding.registered = Some(u16::try_from(u64::from(first) + later).ok()?);
        }
        Some(holdings)
    }
}

/// Reads how many bits so many holdings take, where that is told.
fn told(bits: &mut BitReader<'_>, holdings: u32) -> Option<Option<usize>> {
    if holdings < TOLD_FROM {
        return Some(None);
    }
    Some(Some(usize::try_from(bits.exp_golomb(TOLD_LOW_BITS)?).ok()?))
}

/// Reads which of so many records have something: none, all, or a bit each.
fn plane(bits: &mut BitReader<'_>, records: usize) -> Option<Vec<bool>> {
    match bits.take(2)? {
        0 => Some(vec![false; records]),
        1 => Some(vec![true; records]),
        _ => (0..records).map(|_| Some(bits.take(1)? == 1)).collect(),
    }
}

/// Reads a number of each record that has one: the least, a width, and in so many bits what each is more.
fn column(bits: &mut BitReader<'_>, has: &[bool]) -> Option<Vec<Option<u32>>> {
    if !has.contains(&true) {
        return Some(vec![None; has.len()]);
    }
    let least = bits.exp_golomb(LEAST_LOW_BITS)?;
    let width = bits.take(WIDTH_BITS)? as u32;
    let number = |bits: &mut BitReader<'_>| u32::try_from(least.checked_add(bits.take(width)?)?).ok();
    has.iter().map(|has| if *has { number(bits).map(Some) } else { Some(None) }).collect()
}

fn read_id(bits: &mut BitReader<'_>) -> Option<BookId> {
    let Some((base, width)) = PLACES.get(bits.take(PLACE_BITS)? as usize) else {
        return BookId::from_bits(bits.take(u64::BITS)?);
    };
    let twelve = base + bits.take(*width)?;
    Some(BookId::isbn(twelve * 10 + check_digit(twelve)))
}

/// Encodes the numbers of records, the class of each given as its number where it has one.
#[cfg(feature = "write")]
pub(super) fn encode(
    records: &[Record],
    classes: &[Option<u32>],
    class_bits: u32,
    libraries: u32,
) -> Vec<u8> {
    let mut bits = BitWriter::default();
    let holdings: Vec<Vec<Holding>> = records.iter().map(|record| ascending(&record.holdings)).collect();
    let days = |holdings: &Vec<Holding>| holdings.iter().filter_map(|held| held.registered).min();
    let firsts: Vec<Option<u16>> = holdings.iter().map(days).collect();
    let planes: [&dyn Fn(&Record) -> bool; 8] = [
        &|record| record.checked,
        &|record| record.year.is_some(),
        &|record| record.class_no.is_some(),
        &|record| record.volume.is_some(),
        &|record| record.loans.is_some(),
        &|record| record.language.is_some(),
        &|record| !record.other_titles.is_empty(),
        &|record| !record.numbers.is_empty(),
    ];
    for has in planes {
        put_plane(&mut bits, records.iter().map(has));
    }
    put_plane(&mut bits, firsts.iter().map(Option::is_some));
    let all_known = |holdings: &Vec<Holding>| holdings.iter().all(|held| held.registered.is_some());
    put_plane(&mut bits, holdings.iter().map(all_known));
    records.iter().for_each(|record| put_id(&mut bits, record.id));
    put_column(&mut bits, records.iter().filter_map(|record| record.year).map(u32::from));
    for class in classes.iter().flatten() {
        bits.put((*class).into(), class_bits);
    }
    put_column(&mut bits, records.iter().filter_map(|record| record.loans));
    let others = records.iter().map(|record| record.other_titles.len() as u32);
    put_column(&mut bits, others.filter(|others| *others > 0));
    let further = records.iter().map(|record| record.numbers.len() as u32);
    put_column(&mut bits, further.filter(|further| *further > 0));
    put_column(&mut bits, holdings.iter().map(|holdings| holdings.len() as u32));
    put_column(&mut bits, firsts.iter().flatten().map(|first| u32::from(*first)));
    let later: Vec<u64> =
        holdings.iter().zip(&firsts).flat_map(|(held, first)| later(held, *first).1).collect();
    let length = |low_bits: &u32| later.iter().map(|days| exp_golomb_bits(*days, *low_bits)).sum::<u32>();
    let low_bits = (0..1 << DAYS_BITS).min_by_key(length).unwrap_or(0);
    bits.put(low_bits.into(), DAYS_BITS);
    for (holdings, first) in holdings.iter().zip(firsts) {
        if holdings.len() >= TOLD_FROM as usize {
            let mut alone = BitWriter::default();
            put_holdings(&mut alone, holdings, first, low_bits, libraries);
            bits.put_exp_golomb(alone.len() as u64, TOLD_LOW_BITS);
        }
        put_holdings(&mut bits, holdings, first, low_bits, libraries);
    }
    bits.finish()
}

/// Gives the holdings by library, one of each.
#[cfg(feature = "write")]
fn ascending(holdings: &[Holding]) -> Vec<Holding> {
    let mut holdings = holdings.to_vec();
    holdings.sort_by_key(|holding| holding.library);
    holdings.dedup_by_key(|holding| holding.library);
    holdings
}

/// Gives which of the known days is the first, and how many days later the others are.
#[cfg(feature = "write")]
fn later(holdings: &[Holding], first: Option<u16>) -> (usize, Vec<u64>) {
    let first = first.unwrap_or(0);
    let mut days: Vec<u64> = holdings
        .iter()
        .filter_map(|held| held.registered)
        .map(|day| day.saturating_sub(first).into())
        .collect();
    let earliest = days.iter().position(|later| *later == 0).unwrap_or(0);
    days.drain(earliest..(earliest + 1).min(days.len()));
    (earliest, days)
}

#[cfg(feature = "write")]
fn put_holdings(
    bits: &mut BitWriter,
    holdings: &[Holding],
    first: Option<u16>,
    low_bits: u32,
    libraries: u32,
) {
    let numbers: Vec<u16> = holdings.iter().map(|holding| holding.library).collect();
    subset::put(bits, &numbers, 0, libraries);
    if first.is_none() {
        return;
    }
    let known = holdings.iter().filter(|holding| holding.registered.is_some()).count();
    if known < holdings.len() {
        holdings.iter().for_each(|holding| bits.put(holding.registered.is_some().into(), 1));
    }
    let (earliest, later) = later(holdings, first);
    bits.put_below(earliest as u64, known as u64);
    later.into_iter().for_each(|days| bits.put_exp_golomb(days, low_bits));
}

#[cfg(feature = "write")]
fn put_plane(bits: &mut BitWriter, has: impl ExactSizeIterator<Item = bool> + Clone) {
    match has.clone().filter(|has| *has).count() {
        0 => bits.put(0, 2),
        all if all == has.len() => bits.put(1, 2),
        _ => {
            bits.put(2, 2);
            has.for_each(|has| bits.put(has.into(), 1));
        }
    }
}

#[cfg(feature = "write")]
fn put_column(bits: &mut BitWriter, numbers: impl Iterator<Item = u32> + Clone) {
    let (Some(least), Some(most)) = (numbers.clone().min(), numbers.clone().max()) else { return };
    let width = width_of((most - least).into());
    bits.put_exp_golomb(least.into(), LEAST_LOW_BITS);
    bits.put(width.into(), WIDTH_BITS);
    numbers.for_each(|number| bits.put((number - least).into(), width));
}

#[cfg(feature = "write")]
fn put_id(bits: &mut BitWriter, id: BookId) {
    let id = id.bits();
    let twelve = id / 10;
    let place = |(base, width): &(u64, u32)| twelve.checked_sub(*base).filter(|place| place >> width == 0);
    let found =
        PLACES.iter().enumerate().find_map(|(number, place_of)| Some((number, place(place_of)?, place_of.1)));
    match found.filter(|_| id % 10 == check_digit(twelve)) {
        Some((number, place, width)) => {
            bits.put(number as u64, PLACE_BITS);
            bits.put(place, width);
        }
        None => {
            bits.put(PLACES.len() as u64, PLACE_BITS);
            bits.put(id, u64::BITS);
        }
    }
}
