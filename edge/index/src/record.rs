//! Records: the books as visitors see them.
//!
//! Layout: "Records" in `docs/INDEX_FORMAT.md`. A file is kept as it is stored: of a book that is shown its own bits are read, and
//! of the few records beside it how long they are.
//!
//! Invariant: any bytes are records or damage; none of it panics.

mod book;
mod numbers;
#[cfg(feature = "write")]
mod packer;
mod shared;
mod subset;

use std::ops::Range;

use crate::DocId;
use crate::bit_stream::BitReader;
use crate::bytes::{Bytes, Damaged};
use crate::payload::Payload;
use crate::phrases::END;

pub use book::{Editions, Holding, Record, Series};
use numbers::Row;
#[cfg(feature = "write")]
pub use packer::{Packer, texts};
pub use shared::{SUB_BLOCK, Shared};

/// Libraries have numbers below this.
const LIBRARIES_END: u64 = 1 << u16::BITS;

/// An opened records file: its sub-blocks as they are stored.
#[derive(Debug)]
pub struct Records {
    first: DocId,
    count: usize,
    /// One more than the greatest number of a library.
    libraries: u32,
    /// Where the lengths of the sub-blocks begin.
    lengths: usize,
    payload: Payload,
}

impl Records {
    /// Finds the sub-blocks.
    ///
    /// # Errors
    /// [`Damaged`] when their lengths are not those of the payload.
    pub fn open(payload: impl Into<Payload>) -> Result<Self, Damaged> {
        Self::read(payload.into()).ok_or(Damaged("records file"))
    }

    fn read(payload: Payload) -> Option<Self> {
        let mut bytes = Bytes::new(&payload);
        let first = bytes.u32()?;
        let count = bytes.len()?;
        let libraries = bytes.varint().filter(|libraries| *libraries <= LIBRARIES_END)? as u32;
        let lengths = payload.len() - bytes.rest().len();
        let mut stored = 0usize;
        for _ in 0..count.div_ceil(SUB_BLOCK) {
            stored = stored.checked_add(bytes.len()?)?;
        }
        let fits = bytes.rest().len() == stored && first.checked_add(u32::try_from(count).ok()?).is_some();
        fits.then_some(Self { first, count, libraries, lengths, payload })
    }

    /// Counts the bytes held.
    #[must_use]
    pub fn size(&self) -> usize {
        self.payload.size()
    }

    /// Gives the range of documents in this file.
    #[must_use]
    pub fn documents(&self) -> Range<DocId> {
        self.first..self.first.saturating_add(self.count as u32)
    }

    /// Finds the bytes of a sub-block, counted in this file.
    fn sub_block(&self, number: usize) -> Option<&[u8]> {
        let mut lengths = Bytes::new(self.payload.get(self.lengths..)?);
        let (mut before, mut found) = (0, 0);
        for sub_block in 0..self.count.div_ceil(SUB_BLOCK) {
            let length = lengths.len()?;
            match sub_block.cmp(&number) {
                std::cmp::Ordering::Less => before += length,
                std::cmp::Ordering::Equal => found = length,
                std::cmp::Ordering::Greater => {}
            }
        }
        Bytes::new(lengths.rest().get(before..)?).take(found)
    }

    /// Decodes all records.
    ///
    /// # Errors
    /// [`Damaged`] when a record does not read.
    pub fn all(&self, shared: Shared<'_>) -> Result<Vec<Record>, Damaged> {
        let records = self.documents().map(|doc| self.get(doc, shared)).filter_map(Result::transpose);
        records.collect()
    }

    /// Decodes the record of a document, if it is in this file.
    ///
    /// # Errors
    /// [`Damaged`] when it does not read.
    pub fn get(&self, doc: DocId, shared: Shared<'_>) -> Result<Option<Record>, Damaged> {
        if !self.documents().contains(&doc) {
            return Ok(None);
        }
        self.record((doc - self.first) as usize, shared).map(Some).ok_or(Damaged("record"))
    }

    fn record(&self, place: usize, shared: Shared<'_>) -> Option<Record> {
        let (number, place) = (place / SUB_BLOCK, place % SUB_BLOCK);
        let records = self.count.checked_sub(number * SUB_BLOCK)?.min(SUB_BLOCK);
        let mut bits = BitReader::new(self.sub_block(number)?, 0);
        let class_bits = numbers::class_bits(shared.classes.len());
        let row = Row::read(&mut bits, (place as u32, records as u32), class_bits, self.libraries)?;
        let mut texts = Vec::new();
        shared.phrases.decode(&mut bits, row.end, &mut texts)?;
        let mut texts = texts.strip_suffix(&[END])?.split(|byte| *byte == END);
        let mut next = || std::str::from_utf8(texts.next()?).ok().map(str::to_owned);
        let class = row.class.map(|class| shared.classes.get(class as usize));
        let record = Record {
            title: next()?,
            authors: next()?,
            publisher: next()?,
            other_titles: (0..row.others).map(|_| next()).collect::<Option<_>>()?,
            numbers: (0..row.further).map(|_| next()).collect::<Option<_>>()?,
            class_no: match class {
                Some(Some(class)) => Some(class.clone()),
                Some(None) => Some(next()?),
                None => None,
            },
            volume: if row.volume { Some(next()?) } else { None },
            language: if row.language { Some(next()?) } else { None },
            series: (0..row.series)
                .map(|_| Some(Series { name: next()?, number: next()? }))
                .collect::<Option<_>>()?,
            id: row.id,
            checked: row.checked,
            year: row.year,
            loans: row.loans,
            holdings: row.holdings,
            editions: row.editions,
        };
        texts.next().is_none().then_some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::Phrases;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(payload: Vec<u8>, doc: DocId) {
            if let Ok(records) = Records::open(payload) {
                let shared = Shared { phrases: &Phrases::default(), classes: &[] };
                let _ = (records.get(doc, shared), records.get(records.first, shared), records.all(shared));
            }
        }
    }
}
