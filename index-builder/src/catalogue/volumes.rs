//! Finds the volumes of one set among the books, and their order.
//!
//! Invariant: what is found depends on what the books say, never on their order.

use std::collections::{BTreeMap, HashMap};

use ahash::RandomState;
use seoga_text::title;

use super::book::Book;
use super::description::Volume;
use super::made_id::{first_author, normal};
use super::title_words::proper;
use crate::hash::fixed_state;

/// Where a book stands in a set of several volumes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct InSet {
    /// The number of the set.
    pub set: u32,
    /// The number of the volume, and of its part (`3-1`).
    pub volume: (u32, u32),
}

/// A book with the volume that it is.
type Placed = (u32, (u32, u32));

/// Finds the books that are volumes of a set of which the catalogue has several: of one title and first author.
#[must_use]
pub fn in_sets(books: &[Book]) -> HashMap<u32, InSet, RandomState> {
    let mut sets: BTreeMap<(String, String), Vec<Placed>> = BTreeMap::new();
    for (place, book) in (0..).zip(books) {
        let volume = Volume::of(book.volume.as_deref().unwrap_or_default(), title::parts(&book.title).main);
        if let Some(volume) = volume.place() {
            let key = (proper(&book.title).letters(), normal(&first_author(&book.authors)));
            sets.entry(key).or_default().push((place, volume));
        }
    }
    let mut found = HashMap::with_hasher(fixed_state());
    let differ = |volumes: &Vec<Placed>| volumes.windows(2).any(|pair| matches!(pair, [a, b] if a.1 != b.1));
    let several = sets.into_values().filter(differ);
    for (set, volumes) in (0..).zip(several) {
        found.extend(volumes.into_iter().map(|(place, volume)| (place, InSet { set, volume })));
    }
    found
}
