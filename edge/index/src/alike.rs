//! Books like a book, of consecutive documents: other editions and similar ones.
//!
//! Layout: "Books like a book, and the shelf" in `docs/INDEX_FORMAT.md`. Not how likeness is found: that is the builder's
//! `compile::similar`.

use crate::DocId;
use crate::bits::packed_at;
use crate::bytes::{Bytes, Damaged};
use crate::payload::Payload;

/// Editions, and similar books, that a document can have.
pub const MOST_ALIKE: usize = 15;

/// The books like one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Alike {
    /// Other editions, best first.
    pub editions: Vec<DocId>,
    /// Similar books, best first.
    pub similar: Vec<DocId>,
}

/// An opened file.
#[derive(Debug)]
pub struct AlikeColumns {
    first: DocId,
    documents: usize,
    width: usize,
    payload: Payload,
}

const HEAD: usize = 8;

fn both(counts: u8) -> (usize, usize) {
    (usize::from(counts >> 4), usize::from(counts & 15))
}

impl AlikeColumns {
    /// Checks the payload's length.
    ///
    /// # Errors
    /// [`Damaged`] when it is too short or too long for its counts.
    pub fn open(payload: impl Into<Payload>) -> Result<Self, Damaged> {
        Self::read(payload.into()).ok_or(Damaged("alike columns"))
    }

    fn read(payload: Payload) -> Option<Self> {
        let mut bytes = Bytes::new(&payload);
        let first = bytes.u32()?;
        let documents = usize::from(bytes.u16()?);
        let [width, 0] = bytes.take(2)? else { return None };
        let width = usize::from(*width);
        let numbers: usize =
            bytes.take(documents)?.iter().map(|counts| both(*counts)).map(|(a, b)| a + b).sum();
        let fits = (1..=32).contains(&width) && bytes.rest().len() == (numbers * width).div_ceil(8);
        fits.then_some(Self { first, documents, width, payload })
    }

    /// Counts the bytes held.
    #[must_use]
    pub fn size(&self) -> usize {
        self.payload.len()
    }

    /// Gives the books like a document, if it is in this file.
    #[must_use]
    pub fn get(&self, doc: DocId) -> Option<Alike> {
        let row = doc.checked_sub(self.first)? as usize;
        let counts = self.payload.get(HEAD..HEAD + self.documents)?;
        let (editions, similar) = both(*counts.get(row)?);
        let before: usize = counts.iter().take(row).map(|counts| both(*counts)).map(|(a, b)| a + b).sum();
        let number = |place: usize| self.number(before + place);
        Some(Alike {
            editions: (0..editions).map_while(number).collect(),
            similar: (editions..editions + similar).map_while(number).collect(),
        })
    }

    fn number(&self, place: usize) -> Option<DocId> {
        packed_at(self.payload.get(HEAD + self.documents..)?, place, self.width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(payload: Vec<u8>, doc: DocId) {
            if let Ok(columns) = AlikeColumns::open(payload) {
                let _ = (columns.get(doc), columns.get(columns.first));
            }
        }

        #[test]
        fn a_payload_of_the_right_length_answers_for_its_documents_alone(
            counts in prop::collection::vec(0u8.., 0..40),
            width in 1u8..=32,
            first in 0u32..1000,
        ) {
            let numbers: usize = counts.iter().map(|counts| usize::from(counts >> 4) + usize::from(counts & 15)).sum();
            let mut payload = first.to_le_bytes().to_vec();
            payload.extend((counts.len() as u16).to_le_bytes());
            payload.extend([width, 0]);
            payload.extend(&counts);
            payload.resize(payload.len() + (numbers * usize::from(width)).div_ceil(8), 0xff);
            let columns = AlikeColumns::open(payload.clone()).unwrap();
            for (row, counts) in (first..).zip(&counts) {
                let alike = columns.get(row).unwrap();
                prop_assert_eq!((alike.editions.len(), alike.similar.len()), both(*counts));
                let most = ((1u64 << width) - 1) as u32;
                prop_assert!(alike.editions.iter().chain(&alike.similar).all(|doc| *doc == most));
            }
            prop_assert!(columns.get(first + counts.len() as u32).is_none());
            payload.push(0);
            prop_assert!(AlikeColumns::open(payload).is_err());
        }
    }
}
