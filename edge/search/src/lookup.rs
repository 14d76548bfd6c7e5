//! The record of one book number.

use std::sync::Arc;

use seoga_index::DocId;
use seoga_index::dictionary::Entry;
use seoga_index::key::{in_space, space};
use seoga_index::manifest::Manifest;
use seoga_index::record::Record;

use crate::machine::{SearchError, Step};
use crate::reader::Reader;
use crate::store::Store;

/// Finds the record of an ISBN-13.
#[derive(Debug)]
pub struct Lookup {
    manifest: Arc<Manifest>,
    isbn13: u64,
}

impl Lookup {
    /// Begins a look-up.
    #[must_use]
    pub fn new(manifest: Arc<Manifest>, isbn13: u64) -> Self {
        Self { manifest, isbn13 }
    }

    /// Goes on as far as the blocks at hand allow. Without such a book the
    /// answer is `None`.
    ///
    /// # Errors
    /// [`SearchError`] when a block is malformed.
    pub fn step(&mut self, store: &dyn Store) -> Result<Step<Option<(DocId, Record)>>, SearchError> {
        let reader = Reader::new(&self.manifest, store);
        let key = in_space(space::ISBN, format!("{:013}", self.isbn13).as_bytes());
        let doc = match reader.get(&key) {
            Some(Entry::Inline(posting)) => Some(posting.doc),
            _ => None,
        };
        let record = doc.and_then(|doc| Some((doc, reader.record(doc)?)));
        let missing = reader.finish()?;
        Ok(if missing.is_empty() { Step::Done(record) } else { Step::Need(missing) })
    }
}
