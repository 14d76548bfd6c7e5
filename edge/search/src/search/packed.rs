//! What a document has of a word in 64 bits, so that millions of postings are weighed by a comparison of integers.
//!
//! Invariant: of two readings of a word the better one, by tier, then by less penalty, then by score, has the smaller
//! upper bits; the lower ones say how it came about and have no say.

use seoga_index::DocId;
use seoga_index::postings::{Field, MAX_WEIGHT, field};

use crate::answer::Tier;
use crate::search::boost::{KEYWORD_WORTH, WordHit, Worth, is_start, of_title};
use crate::search::top_k::Ranked;

/// A [`WordHit`] without its document: tier, penalty and score turned round, covers, field, place, alternative, back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Packed(u64);

/// Where each begins, from the lowest bit. The tier has the four highest.
const TIER: u32 = 60;
const PENALTY: u32 = 53;
const SCORE: u32 = 37;
const COVERS: u32 = 29;
const FIELD: u32 = 26;
const PLACE: u32 = 18;
const ALTERNATIVE: u32 = 4;

const MOST_SCORE: u64 = 0xffff;
const MOST_ALTERNATIVES: u64 = (1 << (PLACE - ALTERNATIVE)) - 1;

impl Packed {
    /// That the document does not have the word.
    pub(super) const NONE: Packed = Packed(u64::MAX);

    pub(super) fn of(hit: &WordHit) -> Self {
        let score = MOST_SCORE - u64::from(hit.score).min(MOST_SCORE);
        let covers = u64::from(hit.covers).min(0xff);
        let alternative = u64::from(hit.alternative).min(MOST_ALTERNATIVES);
        Self(
            (hit.tier as u64) << TIER
                | u64::from(hit.penalty & 0x7f) << PENALTY
                | score << SCORE
                | covers << COVERS
                | (hit.field as u64) << FIELD
                | u64::from(hit.place) << PLACE
                | alternative << ALTERNATIVE
                | u64::from(hit.back & 0xf),
        )
    }

    /// The hit of a document, if it has the word.
    pub(super) fn hit(self, doc: DocId) -> Option<WordHit> {
        Some(WordHit {
            doc,
            tier: *Tier::ALL.get((self.0 >> TIER) as usize)?,
            score: (MOST_SCORE - (self.0 >> SCORE & MOST_SCORE)) as u32,
            covers: (self.0 >> COVERS & 0xff) as u32,
            field: field(((self.0 >> FIELD & 7) << 13) as u16),
            place: (self.0 >> PLACE) as u8,
            alternative: (self.0 >> ALTERNATIVE & MOST_ALTERNATIVES) as u16,
            penalty: (self.0 >> PENALTY & 0x7f) as u8,
            back: (self.0 & 0xf) as u8,
        })
    }

    /// The rank of a document that was asked for by this word alone, if it has it.
    #[inline]
    pub(super) fn alone(self, doc: DocId) -> Option<Ranked> {
        let tier = *Tier::ALL.get((self.0 >> TIER) as usize)?;
        let score = (MOST_SCORE - (self.0 >> SCORE & MOST_SCORE)) as u32;
        let covers = (self.0 >> COVERS & 0xff) as u32;
        let starts = is_start(field(((self.0 >> FIELD & 7) << 13) as u16), (self.0 >> PLACE) as u8);
        Some(Ranked::new(doc, tier, score + of_title(tier, covers, starts, 0)))
    }

    /// Becomes another reading of the same document, if that is the better one.
    #[inline]
    pub(super) fn improve(&mut self, other: Packed) {
        if other.0 >> SCORE < self.0 >> SCORE {
            *self = other;
        }
    }
}

/// The hits of a list's postings, worked out for each field once: what weight and place add is a sum.
pub(super) struct Scale {
    by_field: [(Packed, u64); 8],
}

impl Scale {
    pub(super) fn of(worth: &Worth) -> Self {
        let of = |field: Field| {
            let Some((tier, score)) = worth.by_field.get(field as usize).copied().flatten() else {
                return (Packed::NONE, 0);
            };
            let (alternative, penalty) = (worth.alternative, worth.penalty);
            let hit =
                WordHit { doc: 0, tier, score, covers: 0, field, place: 0, alternative, penalty, back: 0 };
            let step = match field {
                Field::Keyword => (u64::from(KEYWORD_WORTH) << SCORE).wrapping_neg(),
                field if field.is_title() => 1 << COVERS,
                _ => 0,
            };
            (Packed::of(&hit), step)
        };
        Self { by_field: Field::ALL.map(of) }
    }

    /// The hit of a posting with such a payload, the upper and the lower byte; [`Packed::NONE`] where the word is not
    /// asked for in its field.
    #[inline]
    pub(super) fn packed(&self, occurrence: u8, place: u8) -> Packed {
        let weight = u64::from(occurrence & MAX_WEIGHT);
        match self.by_field.get(usize::from(occurrence >> 5)) {
            Some((base, step)) if *base != Packed::NONE => {
                Packed(base.0.wrapping_add(weight.wrapping_mul(*step)) | u64::from(place) << PLACE)
            }
            _ => Packed::NONE,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use seoga_index::postings::{Posting, payload};

    use super::*;

    fn worths() -> impl Strategy<Value = Worth> {
        let of_field = prop::option::of((0usize..8, 0u32..1500));
        (prop::array::uniform8(of_field), 0u16..300, 0u8..=100).prop_map(|(fields, alternative, penalty)| {
            Worth {
                by_field: fields.map(|of| of.map(|(tier, score)| (Tier::ALL[tier], score))),
                alternative,
                penalty,
            }
        })
    }

    fn postings() -> impl Strategy<Value = Posting> {
        (0usize..8, 0u8..=31, any::<u8>()).prop_map(|(field, weight, place)| Posting {
            doc: 7,
            payload: payload(Field::ALL[field], weight, place),
        })
    }

    proptest! {
        #[test]
        fn a_scale_says_what_the_worth_says(worth in worths(), posting in postings()) {
            let packed = Scale::of(&worth).packed((posting.payload >> 8) as u8, posting.place());
            prop_assert_eq!(packed.hit(7), worth.hit(posting));
        }

        #[test]
        fn the_better_reading_stays(
            one in (worths(), postings()),
            other in (worths(), postings()),
        ) {
            let (Some(mut plain), Some(improving)) = (one.0.hit(one.1), other.0.hit(other.1)) else { return Ok(()) };
            let mut packed = Packed::of(&plain);
            packed.improve(Packed::of(&improving));
            plain.improve(&improving);
            prop_assert_eq!(packed.hit(7), Some(plain));
        }
    }
}
