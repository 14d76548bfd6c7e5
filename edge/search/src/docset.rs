//! Sets of documents: a few as an ascending list, many as a bit each. Not stored anywhere: the index keeps lists.
//!
//! A set takes and zeroes memory for what it holds, not for the whole index, until it is dense; then "both", "either" and
//! "how many" are a few instructions for 64 documents. Invariant: a list ascends, and names a document once.

use seoga_index::DocId;

/// A set is kept as bits when it holds more than one document in so many of the index.
const DENSE: u32 = 128;

/// Some of an index's documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DocSet {
    /// Ascending.
    Few(Vec<DocId>),
    /// A bit each.
    Many(Vec<u64>),
}

impl Default for DocSet {
    fn default() -> Self {
        DocSet::Few(Vec::new())
    }
}

/// Documents gathered from several lists, in any order.
pub(crate) struct Gathering {
    documents: u32,
    few: Vec<DocId>,
    many: Vec<u64>,
}

impl Gathering {
    /// Begins to gather documents of an index of so many.
    pub(crate) fn new(documents: u32) -> Self {
        Self { documents, few: Vec::new(), many: Vec::new() }
    }

    /// Adds documents.
    pub(crate) fn add(&mut self, docs: &[DocId]) {
        if self.many.is_empty() && self.few.len() + docs.len() <= (self.documents / DENSE) as usize {
            self.few.extend_from_slice(docs);
            return;
        }
        self.lay_out();
        for doc in docs {
            let word = self.many.get_mut(*doc as usize / 64);
            word.into_iter().for_each(|word| *word |= 1 << (doc % 64));
        }
    }

    /// Adds documents as bits, the first of them of the word `first`.
    pub(crate) fn add_words(&mut self, first: usize, words: &[u64]) {
        self.lay_out();
        let own = self.many.iter_mut().skip(first);
        own.zip(words).for_each(|(own, word)| *own |= word);
    }

    /// Adds the documents of a set.
    pub(crate) fn add_set(&mut self, set: &DocSet) {
        match set {
            DocSet::Few(docs) => self.add(docs),
            DocSet::Many(words) => self.add_words(0, words),
        }
    }

    fn lay_out(&mut self) {
        if self.many.is_empty() {
            self.many = vec![0; (self.documents as usize).div_ceil(64)];
            let few = std::mem::take(&mut self.few);
            for doc in few {
                let word = self.many.get_mut(doc as usize / 64);
                word.into_iter().for_each(|word| *word |= 1 << (doc % 64));
            }
        }
    }

    /// Gives the set of what was gathered.
    pub(crate) fn finish(mut self) -> DocSet {
        if self.many.is_empty() {
            if !self.few.is_sorted_by(|a, b| a < b) {
                self.few.sort_unstable();
                self.few.dedup();
            }
            return DocSet::Few(self.few);
        }
        DocSet::Many(self.many)
    }
}

impl DocSet {
    /// Makes the set of all documents of an index of so many.
    pub(crate) fn all(documents: u32) -> Self {
        let mut words = vec![u64::MAX; (documents as usize).div_ceil(64)];
        if let (Some(last), rest @ 1..) = (words.last_mut(), documents % 64) {
            *last = (1 << rest) - 1;
        }
        DocSet::Many(words)
    }

    /// Tells whether a document is in the set.
    #[inline]
    pub(crate) fn contains(&self, doc: DocId) -> bool {
        match self {
            DocSet::Few(docs) => docs.binary_search(&doc).is_ok(),
            DocSet::Many(words) => {
                words.get(doc as usize / 64).is_some_and(|word| word >> (doc % 64) & 1 == 1)
            }
        }
    }

    /// Counts the documents.
    pub(crate) fn len(&self) -> usize {
        match self {
            DocSet::Few(docs) => docs.len(),
            DocSet::Many(words) => words.iter().map(|word| word.count_ones() as usize).sum(),
        }
    }

