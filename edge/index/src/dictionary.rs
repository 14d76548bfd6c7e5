//! A shard of the term dictionary: keys in order, and the entry of each, packed apart.
//!
//! Layout: "The dictionary" in `docs/INDEX_FORMAT.md`. Words lie in an FST from key to ordinal; what titles as a whole
//! spell, and reversed terms, in a table of keys. A key of one document has it inline
//! (61 % of the words of a large catalogue occur in one book; they cost no posting list and no fetch); any other carries
//! its document frequency roughly, so that a reader can rank and budget lists before it fetches any.

use fst::{IntoStreamer, Map, Streamer};

pub use crate::df::{df_class, df_of_class};
pub use crate::entry::Entry;

use crate::bytes::{Bytes, Damaged};
use crate::crc32c;
use crate::file::OpenError;
use crate::key_table::KeyTable;
use crate::payload::{Payload, PayloadPart};
use crate::values::{Cursor, Values};

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

/// Numbers the forms that the keys of a shard have, in its first byte.
pub(crate) mod form {
    /// An FST from keys to ordinals.
    pub(crate) const FST: u8 = 1;
    /// A table of keys.
    pub(crate) const TABLE: u8 = 2;
}

const DAMAGED: Damaged = Damaged("dictionary shard");

/// An opened shard.
#[derive(Debug)]
pub struct Dictionary {
    keys: Keys,
    values: Values,
}

/// The keys of a shard, in order; the place of each, from 0, is its ordinal.
#[derive(Debug)]
enum Keys {
    Fst(Map<PayloadPart>),
    Table(Box<KeyTable>),
}

impl Dictionary {
    /// Takes a payload that passed the door, and verifies an FST's own
    /// checksum too: `fst` follows addresses without checking them.
    ///
    /// # Errors
    /// [`OpenError::Malformed`] when it is no shard.
    pub fn open(payload: impl Into<Payload>) -> Result<Self, OpenError> {
        let payload = payload.into();
        let mut bytes = Bytes::new(&payload);
        let form = bytes.u8().ok_or(DAMAGED)?;
        let length = bytes.block().ok_or(DAMAGED)?.len();
        let end = payload.len() - bytes.rest().len();
        let values = Values::open(&payload, end)?;
        let part = PayloadPart::new(payload, end - length..end);
        let keys = match form {
            form::FST => {
                let map = Map::new(part).map_err(|_| DAMAGED)?;
                let (before, sum) = map.as_fst().as_bytes().split_last_chunk().ok_or(DAMAGED)?;
                if crc32c::masked(before) != u32::from_le_bytes(*sum) {
                    return Err(DAMAGED.into());
                }
                Keys::Fst(map)
            }
            form::TABLE => Keys::Table(Box::new(KeyTable::open(part)?)),
            _ => return Err(DAMAGED.into()),
        };
        let shard = Self { keys, values };
        if shard.len() == shard.values.len() { Ok(shard) } else { Err(DAMAGED.into()) }
    }

    /// Counts the keys.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.keys {
            Keys::Fst(map) => map.len(),
            Keys::Table(table) => table.len(),
        }
    }

    /// Tells whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Counts the bytes held.
    #[must_use]
    pub fn size(&self) -> usize {
        let codes = match &self.keys {
            Keys::Fst(_) => 0,
            Keys::Table(table) => table.size(),
        };
        self.payload().len() + codes + self.values.size()
    }

    fn payload(&self) -> &[u8] {
        match &self.keys {
            Keys::Fst(map) => map.as_fst().as_inner().payload(),
            Keys::Table(table) => table.payload(),
        }
    }

    fn entries(&self) -> Cursor<'_> {
        self.values.cursor(self.payload())
    }

    /// Looks up the entry of exactly this key.
    ///
    /// # Errors
    /// [`Damaged`] when what stands for it does not decode.
    pub fn get(&self, key: &[u8]) -> Result<Option<Entry>, Damaged> {
        let ordinal = match &self.keys {
            Keys::Fst(map) => map.get(key),
            Keys::Table(table) => {
                table.from(key)?.next_key()?.filter(|found| found.key == key).map(|found| found.ordinal)
            }
        };
        ordinal.map(|ordinal| self.entries().entry(ordinal)).transpose()
    }

    /// Visits keys from `from` (inclusive) to `to` (exclusive) in order until
    /// `each` answers false.
    ///
    /// # Errors
    /// [`Damaged`] when a key or what stands for it does not decode; keys before were visited.
    pub fn range(
        &self,
        from: &[u8],
        to: Option<&[u8]>,
        each: &mut dyn FnMut(&[u8], Entry) -> bool,
    ) -> Result<(), Damaged> {
        self.search(&Always, from, to, &mut |key, _, entry| each(key, entry))
    }

    /// Visits the keys an automaton accepts, between `from` (inclusive) and
    /// `to` (exclusive), with the state each ended in, until `each` answers
    /// false.
    ///
    /// # Errors
    /// [`Damaged`] when a key or what stands for it does not decode; keys before were visited.
    #[expect(clippy::type_complexity, reason = "a visitor reads best where it is taken")]
    pub fn search<A: Automaton>(
        &self,
        automaton: &A,
        from: &[u8],
        to: Option<&[u8]>,
        each: &mut dyn FnMut(&[u8], &A::State, Entry) -> bool,
    ) -> Result<(), Damaged> {
        let mut entries = self.entries();
        match &self.keys {
            Keys::Fst(map) => {
                let mut search = map.search_with_state(Adapter(automaton)).ge(from);
                if let Some(to) = to {
                    search = search.lt(to);
                }
                let mut stream = search.into_stream();
                while let Some((key, ordinal, state)) = stream.next() {
                    if !each(key, &state, entries.entry(ordinal)?) {
                        break;
                    }
                }
            }
            Keys::Table(table) => {
                let mut keys = table.from(from)?;
                // The states before and behind each byte of the key.
                let mut states = vec![automaton.start()];
                while let Some(found) = keys.next_key()? {
                    // A key that shares as many bytes with the one before stands where that one stood.
                    if to.is_some_and(|to| found.shared < to.len() && found.key >= to) {
                        break;
                    }
                    states.truncate(found.shared.saturating_add(1));
                    for byte in found.key.get(states.len() - 1..).unwrap_or_default() {
                        let Some(state) = states.last().filter(|state| automaton.can_match(state)) else {
                            break;
                        };
                        let next = automaton.accept(state, *byte);
                        states.push(next);
                    }
                    let Some(state) = states.last().filter(|_| states.len() == found.key.len() + 1) else {
                        continue;
                    };
                    if automaton.is_match(state) && !each(found.key, state, entries.entry(found.ordinal)?) {
                        break;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Accepts every key.
struct Always;

impl Automaton for Always {
    type State = ();

    fn start(&self) {}

    fn is_match(&self, (): &()) -> bool {
        true
    }

    fn can_match(&self, (): &()) -> bool {
        true
    }

    fn accept(&self, (): &(), _: u8) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_open_or_are_refused(payload: Vec<u8>) {
            prop_assert!(Dictionary::open(payload).is_err());
        }
    }
}
