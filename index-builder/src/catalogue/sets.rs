//! Disjoint sets of numbered things.
//!
//! Invariant: a set is named by the smallest number in it, so names do not depend on the order of the unions.

/// Sets of the numbers below a count.
#[derive(Debug)]
pub(super) struct Sets(Vec<u32>);

impl Sets {
    /// Puts each number below `count` in a set of its own.
    pub(super) fn new(count: u32) -> Self {
        Self((0..count).collect())
    }

    /// Makes one set of two.
    pub(super) fn unite(&mut self, a: u32, b: u32) {
        let (a, b) = (self.shortened(a), self.shortened(b));
        if let Some(parent) = self.0.get_mut(a.max(b) as usize) {
            *parent = a.min(b);
        }
    }

    /// Gives the name of a number's set.
    pub(super) fn name(&self, mut of: u32) -> u32 {
        loop {
            match self.0.get(of as usize) {
                Some(&parent) if parent != of => of = parent,
                _ => return of,
            }
        }
    }

    /// Gives the name of a number's set, and shortens the way to it.
    fn shortened(&mut self, mut of: u32) -> u32 {
        let name = self.name(of);
        while let Some(parent) = self.0.get_mut(of as usize).filter(|parent| **parent != name) {
            of = std::mem::replace(parent, name);
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_named_by_their_smallest_number_whatever_the_order() {
        for pairs in [[(4, 3), (3, 1), (2, 0)], [(3, 1), (2, 0), (4, 1)]] {
            let mut sets = Sets::new(6);
            pairs.iter().for_each(|&(a, b)| sets.unite(a, b));
            let names: Vec<u32> = (0..6).map(|of| sets.name(of)).collect();
            assert_eq!(names, [0, 1, 0, 1, 1, 5]);
        }
    }
}
