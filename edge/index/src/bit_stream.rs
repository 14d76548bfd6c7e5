//! Numbers of varying width in a stream of bits, packed low bits first.
//!
//! Beside plain widths: Exp-Golomb codes, for numbers of which small ones are likelier; and truncated binary, for numbers
//! below a bound, all as likely. Layout: "Notation" in `docs/INDEX_FORMAT.md`.

use crate::bits::word_at;

/// Bits of a code's number at most.
const MOST_BITS: u32 = 48;

/// Reads numbers from a place in a stream on.
#[derive(Debug, Clone)]
pub(crate) struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    /// Reads from bit `at` of `bytes` on.
    pub(crate) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// Gives the place of the bit that is read next.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Reads a number of so many bits, 64 at most.
    pub(crate) fn take(&mut self, width: u32) -> Option<u64> {
        if width > 32 {
            let low = self.take(32)?;
            return Some(low | self.take(width - 32)? << 32);
        }
        let word = word_at(self.bytes, self.at);
        self.skip(width as usize)?;
        Some(word & ((1 << width) - 1))
    }

    /// Passes over so many bits.
    pub(crate) fn skip(&mut self, bits: usize) -> Option<()> {
        self.at = self.at.checked_add(bits).filter(|at| *at <= self.bytes.len() * 8)?;
        Some(())
    }

    /// Reads an Exp-Golomb code with so many low bits.
    pub(crate) fn exp_golomb(&mut self, low_bits: u32) -> Option<u64> {
        let more = word_at(self.bytes, self.at).trailing_ones();
        let bits = low_bits + more;
        if bits > MOST_BITS {
            return None;
        }
        self.skip(more as usize + 1)?;
        Some((1 << bits | self.take(bits)?) - (1 << low_bits))
    }

    /// Reads a number below `bound` in truncated binary.
    pub(crate) fn below(&mut self, bound: u64) -> Option<u64> {
        let (width, short) = truncated(bound)?;
        let Some(width) = width.checked_sub(1) else { return Some(0) };
        let number = self.take(width)?;
        if number < short { Some(number) } else { Some((number << 1 | self.take(1)?) - short) }
    }
}

/// Counts the bits that a number up to this takes.
pub(crate) fn width_of(most: u64) -> u32 {
    u64::BITS - most.leading_zeros()
}

/// Gives the bits of the longer numbers below a bound, and how many numbers take a bit less; nothing where no number is.
fn truncated(bound: u64) -> Option<(u32, u64)> {
    let most = bound.checked_sub(1).filter(|most| *most < 1 << MOST_BITS)?;
    let width = width_of(most);
    Some((width, (1 << width) - bound))
}

/// Writes numbers as [`BitReader`] reads them.
#[cfg(feature = "write")]
#[derive(Debug, Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    bits: usize,
}

#[cfg(feature = "write")]
impl BitWriter {
    /// Counts the bits written.
    pub(crate) fn len(&self) -> usize {
        self.bits
    }

    /// Gives the bytes, the last one filled with zeros.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Appends the low bits of a number.
    pub(crate) fn put(&mut self, number: u64, width: u32) {
        for bit in 0..width {
            if self.bits.is_multiple_of(8) {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= ((number >> bit & 1) as u8) << (self.bits % 8);
            }
            self.bits += 1;
        }
    }

    /// Appends an Exp-Golomb code with so many low bits.
    pub(crate) fn exp_golomb(&mut self, number: u64, low_bits: u32) {
        let number = number + (1 << low_bits);
        let bits = number.ilog2();
        self.put(u64::MAX >> 1, bits - low_bits);
        self.put(0, 1);
        self.put(number, bits);
    }

    /// Appends a number below `bound` in truncated binary.
    pub(crate) fn below(&mut self, number: u64, bound: u64) {
        let Some((width, short)) = truncated(bound) else { return };
        let Some(less) = width.checked_sub(1) else { return };
        if number < short {
            self.put(number, less);
        } else {
            let number = number + short;
            self.put(number >> 1, less);
            self.put(number, 1);
        }
    }
}

/// Counts the bits of an Exp-Golomb code.
#[cfg(feature = "write")]
pub(crate) fn exp_golomb_bits(number: u64, low_bits: u32) -> u32 {
    let bits = (number + (1 << low_bits)).ilog2();
    2 * bits + 1 - low_bits
}

#[cfg(all(test, feature = "write"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_of_every_code_come_back(
            numbers in prop::collection::vec((0u64..1 << 40, 0u32..16, 0u32..=64, 1u64..1 << 40), 0..40)
        ) {
            let low = |number: u64, width: u32| number & (u64::MAX >> 1 >> (63 - width.min(63)));
            let mut writer = BitWriter::default();
            for (number, low_bits, width, bound) in &numbers {
                let before = writer.len();
                writer.exp_golomb(*number, *low_bits);
                prop_assert_eq!(writer.len() - before, exp_golomb_bits(*number, *low_bits) as usize);
                writer.put(*number, *width);
                writer.below(number % bound, *bound);
            }
            let bits = writer.len();
            let bytes = writer.into_bytes();
            prop_assert_eq!(bytes.len(), bits.div_ceil(8));
            let mut reader = BitReader::new(&bytes, 0);
            for (number, low_bits, width, bound) in &numbers {
                prop_assert_eq!(reader.exp_golomb(*low_bits), Some(*number));
                prop_assert_eq!(reader.take(*width), Some(if *width == 0 { 0 } else { low(*number, *width) }));
                prop_assert_eq!(reader.below(*bound), Some(number % bound));
            }
            prop_assert_eq!(reader.at(), bits);
            prop_assert_eq!(reader.skip(8), None);
        }

        #[test]
        fn any_bits_are_read_without_panic(bytes: Vec<u8>, at in 0usize..100, width in 0u32..=64, bound: u64) {
            let mut reader = BitReader::new(&bytes, at);
            let _ = (reader.exp_golomb(width % 16), reader.below(bound), reader.take(width));
        }
    }
}
