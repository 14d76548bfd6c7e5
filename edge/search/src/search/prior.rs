//! The click prior: boosts learned from visitors' choices.
//!
//! A query's prior lies under a hash of its words; that of single books lies in
//! the manifest. Not where points come from (the builder's `learn`), nor a way
//! to find books. Invariant: points raise books that match already, within
//! their tier; they find none, drop none and move none into another tier.

use seoga_index::DocId;
use seoga_index::choices::{Pick, hash};
use seoga_text::{fold, keys};

use crate::reader::Reader;
use crate::search::query::{Fields, Query};
use crate::search::top_k::ScoredDoc;

/// Hashes a query as typed, for those who have only its text: see [`Query::choice_hash`].
#[must_use]
pub fn choice_hash(text: &str) -> Option<u64> {
    Query::parse(&fold::canonical_query(text), "").choice_hash()
}

impl Query {
    /// Hashes the words of a query as keystrokes, in any order, each once: its prior lies under that number. `None` for a
    /// query that is more than words (a book number, a phrase, a field, an excluded word): it is answered exactly as
    /// asked.
    pub(crate) fn choice_hash(&self) -> Option<u64> {
        let more = !self.phrases.is_empty()
            || !self.excluded.is_empty()
            || self.number.is_some()
            || self.class.is_some()
            || !self.libraries.is_empty()
            || self.year.is_some()
            || self.words.iter().any(|word| word.fields != Fields::ALL);
        (!more && !self.words.is_empty())
            .then(|| hash(self.words.iter().map(|word| keys::encode(&word.text)).collect()))
    }
}

/// The boosts for one query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Prior {
    /// Of books chosen for the query, ascending.
    query: Vec<Pick>,
    /// Of books chosen often for any query, ascending.
    books: Vec<Pick>,
}

impl Prior {
    /// Reads the prior of a query. `scored` tells whether hits have scores to
    /// which that of single books may be added.
    pub(crate) fn read(reader: &Reader<'_>, hash: Option<u64>, scored: bool) -> Self {
        let query = hash.map(|hash| reader.query_prior(hash)).unwrap_or_default();
        let books = if scored { reader.manifest.learned.prior.clone() } else { Vec::new() };
        Self { query, books }
    }

    /// Gives the points that a book gains.
    pub(crate) fn points(&self, doc: DocId) -> u32 {
        let of = |picks: &[Pick]| {
            let found = picks.binary_search_by_key(&doc, |pick| pick.doc).ok();
            found.and_then(|at| picks.get(at)).map_or(0, |pick| u32::from(pick.points))
        };
        of(&self.query) + of(&self.books)
    }

    /// Adds the points to hits, which ascend by document.
    pub(crate) fn boost(&self, hits: &mut [ScoredDoc]) {
        for pick in self.query.iter().chain(&self.books) {
            let found = hits.binary_search_by_key(&pick.doc, |hit| hit.doc()).ok();
            if let Some(hit) = found.and_then(|at| hits.get_mut(at)) {
                *hit = hit.boosted(u32::from(pick.points));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Tier;
    use proptest::prelude::*;

    #[test]
    fn words_in_any_order_case_and_spacing_are_one_query() {
        let one = choice_hash("파이썬 머신러닝");
        assert!(one.is_some());
        for text in ["머신러닝 파이썬", " 머신러닝   파이썬 ", "파이썬 머신러닝 파이썬"]
        {
            assert_eq!(choice_hash(text), one, "{text}");
        }
        assert_eq!(choice_hash("Node.js C++"), choice_hash("c++ node.js"));
        assert_ne!(choice_hash("c++"), choice_hash("c"));
        assert_ne!(choice_hash("파이썬 머신"), one);
        assert_ne!(choice_hash("파이썬머신러닝"), one);
    }

    #[test]
    fn what_is_more_than_words_has_no_prior() {
        for text in ["", "9788968481475", "\"머신 러닝\"", "파이썬 -자바", "author:김", "파이썬 year:2020"]
        {
            assert_eq!(choice_hash(text), None, "{text}");
        }
    }

    fn picks() -> impl Strategy<Value = Vec<Pick>> {
        prop::collection::btree_map(0u32..60, any::<u8>(), 0..30)
            .prop_map(|picks| picks.into_iter().map(|(doc, points)| Pick { doc, points }).collect())
    }

    fn hits() -> impl Strategy<Value = Vec<ScoredDoc>> {
        let hit = |(doc, (tier, score)): (u32, (usize, u32))| ScoredDoc::new(doc, Tier::ALL[tier], score);
        prop::collection::btree_map(0u32..60, (0usize..8, 0u32..900), 0..40)
            .prop_map(move |hits| hits.into_iter().map(hit).collect())
    }

    proptest! {
        #[test]
        fn capitals_do_not_change_the_hash(
            text in r#"([ \t]|["-]|[a-zA-Z0-9.+#:]|[가-힣ㄱ-ㅎ]|[\u{1100}-\u{11ff}]|[À-ÿ]|[\u{300}-\u{330}]|\PC){0,24}"#,
            capitals: u32,
        ) {
            let text = fold::canonical_query(&text);
            let capital = |(place, c): (usize, char)| match capitals >> (place % 32) & 1 {
                1 => c.to_ascii_uppercase(),
                _ => c,
            };
            let typed: String = text.chars().enumerate().map(capital).collect();
            prop_assert_eq!(Query::parse(&text, &typed).choice_hash(), choice_hash(&text));
        }

        #[test]
        fn a_lower_tier_never_overtakes(query in picks(), books in picks(), hits in hits()) {
            let prior = Prior { query, books };
            let mut boosted = hits.clone();
            prior.boost(&mut boosted);
            for (before, after) in hits.iter().zip(&boosted) {
                prop_assert_eq!((before.doc(), before.tier()), (after.doc(), after.tier()));
                prop_assert_eq!(before.score() + prior.points(before.doc()), after.score());
            }
            crate::search::top_k::select_top(&mut boosted);
            prop_assert!(boosted.is_sorted_by_key(|hit| hit.tier()));
        }
    }
}
