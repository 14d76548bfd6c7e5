//! Holds that equal input gives equal bytes.

use std::collections::BTreeMap;

use crate::made::{build, contents, files, folder, inputs, invent};
use index_builder::catalogue::Catalogue;
use index_builder::compile::{Previous, Summary, compile_after, compile_learned};
use index_builder::learn::Learned;
use index_builder::progress::Quiet;
use index_builder::sources::Inputs;
use seoga_index::book_id::BookId;
use seoga_index::file::Kind;
use tempfile::TempDir;

/// Enough for several pieces of parallel work in every part of the builder.
const BOOKS: u32 = 6_000;

fn built(inputs: &Inputs, threads: usize) -> BTreeMap<String, Vec<u8>> {
    let out = folder();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| build(inputs, out.path()));
    files(out.path())
}

#[test]
fn two_builds_are_identical_whatever_the_order_of_files_and_the_number_of_threads() {
    let place = folder();
    let forward = inputs(&invent(place.path(), BOOKS, 7));
    let mut backward = forward.clone();
    backward.holdings.reverse();
    let mut turned = forward.clone();
    turned.holdings.rotate_left(5);
    assert!(forward.holdings.len() > 5, "the generated catalogue has several holdings files");
    let expected = built(&forward, 1);
    for (what, inputs, threads) in [
        ("two threads", &forward, 2),
        ("files backwards", &backward, 1),
        ("five threads, files turned", &turned, 5),
    ] {
        let got = built(inputs, threads);
        let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&got), names(&expected), "{what}");
        let different: Vec<&String> = got.keys().filter(|name| got[*name] != expected[*name]).collect();
        assert!(different.is_empty(), "{what}: {different:?} differ");
    }
}

/// One build after another; the files, and how many of them are new.
fn built_after(previous: &std::path::Path, catalogue: &Catalogue, threads: usize) -> (TempDir, Summary) {
    let out = folder();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let previous = Previous::read(previous).unwrap();
    let compile = || compile_after(&previous, catalogue, &Learned::default(), out.path(), &Quiet);
    let summary = pool.install(compile).unwrap();
    (out, summary)
}

#[test]
fn a_build_after_another_changes_what_changed() {
    let place = folder();
    let inputs = inputs(&invent(place.path(), BOOKS, 11));
    let first = folder();
    let mut catalogue = build(&inputs, first.path());
    let (again, summary) = built_after(first.path(), &catalogue, 2);
    assert_eq!(files(again.path()), files(first.path()));
    assert!(summary.new.is_empty() && summary.renumbered.is_none());

    // A book that is lent more often: its record, and the lists of loans that it leaves and joins.
    let before = catalogue.books[2_001].loans.replace(5_432);
    let (_, summary) = built_after(first.path(), &catalogue, 2);
    let new: Vec<(Kind, usize)> = summary.new.iter().map(|(kind, (files, _))| (*kind, *files)).collect();
    let changed = [Kind::Manifest, Kind::Dictionary, Kind::Postings, Kind::Records];
    assert_eq!(new, changed.map(|kind| (kind, 1)));
    catalogue.books[2_001].loans = before;

    // A book more, one gone, one lent more often.
    let mut new = catalogue.books[17].clone();
    new.id = BookId::isbn(9_799_999_999_993);
    new.title = "오늘 들어온 새 책".to_owned();
    catalogue.books.remove(4_000);
    catalogue.books[2_000].loans = Some(4_321);
    catalogue.books.push(new);
    let (kept, summary) = built_after(first.path(), &catalogue, 1);
    assert_eq!(files(kept.path()), files(built_after(first.path(), &catalogue, 3).0.path()));
    assert_eq!(summary.renumbered, None);
    let new = |kind| summary.new.get(&kind).map_or(0, |(files, _)| *files);
    assert!(new(Kind::Records) <= 3, "{:?}", summary.new);
    assert!(new(Kind::Facets) <= 3 && new(Kind::Names) <= 1, "{:?}", summary.new);
    let (again, summary) = built_after(kept.path(), &catalogue, 2);
    assert_eq!(files(again.path()), files(kept.path()));
    assert!(summary.new.is_empty());
}

#[test]
fn books_far_from_their_places_are_numbered_afresh() {
    let place = folder();
    let first = folder();
    let mut catalogue = build(&inputs(&invent(place.path(), 500, 11)), first.path());
    for (book, loans) in catalogue.books.iter_mut().zip(0..) {
        book.holdings = book.holdings.iter().take(1).copied().collect();
        book.loans = Some(loans);
    }
    let (kept, summary) = built_after(first.path(), &catalogue, 2);
    assert!(summary.renumbered.is_some());
    let own = folder();
    compile_learned(&catalogue, &Learned::default(), own.path(), &Quiet).unwrap();
    assert_eq!(contents(kept.path()), contents(own.path()));
}

#[test]
fn an_earlier_index_that_is_damaged_is_refused() {
    let place = folder();
    let first = folder();
    build(&inputs(&invent(place.path(), 300, 11)), first.path());
    for kind in ["/d", "/r", "/n", "current.bin"] {
        let names = files(first.path());
        let name = names.keys().find(|name| name.contains(kind)).unwrap();
        let path = first.path().join(name);
        let mut damaged = names[name].clone();
        *damaged.last_mut().unwrap() ^= 1;
        std::fs::write(&path, &damaged).unwrap();
        let error = Previous::read(first.path()).unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
        damaged = names[name].clone();
        damaged[4] += 1;
        std::fs::write(&path, &damaged).unwrap();
        let error = Previous::read(first.path()).unwrap_err();
        assert!(error.to_string().contains("version"), "{error}");
        std::fs::write(&path, &names[name]).unwrap();
    }
    assert!(Previous::read(first.path()).is_ok());
    assert!(Previous::read(place.path()).is_err(), "no index at all");
}

#[test]
fn another_catalogue_gives_another_generation() {
    let place = folder();
    let pointer = |seed| built(&inputs(&invent(place.path(), 200, seed)), 1)["current.json"].clone();
    assert_ne!(pointer(1), pointer(2));
}

#[test]
fn a_catalogue_is_invented_the_same_by_any_number_of_threads() {
    let invented = |threads: usize| {
        let place = folder();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let catalogue = pool.install(|| invent(place.path(), BOOKS, 3));
        let mut all = files(&catalogue.join("holdings"));
        for name in ["keywords.csv", "synonyms.csv", "libraries.csv"] {
            all.insert(name.to_owned(), std::fs::read(catalogue.join(name)).unwrap());
        }
        all
    };
    assert!(invented(1) == invented(3));
}
