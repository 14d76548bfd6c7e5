//! Records: the books as visitors see them.
//!
//! Layout: "Records" in `docs/INDEX_FORMAT.md`. A file is kept as it is stored: what is shown of a book is unpacked with the
//! few records beside it alone, and the fields of those lie field by field, since that packs better than record by record.
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
use crate::bytes::{Bytes, Damaged};
use crate::deflate::Unpacker;
use crate::file::MAX_PAYLOAD_BYTES;
use crate::payload::Payload;

pub use book::{Holding, Record};
use numbers::{Numbers, Row};
#[cfg(feature = "write")]
pub use packer::Packer;
use shared::END;
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

/// The unpacked records of up to [`SUB_BLOCK`] neighbouring documents.
#[derive(Debug)]
pub struct SubBlock {
    first: DocId,
    numbers: Numbers,
    texts: Vec<u8>,
    /// Where each text ends.
    ends: Vec<u32>,
}

/// The bytes of a sub-block in its file.
struct Stored<'a> {
    numbers: &'a [u8],
    texts: &'a [u8],
    /// Bytes of the texts when unpacked.
    plain: usize,
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
            let (numbers, texts, _) = (bytes.len()?, bytes.len()?, bytes.len()?);
            stored = stored.checked_add(numbers)?.checked_add(texts)?;
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

    /// Gives the number in this file of the sub-block that holds a document.
    #[must_use]
    pub fn sub_block_of(&self, doc: DocId) -> Option<usize> {
        let place = doc.checked_sub(self.first)? as usize;
        (place < self.count).then_some(place / SUB_BLOCK)
    }

    /// Unpacks a sub-block; `unpacker` has the phrases of `shared`.
    ///
    /// # Errors
    /// [`Damaged`] when there is no such sub-block or it does not unpack.
    pub fn unpack(
        &self,
        sub_block: usize,
        shared: Shared<'_>,
        unpacker: &mut Unpacker,
    ) -> Result<SubBlock, Damaged> {
        self.unpacked(sub_block, shared, unpacker).ok_or(Damaged("records"))
    }

    fn unpacked(&self, number: usize, shared: Shared<'_>, unpacker: &mut Unpacker) -> Option<SubBlock> {
        let before = number.checked_mul(SUB_BLOCK)?;
        let records = self.count.checked_sub(before)?.min(SUB_BLOCK);
        let stored = self.stored(number)?;
        let class_bits = numbers::class_bits(shared.classes.len());
        let numbers = Numbers::read(stored.numbers, records, class_bits, self.libraries)?;
        if stored.plain > MAX_PAYLOAD_BYTES as usize {
            return None;
        }
        let texts = unpacker.unpack(stored.texts, stored.plain)?;
        let ends = texts.iter().zip(0u32..).filter(|(byte, _)| **byte == END).map(|(_, at)| at).collect();
        Some(SubBlock { first: self.first + before as u32, numbers, texts, ends })
    }

    /// Finds the bytes of a sub-block.
    fn stored(&self, number: usize) -> Option<Stored<'_>> {
        let mut lengths = Bytes::new(self.payload.get(self.lengths..)?);
        let (mut before, mut found) = (0, None);
        for sub_block in 0..self.count.div_ceil(SUB_BLOCK) {
            let (numbers, texts, plain) = (lengths.len()?, lengths.len()?, lengths.len()?);
            if sub_block < number {
                before += numbers + texts;
            } else if sub_block == number {
                found = Some((numbers, texts, plain));
            }
        }
        let (numbers, texts, plain) = found?;
        let mut stored = Bytes::new(lengths.rest().get(before..)?);
        Some(Stored { numbers: stored.take(numbers)?, texts: stored.take(texts)?, plain })
    }

    /// Decodes all records.
    ///
    /// # Errors
    /// [`Damaged`] when a sub-block does not unpack or a record does not read.
    pub fn all(&self, shared: Shared<'_>) -> Result<Vec<Record>, Damaged> {
        let mut unpacker = Unpacker::new(shared.phrases);
        let mut records = Vec::with_capacity(self.count.min(1 << 16));
        for number in 0..self.count.div_ceil(SUB_BLOCK) {
            let sub_block = self.unpack(number, shared, &mut unpacker)?;
            for doc in sub_block.documents() {
                records.extend(sub_block.get(doc, shared)?);
            }
        }
        Ok(records)
    }

    /// Decodes the record of a document alone, if it is in this file. Who reads several unpacks sub-blocks once.
    ///
    /// # Errors
    /// [`Damaged`] when its sub-block does not unpack or it does not read.
    pub fn get(&self, doc: DocId, shared: Shared<'_>) -> Result<Option<Record>, Damaged> {
        let Some(number) = self.sub_block_of(doc) else { return Ok(None) };
        self.unpack(number, shared, &mut Unpacker::new(shared.phrases))?.get(doc, shared)
    }
}

impl SubBlock {
    /// Gives the range of documents.
    #[must_use]
    pub fn documents(&self) -> Range<DocId> {
        self.first..self.first + self.numbers.rows.len() as u32
    }

    /// Decodes the record of a document, if it is in this sub-block.
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
        let row = self.numbers.rows.get(place)?;
        let before = self.numbers.rows.get(..place)?;
        let class_of = |row: &Row| row.class.map(|class| shared.classes.get(class as usize));
        let has_class_text = |row: &Row| matches!(class_of(row), Some(None));
        let mut column = 0;
        let mut next = |has: &dyn Fn(&Row) -> usize| {
            let from = column + before.iter().map(has).sum::<usize>();
            column += self.numbers.rows.iter().map(has).sum::<usize>();
            (from..from + has(row)).map(|text| self.text(text)).collect::<Option<Vec<&str>>>()
        };
        let [titles, others, further, authors, publishers, classes, volumes, languages] = [
            next(&|_| 1)?,
            next(&|row| row.others as usize)?,
            next(&|row| row.further as usize)?,
            next(&|_| 1)?,
            next(&|_| 1)?,
            next(&|row| usize::from(has_class_text(row)))?,
            next(&|row| usize::from(row.volume))?,
            next(&|row| usize::from(row.language))?,
        ];
        let one = |texts: &[&str]| texts.first().map(|text| (*text).to_owned());
        Some(Record {
            id: row.id,
            numbers: further.into_iter().map(str::to_owned).collect(),
            checked: row.checked,
            title: one(&titles)?,
            authors: one(&authors)?,
            publisher: one(&publishers)?,
            year: row.year,
            class_no: class_of(row).flatten().cloned().or_else(|| one(&classes)),
            volume: one(&volumes),
            loans: row.loans,
            language: one(&languages),
            other_titles: others.into_iter().map(str::to_owned).collect(),
            holdings: self.numbers.holdings(place)?,
        })
    }

    fn text(&self, number: usize) -> Option<&str> {
        let begin = match number.checked_sub(1) {
            Some(before) => *self.ends.get(before)? as usize + 1,
            None => 0,
        };
        std::str::from_utf8(self.texts.get(begin..*self.ends.get(number)? as usize)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(payload: Vec<u8>, doc: DocId) {
            if let Ok(records) = Records::open(payload) {
                let shared = Shared::default();
                let _ = (records.get(doc, shared), records.get(records.first, shared), records.all(shared));
            }
        }
    }
}
