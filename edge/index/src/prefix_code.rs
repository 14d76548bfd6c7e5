//! Canonical prefix codes (Huffman's) of bytes or of other small numbers, each with its table.
//!
//! The table: `varint` symbols, then of each, ascending, its distance from the one before and its length, at most 15 bits.
//! The code of a single symbol has no bits. Codes ascend by length, then by symbol.

use crate::bit_stream::BitReader;
use crate::bytes::Bytes;

/// The longest code, in bits.
const LONGEST: usize = 15;
/// The bits of a byte.
const BYTE: usize = 8;
/// Distances from this on take a byte of their own.
const FAR: u8 = 15;

/// A prefix code of symbols of a type, ready to decode.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PrefixCode<S = u8> {
    /// In the order of their codes.
    symbols: Vec<S>,
    /// By length, up to the longest that occurs.
    lengths: Vec<OfLength>,
    /// The shortest code that may begin with a byte, by that byte: most codes are found at once.
    shortest: Vec<u8>,
}

/// The codes of a length: of 16 bits where they begin and end, and the index of the first one's symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct OfLength {
    from: u32,
    to: u32,
    first: u16,
}

impl<S: Copy + Ord + TryFrom<usize>> PrefixCode<S> {
    /// Reads a table. `None` where it is cut short, or no code.
    pub(crate) fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        let count = bytes.len()?;
        let mut of_length: [Vec<S>; LONGEST + 1] = std::array::from_fn(|_| Vec::new());
        let mut next = 0usize;
        for _ in 0..count {
            let (distance, length) = match bytes.u8()? {
                byte if byte >> 4 == FAR => (usize::from(FAR) + usize::from(bytes.u8()?), byte & 15),
                byte => (usize::from(byte >> 4), byte & 15),
            };
            let symbol = next + distance;
            next = symbol + 1;
            of_length.get_mut(usize::from(length))?.push(S::try_from(symbol).ok()?);
        }
        Self::of(&of_length)
    }

    /// Makes the code of symbols by their lengths; length 0 is for one alone.
    fn of(of_length: &[Vec<S>; LONGEST + 1]) -> Option<Self> {
        let mut code = Self { symbols: Vec::new(), lengths: Vec::new(), shortest: Vec::new() };
        let mut from = 0u32;
        for (length, symbols) in of_length.iter().enumerate() {
            let room = 1u32 << (LONGEST + 1 - length);
            let to = from.checked_add(room.checked_mul(u32::try_from(symbols.len()).ok()?)?)?;
            if to > 1 << (LONGEST + 1) {
                return None;
            }
            code.lengths.push(OfLength { from, to, first: u16::try_from(code.symbols.len()).ok()? });
            code.symbols.extend_from_slice(symbols);
            from = to;
        }
        let longest = of_length.iter().rposition(|symbols| !symbols.is_empty());
        code.lengths.truncate(longest.map_or(0, |longest| longest + 1));
        let mut length = 0;
        for byte in 0..=u32::from(u8::MAX) {
            let least = byte << (LONGEST + 1 - BYTE);
            while code.lengths.get(usize::from(length)).is_some_and(|of| of.to <= least) {
                length += 1;
            }
            code.shortest.push(length);
        }
        Some(code)
    }

    /// Reads a symbol; `None` where none begins so, or the stream ends.
    #[inline]
    pub(crate) fn decode(&self, bits: &mut BitReader<'_>) -> Option<S> {
        let window = (bits.peek() >> (63 - LONGEST)) as u32;
        let mut length = usize::from(*self.shortest.get((window >> (LONGEST + 1 - BYTE)) as usize)?);
        while window >= self.lengths.get(length)?.to {
            length += 1;
        }
        let of = self.lengths.get(length)?;
        bits.skip(length)?;
        let more = (window - of.from) >> (LONGEST + 1 - length);
        self.symbols.get(usize::from(of.first) + more as usize).copied()
    }

    /// Counts the symbols that have a code.
    pub(crate) fn len(&self) -> usize {
        self.symbols.len()
    }

    /// Lists the symbols that have a code, ascending.
    pub(crate) fn symbols(&self) -> Vec<S> {
        let mut symbols = self.symbols.clone();
        symbols.sort_unstable();
        symbols
    }

    /// Counts the bytes held.
    pub(crate) fn size(&self) -> usize {
        size_of_val(self.symbols.as_slice()) + size_of_val(self.lengths.as_slice()) + self.shortest.len()
    }
}

