//! Matches some of a query's terms: the documents whose terms together weigh enough, and their scores.
//!
//! A term weighs its idf, so that what counts is how much of the query a document answers, not how many of its words; one
//! that frames the question weighs nothing, and neither does one that the index does not have. Invariant: a document in
//! here stands below every one that has all terms.

use std::collections::BTreeMap;

use seoga_index::DocId;
use seoga_index::dictionary::{Entry, df_class};
use seoga_index::postings::Field;

use crate::answer::Tier;
use crate::docset::{DocSet, Gathering};
use crate::reader::Reader;
use crate::search::boost::{TermMatch, adjacency_boost, idf, title_boost};
use crate::search::candidates::WEIGHED;
use crate::search::cooccurrence::{ADDED, POOR};
use crate::search::expansion::QueryTerm;
use crate::search::intersect::PostingLists;
use crate::search::prior::Prior;
use crate::search::score::TermMatches;
use crate::search::state::{QueryPlan, Search};
use crate::search::top_k::{ScoredDoc, select_top};

/// The part of the terms' weight that a document is to have, and the part that will do where fewer than [`POOR`] have that.
const WANTED: u32 = 2;
const LEAST: u32 = 6;
/// How often a keyword's score counts, and the part that a framing term's does.
const KEYWORD_TIMES: u32 = 2;
const FRAMING_PART: u32 = 4;

/// The documents that match some of the terms.
#[derive(Debug, Default)]
pub(super) struct SomeTerms {
    /// Those that are weighed, ascending.
    pub(super) weighed: Vec<DocId>,
    /// All of them.
    pub(super) docs: DocSet,
}

/// Tells whether an expansion of a tier is certain enough to be all that a document has of a query: none that guesses at what
/// was typed.
pub(super) fn is_certain(tier: Tier) -> bool {
    tier <= Tier::Form || tier == Tier::Infix
}

/// Weighs the terms of a query: each by the idf of its commonest certain expansion.
pub(super) fn weights(documents: u32, terms: &[QueryTerm]) -> Vec<u32> {
    let weigh = |term: &QueryTerm| {
        let certain = term.expansions.iter().filter(|expansion| is_certain(expansion.tier));
        let books = certain.filter_map(|expansion| expansion.entries.iter().map(Entry::df).min()).max();
        books.filter(|_| !term.framing).map_or(0, |books| idf(documents, df_class(books)))
    };
    terms.iter().map(weigh).collect()
}

impl PostingLists<'_> {
    /// Finds the documents that match terms of enough weight by certain expansions.
    pub(super) fn some_terms(&self, weights: &[u32]) -> SomeTerms {
        let all: u32 = weights.iter().sum();
        let levels = self.by_weight(weights, &is_certain);
        let enough =
            |(weight, found): (u32, usize)| weight * WANTED >= all || weight * LEAST >= all && found < POOR;
        self.heaviest(levels, &enough)
    }

    /// Finds the documents that match any of the terms, weighing those that match most.
    pub(super) fn any_term(&self) -> SomeTerms {
        let levels = self.by_weight(&vec![1; self.terms()], &|_| true);
        self.heaviest(levels, &|_| true)
    }

    /// Sorts documents by the sum of the weights of the terms that they match, heaviest first.
    fn by_weight(&self, weights: &[u32], tiers: &dyn Fn(Tier) -> bool) -> Vec<(u32, Vec<DocId>)> {
        let mut sums: Vec<u16> = vec![0; self.documents() as usize];
        let mut gathered = Gathering::new(self.documents());
        for (place, weight) in weights.iter().enumerate().filter(|(_, weight)| **weight > 0) {
            let docs = self.term_docs(place, None, tiers);
            gathered.add_set(&docs);
            for doc in docs.first(usize::MAX) {
                let sum = sums.get_mut(doc as usize);
                sum.into_iter().for_each(|sum| *sum = sum.saturating_add(*weight as u16));
            }
        }
        let docs = gathered.finish();
        let mut levels: BTreeMap<u16, Vec<DocId>> = BTreeMap::new();
        for doc in docs.first(usize::MAX) {
            let sum = sums.get(doc as usize).copied().unwrap_or(0);
            levels.entry(sum).or_default().push(doc);
        }
        levels.into_iter().rev().map(|(sum, docs)| (u32::from(sum), docs)).collect()
    }

    /// Takes levels, heaviest first, as long as they are `enough`, told the weight and how many documents weigh more.
    fn heaviest(&self, levels: Vec<(u32, Vec<DocId>)>, enough: &dyn Fn((u32, usize)) -> bool) -> SomeTerms {
        let mut gathered = Gathering::new(self.documents());
        let mut found = SomeTerms::default();
        let mut count = 0;
        for (weight, docs) in levels {
            if !enough((weight, count)) {
                break;
            }
            count += docs.len();
            found.weighed.extend(docs.iter().take(WEIGHED.saturating_sub(found.weighed.len())));
            gathered.add(&docs);
        }
        found.weighed.sort_unstable();
        found.docs = gathered.finish();
        found
    }
}

