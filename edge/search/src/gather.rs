//! From readings to scored documents.
//!
//! Every list is decoded once, each word keeps for each document its best
//! reading, and words are intersected from the rarest on. Scores are integers:
//! the same on every machine. `docs/RANKING.md` explains them.

use seoga_index::DocId;
use seoga_index::dictionary::{Entry, df_class};
use seoga_index::postings::{Field, MAX_WEIGHT};

use crate::answer::{Reading, Tier};
use crate::order;
use crate::preference::Preference;
use crate::reader::Reader;
use crate::resolve::{Alternative, Slot};

#[cfg(feature = "explain")]
pub mod explain;

/// A document on one word's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WordHit {
    pub(crate) doc: DocId,
    pub(crate) tier: Tier,
    pub(crate) score: u32,
    /// 31sts of the title that the word covers.
    pub(crate) covers: u32,
    pub(crate) field: Field,
    /// Which word of the title it is, from 1; 0 unknown.
    pub(crate) place: u8,
    /// The reading, as its place among the slot's alternatives.
    pub(crate) alternative: u16,
    /// Percent taken off the reading's score: the plainer reading of a document wins.
    pub(crate) penalty: u8,
    /// How many slots before this one the reading began (a joined word).
    pub(crate) back: u8,
}

/// A document that has what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ranked {
    pub(crate) doc: DocId,
    pub(crate) tier: Tier,
    pub(crate) score: u32,
}

/// Every word's hits.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gathered {
    /// By slot, ascending by document, one for each document.
    pub(crate) words: Vec<Vec<WordHit>>,
    /// Whether every list was read to its end.
    pub(crate) whole: bool,
}

/// What a hit in a field is worth, in sixteenths of the word's rarity.
fn field_worth(field: Field) -> u32 {
    match field {
        Field::TitleStart | Field::Title => 16,
        Field::TitleJoined => 15,
        Field::TitlePart => 12,
        Field::Author => 14,
        Field::Publisher => 9,
        Field::Keyword => 5,
        Field::ClassName => 1,
    }
}

/// What covering all of a title is worth, in 31sts.
const COVER_WORTH: u32 = 8;
/// What standing first in a title is worth for the first word asked.
const START_WORTH: u32 = 60;
/// How many times more start and neighbours count where the last word is still
/// being typed: people then mostly type a title from its beginning.
const TYPING: u32 = 3;
/// What standing right behind the word asked before is worth.
const NEXT_WORTH: u32 = 40;
/// What all words standing in a row, in the order asked, is worth.
const ROW_WORTH: u32 = 150;
/// What a title is worth that begins with all that was typed.
const BEGINNING_WORTH: u32 = 150;
/// What a keyword at the head of its list is worth more than one at its end.
const KEYWORD_WORTH: u32 = 1;

/// Rarity in half-bits: 2 log2 of (books / books with the word), and 4 more so
/// that no word is worth nothing (inverse document frequency in integers).
fn rarity(documents: u32, df: u32) -> u32 {
    u32::from(df_class(documents).saturating_sub(df_class(df))) + 4
}

/// Reads every list of every slot.
pub(crate) fn gather(reader: &Reader<'_>, slots: &[Slot]) -> Gathered {
    let mut gathered = Gathered { words: vec![Vec::new(); slots.len()], whole: true };
    for (place, slot) in slots.iter().enumerate() {
        for (number, alternative) in slot.alternatives.iter().enumerate() {
            let (hits, whole) = hits(reader, alternative, number as u16, slot);
            gathered.whole &= whole;
            let spans = alternative.spans.max(1);
            for (back, words) in gathered.words.iter_mut().skip(place).take(spans).enumerate() {
                let share = |hit: &WordHit| WordHit {
                    score: hit.score / spans as u32,
                    covers: hit.covers / spans as u32,
                    back: back as u8,
                    ..*hit
                };
                words.extend(hits.iter().map(share));
            }
        }
    }
    for words in &mut gathered.words {
        if !words.is_sorted_by(|a, b| a.doc < b.doc) {
            words.sort_by(|a, b| {
                let readings = a.tier.cmp(&b.tier).then(a.penalty.cmp(&b.penalty));
                a.doc.cmp(&b.doc).then(readings).then(b.score.cmp(&a.score))
            });
            words.dedup_by_key(|hit| hit.doc);
        }
    }
    gathered
}

/// Books of the commonest word that was guessed in the same way: of several
/// guesses the rare one is not the better one, so all count as that common.
fn commonest(slot: &Slot, of: &Alternative) -> u32 {
    if matches!(of.reading, Reading::Exact | Reading::Joined | Reading::Split) {
        return 0;
    }
    let same =
        slot.alternatives.iter().filter(|other| other.reading == of.reading && other.entries.len() == 1);
    let most = same.flat_map(|other| &other.entries).map(Entry::df).max().unwrap_or(0);
    // What is still being typed is less of a guess: a rarer word may be meant.
    if of.reading == Reading::Prefix { most / 4 } else { most }
}

