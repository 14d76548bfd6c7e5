//! Scores of documents: the best match of each query term added up, with what coverage and order in the title add.

use seoga_index::DocId;

use crate::answer::Tier;
use crate::search::boost::{BEGINNING_WORTH, ROW_WORTH, WordHit, is_start, next, of_title};
use crate::search::packed::Packed;
use crate::search::prior::Preference;
use crate::search::top_k::Ranked;

/// What the documents in question have of each word.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gathered {
    /// The documents, ascending.
    pub(super) docs: Vec<DocId>,
    /// By slot, for each of the documents.
    pub(super) words: Vec<Vec<Packed>>,
}

impl Gathered {
    /// What the documents have of each word of the query, slot by slot.
    pub(crate) fn hits(&self) -> impl Iterator<Item = (usize, WordHit)> {
        let slots = self.words.iter().enumerate();
        slots.flat_map(|(place, words)| {
            let docs = self.docs.iter().zip(words);
            docs.filter_map(move |(doc, word)| Some((place, word.hit(*doc)?)))
        })
    }

    /// The documents that have every word, ascending.
    pub(crate) fn all_words(&self, preference: &Preference) -> Vec<Ranked> {
        let mut ranked = Vec::with_capacity(self.docs.len());
        match self.words.as_slice() {
            [word] => ranked.extend(self.docs.iter().zip(word).filter_map(|(doc, word)| word.alone(*doc))),
            _ => ranked.extend(self.docs.iter().enumerate().filter_map(|(at, doc)| self.ranked(at, *doc))),
        }
        preference.raise(&mut ranked);
        ranked
    }

    /// The rank of one of the documents, if it has every word.
    fn ranked(&self, at: usize, doc: DocId) -> Option<Ranked> {
        let (mut tier, mut score) = (Tier::Exact, 0);
        let (mut covers, mut starts, mut neighbours, mut in_a_row) = (0, false, 0, self.words.len() > 1);
        let mut before: Option<WordHit> = None;
        for words in &self.words {
            let word = words.get(at)?.hit(doc)?;
            tier = tier.max(word.tier);
            score += word.score;
            covers += word.covers;
            match &before {
                None => starts = is_start(word.field, word.place),
                Some(before) => {
                    let worth = next(before, &word);
                    neighbours += worth;
                    in_a_row &= worth > 0;
                }
            }
            before = Some(word);
        }
        score += of_title(tier, covers, starts, neighbours) + u32::from(in_a_row) * ROW_WORTH;
        Some(Ranked::new(doc, tier, score))
    }

    /// Books with a title that begins with all that was typed so far (`docs`,
    /// ascending): that is what is being typed. Several words in a row are as
    /// good as typed in full; one alone is the beginning of a word.
    pub(crate) fn raise_beginnings(&self, ranked: &mut Vec<Ranked>, docs: &[DocId], preference: &Preference) {
        let tier = if self.words.len() > 1 { Tier::Exact } else { Tier::Prefix };
        let mut added = Vec::new();
        for doc in docs {
            let found = ranked.binary_search_by_key(doc, |hit| hit.doc()).ok();
            if let Some(hit) = found.and_then(|at| ranked.get_mut(at)) {
                *hit = Ranked::new(*doc, tier.min(hit.tier()), hit.score() + BEGINNING_WORTH);
                continue;
            }
            let words = (0..self.words.len()).filter_map(|place| self.of(place, *doc));
            let words = words.map(|word| word.score).sum::<u32>();
            added.push(Ranked::new(*doc, tier, BEGINNING_WORTH + words + preference.points(*doc)));
        }
        ranked.extend(added);
    }

    /// The documents that have at least half of the words, most words first.
    /// Only direct readings count, so that a mash of keys finds nothing.
    pub(crate) fn some_words(&self, preference: &Preference) -> Vec<Ranked> {
        let needed = self.words.len().div_ceil(2).max(1) as u32;
        let some = |(at, doc): (usize, &DocId)| {
            let words = self.words.iter().filter_map(|words| words.get(at)?.hit(*doc));
            let direct = words.filter(|hit| hit.tier <= Tier::Form);
            let (count, score) = direct.fold((0, 0), |(count, score), hit| (count + 1, score + hit.score));
            (count >= needed).then(|| Ranked::new(*doc, Tier::Partial, score + 1000 * count))
        };
        let mut ranked: Vec<Ranked> = self.docs.iter().enumerate().filter_map(some).collect();
        preference.raise(&mut ranked);
        ranked
    }

    /// How a document has a word.
    pub(crate) fn of(&self, place: usize, doc: DocId) -> Option<WordHit> {
        let at = self.docs.binary_search(&doc).ok()?;
        self.words.get(place)?.get(at)?.hit(doc)
    }
}
