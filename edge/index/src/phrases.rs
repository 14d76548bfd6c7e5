//! Phrases that the texts of an index are made of, each with a code of its own.
//!
//! Layout: "Phrases" in `docs/INDEX_FORMAT.md`. A text is told as the codes of phrases one behind the other, so that it is read
//! without any text beside it. Every byte is a phrase too, so that any text can be told.
//!
//! Invariant: any bytes are phrases or none, any bits a text or none; none of it panics, and no text is longer than a payload.

#[cfg(feature = "write")]
mod parser;

use crate::bit_stream::BitReader;
use crate::bytes::Bytes;
use crate::file::MAX_PAYLOAD_BYTES;
use crate::prefix_code::PrefixCode;

#[cfg(feature = "write")]
pub use parser::{Parser, PhraseTree};

/// Bytes of all phrases together at most.
pub const MOST_PHRASES: usize = 32 << 10;
/// Ends each text of a record; no byte of UTF-8.
pub const END: u8 = 0xFF;

/// The phrases of an index and their codes. Without any, no text can be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Phrases {
    /// All phrases, one behind the other, ascending.
    bytes: Vec<u8>,
    /// Where each one ends.
    ends: Vec<u16>,
    code: PrefixCode<u16>,
}

impl Phrases {
    /// Reads phrases and their code; `None` where they are damaged.
    pub(crate) fn read(plain: &[u8]) -> Option<Self> {
        let mut bytes = Bytes::new(plain);
        let code = PrefixCode::read(&mut bytes)?;
        let lengths = bytes.take(code.len().checked_mul(2)?)?;
        let (mut all, mut ends) = (Vec::with_capacity(2 * plain.len()), Vec::with_capacity(code.len()));
        let mut last = 0..0;
        for length in lengths.chunks_exact(2) {
            let [shared, rest] = length else { return None };
            let begin = all.len();
            let kept = last.start..last.start + usize::from(*shared);
            if kept.end > last.end {
                return None;
            }
            all.extend_from_within(kept);
            all.extend_from_slice(bytes.take(usize::from(*rest))?);
            if all.len() > MOST_PHRASES {
                return None;
            }
            ends.push(all.len() as u16);
            last = begin..all.len();
        }
        bytes.is_empty().then_some(Self { bytes: all, ends, code })
    }

    /// Tells whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Appends the text whose codes end right before bit `end`.
    pub(crate) fn decode(&self, bits: &mut BitReader<'_>, end: usize, text: &mut Vec<u8>) -> Option<()> {
        while bits.at() < end {
            let from = bits.at();
            text.extend_from_slice(self.get(self.code.decode(bits)?.into())?);
            // A code of no bits would not come to an end.
            if bits.at() == from || text.len() > MAX_PAYLOAD_BYTES as usize {
                return None;
            }
        }
        (bits.at() == end).then_some(())
    }

    #[inline]
    fn get(&self, number: usize) -> Option<&[u8]> {
        let begin = number.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.bytes.get(begin.into()..(*self.ends.get(number)?).into())
    }
}

#[cfg(feature = "write")]
impl Phrases {
    /// Makes the code of phrases that occur so often; every byte is one of them, whether it is given or not.
    ///
    /// # Errors
    /// The bytes of all phrases where they are more than [`MOST_PHRASES`], or one of them has more than 255.
    pub fn new(counts: std::collections::BTreeMap<Vec<u8>, u64>) -> Result<Self, usize> {
        let mut counts = counts;
        (0..=u8::MAX).for_each(|byte| *counts.entry(vec![byte]).or_default() += 1);
        let size = counts.keys().map(Vec::len).sum();
        if size > MOST_PHRASES || counts.keys().any(|phrase| phrase.is_empty() || phrase.len() > 255) {
            return Err(size);
        }
        let counted = (0u16..).zip(counts.values().map(|count| (*count).max(1))).collect();
        let mut table = Vec::new();
        crate::prefix_code::Encoder::of_counts(counted).put_table(&mut table);
        let code = PrefixCode::read(&mut Bytes::new(&table)).unwrap_or_default();
        let mut end = 0;
        let ends = counts.keys().map(|phrase| {
            end += phrase.len() as u16;
            end
        });
        Ok(Self { ends: ends.collect(), bytes: counts.keys().flatten().copied().collect(), code })
    }

    /// Makes phrases of single bytes, all as likely.
    #[must_use]
    pub fn bytes() -> Self {
        Self::new(std::collections::BTreeMap::new()).unwrap_or_default()
    }

