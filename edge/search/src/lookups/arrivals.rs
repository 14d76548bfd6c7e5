//! Looks up the latest arrivals of all libraries, of one, or of a class, as the builder listed them.

use std::sync::Arc;

use seoga_index::key::space;
use seoga_index::manifest::Manifest;
use seoga_index::record::Record;

use crate::reader::Reader;
use crate::step::{Machine, SearchError, Step};
use crate::store::Store;
use seoga_text::sorting;

/// Arrivals in a list at most.
pub const ARRIVALS: usize = 20;

/// The books among which the latest are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArrivalScope<'a> {
    /// All: by the day on which the first of them had the book.
    All,
    /// Those of the library of this number: by the day on which it had the book.
    Library(u16),
    /// Those of a class number's prefix: by the first day anywhere.
    Class(&'a str),
}

impl ArrivalScope<'_> {
    /// Encodes the key of the list.
    #[must_use]
    pub fn key(self) -> Vec<u8> {
        let mut key = vec![space::ARRIVALS];
        match self {
            ArrivalScope::All => {}
            ArrivalScope::Library(number) => {
                key.push(b'l');
                key.extend(number.to_be_bytes());
            }
            ArrivalScope::Class(prefix) => {
                key.push(b'c');
                key.extend(prefix.trim_end_matches('.').as_bytes());
            }
        }
        key
    }
}

/// Finds the latest arrivals; its answer is their records, the latest first.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tiny/mod.rs"));
/// # fn main() -> Result<(), SearchError> {
/// use seoga_search::Arrivals;
///
/// let index = tiny_index();
/// let arrivals = index.ask(Arrivals::new(Arc::clone(&index.manifest), ArrivalScope::All, 10))?;
/// assert_eq!(arrivals[0].id.isbn13(), Some(ISBN13));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Arrivals {
    manifest: Arc<Manifest>,
    key: Vec<u8>,
    most: usize,
}

impl Arrivals {
    /// Begins to look for so many at most, up to [`ARRIVALS`]: records, the latest first; none in an index that lists none.
    #[must_use]
    pub fn new(manifest: Arc<Manifest>, of: ArrivalScope<'_>, most: usize) -> Self {
        Self { manifest, key: of.key(), most }
    }
}

impl Machine for Arrivals {
    type Answer = Vec<Record>;

    fn step(&mut self, store: &dyn Store) -> Result<Step<Self::Answer>, SearchError> {
        let reader = Reader::new(&self.manifest, store);
        let mut listed = reader.get(&self.key).map(|entry| reader.list(entry).postings).unwrap_or_default();
        // The payload is the rank: only what is shown is read.
        sorting::sort_by_cached_key(&mut listed, |posting| (posting.payload, posting.doc));
        let records = listed.iter().take(self.most).filter_map(|posting| reader.record(posting.doc));
        let records = records.collect();
        reader.answer(records)
    }
}
