//! Related words: the value before a word's postings list, and the
//! table of the words they name.
//!
//! Words that others are related to have numbers from 0, at most 65,536 of
//! them. The value of a word: `varint (own number + 1)`, 0 where it has none,
//! then for each related word, ascending by number, `varint` number less the one
//! before (the first counts from 0) and `u8` score, to the value's end.
//!
//! The table lies in the dictionary: the key [`crate::key::space::RELATED`], the
//! number in two bytes big-endian and the word's own key lead to the word's
//! list, so that one look-up gives both what the word is and its books.
//!
//! Not how related words are found (the builder's `compile::related`) nor what
//! they are good for (the search's `related`). Invariant: what is written is read
//! back the same, and any bytes are read without panic.

use crate::bytes::Bytes;
use crate::key::{in_space, space};

/// The most words that can have a number.
pub const MOST_WORDS: usize = 1 << 16;

/// A word related to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Neighbour {
    /// The word's number.
    pub number: u16,
    /// How near it is, 1 to 255.
    pub score: u8,
}

/// Holds the related words of a word.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Neighbours {
    /// The word's own number, where others may be related to it.
    pub own: Option<u16>,
    /// The words it is related to, ascending by number.
    pub near: Vec<Neighbour>,
}

impl Neighbours {
    /// Reads a value. One that is cut short or runs over gives what was read
    /// before: related words are an extra, never worth refusing an answer.
    #[must_use]
    pub fn decode(value: &[u8]) -> Self {
        let mut bytes = Bytes::new(value);
        let number = |value: u64| u16::try_from(value).ok();
        let own = bytes.varint().and_then(|own| own.checked_sub(1)).and_then(number);
        let mut neighbours = Neighbours { own, near: Vec::new() };
        let mut before = 0u64;
        while let (Some(more), Some(score)) = (bytes.varint(), bytes.u8()) {
            before = before.saturating_add(more);
            let Some(number) = number(before) else { break };
            neighbours.near.push(Neighbour { number, score });
        }
        neighbours
    }

    /// Encodes the value; `near` must ascend by number.
    #[cfg(feature = "write")]
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        use crate::bytes::put_varint;
        let mut out = Vec::new();
        put_varint(&mut out, self.own.map_or(0, |own| u64::from(own) + 1));
        let mut before = 0;
        for neighbour in &self.near {
            put_varint(&mut out, u64::from(neighbour.number.saturating_sub(before)));
            out.push(neighbour.score);
            before = neighbour.number;
        }
        out
    }
}

/// Builds the prefix of the table keys of a number; the word's own key follows.
#[must_use]
pub fn table_key(number: u16) -> Vec<u8> {
    in_space(space::RELATED, &number.to_be_bytes())
}

/// Gives the number in a table key.
#[must_use]
pub fn word_number(key: &[u8]) -> Option<u16> {
    let [_, high, low, ..] = key else { return None };
    Some(u16::from_be_bytes([*high, *low]))
}

/// Gives the word's own key behind a table key.
#[must_use]
pub fn word_of(key: &[u8]) -> Option<&[u8]> {
    key.get(3..)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_table_key_gives_its_word_back() {
        let key = [table_key(0x1234).as_slice(), b"word"].concat();
        assert_eq!(key, [space::RELATED, 0x12, 0x34, b'w', b'o', b'r', b'd']);
        assert_eq!(word_of(&key), Some(b"word".as_slice()));
        assert_eq!((word_number(&key), word_number(&key[..2])), (Some(0x1234), None));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(value: Vec<u8>) {
            let _ = Neighbours::decode(&value);
        }
    }

    #[cfg(feature = "write")]
    proptest! {
        #[test]
        fn neighbours_round_trip(own: Option<u16>, near in prop::collection::btree_map(any::<u16>(), any::<u8>(), 0..20)) {
            let near = near.into_iter().map(|(number, score)| Neighbour { number, score }).collect();
            let neighbours = Neighbours { own, near };
            prop_assert_eq!(Neighbours::decode(&neighbours.encode()), neighbours);
        }
    }
}
