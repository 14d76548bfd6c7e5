//! Tells of which works documents are: the list of books that have other editions says it of each, and books that are not on it are
//! works by themselves.

use seoga_index::DocId;
use seoga_index::dictionary::Entry;
use seoga_index::key::{after_prefix, space};

use crate::docset::DocSet;
use crate::keyspace::first_work;
use crate::postings::Payloads;
use crate::reader::Reader;

/// Shards of the dictionary that name the lists of works.
const SHARDS: usize = 1;

/// The works of some documents, those with other editions among the books.
#[derive(Debug, Clone, Default)]
pub(super) struct Works {
    /// Documents, ascending, with the places of their works.
    docs: Vec<(DocId, u32)>,
    /// How many works they are.
    count: usize,
}

/// Remembers the works that had their place in an order.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    works: &'a Works,
    seen: Vec<bool>,
}

/// Finds the lists of works, each with the number of its first.
pub(super) fn lists(reader: &Reader<'_>) -> Vec<(u32, Entry)> {
    let mut found = Vec::new();
    reader.range(&[space::WORK], after_prefix(&[space::WORK]).as_deref(), SHARDS, &mut |key, entry| {
        found.extend(first_work(key).map(|first| (first, entry)));
        true
    });
    found
}

impl Works {
    /// Reads the works of these documents.
    pub(super) fn read(reader: &Reader<'_>, docs: &DocSet) -> Self {
        let mut found: Vec<(u32, DocId)> = Vec::new();
        for (first, entry) in lists(reader) {
            let mut own = docs.clone();
            reader.intersect(entry, &mut own);
            let own = own.first(usize::MAX);
            reader.weigh(entry, Payloads::All, &own, &mut |at, payloads| {
                let work = payloads.first().map(|payload| first | u32::from(*payload));
                found.extend(work.zip(own.get(at).copied()));
            });
        }
        found.sort_unstable();
        let (mut works, mut count, mut before) = (Vec::with_capacity(found.len()), 0, None);
        for (work, doc) in found {
            if before != Some(work) {
                (before, count) = (Some(work), count + 1);
            }
            works.push((doc, count as u32 - 1));
        }
        works.sort_unstable();
        Self { docs: works, count }
    }

    /// Gives the place of a document's work among those with several editions.
    pub(super) fn of(&self, doc: DocId) -> Option<u32> {
        let at = self.docs.binary_search_by_key(&doc, |(doc, _)| *doc).ok()?;
        self.docs.get(at).map(|(_, work)| *work)
    }

    /// Counts how many more these documents are than their works.
    pub(super) fn surplus(&self) -> usize {
        self.docs.len() - self.count
    }

    /// Counts the works with several editions.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Estimates how many of so many books come before so many works of them did.
    pub(super) fn books(&self, works: usize, books: usize) -> usize {
        works.saturating_mul(books) / books.saturating_sub(self.surplus()).max(1)
    }

    /// Tells whether two documents are one or of one work.
    pub(super) fn are_one(&self, a: DocId, b: DocId) -> bool {
        a == b || self.of(a).is_some_and(|work| self.of(b) == Some(work))
    }

    /// Begins to give works their places.
    pub(super) fn unseen(&self) -> Seen<'_> {
        Seen { works: self, seen: vec![false; self.count] }
    }
}

impl Seen<'_> {
    /// Tells whether a document is the first of its work.
    pub(super) fn is_first(&mut self, doc: DocId) -> bool {
        let place = self.works.of(doc).and_then(|work| self.seen.get_mut(work as usize));
        place.is_none_or(|seen| !std::mem::replace(seen, true))
    }
}
