//! Makes `x` ids out of what a record says.
//!
//! How, for other programs too: `docs/IDENTITY.md`. Invariant: an id depends on the five texts alone.

use seoga_index::book_id::BookId;
use seoga_text::names;
use seoga_text::normal::nfkc;

use super::book::Book;
use super::row::Row;
use super::texts::Texts;

/// Stands between the texts that an id is made of.
pub(super) const SEPARATOR: char = '\u{1F}';

/// Gives the id that a row would have by itself.
pub(super) fn alone(row: &Row, texts: &Texts) -> BookId {
    if row.isbn13 == 0 { BookId::of(&words(row, texts)) } else { BookId::isbn(row.isbn13) }
}

/// Gives the texts that the `x` id of a row is made of.
pub(super) fn words(row: &Row, texts: &Texts) -> String {
    let [title, volume, authors, publisher] =
        [row.title, row.volume, row.authors, row.publisher].map(|id| texts.get(id));
    joined([title, volume, &first_author(authors), publisher], row.year)
}

/// Gives the `x` id of what is shown of a book.
pub(super) fn of_book(book: &Book) -> BookId {
    let author = first_author(&book.authors);
    let volume = book.volume.as_deref().unwrap_or_default();
    BookId::of(&joined([&book.title, volume, &author, &book.publisher], book.year.unwrap_or(0)))
}

/// Joins title, volume, first author and publisher, normalised, and the year, which is 0 where none is said.
fn joined(texts: [&str; 4], year: u16) -> String {
    let mut out = String::new();
    for text in texts {
        out.push_str(&normal(text));
        out.push(SEPARATOR);
    }
    if year != 0 {
        out.push_str(&format!("{year:04}"));
    }
    out
}

/// Gives the first name of a statement of responsibility.
pub(super) fn first_author(statement: &str) -> String {
    names::parse(statement).into_iter().next().map(|name| name.text).unwrap_or_default()
}

/// Leaves of a text its letters and numbers, in Unicode normal form KC and lower case.
pub(super) fn normal(text: &str) -> String {
    let lower = nfkc(text).to_lowercase();
    lower.chars().filter(|c| c.is_alphabetic() || c.is_numeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_made_as_the_document_says() {
        const DOCUMENT: &str = include_str!("../../../docs/IDENTITY.md");
        let vectors = DOCUMENT.lines().filter(|line| line.starts_with("| `x"));
        let mut checked = 0;
        for line in vectors {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let &[id, title, volume, author, publisher, year] = cells.as_slice() else {
                panic!("{line}");
            };
            let made =
                BookId::of(&joined([title, volume, author, publisher], year.parse().unwrap_or_default()));
            assert_eq!(format!("`{made}`"), id, "{line}");
            checked += 1;
        }
        assert_eq!(checked, 6);
    }

    #[test]
    fn what_is_hashed_is_the_letters_and_numbers_of_each_text() {
        assert_eq!(
            joined(["Die Füße ﾃｽﾄ — 2판!", "제3권", "한가온", "(주) 서가"], 1982),
            "diefüßeテスト2판\u{1f}제3권\u{1f}한가온\u{1f}주서가\u{1f}1982"
        );
        assert_eq!(joined(["가", "", "", ""], 0), "가\u{1f}\u{1f}\u{1f}\u{1f}");
        assert_eq!(first_author("한가온 지음 ; 이나래 그림"), "한가온");
    }
}
