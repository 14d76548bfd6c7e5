//! `/api/books/{id}`, `/api/libraries` and `/api/status`.

use seoga_index::availability::State;
use seoga_index::book_id::BookId;
use seoga_index::items::Item;
use seoga_index::manifest::Manifest;
use seoga_index::record::Record;
use seoga_search::Book;
use seoga_search::answer_json::SeriesJson;
use seoga_text::kdc;
use serde::Serialize;

use crate::strings::Hl;
use seoga_search::book_view::{BookView, isbn13};

/// A book with all its holdings.
#[derive(Serialize)]
pub(crate) struct BookAnswer<'a> {
    id: BookId,
    isbn13: Option<String>,
    isbn_valid: bool,
    numbers: &'a [String],
    title: &'a str,
    other_titles: &'a [String],
    authors: &'a str,
    publisher: &'a str,
    year: Option<u16>,
    volume: Option<&'a str>,
    series: Vec<SeriesJson<'a>>,
    class_no: Option<&'a str>,
    class_name: Option<&'static str>,
    language: Option<&'a str>,
    loans: Option<u32>,
    registered: Option<String>,
    libraries: Vec<&'a str>,
    holdings: Vec<HoldingJson<'a>>,
    call_numbers: Vec<CopiesJson<'a>>,
    keywords: &'a [String],
    editions: Vec<Edition<'a>>,
    similar: Vec<OtherBook<'a>>,
    shelf: Shelf<'a>,
    generation: &'a str,
}

/// The neighbours on the shelf, from left to right.
#[derive(Serialize)]
struct Shelf<'a> {
    left: Vec<OtherBook<'a>>,
    right: Vec<OtherBook<'a>>,
}

/// A book like the one asked for.
#[derive(Serialize)]
struct OtherBook<'a> {
    id: BookId,
    isbn13: Option<String>,
    title: &'a str,
    volume: Option<&'a str>,
    authors: &'a str,
    year: Option<u16>,
}

/// Another edition of the work.
#[derive(Serialize)]
struct Edition<'a> {
    #[serde(flatten)]
    book: OtherBook<'a>,
    publisher: &'a str,
    libraries: usize,
}

impl<'a> Edition<'a> {
    fn all(records: &'a [Record]) -> Vec<Self> {
        let books = OtherBook::all(records).into_iter().zip(records);
        let edition = |(book, record): (OtherBook<'a>, &'a Record)| Self {
            book,
            publisher: &record.publisher,
            libraries: record.holdings.len(),
        };
        books.map(edition).collect()
    }
}

impl<'a> OtherBook<'a> {
    fn all(records: &'a [Record]) -> Vec<Self> {
        let other = |record: &'a Record| Self {
            id: record.id,
            isbn13: isbn13(record.id),
            title: &record.title,
            volume: record.volume.as_deref(),
            authors: &record.authors,
            year: record.year,
        };
        records.iter().map(other).collect()
    }
}

#[derive(Serialize)]
struct HoldingJson<'a> {
    library: &'a str,
    registered: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_shelf: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<String>,
}

/// Copies in one place of a library.
#[derive(Serialize)]
struct CopiesJson<'a> {
    library: &'a str,
    call_number: Option<&'a str>,
    room: Option<&'a str>,
    copies: Option<u16>,
}

impl<'a> CopiesJson<'a> {
    fn new(item: &'a Item, manifest: &'a Manifest) -> Option<Self> {
        let library = manifest.libraries.get(usize::from(item.library))?;
        Some(Self {
            library: &library.name,
            call_number: some(&item.call_number),
            room: some(&item.room),
            copies: Some(item.copies).filter(|copies| *copies > 0),
        })
    }
}

/// Gives a text that is not empty.
fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

impl<'a> BookAnswer<'a> {
    pub(crate) fn new(book: &'a Book, manifest: &'a Manifest, generation: &'a str, hl: Hl) -> Self {
        let record = &book.record;
        let shown = BookView::new(record, manifest, &[]);
        let class_no = record.class_no.as_deref();
        let holding = |held: &seoga_search::book_view::HoldingView<'a>| HoldingJson {
            library: &held.library.name,
            registered: held.registered.map(|day| day.to_string()),
            on_shelf: held.as_of.map(|_| held.state == State::In),
            as_of: held.as_of.map(|day| day.to_string()),
        };
        Self {
            id: record.id,
            isbn13: shown.isbn13(),
            isbn_valid: record.checked,
            numbers: &record.numbers,
            title: &record.title,
            other_titles: &record.other_titles,
            authors: &record.authors,
            publisher: &record.publisher,
            year: record.year,
            volume: record.volume.as_deref(),
            series: SeriesJson::all(record),
            class_no,
            class_name: class_no.and_then(|number| kdc::name(number, hl.kdc())),
            language: record.language.as_deref(),
            loans: record.loans,
            registered: shown.registered().map(|day| day.to_string()),
            libraries: shown.holdings.iter().map(|held| held.library.name.as_str()).collect(),
            holdings: shown.holdings.iter().map(holding).collect(),
            call_numbers: book.items.iter().filter_map(|item| CopiesJson::new(item, manifest)).collect(),
            keywords: &book.subjects,
            editions: Edition::all(&book.editions),
            similar: OtherBook::all(&book.similar),
            shelf: Shelf { left: OtherBook::all(&book.left), right: OtherBook::all(&book.right) },
            generation,
        }
    }
}

/// Says what is being served.
#[derive(Serialize)]
pub(crate) struct StatusAnswer<'a> {
    generation: &'a str,
    books: u32,
    libraries: usize,
    built: &'a str,
}

impl<'a> StatusAnswer<'a> {
    pub(crate) fn new(manifest: &'a Manifest, generation: &'a str) -> Self {
        Self {
            generation,
            books: manifest.documents,
            libraries: manifest.libraries.len(),
            built: &manifest.built,
        }
    }
}
