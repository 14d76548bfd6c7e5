//! Packs the match of a term into 64 bits, so that millions of postings are weighed by comparing integers.
//!
//! Invariant: of two matches of a term the better one, by tier, then by less penalty, then by score, has the smaller
//! upper bits; the lower ones say how it came about and have no say.

use seoga_index::DocId;
use seoga_index::postings::{Field, MAX_WEIGHT, field};

use crate::answer::Tier;
use crate::search::boost::{FieldBoosts, KEYWORD_BOOST, TermMatch, starts_title, title_boost};
use crate::search::top_k::ScoredDoc;

/// A [`TermMatch`] without its document: tier, penalty and score turned round, coverage, field, place, expansion, back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PackedMatch(u64);

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

impl PackedMatch {
    /// No match.
    pub(super) const NONE: PackedMatch = PackedMatch(u64::MAX);

    /// Packs a match; its document is left out.
    pub(super) fn new(hit: &TermMatch) -> Self {
        let score = MOST_SCORE - u64::from(hit.score).min(MOST_SCORE);
        let coverage = u64::from(hit.coverage).min(0xff);
        let expansion = u64::from(hit.expansion).min(MOST_ALTERNATIVES);
        Self(
            (hit.tier as u64) << TIER
                | u64::from(hit.penalty & 0x7f) << PENALTY
                | score << SCORE
                | coverage << COVERS
                | (hit.field as u64) << FIELD
                | u64::from(hit.place) << PLACE
                | expansion << ALTERNATIVE
                | u64::from(hit.back & 0xf),
        )
    }

    /// Unpacks the match of a document, if it has the term.
    pub(super) fn unpack(self, doc: DocId) -> Option<TermMatch> {
        Some(TermMatch {
            doc,
            tier: *Tier::ALL.get((self.0 >> TIER) as usize)?,
            score: (MOST_SCORE - (self.0 >> SCORE & MOST_SCORE)) as u32,
            coverage: (self.0 >> COVERS & 0xff) as u32,
            field: field(((self.0 >> FIELD & 7) << 13) as u16),
            place: (self.0 >> PLACE) as u8,
            expansion: (self.0 >> ALTERNATIVE & MOST_ALTERNATIVES) as u16,
            penalty: (self.0 >> PENALTY & 0x7f) as u8,
            back: (self.0 & 0xf) as u8,
        })
    }

    /// Scores a document by this term alone, where it is the only one of the query.
    #[inline]
    pub(super) fn score_alone(self, doc: DocId) -> Option<ScoredDoc> {
        let tier = *Tier::ALL.get((self.0 >> TIER) as usize)?;
        let score = (MOST_SCORE - (self.0 >> SCORE & MOST_SCORE)) as u32;
        let coverage = (self.0 >> COVERS & 0xff) as u32;
        let starts = starts_title(field(((self.0 >> FIELD & 7) << 13) as u16), (self.0 >> PLACE) as u8);
        Some(ScoredDoc::new(doc, tier, score + title_boost(tier, coverage, starts, 0)))
    }

    /// Takes over another match of the same document, if that is the better one.
    #[inline]
    pub(super) fn keep_better(&mut self, other: PackedMatch) {
        if other.0 >> SCORE < self.0 >> SCORE {
            *self = other;
        }
    }
}

/// Boosts of a list's postings, packed for each field once: weight and place are added to them.
pub(super) struct PackedBoosts {
    by_field: [(PackedMatch, u64); 8],
}

impl PackedBoosts {
    /// Packs the boosts of a list.
    pub(super) fn new(boosts: &FieldBoosts) -> Self {
        let of = |field: Field| {
            let Some((tier, score)) = boosts.by_field.get(field as usize).copied().flatten() else {
                return (PackedMatch::NONE, 0);
            };
            let (expansion, penalty) = (boosts.expansion, boosts.penalty);
            let hit =
                TermMatch { doc: 0, tier, score, coverage: 0, field, place: 0, expansion, penalty, back: 0 };
            let step = match field {
                Field::Keyword => (u64::from(KEYWORD_BOOST) << SCORE).wrapping_neg(),
                field if field.is_title() => 1 << COVERS,
                _ => 0,
            };
            (PackedMatch::new(&hit), step)
        };
        Self { by_field: Field::ALL.map(of) }
    }

    /// Scores a posting with such a payload, the upper and the lower byte; [`PackedMatch::NONE`] where its field is not
    /// searched.
    #[inline]
    pub(super) fn score(&self, occurrence: u8, place: u8) -> PackedMatch {
        let weight = u64::from(occurrence & MAX_WEIGHT);
        match self.by_field.get(usize::from(occurrence >> 5)) {
            Some((base, step)) if *base != PackedMatch::NONE => {
                PackedMatch(base.0.wrapping_add(weight.wrapping_mul(*step)) | u64::from(place) << PLACE)
            }
            _ => PackedMatch::NONE,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use seoga_index::postings::{Posting, payload};

    use super::*;

    fn field_boosts() -> impl Strategy<Value = FieldBoosts> {
        let of_field = prop::option::of((0usize..8, 0u32..1500));
        (prop::array::uniform8(of_field), 0u16..300, 0u8..=100).prop_map(|(fields, expansion, penalty)| {
            FieldBoosts {
                by_field: fields.map(|of| of.map(|(tier, score)| (Tier::ALL[tier], score))),
                expansion,
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
        fn packed_boosts_score_as_field_boosts_do(boosts in field_boosts(), posting in postings()) {
            let packed = PackedBoosts::new(&boosts).score((posting.payload >> 8) as u8, posting.place());
            prop_assert_eq!(packed.unpack(7), boosts.score(posting));
        }

        #[test]
        fn the_better_match_stays(
            one in (field_boosts(), postings()),
            other in (field_boosts(), postings()),
        ) {
            let (Some(mut plain), Some(improving)) = (one.0.score(one.1), other.0.score(other.1)) else { return Ok(()) };
            let mut packed = PackedMatch::new(&plain);
            packed.keep_better(PackedMatch::new(&improving));
            plain.keep_better(&improving);
            prop_assert_eq!(packed.unpack(7), Some(plain));
        }
    }
}
