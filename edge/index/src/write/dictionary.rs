//! Keys and entries into dictionary shards.

use fst::MapBuilder;

use super::sink::Sink;
use super::starts::{Growth, Starts};
use crate::bits::bits_of;
use crate::bytes::put_block;
use crate::dictionary::{Entry, form};
use crate::directory::{KeyedFiles, border};
use crate::file::{FileName, Kind, seal};
use crate::key::{shared, space};
use crate::key_table::{self, LONGEST_KEY};
use crate::postings::Posting;
use crate::values;

/// A shard is closed when it has grown to about this. Smaller shards cost more
/// files, larger ones more bytes for each word of a query.
const SHARD: Growth = Growth { bytes: 10 << 10, books_a_byte: 150, most: 24 << 10 };

/// Writes shards of keys in ascending order.
pub struct DictionaryWriter {
    kind: Kind,
    shard_bytes: usize,
    /// Bits that a document takes.
    doc_bits: usize,
    shard: Shard,
    first: Option<Vec<u8>>,
    last: Vec<u8>,
    starts: Starts<Vec<u8>>,
    files: Vec<(Vec<u8>, FileName)>,
}

/// The keys of a shard so far.
enum Keys {
    Fst(MapBuilder<Vec<u8>>),
    Table(Vec<Vec<u8>>),
}

/// A shard so far.
struct Shard {
    keys: Keys,
    entries: Vec<Entry>,
    /// Bits that the entries take, and keys in a table, about.
    bits: usize,
}

impl Shard {
    /// Begins a shard of the form that keys like this one have.
    fn like(kind: Kind, key: &[u8]) -> Self {
        let keys =
            if is_tabled(kind, key) { Keys::Table(Vec::new()) } else { Keys::Fst(MapBuilder::memory()) };
        Self { keys, entries: Vec::new(), bits: 0 }
    }

    /// Adds a key; false where it cannot be.
    fn push(&mut self, key: &[u8], entry: Entry, doc_bits: usize) -> bool {
        match &mut self.keys {
            Keys::Fst(map) => {
                if map.insert(key, self.entries.len() as u64).is_err() {
                    return false;
                }
            }
            Keys::Table(keys) => {
                if key.len() > LONGEST_KEY {
                    return false;
                }
                self.bits += 6 + 5 * (key.len() - keys.last().map_or(0, |last| shared(last, key)));
                keys.push(key.to_vec());
            }
        }
        self.bits += match entry {
            Entry::Inline(Posting { payload: 0, .. }) => 1 + doc_bits,
            Entry::Inline(_) => 11 + doc_bits,
            Entry::List { .. } => 10,
        };
        self.entries.push(entry);
        true
    }

    /// Estimates the bytes so far.
    fn bytes(&self) -> usize {
        let keys = match &self.keys {
            Keys::Fst(map) => usize::try_from(map.bytes_written()).unwrap_or(usize::MAX),
            Keys::Table(_) => 0,
        };
        keys.saturating_add(self.bits / 8)
    }

    fn finish(self) -> Option<Vec<u8>> {
        let (form, keys) = match self.keys {
            // Writing to memory cannot fail.
            Keys::Fst(map) => (form::FST, map.into_inner().ok()?),
            Keys::Table(keys) => {
                let mut table = Vec::new();
                key_table::put(&mut table, &keys);
                (form::TABLE, table)
            }
        };
        let mut payload = vec![form];
        put_block(&mut payload, &keys);
        values::put(&mut payload, &self.entries);
        Some(payload)
    }
}

/// Tells whether keys like this one lie in tables: those that titles as a whole spell or name, reversed terms, and terms by their
/// skeletons. No key of a word does.
fn is_tabled(kind: Kind, key: &[u8]) -> bool {
    let tabled = [space::TITLE, space::INITIALS, space::SKELETON, space::CALLED];
    kind == Kind::Reversed || key.first().is_some_and(|first| tabled.contains(first))
}

