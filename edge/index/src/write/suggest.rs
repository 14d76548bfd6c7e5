//! Suggestions into shards, with the completions of short prefixes.

use std::collections::BTreeMap;

use fst::MapBuilder;

use super::sink::Sink;
use super::starts::{Growth, Starts};
use crate::bytes::{put_block, put_str, put_varint};
use crate::directory::{KeyedFiles, border};
use crate::file::{FileName, Kind, seal};
use crate::suggest::{SHORT_PREFIX, SHORT_PREFIX_KEYS, Suggestion};

/// A shard is closed when its lists have grown to this.
const SHARD: Growth = Growth { bytes: 32 << 10, books_a_byte: 14, most: 96 << 10 };
/// Completions compiled for a short prefix.
const COMPILED: usize = 20;
/// A prefix with more keys below it than this carries compiled completions; up
/// to it, a reader gathers them itself.
const GATHERED_KEYS: usize = 64;

/// Collects suggestions, then writes them.
#[derive(Debug, Default)]
pub struct SuggestWriter {
    entries: BTreeMap<Vec<u8>, Vec<Suggestion>>,
}

impl SuggestWriter {
    /// Begins a writer without suggestions.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a suggestion under its key (keystrokes without spaces).
    pub fn add(&mut self, key: Vec<u8>, suggestion: Suggestion) {
        if !key.is_empty() {
            self.entries.entry(key).or_default().push(suggestion);
        }
    }

    /// Writes every shard.
    pub fn finish(self, sink: &mut Sink<'_>) -> KeyedFiles {
        self.finish_keeping(0, Vec::new(), sink)
    }

    /// Begins the shards of an index of so many books where those of an earlier index began, whose first keys are `starts`.
    pub fn finish_keeping(mut self, books: usize, starts: Vec<Vec<u8>>, sink: &mut Sink<'_>) -> KeyedFiles {
        let shard_bytes = SHARD.at(books);
        self.compile_short_prefixes();
        let mut starts = Starts::new(starts);
        let mut files = Vec::new();
        let mut shard = Shard::default();
        let mut last = Vec::new();
        for (key, mut list) in self.entries {
            if !key.starts_with(&[SHORT_PREFIX]) {
                list.sort_by(order);
                list.truncate(COMPILED);
            }
            if starts.reached(|start| *start <= key).is_some() {
                files.extend(std::mem::take(&mut shard).seal(sink));
            }
            shard.push(&last, &key, &list);
            if shard.lists.len() >= starts.most(shard_bytes) {
                files.extend(std::mem::take(&mut shard).seal(sink));
            }
            last = key;
        }
        files.extend(shard.seal(sink));
        KeyedFiles::new(&files)
    }

    fn compile_short_prefixes(&mut self) {
        let mut compiled: BTreeMap<Vec<u8>, (usize, Vec<Suggestion>)> = BTreeMap::new();
        for (key, list) in &self.entries {
            for length in 1..=SHORT_PREFIX_KEYS.min(key.len()) {
                let short = crate::key::in_space(SHORT_PREFIX, key.get(..length).unwrap_or_default());
                let (keys, best) = compiled.entry(short).or_default();
                *keys += 1;
                best.extend(list.iter().cloned());
                if best.len() > COMPILED * 4 {
                    best.sort_by(order);
                    best.truncate(COMPILED);
                }
            }
        }
        for (short, (keys, mut best)) in compiled {
            if keys > GATHERED_KEYS {
                best.sort_by(order);
                best.truncate(COMPILED);
                self.entries.insert(short, best);
            }
        }
    }
}

/// Compares suggestions: most books first, then keywords before titles before authors, then by text.
fn order(a: &Suggestion, b: &Suggestion) -> std::cmp::Ordering {
    b.count.cmp(&a.count).then(a.kind.cmp(&b.kind)).then(a.text.cmp(&b.text))
}

struct Shard {
    fst: MapBuilder<Vec<u8>>,
    first: Option<Vec<u8>>,
    lists: Vec<u8>,
}

impl Default for Shard {
    fn default() -> Self {
        Self { fst: MapBuilder::memory(), first: None, lists: Vec::new() }
    }
}

impl Shard {
    fn push(&mut self, last: &[u8], key: &[u8], list: &[Suggestion]) {
        // Keys come out of a map in ascending order, and memory takes every write.
        if self.fst.insert(key, self.lists.len() as u64).is_err() {
            return;
        }
        if self.first.is_none() {
            self.first = Some(border(last, key));
        }
        put_varint(&mut self.lists, list.len() as u64);
        for suggestion in list {
            self.lists.push(suggestion.kind as u8);
            put_varint(&mut self.lists, suggestion.count.into());
            put_str(&mut self.lists, &suggestion.text);
        }
    }

    fn seal(self, sink: &mut Sink<'_>) -> Option<(Vec<u8>, FileName)> {
        let first = self.first?;
        let fst = self.fst.into_inner().ok()?;
        let mut payload = Vec::new();
        put_block(&mut payload, &fst);
        payload.extend(self.lists);
        let (name, bytes) = seal(Kind::Suggest, &payload, true);
        sink(name, bytes);
        Some((first, name))
    }
}
