//! Columns of consecutive documents, which facets count.
//!
//! Layout: "Columns" in `docs/INDEX_FORMAT.md`. The greatest value of a column means unknown.

use crate::DocId;
use crate::bytes::{Bytes, Damaged};
#[cfg(feature = "write")]
use crate::limits::LARGE_INDEX_DOCUMENTS;
use crate::payload::Payload;

/// Documents in one file of facet columns.
pub const COLUMN_DOCS: u32 = 8192;
/// Documents in one file of a kind that no search by words reads.
#[cfg(feature = "write")]
const RARE_COLUMN_DOCS: u32 = 2048;

/// Gives the documents in a full file of a kind that no search by words reads: books like a book, the shelf.
#[cfg(feature = "write")]
pub(crate) fn rare_column_docs(documents: usize) -> usize {
    let docs = RARE_COLUMN_DOCS as usize;
    if documents > LARGE_INDEX_DOCUMENTS as usize { 4 * docs } else { docs }
}

/// The value of an unknown class or year, or registration.
pub const UNKNOWN16: u16 = u16::MAX;
/// The value of an unknown publisher.
pub const UNKNOWN24: u32 = 0xff_ffff;

/// The languages a book is filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Language {
    /// Korean.
    Korean = 0,
    /// English.
    English = 1,
    /// Anything else.
    Other = 2,
}

impl Language {
    /// All languages, by number.
    pub const ALL: [Language; 3] = [Language::Korean, Language::English, Language::Other];

    /// Writes `ko`, `en` or `other`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Language::Korean => "ko",
            Language::English => "en",
            Language::Other => "other",
        }
    }

    /// Decides the language that a book is filtered by: its record's own code, else the script of the title shown.
    #[must_use]
    pub fn of(code: Option<&str>, title: &str) -> Language {
        if let Some(code) = code {
            let code = code.to_ascii_lowercase();
            return if code.starts_with("ko") {
                Language::Korean
            } else if code.starts_with("en") {
                Language::English
            } else {
                Language::Other
            };
        }
        let hangul = |c: char| ('가'..='힣').contains(&c) || ('ㄱ'..='ㅣ').contains(&c);
        if title.chars().any(hangul) {
            Language::Korean
        } else if title.chars().any(|c| c.is_ascii_alphabetic()) {
            Language::English
        } else {
            Language::Other
        }
    }

    /// Parses `ko`, `en` or `other`.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Language> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }
}

/// The facets of one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FacetRow<'a> {
    /// Number of the class in the manifest's table, or [`UNKNOWN16`].
    pub class: u16,
    /// Year of publication, or [`UNKNOWN16`].
    pub year: u16,
    /// Number of the publisher in the names files, or [`UNKNOWN24`].
    pub publisher: u32,
    /// Language.
    pub language: Language,
    /// The libraries that hold it, a bit each.
    pub libraries: &'a [u8],
}

impl FacetRow<'_> {
    /// Tells whether a library holds the document.
    #[must_use]
    pub fn held_by(&self, library: u16) -> bool {
        self.libraries.get(usize::from(library / 8)).is_some_and(|byte| byte >> (library % 8) & 1 == 1)
    }
}

/// An opened facets file.
#[derive(Debug)]
pub struct Facets {
    first: DocId,
    count: usize,
    mask_bytes: usize,
    payload: Payload,
}

const HEAD: usize = 8;

fn head(payload: &[u8], what: &'static str) -> Result<(DocId, usize, usize), Damaged> {
    let mut bytes = Bytes::new(payload);
    let mut read = || Some((bytes.u32()?, usize::from(bytes.u16()?), usize::from(bytes.u16()?)));
    read().ok_or(Damaged(what))
}

fn at<const N: usize>(payload: &[u8], column: usize, row: usize) -> Option<[u8; N]> {
    let start = column + row * N;
    payload.get(start..start + N)?.try_into().ok()
}

fn u24(bytes: [u8; 3]) -> u32 {
    let [a, b, c] = bytes;
    u32::from_le_bytes([a, b, c, 0])
}

impl Facets {
    /// Checks the payload's length.
    ///
    /// # Errors
    /// [`Damaged`] when it is too short or too long for its count.
    pub fn open(payload: impl Into<Payload>) -> Result<Self, Damaged> {
        let payload = payload.into();
        let (first, count, mask_bytes) = head(&payload, "facet columns")?;
        if payload.len() != HEAD + count * (8 + mask_bytes) {
            return Err(Damaged("facet columns"));
        }
        Ok(Self { first, count, mask_bytes, payload })
    }

    /// Counts the bytes held.
    #[must_use]
    pub fn size(&self) -> usize {
        self.payload.len()
    }

    /// Reads the row of a document, if it is in this file.
    #[must_use]
    pub fn get(&self, doc: DocId) -> Option<FacetRow<'_>> {
        let row = doc.checked_sub(self.first)? as usize;
        if row >= self.count {
            return None;
        }
        let (n, payload) = (self.count, &*self.payload);
        let masks = HEAD + n * 8 + row * self.mask_bytes;
        let language = *payload.get(HEAD + n * 7 + row)?;
        Some(FacetRow {
            class: u16::from_le_bytes(at(payload, HEAD, row)?),
            year: u16::from_le_bytes(at(payload, HEAD + n * 2, row)?),
            publisher: u24(at(payload, HEAD + n * 4, row)?),
            language: *Language::ALL.get(usize::from(language)).unwrap_or(&Language::Other),
            libraries: payload.get(masks..masks + self.mask_bytes)?,
        })
    }
}
