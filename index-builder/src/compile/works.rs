//! Lists the books of works that have several editions, and counts for each work editions and libraries.
//!
//! [`crate::catalogue::Works`] says which books are of one work.

use std::collections::BTreeMap;

use seoga_index::DocId;
use seoga_index::postings::Posting;
use seoga_index::record::Editions;
use seoga_search::work_place;

use super::completions::{Add, Carried, written};
use crate::catalogue::{Book, LibraryId, Works};

/// Gives the keys with their entries; `add` writes a list.
pub(super) fn lists(works: &Works, add: &mut Add<'_>) -> Carried {
    let mut lists: BTreeMap<Vec<u8>, Vec<Posting>> = BTreeMap::new();
    for (work, docs) in (0..).zip(works.all()) {
        let (key, payload) = work_place(work);
        lists.entry(key).or_default().extend(docs.iter().map(|doc| Posting { doc: *doc, payload }));
    }
    written(lists, add)
}

/// Counts the editions of each work, and the libraries that hold any of them.
pub(super) fn editions(works: &Works, books: &[&Book]) -> Vec<Editions> {
    let count = |docs: &[DocId]| {
        let held = docs.iter().filter_map(|doc| books.get(*doc as usize)).flat_map(|book| &book.holdings);
        let mut libraries: Vec<LibraryId> = held.map(|holding| holding.library).collect();
        libraries.sort_unstable();
        libraries.dedup();
        Editions { count: docs.len() as u32, libraries: libraries.len() as u32 }
    };
    works.all().map(count).collect()
}
