//! Matches some of a query's terms: the documents whose terms together weigh enough, and their scores.
//!
//! A term weighs the idf of its commonest spelling, so that what counts is how much of the query a document answers, not how many
//! of its words, nor how rare their spelling is; one that frames the question weighs nothing, and neither does one that the index
//! does not have. Invariant: a document in here stands below every one that has all terms.

use std::collections::BTreeMap;

use seoga_index::DocId;
use seoga_index::dictionary::{Entry, df_class};
use seoga_index::postings::{Field, MAX_WEIGHT};
use seoga_text::{fold, keys};

use crate::answer::Tier;
use crate::docset::{DocSet, Gathering};
use crate::reader::Reader;
use crate::search::boost::{
    TITLE_START_BOOST, TermMatch, adjacency_boost, idf, shared_df_class, starts_title,
};
use crate::search::candidates::WEIGHED;
use crate::search::cooccurrence::{ADDED, POOR};
use crate::search::expansion::{Expansion, QueryTerm};
use crate::search::intersect::PostingLists;
use crate::search::prior::Prior;
use crate::search::score::TermMatches;
use crate::search::state::{QueryPlan, Search};
use crate::search::top_k::{ScoredDoc, select_top};

/// The part of the terms' weight that a document is to have where none has all terms, the part where it follows those that do, and
/// the part that will do where fewer than [`POOR`] have that.
const WANTED: u32 = 4;
const WANTED_BELOW_ALL: u32 = 2;
const LEAST: u32 = 6;
/// Documents whose weights are summed at a time, whatever the index has.
const WINDOW: u32 = 1 << 14;
/// How often a keyword's score counts, and the part that a framing term's does.
const KEYWORD_TIMES: u32 = 2;
const FRAMING_PART: u32 = 4;
/// Points for each 31st of a title that the terms cover: less than where all of them do.
pub(super) const COVERAGE_BOOST: u32 = 6;
/// Keystrokes of a word that the index does not have from which on its spelling one slip away counts, as of names.
const LONG: usize = 9;
/// Documents with a term as typed or in its forms below which its spelling in the other script counts, too.
const RARE: u32 = POOR as u32;

/// The documents that match some of the terms.
#[derive(Debug, Default)]
pub(super) struct SomeTerms {
    /// Those that are weighed, ascending.
    pub(super) weighed: Vec<DocId>,
    /// All of them.
    pub(super) docs: DocSet,
}

/// How much the terms of a query count in documents that match some of them.
pub(super) struct Weights<'t> {
    documents: u32,
    terms: &'t [QueryTerm],
    /// Of each term its weight; none of framing and unknown ones.
    of_terms: Vec<u32>,
    /// Of each term whether it is known too little for what letters spell to be left out.
    rare: Vec<bool>,
    /// Of each term whether it is a long word that is known one slip away alone.
    misspelt: Vec<bool>,
}

impl<'t> Weights<'t> {
    /// Weighs the terms of a query.
    pub(super) fn new(documents: u32, terms: &'t [QueryTerm]) -> Self {
        let books = |term: &QueryTerm, tiers: &dyn Fn(Tier) -> bool| {
            let counted = term.expansions.iter().filter(|expansion| tiers(expansion.tier));
            counted.filter_map(|expansion| expansion.entries.iter().map(Entry::df).min()).max()
        };
        let rare: Vec<bool> = terms.iter().map(|term| books(term, &is_certain).unwrap_or(0) < RARE).collect();
        let misspelt: Vec<bool> = terms
            .iter()
            .map(|term| {
                let one_slip = |other: &Expansion| other.tier == Tier::Typo && other.penalty == 0;
                let long = || keys::encode(&fold::letters(&term.typed)).len() >= LONG;
                books(term, &is_certain).is_none() && term.expansions.iter().any(one_slip) && long()
            })
            .collect();
        let weigh = |(term, (rare, misspelt)): (&QueryTerm, (&bool, &bool))| {
            let books = books(term, &|tier| {
                is_certain(tier) || *rare && tier == Tier::OtherScript || *misspelt && tier == Tier::Typo
            });
            books.filter(|_| !term.framing).map_or(0, |books| idf(documents, df_class(books)))
        };
        let of_terms = terms.iter().zip(rare.iter().zip(&misspelt)).map(weigh).collect();
        Self { documents, terms, of_terms, rare, misspelt }
    }

    /// Tells whether a match of a tier may be all that a document has of the query: no guess but at a long word that nothing is
    /// typed like.
    pub(super) fn counts(&self, place: usize, tier: Tier) -> bool {
        let is = |terms: &[bool]| terms.get(place).is_some_and(|is| *is);
        is_certain(tier)
            || tier == Tier::OtherScript && is(&self.rare)
            || tier == Tier::Typo && is(&self.misspelt)
    }

