//! Documents by book number: ids, further numbers of a book, and ids that were left behind.
//!
//! Layout: "Book numbers" in `docs/INDEX_FORMAT.md`. A number may lead to several documents; the one whose own id it is
//! comes first.
//!
//! Invariant: any bytes are numbers that are found or not; none of it panics.

use crate::DocId;
use crate::bits::packed_at;
use crate::book_id::check_digit;
use crate::book_id::{BookId, NAME};
use crate::bytes::{Bytes, Damaged};
use crate::payload::Payload;

/// Positions from here on are those of `x` ids.
const MADE: u64 = 1 << 47;
/// Bits of an `x` id that its position does not tell.
const TAIL_BITS: u32 = 13;

/// A book number, and where it leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookNumber {
    /// The number.
    pub id: BookId,
    /// Whether it is the id of the document, and not a further number of it or an id left behind.
    pub own: bool,
    /// The document.
    pub doc: DocId,
}

/// Gives the position by which the file of a number is found: the first twelve digits, or of an `x` id 2^47 and its first 47 bits.
#[must_use]
pub fn position(id: BookId) -> u64 {
    match id.isbn13() {
        Some(isbn13) => isbn13 / 10,
        None => MADE | (id.bits() & NAME) >> TAIL_BITS,
    }
}

/// An opened file of book numbers.
#[derive(Debug)]
pub struct Isbns {
    count: usize,
    width: usize,
    /// Where the places of numbers that are not their documents' ids begin.
    others: usize,
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
        let at = |bytes: &Bytes<'_>| payload.len() - bytes.rest().len();
        let mut position = bytes.u64()?;
        let count = bytes.len()?;
        let width = usize::from(bytes.u8()?);
        for _ in 0..count {
            next(&mut bytes, &mut position)?;
        }
        let others = at(&bytes);
        for _ in 0..bytes.len()? {
            bytes.varint()?;
        }
        let documents = at(&bytes);
        let fits = (1..=32).contains(&width) && bytes.rest().len() == count.checked_mul(width)?.div_ceil(8);
        fits.then_some(Self { count, width, others, documents, payload })
    }

    /// Counts the bytes held.
    #[must_use]
    pub fn size(&self) -> usize {
        self.payload.len()
    }

    /// Gives the document that a number leads to: the one whose id it is, else the first.
    #[must_use]
    pub fn get(&self, id: BookId) -> Option<DocId> {
        self.all(id).next()
    }

    /// Gives every document that a number leads to, the one whose id it is first.
    pub fn all(&self, id: BookId) -> impl Iterator<Item = DocId> {
        let before = self.ids().take_while(move |other| position(*other) <= position(id));
        before
            .enumerate()
            .filter(move |(_, other)| *other == id)
            .filter_map(|(place, _)| self.document(place))
    }

    /// Gives the numbers with their documents, ascending.
    pub fn iter(&self) -> impl Iterator<Item = BookNumber> {
        let mut others = Bytes::new(self.payload.get(self.others..self.documents).unwrap_or_default());
        let _ = others.varint();
        let mut other = others.varint();
        self.ids().enumerate().map_while(move |(place, id)| {
            let own = other != Some(place as u64);
            if !own {
                other = others.varint().and_then(|more| more.checked_add(place as u64));
            }
            Some(BookNumber { id, own, doc: self.document(place)? })
        })
    }

    fn ids(&self) -> impl Iterator<Item = BookId> {
        let mut bytes = Bytes::new(&self.payload);
        let mut position = bytes.u64().unwrap_or(0);
        let _ = (bytes.varint(), bytes.u8());
        (0..self.count).map_while(move |_| next(&mut bytes, &mut position))
    }

    fn document(&self, place: usize) -> Option<DocId> {
        packed_at(self.payload.get(self.documents..)?, place, self.width)
    }
}

/// Reads the number after the one at this position.
fn next(bytes: &mut Bytes<'_>, position: &mut u64) -> Option<BookId> {
    let told = bytes.varint()?;
    *position = position.checked_add(told >> 1)?;
    if *position >= MADE {
        let tail = u64::from(bytes.u8()?) | u64::from(bytes.u8()?) << 8;
        let name = (*position - MADE).checked_mul(1 << TAIL_BITS)?.checked_add(tail)?;
        return BookId::from_bits(!NAME & BookId::made(0).bits() | name).filter(|_| tail >> TAIL_BITS == 0);
    }
    let digit = if told & 1 == 1 { u64::from(bytes.u8()?) } else { check_digit(*position) };
    BookId::from_bits(position.checked_mul(10)?.checked_add(digit)?)
}