impl DictionaryWriter {
    /// Begins a writer of [`Kind::Dictionary`] or [`Kind::Reversed`] shards.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self::keeping(kind, 0, Vec::new())
    }

    /// Begins the shards of an index of so many books where those of an earlier index began, whose first keys are `starts`.
    #[must_use]
    pub fn keeping(kind: Kind, books: usize, starts: Vec<Vec<u8>>) -> Self {
        let (starts, shard_bytes) = (Starts::new(starts), SHARD.at(books));
        Self {
            kind,
            shard_bytes,
            doc_bits: bits_of(books),
            shard: Shard::like(kind, &[]),
            first: None,
            last: Vec::new(),
            starts,
            files: Vec::new(),
        }
    }

    /// Adds a key. Keys must ascend strictly; one that does not, or that is longer than 255 bytes where it lies in a table,
    /// is left out and answered with `false`.
    pub fn insert(&mut self, key: &[u8], entry: Entry, sink: &mut Sink<'_>) -> bool {
        if (self.first.is_some() || !self.files.is_empty()) && key <= self.last.as_slice() {
            return false;
        }
        let other_form = is_tabled(self.kind, key) != is_tabled(self.kind, &self.last);
        if self.starts.reached(|start| start.as_slice() <= key).is_some() || other_form {
            self.cut(sink);
        }
        if self.first.is_none() {
            self.shard = Shard::like(self.kind, key);
        }
        if !self.shard.push(key, entry, self.doc_bits) {
            return false;
        }
        if self.first.is_none() {
            self.first = Some(border(&self.last, key));
        }
        self.last.clear();
        self.last.extend_from_slice(key);
        if self.shard.bytes() >= self.starts.most(self.shard_bytes) {
            self.cut(sink);
        }
        true
    }

    /// Closes the last shard.
    pub fn finish(mut self, sink: &mut Sink<'_>) -> KeyedFiles {
        self.cut(sink);
        KeyedFiles::new(&self.files)
    }

    /// Closes the shard, if there is one.
    fn cut(&mut self, sink: &mut Sink<'_>) {
        let Some(first) = self.first.take() else { return };
        let shard = std::mem::replace(&mut self.shard, Shard::like(self.kind, &[]));
        let Some(payload) = shard.finish() else { return };
        let (name, bytes) = seal(self.kind, &payload, false);
        sink(name, bytes);
        self.files.push((first, name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::Block;
    use crate::dictionary::Automaton;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, HashMap};

    /// Accepts keys that match a pattern, where 0x9F stands for any byte.
    struct Pattern(Vec<u8>);

    impl Automaton for Pattern {
        type State = Option<usize>;

        fn start(&self) -> Self::State {
            Some(0)
        }

        fn is_match(&self, state: &Self::State) -> bool {
            *state == Some(self.0.len())
        }

        fn can_match(&self, state: &Self::State) -> bool {
            state.is_some()
        }

        fn accept(&self, state: &Self::State, byte: u8) -> Self::State {
            let wanted = self.0.get((*state)?)?;
            (*wanted == 0x9f || *wanted == byte).then(|| state.map(|at| at + 1))?
        }
    }

    type Written = (KeyedFiles, HashMap<FileName, Vec<u8>>);

    fn write(kind: Kind, shard_bytes: usize, entries: &BTreeMap<Vec<u8>, Entry>) -> Written {
        let mut files = HashMap::new();
        let mut sink = |name: FileName, bytes: Vec<u8>| {
            files.insert(name, bytes);
        };
        let mut writer =
            DictionaryWriter { shard_bytes, ..DictionaryWriter::keeping(kind, 9_000, Vec::new()) };
        for (key, entry) in entries {
            assert!(writer.insert(key, *entry, &mut sink));
        }
        (writer.finish(&mut sink), files)
    }

    fn shards((directory, files): &Written) -> Vec<Block> {
        let names = (0..directory.len() as u32).map(|number| directory.name(number).unwrap());
        names.map(|name| Block::open(&name, files[&name].clone()).unwrap()).collect()
    }

    fn entry() -> impl Strategy<Value = Entry> {
        prop_oneof![
            (0u32..9_000, any::<u16>()).prop_map(|(doc, payload)| Entry::Inline(Posting { doc, payload })),
            (0u64..1 << 40, 0u8..64).prop_map(|(address, df_class)| Entry::List { address, df_class }),
        ]
    }

    /// Keys of words and of titles, of few letters, so that many begin alike.
    fn key() -> impl Strategy<Value = Vec<u8>> {
        let rest = || prop::collection::vec(0x9cu8..0xa1, 0..9);
        prop_oneof![
            rest().prop_map(|rest| [&[0x20], rest.as_slice()].concat()),
            rest().prop_map(|rest| [&[space::TITLE], rest.as_slice()].concat()),
            rest().prop_map(|rest| [&[space::CLASS], rest.as_slice()].concat()),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        #[test]
        fn keys_are_found_and_walked_as_in_a_map(
            entries in prop::collection::btree_map(key(), entry(), 1..400),
            is_reversed: bool,
            shard_bytes in 40usize..3_000,
            sought in prop::collection::vec(key(), 1..12),
            patterns in prop::collection::vec(key(), 1..6),
        ) {
            let kind = if is_reversed { Kind::Reversed } else { Kind::Dictionary };
            let written = write(kind, shard_bytes, &entries);
            let shards = shards(&written);
            for key in entries.keys().chain(&sought) {
                let found = written.0.find(key).map(|number| shards[number as usize].dictionary().unwrap().get(key).unwrap());
                prop_assert_eq!(found.flatten(), entries.get(key).copied());
            }
            for from in &sought {
                for to in sought.iter().map(Some).chain([None]) {
                    let to = to.map(Vec::as_slice);
                    let expected: Vec<_> = entries
                        .iter()
                        .filter(|(key, _)| *key >= from && to.is_none_or(|to| key.as_slice() < to))
                        .map(|(key, entry)| (key.clone(), *entry))
                        .collect();
                    let mut walked = Vec::new();
                    for number in written.0.between(from, to) {
                        let shard = shards[number as usize].dictionary().unwrap();
                        shard.range(from, to, &mut |key, entry| { walked.push((key.to_vec(), entry)); true }).unwrap();
                    }
                    prop_assert_eq!(&walked, &expected);
                    for pattern in &patterns {
                        let pattern = Pattern(pattern.clone());
                        let accepted = |key: &[u8]| {
                            let state = key.iter().fold(pattern.start(), |state, byte| pattern.accept(&state, *byte));
                            pattern.is_match(&state)
                        };
                        let mut matched = Vec::new();
                        for number in written.0.between(from, to) {
                            let shard = shards[number as usize].dictionary().unwrap();
                            shard.search(&pattern, from, to, &mut |key, state, entry| {
                                assert!(pattern.is_match(state));
                                matched.push((key.to_vec(), entry));
                                true
                            }).unwrap();
                        }
                        let expected: Vec<_> = expected.iter().filter(|(key, _)| accepted(key)).cloned().collect();
                        prop_assert_eq!(matched, expected);
                    }
                }
            }
        }

        #[test]
        fn a_damaged_shard_is_refused_or_read_without_panic(
            entries in prop::collection::btree_map(key(), entry(), 1..200),
            flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..5),
            sought in key(),
        ) {
            let mut shard = Shard::like(Kind::Reversed, &[]);
            for (key, entry) in &entries {
                assert!(shard.push(key, *entry, 13));
            }
            let mut payload = shard.finish().unwrap();
            for (at, byte) in flips {
                let at = at.index(payload.len());
                payload[at] = byte;
            }
            if let Ok(shard) = crate::dictionary::Dictionary::open(payload) {
                let _ = (shard.get(&sought), shard.range(&sought, None, &mut |_, _| true));
                let _ = shard.search(&Pattern(sought), &[], None, &mut |_, _, _| true);
            }
        }
    }

    #[test]
    fn visits_end_where_the_visitor_says() {
        let entry = Entry::List { address: 1, df_class: 1 };
        for first in [0x20, space::TITLE] {
            let entries = (0..90u8).map(|n| (vec![first, n], entry)).collect();
            let shards = shards(&write(Kind::Dictionary, 1 << 20, &entries));
            let mut visited = 0;
            let mut each = |_: &[u8], _| {
                visited += 1;
                visited < 50
            };
            shards[0].dictionary().unwrap().range(&[], None, &mut each).unwrap();
            assert_eq!(visited, 50);
        }
    }

    #[test]
    fn a_key_out_of_order_or_too_long_for_its_table_is_refused() {
        let mut writer = DictionaryWriter::new(Kind::Dictionary);
        let entry = Entry::List { address: 1, df_class: 1 };
        assert!(writer.insert(b"b", entry, &mut |_, _| {}));
        assert!(!writer.insert(b"a", entry, &mut |_, _| {}));
        let mut writer = DictionaryWriter::new(Kind::Reversed);
        assert!(!writer.insert(&[b'a'; LONGEST_KEY + 1], entry, &mut |_, _| {}));
        assert!(writer.insert(&[b'a'; LONGEST_KEY], entry, &mut |_, _| {}));
    }
}
