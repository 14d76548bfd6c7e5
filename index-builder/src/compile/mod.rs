//! From a clean catalogue to the files of an index.
//!
//! The order of the work: number the books ([`order`]), find the keys of each
//! ([`invert`]), write lists and dictionary, records, columns, names and
//! suggestions, then the manifest and the pointer to it. Each file is written
//! under its content name; the caller moves the finished folder into place.
//!
//! Invariant: the same catalogue gives the same bytes, whatever the number of
//! threads.

mod arrivals;
mod completions;
mod files;
mod invert;
mod learned;
mod order;
mod related;
mod shelf;
mod similar;
mod suggestions;
mod topics;

use std::path::Path;

use rayon::prelude::*;
use seoga_index::alike::Alike;
use seoga_index::columns::{OrderRow, UNKNOWN16, UNKNOWN24};
use seoga_index::dictionary::Entry;
use seoga_index::file::Kind;
use seoga_index::key::space;
use seoga_index::manifest::{self, Directory, Manifest};
use seoga_index::postings::Posting;
use seoga_index::record::{Holding, Record};
use seoga_index::write::{
    AlikeWriter, ColumnsWriter, DictionaryWriter, FacetValues, NamesWriter, PostingsWriter, RecordsWriter,
};
use seoga_text::fold;

use crate::analyse::{self, Vocabulary};
use crate::catalogue::{Book, Catalogue, Date};
use crate::learn::Learned;
use crate::progress::{Progress, Unit};

use files::Folder;
pub use files::{CompileError, POINTER, Summary};
use topics::Topics;

/// Terms up to which every one is found with a slip in its first half; beyond,
/// only those in [`REVERSED_BOOKS`] books or more.
const REVERSED_ALL: usize = 200_000;
/// See [`REVERSED_ALL`].
const REVERSED_BOOKS: u32 = 3;
/// Shorter words are not looked for with slips.
const REVERSED_KEYS: usize = 4;

/// Compiles `catalogue` into the folder `out`, which must exist and be empty.
///
/// # Errors
/// [`CompileError`] when a file cannot be written, or the catalogue is larger
/// than the format allows.
pub fn compile(catalogue: &Catalogue, out: &Path, progress: &dyn Progress) -> Result<Summary, CompileError> {
    compile_learned(catalogue, &Learned::default(), out, progress)
}

/// The same with what was learned from choices: files and a part of the manifest
/// more, every other file as without.
///
/// # Errors
/// As [`compile`].
pub fn compile_learned(
    catalogue: &Catalogue,
    learned: &Learned,
    out: &Path,
    progress: &dyn Progress,
) -> Result<Summary, CompileError> {
    if catalogue.books.is_empty() {
        return Err(CompileError::Empty);
    }
    if catalogue.books.len() >= 1 << invert::DOC_BITS {
        return Err(CompileError::TooManyBooks(catalogue.books.len()));
    }
    if catalogue.libraries.len() > 4096 {
        return Err(CompileError::TooManyLibraries(catalogue.libraries.len()));
    }
    let mut folder = Folder::new(out);
    let order = order::by_popularity(catalogue);
    let books = || order.iter().filter_map(|place| catalogue.books.get(*place as usize));

    progress.begin("words", catalogue.books.len() as u64, Unit::Items);
    let vocabulary = Vocabulary::learn(catalogue);
    progress.end();
    let inverted = invert::invert(catalogue, &vocabulary, &order, progress);
    progress.begin("related words", 0, Unit::Items);
    let in_order: Vec<&Book> = books().collect();
    let topics = Topics::find(catalogue, &in_order);
    let (related, near) = related::find(&topics, &in_order);
    progress.end();
    progress.begin("similar books", 0, Unit::Items);
    let alike = similar::find(&topics, &near, &in_order);
    let shelf = shelf::neighbours(&in_order);
    drop((topics, near, in_order));
    progress.end();

    progress.begin("postings", inverted.len() as u64, Unit::Items);
    let mut sink = folder.sink();
    let mut postings = PostingsWriter::new();
    let mut dictionary = DictionaryWriter::new(Kind::Dictionary);
    let mut entries: Vec<(&[u8], Entry)> = Vec::with_capacity(inverted.len());
    for (key, list) in inverted.lists() {
        progress.advance(1);
        let entry = postings.add_valued(related.value(key), &list, &mut sink);
        entries.extend(entry.map(|entry| (key, entry)));
    }
    let carried = completions::initials(&inverted, &mut |list| postings.add(list, &mut sink));
    let mut carried = completions::with_terms(carried, &entries);
    carried.extend(related.table(&entries));
    drop(related);
    carried.extend(arrivals::lists(&mut books(), &mut |list| postings.add(list, &mut sink)));
    completions::merged(&carried, &entries, &mut |key, entry| {
        dictionary.insert(key, entry, &mut sink);
    });
    drop(carried);
    let mut libraries = Vec::new();
    for (number, library) in catalogue.libraries.iter().enumerate() {
        let held = books().enumerate().filter(|(_, book)| {
            book.holdings.binary_search_by_key(&number, |holding| usize::from(holding.library.0)).is_ok()
        });
        let list: Vec<Posting> = held.map(|(doc, _)| Posting { doc: doc as u32, payload: 0 }).collect();
        libraries.push(manifest_library(library, list.len(), postings.add_list(&list, &mut sink)));
    }
    let postings = postings.finish(&mut sink);
    let dictionary = dictionary.finish(&mut sink);
    let mut reversed = DictionaryWriter::new(Kind::Reversed);
    entries.retain(|(key, _)| {
        key.len() >= REVERSED_KEYS && key.first().is_some_and(|first| *first >= space::TERMS)
    });
    if entries.len() > REVERSED_ALL {
        entries.retain(|(_, entry)| entry.df() >= REVERSED_BOOKS);
    }
    let mut backwards: Vec<(Vec<u8>, Entry)> =
        entries.into_iter().map(|(key, entry)| (key.iter().rev().copied().collect(), entry)).collect();
    backwards.par_sort_unstable_by(|a, b| a.0.cmp(&b.0));
    for (key, entry) in &backwards {
        reversed.insert(key, *entry, &mut sink);
    }
    let reversed = reversed.finish(&mut sink);
    drop(backwards);
    progress.end();

    progress.begin("records", catalogue.books.len() as u64, Unit::Items);
    let classes = order::classes(catalogue);
    let publishers = order::publishers(catalogue);
    let titles = order::titles(catalogue, &order);
    let mut names = NamesWriter::new();
    publishers.names.iter().for_each(|name| names.push(name));
    let mut records = RecordsWriter::new(catalogue.books.len());
    let mut columns = ColumnsWriter::new(catalogue.libraries.len());
    for (doc, book) in books().enumerate() {
        progress.advance(1);
        records.push(&record(book), &mut sink);
        let place = titles.get(doc).copied().unwrap_or(0);
        let class = book.class_no.as_ref().and_then(|class| classes.binary_search(class).ok());
        columns.push(
            FacetValues {
                class: class.and_then(|class| u16::try_from(class).ok()).unwrap_or(UNKNOWN16),
                year: book.year.unwrap_or(UNKNOWN16),
                publisher: publishers.number(&book.publisher).unwrap_or(UNKNOWN24),
                language: analyse::language(book),
                libraries: book.holdings.iter().map(|holding| holding.library.0).collect(),
            },
            OrderRow {
                registered: book.registered().map_or(UNKNOWN16, days),
                title: place,
                holdings: u16::try_from(book.holdings.len()).unwrap_or(UNKNOWN16),
                loans: book.loans.unwrap_or(u32::MAX),
            },
            &mut sink,
        );
    }
    let records = records.finish(&mut sink);
    let (facets, order_columns) = columns.finish(&mut sink);
    let names = names.finish(&mut sink);
    let mut write = |kind, rows: Vec<Alike>| {
        let mut columns = AlikeWriter::new(kind, catalogue.books.len() as u32);
        rows.into_iter().for_each(|row| columns.push(row, &mut sink));
        columns.finish(&mut sink)
    };
    let (alike, shelf) = (write(Kind::Alike, alike), write(Kind::Shelf, shelf));
    progress.end();

    progress.begin("suggestions", 0, Unit::Items);
    let suggest = suggestions::collect(catalogue, &order).finish(&mut sink);
    progress.end();

    let (choices, learned) = learned::write(learned, catalogue, &order, &mut sink);
    drop(sink);
    let manifest = Manifest {
        name: String::new(),
        built: catalogue.data_date.map(|date| date.to_string()).unwrap_or_default(),
        invented: catalogue.invented,
        documents: catalogue.books.len() as u32,
        libraries,
        classes,
        synonyms: synonyms(catalogue),
        directory: Directory {
            dictionary,
            reversed,
            suggest,
            postings,
            records,
            facets,
            order: order_columns,
            names,
            choices,
            alike,
            shelf,
        },
        learned,
    };
    folder.finish(&manifest)
}

