//! Looks up records by ISBN; of one book also those of more like this and of its call-number neighbours.

use std::sync::Arc;

use seoga_index::DocId;
use seoga_index::manifest::Manifest;
use seoga_index::record::Record;

use crate::reader::Reader;
use crate::step::{Machine, SearchError, Step};
use crate::store::Store;

/// Finds the record of an ISBN-13; `None` without such a book.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tiny/mod.rs"));
/// # fn main() -> Result<(), SearchError> {
/// use seoga_search::Lookup;
///
/// let index = tiny_index();
/// let (_, record) = index.ask(Lookup::new(Arc::clone(&index.manifest), ISBN13))?.unwrap();
/// assert_eq!(record.title, "파이썬 첫걸음");
/// let book = index.ask(Lookup::new(Arc::clone(&index.manifest), ISBN13).with_more_like_this())?.unwrap();
/// assert!(book.similar.is_empty()); // it is the only one
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Lookup {
    manifest: Arc<Manifest>,
    isbn13: u64,
}

impl Lookup {
    /// Begins a look-up.
    #[must_use]
    pub fn new(manifest: Arc<Manifest>, isbn13: u64) -> Self {
        Self { manifest, isbn13 }
    }

    /// Asks for more like this and for call-number neighbours too, which takes three files more, and rounds for the
    /// neighbours and for records.
    #[must_use]
    pub fn with_more_like_this(self) -> BookLookup {
        BookLookup(self)
    }
}

impl Machine for Lookup {
    type Answer = Option<(DocId, Record)>;

    fn step(&mut self, store: &dyn Store) -> Result<Step<Self::Answer>, SearchError> {
        let reader = Reader::new(&self.manifest, store);
        let record = reader.isbn(self.isbn13).and_then(|doc| Some((doc, reader.record(doc)?)));
        reader.answer(record)
    }
}

/// Finds the records of several ISBNs, all in the same two rounds: a record, or none, for each.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tiny/mod.rs"));
/// # fn main() -> Result<(), SearchError> {
/// use seoga_search::ListLookup;
///
/// let index = tiny_index();
/// let records = index.ask(ListLookup::new(Arc::clone(&index.manifest), vec![ISBN13, 9_788_966_260_997]))?;
/// assert!(records[0].is_some() && records[1].is_none());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct ListLookup {
    manifest: Arc<Manifest>,
    isbns: Vec<u64>,
}

impl ListLookup {
    /// Begins a look-up.
    #[must_use]
    pub fn new(manifest: Arc<Manifest>, isbns: Vec<u64>) -> Self {
        Self { manifest, isbns }
    }
}

impl Machine for ListLookup {
    type Answer = Vec<Option<Record>>;

    fn step(&mut self, store: &dyn Store) -> Result<Step<Self::Answer>, SearchError> {
        let reader = Reader::new(&self.manifest, store);
        let records = self.isbns.iter().map(|isbn13| reader.record(reader.isbn(*isbn13)?)).collect();
        reader.answer(records)
    }
}

/// A book with more like this and its call-number neighbours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// Its number.
    pub doc: DocId,
    /// Its record.
    pub record: Record,
    /// Other editions, the newest first.
    pub editions: Vec<Record>,
    /// Similar books, the most similar first.
    pub similar: Vec<Record>,
    /// Its call-number neighbours to the left, in the order of the shelf.
    pub left: Vec<Record>,
    /// Its call-number neighbours to the right.
    pub right: Vec<Record>,
}

/// Call-number neighbours on each side.
const NEIGHBOURS: u32 = 3;

/// Finds the record of an ISBN-13, more like this and its call-number neighbours; `None` without such a book.
#[derive(Debug)]
pub struct BookLookup(Lookup);

impl Machine for BookLookup {
    type Answer = Option<Book>;

    fn step(&mut self, store: &dyn Store) -> Result<Step<Self::Answer>, SearchError> {
        let reader = Reader::new(&self.0.manifest, store);
        let book = reader.isbn(self.0.isbn13).and_then(|doc| {
            let (record, similar) = (reader.record(doc), reader.more_like_this(doc).unwrap_or_default());
            let place = reader.call_numbers(doc, |shelf| shelf.place(doc));
            let documents = |places: std::ops::Range<u32>| {
                places.filter_map(|place| reader.call_numbers(place, |shelf| shelf.document(place))).collect()
            };
            let neighbours = place.map(|place| {
                let right = place.saturating_add(1)..place.saturating_add(1 + NEIGHBOURS);
                (documents(place.saturating_sub(NEIGHBOURS)..place), documents(right))
            });
            let (left, right): (Vec<DocId>, Vec<DocId>) = neighbours.unwrap_or_default();
            let records = |docs: Vec<DocId>| docs.into_iter().filter_map(|doc| reader.record(doc)).collect();
            let (editions, similar) = (records(similar.editions), records(similar.similar));
            Some(Book { doc, record: record?, editions, similar, left: records(left), right: records(right) })
        });
        reader.answer(book)
    }
}
