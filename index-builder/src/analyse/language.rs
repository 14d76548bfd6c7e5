//! The language of a book.
//!
//! Three of them, since that is what visitors filter by. Invariant: a record's own code stands above the script.

use seoga_index::columns::Language;

use crate::catalogue::Book;

/// Decides the language a book is filtered by: the record's own code, else the script of the title shown.
#[must_use]
pub fn language(book: &Book) -> Language {
    Language::of(book.language.as_deref(), &book.title)
}
