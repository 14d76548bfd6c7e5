//! Boosts and idf: the integer counterpart of BM25F by which a posting scores.

use seoga_index::DocId;
use seoga_index::dictionary::{Entry, df_class};
use seoga_index::postings::{Field, MAX_WEIGHT, Posting};

use crate::answer::{Reading, Tier};
use crate::search::expansion::{Alternative, Slot};

/// A document that has a word.
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

/// What a hit in a field is worth, in sixteenths of the word's rarity.
pub(super) fn field_worth(field: Field) -> u32 {
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
pub(super) const COVER_WORTH: u32 = 8;

/// What standing first in a title is worth for the first word asked.
pub(super) const START_WORTH: u32 = 60;

/// How many times more start and neighbours count where the last word is still
/// being typed: people then mostly type a title from its beginning.
pub(super) const TYPING: u32 = 3;

/// What standing right behind the word asked before is worth.
pub(super) const NEXT_WORTH: u32 = 40;

/// What all words standing in a row, in the order asked, is worth.
pub(super) const ROW_WORTH: u32 = 150;

/// What a title is worth that begins with all that was typed.
pub(super) const BEGINNING_WORTH: u32 = 150;

/// What a keyword at the head of its list is worth more than one at its end.
pub(super) const KEYWORD_WORTH: u32 = 1;

/// Rarity in half-bits: 2 log2 of (books / books with the word, told by their class), and 4 more so
/// that no word is worth nothing (inverse document frequency in integers).
pub(super) fn rarity(documents: u32, class: u8) -> u32 {
    u32::from(df_class(documents).saturating_sub(class)) + 4
}

/// What postings of a list are worth by their field; nothing where the word is not asked for there.
#[derive(Debug)]
pub(super) struct Worth {
    pub(super) by_field: [Option<(Tier, u32)>; 8],
    pub(super) alternative: u16,
    pub(super) penalty: u8,
}

impl Worth {
    pub(super) fn new(
        documents: u32,
        alternative: &Alternative,
        number: u16,
        slot: &Slot,
        class: u8,
    ) -> Self {
        let rarity = rarity(documents, class);
        let of = |field: Field| {
            if alternative.reading != Reading::Infix && !slot.fields.has(field) {
                return None;
            }
            let tier = match field {
                // A keyword is somebody's judgement, not the book's own word.
                Field::TitlePart | Field::Keyword | Field::ClassName => alternative.tier.max(Tier::Form),
                _ => alternative.tier,
            };
            Some((tier, rarity * field_worth(field) * (100 - alternative.penalty.min(90)) / 100))
        };
        Self {
            by_field: Field::ALL.map(of),
            alternative: number,
            penalty: alternative.penalty.min(100) as u8,
        }
    }

    pub(super) fn hit(&self, posting: Posting) -> Option<WordHit> {
        let field = posting.field();
        let (tier, score) = (*self.by_field.get(field as usize)?)?;
        let weight = u32::from(posting.weight());
        Some(WordHit {
            doc: posting.doc,
            tier,
            score: if field == Field::Keyword { score + weight * KEYWORD_WORTH } else { score },
            covers: if field.is_title() { weight } else { 0 },
            field,
            place: posting.place(),
            alternative: self.alternative,
            penalty: self.penalty,
            back: 0,
        })
    }
}

impl WordHit {
    /// Becomes another reading of the same document, if that is the better one.
    pub(super) fn improve(&mut self, other: &WordHit) {
        let better = other.tier.cmp(&self.tier).then(other.penalty.cmp(&self.penalty));
        if better.then(self.score.cmp(&other.score)).is_lt() {
            *self = *other;
        }
    }
}

/// How common the commonest word is that was guessed in the same way, as a class of books: of several
/// guesses the rare one is not the better one, so all count as that common.
pub(super) fn commonest(slot: &Slot, of: &Alternative) -> u8 {
    if matches!(of.reading, Reading::Exact | Reading::Joined | Reading::Split) {
        return 0;
    }
    let same =
        slot.alternatives.iter().filter(|other| other.reading == of.reading && other.entries.len() == 1);
    let most = same.flat_map(|other| &other.entries).map(Entry::df).max().unwrap_or(0);
    // What is still being typed is less of a guess: a rarer word may be meant.
    df_class(if of.reading == Reading::Prefix { most / 4 } else { most })
}

/// What the words' share of the title, standing first in it and standing in a row are worth.
#[inline]
pub(super) fn of_title(tier: Tier, covers: u32, starts: bool, neighbours: u32) -> u32 {
    let placed = u32::from(starts) * START_WORTH + neighbours;
    covers.min(MAX_WEIGHT.into()) * COVER_WORTH + placed * typing(tier)
}

/// Whether a title begins so.
#[inline]
pub(super) fn is_start(field: Field, place: u8) -> bool {
    field == Field::TitleStart && place <= 1
}

pub(super) fn typing(tier: Tier) -> u32 {
    if tier == Tier::Prefix { TYPING } else { 1 }
}

/// What `b` standing right behind `a` in the title is worth. Parts of one run
/// have the same place.
pub(super) fn next(a: &WordHit, b: &WordHit) -> u32 {
    let near = a.place > 0 && (a.place..=a.place.saturating_add(1)).contains(&b.place);
    if near && a.field.is_title() && b.field.is_title() { NEXT_WORTH } else { 0 }
}
