//! Books' identifiers: an ISBN-13 where that number is the book's own, else an `x` id made of its record.
//!
//! One `u64` holds either. Layout: "Book numbers" in `docs/INDEX_FORMAT.md`; how an `x` id is made: `docs/IDENTITY.md`.
//! Invariant: what [`BookId`] writes, [`BookId::parse`] reads as the same id.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::file_name::BASE32;

/// Marks an `x` id.
const MADE: u64 = 1 << 63;
/// Letters behind the `x`, and the bits of one.
const LETTERS: u32 = 12;
const LETTER_BITS: u32 = 5;
/// The bits of an `x` id that are its name.
pub(crate) const NAME: u64 = (1 << (LETTERS * LETTER_BITS)) - 1;
/// Numbers from here on have more than thirteen digits.
const ISBN_END: u64 = 10_000_000_000_000;

/// Identifies a book for good, whatever index it is in.
///
/// ```
/// use seoga_index::book_id::BookId;
///
/// let isbn = BookId::parse("9788968481475").unwrap();
/// assert_eq!(isbn.isbn13(), Some(9_788_968_481_475));
/// let made = BookId::parse("xabcdefghijkl").unwrap();
/// assert_eq!((made.isbn13(), made.to_string().as_str()), (None, "xabcdefghijkl"));
/// assert_eq!(BookId::parse("978-8968481475"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct BookId(u64);

impl BookId {
    /// The id that comes after all others.
    pub const LAST: Self = Self(MADE | NAME);

    /// Identifies a book by a number of at most thirteen digits, the rest of a greater one being cut off.
    #[must_use]
    pub const fn isbn(isbn13: u64) -> Self {
        Self(isbn13 % ISBN_END)
    }

    /// Makes an `x` id of the first 60 bits of a hash.
    #[must_use]
    pub const fn made(hash: u64) -> Self {
        Self(MADE | (hash >> (u64::BITS - LETTERS * LETTER_BITS)))
    }

    /// Makes the `x` id of a record out of its texts, normalised and joined as `docs/IDENTITY.md` says.
    #[cfg(feature = "write")]
    #[must_use]
    pub fn of(texts: &str) -> Self {
        Self::made(xxhash_rust::xxh3::xxh3_64(texts.as_bytes()))
    }

    /// Reads an id as an index stores it: a number of thirteen digits, or the top bit and 60 bits.
    #[must_use]
    pub const fn from_bits(bits: u64) -> Option<Self> {
        let fits = if bits & MADE == 0 { bits < ISBN_END } else { bits & !MADE <= NAME };
        if fits { Some(Self(bits)) } else { None }
    }

    /// Gives the id as an index stores it.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Gives the ISBN-13 that is the id; `None` for an `x` id.
    #[must_use]
    pub const fn isbn13(self) -> Option<u64> {
        if self.0 & MADE == 0 { Some(self.0) } else { None }
    }

    /// Reads an id as it is written: thirteen digits, or `x` and twelve letters of lower-case base32 (RFC 4648).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 13 {
            return None;
        }
        let Some(letters) = text.strip_prefix('x') else {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            return text.parse().ok().filter(|_| digits).map(Self);
        };
        let value = |byte: u8| BASE32.iter().position(|letter| *letter == byte);
        let name =
            letters.bytes().try_fold(0u64, |name, byte| Some(name << LETTER_BITS | value(byte)? as u64));
        name.map(|name| Self(MADE | name))
    }
}

impl fmt::Display for BookId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(isbn13) = self.isbn13() else {
            f.write_str("x")?;
            return (0..LETTERS).rev().try_for_each(|place| {
                let letter = self.0 >> (place * LETTER_BITS) & 31;
                fmt::Write::write_char(f, char::from(*BASE32.get(letter as usize).unwrap_or(&b'a')))
            });
        };
        write!(f, "{isbn13:013}")
    }
}

impl Serialize for BookId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Computes the check digit of the first twelve digits of an ISBN-13.
#[must_use]
pub fn check_digit(twelve: u64) -> u64 {
    let (mut rest, mut sum, mut weight) = (twelve, 0, 3);
    while rest > 0 {
        sum += rest % 10 * weight;
        rest /= 10;
        weight = 4 - weight;
    }
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_id_is_refused() {
        for wrong in [
            "",
            "42",
            "979115808339x",
            "97911580833970",
            "+979115808339",
            "xabcdefghijk",
            "xabcdefghijklm",
            "Xabcdefghijkl",
            "xABCDEFGHIJKL",
            "xabcdefghijk1",
            "xabcdefghij가",
        ] {
            assert_eq!(BookId::parse(wrong), None, "{wrong}");
        }
        assert_eq!(BookId::from_bits(ISBN_END), None);
        assert_eq!(BookId::from_bits(u64::MAX), None);
    }

    #[test]
    fn a_made_id_is_the_first_sixty_bits_of_a_hash() {
        assert_eq!(BookId::made(0).to_string(), "xaaaaaaaaaaaa");
        assert_eq!(BookId::made(u64::MAX).to_string(), "x777777777777");
        assert_eq!(BookId::made(0x0123_4567_89ab_cdef), BookId::made(0x0123_4567_89ab_cde0));
        assert_eq!(BookId::made(1 << 59).to_string(), "xbaaaaaaaaaaa");
        assert!(BookId::isbn(9_799_999_999_999) < BookId::made(0));
    }

    proptest! {
        #[test]
        fn an_id_is_read_as_it_is_written(hash: u64, isbn13 in 0..ISBN_END) {
            for id in [BookId::made(hash), BookId::isbn(isbn13)] {
                prop_assert_eq!(BookId::parse(&id.to_string()), Some(id));
                prop_assert_eq!(BookId::from_bits(id.bits()), Some(id));
                prop_assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{id}\""));
            }
        }

        #[test]
        fn any_text_is_read_without_panic(text in "x?\\PC{0,14}") {
            if let Some(id) = BookId::parse(&text) {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }

    #[test]
    fn the_check_digit_is_that_of_the_standard() {
        assert_eq!(check_digit(978_030_640_615), 7);
        assert_eq!(check_digit(979_115_839_140), 9);
    }
}
