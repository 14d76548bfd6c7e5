//! Who is named in the books' statements of responsibility, read once for all that asks.
//!
//! Only what a book shows; its other statements are searched (`analyse`) and no more. Invariant: numbers are given in
//! document order, and nothing that is written depends on them.

use std::collections::HashMap;

use ahash::RandomState;
use rayon::prelude::*;
use seoga_text::{fold, names};

use super::ragged::RaggedArray;
use crate::catalogue::Book;
use crate::hash::fixed_state;
use crate::interner::Interner;

/// Books whose names wait in memory at a time, by threads.
const PIECE: usize = 4 << 10;

/// The names of all books.
#[derive(Debug, Default)]
pub(super) struct Contributors {
    names: Interner,
    /// The letters of each name, by number; names that differ in their spaces alone have the same.
    letters: Vec<u32>,
    spelled: Interner,
    of_books: RaggedArray,
}

impl Contributors {
    /// Reads the statements of `books`.
    pub(super) fn find(books: &[&Book]) -> Self {
        let mut found = Self::default();
        for batch in books.chunks(PIECE * 2 * rayon::current_num_threads().max(1)) {
            let pieces: Vec<(Interner, RaggedArray)> = batch.par_chunks(PIECE).map(read).collect();
            for (names, of_books) in pieces {
                let numbers: Vec<u32> =
                    (0..names.len() as u32).map(|name| found.number(names.text(name))).collect();
                found.of_books.append(&of_books, |name| numbers.get(name as usize).copied().unwrap_or(0));
            }
        }
        found
    }

    /// The names of a book by number, in order, each once.
    pub(super) fn of(&self, book: u32) -> &[u32] {
        self.of_books.get(book)
    }

    /// The number of a name's letters.
    pub(super) fn letters(&self, name: u32) -> u32 {
        self.letters.get(name as usize).copied().unwrap_or(0)
    }

    /// Letters by number; empty where a name has none.
    pub(super) fn spelled(&self, letters: u32) -> &str {
        self.spelled.text(letters)
    }

    /// How many different letters there are.
    pub(super) fn different(&self) -> usize {
        self.spelled.len()
    }

    /// Every name with the number of its books.
    pub(super) fn counts(&self) -> impl Iterator<Item = (&str, u32)> {
        let mut counts = vec![0u32; self.names.len()];
        for name in self.of_books.iter().flatten() {
            counts.get_mut(*name as usize).into_iter().for_each(|count| *count += 1);
        }
        (0..).zip(counts).map(|(name, count)| (self.names.text(name), count))
    }

    fn number(&mut self, name: &str) -> u32 {
        let number = self.names.number(name.as_bytes());
        if number as usize == self.letters.len() {
            self.letters.push(self.spelled.number(fold::letters(name).as_bytes()));
        }
        number
    }
}

/// The names of consecutive books; what a statement says is read once.
fn read(books: &[&Book]) -> (Interner, RaggedArray) {
    let mut known: HashMap<&str, Box<[u32]>, RandomState> = HashMap::with_hasher(fixed_state());
    let (mut names, mut of_books) = (Interner::default(), RaggedArray::default());
    for book in books {
        let told = known.entry(&book.authors).or_insert_with(|| {
            names::parse(&book.authors).iter().map(|name| names.number(name.text.as_bytes())).collect()
        });
        of_books.push(told.iter().copied());
    }
    (names, of_books)
}
