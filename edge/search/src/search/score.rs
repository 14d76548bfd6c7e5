//! Scores of documents: the best match of each query term added up, with what coverage and order in the title add.

use seoga_index::DocId;
use seoga_index::postings::Field;

use crate::answer::Tier;
use crate::search::boost::{
    IN_ORDER_BOOST, TITLE_PREFIX_BOOST, TermMatch, adjacency_boost, starts_title, title_boost,
};
use crate::search::packed::PackedMatch;
use crate::search::prior::Prior;
use crate::search::top_k::ScoredDoc;

/// The best match of each query term in each candidate.
#[derive(Debug, Clone, Default)]
pub(crate) struct TermMatches {
    /// The candidates, ascending.
    pub(super) docs: Vec<DocId>,
    /// By term, for each of the candidates.
    pub(super) terms: Vec<Vec<PackedMatch>>,
    /// Of each term whether books need not have it.
    pub(super) framing: Vec<bool>,
}

/// Tells whether a match of a tier names a person.
fn is_of_a_name(tier: Tier) -> bool {
    tier <= Tier::Form || tier == Tier::OtherScript
}

impl TermMatches {
    /// Iterates the matches, term by term, each with the term's index.
    pub(crate) fn hits(&self) -> impl Iterator<Item = (usize, TermMatch)> {
        let terms = self.terms.iter().enumerate();
        terms.flat_map(|(term, matches)| {
            let docs = self.docs.iter().zip(matches);
            docs.filter_map(move |(doc, packed)| Some((term, packed.unpack(*doc)?)))
        })
    }

    /// Scores the documents that match every term but those that frame the question, ascending.
    pub(crate) fn all_terms(&self, prior: &Prior) -> Vec<ScoredDoc> {
        let mut scored = Vec::with_capacity(self.docs.len());
        match self.terms.as_slice() {
            [word] => {
                scored.extend(self.docs.iter().zip(word).filter_map(|(doc, word)| word.score_alone(*doc)));
            }
            _ => scored.extend(self.docs.iter().enumerate().filter_map(|(at, doc)| self.score(at, *doc))),
        }
        prior.boost(&mut scored);
        scored
    }

    /// Tells whether a candidate has every term that it must among its authors, as typed or as spelled in the other script.
    pub(super) fn name_an_author(&self) -> bool {
        let is_author = |(at, doc): (usize, &DocId)| {
            let mut words = self.terms.iter().zip(&self.framing).filter(|(_, framing)| !**framing);
            words.all(|(words, _)| {
                let word = words.get(at).and_then(|packed| packed.unpack(*doc));
                word.is_some_and(|word| word.field == Field::Author && is_of_a_name(word.tier))
            })
        };
        self.docs.iter().enumerate().any(is_author)
    }

    /// Scores the document at an index, if it matches every term that it must. A framing one adds to the score where the
    /// document has it, and never lowers the tier.
    fn score(&self, at: usize, doc: DocId) -> Option<ScoredDoc> {
        let (mut tier, mut score) = (Tier::Exact, 0);
        let (mut coverage, mut starts, mut neighbours, mut in_a_row) = (0, false, 0, self.terms.len() > 1);
        let mut before: Option<TermMatch> = None;
        for (words, framing) in self.terms.iter().zip(&self.framing) {
            let word = match words.get(at)?.unpack(doc) {
                Some(word) => word,
                None if *framing => {
                    in_a_row = false;
                    continue;
                }
                None => return None,
            };
            if !framing {
                tier = tier.max(word.tier);
            }
            score += word.score;
            coverage += word.coverage;
            match &before {
                None => starts = starts_title(word.field, word.place),
                Some(before) => {
                    let boost = adjacency_boost(before, &word);
                    neighbours += boost;
                    in_a_row &= boost > 0;
                }
            }
            before = Some(word);
        }
        score += title_boost(tier, coverage, starts, neighbours) + u32::from(in_a_row) * IN_ORDER_BOOST;
        Some(ScoredDoc::new(doc, tier, score))
    }

    /// Boosts books with a title that begins with the whole query (`docs`,
    /// ascending), and adds those that matched no other way: such a title is
    /// what is being typed. Several words in a row are as good as typed in full;
    /// one alone is the beginning of a word.
    pub(crate) fn boost_title_prefixes(&self, scored: &mut Vec<ScoredDoc>, docs: &[DocId], prior: &Prior) {
        let tier = if self.terms.len() > 1 { Tier::Exact } else { Tier::Prefix };
        let mut added = Vec::new();
        for doc in docs {
            let found = scored.binary_search_by_key(doc, |hit| hit.doc()).ok();
            if let Some(hit) = found.and_then(|at| scored.get_mut(at)) {
                *hit = ScoredDoc::new(*doc, tier.min(hit.tier()), hit.score() + TITLE_PREFIX_BOOST);
                continue;
            }
            let words = (0..self.terms.len()).filter_map(|term| self.get(term, *doc));
            let words = words.map(|word| word.score).sum::<u32>();
            added.push(ScoredDoc::new(*doc, tier, TITLE_PREFIX_BOOST + words + prior.points(*doc)));
        }
        scored.extend(added);
    }

    /// Finds the match of a term in a document.
    pub(crate) fn get(&self, term: usize, doc: DocId) -> Option<TermMatch> {
        let at = self.docs.binary_search(&doc).ok()?;
        self.terms.get(term)?.get(at)?.unpack(doc)
    }
}