    /// Tells whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            DocSet::Few(docs) => docs.is_empty(),
            DocSet::Many(words) => words.iter().all(|word| *word == 0),
        }
    }

    /// Keeps the documents that are in the other set as well.
    pub(crate) fn intersect(&mut self, other: &DocSet) {
        match (&mut *self, other) {
            (DocSet::Few(docs), other) => docs.retain(|doc| other.contains(*doc)),
            (DocSet::Many(_), DocSet::Few(docs)) => {
                *self = DocSet::Few(docs.iter().copied().filter(|doc| self.contains(*doc)).collect());
            }
            (DocSet::Many(words), DocSet::Many(others)) => {
                words.iter_mut().zip(others).for_each(|(word, other)| *word &= other);
            }
        }
    }

    /// Removes the documents that are in the other set.
    pub(crate) fn subtract(&mut self, other: &DocSet) {
        match (&mut *self, other) {
            (DocSet::Few(docs), other) => docs.retain(|doc| !other.contains(*doc)),
            (DocSet::Many(words), DocSet::Few(docs)) => {
                for doc in docs {
                    let word = words.get_mut(*doc as usize / 64);
                    word.into_iter().for_each(|word| *word &= !(1 << (doc % 64)));
                }
            }
            (DocSet::Many(words), DocSet::Many(others)) => {
                words.iter_mut().zip(others).for_each(|(word, other)| *word &= !other);
            }
        }
    }

    /// Adds the documents of the other set; both are of an index of so many.
    pub(crate) fn unite(&mut self, other: &DocSet, documents: u32) {
        if other.is_empty() {
            return;
        }
        let mut both = Gathering::new(documents);
        match std::mem::take(self) {
            DocSet::Many(words) => both.many = words,
            DocSet::Few(docs) => both.few = docs,
        }
        both.add_set(other);
        *self = both.finish();
    }

    /// Becomes a list where few are left of many, in an index of so many.
    pub(crate) fn thin(&mut self, documents: u32) {
        if let DocSet::Many(words) = self
            && words.iter().map(|word| word.count_ones()).sum::<u32>() <= documents / DENSE
        {
            *self = DocSet::Few(self.first(usize::MAX));
        }
    }

    /// Lists the documents from one on, below another, ascending.
    pub(crate) fn between(&self, from: DocId, to: DocId) -> Vec<DocId> {
        match self {
            DocSet::Few(docs) => {
                let docs = docs.get(docs.partition_point(|doc| *doc < from)..).unwrap_or_default();
                docs.iter().copied().take_while(|doc| *doc < to).collect()
            }
            DocSet::Many(words) => {
                let first = from as usize / 64;
                let words = words
                    .iter()
                    .enumerate()
                    .skip(first)
                    .take((to as usize).div_ceil(64) - first.min(to as usize / 64));
                documents_of(words).filter(|doc| (from..to).contains(doc)).collect()
            }
        }
    }

    /// Lists the first documents, ascending, so many at most.
    pub(crate) fn first(&self, most: usize) -> Vec<DocId> {
        self.from(0, most)
    }

    /// Lists the first documents from one on, ascending, so many at most.
    pub(crate) fn from(&self, from: DocId, most: usize) -> Vec<DocId> {
        match self {
            DocSet::Few(docs) => {
                let docs = docs.get(docs.partition_point(|doc| *doc < from)..).unwrap_or_default();
                docs.iter().copied().take(most).collect()
            }
            DocSet::Many(words) => {
                let words = words.iter().enumerate().skip(from as usize / 64);
                documents_of(words).skip_while(|doc| *doc < from).take(most).collect()
            }
        }
    }
}

/// Iterates the documents of numbered words, ascending.
fn documents_of<'a>(words: impl Iterator<Item = (usize, &'a u64)>) -> impl Iterator<Item = DocId> {
    words.flat_map(|(number, word)| {
        let mut left = *word;
        std::iter::from_fn(move || {
            let doc = (left != 0).then(|| number as DocId * 64 + left.trailing_zeros());
            left &= left.wrapping_sub(1);
            doc
        })
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// Documents of the index that sets are of: so many that some sets of a test are few, and others many.
    const DOCUMENTS: u32 = 2_000;

    fn set(documents: &BTreeSet<DocId>) -> DocSet {
        let mut set = Gathering::new(DOCUMENTS);
        documents.iter().rev().for_each(|doc| set.add(&[*doc]));
        set.finish()
    }

    fn documents() -> impl Strategy<Value = BTreeSet<DocId>> {
        prop_oneof![
            prop::collection::btree_set(0..DOCUMENTS, 0..16),
            prop::collection::btree_set(0..DOCUMENTS, 0..400)
        ]
    }

    proptest! {
        #[test]
        fn a_set_is_a_set(a in documents(), b in documents(), asked in 0u32..2_100, most in 0usize..300) {
            let (one, other) = (set(&a), set(&b));
            prop_assert_eq!(one.first(usize::MAX), a.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(one.first(most), a.iter().copied().take(most).collect::<Vec<_>>());
            prop_assert_eq!(one.from(asked, most), a.range(asked..).copied().take(most).collect::<Vec<_>>());
            prop_assert_eq!((one.len(), one.is_empty()), (a.len(), a.is_empty()));
            prop_assert_eq!(one.contains(asked), a.contains(&asked));
            let (from, to) = (asked / 2, asked / 2 + most as u32);
            prop_assert_eq!(one.between(from, to), a.range(from..to).copied().collect::<Vec<_>>());
            let (mut both, mut either, mut rest) = (one.clone(), one.clone(), one.clone());
            both.intersect(&other);
            either.unite(&other, DOCUMENTS);
            rest.subtract(&other);
            prop_assert_eq!(both.first(usize::MAX), a.intersection(&b).copied().collect::<Vec<_>>());
            prop_assert_eq!(either.first(usize::MAX), a.union(&b).copied().collect::<Vec<_>>());
            prop_assert_eq!(rest.first(usize::MAX), a.difference(&b).copied().collect::<Vec<_>>());
            both.thin(DOCUMENTS);
            prop_assert_eq!(both.first(usize::MAX), a.intersection(&b).copied().collect::<Vec<_>>());
            let mut all = DocSet::all(DOCUMENTS);
            prop_assert_eq!(all.len(), DOCUMENTS as usize);
            all.intersect(&one);
            prop_assert_eq!(all.first(usize::MAX), one.first(usize::MAX));
        }
    }
}
