//! A shard of the suggestion dictionary.
//!
//! Layout: "Suggestions" in `docs/INDEX_FORMAT.md`. Texts lie in the order of their keys, the keystrokes of a text without
//! its spaces, which are not stored: whoever asks knows how to make them. A key behind [`SHORT_PREFIX`] is a short prefix
//! with its best completions, compiled because its range is wide.

use std::ops::Range;

use crate::book_id::{BookId, check_digit};
use crate::bytes::{Bytes, Damaged};
use crate::file::OpenError;
use crate::payload::Payload;

/// The byte before a short prefix that carries its best completions.
pub const SHORT_PREFIX: u8 = 0x01;
/// Prefixes of up to this many keystrokes may carry their completions.
pub const SHORT_PREFIX_KEYS: usize = 6;

/// Names the source of a suggestion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum SuggestionKind {
    /// A keyword of the catalogue.
    Keyword = 0,
    /// A title.
    Title = 1,
    /// A contributor.
    Author = 2,
    /// A publisher.
    Publisher = 3,
}

impl SuggestionKind {
    /// All kinds, by number.
    pub const ALL: [SuggestionKind; 4] =
        [SuggestionKind::Keyword, SuggestionKind::Title, SuggestionKind::Author, SuggestionKind::Publisher];

    /// Gives the word that the HTTP contract uses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            SuggestionKind::Keyword => "keyword",
            SuggestionKind::Title => "title",
            SuggestionKind::Author => "author",
            SuggestionKind::Publisher => "publisher",
        }
    }
}

/// A completion of what is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The text to put into the box.
    pub text: String,
    /// Its source.
    pub kind: SuggestionKind,
    /// Books that have it.
    pub count: u32,
    /// The book of a title that one book alone has.
    pub book: Option<BookId>,
}

/// An opened shard.
#[derive(Debug)]
pub struct Suggestions {
    payload: Payload,
    /// Where the completions of short prefixes lie.
    compiled: Range<usize>,
    /// In the order of their keys.
    texts: Vec<Text>,
}

/// A suggestion of a shard.
#[derive(Debug)]
struct Text {
    place: Range<usize>,
    number: Number,
    book: Option<BookId>,
}

/// Tells that a suggestion has the key of the one before, in the number that holds its kind.
const SAME_KEY: u64 = 4;
/// Tells that a suggestion leads to a book, whose id is stored.
const HAS_BOOK: u64 = 8;
/// Multiplies the books of a suggestion there.
const BOOKS: u64 = 16;
/// The first twelve digits of the least ISBN-13.
const LEAST_ISBN: u64 = 978_000_000_000;

/// Holds the facts that the one number of a suggestion stands for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number {
    kind: SuggestionKind,
    count: u32,
    pub(crate) has_book: bool,
    pub(crate) same_key: bool,
}

impl Number {
    #[cfg(feature = "write")]
    pub(crate) fn of(suggestion: &Suggestion, same_key: bool) -> Self {
        let has_book = suggestion.book.is_some();
        Self { kind: suggestion.kind, count: suggestion.count, has_book, same_key }
    }

    #[cfg(feature = "write")]
    pub(crate) fn encode(self) -> u64 {
        let flag = |is: bool, bit: u64| if is { bit } else { 0 };
        u64::from(self.count) * BOOKS
            + flag(self.has_book, HAS_BOOK)
            + flag(self.same_key, SAME_KEY)
            + self.kind as u64
    }

    fn decode(number: u64) -> Option<Self> {
        Some(Self {
            kind: *SuggestionKind::ALL.get((number % SAME_KEY) as usize)?,
            count: u32::try_from(number / BOOKS).ok()?,
            has_book: number & HAS_BOOK > 0,
            same_key: number & SAME_KEY > 0,
        })
    }
}

/// Encodes the id of a book: of an ISBN-13 with its right check digit twice what its first twelve digits are above the least,
/// of any other id 1 and the id in eight bytes.
#[cfg(feature = "write")]
pub(crate) fn put_book(id: BookId, out: &mut Vec<u8>) {
    let above =
        id.isbn13().and_then(|isbn| isbn.checked_sub(check_digit(isbn / 10))?.checked_sub(LEAST_ISBN * 10));
    match above.filter(|above| above % 10 == 0) {
        Some(above) => crate::bytes::put_varint(out, above / 10 * 2),
        None => {
            crate::bytes::put_varint(out, 1);
            out.extend(id.bits().to_le_bytes());
        }
    }
}

/// Decodes what [`put_book`] encodes.
fn book(bytes: &mut Bytes<'_>) -> Option<BookId> {
    let number = bytes.varint()?;
    if number % 2 == 1 {
        return BookId::from_bits(bytes.u64()?).filter(|_| number == 1);
    }
    let twelve = (number / 2).checked_add(LEAST_ISBN).filter(|twelve| *twelve < 10 * LEAST_ISBN)?;
    BookId::from_bits(twelve * 10 + check_digit(twelve))
}

