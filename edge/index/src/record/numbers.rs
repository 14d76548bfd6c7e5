//! The numbers of a sub-block's records, and their holdings, in one stream of bits.
//!
//! Layout: "Records" in `docs/INDEX_FORMAT.md`. A head tells of all records, column by column, what lies in few bits, and how long
//! the rest of each is; of a record its own numbers are picked out of it, and nothing of the others is read.

#[cfg(feature = "write")]
use super::book::Record;
use super::book::{Editions, Holding};
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
    pub(super) series: u32,
    pub(super) holdings: Vec<Holding>,
    pub(super) editions: Option<Editions>,
    /// The bit at which the texts end.
    pub(super) end: usize,
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
/// Gives the bits of a class's number, of which the greatest says that the class is a text.
pub(super) fn class_bits(classes: usize) -> u32 {
    width_of(classes as u64)
}

impl Row {
    /// Reads the numbers of the record at a place of so many, where classes take so many bits and library numbers are below
    /// `libraries`; the reader then stands where the record's texts begin.
    pub(super) fn read(
        bits: &mut BitReader<'_>,
        (place, records): (u32, u32),
        class_bits: u32,
        libraries: u32,
    ) -> Option<Self> {
        let mut plane = || Plane::read(bits, place, records);
        let [checked, year, class, volume, loans, language] = [(); 6].map(|()| plane());
        let [others, further, series, known, all_known] = [(); 5].map(|()| plane());
        let editions = plane()?;
        let all = Plane::of_all(place, records);
        let years = year?.column(bits)?;
        let class = class?.numbers(bits, class_bits)?;
        let (loans, others, further) = (loans?.column(bits)?, others?.column(bits)?, further?.column(bits)?);
        let series = series?.column(bits)?;
        let (held, first) = (all.column(bits)?, known?.column(bits)?);
        let editions = editions.column(bits)?.zip(editions.column(bits)?);
        let (before, length) = all.lengths(bits)?;
        let days_low_bits = bits.take(DAYS_BITS)? as u32;
        bits.skip(before)?;
        let end = bits.at().checked_add(length)?;
        let id = read_id(bits)?;
        let first = first.map(u16::try_from).transpose().ok()?;
        Some(Self {
            id,
            checked: checked?.has(),
            year: years.map(u16::try_from).transpose().ok()?,
            class,
            volume: volume?.has(),
            language: language?.has(),
            loans,
            others: others.unwrap_or(0),
            further: further.unwrap_or(0),
            series: series.unwrap_or(0),
            holdings: read_holdings(
                bits,
                (held.unwrap_or(0) as usize, libraries),
                (first, all_known?.has()),
                days_low_bits,
            )?,
            editions: editions.map(|(count, libraries)| Editions { count, libraries }),
            end,
        })
    }
}

/// Tells which of the records of a sub-block have something, and looks at one of them.
#[derive(Clone, Copy)]
struct Plane {
    /// A bit each, that of the last record lowest.
    set: u64,
    /// How many records come after the one looked at.
    after: u32,
}

impl Plane {
    /// Makes the plane of what all records have.
    fn of_all(place: u32, records: u32) -> Self {
        Self { set: (1 << records) - 1, after: records - 1 - place }
    }

    /// Reads a plane: none, all, or a bit each.
    fn read(bits: &mut BitReader<'_>, place: u32, records: u32) -> Option<Self> {
        let all = Self::of_all(place, records);
        Some(match bits.take(2)? {
            0 => Self { set: 0, ..all },
            1 => all,
            _ => Self { set: bits.take(records)?, ..all },
        })
    }

    /// Tells whether the record has it.
    fn has(self) -> bool {
        self.set >> self.after & 1 == 1
    }

    /// Reads what the record has of numbers in so many bits of each that has one, and passes over them.
    fn numbers(self, bits: &mut BitReader<'_>, width: u32) -> Option<Option<u32>> {
        let before = (self.set >> self.after >> 1).count_ones();
        let mut at = *bits;
        bits.skip((self.set.count_ones() * width) as usize)?;
        if !self.has() {
            return Some(None);
        }
        at.skip((before * width) as usize)?;
        Some(Some(u32::try_from(at.take(width)?).ok()?))
    }

    /// Reads what the record has of a column, and passes over it.
    fn column(self, bits: &mut BitReader<'_>) -> Option<Option<u32>> {
        if self.set == 0 {
            return Some(None);
        }
        let (least, width) = column_head(bits)?;
        match self.numbers(bits, width)? {
            Some(more) => Some(Some(least.checked_add(more)?)),
            None => Some(None),
        }
    }

    /// Reads a column of lengths, which all records have: the sum of those before the record's, and its own.
    fn lengths(self, bits: &mut BitReader<'_>) -> Option<(usize, usize)> {
        let (least, width) = column_head(bits)?;
        let (mut before, mut length) = (0usize, 0);
        for left in (0..self.set.count_ones()).rev() {
            let next = least.checked_add(u32::try_from(bits.take(width)?).ok()?)? as usize;
            if left > self.after {
                before = before.checked_add(next)?;
            } else if left == self.after {
                length = next;
            }
        }
        Some((before, length))
    }
}

