//! Numbers of so many bits each, packed low bits first.

/// Bits that a number up to this takes.
#[cfg(feature = "write")]
pub(crate) fn bits_of(most: usize) -> usize {
    (usize::BITS - most.leading_zeros()) as usize
}

/// Gives the bits from one on, the lowest first: 57 of them at least, zeros behind the last byte.
#[inline]
pub(crate) fn word_at(bytes: &[u8], bit: usize) -> u64 {
    let rest = bytes.get(bit / 8..).unwrap_or_default();
    let word = match rest.first_chunk() {
        Some(word) => u64::from_le_bytes(*word),
        None => rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    word >> (bit % 8)
}

/// Gives the number at a place.
pub(crate) fn packed_at(bytes: &[u8], at: usize, width: usize) -> Option<u32> {
    let bit = at.checked_mul(width)?;
    let bytes = bytes.get(bit / 8..)?.iter().take((bit % 8 + width).div_ceil(8));
    let bits = bytes.rev().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
    u32::try_from(bits >> (bit % 8) & ((1 << width) - 1)).ok()
}

/// Appends numbers, and zeros up to a whole byte.
#[cfg(feature = "write")]
pub(crate) fn put_packed(out: &mut Vec<u8>, numbers: impl Iterator<Item = u32>, width: u32) {
    let mut bits = 0u64;
    let mut have = 0;
    for number in numbers {
        bits |= u64::from(number) << have;
        have += width;
        while have >= 8 {
            out.push(bits as u8);
            bits >>= 8;
            have -= 8;
        }
    }
    if have > 0 {
        out.push(bits as u8);
    }
}

#[cfg(all(test, feature = "write"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_come_back(numbers: Vec<u32>, width in 1u32..=32) {
            let most = ((1u64 << width) - 1) as u32;
            let mut out = Vec::new();
            put_packed(&mut out, numbers.iter().map(|number| number & most), width);
            prop_assert_eq!(out.len(), (numbers.len() * width as usize).div_ceil(8));
            for (at, number) in numbers.iter().enumerate() {
                prop_assert_eq!(packed_at(&out, at, width as usize), Some(number & most));
            }
        }
    }
}