/// Encodes the payload of a file of these numbers, ascending and those that are an id first.
#[cfg(feature = "write")]
#[must_use]
pub(crate) fn encode(numbers: &[BookNumber], width: usize) -> Vec<u8> {
    use crate::bits::put_packed;
    use crate::bytes::put_varint;
    let mut before = numbers.first().map_or(0, |number| position(number.id));
    let mut payload = before.to_le_bytes().to_vec();
    put_varint(&mut payload, numbers.len() as u64);
    payload.push(width as u8);
    for number in numbers {
        let at = position(number.id);
        let odd = number.id.isbn13().map(|isbn13| isbn13 % 10).filter(|digit| *digit != check_digit(at));
        put_varint(&mut payload, (at - before) << 1 | u64::from(odd.is_some()));
        payload.extend(odd.map(|digit| digit as u8));
        if number.id.isbn13().is_none() {
            let tail = number.id.bits() & ((1 << TAIL_BITS) - 1);
            payload.extend_from_slice(&(tail as u16).to_le_bytes());
        }
        before = at;
    }
    let others: Vec<u64> =
        (0..).zip(numbers).filter(|(_, number)| !number.own).map(|(place, _)| place).collect();
    put_varint(&mut payload, others.len() as u64);
    let mut before = 0;
    for place in others {
        put_varint(&mut payload, place - before);
        before = place;
    }
    put_packed(&mut payload, numbers.iter().map(|number| number.doc), width as u32);
    payload
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(payload: Vec<u8>, isbn13: u64, hash: u64) {
            if let Ok(isbns) = Isbns::open(payload) {
                let _ = (isbns.get(BookId::isbn(isbn13)), isbns.get(BookId::made(hash)), isbns.iter().count());
            }
        }
    }

    #[cfg(feature = "write")]
    fn any_numbers() -> impl Strategy<Value = Vec<BookNumber>> {
        let id = prop_oneof![
            (9_780_000_000_000u64..9_780_000_003_000).prop_map(BookId::isbn),
            any::<u64>().prop_map(BookId::made),
            (0u64..9_000).prop_map(|low| BookId::made(low << 4)),
        ];
        let number = (id, any::<bool>(), 0u32..5_000);
        prop::collection::vec(number, 1..200).prop_map(|numbers| {
            let mut numbers: Vec<BookNumber> =
                numbers.into_iter().map(|(id, own, doc)| BookNumber { id, own, doc }).collect();
            numbers.sort_unstable_by_key(|number| (number.id, !number.own, number.doc));
            numbers.dedup();
            numbers
        })
    }

    #[cfg(feature = "write")]
    proptest! {
        #[test]
        fn every_number_has_its_documents_and_others_have_none(
            numbers in any_numbers(), width in 13usize..=32,
        ) {
            let mut payload = encode(&numbers, width);
            let isbns = Isbns::open(payload.clone()).unwrap();
            prop_assert_eq!(isbns.iter().collect::<Vec<_>>(), numbers.clone());
            let absent = (0..300).map(|n| BookId::isbn(9_779_999_999_990 + n)).chain([BookId::made(1 << 63)]);
            for id in numbers.iter().map(|number| number.id).chain(absent) {
                let docs: Vec<DocId> =
                    numbers.iter().filter(|number| number.id == id).map(|number| number.doc).collect();
                prop_assert_eq!(isbns.get(id), docs.first().copied());
                prop_assert_eq!(isbns.all(id).collect::<Vec<_>>(), docs);
            }
            payload.push(0);
            prop_assert!(Isbns::open(payload).is_err());
        }

        #[test]
        fn one_changed_byte_is_read_without_panic(
            numbers in any_numbers(), at: prop::sample::Index, byte: u8,
        ) {
            let mut payload = encode(&numbers, 16);
            let at = at.index(payload.len());
            payload[at] = byte;
            if let Ok(isbns) = Isbns::open(payload) {
                isbns.iter().for_each(|number| _ = isbns.get(number.id));
            }
        }
    }
}
