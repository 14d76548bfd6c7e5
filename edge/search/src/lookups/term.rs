//! Looks a key of the dictionary up, for tools.

use std::sync::Arc;

use seoga_index::dictionary::Entry;
use seoga_index::manifest::Manifest;
use seoga_index::postings::Posting;

use crate::reader::Reader;
use crate::step::{Machine, SearchError, Step};
use crate::store::Store;

/// A key's entry, and its posting list as far as a search reads it.
pub type TermPostings = (Entry, Vec<Posting>);

/// Finds the posting list of a key; `None` where the dictionary has no such key.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tiny/mod.rs"));
/// # fn main() -> Result<(), SearchError> {
/// use seoga_search::TermLookup;
///
/// let index = tiny_index();
/// let key = seoga_text::keys::encode("파이썬");
/// let (_, postings) = index.ask(TermLookup::new(Arc::clone(&index.manifest), key))?.unwrap();
/// assert_eq!(postings.len(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct TermLookup {
    manifest: Arc<Manifest>,
    key: Vec<u8>,
}

impl TermLookup {
    /// Begins to look for a key of the dictionary, its namespace included.
    #[must_use]
    pub fn new(manifest: Arc<Manifest>, key: Vec<u8>) -> Self {
        Self { manifest, key }
    }
}

impl Machine for TermLookup {
    type Answer = Option<TermPostings>;

    fn step(&mut self, store: &dyn Store) -> Result<Step<Self::Answer>, SearchError> {
        let reader = Reader::new(&self.manifest, store);
        let posted = reader.get(&self.key).map(|entry| (entry, reader.list(entry).postings));
        reader.answer(posted)
    }
}
