//! The shelf: all classed books of all libraries in the order of a call number.
//!
//! The order is that of class number, author mark, title, volume, year, book number. The author mark is the one that most call numbers of
//! the book have, of those the first; where none has any, the first contributor's name stands in for it, with which such marks begin. Books
//! without a class stand on no shelf.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rayon::prelude::*;
use seoga_index::DocId;
use seoga_index::book_id::BookId;
use seoga_text::fold;

use super::contributors::Contributors;
use crate::catalogue::{Book, mark_behind_class};

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
            author: author_mark(book).unwrap_or_else(|| {
                let first = contributors.of(doc).first();
                first.map_or("", |name| contributors.spelled(contributors.letters(*name)))
            }),
            title: fold::letters(&book.title),
            volume: (digits.parse().unwrap_or(0), volume),
            year: book.year.unwrap_or(0),
            id: book.id,
        })
    }
}

/// The author mark that most libraries' call numbers have.
fn author_mark(book: &Book) -> Option<&str> {
    let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
    for mark in book.copies.iter().filter_map(|copies| mark_behind_class(&copies.call_number)) {
        *votes.entry(mark).or_default() += 1;
    }
    votes.into_iter().max_by_key(|&(mark, count)| (count, Reverse(mark))).map(|(mark, _)| mark)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Copies, LibraryId};

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

    #[test]
    fn call_numbers_say_the_order_where_there_are_any() {
        let at = |mut book: Book, call_numbers: &[&str]| {
            let copies = call_numbers.iter().enumerate().map(|(library, call_number)| Copies {
                library: LibraryId(library as u16),
                call_number: (*call_number).to_owned(),
                room: String::new(),
                copies: 1,
            });
            book.copies = copies.collect();
            book
        };
        let class = Some("813.7");
        let books = [
            at(
                book(1, class, "김나루 지음", "가을", None),
                &["813.7-김19ㅎ", "813.7-김19ㄱ", "813.7 김19ㄱ c.2"],
            ),
            at(book(2, class, "김가온 지음", "하늘", None), &["813.7-김16ㅎ"]),
            at(book(3, class, "이누리 지음", "바람", None), &["청 813.7-이12ㅂ"]),
            book(4, class, "박다솜 지음", "노을", None),
        ];
        let books: Vec<&Book> = books.iter().collect();
        assert_eq!(order(&books, &Contributors::find(&books)), [1, 0, 3, 2]);
    }
}
