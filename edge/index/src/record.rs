//! Records: the books as visitors see them.
//!
//! Layout: "Records" in `docs/INDEX_FORMAT.md`. The fields of all records of a file lie field by field, since that packs
//! better than record by record.

use crate::DocId;
use crate::book_id::BookId;
use crate::bytes::{Bytes, Damaged};
use crate::payload::Payload;

/// One library's copy of a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// The library's number in the manifest.
    pub library: u16,
    /// Earliest registration there, in days since 1970-01-01.
    pub registered: Option<u16>,
}

/// A book as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// The id: the ISBN-13, or one made of the record.
    pub id: BookId,
    /// Further numbers of the book, as recorded: other ISBNs of its records, and what could not be read as one.
    pub numbers: Vec<String>,
    /// Whether the id is an ISBN-13 whose check digit holds.
    pub checked: bool,
    /// The title shown.
    pub title: String,
    /// Contributors as shown.
    pub authors: String,
    /// The publisher as shown.
    pub publisher: String,
    /// Year of publication.
    pub year: Option<u16>,
    /// Cleaned KDC number.
    pub class_no: Option<String>,
    /// Volume.
    pub volume: Option<String>,
    /// Loans in all libraries.
    pub loans: Option<u32>,
    /// Language code, where the record says.
    pub language: Option<String>,
    /// Other recorded titles whose letters are not part of the one shown.
    pub other_titles: Vec<String>,
    /// Holding libraries, ascending.
    pub holdings: Vec<Holding>,
}

/// Fields that a record has.
const CHECKED: u8 = 1;
const YEAR: u8 = 2;
const CLASS: u8 = 4;
const VOLUME: u8 = 8;
const LOANS: u8 = 16;
const LANGUAGE: u8 = 32;
/// Other titles or further numbers.
const OTHERS: u8 = 64;
const BY_PLACE: u8 = 128;

/// Subtracted from the first twelve digits of an ISBN.
const FIRST_ISBN: u64 = 978_000_000_000;
/// Years are stored as the distance to this one.
const LAST_YEAR: u16 = 2155;

/// Computes the check digit of the first twelve digits of an ISBN-13.
pub(crate) fn check_digit(twelve: u64) -> u64 {
    let (mut rest, mut sum, mut weight) = (twelve, 0, 3);
    while rest > 0 {
        sum += rest % 10 * weight;
        rest /= 10;
        weight = 4 - weight;
    }
    (10 - sum % 10) % 10
}

/// Holds the offsets at which the fields of one record begin; they end where the fields of the next record begin.
#[derive(Debug, Clone, Copy, Default)]
struct Row {
    publisher: u32,
    title: u32,
    authors: u32,
    rest: u32,
    holding: u32,
}

/// An opened records file.
#[derive(Debug)]
pub struct Records {
    first: DocId,
    /// One for each record, and one behind the last.
    rows: Vec<Row>,
    /// Where each publisher lies in the payload.
    publishers: Vec<(u32, u32)>,
    /// Where the columns of fixed width begin: flags, and when holdings were registered.
    fixed: usize,
    registered: usize,
    payload: Payload,
}

impl Records {
    /// Finds the records' places.
    ///
    /// # Errors
    /// [`Damaged`] when a length runs past the end.
    pub fn open(payload: impl Into<Payload>) -> Result<Self, Damaged> {
        Self::read(payload.into()).ok_or(Damaged("records file"))
    }

