//! Puts hits in the order of the days on which the libraries asked for registered them, the latest first.
//!
//! The day of a book is the earliest among these libraries, as it is shown. Each library has lists of some days in a row; all of
//! them are walked together from the latest on, and a book has its place once all of its libraries have told their day.
//! Invariant: no book is placed before a list that could hold an earlier or a later one was read.

use std::cmp::Reverse;

use seoga_index::DocId;
use seoga_index::dictionary::Entry;
use seoga_index::key::after_prefix;

use crate::docset::{DocSet, Gathering};
use crate::keyspace::{first_day, library_order_prefix, undated_key};
use crate::postings::Payloads;
use crate::reader::Reader;
use crate::search::ordered::{Ordered, touch_likely, within_files};
use crate::search::state::Search;
use crate::search::top_k::ScoredDoc;
use crate::search::works::Works;
use seoga_text::sorting;

/// Shards of the dictionary that name the lists of a library.
const LIBRARY_SHARDS: usize = 2;

/// A list of the days of a library.
#[derive(Debug, Clone, Copy)]
pub(super) struct DayList {
    pub(super) entry: Entry,
    /// Its first day.
    first: u16,
    /// The last day that may stand on it.
    last: u16,
}

/// Finds the lists of libraries, those that may hold later days first.
pub(super) fn lists(reader: &Reader<'_>, libraries: &[u16]) -> Vec<DayList> {
    let mut lists = Vec::new();
    for library in libraries {
        let from = library_order_prefix(*library);
        let mut last = u16::MAX;
        reader.range(&from, after_prefix(&from).as_deref(), LIBRARY_SHARDS, &mut |key, entry| {
            if let Some(first) = first_day(key) {
                lists.push(DayList { entry, first, last });
                last = first.saturating_sub(1);
            }
            true
        });
        // With the others, so that it takes no round of its own.
        reader.prefetch(|reader| reader.get(&undated_key(*library)));
    }
    sorting::sort_by_cached_key(&mut lists, |list| (Reverse(list.last), Reverse(list.first)));
    lists
}

impl Search {
    /// Orders hits, `docs`, by the days of libraries up to the end of the page, `last`; `files` bounds what lists are read from.
    pub(super) fn by_days(
        &self,
        reader: &Reader<'_>,
        libraries: &[u16],
        (docs, files, works): (&DocSet, usize, &Works),
        last: usize,
        by_relevance: &dyn Fn(DocId) -> ScoredDoc,
    ) -> Ordered {
        let all = lists(reader, libraries);
        let mut entries: Vec<Entry> = all.iter().map(|list| list.entry).collect();
        within_files(reader, files, &mut entries);
        let books = all.iter().map(|list| u64::from(list.entry.df())).sum();
        touch_likely(reader, &entries, docs.len(), works.books(last, docs.len()), books);
        let hits = docs.first(usize::MAX);
        let mut untold = days_of(reader, libraries, &hits);
        let mut days: Vec<u16> = vec![u16::MAX; hits.len()];
        let mut placed: Vec<(Reverse<u16>, ScoredDoc)> = Vec::new();
        // What is placed is later than any day that a list not yet read may hold.
        let later = |placed: &[(Reverse<u16>, ScoredDoc)], day: u16| {
            placed.iter().filter(|(Reverse(placed), _)| *placed > day).count()
        };
        let works_of = |placed: &[(Reverse<u16>, ScoredDoc)], day: u16| {
            let mut seen = works.unseen();
            let later = placed.iter().filter(|(Reverse(placed), _)| *placed > day);
            later.filter(|(_, hit)| seen.is_first(hit.doc())).count()
        };
        let mut walked = 0;
        for list in all.iter().take(entries.len()) {
            if works_of(&placed, list.last) >= last || reader.lacks() {
                break;
            }
            let mut own = Gathering::new(reader.manifest.documents);
            reader.gather(list.entry, &mut own);
            let mut own = own.finish();
            own.intersect(docs);
            let own = own.first(usize::MAX);
            reader.weigh(list.entry, Payloads::All, &own, &mut |at, payloads| {
                let hit = own.get(at).and_then(|doc| hits.binary_search(doc).ok());
                let day = list.first.saturating_add(payloads.first().copied().unwrap_or(0));
                let slots =
                    hit.and_then(|hit| Some((days.get_mut(hit)?, untold.get_mut(hit)?, hits.get(hit)?)));
                if let Some((earliest, untold, doc)) = slots {
                    *earliest = day.min(*earliest);
                    *untold = untold.saturating_sub(1);
                    if *untold == 0 {
                        placed.push((Reverse(*earliest), by_relevance(*doc)));
                    }
                }
            });
            if reader.lacks() {
                // The first guess was too small: all that may be needed, in one round.
                entries.iter().for_each(|entry| reader.touch(*entry, Payloads::All));
                break;
            }
            walked += 1;
        }
        placed.sort_unstable();
        let next = all.get(walked).map(|list| list.last);
        let sure = next.map_or(placed.len(), |day| later(&placed, day));
        placed.truncate(sure);
        let mut ordered: Vec<ScoredDoc> = placed.into_iter().map(|(_, hit)| hit).collect();
        let mut seen = works.unseen();
        let reached = ordered.iter().filter(|hit| seen.is_first(hit.doc())).count();
        let exact = reached >= last || next.is_none();
        if reached < last {
            // Those without a day, or behind what was read.
            let mut left = docs.clone();
            left.subtract(&self.documents_of(&ordered));
            let mut rest: Vec<ScoredDoc> = left.first(usize::MAX).into_iter().map(by_relevance).collect();
            rest.sort_unstable();
            ordered.extend(rest);
        }
        Ordered { hits: ordered, exact }
    }
}

/// Counts for each of these documents the libraries that tell a day of it.
fn days_of(reader: &Reader<'_>, libraries: &[u16], docs: &[DocId]) -> Vec<u16> {
    let mut told = vec![0u16; docs.len()];
    if let [_] = libraries {
        // On a list of its days, or on none.
        told.fill(1);
        return told;
    }
    for number in libraries {
        let Some(held) = reader.held_by(*number) else { continue };
        reader.meet(held, docs, &mut |at| told.get_mut(at).into_iter().for_each(|told| *told += 1));
        if let Some(undated) = reader.get(&undated_key(*number)) {
            let untold =
                &mut |at: usize| told.get_mut(at).into_iter().for_each(|told| *told = told.saturating_sub(1));
            reader.meet(undated, docs, untold);
        }
    }
    told
}
