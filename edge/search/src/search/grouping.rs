//! Lets one edition of a work stand for all of them, the first in the order asked for.
//!
//! The list that tells works is fetched with the other lists. Invariants: no work comes twice in an answer, whatever its order and
//! page, and none is lost.

use crate::docset::DocSet;
use crate::keyspace::{work_place, works_key};
use crate::postings::Payloads;
use crate::reader::Reader;
use crate::request::{Group, MAX_REACH};
use crate::search::state::{Matches, Search};
use crate::search::top_k::{ScoredDoc, select_top};
use crate::search::works::{Works, lists};

impl Search {
    /// Tells whether works are asked for.
    pub(super) fn groups(&self) -> bool {
        self.request.group == Group::Work
    }

    /// Has what names the lists of works fetched in this round, with the terms.
    pub(super) fn touch_work_lists(&self, reader: &Reader<'_>) {
        if self.groups() {
            let (key, _) = work_place(0);
            reader.foresee_list_kept(&key, &works_key(&key), Payloads::All);
            reader.prefetch(lists);
        }
    }

    /// Has the lists of works fetched in this round, with those of the terms.
    pub(super) fn touch_works(&self, reader: &Reader<'_>) {
        if self.groups() {
            lists(reader).iter().for_each(|(_, entry)| reader.touch(*entry, Payloads::All));
        }
    }

    /// Reads the works of hits; none where books are asked for.
    pub(super) fn works(&self, reader: &Reader<'_>, docs: &DocSet) -> Works {
        if self.groups() { Works::read(reader, docs) } else { Works::default() }
    }

    /// Keeps of hits in the order of relevance the best edition of each work.
    pub(super) fn group(&self, reader: &Reader<'_>, matches: Matches) -> Matches {
        let works = self.works(reader, &matches.docs);
        let mut hits = matches.hits;
        if works.surplus() > 0 {
            let mut best: Vec<Option<ScoredDoc>> = vec![None; works.count()];
            for hit in &hits {
                let known = works.of(hit.doc()).and_then(|work| best.get_mut(work as usize));
                if let Some(known) = known {
                    *known = Some(known.map_or(*hit, |known| known.min(*hit)));
                }
            }
            let reached = hits.len() > MAX_REACH as usize;
            hits.retain(|hit| {
                let best = works.of(hit.doc()).and_then(|work| best.get(work as usize).copied());
                best.is_none_or(|best| best == Some(*hit))
            });
            if reached {
                // Only so many were in order, and some of them are gone.
                select_top(&mut hits);
            }
        }
        Matches { hits, works, ..matches }
    }
}
