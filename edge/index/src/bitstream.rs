//! Reads and writes a stream of bits, the highest of each byte first.

/// Bits that one read takes at most.
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

    /// Passes over bits; `None` where there are not so many.
    #[inline]
    pub(crate) fn skip(&mut self, bits: u32) -> Option<()> {
        let end = self.at.checked_add(bits as usize)?;
        (end <= self.bytes.len().checked_mul(8)?).then(|| self.at = end)
    }

    /// Reads a number of so many bits, at most [`MOST_BITS`].
    #[inline]
    pub(crate) fn take(&mut self, bits: u32) -> Option<u64> {
        if bits == 0 {
            return Some(0);
        }
        let number = self.peek().checked_shr(64 - bits.min(MOST_BITS))?;
        self.skip(bits)?;
        (bits <= MOST_BITS).then_some(number)
    }

    /// Reads a number in an Exp-Golomb code of order `k`: the length of what is above the low `k` bits in zeros, then both.
    #[inline]
    pub(crate) fn exp_golomb(&mut self, k: u32) -> Option<u64> {
        let zeros = self.peek().leading_zeros();
        self.skip(zeros)?;
        let bits = zeros.checked_add(1)?.checked_add(k)?;
        self.take(bits)?.checked_sub(1u64.checked_shl(k)?)
    }
}

/// Bits that a number takes in an Exp-Golomb code of order `k`.
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

    /// Appends the low bits of a number, at most [`MOST_BITS`].
    pub(crate) fn put(&mut self, number: u64, bits: u32) {
        if bits == 0 {
            return;
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
        fn numbers_come_back(numbers in prop::collection::vec((0u64..1 << 40, 0u32..=12), 0..60)) {
            let mut out = BitWriter::default();
            let mut expected = 0;
            for (number, k) in &numbers {
                let bits = 64 - number.leading_zeros();
                out.put(*number, bits);
                out.put_exp_golomb(*number, *k);
                expected += (bits + exp_golomb_bits(*number, *k)) as usize;
                prop_assert_eq!(out.len(), expected);
            }
            let bytes = out.finish();
            let mut bits = BitReader::new(&bytes, 0);
            for (number, k) in &numbers {
                prop_assert_eq!(bits.take(64 - number.leading_zeros()), Some(*number));
                prop_assert_eq!(bits.exp_golomb(*k), Some(*number));
            }
            prop_assert!(bits.take(8).is_none());
        }

        #[test]
        fn any_bits_are_read_without_panic(bytes: Vec<u8>, at: usize, lengths: Vec<u32>) {
            let mut bits = BitReader::new(&bytes, at);
            let _ = bits.peek();
            for length in lengths {
                let _ = bits.take(length % 80).or_else(|| bits.exp_golomb(length % 80));
            }
        }
    }
}
