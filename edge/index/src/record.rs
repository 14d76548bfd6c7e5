//! Records: what a visitor sees of a book.
//!
//! Payload of a records file: `u32 first document`, `varint documents`, then
//! each record behind its `varint length`. A record: `varint ISBN-13`, `u8
//! flags` (1 check digit holds, 2 year, 4 class, 8 volume, 16 loans, 32
//! language, 64 other titles), then title, authors and publisher as strings,
//! then what the flags announce in that order (`varint year`, string class,
//! string volume, `varint loans`, string language, `varint n` and n strings),
//! then `varint holdings` and for each `varint (library - previous library)`,
//! `varint (registered + 1)` with 0 for unknown.

use crate::DocId;
use crate::bytes::{Bytes, Damaged};

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
    /// ISBN-13 as a number (a local number of 13 digits where the catalogue has no valid one).
    pub isbn13: u64,
    /// Whether the check digit holds.
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

impl Record {
    /// Reads one record.
    ///
    /// # Errors
    /// [`Damaged`] when it is cut short or no UTF-8.
    pub fn decode(bytes: &[u8]) -> Result<Self, Damaged> {
        Self::read(&mut Bytes::new(bytes)).ok_or(Damaged("record"))
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        let isbn13 = bytes.varint()?;
        let flags = bytes.u8()?;
        let has = |bit: u8| flags & bit != 0;
        let mut record = Record {
            isbn13,
            checked: has(1),
            title: bytes.str()?.to_owned(),
            authors: bytes.str()?.to_owned(),
            publisher: bytes.str()?.to_owned(),
            ..Record::default()
        };
        if has(2) {
            record.year = Some(u16::try_from(bytes.varint()?).ok()?);
        }
        if has(4) {
            record.class_no = Some(bytes.str()?.to_owned());
        }
        if has(8) {
            record.volume = Some(bytes.str()?.to_owned());
        }
        if has(16) {
            record.loans = Some(bytes.varint32()?);
        }
        if has(32) {
            record.language = Some(bytes.str()?.to_owned());
        }
        if has(64) {
            for _ in 0..bytes.len()? {
                record.other_titles.push(bytes.str()?.to_owned());
            }
        }
        let mut library = 0u16;
        for _ in 0..bytes.len()? {
            library = library.checked_add(u16::try_from(bytes.varint()?).ok()?)?;
            let registered = match bytes.varint()? {
                0 => None,
                days => Some(u16::try_from(days - 1).ok()?),
            };
            record.holdings.push(Holding { library, registered });
        }
        Some(record)
    }

    /// Appends the record.
    #[cfg(feature = "write")]
    pub fn encode(&self, out: &mut Vec<u8>) {
        use crate::bytes::{put_str, put_varint};
        put_varint(out, self.isbn13);
        let flag = |on: bool, bit: u8| if on { bit } else { 0 };
        out.push(
            flag(self.checked, 1)
                | flag(self.year.is_some(), 2)
                | flag(self.class_no.is_some(), 4)
                | flag(self.volume.is_some(), 8)
                | flag(self.loans.is_some(), 16)
                | flag(self.language.is_some(), 32)
                | flag(!self.other_titles.is_empty(), 64),
        );
        put_str(out, &self.title);
        put_str(out, &self.authors);
        put_str(out, &self.publisher);
        if let Some(year) = self.year {
            put_varint(out, year.into());
        }
        if let Some(class_no) = &self.class_no {
            put_str(out, class_no);
        }
        if let Some(volume) = &self.volume {
            put_str(out, volume);
        }
        if let Some(loans) = self.loans {
            put_varint(out, loans.into());
        }
        if let Some(language) = &self.language {
            put_str(out, language);
        }
        if !self.other_titles.is_empty() {
            put_varint(out, self.other_titles.len() as u64);
            self.other_titles.iter().for_each(|title| put_str(out, title));
        }
        put_varint(out, self.holdings.len() as u64);
        let mut previous = 0;
        for holding in &self.holdings {
            put_varint(out, u64::from(holding.library.saturating_sub(previous)));
            put_varint(out, holding.registered.map_or(0, |days| u64::from(days) + 1));
            previous = holding.library;
        }
    }
}

/// An opened records file.
#[derive(Debug)]
pub struct Records {
    first: DocId,
    /// Where each record lies in the payload.
    places: Vec<(u32, u32)>,
    payload: Vec<u8>,
}

impl Records {
    /// Finds the records' places.
    ///
    /// # Errors
    /// [`Damaged`] when a length runs past the end.
    pub fn open(payload: Vec<u8>) -> Result<Self, Damaged> {
        let damaged = Damaged("records file");
        let mut bytes = Bytes::new(&payload);
        let first = bytes.u32().ok_or(damaged)?;
        let count = bytes.len().ok_or(damaged)?;
        let mut places = Vec::with_capacity(count.min(payload.len()));
        for _ in 0..count {
            let record = bytes.block().ok_or(damaged)?;
            let start = payload.len() - bytes.rest().len() - record.len();
            places.push((start as u32, record.len() as u32));
        }
        Ok(Self { first, places, payload })
    }

    /// Bytes held.
    #[must_use]
    pub fn size(&self) -> usize {
        self.payload.len() + self.places.len() * 8
    }

    /// The documents in this file.
    #[must_use]
    pub fn documents(&self) -> std::ops::Range<DocId> {
        self.first..self.first.saturating_add(self.places.len() as u32)
    }

    /// The record of a document, if it is in this file.
    ///
    /// # Errors
    /// [`Damaged`] when the record does not read.
    pub fn get(&self, doc: DocId) -> Result<Option<Record>, Damaged> {
        let place = doc.checked_sub(self.first).and_then(|row| self.places.get(row as usize));
        let Some(&(start, length)) = place else { return Ok(None) };
        let bytes = self.payload.get(start as usize..(start + length) as usize).ok_or(Damaged("record"))?;
        Record::decode(bytes).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(payload: Vec<u8>) {
            let _ = Record::decode(&payload);
            if let Ok(records) = Records::open(payload) {
                let _ = records.get(0);
            }
        }
    }

    #[cfg(feature = "write")]
    proptest! {
        #[test]
        fn records_round_trip(
            isbn13 in 0u64..10_000_000_000_000,
            checked: bool,
            title: String,
            authors: String,
            year: Option<u16>,
            class_no: Option<String>,
            loans: Option<u32>,
            other_titles: Vec<String>,
            holdings in prop::collection::btree_map(0u16..2000, prop::option::of(0u16..u16::MAX), 0..30),
        ) {
            let holdings = holdings.into_iter().map(|(library, registered)| Holding { library, registered });
            let record = Record {
                isbn13, checked, title, authors, year, class_no, loans, other_titles,
                holdings: holdings.collect(), ..Record::default()
            };
            let mut bytes = Vec::new();
            record.encode(&mut bytes);
            prop_assert_eq!(Record::decode(&bytes), Ok(record));
        }
    }
}
