//! Picks by query into files.

use super::sink::Sink;
use crate::bytes::put_varint;
use crate::choices::{Pick, file_key, put_picks};
use crate::directory::KeyedFiles;
use crate::file::{FileName, Kind, seal};

/// A file is closed when its picks have grown to this: a query reads one.
const FILE_BYTES: usize = 4 << 10;

/// Writes the picks of queries in ascending order of their hashes.
#[derive(Debug, Default)]
pub struct ChoicesWriter {
    queries: u64,
    first: u64,
    picks: Vec<u8>,
    files: Vec<(Vec<u8>, FileName)>,
}

impl ChoicesWriter {
    /// Begins a writer without picks.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the picks of a query, which must ascend by document.
    pub fn push(&mut self, hash: u64, picks: &[Pick], sink: &mut Sink<'_>) {
        if self.queries == 0 {
            self.first = hash;
        }
        self.queries += 1;
        self.picks.extend_from_slice(&hash.to_le_bytes());
        put_picks(&mut self.picks, picks);
        if self.picks.len() >= FILE_BYTES {
            self.cut(sink);
        }
    }

    /// Closes the last file.
    pub fn finish(mut self, sink: &mut Sink<'_>) -> KeyedFiles {
        self.cut(sink);
        KeyedFiles::new(&self.files)
    }

    fn cut(&mut self, sink: &mut Sink<'_>) {
        if self.queries == 0 {
            return;
        }
        let mut payload = Vec::with_capacity(self.picks.len() + 4);
        put_varint(&mut payload, self.queries);
        payload.append(&mut self.picks);
        // Hashes do not pack.
        let (name, bytes) = seal(Kind::Choices, &payload, false);
        sink(name, bytes);
        self.files.push((file_key(self.first).to_vec(), name));
        self.queries = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::Block;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, HashMap};

    fn picks() -> impl Strategy<Value = Vec<Pick>> {
        prop::collection::btree_map(any::<u32>(), any::<u8>(), 0..12)
            .prop_map(|picks| picks.into_iter().map(|(doc, points)| Pick { doc, points }).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(30))]
        #[test]
        fn the_picks_of_every_query_are_found_in_its_file(
            queries in prop::collection::btree_map(any::<u64>(), picks(), 1..900)
        ) {
            let queries: BTreeMap<u64, Vec<Pick>> = queries;
            let mut files = HashMap::new();
            let mut sink = |name: FileName, bytes: Vec<u8>| { files.insert(name, bytes); };
            let mut writer = ChoicesWriter::new();
            queries.iter().for_each(|(hash, picks)| writer.push(*hash, picks, &mut sink));
            let directory = writer.finish(&mut sink);
            for (hash, picks) in &queries {
                let name = directory.name(directory.find(&file_key(*hash)).unwrap()).unwrap();
                let Block::Choices(choices) = Block::open(&name, files[&name].clone()).unwrap() else {
                    panic!("a file of choices")
                };
                prop_assert_eq!(choices.get(*hash), picks.as_slice());
            }
        }
    }
}
