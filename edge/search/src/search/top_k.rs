//! Scored documents, and the selection of the best of them.
//!
//! Tier, score and document are one integer, the best the smallest, so that tens of thousands of hits are put in order
//! by comparing integers. Not where scores come from: [`crate::search::score`].

use seoga_index::DocId;

use crate::answer::Tier;
use crate::request::MAX_REACH;

/// A document with its tier and score, in one integer. The better one is the smaller: by tier, then by score, then the likelier book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ScoredDoc(u64);

const TIER: u32 = 60;
const SCORE: u32 = 32;
const MOST_SCORE: u64 = (1 << (TIER - SCORE)) - 1;

impl ScoredDoc {
    /// Packs a document with its tier and score.
    pub(crate) fn new(doc: DocId, tier: Tier, score: u32) -> Self {
        let score = MOST_SCORE - u64::from(score).min(MOST_SCORE);
        Self((tier as u64) << TIER | score << SCORE | u64::from(doc))
    }

    /// Unpacks the document.
    pub(crate) fn doc(self) -> DocId {
        self.0 as DocId
    }

    /// Unpacks the tier.
    pub(crate) fn tier(self) -> Tier {
        Tier::ALL.get((self.0 >> TIER) as usize).copied().unwrap_or(Tier::Related)
    }

    /// Unpacks the score.
    pub(crate) fn score(self) -> u32 {
        (MOST_SCORE - (self.0 >> SCORE & MOST_SCORE)) as u32
    }

    /// Adds points to the score.
    pub(crate) fn boosted(self, points: u32) -> Self {
        Self::new(self.doc(), self.tier(), self.score() + points)
    }
}

/// Selects the top of the hits, as many as paging reaches, and sorts it to the front; behind it the others, in no order.
pub(crate) fn select_top(hits: &mut [ScoredDoc]) {
    let reach = MAX_REACH as usize;
    let top = match hits.len() > 2 * reach {
        true => {
            hits.select_nth_unstable(reach);
            hits.get_mut(..reach).unwrap_or_default()
        }
        false => hits,
    };
    top.sort_unstable();
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_better_one_is_the_smaller(
            a in (any::<u32>(), 0usize..8, 0u32..1 << 28),
            b in (any::<u32>(), 0usize..8, 0u32..1 << 28),
        ) {
            let ranked = |(doc, tier, score): (u32, usize, u32)| ScoredDoc::new(doc, Tier::ALL[tier], score);
            let better = a.1.cmp(&b.1).then(b.2.cmp(&a.2)).then(a.0.cmp(&b.0));
            prop_assert_eq!(ranked(a).cmp(&ranked(b)), better);
            let told = (ranked(a).doc(), ranked(a).tier(), ranked(a).score());
            prop_assert_eq!(told, (a.0, Tier::ALL[a.1], a.2));
        }
    }
}