    fn read(payload: Payload) -> Option<Self> {
        let mut bytes = Bytes::new(&payload);
        let at = |bytes: &Bytes<'_>| payload.len() - bytes.rest().len();
        let first = bytes.u32()?;
        let count = bytes.len()?;
        let fixed = at(&bytes);
        bytes.take(count.checked_mul(FIXED)?)?;
        let mut rows = vec![Row::default(); count.checked_add(1)?];
        for row in rows.iter_mut().take(count) {
            row.publisher = bytes.varint32()?;
        }
        // Each row takes the length first; where it begins is reckoned when all lengths are known.
        for row in rows.iter_mut().take(count) {
            row.title = bytes.varint32()?;
        }
        for row in rows.iter_mut().take(count) {
            row.authors = bytes.varint32()?;
        }
        for row in rows.iter_mut().take(count) {
            row.rest = bytes.varint32()?;
        }
        for row in rows.iter_mut().take(count) {
            row.holding = bytes.varint32()?;
        }
        let holdings = rows.iter().try_fold(0u32, |sum, row| sum.checked_add(row.holding))?;
        let registered = at(&bytes);
        bytes.take((holdings as usize).checked_mul(2)?)?;
        let mut publishers = Vec::new();
        for _ in 0..bytes.len()? {
            let name = bytes.block()?;
            publishers.push(((at(&bytes) - name.len()) as u32, at(&bytes) as u32));
        }
        let length = |of: fn(&Row) -> u32| rows.iter().try_fold(0u32, |sum, row| sum.checked_add(of(row)));
        let titles = u32::try_from(at(&bytes)).ok()?;
        let authors = titles.checked_add(length(|row| row.title)?)?;
        let rest = authors.checked_add(length(|row| row.authors)?)?;
        let end = rest.checked_add(length(|row| row.rest)?)?;
        if end as usize != payload.len() {
            return None;
        }
        let mut next = Row { publisher: 0, title: titles, authors, rest, holding: 0 };
        for row in &mut rows {
            let lengths = std::mem::replace(row, Row { publisher: row.publisher, ..next });
            next.title += lengths.title;
            next.authors += lengths.authors;
            next.rest += lengths.rest;
            next.holding += lengths.holding;
        }
        Some(Self { first, rows, publishers, fixed, registered, payload })
    }

    /// Counts the bytes held.
    #[must_use]
    pub fn size(&self) -> usize {
        self.payload.len() + self.rows.len() * size_of::<Row>() + self.publishers.len() * 8
    }

    /// Gives the range of documents in this file.
    #[must_use]
    pub fn documents(&self) -> std::ops::Range<DocId> {
        self.first..self.first.saturating_add(self.rows.len().saturating_sub(1) as u32)
    }

    /// Decodes the record of a document, if it is in this file.
    ///
    /// # Errors
    /// [`Damaged`] when the record does not read.
    pub fn get(&self, doc: DocId) -> Result<Option<Record>, Damaged> {
        let Some(row) = doc.checked_sub(self.first) else { return Ok(None) };
        let place = row as usize;
        match (self.rows.get(place), self.rows.get(place + 1)) {
            (Some(row), Some(next)) => self.record(place, row, next).map(Some).ok_or(Damaged("record")),
            _ => Ok(None),
        }
    }

    fn record(&self, place: usize, row: &Row, next: &Row) -> Option<Record> {
        let count = self.rows.len() - 1;
        let flags = *self.payload.get(self.fixed + place)?;
        let has = |flag: u8| flags & flag != 0;
        let mut rest = Bytes::new(self.payload.get(row.rest as usize..next.rest as usize)?);
        let text = |from: u32, to: u32| {
            std::str::from_utf8(self.payload.get(from as usize..to as usize)?).ok().map(str::to_owned)
        };
        let id = if has(BY_PLACE) {
            let byte = |plane: usize| self.payload.get(self.fixed + count * (1 + plane) + place);
            let planes = (0..4).rev().try_fold(0u64, |sum, plane| Some(sum << 8 | u64::from(*byte(plane)?)));
            let twelve = planes? + FIRST_ISBN;
            BookId::isbn(twelve * 10 + check_digit(twelve))
        } else {
            BookId::from_bits(rest.varint()?)?
        };
        let (from, to) = *self.publishers.get(row.publisher as usize)?;
        let mut record = Record {
            id,
            checked: has(CHECKED),
            title: text(row.title, next.title)?,
            authors: text(row.authors, next.authors)?,
            publisher: text(from, to)?,
            ..Record::default()
        };
        if has(YEAR) {
            record.year = Some(match *self.payload.get(self.fixed + count * 5 + place)? {
                0 => u16::try_from(rest.varint()?).ok()?,
                before => LAST_YEAR - u16::from(before),
            });
        }
        if has(CLASS) {
            record.class_no = Some(rest.str()?.to_owned());
        }
        if has(VOLUME) {
            record.volume = Some(rest.str()?.to_owned());
        }
        if has(LOANS) {
            record.loans = Some(rest.varint32()?);
        }
        if has(LANGUAGE) {
            record.language = Some(rest.str()?.to_owned());
        }
        if has(OTHERS) {
            for _ in 0..rest.len()? {
                record.other_titles.push(rest.str()?.to_owned());
            }
            for _ in 0..rest.len()? {
                record.numbers.push(rest.str()?.to_owned());
            }
        }
        let holdings = self.rows.last()?.holding as usize;
        let mut library = 0u16;
        for holding in row.holding as usize..next.holding as usize {
            library = library.checked_add(u16::try_from(rest.varint()?).ok()?)?;
            let low = *self.payload.get(self.registered + holding)?;
            let high = *self.payload.get(self.registered + holdings + holding)?;
            let registered = u16::from_le_bytes([low, high]).checked_sub(1);
            record.holdings.push(Holding { library, registered });
        }
        Some(record)
    }
}