/// Reads the least number of a column, and the bits in which it is told what each is more.
fn column_head(bits: &mut BitReader<'_>) -> Option<(u32, u32)> {
    let least = u32::try_from(bits.exp_golomb(LEAST_LOW_BITS)?).ok()?;
    Some((least, bits.take(WIDTH_BITS)? as u32))
}

fn read_holdings(
    bits: &mut BitReader<'_>,
    (held, libraries): (usize, u32),
    (first, all_known): (Option<u16>, bool),
    days_low_bits: u32,
) -> Option<Vec<Holding>> {
    let held = subset::read(bits, held, libraries)?;
    let holding = |library: u16| Holding::new(library, None);
    let mut holdings: Vec<Holding> = held.into_iter().map(holding).collect();
    let Some(first) = first else { return Some(holdings) };
    let mut known = Vec::with_capacity(holdings.len());
    for holding in &mut holdings {
        if all_known || bits.take(1)? == 1 {
            known.push(holding);
        }
    }
    let earliest = bits.below(known.len() as u64)? as usize;
    for (place, holding) in known.into_iter().enumerate() {
        let later = if place == earliest { 0 } else { bits.exp_golomb(days_low_bits)? };
        holding.registered = Some(u16::try_from(u64::from(first) + later).ok()?);
    }
    Some(holdings)
}

fn read_id(bits: &mut BitReader<'_>) -> Option<BookId> {
    let Some((base, width)) = PLACES.get(bits.take(PLACE_BITS)? as usize) else {
        return BookId::from_bits(bits.take(u64::BITS)?);
    };
    let twelve = base + bits.take(*width)?;
    Some(BookId::isbn(twelve * 10 + check_digit(twelve)))
}

/// Encodes the numbers of records, the class of each given as its number where it has one; `put_texts` appends the texts of
/// the record at a place.
#[cfg(feature = "write")]
pub(super) fn encode(
    records: &[Record],
    classes: &[Option<u32>],
    class_bits: u32,
    libraries: u32,
    put_texts: &dyn Fn(&mut BitWriter, usize),
) -> Vec<u8> {
    let mut bits = BitWriter::default();
    let holdings: Vec<Vec<Holding>> = records.iter().map(|record| ascending(&record.holdings)).collect();
    let days = |holdings: &Vec<Holding>| holdings.iter().filter_map(|held| held.registered).min();
    let firsts: Vec<Option<u16>> = holdings.iter().map(days).collect();
    let planes: [&dyn Fn(&Record) -> bool; 9] = [
        &|record| record.checked,
        &|record| record.year.is_some(),
        &|record| record.class_no.is_some(),
        &|record| record.volume.is_some(),
        &|record| record.loans.is_some(),
        &|record| record.language.is_some(),
        &|record| !record.other_titles.is_empty(),
        &|record| !record.numbers.is_empty(),
        &|record| !record.series.is_empty(),
    ];
    for has in planes {
        put_plane(&mut bits, records.iter().map(has));
    }
    put_plane(&mut bits, firsts.iter().map(Option::is_some));
    let all_known = |holdings: &Vec<Holding>| holdings.iter().all(|held| held.registered.is_some());
    put_plane(&mut bits, holdings.iter().map(all_known));
    put_plane(&mut bits, records.iter().map(|record| record.editions.is_some()));
    put_column(&mut bits, records.iter().filter_map(|record| record.year).map(u32::from));
    for class in classes.iter().flatten() {
        bits.put((*class).into(), class_bits);
    }
    put_column(&mut bits, records.iter().filter_map(|record| record.loans));
    let others = records.iter().map(|record| record.other_titles.len() as u32);
    put_column(&mut bits, others.filter(|others| *others > 0));
    let further = records.iter().map(|record| record.numbers.len() as u32);
    put_column(&mut bits, further.filter(|further| *further > 0));
    let series = records.iter().map(|record| record.series.len() as u32);
    put_column(&mut bits, series.filter(|series| *series > 0));
    put_column(&mut bits, holdings.iter().map(|holdings| holdings.len() as u32));
    put_column(&mut bits, firsts.iter().flatten().map(|first| u32::from(*first)));
    let editions = || records.iter().filter_map(|record| record.editions);
    put_column(&mut bits, editions().map(|editions| editions.count));
    put_column(&mut bits, editions().map(|editions| editions.libraries));
    let later: Vec<u64> =
        holdings.iter().zip(&firsts).flat_map(|(held, first)| later(held, *first).1).collect();
    let length = |low_bits: &u32| later.iter().map(|days| exp_golomb_bits(*days, *low_bits)).sum::<u32>();
    let low_bits = (0..1 << DAYS_BITS).min_by_key(length).unwrap_or(0);
    let rests: Vec<BitWriter> = holdings
        .iter()
        .zip(firsts)
        .zip(records)
        .enumerate()
        .map(|(place, ((holdings, first), record))| {
            let mut rest = BitWriter::default();
            put_id(&mut rest, record.id);
            put_holdings(&mut rest, holdings, first, low_bits, libraries);
            put_texts(&mut rest, place);
            rest
        })
        .collect();
    put_column(&mut bits, rests.iter().map(|rest| rest.len() as u32));
    bits.put(low_bits.into(), DAYS_BITS);
    rests.iter().for_each(|rest| bits.append(rest));
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
