//! Sets of documents, a bit each: a million take 125 kB, and "both", "either" and "how many before" are a few
//! instructions for 64 of them. Not stored anywhere: the index keeps lists.
//!
//! Invariant: what is not marked in `filled` holds no document, so that a small set of a large index is walked in
//! little time.

use seoga_index::DocId;

/// Some of an index's documents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DocSet {
    bits: Vec<u64>,
    /// A bit for each 64 documents of which some may be here.
    filled: Vec<u64>,
}

impl DocSet {
    /// Makes an empty set for an index of so many documents. One that is not below their number cannot be put in.
    pub(crate) fn none(documents: u32) -> Self {
        let words = (documents as usize).div_ceil(64);
        Self { bits: vec![0; words], filled: vec![0; words.div_ceil(64)] }
    }

    /// Adds a document.
    #[inline]
    pub(crate) fn insert(&mut self, doc: DocId) {
        let number = doc as usize / 64;
        if let (Some(bits), Some(filled)) = (self.bits.get_mut(number), self.filled.get_mut(number / 64)) {
            *bits |= 1 << (doc % 64);
            *filled |= 1 << (number % 64);
        }
    }

    /// Tells whether a document is in the set.
    #[inline]
    pub(crate) fn contains(&self, doc: DocId) -> bool {
        self.bits.get(doc as usize / 64).is_some_and(|bits| bits >> (doc % 64) & 1 == 1)
    }

    /// Adds all of these documents, which ascend.
    pub(crate) fn insert_all(&mut self, docs: &[DocId]) {
        self.insert_where(docs.iter().map(|doc| (*doc, true)), docs);
    }

    /// Adds those of these ascending documents of which it is true, without a branch for each, which the processor could
    /// not predict. `docs` are all of them.
    #[inline]
    pub(crate) fn insert_where(&mut self, counts: impl Iterator<Item = (DocId, bool)>, docs: &[DocId]) {
        for (doc, counts) in counts {
            if let Some(bits) = self.bits.get_mut(doc as usize / 64) {
                *bits |= u64::from(counts) << (doc % 64);
            }
        }
        let (Some(first), Some(last)) = (docs.first(), docs.last()) else { return };
        let (first, last) = (*first as usize / 64, *last as usize / 64);
        if last - first > docs.len() {
            for number in docs.iter().map(|doc| *doc as usize / 64) {
                self.filled.get_mut(number / 64).into_iter().for_each(|filled| *filled |= 1 << (number % 64));
            }
            return;
        }
        for number in first / 64..=last / 64 {
            // All between the two, few of which are empty.
            let from = if number == first / 64 { first % 64 } else { 0 };
            let to = if number == last / 64 { last % 64 } else { 63 };
            self.filled
                .get_mut(number)
                .into_iter()
                .for_each(|filled| *filled |= !0 >> (63 - to + from) << from);
        }
    }

    /// Tells whether any document from the one to the other is here, both included.
    pub(crate) fn any(&self, from: DocId, to: DocId) -> bool {
        let (first, last) = (from as usize / 64, to as usize / 64);
        let words = self.bits.get(first..self.bits.len().min(last.saturating_add(1))).unwrap_or_default();
        let mut words = words.iter().enumerate();
        words.any(|(at, bits)| {
            let number = first + at;
            let bits = if number == first { bits >> (from % 64) << (from % 64) } else { *bits };
            let bits = if number == last { bits << (63 - to % 64) } else { bits };
            bits != 0
        })
    }

    /// Iterates the groups of 64 documents of which some are here: their number and their bits.
    fn groups(&self) -> impl Iterator<Item = (usize, u64)> {
        ones(&self.filled).filter_map(|number| Some((number, *self.bits.get(number)?)))
    }

    /// Keeps the documents that are in the other set too.
    pub(crate) fn intersect(&mut self, other: &DocSet) {
        let Self { bits, filled } = self;
        for (number, filled) in filled.iter_mut().enumerate() {
            let mut left = *filled;
            while left != 0 {
                let place = left.trailing_zeros();
                left &= left - 1;
                let word = number * 64 + place as usize;
                let others = other.bits.get(word).copied().unwrap_or(0);
                if let Some(bits) = bits.get_mut(word) {
                    *bits &= others;
                    *filled &= !(u64::from(*bits == 0) << place);
                }
            }
        }
    }

