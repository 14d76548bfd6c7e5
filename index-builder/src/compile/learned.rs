//! Writes what was learned from choices into files and the manifest.

use std::collections::BTreeMap;

use seoga_index::book_id::BookId;
use seoga_index::choices::{self, Filter, Pick};
use seoga_index::manifest::KeyedFiles;
use seoga_index::write::{ChoicesWriter, Sink};

use crate::catalogue::Catalogue;
use crate::learn::Learned;

/// Writes the picks of every query; `order` is the places of the books in the catalogue, document by document.
pub(super) fn write(
    learned: &Learned,
    catalogue: &Catalogue,
    order: &[u32],
    sink: &mut Sink<'_>,
) -> (KeyedFiles, choices::Learned) {
    let wanted = learned.queries.values().flatten().map(|(id, _)| id).chain(learned.prior.keys());
    let mut docs: BTreeMap<BookId, Option<u32>> = wanted.map(|id| (*id, None)).collect();
    if docs.is_empty() {
        return Default::default();
    }
    for (doc, place) in (0..).zip(order) {
        if let Some(book) = catalogue.books.get(*place as usize)
            && let Some(found) = docs.get_mut(&book.id)
        {
            *found = Some(doc);
        }
    }
    let pick = |(id, points): (&BookId, &u8)| Some(Pick { doc: (*docs.get(id)?)?, points: *points });
    let sorted = |mut picks: Vec<Pick>| {
        picks.sort_unstable();
        picks
    };
    let mut writer = ChoicesWriter::new();
    let mut hashes = Vec::new();
    for (hash, books) in &learned.queries {
        let picks = sorted(books.iter().filter_map(|(id, points)| pick((id, points))).collect());
        if !picks.is_empty() {
            writer.push(*hash, &picks, sink);
            hashes.push(*hash);
        }
    }
    let prior = sorted(learned.prior.iter().filter_map(pick).collect());
    (writer.finish(sink), choices::Learned { filter: Filter::of(&hashes), prior })
}
