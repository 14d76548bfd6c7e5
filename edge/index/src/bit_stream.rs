//! Reads and writes a stream of bits, the highest of each byte first.
//!
//! Beside plain widths: Exp-Golomb codes, for numbers of which small ones are likelier; and truncated binary, for numbers
//! below a bound, all as likely. Layout: "Notation" in `docs/INDEX_FORMAT.md`.

/// Bits that can be seen ahead, and that a code takes at most.
pub(crate) const MOST_BITS: u32 = 56;

/// A place in a stream of bits, moving forward as values are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    /// Reads from bit `at` of `bytes` on.
    pub(crate) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// Gives the next bits, the first one highest: [`MOST_BITS`] of them at least, zeros past the end.
    #[inline]
    pub(crate) fn peek(&self) -> u64 {
        let rest = self.bytes.get(self.at / 8..).unwrap_or_default();
        let window = match rest.first_chunk::<8>() {
            Some(window) => u64::from_be_bytes(*window),
            None => {
                let mut window = [0; 8];
                window.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
                u64::from_be_bytes(window)
            }
        };
        window << (self.at % 8)
    }

    /// Gives the place of the bit that is read next.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Passes over bits; `None` where there are not so many.
    #[inline]
    pub(crate) fn skip(&mut self, bits: usize) -> Option<()> {
        let end = self.at.checked_add(bits)?;
        (end <= self.bytes.len().checked_mul(8)?).then(|| self.at = end)
    }

    /// Reads a number of so many bits, at most 64.
    #[inline]
    pub(crate) fn take(&mut self, bits: u32) -> Option<u64> {
        if bits > MOST_BITS {
            let high = bits.checked_sub(32).filter(|high| *high <= 32)?;
            return Some(self.take(high)? << 32 | self.take(32)?);
        }
        let number = self.peek().checked_shr(u64::BITS - bits).unwrap_or(0);
        self.skip(bits as usize)?;
        Some(number)
    }

    /// Reads a number in an Exp-Golomb code of order `k`: the length of what is above the low `k` bits in zeros, then both.
    #[inline]
    pub(crate) fn exp_golomb(&mut self, k: u32) -> Option<u64> {
        let zeros = self.peek().leading_zeros();
        self.skip(zeros as usize)?;
        let bits = zeros.checked_add(1)?.checked_add(k)?;
        self.take(bits)?.checked_sub(1u64.checked_shl(k)?)
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
    let most = bound.checked_sub(1).filter(|most| width_of(*most) <= MOST_BITS)?;
    let width = width_of(most);
    Some((width, (1 << width) - bound))
}

/// Counts the bits of a number in an Exp-Golomb code of order `k`.
#[cfg(feature = "write")]
pub(crate) fn exp_golomb_bits(number: u64, k: u32) -> u32 {
    let above = (number >> k) + 1;
    2 * above.ilog2() + 1 + k
}

/// Collects a stream of bits.
#[cfg(feature = "write")]
#[derive(Debug, Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    waiting: u64,
    have: u32,
}

#[cfg(feature = "write")]
impl BitWriter {
    /// Counts the bits so far.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() * 8 + self.have as usize
    }

    /// Appends the low bits of a number, at most 64.
    pub(crate) fn put(&mut self, number: u64, bits: u32) {
        if bits == 0 {
            return;
        }
        if bits > MOST_BITS {
            self.put(number >> 32, bits - 32);
            return self.put(number, 32);
        }
        self.waiting |= (number << (64 - bits)) >> self.have;
        self.have += bits;
        while self.have >= 8 {
            self.bytes.push((self.waiting >> 56) as u8);
            self.waiting <<= 8;
            self.have -= 8;
        }
    }

    /// Appends a number below 2^48 in an Exp-Golomb code of order `k`.
    pub(crate) fn put_exp_golomb(&mut self, number: u64, k: u32) {
        let above = (number >> k) + 1;
        self.put(0, above.ilog2());
        self.put(number + (1 << k), above.ilog2() + 1 + k);
    }

    /// Appends a number below `bound` in truncated binary.
    pub(crate) fn put_below(&mut self, number: u64, bound: u64) {
        let Some((width, short)) = truncated(bound) else { return };
        let Some(less) = width.checked_sub(1) else { return };
        if number < short { self.put(number, less) } else { self.put(number + short, width) }
    }

    /// Appends another stream.
    pub(crate) fn append(&mut self, other: &Self) {
        other.bytes.iter().for_each(|byte| self.put((*byte).into(), u8::BITS));
        self.put(other.waiting.checked_shr(u64::BITS - other.have).unwrap_or(0), other.have);
    }

    /// Gives the bytes, zeros up to a whole one.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        if self.have > 0 {
            self.bytes.push((self.waiting >> 56) as u8);
        }
        self.bytes
    }
}

#[cfg(all(test, feature = "write"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_of_every_code_come_back(
            numbers in prop::collection::vec((0u64..1 << 40, 0u32..=15, 0u32..=64, 1u64..1 << 40), 0..60)
        ) {
            let low = |number: u64, width: u32| if width == 64 { number } else { number & ((1 << width) - 1) };
            let mut out = BitWriter::default();
            for (number, k, width, bound) in &numbers {
                let before = out.len();
                out.put_exp_golomb(*number, *k);
                prop_assert_eq!(out.len() - before, exp_golomb_bits(*number, *k) as usize);
                out.put(*number, *width);
                out.put_below(number % bound, *bound);
            }
            let bits = out.len();
            let bytes = out.finish();
            prop_assert_eq!(bytes.len(), bits.div_ceil(8));
            let mut read = BitReader::new(&bytes, 0);
            for (number, k, width, bound) in &numbers {
                prop_assert_eq!(read.exp_golomb(*k), Some(*number));
                prop_assert_eq!(read.take(*width), Some(low(*number, *width)));
                prop_assert_eq!(read.below(*bound), Some(number % bound));
            }
            prop_assert_eq!(read.at(), bits);
            prop_assert_eq!(read.skip(8), None);
        }

        #[test]
        fn any_bits_are_read_without_panic(bytes: Vec<u8>, at: usize, lengths: Vec<u32>, bound: u64) {
            let mut bits = BitReader::new(&bytes, at);
            let _ = (bits.peek(), bits.below(bound));
            for length in lengths {
                let _ = bits.take(length % 80).or_else(|| bits.exp_golomb(length % 80));
            }
        }
    }
}