#[cfg(feature = "write")]
pub(crate) use write::Encoder;

#[cfg(feature = "write")]
mod write {
    use std::cmp::Reverse;
    use std::collections::BTreeMap;

    use super::{FAR, LONGEST, PrefixCode};
    use crate::bit_stream::BitWriter;
    use crate::bytes::put_varint;

    /// A prefix code, ready to encode.
    #[derive(Debug, Clone)]
    pub(crate) struct Encoder<S = u8> {
        /// Lengths by symbol, of those that occur.
        lengths: BTreeMap<S, u8>,
        /// Codes and their lengths by symbol.
        codes: Vec<(u64, u32)>,
    }

    impl<S: Copy + Ord + Into<usize>> Encoder<S> {
        /// Makes the shortest code of symbols that occur so often.
        pub(crate) fn new(symbols: impl Iterator<Item = S>) -> Self {
            let mut counts: BTreeMap<S, u64> = BTreeMap::new();
            symbols.for_each(|symbol| *counts.entry(symbol).or_default() += 1);
            Self::of_counts(counts)
        }

        /// Makes the shortest code of symbols of which it is known how often they occur.
        pub(crate) fn of_counts(mut counts: BTreeMap<S, u64>) -> Self {
            loop {
                let lengths = lengths(&counts);
                if lengths.values().all(|length| usize::from(*length) <= LONGEST) {
                    return Self::of_lengths(lengths);
                }
                // Evened out until the rarest is not so rare.
                counts.values_mut().for_each(|count| *count = *count / 2 + 1);
            }
        }

        fn of_lengths(lengths: BTreeMap<S, u8>) -> Self {
            let greatest = lengths.last_key_value().map_or(0, |(symbol, _)| (*symbol).into());
            let mut codes = vec![(0, 0); greatest + 1];
            let mut next = 0u64;
            for length in 1..=LONGEST as u32 {
                for (symbol, _) in lengths.iter().filter(|(_, of)| u32::from(**of) == length) {
                    if let Some(code) = codes.get_mut((*symbol).into()) {
                        *code = (next >> (LONGEST as u32 - length), length);
                    }
                    next += 1 << (LONGEST as u32 - length);
                }
            }
            Self { lengths, codes }
        }

        /// Appends the table.
        pub(crate) fn put_table(&self, out: &mut Vec<u8>) {
            put_varint(out, self.lengths.len() as u64);
            let mut next = 0;
            for (symbol, length) in &self.lengths {
                // Symbols lie no farther from each other than a byte and `FAR` tell.
                let distance = (*symbol).into() - next;
                out.push((distance.min(FAR.into()) as u8) << 4 | length);
                out.extend(distance.checked_sub(FAR.into()).map(|far| far as u8));
                next = (*symbol).into() + 1;
            }
        }

        /// Counts the bits of each symbol from 0 on; 0 of one that does not occur.
        pub(crate) fn bits(&self) -> impl Iterator<Item = u32> {
            self.codes.iter().map(|code| code.1)
        }

        /// Appends the code of a symbol that occurs.
        pub(crate) fn put(&self, out: &mut BitWriter, symbol: S) {
            let (code, length) = self.codes.get(symbol.into()).copied().unwrap_or_default();
            out.put(code, length);
        }
    }