impl Search {
    /// Tells whether some of the query's terms may do.
    pub(super) fn serves_some_terms(&self) -> bool {
        self.query.words.len() > 1 && self.query.phrases.is_empty() && self.query.number.is_none()
    }

    /// Finds the documents that match some of the terms and may be shown. Filters have no say in how much is enough, so that
    /// one shows what its count promised.
    pub(super) fn some_terms(
        &self,
        reader: &Reader<'_>,
        plan: &QueryPlan,
        lists: &PostingLists<'_>,
    ) -> SomeTerms {
        let weights = weights(self.manifest.documents, &plan.terms);
        let mut some = lists.some_terms(&weights);
        self.admit(reader, plan, &mut some.docs);
        some.weighed = some
            .docs
            .first(usize::MAX)
            .into_iter()
            .filter(|doc| some.weighed.binary_search(doc).is_ok())
            .collect();
        some
    }

    /// Finds the best documents that match some of the terms, for an answer of few (`direct`, before filters) that match all.
    pub(super) fn top_up(
        &self,
        reader: &Reader<'_>,
        plan: &QueryPlan,
        lists: &PostingLists<'_>,
        prior: &Prior,
        direct: &[DocId],
    ) -> Vec<ScoredDoc> {
        let weights = weights(self.manifest.documents, &plan.terms);
        let mut docs = lists.some_terms(&weights).weighed;
        docs.retain(|doc| direct.binary_search(doc).is_err());
        let mut added = lists.collect(docs).some_terms(prior);
        select_top(&mut added);
        added.truncate(ADDED);
        let mut admitted = self.documents_of(&added);
        self.admit(reader, plan, &mut admitted);
        added.retain(|hit| admitted.contains(hit.doc()));
        added
    }
}

impl TermMatches {
    /// Scores documents that match some of the terms, ascending.
    pub(super) fn some_terms(&self, prior: &Prior) -> Vec<ScoredDoc> {
        let places = || (0..self.docs.len()).zip(&self.docs);
        let score = |(at, doc): (usize, &DocId)| {
            let hits = self.terms.iter().zip(&self.framing);
            let hits = hits.filter_map(|(hits, framing)| Some((hits.get(at)?.unpack(*doc)?, *framing)));
            ScoredDoc::new(*doc, Tier::Partial, partial_score(hits))
        };
        let mut scored: Vec<ScoredDoc> = places().map(score).collect();
        prior.boost(&mut scored);
        scored
    }
}

/// Scores a document by the terms it matches, each with whether it frames the question.
fn partial_score(hits: impl Iterator<Item = (TermMatch, bool)>) -> u32 {
    let (mut score, mut coverage) = (0, 0);
    let mut before: Option<TermMatch> = None;
    for (hit, framing) in hits.filter(|(hit, _)| is_certain(hit.tier)) {
        let (times, parts) = share(&hit, framing);
        score += hit.score * times / parts;
        score += before.map_or(0, |before| adjacency_boost(&before, &hit));
        coverage += hit.coverage;
        before = Some(hit);
    }
    score + title_boost(Tier::Partial, coverage, false, 0)
}

/// Gives what a term's score counts where not all terms match, as a fraction: a keyword is then the best word there is for
/// what a book is about, and a framing word tells little.
pub(super) fn share(hit: &TermMatch, framing: bool) -> (u32, u32) {
    (if hit.field == Field::Keyword { KEYWORD_TIMES } else { 1 }, if framing { FRAMING_PART } else { 1 })
}
