//! The stage before the last: verifies phrases and long initials against the records, and puts hits in another order.

use std::collections::BTreeSet;

use seoga_index::DocId;
use seoga_index::record::Record;

use crate::answer::Tier;
use crate::keyspace::INITIALS_IN_KEY;
use crate::reader::Reader;
use crate::search::intersect::PostingLists;
use crate::search::score::TermMatches;
use crate::search::state::{Matches, QueryPlan, Search};
use crate::search::top_k::ScoredDoc;
use crate::search::{facets, highlight};

/// Records read to verify candidates against their text (phrases, long runs of
/// initials), and the files they may lie in.
const VERIFIED: usize = 400;
const VERIFIED_FILES: usize = 24;

impl Search {
    /// Tells whether hits are yet to be verified or sorted.
    pub(super) fn must_verify(&self, matches: &Matches) -> bool {
        self.is_ordered() || self.initials_to_verify(matches).is_some() || !self.query.phrases.is_empty()
    }

    /// Gives the initials of the query, where they are more than a key of the dictionary holds.
    fn initials_to_verify(&self, matches: &Matches) -> Option<&Vec<u8>> {
        let run = self.query.initials.as_ref().filter(|run| run.len() > INITIALS_IN_KEY);
        run.filter(|_| matches.hits.first().is_some_and(|hit| hit.tier() == Tier::Keyboard))
    }

    /// Drops hits whose text lacks a phrase or the initials, and puts them in the order asked for.
    pub(super) fn verify(&self, reader: &Reader<'_>, plan: &QueryPlan, matches: &Matches) -> Matches {
        let (mut hits, mut docs) = (matches.hits.clone(), matches.docs.clone());
        let mut exact = true;
        let initials = self.initials_to_verify(matches);
        if initials.is_some() || !self.query.phrases.is_empty() {
            let mut files = BTreeSet::new();
            let within = |hit: &&ScoredDoc| {
                let file = self.manifest.directory.records.find(hit.doc().into()).map(|(number, _)| number);
                files.len() < VERIFIED_FILES && files.insert(file) || files.contains(&file)
            };
            let verified: Vec<ScoredDoc> = hits.iter().take(VERIFIED).filter(within).copied().collect();
            exact = verified.len() == docs.len();
            hits = verified
                .into_iter()
                .filter(|hit| reader.record(hit.doc()).is_some_and(|record| self.holds(&record, initials)))
                .collect();
            docs = self.documents_of(&hits);
        }
        let exact = matches.exact && exact;
        if !self.is_ordered() {
            return self.group(reader, Matches { hits, docs, exact, ..Matches::default() });
        }
        let matches = Matches { hits, ..matches.clone() };
        let works = self.works(reader, &docs);
        let ordered = self.order(reader, &matches, &docs, &works);
        let is_known = !reader.lacks();
        let (mut hits, facet_hits) = (ordered.hits, matches.hits);
        let mut term_matches = TermMatches::default();
        if self.sought.is_none() {
            // What is read for any order is read now, and the records with it where they are known.
            if !self.shows_all(&docs, &works) {
                reader.prefetch(|reader| facets::count(reader, &facet_hits, &docs, &works, self.values));
            }
            reader.prefetch(|reader| matches.related_terms.texts(reader));
        }
        let (first, last) = self.page();
        let last = last.min(hits.len());
        let page = hits.get_mut(first.min(last)..last).unwrap_or_default();
        let mut shown: Vec<DocId> = page.iter().map(|hit| hit.doc()).collect();
        shown.sort_unstable();
        if is_known && self.sought.is_none() {
            shown.iter().for_each(|doc| reader.prefetch_record(*doc));
        }
        let is_weighed = |doc: &DocId| matches.term_matches.docs.binary_search(doc).is_ok();
        if self.sought.is_none() && !plan.terms.is_empty() && !shown.iter().all(is_weighed) {
            // Their lists were read; only those to be shown are weighed.
            let found = PostingLists::new(reader, &plan.terms).collect(shown);
            let scored = found.all_terms(&matches.prior);
            for hit in page.iter_mut().filter(|hit| !is_weighed(&hit.doc())) {
                let at = scored.binary_search_by_key(&hit.doc(), |scored| scored.doc()).ok();
                *hit = at.and_then(|at| scored.get(at)).copied().unwrap_or(*hit);
            }
            term_matches = found;
        }
        let exact = exact && ordered.exact;
        Matches { hits, docs, facet_hits: Some(facet_hits), works, exact, term_matches, ..Matches::default() }
    }

    /// Tells whether a record has all phrases, and the initials.
    fn holds(&self, record: &Record, initials: Option<&Vec<u8>>) -> bool {
        let titles = || std::iter::once(&record.title).chain(&record.other_titles);
        let phrases = self.query.phrases.iter().all(|phrase| {
            let mut texts = titles().chain([&record.authors, &record.publisher]);
            texts.any(|text| highlight::FoldedText::new(text).contains(phrase))
        });
        phrases
            && initials.is_none_or(|run| titles().any(|title| highlight::initials_at(title, run).is_some()))
    }
}
