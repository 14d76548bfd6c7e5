//! Documents by ISBN.
//!
//! Layout: "Book numbers" in `docs/INDEX_FORMAT.md`. A number has one document.
//!
//! Invariant: any bytes are numbers that are found or not; none of it panics.

use crate::DocId;
use crate::bits::packed_at;
use crate::bytes::{Bytes, Damaged};
use crate::payload::Payload;
use crate::record::check_digit;

/// Gives the first twelve digits of a number, by which its file is found.
#[must_use]
pub fn position(isbn13: u64) -> u64 {
    isbn13 / 10
}

/// An opened file of book numbers.
#[derive(Debug)]
pub struct Isbns {
    count: usize,
    width: usize,
    /// Where the documents begin.
    documents: usize,
    payload: Payload,
}

impl Isbns {
    /// Finds where the documents begin.
    ///
    /// # Errors
    /// [`Damaged`] when there are too few bytes, or too many, for its numbers.
    pub fn open(payload: impl Into<Payload>) -> Result<Self, Damaged> {
        Self::read(payload.into()).ok_or(Damaged("book numbers"))
    }

    fn read(payload: Payload) -> Option<Self> {
        let mut bytes = Bytes::new(&payload);
        bytes.u64()?;
        let count = bytes.len()?;
        let width = usize::from(bytes.u8()?);
        for _ in 0..count {
            if bytes.varint()? & 1 == 1 {
                bytes.u8()?;
            }
        }
        let documents = payload.len() - bytes.rest().len();
        let fits = (1..=32).contains(&width) && bytes.rest().len() == count.checked_mul(width)?.div_ceil(8);
        fits.then_some(Self { count, width, documents, payload })
    }

    /// Counts the bytes held.
    #[must_use]
    pub fn size(&self) -> usize {
        self.payload.len()
    }

    /// Gives the document that has a number.
    #[must_use]
    pub fn get(&self, isbn13: u64) -> Option<DocId> {
        let before = self.parts().take_while(|(twelve, _)| *twelve <= position(isbn13));
        let mut near = before.enumerate().filter(|(_, (twelve, _))| *twelve == position(isbn13));
        self.document(near.find(|(_, (twelve, odd))| whole(*twelve, *odd) == Some(isbn13))?.0)
    }

    /// Gives the numbers, ascending by their first twelve digits.
    pub fn iter(&self) -> impl Iterator<Item = u64> {
        self.parts().map_while(|(twelve, odd)| whole(twelve, odd))
    }

    /// Iterates over the first twelve digits of each number, with the check digit where it is not the right one.
    fn parts(&self) -> impl Iterator<Item = (u64, Option<u8>)> {
        let mut bytes = Bytes::new(&self.payload);
        let mut twelve = bytes.u64().unwrap_or(0);
        let _ = (bytes.varint(), bytes.u8());
        (0..self.count).map_while(move |_| {
            let told = bytes.varint()?;
            twelve = twelve.checked_add(told >> 1)?;
            Some((twelve, if told & 1 == 1 { Some(bytes.u8()?) } else { None }))
        })
    }

    fn document(&self, place: usize) -> Option<DocId> {
        packed_at(self.payload.get(self.documents..)?, place, self.width)
    }
}

fn whole(twelve: u64, odd: Option<u8>) -> Option<u64> {
    let digit = odd.map_or_else(|| check_digit(twelve), u64::from);
    twelve.checked_mul(10)?.checked_add(digit)
}

/// Encodes the payload of a file of these numbers, ascending by [`position`], with their documents.
#[cfg(feature = "write")]
#[must_use]
pub(crate) fn encode(numbers: &[(u64, DocId)], width: usize) -> Vec<u8> {
    use crate::bits::put_packed;
    use crate::bytes::put_varint;
    let mut before = numbers.first().map_or(0, |(isbn13, _)| position(*isbn13));
    let mut payload = before.to_le_bytes().to_vec();
    put_varint(&mut payload, numbers.len() as u64);
    payload.push(width as u8);
    for (isbn13, _) in numbers {
        let (twelve, digit) = (position(*isbn13), isbn13 % 10);
        let odd = digit != check_digit(twelve);
        put_varint(&mut payload, (twelve - before) << 1 | u64::from(odd));
        payload.extend(odd.then_some(digit as u8));
        before = twelve;
    }
    put_packed(&mut payload, numbers.iter().map(|(_, doc)| *doc), width as u32);
    payload
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(payload: Vec<u8>, isbn13: u64) {
            if let Ok(isbns) = Isbns::open(payload) {
                let _ = (isbns.get(isbn13), isbns.iter().count());
            }
        }
    }

    #[cfg(feature = "write")]
    proptest! {
        #[test]
        fn every_number_has_its_document_and_others_have_none(
            numbers in prop::collection::btree_map(9_780_000_000_000u64..9_780_000_003_000, 0u32..5_000, 1..200),
            width in 13usize..=32,
        ) {
            let listed: Vec<_> = numbers.iter().map(|(isbn13, doc)| (*isbn13, *doc)).collect();
            let mut payload = encode(&listed, width);
            let isbns = Isbns::open(payload.clone()).unwrap();
            prop_assert_eq!(isbns.iter().collect::<Vec<_>>(), numbers.keys().copied().collect::<Vec<_>>());
            for isbn13 in 9_779_999_999_990..9_780_000_003_010 {
                prop_assert_eq!(isbns.get(isbn13), numbers.get(&isbn13).copied());
            }
            payload.push(0);
            prop_assert!(Isbns::open(payload).is_err());
        }
    }
}
