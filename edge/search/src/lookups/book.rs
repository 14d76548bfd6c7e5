//! The records of book numbers; of one book also those of the books like it and beside it on the shelf.

use std::sync::Arc;

use seoga_index::DocId;
use seoga_index::manifest::Manifest;
use seoga_index::record::Record;

use crate::reader::Reader;
use crate::step::{Machine, SearchError, Step};
use crate::store::Store;

/// Finds the record of an ISBN-13.
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

    /// Asks also for the books like it and beside it, which takes three files, and rounds for the shelf and for records more.
    #[must_use]
    pub fn with_alike(self) -> BookLookup {
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

/// Finds the records of several book numbers, all in the same two rounds.
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

/// A book with the books like it and beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// Its number.
    pub doc: DocId,
    /// What is shown of it.
    pub record: Record,
    /// Other editions, the newest first.
    pub editions: Vec<Record>,
    /// Similar books, the most similar first.
    pub similar: Vec<Record>,
    /// Its neighbours to the left on the shelf, in the order of the shelf.
    pub left: Vec<Record>,
    /// Its neighbours to the right.
    pub right: Vec<Record>,
}

/// Neighbours on each side: their records are read with the page.
const BESIDE: u32 = 3;

/// Finds the record of an ISBN-13 and those of the books like it and beside it.
#[derive(Debug)]
pub struct BookLookup(Lookup);

impl Machine for BookLookup {
    type Answer = Option<Book>;

    fn step(&mut self, store: &dyn Store) -> Result<Step<Self::Answer>, SearchError> {
        let reader = Reader::new(&self.0.manifest, store);
        let book = reader.isbn(self.0.isbn13).and_then(|doc| {
            let (record, alike) = (reader.record(doc), reader.alike(doc).unwrap_or_default());
            let place = reader.shelf(doc, |shelf| shelf.place(doc));
            let standing = |places: std::ops::Range<u32>| {
                places.filter_map(|place| reader.shelf(place, |shelf| shelf.document(place))).collect()
            };
            let beside = place.map(|place| {
                let right = place.saturating_add(1)..place.saturating_add(1 + BESIDE);
                (standing(place.saturating_sub(BESIDE)..place), standing(right))
            });
            let (left, right): (Vec<DocId>, Vec<DocId>) = beside.unwrap_or_default();
            let records = |docs: Vec<DocId>| docs.into_iter().filter_map(|doc| reader.record(doc)).collect();
            let (editions, similar) = (records(alike.editions), records(alike.similar));
            Some(Book { doc, record: record?, editions, similar, left: records(left), right: records(right) })
        });
        reader.answer(book)
    }
}