fn days(date: Date) -> u16 {
    u16::try_from(date.days_since_1970()).unwrap_or(UNKNOWN16)
}

fn record(book: &Book) -> Record {
    let shown = fold::letters(&book.title);
    let mut told: Vec<String> = vec![shown];
    let mut other_titles = Vec::new();
    for title in &book.other_titles {
        let letters = fold::letters(title);
        if !letters.is_empty() && told.iter().all(|known| !known.contains(&letters)) {
            told.push(letters);
            other_titles.push(title.clone());
        }
    }
    Record {
        isbn13: book.isbn13,
        checked: book.checked,
        title: book.title.clone(),
        authors: book.authors.clone(),
        publisher: book.publisher.clone(),
        year: book.year,
        class_no: book.class_no.clone(),
        volume: book.volume.clone(),
        loans: book.loans,
        language: book.language.clone(),
        other_titles,
        holdings: book
            .holdings
            .iter()
            .map(|holding| Holding {
                library: holding.library.0,
                registered: holding.registered.map(days).filter(|days| *days != UNKNOWN16),
            })
            .collect(),
    }
}

fn manifest_library(
    library: &crate::catalogue::Library,
    books: usize,
    list: Option<(u64, u8)>,
) -> manifest::Library {
    let micro = |degrees: f64| (degrees * 1e6).round() as i32;
    let (postings, df_class) = list.unwrap_or_default();
    manifest::Library {
        name: library.name.clone(),
        code: library.code.clone().unwrap_or_default(),
        address: library.address.clone().unwrap_or_default(),
        homepage: library.homepage.clone().unwrap_or_default(),
        place: library.latitude.zip(library.longitude).map(|(lat, lon)| (micro(lat), micro(lon))),
        books: books as u32,
        postings,
        df_class,
    }
}

/// Groups of words that mean the same: pairs that share a word are one group
/// only when the file's second column is the same word (several English words
/// for one Korean one); a chain through a first column stays apart, since its
/// ends are often not the same thing.
fn synonyms(catalogue: &Catalogue) -> Vec<Vec<String>> {
    let mut groups: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
    for pair in &catalogue.synonyms {
        let (from, to) = (fold::letters(&pair.from), fold::letters(&pair.to));
        if from != to && !from.is_empty() && !to.is_empty() {
            groups.entry(to).or_default().push(from);
        }
    }
    groups
        .into_iter()
        .map(|(to, mut from)| {
            from.sort_unstable();
            from.dedup();
            from.insert(0, to);
            from
        })
        .collect()
}
