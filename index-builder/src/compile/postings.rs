//! Writes the files of postings, and the dictionaries that lead to them.

use rayon::prelude::*;
use seoga_index::dictionary::Entry;
use seoga_index::file::Kind;
use seoga_index::key::space;
use seoga_index::manifest::{self, KeyedFiles, ListFiles, PlacedFiles};
use seoga_index::postings::Posting;
use seoga_index::write::{DictionaryWriter, PostingsWriter, Sink};

use super::history::History;
use super::invert::Inverted;
use super::previous::{self, Previous};
use super::related::Related;
use super::skeletons::Skeletons;
use super::{answers, arrivals, completions, orders, works};
use crate::catalogue::{Book, Catalogue, Works};
use crate::progress::Progress;

/// Terms up to which every one is found with a slip in its first half; beyond,
/// only those in [`REVERSED_BOOKS`] books or more.
const REVERSED_ALL: usize = 200_000;
/// See [`REVERSED_ALL`].
const REVERSED_BOOKS: u32 = 3;
/// Shorter words are not looked for with slips.
const REVERSED_KEYS: usize = 4;

/// The directories of the files written.
pub(super) struct PostingFiles {
    pub(super) postings: PlacedFiles,
    pub(super) lists: ListFiles,
    pub(super) dictionary: KeyedFiles,
    pub(super) reversed: KeyedFiles,
    pub(super) libraries: Vec<manifest::Library>,
    /// The questions whose answers are worth compiling.
    pub(super) questions: Vec<String>,
}

/// Writes every list and key; `books` are in document order, `history` the days of their changes, `works`
/// their works.
pub(super) fn write(
    catalogue: &Catalogue,
    books: &[&Book],
    (inverted, history, works): (&Inverted, &History, &Works),
    related: Related,
    previous: &Previous,
    sink: &mut Sink<'_>,
    progress: &dyn Progress,
) -> PostingFiles {
    let mut postings = PostingsWriter::keeping(books.len(), previous.stretches.clone());
    let mut dictionary =
        DictionaryWriter::keeping(Kind::Dictionary, books.len(), previous.dictionary.clone());
    let mut entries: Vec<(&[u8], Entry)> = Vec::with_capacity(inverted.len());
    let mut skeletons = Skeletons::new();
    for (key, list) in inverted.lists() {
        progress.advance(1);
        let entry = postings.add_valued(key, related.value(key), &list, sink);
        if let Some(entry) = entry {
            skeletons.note(key, &list, entry);
            entries.push((key, entry));
        }
    }
    let carried = completions::initials(inverted, &mut |key, list| {
        postings.add(&previous::initials_key(key), list, sink)
    });
    let mut carried = completions::with_terms(carried, &entries);
    carried.extend(related.table(&entries));
    carried.extend(skeletons.keys(books.len()));
    drop(related);
    carried.extend(arrivals::lists(&mut books.iter().copied(), &mut |key, list| {
        postings.add(&previous::arrivals_key(key), list, sink)
    }));
    carried.extend(orders::lists(books, &previous.titles, &mut |key, list| {
        postings.add(&previous::orders_key(key), list, sink)
    }));
    carried.extend(history.lists(&mut |key, list| postings.add(&previous::changes_key(key), list, sink)));
    carried.extend(works::lists(works, &mut |key, list| {
        postings.add(&seoga_search::works_key(key), list, sink)
    }));
    completions::merged(&carried, &entries, &mut |key, entry| {
        dictionary.insert(key, entry, sink);
    });
    drop(carried);
    let questions = answers::questions(&entries, books.len());
    let mut libraries = Vec::new();
    for (number, library) in catalogue.libraries.iter().enumerate() {
        let held = books.iter().enumerate().filter(|(_, book)| {
            book.holdings.binary_search_by_key(&number, |holding| usize::from(holding.library.0)).is_ok()
        });
        let list: Vec<Posting> = held.map(|(doc, _)| Posting { doc: doc as u32, payload: 0 }).collect();
        let place = postings.add_list(&previous::library_key(number), &list, sink);
        libraries.push(manifest_library(library, list.len(), place));
    }
    let (postings, lists) = postings.finish_by_key(sink);
    let dictionary = dictionary.finish(sink);
    let mut reversed = DictionaryWriter::keeping(Kind::Reversed, books.len(), previous.reversed.clone());
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
        reversed.insert(key, *entry, sink);
    }
    let reversed = reversed.finish(sink);
    drop(backwards);
    PostingFiles { postings, lists, dictionary, reversed, libraries, questions }
}

fn manifest_library(
    library: &crate::catalogue::Library,
    books: usize,
    list: Option<(u64, u8)>,
) -> manifest::Library {
    let (postings, df_class) = list.unwrap_or_default();
    manifest::Library {
        name: library.name.clone(),
        romanised: library.romanised.clone().unwrap_or_default(),
        books: books as u32,
        postings,
        df_class,
    }
}