    /// Lists the phrases, ascending.
    pub fn all(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.ends.len()).filter_map(|number| self.get(number))
    }

    /// Makes what splits texts into these phrases.
    #[must_use]
    pub fn parser(&self) -> Parser {
        Parser::new(self.all(), self.code.encoder())
    }

    /// Encodes the phrases and their code.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.code.encoder().put_table(&mut out);
        let (mut last, mut rests): (&[u8], Vec<u8>) = (&[], Vec::new());
        for phrase in self.all() {
            let shared = phrase.iter().zip(last).take(255).take_while(|(a, b)| a == b).count();
            let rest = phrase.get(shared..).unwrap_or_default();
            out.extend([shared as u8, rest.len() as u8]);
            rests.extend_from_slice(rest);
            last = phrase;
        }
        out.append(&mut rests);
        out
    }
}

#[cfg(all(test, feature = "write"))]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::bit_stream::BitWriter;
    use proptest::prelude::*;

    #[expect(clippy::unwrap_used, reason = "a test fails where its phrases are none")]
    fn phrases(phrases: &[&str]) -> Phrases {
        let counts = phrases.iter().zip(10u64..).map(|(phrase, count)| (phrase.as_bytes().to_vec(), count));
        Phrases::new(counts.collect::<BTreeMap<_, _>>()).unwrap()
    }

    /// Tells a text in bits, and reads it from them.
    fn round_trip(phrases: &Phrases, text: &[u8]) -> (usize, Option<Vec<u8>>) {
        let mut out = BitWriter::default();
        phrases.parser().put(&mut out, text);
        let (bits, stream) = (out.len(), out.finish());
        let mut read = Vec::new();
        let whole = phrases.decode(&mut BitReader::new(&stream, 0), bits, &mut read);
        (bits, whole.map(|()| read))
    }

    proptest! {
        #[test]
        fn any_text_comes_back_behind_what_was_read_again(text in "[a-c가나 ]{0,40}|.{0,40}") {
            let phrases = phrases(&["가나", "가나 가", "abc", " ab", "cab"]);
            prop_assert_eq!(Phrases::read(&phrases.encode()), Some(phrases.clone()));
            prop_assert_eq!(round_trip(&phrases, text.as_bytes()).1, Some(text.clone().into_bytes()));
            prop_assert_eq!(round_trip(&Phrases::bytes(), text.as_bytes()), (text.len() * 8, Some(text.into_bytes())));
        }

        #[test]
        fn any_bytes_are_phrases_or_none_and_any_bits_a_text_or_none(
            bytes: Vec<u8>, at: prop::sample::Index, flip in 0u8..8, bits: Vec<u8>, end in 0usize..500,
        ) {
            let mut damaged = phrases(&["가나", "abc"]).encode();
            let at = at.index(damaged.len());
            damaged[at] ^= 1 << flip;
            for phrases in [Phrases::read(&bytes), Phrases::read(&damaged)].into_iter().flatten() {
                let mut text = Vec::new();
                let _ = phrases.decode(&mut BitReader::new(&bits, 0), end, &mut text);
                prop_assert_eq!(Phrases::read(&phrases.encode()), Some(phrases));
            }
            prop_assert_eq!(Phrases::read(&damaged[..at]), None);
        }
    }

    #[test]
    fn a_text_is_told_in_the_fewest_bits() {
        let phrases = phrases(&["처음", "처음부터 ", "부터 배우는", "배우는"]);
        let parts = ["처음", "부터 배우는"].map(|part| round_trip(&phrases, part.as_bytes()).0);
        let longest_first = ["처음부터 ", "배우는"].map(|part| round_trip(&phrases, part.as_bytes()).0);
        let whole = round_trip(&phrases, "처음부터 배우는".as_bytes()).0;
        assert_eq!(whole, parts.iter().sum::<usize>().min(longest_first.iter().sum()));
    }

    #[test]
    fn a_code_of_no_bits_tells_no_text() {
        // One symbol, of length 0: the phrase "a".
        let phrases = Phrases::read(&[1, 0, 0, 1, b'a']).unwrap();
        let mut text = Vec::new();
        assert_eq!(phrases.decode(&mut BitReader::new(&[0; 4], 0), 20, &mut text), None);
    }

    #[test]
    fn too_many_bytes_are_refused_with_their_number() {
        let long: BTreeMap<Vec<u8>, u64> = (0..200).map(|n| (vec![n; 200], 1)).collect();
        assert_eq!(Phrases::new(long), Err(200 * 200 + 256));
    }
}
