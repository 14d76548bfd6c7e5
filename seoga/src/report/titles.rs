//! Titles of books, out of an index.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use index_builder::local::LocalIndex;
use seoga_index::book_id::BookId;
use seoga_search::ListLookup;

use super::counts::Book;

/// Bytes of opened files that are kept.
const BUDGET_BYTES: usize = 64 << 20;
/// Books that are looked up together.
const TOGETHER: usize = 50;

/// Adds its title to each book that the index has.
pub(super) fn add(books: &mut [Book], folder: &Path) -> Result<()> {
    let opened = || format!("the index in {}", folder.display());
    let index = LocalIndex::open(folder, BUDGET_BYTES).with_context(opened)?;
    for books in books.chunks_mut(TOGETHER) {
        let ids = books.iter().map(|book| BookId::parse(&book.id).unwrap_or_default()).collect();
        let records = index.ask(ListLookup::new(Arc::clone(&index.manifest), ids)).with_context(opened)?;
        for (book, record) in books.iter_mut().zip(records) {
            book.title = record.map(|(record, _)| record.title);
        }
    }
    Ok(())
}
