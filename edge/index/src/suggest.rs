//! A shard of the suggestion dictionary.
//!
//! Layout: "Suggestions" in `docs/INDEX_FORMAT.md`. Texts lie in the order of their keys, the keystrokes of a text without
//! its spaces, which are not stored: whoever asks knows how to make them. A key behind [`SHORT_PREFIX`] is a short prefix
//! with its best completions, compiled because its range is wide.

use std::ops::Range;

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
    kind: SuggestionKind,
    count: u32,
    /// Whether the suggestion before has its key.
    same_key: bool,
}

/// Tells that a suggestion has the key of the one before, in the number that holds its kind.
pub(crate) const SAME_KEY: u64 = 4;
/// Multiplies the books of a suggestion there.
pub(crate) const BOOKS: u64 = 8;

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
            let number = bytes.varint()?;
            texts.push(Text {
                place: 0..0,
                kind: *SuggestionKind::ALL.get((number % SAME_KEY) as usize)?,
                count: u32::try_from(number / BOOKS).ok()?,
                same_key: number & SAME_KEY > 0,
            });
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

    /// Collects the suggestions whose key begins with `prefix`, in key order, of at most
    /// `most` keys; `key_of` gives the key of a text.
    #[must_use]
    pub fn completions(
        &self,
        prefix: &[u8],
        most: usize,
        key_of: &dyn Fn(&str) -> Vec<u8>,
    ) -> Vec<Suggestion> {
        let key = |text: &Text| key_of(self.text(text));
        let start = self.texts.partition_point(|text| key(text).as_slice() < prefix);
        let behind = self.texts.get(start..).unwrap_or_default();
        let within = behind.partition_point(|text| key(text).starts_with(prefix));
        let mut keys = 0;
        let counted = behind.iter().take(within).take_while(|text| {
            keys += usize::from(keys == 0 || !text.same_key);
            keys <= most
        });
        counted.map(|text| self.suggestion(text)).collect()
    }

    fn text(&self, text: &Text) -> &str {
        std::str::from_utf8(self.payload.get(text.place.clone()).unwrap_or_default()).unwrap_or_default()
    }

    fn suggestion(&self, text: &Text) -> Suggestion {
        Suggestion { text: self.text(text).to_owned(), kind: text.kind, count: text.count }
    }
}

/// Reads a list of suggestions, each with its text.
fn list_of(list: &[u8]) -> Option<Vec<Suggestion>> {
    let mut bytes = Bytes::new(list);
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let number = bytes.varint()?;
        let kind = *SuggestionKind::ALL.get((number % SAME_KEY) as usize)?;
        let count = u32::try_from(number / BOOKS).ok()?;
        found.push(Suggestion { text: bytes.str()?.to_owned(), kind, count });
    }
    Some(found)
}
