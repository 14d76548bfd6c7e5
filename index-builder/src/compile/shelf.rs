//! The shelf: all classed books of all libraries in the order of a call number.
//!
//! The order is that of class number, first contributor, title, volume, year, book number: what a call number says, since a
//! catalogue of holdings has no author marks. Books without a class stand on no shelf.

use rayon::prelude::*;
use seoga_index::DocId;
use seoga_index::book_id::BookId;
use seoga_text::fold;

use super::contributors::Contributors;
use crate::catalogue::Book;

/// The documents that have a class, from the left.
pub(super) fn order(books: &[&Book], contributors: &Contributors) -> Vec<DocId> {
    let numbered = books.par_iter().zip(0..books.len() as DocId);
    let mut order: Vec<(CallNumber<'_>, DocId)> =
        numbered.filter_map(|(book, doc)| Some((CallNumber::of(book, doc, contributors)?, doc))).collect();
    order.par_sort_unstable();
    order.into_iter().map(|(_, doc)| doc).collect()
}

/// A stand-in for a call number.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct CallNumber<'a> {
    class: &'a str,
    author: &'a str,
    title: String,
    /// Volumes by number, those without one by their text.
    volume: (u32, &'a str),
    year: u16,
    id: BookId,
}

impl<'a> CallNumber<'a> {
    fn of(book: &'a Book, doc: DocId, contributors: &'a Contributors) -> Option<Self> {
        let volume = book.volume.as_deref().unwrap_or_default();
        let digits: String = volume.chars().filter(char::is_ascii_digit).take(9).collect();
        Some(Self {
            class: book.class_no.as_deref()?,
            author: contributors
                .of(doc)
                .first()
                .map_or("", |name| contributors.spelled(contributors.letters(*name))),
            title: fold::letters(&book.title),
            volume: (digits.parse().unwrap_or(0), volume),
            year: book.year.unwrap_or(0),
            id: book.id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(isbn13: u64, class: Option<&str>, authors: &str, title: &str, volume: Option<&str>) -> Book {
        Book {
            id: BookId::isbn(isbn13),
            class_no: class.map(str::to_owned),
            authors: authors.to_owned(),
            title: title.to_owned(),
            volume: volume.map(str::to_owned),
            ..Book::default()
        }
    }

    #[test]
    fn books_stand_by_class_author_title_and_volume() {
        let books = [
            book(1, Some("813.7"), "나루 지음", "긴 이야기", Some("10")),
            book(2, Some("813.7"), "나루 지음", "긴 이야기", Some("2")),
            book(3, None, "가온", "분류 없는 책", None),
            book(4, Some("813.7"), "가온 글", "하늘", None),
            book(5, Some("004.73"), "하나", "기계", None),
            book(6, Some("813"), "하나", "문학", None),
        ];
        let books: Vec<&Book> = books.iter().collect();
        let contributors = Contributors::find(&books);
        assert_eq!(order(&books, &contributors), [4, 5, 3, 1, 0]);
    }
}
