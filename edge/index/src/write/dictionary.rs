//! Keys and entries into dictionary shards.

use fst::MapBuilder;

use super::sink::Sink;
use super::starts::{Growth, Starts};
use crate::dictionary::Entry;
use crate::directory::{KeyedFiles, border};
use crate::file::{FileName, Kind, seal};

/// A shard is closed when its FST has grown to this. Smaller shards cost more
/// files, larger ones more bytes for each word of a query.
const SHARD: Growth = Growth { bytes: 12 << 10, books_a_byte: 110, most: 32 << 10 };

/// Writes shards of keys in ascending order.
pub struct DictionaryWriter {
    kind: Kind,
    shard_bytes: usize,
    shard: MapBuilder<Vec<u8>>,
    first: Option<Vec<u8>>,
    last: Vec<u8>,
    starts: Starts<Vec<u8>>,
    files: Vec<(Vec<u8>, FileName)>,
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
            shard: MapBuilder::memory(),
            first: None,
            last: Vec::new(),
            starts,
            files: Vec::new(),
        }
    }

    /// Adds a key. Keys must ascend strictly; one that does not is left out and
    /// answered with `false`.
    pub fn insert(&mut self, key: &[u8], entry: Entry, sink: &mut Sink<'_>) -> bool {
        if (self.first.is_some() || !self.files.is_empty()) && key <= self.last.as_slice() {
            return false;
        }
        if self.starts.reached(|start| start.as_slice() <= key).is_some() {
            self.cut(sink);
        }
        if self.shard.insert(key, entry.pack()).is_err() {
            return false;
        }
        if self.first.is_none() {
            self.first = Some(border(&self.last, key));
        }
        self.last.clear();
        self.last.extend_from_slice(key);
        if self.shard.bytes_written() >= self.starts.most(self.shard_bytes) as u64 {
            self.cut(sink);
        }
        true
    }

    /// Closes the last shard.
    pub fn finish(mut self, sink: &mut Sink<'_>) -> KeyedFiles {
        self.cut(sink);
        KeyedFiles::new(&self.files)
    }

    /// Closes the shard; reversed ones are read for slips only, so they are packed.
    fn cut(&mut self, sink: &mut Sink<'_>) {
        let Some(first) = self.first.take() else { return };
        let shard = std::mem::replace(&mut self.shard, MapBuilder::memory());
        // Writing to memory cannot fail.
        let Ok(payload) = shard.into_inner() else { return };
        let (name, bytes) = seal(self.kind, &payload, self.kind == Kind::Reversed);
        sink(name, bytes);
        self.files.push((first, name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::Block;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, HashMap};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20))]
        #[test]
        fn every_key_is_found_in_its_shard(
            keys in prop::collection::btree_map(
                prop::collection::vec(0x20u8..0xa1, 1..20), 0u64..1 << 40, 1..4000)
        ) {
            let mut files = HashMap::new();
            let mut sink = |name: FileName, bytes: Vec<u8>| { files.insert(name, bytes); };
            let mut writer = DictionaryWriter::new(Kind::Dictionary);
            let entries: BTreeMap<_, _> = keys
                .into_iter()
                .map(|(key, address)| (key, Entry::List { address, df_class: 3 }))
                .collect();
            for (key, entry) in &entries {
                prop_assert!(writer.insert(key, *entry, &mut sink));
            }
            let directory = writer.finish(&mut sink);
            for (key, entry) in &entries {
                let name = directory.name(directory.find(key).unwrap()).unwrap();
                let Block::Dictionary(shard) = Block::open(&name, files[&name].clone(), &[]).unwrap() else {
                    panic!("a dictionary shard")
                };
                prop_assert_eq!(shard.get(key), Some(*entry));
            }
        }
    }

    #[test]
    fn a_key_out_of_order_is_refused() {
        let mut writer = DictionaryWriter::new(Kind::Dictionary);
        let entry = Entry::List { address: 1, df_class: 1 };
        assert!(writer.insert(b"b", entry, &mut |_, _| {}));
        assert!(!writer.insert(b"a", entry, &mut |_, _| {}));
    }
}
