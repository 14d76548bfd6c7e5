//! A book in unqualified Dublin Core, element by element: what holds them is the protocol's.

use maud::{Markup, html};
use seoga_search::book_view::{BookView, recorded_title};
use seoga_text::kdc;
use seoga_text::names::Role;

use super::people::people;

/// The namespace of the elements.
pub(crate) const NAMESPACE: &str = "http://purl.org/dc/elements/1.1/";

/// Writes the elements of a book, whose prefix `dc` belongs to [`NAMESPACE`]; `address` is the book's page.
pub(crate) fn elements(book: &BookView<'_>, address: &str) -> Markup {
    let record = book.record;
    let people = people(record);
    let class = record.class_no.as_deref();
    html! {
        dc:title { (recorded_title(record)) }
        @for other in &record.other_titles { dc:title { (other) } }
        @for name in people.iter().filter(|name| name.role == Role::Author) { dc:creator { (name.text) } }
        @for name in people.iter().filter(|name| name.role != Role::Author) { dc:contributor { (name.text) } }
        @if let Some(class) = class {
            dc:subject { "KDC " (class) }
            @if let Some(name) = kdc::name(class, kdc::Language::Korean) { dc:subject { (name) } }
        }
        @if !record.publisher.is_empty() { dc:publisher { (record.publisher) } }
        @if let Some(year) = record.year { dc:date { (year) } }
        dc:type { "Text" }
        dc:identifier { (address) }
        @if let Some(isbn) = book.isbn13().filter(|_| record.checked) { dc:identifier { "urn:isbn:" (isbn) } }
        @if let Some(language) = &record.language { dc:language { (language) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{libraries, record};
    use seoga_index::record::Record;

    #[test]
    fn a_book_says_who_made_it_and_where_it_is() {
        let record =
            Record { authors: "김서가 지음 ; 박나루 옮김".into(), year: Some(2021), ..record() };
        let text =
            elements(&BookView::new(&record, &libraries(), &[]), "https://s.example/books/1").into_string();
        for part in [
            "<dc:title>파이썬 &lt;첫&gt; 걸음</dc:title>",
            "<dc:creator>김서가</dc:creator>",
            "<dc:contributor>박나루</dc:contributor>",
            "<dc:date>2021</dc:date>",
            "<dc:identifier>https://s.example/books/1</dc:identifier>",
            "<dc:identifier>urn:isbn:9791158083397</dc:identifier>",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}