    /// Gives what a match's score counts, as a fraction: a keyword is here the best word there is for what a book is about, a framing
    /// word tells little, and a rare spelling of a term tells no more than its commonest.
    pub(super) fn share(&self, place: usize, hit: &TermMatch) -> (u32, u32) {
        let times = if hit.field == Field::Keyword { KEYWORD_TIMES } else { 1 };
        let framing = self.terms.get(place).is_some_and(|term| term.framing);
        let parts = if framing { FRAMING_PART } else { 1 };
        let term = self.terms.get(place.saturating_sub(usize::from(hit.back)));
        let weight = self.of_terms.get(place).copied().filter(|weight| *weight > 0 && hit.back == 0);
        let own = term.and_then(|term| self.idf(term, term.expansions.get(usize::from(hit.expansion))?));
        match weight.zip(own) {
            Some((weight, own)) if weight < own => (times * weight, parts * own),
            _ => (times, parts),
        }
    }

    /// Computes the mean idf of an expansion's entries.
    fn idf(&self, term: &QueryTerm, expansion: &Expansion) -> Option<u32> {
        let common = shared_df_class(term, expansion);
        let idfs = expansion.entries.iter().map(|entry| idf(self.documents, entry.df_class().max(common)));
        idfs.sum::<u32>().checked_div(expansion.entries.len() as u32)
    }
}

/// Tells whether an expansion is of what was typed, in some form.
fn is_certain(tier: Tier) -> bool {
    tier <= Tier::Form || tier == Tier::Infix
}

impl PostingLists<'_> {
    /// Finds the documents that match terms of enough weight by certain expansions.
    pub(super) fn some_terms(&self, weights: &Weights<'_>, wanted: u32) -> SomeTerms {
        let all: u32 = weights.of_terms.iter().sum();
        let levels = self.by_weight(&weights.of_terms, &|place, tier| weights.counts(place, tier));
        let enough =
            |(weight, found): (u32, usize)| weight * wanted >= all || weight * LEAST >= all && found < POOR;
        self.heaviest(levels, &enough)
    }

    /// Finds the documents that match any of the terms, weighing those that match most.
    pub(super) fn any_term(&self) -> SomeTerms {
        let levels = self.by_weight(&vec![1; self.terms()], &|_, _| true);
        self.heaviest(levels, &|_| true)
    }

    /// Sorts documents by the sum of the weights of the terms that they match, heaviest first.
    fn by_weight(&self, weights: &[u32], tiers: &dyn Fn(usize, Tier) -> bool) -> Vec<(u32, Vec<DocId>)> {
        let weighed = weights.iter().enumerate().filter(|(_, weight)| **weight > 0);
        let docs = |place| self.term_docs(place, None, &|tier| tiers(place, tier));
        let terms: Vec<(DocSet, u16)> =
            weighed.map(|(place, weight)| (docs(place), *weight as u16)).collect();
        let mut levels: BTreeMap<u16, Vec<DocId>> = BTreeMap::new();
        let mut sums = vec![0u16; WINDOW.min(self.documents()) as usize];
        for start in (0..self.documents()).step_by(WINDOW as usize) {
            for (docs, weight) in &terms {
                for doc in docs.between(start, start.saturating_add(WINDOW)) {
                    let sum = sums.get_mut((doc - start) as usize);
                    sum.into_iter().for_each(|sum| *sum = sum.saturating_add(*weight));
                }
            }
            for (doc, sum) in (start..).zip(&mut sums).filter(|(_, sum)| **sum > 0) {
                levels.entry(std::mem::take(sum)).or_default().push(doc);
            }
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
        let weights = Weights::new(self.manifest.documents, &plan.terms);
        let mut some = lists.some_terms(&weights, WANTED);
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
        let weights = Weights::new(self.manifest.documents, &plan.terms);
        let mut docs = lists.some_terms(&weights, WANTED_BELOW_ALL).weighed;
        docs.retain(|doc| direct.binary_search(doc).is_err());
        let mut added = lists.collect(docs).some_terms(&weights, prior);
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
    pub(super) fn some_terms(&self, weights: &Weights<'_>, prior: &Prior) -> Vec<ScoredDoc> {
        let places = || (0..self.docs.len()).zip(&self.docs);
        let score = |(at, doc): (usize, &DocId)| {
            let hits = self.terms.iter().enumerate();
            let hits = hits.filter_map(|(place, hits)| Some((place, hits.get(at)?.unpack(*doc)?)));
            ScoredDoc::new(*doc, Tier::Partial, partial_score(weights, hits))
        };
        let mut scored: Vec<ScoredDoc> = places().map(score).collect();
        prior.boost(&mut scored);
        scored
    }
}

/// Scores a document by the terms it matches.
fn partial_score(weights: &Weights<'_>, hits: impl Iterator<Item = (usize, TermMatch)>) -> u32 {
    let (mut score, mut coverage) = (0, 0);
    let mut before: Option<TermMatch> = None;
    for (place, hit) in hits.filter(|(place, hit)| weights.counts(*place, hit.tier)) {
        let (times, parts) = weights.share(place, &hit);
        score += hit.score * times / parts;
        score += match &before {
            Some(before) => adjacency_boost(before, &hit),
            None => u32::from(starts_title(hit.field, hit.place)) * TITLE_START_BOOST,
        };
        coverage += hit.coverage;
        before = Some(hit);
    }
    score + coverage.min(MAX_WEIGHT.into()) * COVERAGE_BOOST
}