/// Bytes of a record in the columns of fixed width: flags, ISBN, year.
const FIXED: usize = 6;

/// Encodes the payload of a file of these records, the first of which is document `first`.
#[cfg(feature = "write")]
#[must_use]
pub fn encode(first: DocId, records: &[Record]) -> Vec<u8> {
    use crate::bytes::{put_str, put_varint};
    let mut publishers: Vec<&str> = Vec::new();
    let (mut flags, mut isbns, mut years) = (Vec::new(), vec![Vec::new(); 4], Vec::new());
    let (mut places, mut titles, mut authors, mut rests) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut holdings, mut low, mut high) = (Vec::new(), Vec::new(), Vec::new());
    let (mut texts, mut contributors, mut all_rest) = (Vec::new(), Vec::new(), Vec::new());
    for record in records {
        let mut rest = Vec::new();
        let place = record.id.isbn13().and_then(|isbn13| {
            let place = (isbn13 / 10).checked_sub(FIRST_ISBN).and_then(|place| u32::try_from(place).ok());
            place.filter(|_| isbn13 % 10 == check_digit(isbn13 / 10))
        });
        let others = [&record.other_titles, &record.numbers];
        let others = others.iter().any(|texts| !texts.is_empty()).then_some(others);
        let flag = |on: bool, flag: u8| if on { flag } else { 0 };
        flags.push(
            flag(record.checked, CHECKED)
                | flag(record.year.is_some(), YEAR)
                | flag(record.class_no.is_some(), CLASS)
                | flag(record.volume.is_some(), VOLUME)
                | flag(record.loans.is_some(), LOANS)
                | flag(record.language.is_some(), LANGUAGE)
                | flag(others.is_some(), OTHERS)
                | flag(place.is_some(), BY_PLACE),
        );
        isbns.iter_mut().zip(place.unwrap_or(0).to_le_bytes()).for_each(|(plane, byte)| plane.push(byte));
        if place.is_none() {
            put_varint(&mut rest, record.id.bits());
        }
        let before = record.year.and_then(|year| LAST_YEAR.checked_sub(year));
        let before = before.and_then(|before| u8::try_from(before).ok()).unwrap_or(0);
        years.push(before);
        if let Some(year) = record.year.filter(|_| before == 0) {
            put_varint(&mut rest, year.into());
        }
        let known = publishers.iter().position(|known| *known == record.publisher);
        put_varint(&mut places, known.unwrap_or(publishers.len()) as u64);
        if known.is_none() {
            publishers.push(&record.publisher);
        }
        [&record.class_no, &record.volume].into_iter().flatten().for_each(|text| put_str(&mut rest, text));
        record.loans.into_iter().for_each(|loans| put_varint(&mut rest, loans.into()));
        record.language.iter().for_each(|text| put_str(&mut rest, text));
        for texts in others.into_iter().flatten() {
            put_varint(&mut rest, texts.len() as u64);
            texts.iter().for_each(|text| put_str(&mut rest, text));
        }
        let mut previous = 0;
        for holding in &record.holdings {
            put_varint(&mut rest, u64::from(holding.library.saturating_sub(previous)));
            previous = holding.library;
            let [lower, upper] = holding.registered.map_or(0, |days| days.saturating_add(1)).to_le_bytes();
            low.push(lower);
            high.push(upper);
        }
        put_varint(&mut titles, record.title.len() as u64);
        texts.extend_from_slice(record.title.as_bytes());
        put_varint(&mut authors, record.authors.len() as u64);
        contributors.extend_from_slice(record.authors.as_bytes());
        put_varint(&mut holdings, record.holdings.len() as u64);
        put_varint(&mut rests, rest.len() as u64);
        all_rest.append(&mut rest);
    }
    let mut payload = first.to_le_bytes().to_vec();
    put_varint(&mut payload, records.len() as u64);
    payload.append(&mut flags);
    isbns.iter_mut().for_each(|plane| payload.append(plane));
    for mut column in [years, places, titles, authors, rests, holdings, low, high] {
        payload.append(&mut column);
    }
    put_varint(&mut payload, publishers.len() as u64);
    publishers.iter().for_each(|name| put_str(&mut payload, name));
    for mut column in [texts, contributors, all_rest] {
        payload.append(&mut column);
    }
    payload
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(payload: Vec<u8>, doc: DocId) {
            if let Ok(records) = Records::open(payload) {
                let _ = (records.get(doc), records.get(records.first));
            }
        }
    }

    #[cfg(feature = "write")]
    fn any_record() -> impl Strategy<Value = Record> {
        let isbn13 = prop_oneof![0u64..10_000_000_000_000, 9_780_000_000_000u64..9_800_000_000_000];
        let right = (isbn13.clone(), any::<bool>()).prop_map(|(isbn13, right)| {
            if right { isbn13 / 10 * 10 + check_digit(isbn13 / 10) } else { isbn13 }
        });
        let id = prop_oneof![right.prop_map(BookId::isbn), any::<u64>().prop_map(BookId::made)];
        let registered = prop::option::of(0u16..u16::MAX);
        let holdings = prop::collection::btree_map(0u16..2000, registered, 0..30);
        let shown = (any::<String>(), any::<String>(), "[a-c]{0,2}", any::<[Vec<String>; 2]>());
        let told = (any::<bool>(), any::<Option<u16>>(), any::<[Option<String>; 3]>(), any::<Option<u32>>());
        (id, shown, told, holdings).prop_map(|(id, shown, told, holdings)| {
            let (title, authors, publisher, [other_titles, numbers]) = shown;
            let (checked, year, [class_no, volume, language], loans) = told;
            let holdings = holdings.into_iter().map(|(library, registered)| Holding { library, registered });
            let holdings = holdings.collect();
            Record {
                id,
                numbers,
                checked,
                title,
                authors,
                publisher,
                year,
                class_no,
                volume,
                loans,
                language,
                other_titles,
                holdings,
            }
        })
    }

    #[cfg(feature = "write")]
    proptest! {
        #[test]
        fn records_round_trip(records in prop::collection::vec(any_record(), 0..8), first in 0u32..1000) {
            let file = Records::open(encode(first, &records)).unwrap();
            prop_assert_eq!(file.documents(), first..first + records.len() as u32);
            for (doc, record) in (first..).zip(&records) {
                prop_assert_eq!(file.get(doc), Ok(Some(record.clone())));
            }
            prop_assert_eq!(file.get(first + records.len() as u32), Ok(None));
            prop_assert_eq!(first.checked_sub(1).map_or(Ok(None), |before| file.get(before)), Ok(None));
        }

        #[test]
        fn one_changed_byte_is_read_without_panic(
            records in prop::collection::vec(any_record(), 1..4), at: prop::sample::Index, byte: u8,
        ) {
            let mut payload = encode(0, &records);
            let at = at.index(payload.len());
            payload[at] = byte;
            if let Ok(file) = Records::open(payload) {
                file.documents().take(100).for_each(|doc| drop(file.get(doc)));
            }
        }
    }

    #[test]
    fn the_check_digit_is_that_of_the_standard() {
        assert_eq!(check_digit(978_030_640_615), 7);
        assert_eq!(check_digit(979_115_839_140), 9);
    }
}
