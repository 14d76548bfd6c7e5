//! Compares a catalogue with an earlier index: which books arrived in each library, which were withdrawn, which changed.
//!
//! Changes nothing. Invariant: a book is counted once in a library, as one of three: arrived, withdrawn, or held before and now.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use ahash::RandomState;
use seoga_index::book_id::BookId;
use seoga_index::record::Record;
use serde::Serialize;

use crate::catalogue::Catalogue;
use crate::hash::fixed_state;
use crate::local::{LocalIndex, ToolError};

/// The books of an earlier index and who held them.
#[derive(Debug)]
pub struct Earlier {
    /// Whether its catalogue was invented.
    pub invented: bool,
    /// Books by library.
    pub books: BTreeMap<String, u32>,
    libraries: Vec<String>,
    records: HashMap<BookId, Held, RandomState>,
}

/// A book of an earlier index.
#[derive(Debug)]
struct Held {
    /// All that is shown of it, loans and holdings left out, as one text.
    shown: Box<str>,
    /// Places in [`Earlier::libraries`].
    libraries: Box<[u16]>,
}

/// The difference in one library.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LibraryChange {
    /// The library.
    pub library: String,
    /// Books it holds now.
    pub books: u64,
    /// Books it held before.
    pub before: u64,
    /// Books it holds now and did not hold before.
    pub arrived: u64,
    /// Books it held before and does not hold now.
    pub withdrawn: u64,
    /// Books it held before and holds now of which title, authors, publisher, year, class or volume is another.
    pub changed: u64,
}

impl Earlier {
    /// Reads the generation in force of an index in a folder.
    ///
    /// # Errors
    /// [`ToolError`] when a file of it is missing, damaged, or of another version of the format.
    pub fn read(folder: &Path) -> Result<Self, ToolError> {
        let index = LocalIndex::open(folder, 0)?;
        let manifest = &index.manifest;
        let mut records = HashMap::with_hasher(fixed_state());
        records.extend(index.records(|record| (record.id, Held::of(record)))?);
        let libraries: Vec<String> = manifest.libraries.iter().map(|library| library.name.clone()).collect();
        let books = manifest.libraries.iter().map(|library| (library.name.clone(), library.books)).collect();
        Ok(Self { invented: manifest.invented, books, libraries, records })
    }

    /// Says what arrived, was withdrawn and changed in every library of before and of now, by name.
    #[must_use]
    pub fn changes(&self, catalogue: &Catalogue) -> Vec<LibraryChange> {
        let mut changes: BTreeMap<&str, LibraryChange> = BTreeMap::new();
        let names = self.libraries.iter().chain(catalogue.libraries.iter().map(|library| &library.name));
        for name in names {
            changes
                .entry(name)
                .or_insert_with(|| LibraryChange { library: name.clone(), ..LibraryChange::default() });
        }
        for held in self.records.values() {
            for library in self.holders(held) {
                changes.entry(library).or_default().before += 1;
            }
        }
        for book in &catalogue.books {
            let held = std::iter::once(&book.id).chain(&book.leads).find_map(|id| self.records.get(id));
            let changed = held.is_some_and(|held| {
                *held.shown
                    != *shown(
                        [&book.title, &book.authors, &book.publisher],
                        book.year,
                        [&book.class_no, &book.volume],
                    )
            });
            for holding in &book.holdings {
                let Some(library) = catalogue.libraries.get(usize::from(holding.library.0)) else { continue };
                let change = changes.entry(&library.name).or_default();
                change.books += 1;
                if held.is_some_and(|held| self.holders(held).any(|name| *name == library.name)) {
                    change.changed += u64::from(changed);
                } else {
                    change.arrived += 1;
                }
            }
        }
        // What was held before and is held now was counted on both sides.
        for change in changes.values_mut() {
            change.withdrawn = change.before + change.arrived - change.books;
        }
        changes.into_values().collect()
    }

    /// The libraries that held a book.
    fn holders<'a>(&'a self, held: &'a Held) -> impl Iterator<Item = &'a String> {
        held.libraries.iter().filter_map(|&place| self.libraries.get(usize::from(place)))
    }
}

impl Held {
    fn of(record: &Record) -> Self {
        let Record { title, authors, publisher, year, class_no, volume, .. } = record;
        let libraries = record.holdings.iter().map(|holding| holding.library).collect();
        let shown = shown([title, authors, publisher], *year, [class_no, volume]);
        Self { shown: shown.into(), libraries }
    }
}

/// Joins all that is shown of a book, as [`Held`] has it. A clean text has no line end.
fn shown(texts: [&str; 3], year: Option<u16>, rest: [&Option<String>; 2]) -> String {
    let year = year.map(|year| year.to_string()).unwrap_or_default();
    let rest = rest.map(|text| text.as_deref().unwrap_or_default());
    [texts.as_slice(), &[&year], &rest].concat().join("\n")
}
