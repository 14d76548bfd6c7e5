//! The language of a book.
//!
//! Three of them, since that is what visitors filter by. Invariant: a record's own code stands above the script.

use seoga_index::columns::Language;

use crate::catalogue::Book;

/// Decides the language a book is filtered by: the record's own code, else the script of the title shown.
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
