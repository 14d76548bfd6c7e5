//! The picks of visitors: books by query, and the books picked most.
//!
//! Layout: "Choices" in `docs/INDEX_FORMAT.md`. The manifest holds the prior (points of single books, whatever was
//! asked) and a [`Filter`] of the queries that have picks; files of [`Kind`] `Choices` hold the picks of each query under
//! a hash of its words.
//!
//! Not where points come from (the builder's `learn`) nor what they are added to (the search's `prior`). Invariant: what
//! is written is read back as it was, and any bytes are read without panic.
//!
//! [`Kind`]: crate::file::Kind

use xxhash_rust::xxh3::Xxh3;

use crate::DocId;
use crate::bytes::{Bytes, Damaged};
use crate::payload::Payload;

/// Bits of a filter probed for each query.
const PROBES: u64 = 5;

/// A book and the points it gains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pick {
    /// The book.
    pub doc: DocId,
    /// Added to its score.
    pub points: u8,
}

/// Holds the picks that the manifest carries: the prior of single books, and a filter of the queries that have picks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Learned {
    /// Tells which queries may have picks.
    pub filter: Filter,
    /// Books picked much whatever was asked, ascending.
    pub prior: Vec<Pick>,
}

/// Hashes a query's words, in any order, each once: picks are found by that.
#[must_use]
pub fn hash(mut words: Vec<Vec<u8>>) -> u64 {
    words.sort_unstable();
    words.dedup();
    let mut hasher = Xxh3::new();
    for word in &words {
        hasher.update(word);
        // No key of a word has a zero byte.
        hasher.update(&[0]);
    }
    let digest = hasher.digest128().to_be_bytes();
    digest.first_chunk::<8>().map_or(0, |head| u64::from_be_bytes(*head))
}

/// Gives the key by which the directory finds the file of a hash.
#[must_use]
pub fn file_key(hash: u64) -> [u8; 8] {
    hash.to_be_bytes()
}

/// A Bloom filter (1970): says no only of what is not in it, and yes of nearly
/// nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    bits: Vec<u8>,
}

impl Filter {
    /// Takes the bits as stored.
    #[must_use]
    pub fn new(bits: Vec<u8>) -> Self {
        Self { bits }
    }

    /// Gives the bits as stored.
    #[must_use]
    pub fn bits(&self) -> &[u8] {
        &self.bits
    }

    /// Gives a filter of these hashes, ten bits for each: one other hash in a hundred
    /// is taken for one of them.
    #[cfg(feature = "write")]
    #[must_use]
    pub fn of(hashes: &[u64]) -> Self {
        let mut filter = Self { bits: vec![0; (hashes.len() * 10).div_ceil(8)] };
        for hash in hashes {
            for (byte, bit) in filter.probes(*hash) {
                if let Some(byte) = filter.bits.get_mut(byte) {
                    *byte |= bit;
                }
            }
        }
        filter
    }

    /// Tells whether a hash may be in it.
    #[must_use]
    pub fn may_hold(&self, hash: u64) -> bool {
        !self.bits.is_empty()
            && self
                .probes(hash)
                .into_iter()
                .all(|(byte, bit)| self.bits.get(byte).is_some_and(|held| held & bit != 0))
    }

    /// Gives the bytes and bits looked at: Kirsch and Mitzenmacher's two hashes for many (2006).
    fn probes(&self, hash: u64) -> [(usize, u8); PROBES as usize] {
        let bits = (self.bits.len() as u64 * 8).max(1);
        let (from, step) = (hash & 0xffff_ffff, hash >> 32 | 1);
        std::array::from_fn(|probe| {
            let bit = (from + probe as u64 * step) % bits;
            ((bit / 8) as usize, 1 << (bit % 8))
        })
    }
}

/// Reads a list of picks.
pub(crate) fn read_picks(bytes: &mut Bytes<'_>) -> Option<Vec<Pick>> {
    let count = bytes.len()?;
    let mut picks = Vec::with_capacity(count.min(bytes.rest().len()));
    let mut doc: DocId = 0;
    for _ in 0..count {
        doc = doc.checked_add(bytes.varint32()?)?;
        picks.push(Pick { doc, points: bytes.u8()? });
    }
    Some(picks)
}

