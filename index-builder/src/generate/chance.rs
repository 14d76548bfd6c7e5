//! Chance without chance: the same seed draws the same numbers on every machine.
//!
//! Not for secrets. `SplitMix64` (Steele, Lea, Flood 2014) with a stream for each book, so that books can be made
//! in any order and by any number of threads. Floating point is used only through operations whose result IEEE 754
//! fixes (`+ - * /`, `sqrt`), never through `pow`, `exp` or `ln`, which differ between libraries.

/// A stream of numbers.
#[derive(Debug, Clone)]
pub(super) struct Chance {
    state: u64,
}

impl Chance {
    /// The stream of one thing (`which`) under a seed.
    pub(super) fn new(seed: u64, which: u64) -> Self {
        let mut chance = Self { state: seed ^ which.wrapping_mul(0xD6E8_FEB8_6659_FD93) };
        chance.state = chance.next() ^ seed.rotate_left(32);
        chance
    }

    pub(super) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mixed(self.state)
    }

    /// A number below `end`, which is not 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let product = u128::from(self.next()) * end as u128;
        (product >> 64) as usize
    }

    /// True so many times in a thousand.
    pub(super) fn per_mille(&mut self, times: usize) -> bool {
        self.below(1_000) < times
    }

    /// One of the items, which are not none.
    pub(super) fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }

    /// One of the items, the early ones more often: the n-th about 1/n as often as the first.
    pub(super) fn pick_early<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.rank_log(items.len())]
    }

    /// A number below `end` with a density that falls about as 1/n.
    pub(super) fn rank_log(&mut self, end: usize) -> usize {
        // Equal chances for each power of two, and for each number within it.
        let octaves = (usize::BITS - end.leading_zeros()) as usize;
        loop {
            let octave = self.below(octaves);
            let start = (1_usize << octave) - 1;
            let rank = start + self.below(1 << octave);
            if rank < end {
                return rank;
            }
        }
    }

    /// A rank from 0 on with a tail like that of words in a language: after n draws about n^0.6 different ones have
    /// been seen (Heaps' law; 0.63 to 0.72 was measured on real catalogues). The tail begins at about `spread`.
    pub(super) fn rank_tail(&mut self, spread: u32) -> u64 {
        let unit = ((self.next() >> 11) as f64 + 1.0) / 9_007_199_254_740_992.0;
        let root = unit * unit.sqrt();
        // u^(-3/2): the chance of a rank over r falls as r^(-2/3), so that of rank r itself as r^(-5/3).
        let rank = f64::from(spread) * (1.0 / root - 1.0);
        if rank < 1e12 { rank as u64 } else { 1_000_000_000_000 }
    }
}

/// A number far from its neighbours'.
pub(super) fn mixed(n: u64) -> u64 {
    let n = (n ^ (n >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    n ^ (n >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_numbers() {
        let mut chance = Chance::new(7, 3);
        let drawn = [chance.next(), chance.next(), chance.rank_tail(10), chance.below(100) as u64];
        let mut again = Chance::new(7, 3);
        assert_eq!(drawn, [again.next(), again.next(), again.rank_tail(10), again.below(100) as u64]);
        assert_ne!(Chance::new(7, 4).next(), Chance::new(7, 3).next());
        assert_ne!(Chance::new(8, 3).next(), Chance::new(7, 3).next());
    }

    #[test]
    fn early_ranks_come_more_often_and_none_is_out_of_range() {
        let mut chance = Chance::new(1, 1);
        let mut counts = [0; 50];
        for _ in 0..50_000 {
            counts[chance.rank_log(50)] += 1;
        }
        assert!(counts[0] > 3 * counts[10] && counts[10] > counts[45]);
        assert!(counts.iter().all(|&count| count > 0));
    }

    #[test]
    fn the_tail_keeps_bringing_new_ranks() {
        let mut chance = Chance::new(1, 1);
        let mut seen = std::collections::BTreeSet::new();
        let mut sizes = Vec::new();
        for draws in 1..=100_000 {
            seen.insert(chance.rank_tail(5));
            if draws == 1_000 || draws == 100_000 {
                sizes.push(seen.len());
            }
        }
        let (small, large) = (sizes[0], sizes[1]);
        assert!(large > 10 * small && large < 40 * small, "{small} different of 1,000, {large} of 100,000");
    }
}