/// The documents of one reading.
fn hits(reader: &Reader<'_>, alternative: &Alternative, number: u16, slot: &Slot) -> (Vec<WordHit>, bool) {
    let lists: Vec<_> = alternative.entries.iter().map(|entry| reader.list(*entry)).collect();
    let whole = lists.iter().all(|list| list.whole);
    let documents = reader.manifest.documents;
    let common = commonest(slot, alternative);
    let apart = if alternative.reading == Reading::Infix { alternative.tier } else { Tier::Infix };
    let mut all: Option<Vec<WordHit>> = None;
    for list in &lists {
        let rarity = rarity(documents, list.df.max(common));
        let mut of_term: Vec<WordHit> = Vec::with_capacity(list.postings.len());
        for posting in &list.postings {
            let field = posting.field();
            if alternative.reading != Reading::Infix && !slot.fields.has(field) {
                continue;
            }
            let tier = match field {
                // A keyword is somebody's judgement, not the book's own word.
                Field::TitlePart | Field::Keyword | Field::ClassName => alternative.tier.max(Tier::Form),
                _ => alternative.tier,
            };
            let weight = u32::from(posting.weight());
            let mut score = rarity * field_worth(field) * (100 - alternative.penalty.min(90)) / 100;
            if field == Field::Keyword {
                score += weight * KEYWORD_WORTH;
            }
            let hit = WordHit {
                doc: posting.doc,
                tier,
                score,
                covers: if field.is_title() { weight } else { 0 },
                field,
                place: posting.place(),
                alternative: number,
                penalty: alternative.penalty.min(100) as u8,
                back: 0,
            };
            match of_term.last_mut() {
                Some(last) if last.doc == hit.doc => {
                    if (hit.tier, std::cmp::Reverse(hit.score)) < (last.tier, std::cmp::Reverse(last.score)) {
                        *last = hit;
                    }
                }
                _ => of_term.push(hit),
            }
        }
        all = Some(match all {
            None => of_term,
            Some(before) => meet(&before, &of_term, apart),
        });
    }
    let parts = alternative.entries.len().max(1) as u32;
    let mut all = all.unwrap_or_default();
    if parts > 1 {
        all.iter_mut().for_each(|hit| hit.score /= parts);
    }
    (all, whole)
}

/// Documents on both lists, with scores and covers added up; at best in tier
/// `apart` where one word does not stand right behind the other.
fn meet(a: &[WordHit], b: &[WordHit], apart: Tier) -> Vec<WordHit> {
    let mut out = Vec::with_capacity(a.len().min(b.len()));
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
        match x.doc.cmp(&y.doc) {
            std::cmp::Ordering::Less => {
                a.next();
            }
            std::cmp::Ordering::Greater => {
                b.next();
            }
            std::cmp::Ordering::Equal => {
                out.push(WordHit {
                    // Typed as one, they should stand together.
                    tier: if next(x, y) > 0 { x.tier.max(y.tier) } else { apart.max(x.tier.max(y.tier)) },
                    score: x.score + y.score,
                    covers: x.covers + y.covers,
                    place: y.place,
                    field: x.field.min(y.field),
                    ..**x
                });
                a.next();
                b.next();
            }
        }
    }
    out
}

fn typing(tier: Tier) -> u32 {
    if tier == Tier::Prefix { TYPING } else { 1 }
}

/// What `b` standing right behind `a` in the title is worth. Parts of one run
/// have the same place.
fn next(a: &WordHit, b: &WordHit) -> u32 {
    let near = a.place > 0 && (a.place..=a.place.saturating_add(1)).contains(&b.place);
    if near && a.field.is_title() && b.field.is_title() { NEXT_WORTH } else { 0 }
}

