//! Finds the candidates: the documents that match the terms and pass the filters, all of them, and of these the likeliest,
//! which are weighed.
//!
//! Documents stand by popularity, so the first of a set are the likeliest; titles that begin with the query are weighed
//! wherever they stand. Invariant: no book that is on all the lists is left out of the candidates.

use seoga_index::DocId;
use seoga_index::dictionary::Entry;

use crate::docset::{DocSet, Gathering};
use crate::keyspace::whole_title_hash;
use crate::postings::Payloads;
use crate::reader::Reader;
use crate::search::cooccurrence::POOR;
use crate::search::intersect::PostingLists;
use crate::search::state::{QueryPlan, Search};

/// Candidates that are weighed; the others follow them, the likelier book first.
pub(super) const WEIGHED: usize = 8192;

/// The documents that match.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    /// Those that pass the filters and have no excluded word.
    pub(super) docs: DocSet,
    /// Of them those with a title that begins with the whole query, ascending.
    pub(super) title_prefix: Vec<DocId>,
    /// The documents before any were filtered out, where they are few.
    pub(super) unfiltered: Option<Vec<DocId>>,
}

impl Candidates {
    /// Lists the documents to weigh, ascending.
    pub(super) fn to_weigh(&self) -> Vec<DocId> {
        let mut docs = self.docs.first(WEIGHED);
        let last = docs.last().copied().unwrap_or_default();
        docs.extend(self.title_prefix.iter().filter(|doc| **doc > last));
        docs
    }
}

impl Search {
    /// Finds the documents that match the plan.
    pub(super) fn find_candidates(
        &self,
        reader: &Reader<'_>,
        plan: &QueryPlan,
        lists: &PostingLists<'_>,
    ) -> Candidates {
        let documents = self.manifest.documents;
        let gathered = |entries: &[Entry]| {
            let mut gathered = Gathering::new(documents);
            entries.iter().for_each(|entry| reader.gather(*entry, &mut gathered));
            gathered.finish()
        };
        let mut found = Candidates::default();
        if let Some(entries) = &plan.key_lists {
            found.docs = gathered(entries);
        } else if plan.terms.is_empty() {
            if !plan.filters.is_empty() || self.request.text.is_empty() {
                found.docs = plan.filters.documents(reader);
            }
        } else {
            let begin = self.titled(reader, plan);
            found.docs = lists.intersect();
            found.docs.unite(&begin, documents);
            found.title_prefix = begin.first(usize::MAX);
            found.unfiltered = (found.docs.len() < POOR).then(|| found.docs.first(POOR));
        }
        self.admit(reader, plan, &mut found.docs);
        found.title_prefix.retain(|doc| found.docs.contains(*doc));
        found
    }

    /// Finds the documents with a title that begins with the query, or, of a long query, is the query; where there is none, with
    /// the query without the edition at its end.
    pub(super) fn titled(&self, reader: &Reader<'_>, plan: &QueryPlan) -> DocSet {
        let titled = self.titles(reader, self.query.title_prefix.as_ref(), &plan.title_prefixes);
        let bare = self.titles(reader, self.query.bare_title.as_ref(), &plan.bare_titles);
        if titled.is_empty() { bare } else { titled }
    }

    /// Finds those of the documents on these lists with a title that begins with what was typed, or is it.
    pub(super) fn titles(&self, reader: &Reader<'_>, typed: Option<&Vec<u8>>, lists: &[Entry]) -> DocSet {
        let whole = typed.map_or(0, |typed| whole_title_hash(typed));
        let mut titled = Gathering::new(self.manifest.documents);
        for entry in lists {
            if whole == 0 {
                reader.gather(*entry, &mut titled);
                continue;
            }
            let same = reader.list(*entry).postings.into_iter().filter(|posting| posting.payload == whole);
            same.for_each(|posting| titled.add(&[posting.doc]));
        }
        titled.finish()
    }

    /// Keeps the documents that pass the filters and have no excluded word.
    pub(super) fn admit(&self, reader: &Reader<'_>, plan: &QueryPlan, docs: &mut DocSet) {
        plan.filters.retain_in(reader, docs);
        for entries in &plan.excluded {
            let mut excluded = docs.clone();
            entries.iter().for_each(|entry| reader.intersect(*entry, &mut excluded));
            docs.subtract(&excluded);
        }
        docs.thin(self.manifest.documents);
    }

    /// Has the lists of filters, exclusions, titles and keys fetched in this round, with those of the terms.
    pub(super) fn touch_lists(&self, reader: &Reader<'_>, plan: &QueryPlan) {
        plan.filters.touch(reader);
        let keys = plan.key_lists.iter().flatten();
        let documents =
            plan.excluded.iter().flatten().chain(&plan.title_prefixes).chain(&plan.literal_titles);
        let documents = documents.chain(&plan.bare_titles).chain(keys);
        documents.for_each(|entry| reader.touch(*entry, Payloads::None));
    }
}
