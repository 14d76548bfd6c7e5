//! Holds that every title finds its book, by whatever library recorded it, signs and all: of an invented catalogue, and of a
//! folder that libraries gave.

use std::path::{Path, PathBuf};

use index_builder::catalogue::{Book, Catalogue};
use index_builder::compile::compile;
use index_builder::generate::{Sample, generate};
use index_builder::local::{LocalIndex, request};
use index_builder::progress::Quiet;
use index_builder::sources::{Inputs, read};
use seoga_search::Hit;
use seoga_text::fold;

/// Where the folder lies is told by this variable.
const VARIABLE: &str = "SEOGA_OWN_CATALOGUE";
/// How far down a book may stand.
const DEPTH: u32 = 10;
/// Titles of a thousand that may stand below others: a word alone, of which many titles are made.
const BELOW_IN_A_THOUSAND: usize = 1;

/// Returns the folder of a catalogue, if one was given.
pub(crate) fn folder() -> PathBuf {
    std::env::var_os(VARIABLE).map_or_else(PathBuf::new, PathBuf::from)
}

fn catalogue(folder: &Path) -> Catalogue {
    read(&Inputs::in_catalogue(folder).unwrap().files, &Quiet).unwrap().catalogue
}

/// Tells whether a hit is the book, or one of the very same title.
fn is_it(hit: &Hit, book: &Book, title: &str) -> bool {
    let mut titles = std::iter::once(&hit.record.title).chain(&hit.record.other_titles);
    hit.record.id == book.id || titles.any(|other| fold::letters(other) == fold::letters(title))
}

/// Asks for every title; gives how many there are, and those whose book is not among the first.
fn missed(catalogue: &Catalogue) -> (usize, Vec<String>) {
    let place = tempfile::tempdir().unwrap();
    compile(catalogue, place.path(), &Quiet).unwrap();
    let index = LocalIndex::open(place.path(), 1 << 30).unwrap();
    let (mut asked, mut missed) = (0, Vec::new());
    for book in &catalogue.books {
        for title in std::iter::once(&book.title).chain(&book.other_titles) {
            // One that has no letters, or is a number of a book, asks for something else.
            let letters = fold::letters(title);
            if letters.is_empty() || letters.bytes().all(|byte| byte.is_ascii_digit()) {
                continue;
            }
            asked += 1;
            let answer = index.search(request(&index, title, &[], DEPTH).unwrap()).unwrap();
            if !answer.hits.iter().any(|hit| is_it(hit, book, title)) {
                missed.push(title.clone());
            }
        }
    }
    (asked, missed)
}

fn every_title_finds_its_book(catalogue: &Catalogue) {
    let (asked, missed) = missed(catalogue);
    assert!(asked > 0);
    assert!(missed.len() * 1000 <= asked * BELOW_IN_A_THOUSAND, "{} of {asked}: {missed:#?}", missed.len());
}

pub(crate) fn every_invented_title_finds_its_book() {
    let place = tempfile::tempdir().unwrap();
    let sample = place.path().join("sample");
    generate(Sample { books: 2_000, seed: 5 }, &sample, &Quiet).unwrap();
    every_title_finds_its_book(&catalogue(&sample));
}

pub(crate) fn every_recorded_title_finds_its_book() {
    every_title_finds_its_book(&catalogue(&folder()));
}
