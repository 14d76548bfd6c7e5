//! Holds what is true of an index that keeps what it can of the one before it.

use std::collections::BTreeMap;
use std::sync::Arc;

use index_builder::catalogue::{Book, Catalogue};
use index_builder::compile::{Previous, Summary, compile, compile_after};
use index_builder::learn::Learned;
use index_builder::local::LocalIndex;
use index_builder::progress::Quiet;
use proptest::collection::vec;
use proptest::prelude::*;
use seoga_index::book_id::BookId;
use seoga_index::file::{FileName, Kind, content_in};
use seoga_search::{Lookup, Tier};
use tempfile::TempDir;

use seoga_tests::oracle::Ask;
use seoga_tests::repository::contents_below;

use crate::ask::ask;
use crate::catalogue::catalogue;
use crate::properties::{PLENTY, config, everything};

fn own(catalogue: &Catalogue) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    compile(catalogue, folder.path(), &Quiet).unwrap();
    folder
}

fn after(previous: &TempDir, catalogue: &Catalogue) -> (TempDir, Summary) {
    let folder = tempfile::tempdir().unwrap();
    let previous = Previous::read(previous.path()).unwrap();
    let summary = compile_after(&previous, catalogue, &Learned::default(), folder.path(), &Quiet).unwrap();
    (folder, summary)
}

fn hits(folder: &TempDir, ask: &Ask) -> BTreeMap<BookId, Tier> {
    let index = LocalIndex::open(folder.path(), PLENTY).unwrap();
    everything(&index, ask, 50).1.iter().map(|hit| (hit.record.id, hit.tier)).collect()
}

/// The document number of every book.
fn documents(folder: &TempDir, books: &[Book]) -> BTreeMap<BookId, u32> {
    let index = LocalIndex::open(folder.path(), PLENTY).unwrap();
    let document = |book: &Book| {
        let lookup = Lookup::new(Arc::clone(&index.manifest), book.id);
        (book.id, index.ask(lookup).unwrap().unwrap().0)
    };
    books.iter().map(document).collect()
}

/// Of every four books that two catalogues have under a number, about one is gone, one is another, one is new.
fn edited(before: &Catalogue, other: &Catalogue, edits: &[u8]) -> Catalogue {
    let mut edited = before.clone();
    let places = 0..before.books.len().max(other.books.len());
    let book = |place: usize| match edits.get(place).copied().unwrap_or(0) {
        0 => None,
        1 => other.books.get(place).cloned(),
        _ => before.books.get(place).cloned(),
    };
    edited.books = places.filter_map(book).collect();
    if edited.books.is_empty() {
        edited.books = before.books.clone();
    }
    edited
}

fn files(folder: &TempDir) -> BTreeMap<String, Vec<u8>> {
    contents_below(folder.path()).unwrap()
}

/// The contents of an index's files, kind by kind in the order of its lists, wherever they lie; without lists and their keys, of
/// which some tell when books changed and left, and so what came before.
fn contents(folder: &TempDir) -> Vec<[u8; 16]> {
    let names = LocalIndex::open(folder.path(), 0).unwrap().manifest.files().into_iter();
    let names = names.filter(|name| !matches!(name.kind, Kind::Dictionary | Kind::Postings));
    let read = |name: FileName| std::fs::read(folder.path().join(name.to_string())).unwrap();
    names.map(|name| content_in(&read(name)).unwrap()).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_index_after_another_finds_what_one_of_its_own_finds(
        before in catalogue(),
        other in catalogue(),
        edits in vec(0u8..12, 70),
        asked in vec(ask(), 1..10),
    ) {
        let now = edited(&before, &other, &edits);
        let earlier = own(&before);
        let (kept, summary) = after(&earlier, &now);
        let fresh = own(&now);
        for ask in &asked {
            prop_assert_eq!(hits(&kept, ask), hits(&fresh, ask), "{}", &ask.text);
        }
        let (was, is) = (documents(&earlier, &before.books), documents(&kept, &now.books));
        let mut numbers: Vec<u32> = is.values().copied().collect();
        numbers.sort_unstable();
        prop_assert_eq!(numbers, (0..now.books.len() as u32).collect::<Vec<_>>());
        if summary.renumbered.is_none() {
            for (id, doc) in is {
                let same = was.get(&id).is_none_or(|was| *was == doc || *was as usize >= now.books.len());
                prop_assert!(same, "{id} was {:?} and is {doc}", was.get(&id));
            }
        } else {
            prop_assert_eq!(contents(&kept), contents(&fresh));
        }
        // Nothing changes when nothing changed.
        let (again, summary) = after(&kept, &now);
        prop_assert_eq!(files(&again), files(&kept));
        prop_assert!(summary.new.is_empty());
    }
}
