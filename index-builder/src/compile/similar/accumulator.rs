//! Accumulates the books that the topics of one book bring together: a few hundred, each with a sum.
//!
//! A small table instead of a number for each book of the catalogue: it stays in the processor's nearest cache, which ten
//! thousand scattered additions a book do not. Invariant: the sums do not depend on what the table held before `clear`.

use seoga_index::DocId;

/// Places in the table; books met at a time are at most half of it, which the callers' limits see to.
pub(super) const SLOTS: usize = 4096;
const FREE: DocId = DocId::MAX;

/// Books with sums.
#[derive(Debug)]
pub(super) struct Accumulator {
    slots: Box<[(DocId, u32); SLOTS]>,
    /// The places taken, in the order in which they were.
    taken: Vec<u16>,
}

impl Default for Accumulator {
    fn default() -> Self {
        Self { slots: Box::new([(FREE, 0); SLOTS]), taken: Vec::with_capacity(SLOTS / 2) }
    }
}

impl Accumulator {
    /// Forgets every book.
    pub(super) fn clear(&mut self) {
        for place in self.taken.drain(..) {
            self.slots[usize::from(place)] = (FREE, 0);
        }
    }

    /// The sum of a book, and whether the book is new here; then its sum is 0.
    pub(super) fn sum(&mut self, doc: DocId) -> (&mut u32, bool) {
        let mut place = doc.wrapping_mul(0x9E37_79B1) as usize >> (32 - SLOTS.ilog2());
        while self.slots[place].0 != doc {
            if self.slots[place].0 == FREE {
                self.slots[place].0 = doc;
                self.taken.push(place as u16);
                return (&mut self.slots[place].1, true);
            }
            place = (place + 1) % SLOTS;
        }
        (&mut self.slots[place].1, false)
    }

    /// Every book met with its sum, in the order in which they were met.
    pub(super) fn all(&self) -> impl Iterator<Item = (DocId, u32)> {
        self.taken.iter().map(|place| self.slots[usize::from(*place)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn sums_are_those_of_a_map(added in prop::collection::vec((0u32..3000, 1u32..9), 0..SLOTS / 2)) {
            let mut met = Accumulator::default();
            for _ in 0..2 {
                met.clear();
                let mut map: BTreeMap<u32, u32> = BTreeMap::new();
                for (doc, worth) in &added {
                    let (sum, new) = met.sum(doc << 9);
                    prop_assert_eq!(new, !map.contains_key(&(doc << 9)));
                    *sum += worth;
                    *map.entry(doc << 9).or_default() += worth;
                }
                let mut all: Vec<(u32, u32)> = met.all().collect();
                all.sort_unstable();
                prop_assert_eq!(all, map.into_iter().collect::<Vec<_>>());
            }
        }
    }
}
