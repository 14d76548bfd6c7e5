//! Lists the ids of all books of an index, in pages, for sitemaps. A page is the ids in a few files,
//! so the manifest alone says how many pages there are, and one page never reads the whole index.

use std::sync::Arc;

use seoga_index::book_id::BookId;
use seoga_index::manifest::Manifest;

use crate::reader::Reader;
use crate::step::{Machine, SearchError, Step};
use crate::store::Store;

/// Files in a page. One has some thousand numbers.
const FILES: u32 = 2;

/// Reads one page of ids, ascending; none on a page that does not exist.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tiny/mod.rs"));
/// # fn main() -> Result<(), SearchError> {
/// use seoga_index::book_id::BookId;
/// use seoga_search::IsbnPage;
///
/// let index = tiny_index();
/// assert_eq!(IsbnPage::count(&index.manifest), 1);
/// assert_eq!(index.ask(IsbnPage::new(Arc::clone(&index.manifest), 0))?, [BookId::isbn(ISBN13)]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct IsbnPage {
    manifest: Arc<Manifest>,
    page: u32,
}

impl IsbnPage {
    /// Counts the pages of an index.
    #[must_use]
    pub fn count(manifest: &Manifest) -> u32 {
        (manifest.directory.isbns.len() as u32).div_ceil(FILES)
    }

    /// Begins to read a page, from 0.
    #[must_use]
    pub fn new(manifest: Arc<Manifest>, page: u32) -> Self {
        Self { manifest, page }
    }
}

impl Machine for IsbnPage {
    type Answer = Vec<BookId>;

    fn step(&mut self, store: &dyn Store) -> Result<Step<Self::Answer>, SearchError> {
        let reader = Reader::new(&self.manifest, store);
        let first = self.page.saturating_mul(FILES);
        let files = first..first.saturating_add(FILES).min(self.manifest.directory.isbns.len() as u32);
        let ids = files.flat_map(|file| reader.ids(file)).collect();
        reader.answer(ids)
    }
}
