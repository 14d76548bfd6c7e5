//! A shard of the suggestion dictionary.
//!
//! Layout: "Suggestions" in `docs/INDEX_FORMAT.md`. A key is the keystrokes of a text without its spaces; a key behind
//! [`SHORT_PREFIX`] is a short prefix with its best completions, compiled because its range is wide.

use std::ops::Range;

use fst::{IntoStreamer, Map, Streamer};

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
}

/// An opened shard.
#[derive(Debug)]
pub struct Suggestions {
    map: Map<Fst>,
}

/// A shard's payload, of which the FST is a part.
#[derive(Debug)]
struct Fst {
    payload: Payload,
    /// Where the FST begins and ends.
    place: Range<usize>,
}

impl AsRef<[u8]> for Fst {
    fn as_ref(&self) -> &[u8] {
        self.payload.get(self.place.clone()).unwrap_or_default()
    }
}

impl Suggestions {
    /// Takes a payload that passed the door.
    ///
    /// # Errors
    /// [`OpenError::Malformed`] when its FST is none.
    pub fn open(payload: impl Into<Payload>) -> Result<Self, OpenError> {
        let damaged = Damaged("suggestion shard");
        let payload = payload.into();
        let mut bytes = Bytes::new(&payload);
        let length = bytes.block().ok_or(damaged)?.len();
        let end = payload.len() - bytes.rest().len();
        let map = Map::new(Fst { payload, place: end - length..end }).map_err(|_| damaged)?;
        map.as_fst().verify().map_err(|_| damaged)?;
        Ok(Self { map })
    }

    /// Counts the bytes held.
    #[must_use]
    pub fn size(&self) -> usize {
        self.map.as_fst().as_inner().payload.size()
    }

    /// Looks up the completions compiled for a short prefix, best first.
    #[must_use]
    pub fn compiled(&self, prefix: &[u8]) -> Option<Vec<Suggestion>> {
        let key = crate::key::in_space(SHORT_PREFIX, prefix);
        self.list(self.map.get(&key)?)
    }

    /// Collects the suggestions whose key begins with `prefix`, in key order, at most
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
        let Fst { payload, place: Range { end, .. } } = self.map.as_fst().as_inner();
        let start = end.checked_add(usize::try_from(place).ok()?)?;
        let mut bytes = Bytes::new(payload.get(start..)?);
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