impl Gathered {
    /// The documents that have every word, best first.
    pub(crate) fn all_words(&self, preference: &Preference) -> Vec<Ranked> {
        let mut order: Vec<usize> = (0..self.words.len()).collect();
        order::sort_by_cached_key(&mut order, |place| self.words.get(*place).map_or(0, Vec::len));
        let Some((rarest, others)) = order.split_first() else { return Vec::new() };
        let start = |place: usize, hit: &WordHit| {
            u32::from(place == 0 && hit.field == Field::TitleStart && hit.place <= 1)
        };
        let mut ranked: Vec<(Ranked, u32, u32)> = self
            .words
            .get(*rarest)
            .into_iter()
            .flatten()
            .map(|hit| {
                (Ranked { doc: hit.doc, tier: hit.tier, score: hit.score }, hit.covers, start(*rarest, hit))
            })
            .collect();
        for place in others {
            let Some(words) = self.words.get(*place) else { continue };
            let mut from = 0;
            ranked.retain_mut(|(hit, covers, starts)| {
                from += gallop(words.get(from..).unwrap_or_default(), hit.doc);
                match words.get(from).filter(|other| other.doc == hit.doc) {
                    None => false,
                    Some(other) => {
                        hit.tier = hit.tier.max(other.tier);
                        hit.score += other.score;
                        *starts += start(*place, other);
                        *covers += other.covers;
                        true
                    }
                }
            });
        }
        let full = u32::from(MAX_WEIGHT);
        let mut ranked: Vec<Ranked> = ranked
            .into_iter()
            .map(|(hit, covers, starts)| {
                let placed = starts * START_WORTH * typing(hit.tier);
                Ranked { score: hit.score + covers.min(full) * COVER_WORTH + placed, ..hit }
            })
            .collect();
        let mut in_a_row = vec![self.words.len() > 1; ranked.len()];
        for (before, after) in self.words.iter().zip(self.words.iter().skip(1)) {
            let (mut at_before, mut at_after) = (0, 0);
            for (hit, in_a_row) in ranked.iter_mut().zip(&mut in_a_row) {
                at_before += gallop(before.get(at_before..).unwrap_or_default(), hit.doc);
                at_after += gallop(after.get(at_after..).unwrap_or_default(), hit.doc);
                if let (Some(a), Some(b)) = (before.get(at_before), after.get(at_after)) {
                    let worth = next(a, b);
                    hit.score += worth * typing(hit.tier);
                    *in_a_row &= worth > 0;
                }
            }
        }
        for (hit, in_a_row) in ranked.iter_mut().zip(in_a_row) {
            hit.score += u32::from(in_a_row) * ROW_WORTH;
        }
        preference.raise(&mut ranked);
        sort(&mut ranked);
        ranked
    }

    /// Books with a title that begins with all that was typed so far (`docs`,
    /// ascending): that is what is being typed. Several words in a row are as
    /// good as typed in full; one alone is the beginning of a word.
    pub(crate) fn put_beginnings_first(
        &self,
        ranked: &mut Vec<Ranked>,
        docs: &[DocId],
        preference: &Preference,
    ) {
        let tier = if self.words.len() > 1 { Tier::Exact } else { Tier::Prefix };
        let mut met = vec![false; docs.len()];
        for hit in ranked.iter_mut() {
            if let Ok(at) = docs.binary_search(&hit.doc) {
                hit.tier = tier.min(hit.tier);
                hit.score += BEGINNING_WORTH;
                met.get_mut(at).into_iter().for_each(|met| *met = true);
            }
        }
        for (doc, _) in docs.iter().zip(met).filter(|(_, met)| !met) {
            let words = (0..self.words.len()).filter_map(|place| self.of(place, *doc));
            let words = words.map(|word| word.score).sum::<u32>();
            let score = BEGINNING_WORTH + words + preference.points(*doc);
            ranked.push(Ranked { doc: *doc, tier, score });
        }
        sort(ranked);
    }

    /// The documents that have at least half of the words, most words first.
    /// Only direct readings count, so that a mash of keys finds nothing.
    pub(crate) fn some_words(&self, preference: &Preference) -> Vec<Ranked> {
        let needed = self.words.len().div_ceil(2).max(1) as u32;
        let mut hits: Vec<&WordHit> =
            self.words.iter().flatten().filter(|hit| hit.tier <= Tier::Form).collect();
        hits.sort_by_key(|hit| hit.doc);
        let mut ranked = Vec::new();
        for group in hits.chunk_by(|a, b| a.doc == b.doc) {
            if let Some(first) = group.first()
                && group.len() as u32 >= needed
            {
                let score = group.iter().map(|hit| hit.score).sum::<u32>() + 1000 * group.len() as u32;
                ranked.push(Ranked { doc: first.doc, tier: Tier::Partial, score });
            }
        }
        preference.raise(&mut ranked);
        sort(&mut ranked);
        ranked
    }

    /// How a document has a word.
    pub(crate) fn of(&self, place: usize, doc: DocId) -> Option<&WordHit> {
        let words = self.words.get(place)?;
        words.binary_search_by_key(&doc, |hit| hit.doc).ok().and_then(|at| words.get(at))
    }
}

/// Best first: tier, score, then the likelier book.
pub(crate) fn sort(ranked: &mut [Ranked]) {
    ranked.sort_unstable_by(|a, b| a.tier.cmp(&b.tier).then(b.score.cmp(&a.score)).then(a.doc.cmp(&b.doc)));
}

/// How many hits come before a document: steps of doubling length, then a
/// binary search (Bentley and Yao 1976), since the next one is usually near.
fn gallop(hits: &[WordHit], doc: DocId) -> usize {
    let mut step = 1;
    while hits.get(step).is_some_and(|hit| hit.doc < doc) {
        step *= 2;
    }
    let from = step / 2;
    let near = hits.get(from..(step + 1).min(hits.len())).unwrap_or_default();
    from + near.partition_point(|hit| hit.doc < doc)
}
