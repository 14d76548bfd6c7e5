//! All book numbers of an index, in pages: what a sitemap lists. A page is the numbers in a few files,
//! so the manifest alone says how many pages there are, and one page never reads the whole index.

use std::sync::Arc;

use seoga_index::manifest::Manifest;

use crate::reader::Reader;
use crate::step::{Machine, SearchError, Step};
use crate::store::Store;

/// Files in a page. One has some thousand numbers.
const FILES: u32 = 2;

/// Reads one page of numbers.
#[derive(Debug)]
pub struct Numbers {
    manifest: Arc<Manifest>,
    page: u32,
}

impl Numbers {
    /// How many pages an index has.
    #[must_use]
    pub fn pages(manifest: &Manifest) -> u32 {
        (manifest.directory.isbns.len() as u32).div_ceil(FILES)
    }

    /// Begins to read a page, from 0.
    #[must_use]
    pub fn new(manifest: Arc<Manifest>, page: u32) -> Self {
        Self { manifest, page }
    }
}

impl Machine for Numbers {
    type Answer = Vec<u64>;

    fn step(&mut self, store: &dyn Store) -> Result<Step<Self::Answer>, SearchError> {
        let reader = Reader::new(&self.manifest, store);
        let first = self.page.saturating_mul(FILES);
        let files = first..first.saturating_add(FILES).min(self.manifest.directory.isbns.len() as u32);
        let numbers = files.flat_map(|file| reader.isbns(file)).collect();
        reader.answer(numbers)
    }
}
