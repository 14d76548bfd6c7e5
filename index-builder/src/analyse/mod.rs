//! From a clean book to the keys it is found by.
//!
//! Uses the very analyser that reads queries (`seoga-text`) and adds what only
//! the whole catalogue can tell: which words compounds are made of and which
//! neighbours are also written as one ([`Vocabulary`]). It knows no files.
//!
//! Invariant: forms are added, none is replaced: every word of every recorded
//! spelling stays a key.

mod interner;
mod terms;
mod vocabulary;

pub use interner::Interner;
pub use terms::Analyser;
pub use vocabulary::Vocabulary;

use seoga_index::columns::Language;

use crate::catalogue::Book;

/// The language a book is filtered by: the record's own code, else the script
/// of the title shown.
#[must_use]
pub fn language(book: &Book) -> Language {
    if let Some(code) = &book.language {
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
    if book.title.chars().any(hangul) {
        Language::Korean
    } else if book.title.chars().any(|c| c.is_ascii_alphabetic()) {
        Language::English
    } else {
        Language::Other
    }
}
