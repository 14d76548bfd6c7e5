//! Finds the candidates: the documents that match the terms and pass the filters.
//!
//! Posting lists are read by their impact-ordered prefix first, where the likeliest books are; where that answers
//! poorly, also past it, in the parts that may hold a seek target. The targets come from the lists that were read to
//! their end: those of a rare term or of a small library.
//!
//! Invariant: an answer that is called exact leaves out no book that is on all the lists.

use seoga_index::DocId;

use crate::docset::DocSet;
use crate::postings::{ListKind, Scope};
use crate::reader::Reader;
use crate::search::cooccurrence::POOR;
use crate::search::filter::FilterSet;
use crate::search::intersect::PostingLists;
use crate::search::state::{QueryPlan, Search};
use crate::search::top_k::ScoredDoc;

/// Documents of a search without terms and filters.
const MOST_OF_ALL: u32 = 8192;

/// The documents that match, as far as lists were read.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    /// Those that pass the filters.
    pub(super) docs: DocSet,
    /// Of them those with a title that begins with the whole query.
    pub(super) title_prefix: DocSet,
    /// The documents before any were filtered out, where they are few.
    pub(super) unfiltered: Option<Vec<DocId>>,
    /// Whether none is left out.
    pub(super) exact: bool,
    /// Whether the prefixes of the lists had nothing, so that more was read of them.
    pub(super) prefixes_were_empty: bool,
}

/// The documents for which lists are read past their prefix.
struct SeekTargets {
    docs: DocSet,
    /// Whether no other document can match.
    are_all: bool,
}

impl Search {
    /// Finds the documents that match the plan; `lists` and `filters`, of which only prefixes were read, are read further
    /// where those have too little.
    pub(super) fn find_candidates(
        &self,
        reader: &Reader<'_>,
        plan: &QueryPlan,
        fuzzy: bool,
        lists: &mut PostingLists<'_>,
        filters: &mut FilterSet,
    ) -> Candidates {
        let (mut candidates, targets) = self.match_lists(reader, plan, lists, filters);
        let Some(SeekTargets { docs, are_all }) = targets else { return candidates };
        let found = candidates.docs.len();
        // Fuzzy expansions have no round left for it; where a prefix is missing nothing is known yet.
        if !fuzzy && found < POOR && !reader.lacks() {
            *filters = plan.filters.documents(reader, Some(&docs));
            lists.seek_to(docs);
            let (further, left) = self.match_lists(reader, plan, lists, filters);
            let exact = are_all && left.is_none();
            candidates = Candidates { exact, prefixes_were_empty: found == 0, ..further };
        }
        candidates
    }

    /// Matches the lists as far as they are read; names who else may match where that is not to their end.
    fn match_lists(
        &self,
        reader: &Reader<'_>,
        plan: &QueryPlan,
        lists: &PostingLists<'_>,
        filters: &FilterSet,
    ) -> (Candidates, Option<SeekTargets>) {
        let mut docs = DocSet::none(self.manifest.documents);
        let (mut title_prefix, mut unfiltered) = (DocSet::default(), None);
        let targets = if let Some(entries) = &plan.key_lists {
            let read = entries.iter().map(|entry| reader.all_docs(*entry, &mut docs));
            let complete = read.fold(true, |all, complete| all & complete);
            let known = complete && filters.is_complete_for(&docs);
            (!known).then(|| SeekTargets { docs: docs.clone(), are_all: complete })
        } else if plan.terms.is_empty() {
            match filters.docs() {
                Some(filtered) => docs.unite(filtered),
                None if self.request.text.is_empty() => {
                    (0..self.manifest.documents.min(MOST_OF_ALL)).for_each(|doc| docs.insert(doc));
                }
                None => {}
            }
            let all = filters.docs().is_some() || !self.request.text.is_empty();
            let known = if all { filters.is_complete() } else { self.manifest.documents <= MOST_OF_ALL };
            (!known).then(|| SeekTargets::new(None, filters.upper_bound(), &title_prefix))
        } else {
            title_prefix = DocSet::none(self.manifest.documents);
            for entry in &plan.title_prefixes {
                reader.all_docs(*entry, &mut title_prefix);
            }
            let conjunction = lists.intersect();
            docs = conjunction.docs;
            docs.unite(&title_prefix);
            unfiltered = (docs.len() < POOR).then(|| docs.documents());
            match (lists.are_complete(), filters.is_complete_for(&docs)) {
                (true, true) => None,
                (true, false) => Some(SeekTargets { docs: docs.clone(), are_all: true }),
                (false, _) => {
                    Some(SeekTargets::new(conjunction.candidates, filters.upper_bound(), &title_prefix))
                }
            }
        };
        filters.retain_in(&mut docs);
        filters.retain_in(&mut title_prefix);
        let exact = targets.is_none();
        (Candidates { docs, title_prefix, unfiltered, exact, prefixes_were_empty: false }, targets)
    }

    /// Drops hits with an excluded term, and those that may have one past what was read of its list, which is read
    /// further for the candidates `seek`, or for few hits; true when all was known.
    pub(super) fn exclude(
        &self,
        reader: &Reader<'_>,
        plan: &QueryPlan,
        fuzzy: bool,
        seek: Option<&DocSet>,
        hits: &mut Vec<ScoredDoc>,
    ) -> bool {
        if plan.excluded.is_empty() {
            return true;
        }
        let mut docs = DocSet::none(self.manifest.documents);
        hits.iter().for_each(|hit| docs.insert(hit.doc()));
        let few = Some(&docs).filter(|_| !fuzzy && hits.len() < POOR);
        let scope = Scope { within: Some(&docs), seek: seek.or(few) };
        let mut exact = true;
        for entries in &plan.excluded {
            let lists = entries.iter().map(|entry| {
                let mut listed = DocSet::none(self.manifest.documents);
                let extent = reader.read_docs(*entry, ListKind::Term, scope, &mut listed);
                exact &= extent.complete;
                (listed, extent.reach)
            });
            let lists: Vec<(DocSet, DocId)> = lists.collect();
            hits.retain(|hit| {
                lists.iter().any(|(listed, reach)| !listed.contains(hit.doc()) && hit.doc() <= *reach)
            });
        }
        exact
    }
}

impl SeekTargets {
    /// Narrows down who may match: what has the terms and passes the filters whose lists were read to their end, and what
    /// begins with the query.
    fn new(terms: Option<DocSet>, filters: Option<&DocSet>, title_prefix: &DocSet) -> Self {
        let are_all = terms.is_some() || filters.is_some();
        let mut docs = match (terms, filters) {
            (Some(mut terms), Some(filters)) => {
                terms.intersect(filters);
                terms
            }
            (Some(terms), None) => terms,
            (None, Some(filters)) => filters.clone(),
            (None, None) => title_prefix.clone(),
        };
        docs.unite(title_prefix);
        Self { docs, are_all }
    }
}
