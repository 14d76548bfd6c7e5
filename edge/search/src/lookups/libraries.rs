//! Looks up what is told of libraries.

use std::sync::Arc;

use seoga_index::manifest::Manifest;

use crate::reader::Reader;
use crate::step::{Machine, SearchError, Step};
use crate::store::Store;
use crate::told::ToldLibraries;

/// Finds what is told of libraries by their numbers, in one round.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tiny/mod.rs"));
/// # fn main() -> Result<(), SearchError> {
/// use seoga_search::LibrariesLookup;
///
/// let index = tiny_index();
/// let told = index.ask(LibrariesLookup::new(Arc::clone(&index.manifest), vec![0]))?;
/// assert_eq!(told.of(0), None); // this index tells nothing of its library
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct LibrariesLookup {
    manifest: Arc<Manifest>,
    numbers: Vec<u16>,
}

impl LibrariesLookup {
    /// Begins a look-up.
    #[must_use]
    pub fn new(manifest: Arc<Manifest>, numbers: Vec<u16>) -> Self {
        Self { manifest, numbers }
    }
}

impl Machine for LibrariesLookup {
    type Answer = ToldLibraries;

    fn step(&mut self, store: &dyn Store) -> Result<Step<Self::Answer>, SearchError> {
        let reader = Reader::new(&self.manifest, store);
        let told = reader.told(self.numbers.iter().copied());
        reader.answer(told)
    }
}