    /// Adds the documents of the other set.
    pub(crate) fn unite(&mut self, other: &DocSet) {
        self.filled.iter_mut().zip(&other.filled).for_each(|(filled, other)| *filled |= other);
        for (number, others) in other.groups() {
            self.bits.get_mut(number).into_iter().for_each(|bits| *bits |= others);
        }
    }

    /// Counts the documents.
    pub(crate) fn len(&self) -> usize {
        self.groups().map(|(_, bits)| bits.count_ones() as usize).sum()
    }

    /// Lists the documents, ascending.
    pub(crate) fn documents(&self) -> Vec<DocId> {
        let mut documents = vec![0; self.len()];
        let mut places = documents.iter_mut();
        for (number, mut bits) in self.groups() {
            while bits != 0 {
                places
                    .next()
                    .into_iter()
                    .for_each(|place| *place = number as u32 * 64 + bits.trailing_zeros());
                bits &= bits - 1;
            }
        }
        documents
    }
}

/// Iterates the places of the bits that are set, ascending.
fn ones(bits: &[u64]) -> impl Iterator<Item = usize> {
    bits.iter().enumerate().flat_map(|(number, bits)| {
        let mut bits = *bits;
        std::iter::from_fn(move || {
            let place = (bits != 0).then(|| number * 64 + bits.trailing_zeros() as usize);
            bits &= bits.wrapping_sub(1);
            place
        })
    })
}

/// A set whose documents are numbered in ascending order (a rank index over its bits).
#[derive(Debug)]
pub(crate) struct DocOrdinals {
    set: DocSet,
    /// Documents before each 64 of which some are here.
    before: Vec<u32>,
}

impl DocOrdinals {
    /// Counts the documents before each group of 64.
    pub(crate) fn new(set: DocSet) -> Self {
        let mut before = vec![0; set.bits.len()];
        let mut sum = 0;
        for (number, bits) in set.groups() {
            before.get_mut(number).into_iter().for_each(|before| *before = sum);
            sum += bits.count_ones();
        }
        Self { set, before }
    }

    /// Lists the documents, ascending.
    pub(crate) fn documents(&self) -> Vec<DocId> {
        self.set.documents()
    }

    /// Gives the set without its numbers.
    pub(crate) fn set(&self) -> &DocSet {
        &self.set
    }

    /// Gives the ordinal of a document among those of the set, from 0; `None` for one that is not in it.
    #[inline]
    pub(crate) fn get(&self, doc: DocId) -> Option<usize> {
        let number = doc as usize / 64;
        let bits = *self.set.bits.get(number)?;
        let bit = 1u64 << (doc % 64);
        if bits & bit == 0 {
            return None;
        }
        Some((self.before.get(number)? + (bits & (bit - 1)).count_ones()) as usize)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn set(documents: &BTreeSet<DocId>) -> DocSet {
        let mut set = DocSet::none(300);
        documents.iter().for_each(|doc| set.insert(*doc));
        set
    }

    proptest! {
        #[test]
        fn a_set_is_a_set(
            a in prop::collection::btree_set(0u32..300, 0..80),
            b in prop::collection::btree_set(0u32..300, 0..80),
            asked in 0u32..400,
        ) {
            let (one, other) = (set(&a), set(&b));
            prop_assert_eq!(one.documents(), a.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(one.len(), a.len());
            prop_assert_eq!(one.contains(asked), a.contains(&asked));
            let (from, to) = (asked / 2, asked / 2 + a.len() as u32);
            prop_assert_eq!(one.any(from, to), a.range(from..=to).next().is_some());
            let mut evens = DocSet::none(300);
            let docs: Vec<DocId> = b.iter().copied().collect();
            evens.insert_where(docs.iter().map(|doc| (*doc, doc.is_multiple_of(2))), &docs);
            let even = |doc: &DocId| doc.is_multiple_of(2);
            prop_assert_eq!(evens.documents(), b.iter().copied().filter(even).collect::<Vec<_>>());
            let (mut both, mut either) = (one.clone(), one.clone());
            both.intersect(&other);
            either.unite(&other);
            prop_assert_eq!(both.documents(), a.intersection(&b).copied().collect::<Vec<_>>());
            prop_assert_eq!(either.documents(), a.union(&b).copied().collect::<Vec<_>>());
            let place = a.iter().position(|doc| *doc == asked);
            prop_assert_eq!(DocOrdinals::new(one).get(asked), place);
        }
    }
}
