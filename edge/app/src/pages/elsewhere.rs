//! Links to services of others that know of books: of one by its ISBN, of any by the words asked.
//!
//! Invariant: a link is all there is. Nobody learns of a visitor who does not follow it, nor which page it was on.

use maud::{Markup, html};
use seoga_index::record::Record;
use seoga_search::book_view::isbn13;

use crate::http::params::encode_into;
use crate::pages::layout::Page;

/// A service, and what stands before the number or the words in its addresses.
struct Service {
    name: &'static str,
    by_isbn: &'static str,
    by_words: Option<&'static str>,
}

const SERVICES: [Service; 4] = [
    Service {
        name: "국립중앙도서관",
        by_isbn: "https://www.nl.go.kr/NL/contents/search.do?srchTarget=total&kwd=",
        by_words: Some("https://www.nl.go.kr/NL/contents/search.do?srchTarget=total&kwd="),
    },
    Service {
        name: "WorldCat",
        by_isbn: "https://search.worldcat.org/search?q=bn%3A",
        by_words: Some("https://search.worldcat.org/search?q="),
    },
    Service {
        name: "Open Library",
        by_isbn: "https://openlibrary.org/isbn/",
        by_words: Some("https://openlibrary.org/search?q="),
    },
    Service { name: "Google Books", by_isbn: "https://books.google.com/books?vid=ISBN", by_words: None },
];

/// Leads to what others know of the book, where its ISBN is right.
pub(super) fn of_book(page: &Page<'_>, record: &Record) -> Markup {
    let isbn = isbn13(record.id).filter(|_| record.checked).map(|isbn| isbn.to_string());
    let before = SERVICES.iter().map(|service| (service.name, service.by_isbn));
    html! { @if let Some(isbn) = isbn { (links(page.strings.elsewhere, &isbn, before)) } }
}

/// Leads to where else words may be asked.
pub(super) fn of_words(page: &Page<'_>, words: &str) -> Markup {
    let mut written = String::new();
    encode_into(&mut written, words);
    let before = SERVICES.iter().filter_map(|service| Some((service.name, service.by_words?)));
    html! { @if !words.is_empty() { (links(page.strings.nothing_elsewhere, &written, before)) } }
}

fn links(title: &str, asked: &str, services: impl Iterator<Item = (&'static str, &'static str)>) -> Markup {
    html! {
        nav.elsewhere aria-labelledby="elsewhere" {
            h2 #elsewhere { (title) }
            ul.cite {
                @for (name, before) in services {
                    li { a href={ (before) (asked) } rel="external noopener noreferrer nofollow" { (name) } }
                }
            }
        }
    }
}
