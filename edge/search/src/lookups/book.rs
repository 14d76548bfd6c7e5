//! Looks up records by book number; of one book also those of more like this and of its call-number neighbours.

use std::sync::Arc;

use seoga_index::DocId;
use seoga_index::book_id::BookId;
use seoga_index::items::Item;
use seoga_index::manifest::Manifest;
use seoga_index::record::Record;

use crate::reader::Reader;
use crate::step::{Machine, SearchError, Step};
use crate::store::Store;
use crate::told::ToldLibraries;

/// Finds the record of the book that a number leads to; `None` without one. The record's own id may be another.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tiny/mod.rs"));
/// # fn main() -> Result<(), SearchError> {
/// use seoga_index::book_id::BookId;
/// use seoga_search::Lookup;
///
/// let index = tiny_index();
/// let id = BookId::isbn(ISBN13);
/// let (_, record) = index.ask(Lookup::new(Arc::clone(&index.manifest), id))?.unwrap();
/// assert_eq!(record.title, "파이썬 첫걸음");
/// let book = index.ask(Lookup::new(Arc::clone(&index.manifest), id).with_more_like_this())?.unwrap();
/// assert!(book.similar.is_empty()); // it is the only one
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Lookup {
    manifest: Arc<Manifest>,
    id: BookId,
}

impl Lookup {
    /// Begins a look-up.
    #[must_use]
    pub fn new(manifest: Arc<Manifest>, id: BookId) -> Self {
        Self { manifest, id }
    }

    /// Asks for its copies, its keywords, more like this and call-number neighbours too, which takes five files more, and rounds for the
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
        let record = reader.numbered(self.id).and_then(|doc| Some((doc, reader.record(doc)?)));
        reader.answer(record)
    }
}

/// Finds the records of several book numbers and where their copies stand, all in the same two rounds: both, or none, for each.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tiny/mod.rs"));
/// # fn main() -> Result<(), SearchError> {
/// use seoga_index::book_id::BookId;
/// use seoga_search::ListLookup;
///
/// let index = tiny_index();
/// let ids = [ISBN13, 9_788_966_260_997].map(BookId::isbn).to_vec();
/// let records = index.ask(ListLookup::new(Arc::clone(&index.manifest), ids))?;
/// assert!(records[0].is_some() && records[1].is_none());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct ListLookup {
    manifest: Arc<Manifest>,
    ids: Vec<BookId>,
}

impl ListLookup {
    /// Begins a look-up.
    #[must_use]
    pub fn new(manifest: Arc<Manifest>, ids: Vec<BookId>) -> Self {
        Self { manifest, ids }
    }
}

impl Machine for ListLookup {
    type Answer = Vec<Option<(Record, Vec<Item>)>>;

    fn step(&mut self, store: &dyn Store) -> Result<Step<Self::Answer>, SearchError> {
        let reader = Reader::new(&self.manifest, store);
        let of = |id: &BookId| {
            let doc = reader.numbered(*id)?;
            let (record, items) = (reader.record_now(doc), reader.items(doc));
            Some((record?, items))
        };
        let listed = self.ids.iter().map(of).collect();
        reader.answer(listed)
    }
}

/// A book with more like this and its call-number neighbours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// Its number.
    pub doc: DocId,
    /// Its record.
    pub record: Record,
    /// Where its copies stand, by library.
    pub items: Vec<Item>,
    /// Its keywords, best first.
    pub subjects: Vec<String>,
    /// Details of the libraries that hold it.
    pub told: ToldLibraries,
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

/// Finds the record of the book that a number leads to, more like this and its call-number neighbours; `None` without such a book.
#[derive(Debug)]
pub struct BookLookup(Lookup);

impl Machine for BookLookup {
    type Answer = Option<Book>;

    fn step(&mut self, store: &dyn Store) -> Result<Step<Self::Answer>, SearchError> {
        let reader = Reader::new(&self.0.manifest, store);
        let book = reader.numbered(self.0.id).and_then(|doc| {
            let (record, similar) = (reader.record_now(doc), reader.more_like_this(doc).unwrap_or_default());
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
            let (items, subjects) = (reader.items(doc), reader.subjects(doc));
            let record = record?;
            let told = reader.told(record.holdings.iter().map(|holding| holding.library));
            Some(Book {
                doc,
                record,
                items,
                subjects,
                told,
                editions,
                similar,
                left: records(left),
                right: records(right),
            })
        });
        reader.answer(book)
    }
}
