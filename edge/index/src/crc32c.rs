//! The checksum that an FST ends with: CRC-32C, masked.
//!
//! The crate `fst` has a table of 16 KB for it, which compresses to hardly less in what ships. The tables here are made when the
//! first FST is opened.

use std::sync::LazyLock;

/// Castagnoli's polynomial, the lowest bit first.
const POLYNOMIAL: u32 = 0x82F6_3B78;
/// Keeps a sum from being one of bytes that end with it.
const MASK: u32 = 0xA282_EAD8;

/// By the number of bytes that follow a byte: the sum of these, zeros, and it.
type Tables = [[u32; 256]; 8];

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let bit = |sum: u32, _| sum >> 1 ^ POLYNOMIAL & (sum & 1).wrapping_neg();
    let last: [u32; 256] = std::array::from_fn(|byte| (0..8).fold(byte as u32, bit));
    let mut row = last;
    std::array::from_fn(|_| {
        let more = row.map(|sum| with(&last, sum, 0));
        std::mem::replace(&mut row, more)
    })
});

/// Gives the masked sum of bytes.
pub(crate) fn masked(bytes: &[u8]) -> u32 {
    let [last, ..] = &*TABLES;
    let (words, rest) = bytes.as_chunks::<8>();
    let sum = words.iter().fold(u32::MAX, |sum, word| {
        let word = u64::from_le_bytes(*word) ^ u64::from(sum);
        TABLES.iter().rev().zip(word.to_le_bytes()).fold(0, |sum, (table, byte)| sum ^ of(table, byte))
    });
    let sum = rest.iter().fold(sum, |sum, byte| with(last, sum, *byte));
    (!sum).rotate_right(15).wrapping_add(MASK)
}

/// Gives a sum with one more byte.
fn with(last: &[u32; 256], sum: u32, byte: u8) -> u32 {
    sum >> 8 ^ of(last, sum as u8 ^ byte)
}

fn of(table: &[u32; 256], byte: u8) -> u32 {
    table.get(usize::from(byte)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_castagnoli() {
        // The catalogue of parametrised CRCs has this one as its check value.
        assert_eq!(masked(b"123456789"), 0xE306_9283_u32.rotate_right(15).wrapping_add(MASK));
        let bytes: Vec<u8> = (0..100_u8).map(|n| n.wrapping_mul(151) ^ 0x5A).collect();
        for end in 0..bytes.len() {
            let bits = bytes[..end].iter().fold(u32::MAX, |sum, byte| {
                (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
                    if sum & 1 == 1 { sum >> 1 ^ POLYNOMIAL } else { sum >> 1 }
                })
            });
            assert_eq!(masked(&bytes[..end]), (!bits).rotate_right(15).wrapping_add(MASK), "{end}");
        }
    }

    #[test]
    fn an_fst_ends_with_its_sum() {
        for keys in [0_u32, 1, 700] {
            let keys = (0..keys).map(|key| (format!("{key:05}"), u64::from(key) * 3));
            let bytes = fst::Map::from_iter(keys).unwrap().into_fst().into_inner();
            let (bytes, sum) = bytes.split_last_chunk().unwrap();
            assert_eq!(masked(bytes), u32::from_le_bytes(*sum));
        }
    }
}
