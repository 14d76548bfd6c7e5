//! Subsets of the numbers below a bound, in binary interpolative coding.
//!
//! The middle number is told in truncated binary among those it can be, then the halves before and behind it in the same way
//! (Moffat and Stuiver, "Binary Interpolative Coding for Effective Index Compression", 2000). A set of `c` of `n` numbers takes
//! little more than log2 of the number of such sets, less where they lie together, and all of them take nothing.

use crate::bit_stream::BitReader;
#[cfg(feature = "write")]
use crate::bit_stream::BitWriter;

/// Reads so many ascending numbers below `bound`.
pub(super) fn read(bits: &mut BitReader<'_>, count: usize, bound: u32) -> Option<Vec<u16>> {
    if count > bound as usize || bound > 1 << u16::BITS {
        return None;
    }
    let mut numbers = vec![0; count];
    fill(bits, &mut numbers, 0, bound)?;
    Some(numbers)
}

fn fill(bits: &mut BitReader<'_>, numbers: &mut [u16], low: u32, end: u32) -> Option<()> {
    let before = numbers.len() / 2;
    let (left, rest) = numbers.split_at_mut(before);
    let Some((middle, right)) = rest.split_first_mut() else { return Some(()) };
    let (least, choices) = choices(before, right.len(), low, end)?;
    let number = least + bits.below(choices.into())? as u32;
    *middle = u16::try_from(number).ok()?;
    fill(bits, left, low, number)?;
    fill(bits, right, number + 1, end)
}

/// Gives the least number that has so many before it, and how many numbers up to the one that has so many behind it.
fn choices(before: usize, behind: usize, low: u32, end: u32) -> Option<(u32, u32)> {
    let least = low.checked_add(before as u32)?;
    let choices = end.checked_sub(behind as u32)?.checked_sub(least)?;
    Some((least, choices))
}

/// Appends ascending numbers below `bound`.
#[cfg(feature = "write")]
pub(super) fn put(bits: &mut BitWriter, numbers: &[u16], low: u32, end: u32) {
    let before = numbers.len() / 2;
    let (left, rest) = numbers.split_at(before);
    let Some((middle, right)) = rest.split_first() else { return };
    if let Some((least, choices)) = choices(before, right.len(), low, end) {
        let middle = u32::from(*middle);
        bits.put_below(middle.saturating_sub(least).into(), choices.into());
        put(bits, left, low, middle);
        put(bits, right, middle + 1, end);
    }
}

#[cfg(all(test, feature = "write"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(numbers: &[u16], bound: u32) -> BitWriter {
        let mut bits = BitWriter::default();
        put(&mut bits, numbers, 0, bound);
        bits
    }

    #[test]
    fn all_numbers_take_no_bit_and_one_of_twenty_takes_four_or_five() {
        let all: Vec<u16> = (0..20).collect();
        assert_eq!(written(&all, 20).len(), 0);
        assert!((0..20).all(|one| matches!(written(&[one], 20).len(), 4 | 5)));
        // 46 of 1,539: log2 of the number of such sets is 295.
        let some: Vec<u16> = (0..46).map(|n| n * 33 + n % 5).collect();
        assert!(written(&some, 1539).len() < 340);
    }

    proptest! {
        #[test]
        fn subsets_come_back(numbers in prop::collection::btree_set(0u16..4096, 0..300), more in 0u32..9) {
            let numbers: Vec<u16> = numbers.into_iter().collect();
            let bound = numbers.last().map_or(0, |last| u32::from(*last) + 1) + more;
            let bytes = written(&numbers, bound).finish();
            prop_assert_eq!(read(&mut BitReader::new(&bytes, 0), numbers.len(), bound), Some(numbers));
        }

        #[test]
        fn any_bits_are_a_subset_or_nothing(bytes: Vec<u8>, count in 0usize..5000, bound in 0u32..70_000) {
            if let Some(numbers) = read(&mut BitReader::new(&bytes, 0), count, bound) {
                prop_assert!(numbers.is_sorted_by(|a, b| a < b));
                prop_assert!(numbers.last().is_none_or(|last| u32::from(*last) < bound));
            }
        }
    }
}