/// Writes a list of picks, which must ascend by document.
#[cfg(feature = "write")]
pub(crate) fn put_picks(out: &mut Vec<u8>, picks: &[Pick]) {
    use crate::bytes::put_varint;
    put_varint(out, picks.len() as u64);
    let mut before = 0;
    for pick in picks {
        put_varint(out, pick.doc.saturating_sub(before).into());
        out.push(pick.points);
        before = pick.doc;
    }
}

/// An opened file of picks.
#[derive(Debug)]
pub struct Choices {
    /// The queries' hashes, ascending, each with where its picks begin in the payload.
    queries: Vec<(u64, usize)>,
    payload: Payload,
}

impl Choices {
    /// Finds the picks of every query.
    ///
    /// # Errors
    /// [`Damaged`] when they run past the end or hashes do not ascend.
    pub fn open(payload: impl Into<Payload>) -> Result<Self, Damaged> {
        Self::read(payload.into()).ok_or(Damaged("choices file"))
    }

    fn read(payload: Payload) -> Option<Self> {
        let mut bytes = Bytes::new(&payload);
        let count = bytes.len()?;
        let mut queries: Vec<(u64, usize)> = Vec::with_capacity(count.min(payload.len()));
        for _ in 0..count {
            let hash = bytes.u64()?;
            if queries.last().is_some_and(|(last, _)| *last >= hash) {
                return None;
            }
            queries.push((hash, payload.len() - bytes.rest().len()));
            read_picks(&mut bytes)?;
        }
        Some(Self { queries, payload })
    }

    /// Counts the bytes held.
    #[must_use]
    pub fn size(&self) -> usize {
        self.payload.size() + size_of_val(self.queries.as_slice())
    }

    /// Decodes the picks of a query, ascending by document.
    #[must_use]
    pub fn get(&self, hash: u64) -> Vec<Pick> {
        let found = self.queries.binary_search_by_key(&hash, |(hash, _)| *hash);
        let start = found.ok().and_then(|at| self.queries.get(at)).map(|(_, start)| *start);
        let picks = start.and_then(|start| read_picks(&mut Bytes::new(self.payload.get(start..)?)));
        picks.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_hash_knows_words_and_not_their_order() {
        let of = |words: &[&str]| hash(words.iter().map(|word| word.as_bytes().to_vec()).collect());
        assert_eq!(of(&["a", "b"]), of(&["b", "a", "b"]));
        assert_ne!(of(&["a", "b"]), of(&["ab"]));
        assert_ne!(of(&["a", "b"]), of(&["a"]));
    }

    #[test]
    fn an_empty_filter_holds_nothing() {
        assert!((0..1000).all(|n| !Filter::default().may_hold(n)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(payload: Vec<u8>, hash: u64) {
            if let Ok(choices) = Choices::open(payload.clone()) {
                let _ = choices.get(hash);
            }
            let _ = Filter::new(payload).may_hold(hash);
        }
    }

    #[cfg(feature = "write")]
    proptest! {
        #[test]
        fn a_filter_holds_what_it_was_made_of(hashes in prop::collection::vec(any::<u64>(), 1..300)) {
            let filter = Filter::of(&hashes);
            prop_assert!(hashes.iter().all(|hash| filter.may_hold(*hash)));
        }
    }

    #[cfg(feature = "write")]
    #[test]
    fn a_filter_takes_one_other_hash_in_a_hundred_at_most_for_its_own() {
        let spread = |n: u64| hash(vec![n.to_string().into_bytes()]);
        let filter = Filter::of(&(0..5_000).map(spread).collect::<Vec<_>>());
        let taken = (10_000..110_000).filter(|n| filter.may_hold(spread(*n))).count();
        assert!(taken <= 1_200, "{taken} of 100,000");
    }
}