impl Suggestions {
    /// Takes a payload that passed the door.
    ///
    /// # Errors
    /// [`OpenError::Malformed`] when it is no such shard.
    pub fn open(payload: impl Into<Payload>) -> Result<Self, OpenError> {
        let payload = payload.into();
        let mut bytes = Bytes::new(&payload);
        let (compiled, texts) = Self::read(&payload, &mut bytes).ok_or(Damaged("suggestion shard"))?;
        Ok(Self { payload, compiled, texts })
    }

    fn read(payload: &[u8], bytes: &mut Bytes<'_>) -> Option<(Range<usize>, Vec<Text>)> {
        let length = bytes.block()?.len();
        let end = payload.len() - bytes.rest().len();
        let count = bytes.len()?;
        let mut texts = Vec::with_capacity(count.min(bytes.rest().len()));
        for _ in 0..count {
            texts.push(Text { place: 0..0, number: Number::decode(bytes.varint()?)?, book: None });
        }
        for text in texts.iter_mut().filter(|text| text.number.has_book) {
            text.book = Some(book(bytes)?);
        }
        let lengths: Vec<usize> = texts.iter().map(|_| bytes.len()).collect::<Option<_>>()?;
        let mut at = payload.len() - bytes.rest().len();
        let all = std::str::from_utf8(bytes.rest()).ok()?;
        let mut rest = all;
        for (text, length) in texts.iter_mut().zip(lengths) {
            rest = rest.get(length..)?;
            text.place = at..at + length;
            at += length;
        }
        rest.is_empty().then_some((end - length..end, texts))
    }

    /// Counts the bytes held.
    #[must_use]
    pub fn size(&self) -> usize {
        self.payload.size() + self.texts.len() * size_of::<Text>()
    }

    /// Looks up the completions compiled for a short prefix, best first.
    #[must_use]
    pub fn compiled(&self, prefix: &[u8]) -> Option<Vec<Suggestion>> {
        let mut compiled = Bytes::new(self.payload.get(self.compiled.clone())?);
        loop {
            let (of, list) = (compiled.block()?, compiled.block()?);
            if of == prefix {
                return list_of(list);
            }
        }
    }

    /// Collects the suggestions whose key begins with `prefix` and whose text is `wanted`, in key order, looking at no more than
    /// `most` keys; `key_of` gives the key of a text.
    #[must_use]
    pub fn completions(
        &self,
        prefix: &[u8],
        most: usize,
        key_of: &dyn Fn(&str) -> Vec<u8>,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Vec<Suggestion> {
        let key = |text: &Text| key_of(self.text(text));
        let start = self.texts.partition_point(|text| key(text).as_slice() < prefix);
        let behind = self.texts.get(start..).unwrap_or_default();
        let within = behind.partition_point(|text| key(text).starts_with(prefix));
        let mut keys = 0;
        let counted = behind.iter().take(within).take_while(|text| {
            keys += usize::from(keys == 0 || !text.number.same_key);
            keys <= most
        });
        counted.filter(|text| wanted(self.text(text))).map(|text| self.suggestion(text)).collect()
    }

    fn text(&self, text: &Text) -> &str {
        std::str::from_utf8(self.payload.get(text.place.clone()).unwrap_or_default()).unwrap_or_default()
    }

    fn suggestion(&self, text: &Text) -> Suggestion {
        let Number { kind, count, .. } = text.number;
        Suggestion { text: self.text(text).to_owned(), kind, count, book: text.book }
    }
}

/// Reads a list of suggestions, each with its text.
fn list_of(list: &[u8]) -> Option<Vec<Suggestion>> {
    let mut bytes = Bytes::new(list);
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let number = Number::decode(bytes.varint()?)?;
        let book = if number.has_book { Some(book(&mut bytes)?) } else { None };
        found.push(Suggestion {
            text: bytes.str()?.to_owned(),
            kind: number.kind,
            count: number.count,
            book,
        });
    }
    Some(found)
}

#[cfg(all(test, feature = "write"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_book_of_a_title_is_read_as_it_is_written(hash: u64, twelve in 0u64..1_000_000_000_000, digit in 0u64..10) {
            let right = BookId::isbn(twelve * 10 + check_digit(twelve));
            for id in [BookId::made(hash), BookId::isbn(twelve * 10 + digit), right] {
                let mut out = Vec::new();
                put_book(id, &mut out);
                let mut bytes = Bytes::new(&out);
                prop_assert_eq!(book(&mut bytes), Some(id));
                prop_assert!(bytes.is_empty());
            }
        }

        #[test]
        fn any_bytes_are_a_book_or_none(bytes in prop::collection::vec(any::<u8>(), 0..12)) {
            let _ = book(&mut Bytes::new(&bytes));
        }
    }
}
