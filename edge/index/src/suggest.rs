//! A shard of the suggestion dictionary.
//!
//! Payload: `varint bytes of the FST`, the FST from key to the place of a list in what
//! follows, then the lists: `varint n` and n entries of `u8 kind`, `varint
//! count`, string text. A key is the keystrokes of a text without its spaces;
//! a key behind a 0x01 byte is a short prefix with its best completions,
//! compiled because its range is wide.

use fst::{IntoStreamer, Map, Streamer};

use crate::bytes::{Bytes, Damaged};
use crate::file::OpenError;

/// The byte before a short prefix that carries its best completions.
pub const SHORT_PREFIX: u8 = 0x01;
/// Prefixes of up to this many keystrokes may carry their completions.
pub const SHORT_PREFIX_KEYS: usize = 6;

/// What a suggestion is.
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

    /// The word that the HTTP contract uses.
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
    /// What it is.
    pub kind: SuggestionKind,
    /// Books that have it.
    pub count: u32,
}

/// An opened shard.
#[derive(Debug)]
pub struct Suggestions {
    map: Map<Vec<u8>>,
    lists: Vec<u8>,
}

impl Suggestions {
    /// Takes a payload that passed the door.
    ///
    /// # Errors
    /// [`OpenError::Malformed`] when its FST is none.
    pub fn open(payload: &[u8]) -> Result<Self, OpenError> {
        let damaged = Damaged("suggestion shard");
        let mut bytes = Bytes::new(payload);
        let fst = bytes.block().ok_or(damaged)?.to_vec();
        let map = Map::new(fst).map_err(|_| damaged)?;
        map.as_fst().verify().map_err(|_| damaged)?;
        Ok(Self { map, lists: bytes.rest().to_vec() })
    }

    /// Bytes held.
    #[must_use]
    pub fn size(&self) -> usize {
        self.map.as_fst().as_bytes().len() + self.lists.len()
    }

    /// The completions compiled for a short prefix, best first.
    #[must_use]
    pub fn compiled(&self, prefix: &[u8]) -> Option<Vec<Suggestion>> {
        let key = crate::key::in_space(SHORT_PREFIX, prefix);
        self.list(self.map.get(&key)?)
    }

    /// Every suggestion whose key begins with `prefix`, in key order, at most
    /// `most` keys.
    #[must_use]
    pub fn completions(&self, prefix: &[u8], most: usize) -> Vec<Suggestion> {
        let mut range = self.map.range().ge(prefix);
        let end = crate::key::after_prefix(prefix);
        if let Some(end) = &end {
            range = range.lt(end);
        }
        let mut stream = range.into_stream();
        let mut found = Vec::new();
        let mut keys = 0;
        while let Some((_, place)) = stream.next() {
            found.extend(self.list(place).unwrap_or_default());
            keys += 1;
            if keys == most {
                break;
            }
        }
        found
    }

    fn list(&self, place: u64) -> Option<Vec<Suggestion>> {
        let mut bytes = Bytes::new(self.lists.get(usize::try_from(place).ok()?..)?);
        let count = bytes.len()?;
        let mut list = Vec::with_capacity(count.min(64));
        for _ in 0..count {
            let kind = *SuggestionKind::ALL.get(usize::from(bytes.u8()?))?;
            let count = bytes.varint32()?;
            list.push(Suggestion { text: bytes.str()?.to_owned(), kind, count });
        }
        Some(list)
    }
}
