//! A shard of the term dictionary: an FST from key to the place of its posting list.
//!
//! Layout: "The dictionary" in `docs/INDEX_FORMAT.md`. A key of one document has it inline (61 % of the words of a large
//! catalogue occur in one book; they cost no posting list and no fetch); any other carries its document frequency
//! roughly, so that a reader can rank and budget lists before it fetches any.

use fst::{IntoStreamer, Map, Streamer};

use crate::bytes::Damaged;
use crate::file::OpenError;
use crate::payload::Payload;
use crate::{DocId, postings::Posting};

/// Holds the postings of a key, or where they lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// The key's only posting.
    Inline(Posting),
    /// A list in the postings address space.
    List {
        /// Where the list begins.
        address: u64,
        /// `floor(2 log2 df)`, 0 to 63.
        df_class: u8,
    },
}

impl Entry {
    /// Unpacks a dictionary value.
    #[must_use]
    pub fn unpack(value: u64) -> Self {
        match value & 3 {
            1 => Entry::Inline(Posting { doc: (value >> 2) as DocId, payload: 0 }),
            3 => Entry::Inline(Posting { doc: (value >> 18) as DocId, payload: (value >> 2) as u16 }),
            _ => Entry::List { address: value >> 7, df_class: (value >> 1) as u8 & 63 },
        }
    }

    /// Packs it into a dictionary value.
    #[must_use]
    pub fn pack(self) -> u64 {
        match self {
            Entry::Inline(Posting { doc, payload: 0 }) => u64::from(doc) << 2 | 1,
            Entry::Inline(Posting { doc, payload }) => u64::from(doc) << 18 | u64::from(payload) << 2 | 3,
            Entry::List { address, df_class } => address << 7 | u64::from(df_class & 63) << 1,
        }
    }

    /// Gives the class of the document frequency: [`df_class`] of the number of documents that hold the key.
    #[must_use]
    pub fn df_class(&self) -> u8 {
        match *self {
            Entry::Inline(_) => 0,
            Entry::List { df_class, .. } => df_class,
        }
    }

    /// Estimates how many documents hold the key: exact for one, else the lower
    /// edge of the class (within a factor of the square root of 2).
    #[must_use]
    pub fn df(&self) -> u32 {
        match *self {
            Entry::Inline(_) => 1,
            Entry::List { df_class, .. } => df_of_class(df_class),
        }
    }
}

/// Computes `floor(2 log2 df)` in integers.
///
/// ```
/// use seoga_index::dictionary::{df_class, df_of_class};
///
/// assert_eq!(df_class(1_000), 19);
/// assert_eq!(df_of_class(19), 724);
/// ```
#[must_use]
pub fn df_class(df: u32) -> u8 {
    let df = u64::from(df.max(1));
    let log = df.ilog2();
    // df >= 2^(log + 1/2) exactly when df^2 >= 2^(2 log + 1)
    let half = u32::from(df * df >= 1 << (2 * log + 1));
    (2 * log + half) as u8
}

/// Computes the smallest number of documents in a class, rounded down.
#[must_use]
pub fn df_of_class(class: u8) -> u32 {
    let whole = 1u64 << (class / 2).min(31);
    // 181/128 = 1.4141
    (if class.is_multiple_of(2) { whole } else { whole * 181 / 128 }) as u32
}

/// Walks keys byte by byte; the dictionary follows only where it may match.
///
/// Our own trait, so that other crates hold automata without knowing `fst`.
pub trait Automaton {
    /// Where the walk stands.
    type State: Clone;
    /// Gives the state before the first byte.
    fn start(&self) -> Self::State;
    /// Tells whether the bytes so far are a match.
    fn is_match(&self, state: &Self::State) -> bool;
    /// Tells whether some continuation may match.
    fn can_match(&self, state: &Self::State) -> bool;
    /// Gives the state after one more byte.
    fn accept(&self, state: &Self::State, byte: u8) -> Self::State;
}

struct Adapter<'a, A>(&'a A);

impl<A: Automaton> fst::Automaton for Adapter<'_, A> {
    type State = A::State;
    fn start(&self) -> A::State {
        self.0.start()
    }
    fn is_match(&self, state: &A::State) -> bool {
        self.0.is_match(state)
    }
    fn can_match(&self, state: &A::State) -> bool {
        self.0.can_match(state)
    }
    fn accept(&self, state: &A::State, byte: u8) -> A::State {
        self.0.accept(state, byte)
    }
}

/// An opened shard.
#[derive(Debug)]
pub struct Dictionary {
    map: Map<Payload>,
}

impl Dictionary {
    /// Takes a payload that passed the door, and verifies the FST's own
    /// checksum too: `fst` follows addresses without checking them.
    ///
    /// # Errors
    /// [`OpenError::Malformed`] when it is no FST.
    pub fn open(payload: impl Into<Payload>) -> Result<Self, OpenError> {
        let map = Map::new(payload.into()).map_err(|_| Damaged("dictionary shard"))?;
        map.as_fst().verify().map_err(|_| Damaged("dictionary shard"))?;
        Ok(Self { map })
    }

    /// Counts the keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.map.len()
    }

    /// Tells whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// Counts the bytes held.
    #[must_use]
    pub fn size(&self) -> usize {
        self.map.as_fst().as_bytes().len()
    }

    /// Looks up the entry of exactly this key.
    #[must_use]
    pub fn get(&self, key: &[u8]) -> Option<Entry> {
        self.map.get(key).map(Entry::unpack)
    }

    /// Visits keys from `from` (inclusive) to `to` (exclusive) in order until
    /// `each` answers false.
    pub fn range(&self, from: &[u8], to: Option<&[u8]>, each: &mut dyn FnMut(&[u8], Entry) -> bool) {
        let mut range = self.map.range().ge(from);
        if let Some(to) = to {
            range = range.lt(to);
        }
        let mut stream = range.into_stream();
        while let Some((key, output)) = stream.next() {
            if !each(key, Entry::unpack(output)) {
                return;
            }
        }
    }

    /// Visits the keys an automaton accepts, between `from` (inclusive) and
    /// `to` (exclusive), with the state each ended in, until `each` answers
    /// false.
    #[expect(clippy::type_complexity, reason = "a visitor reads best where it is taken")]
    pub fn search<A: Automaton>(
        &self,
        automaton: &A,
        from: &[u8],
        to: Option<&[u8]>,
        each: &mut dyn FnMut(&[u8], &A::State, Entry) -> bool,
    ) {
        let mut search = self.map.search_with_state(Adapter(automaton)).ge(from);
        if let Some(to) = to {
            search = search.lt(to);
        }
        let mut stream = search.into_stream();
        while let Some((key, output, state)) = stream.next() {
            if !each(key, &state, Entry::unpack(output)) {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn entries_round_trip(doc: u32, payload: u16, address in 0u64..1 << 50, class in 0u8..64) {
            for entry in [Entry::Inline(Posting { doc, payload }), Entry::Inline(Posting { doc, payload: 0 }), Entry::List { address, df_class: class }] {
                prop_assert_eq!(Entry::unpack(entry.pack()), entry);
            }
        }

        #[test]
        fn df_class_is_within_root_two(df in 1u32..1 << 30) {
            let low = f64::from(df_of_class(df_class(df)));
            prop_assert!(low <= f64::from(df) && f64::from(df) < low * 1.4144 + 1.5, "{df} {low}");
        }

        #[test]
        fn any_bytes_open_or_are_refused(payload: Vec<u8>) {
            prop_assert!(Dictionary::open(payload).is_err());
        }
    }
}
