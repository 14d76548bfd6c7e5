//! The shelf: the places of consecutive documents on it, and the documents at as many places.
//!
//! Layout: "Books like a book, and the shelf" in `docs/INDEX_FORMAT.md`. A book without a class stands nowhere. Not how the shelf is
//! ordered: that is the builder's `compile::shelf`.

use crate::DocId;
use crate::bits::packed_at;
use crate::bytes::{Bytes, Damaged};
use crate::payload::Payload;

/// An opened file.
#[derive(Debug)]
pub struct Shelf {
    first: u32,
    count: usize,
    width: usize,
    payload: Payload,
}

const HEAD: usize = 8;

impl Shelf {
    /// Checks the payload's length.
    ///
    /// # Errors
    /// [`Damaged`] when it is too short or too long for its count.
    pub fn open(payload: impl Into<Payload>) -> Result<Self, Damaged> {
        Self::read(payload.into()).ok_or(Damaged("shelf"))
    }

    fn read(payload: Payload) -> Option<Self> {
        let mut bytes = Bytes::new(&payload);
        let (first, count) = (bytes.u32()?, usize::from(bytes.u16()?));
        let [width, 0] = bytes.take(2)? else { return None };
        let width = usize::from(*width);
        let fits = (1..=32).contains(&width) && bytes.rest().len() == (2 * count * width).div_ceil(8);
        fits.then_some(Self { first, count, width, payload })
    }

    /// Counts the bytes held.
    #[must_use]
    pub fn size(&self) -> usize {
        self.payload.len()
    }

    /// Gives the place of a document, if it is in this file and stands anywhere.
    #[must_use]
    pub fn place(&self, doc: DocId) -> Option<u32> {
        self.number(self.row(doc)?)
    }

    /// Gives the document at a place, if that is in this file and one stands there.
    #[must_use]
    pub fn document(&self, place: u32) -> Option<DocId> {
        self.number(self.count + self.row(place)?)
    }

    fn row(&self, of: u32) -> Option<usize> {
        Some(of.checked_sub(self.first)? as usize).filter(|row| *row < self.count)
    }

    fn number(&self, at: usize) -> Option<u32> {
        let none = (1u64 << self.width) - 1;
        packed_at(self.payload.get(HEAD..)?, at, self.width).filter(|number| u64::from(*number) != none)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(payload: Vec<u8>, number: u32) {
            if let Ok(shelf) = Shelf::open(payload) {
                let _ = (shelf.place(number), shelf.document(number), shelf.document(shelf.first));
            }
        }
    }
}