    impl<S: Copy + Ord + Into<usize>> PrefixCode<S> {
        /// Makes what encodes for this decoder.
        pub(crate) fn encoder(&self) -> Encoder<S> {
            let lengths = self.lengths.iter().zip(0u8..).flat_map(|(of, length)| {
                let count = (of.to - of.from) >> (LONGEST + 1 - usize::from(length));
                let symbols = self.symbols.iter().skip(of.first.into()).take(count as usize);
                symbols.map(move |symbol| (*symbol, length))
            });
            Encoder::of_lengths(lengths.collect())
        }
    }

    /// Finds the lengths of Huffman's code: the two rarest are put together until one is left; of equals those that were
    /// put together last.
    fn lengths<S: Copy + Ord>(counts: &BTreeMap<S, u64>) -> BTreeMap<S, u8> {
        let mut lengths: BTreeMap<S, u8> = counts.keys().map(|symbol| (*symbol, 0)).collect();
        let mut trees: Vec<(u64, Vec<S>)> =
            counts.iter().map(|(symbol, count)| (*count, vec![*symbol])).collect();
        trees.sort_by_key(|tree| Reverse(tree.0));
        while let (Some(a), Some(b)) = (trees.pop(), trees.pop()) {
            let (count, both) = (a.0 + b.0, [a.1, b.1].concat());
            both.iter().for_each(|symbol| *lengths.entry(*symbol).or_default() += 1);
            trees.insert(trees.partition_point(|tree| tree.0 >= count), (count, both));
        }
        lengths
    }
}

#[cfg(all(test, feature = "write"))]
mod tests {
    use super::*;
    use crate::bit_stream::BitWriter;
    use proptest::prelude::*;

    /// Counts the bits of symbols, and reads them back.
    fn round_trip(symbols: &[u8]) -> (usize, Option<Vec<u8>>) {
        let encoder = Encoder::new(symbols.iter().copied());
        let (mut table, mut out) = (Vec::new(), BitWriter::default());
        encoder.put_table(&mut table);
        symbols.iter().for_each(|symbol| encoder.put(&mut out, *symbol));
        let (length, stream) = (out.len(), out.finish());
        let mut bytes = Bytes::new(&table);
        let code = PrefixCode::read(&mut bytes).filter(|_| bytes.is_empty());
        let mut bits = BitReader::new(&stream, 0);
        (length, code.and_then(|code| symbols.iter().map(|_| code.decode(&mut bits)).collect()))
    }

    proptest! {
        #[test]
        fn symbols_come_back(symbols: Vec<u8>, narrow in prop::collection::vec(0u8..5, 0..200)) {
            prop_assert_eq!(round_trip(&symbols).1, Some(symbols));
            prop_assert_eq!(round_trip(&narrow).1, Some(narrow));
        }

        #[test]
        fn any_table_is_refused_or_decodes_without_panic(table: Vec<u8>, stream: Vec<u8>) {
            if let Some(code) = PrefixCode::<u8>::read(&mut Bytes::new(&table)) {
                let mut bits = BitReader::new(&stream, 0);
                let symbols = code.symbols();
                for _ in 0..100 {
                    if let Some(symbol) = code.decode(&mut bits) {
                        prop_assert!(symbols.contains(&symbol));
                    }
                }
            }
        }
    }

    #[test]
    fn rare_symbols_take_no_more_than_the_longest_code() {
        // Fibonacci's numbers make the deepest tree.
        let (mut a, mut b) = (1usize, 1usize);
        let mut symbols = Vec::new();
        for symbol in 0..24 {
            symbols.extend(vec![symbol; a]);
            (a, b) = (b, a + b);
        }
        assert_eq!(round_trip(&symbols).1, Some(symbols));
    }

    #[test]
    fn one_symbol_takes_no_bits_and_two_take_one() {
        assert_eq!(round_trip(&[7; 40]).0, 0);
        assert_eq!(round_trip(&[7, 9, 9, 7]).0, 4);
    }
}
