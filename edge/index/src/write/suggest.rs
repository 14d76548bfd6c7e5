//! Suggestions into shards, with the completions of short prefixes.

use std::collections::BTreeMap;

use super::sink::Sink;
use super::starts::{Growth, Starts};
use crate::bytes::{put_block, put_str, put_varint};
use crate::directory::{KeyedFiles, border};
use crate::file::{FileName, Kind, seal};
use crate::suggest::{Number, SHORT_PREFIX, SHORT_PREFIX_KEYS, Suggestion, put_book};

/// A shard is closed when what it holds has grown to this.
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
            if shard.bytes() >= starts.most(shard_bytes) {
                files.extend(std::mem::take(&mut shard).seal(sink));
            }
            last = key;
        }
        files.extend(shard.seal(sink));
        KeyedFiles::new(&files)
    }

    fn compile_short_prefixes(&mut self) {
        let mut compiled: BTreeMap<Vec<u8>, Best> = BTreeMap::new();
        for (key, list) in &self.entries {
            for length in 1..=SHORT_PREFIX_KEYS.min(key.len()) {
                let short = crate::key::in_space(SHORT_PREFIX, key.get(..length).unwrap_or_default());
                compiled.entry(short).or_default().add(key.len() > length, list);
            }
        }
        for (short, mut best) in compiled {
            if best.keys > GATHERED_KEYS {
                best.cut();
                self.entries.insert(short, best.list.into_iter().map(|(_, suggestion)| suggestion).collect());
            }
        }
    }
}

/// The best completions of a prefix so far: what is typed to its end first.
#[derive(Default)]
struct Best {
    keys: usize,
    list: Vec<(bool, Suggestion)>,
}

impl Best {
    fn add(&mut self, is_longer: bool, list: &[Suggestion]) {
        self.keys += 1;
        self.list.extend(list.iter().map(|suggestion| (is_longer, suggestion.clone())));
        if self.list.len() > COMPILED * 4 {
            self.cut();
        }
    }

    fn cut(&mut self) {
        self.list.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| order(&a.1, &b.1)));
        self.list.truncate(COMPILED);
    }
}

/// Compares suggestions: most books first, then keywords before titles before authors, then by text.
fn order(a: &Suggestion, b: &Suggestion) -> std::cmp::Ordering {
    b.count.cmp(&a.count).then(a.kind.cmp(&b.kind)).then(a.text.cmp(&b.text))
}

#[derive(Default)]
struct Shard {
    first: Option<Vec<u8>>,
    /// Short prefixes with their lists.
    compiled: Vec<u8>,
    /// Kinds and numbers of books, ids, lengths and texts of what lies under keys.
    numbers: Vec<u8>,
    /// The books of titles that one book has.
    books: Vec<u8>,
    lengths: Vec<u8>,
    texts: Vec<u8>,
    count: u64,
}

impl Shard {
    fn push(&mut self, last: &[u8], key: &[u8], list: &[Suggestion]) {
        if self.first.is_none() {
            self.first = Some(border(last, key));
        }
        if let Some(prefix) = key.strip_prefix(&[SHORT_PREFIX]) {
            let mut told = Vec::new();
            for suggestion in list {
                put_varint(&mut told, Number::of(suggestion, false).encode());
                suggestion.book.into_iter().for_each(|book| put_book(book, &mut told));
                put_str(&mut told, &suggestion.text);
            }
            put_block(&mut self.compiled, prefix);
            put_block(&mut self.compiled, &told);
            return;
        }
        for (place, suggestion) in list.iter().enumerate() {
            put_varint(&mut self.numbers, Number::of(suggestion, place > 0).encode());
            suggestion.book.into_iter().for_each(|book| put_book(book, &mut self.books));
            put_varint(&mut self.lengths, suggestion.text.len() as u64);
            self.texts.extend_from_slice(suggestion.text.as_bytes());
            self.count += 1;
        }
    }

    fn bytes(&self) -> usize {
        [&self.compiled, &self.numbers, &self.books, &self.lengths, &self.texts].map(Vec::len).iter().sum()
    }

    fn seal(self, sink: &mut Sink<'_>) -> Option<(Vec<u8>, FileName)> {
        let first = self.first?;
        let mut payload = Vec::new();
        put_block(&mut payload, &self.compiled);
        put_varint(&mut payload, self.count);
        [self.numbers, self.books, self.lengths, self.texts]
            .into_iter()
            .for_each(|column| payload.extend(column));
        let (name, bytes) = seal(Kind::Suggest, &payload, true);
        sink(name, bytes);
        Some((first, name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::Block;
    use crate::suggest::SuggestionKind;
    use proptest::prelude::*;
    use std::collections::HashMap;

    /// Makes a key of a text: its letters.
    fn key_of(text: &str) -> Vec<u8> {
        text.bytes().filter(u8::is_ascii_lowercase).collect()
    }

    fn suggestion() -> impl Strategy<Value = Suggestion> {
        let book = prop::option::of(any::<u64>().prop_map(crate::book_id::BookId::made));
        ("[a-c A-B가]{1,7}", 0usize..4, any::<u32>(), book).prop_map(|(text, kind, count, book)| Suggestion {
            text,
            kind: SuggestionKind::ALL[kind],
            count,
            book,
        })
    }

    proptest! {
        #[test]
        fn suggestions_are_found_as_in_a_map(
            suggestions in prop::collection::vec(suggestion(), 1..200), prefix in "[a-c]{1,3}", most in 1usize..9,
        ) {
            let mut writer = SuggestWriter::new();
            let mut by_key: BTreeMap<Vec<u8>, Vec<Suggestion>> = BTreeMap::new();
            for suggestion in suggestions {
                let key = key_of(&suggestion.text);
                if !key.is_empty() {
                    by_key.entry(key.clone()).or_default().push(suggestion.clone());
                }
                writer.add(key, suggestion);
            }
            by_key.values_mut().for_each(|list| { list.sort_by(order); list.truncate(COMPILED); });
            let mut files = HashMap::new();
            let directory = writer.finish(&mut |name, bytes| { files.insert(name, bytes); });
            let Some(number) = directory.find(prefix.as_bytes()) else {
                prop_assert!(by_key.keys().all(|key| key.as_slice() > prefix.as_bytes()));
                return Ok(());
            };
            let name = directory.name(number).unwrap();
            let block = Block::open(&name, files[&name].clone()).unwrap();
            let below = by_key.iter().filter(|(key, _)| key.starts_with(prefix.as_bytes()));
            let expected: Vec<Suggestion> = below.clone().take(most).flat_map(|(_, list)| list.clone()).collect();
            prop_assert_eq!(block.suggestions().unwrap().completions(prefix.as_bytes(), most, &key_of, &|_| true), expected);
            let compiled = block.suggestions().unwrap().compiled(prefix.as_bytes());
            prop_assert_eq!(compiled.is_some(), below.clone().count() > GATHERED_KEYS);
            if let Some(compiled) = compiled {
                let of = |(key, list): (&Vec<u8>, &Vec<Suggestion>)| {
                    let longer = key.as_slice() != prefix.as_bytes();
                    list.iter().map(|suggestion| (longer, suggestion.clone())).collect::<Vec<_>>()
                };
                let mut best: Vec<(bool, Suggestion)> = below.flat_map(of).collect();
                best.sort_by(|a, b| a.0.cmp(&b.0).then(order(&a.1, &b.1)));
                best.truncate(COMPILED);
                prop_assert_eq!(compiled, best.into_iter().map(|(_, found)| found).collect::<Vec<_>>());
            }
        }

        #[test]
        fn a_damaged_shard_is_refused_or_read_without_panic(
            list in prop::collection::vec(suggestion(), 0..20),
            flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..5),
        ) {
            let mut shard = Shard::default();
            shard.push(&[], &[SHORT_PREFIX, b'a'], &list);
            shard.push(&[SHORT_PREFIX, b'a'], b"a", &list);
            let mut sealed = None;
            shard.seal(&mut |name, bytes| sealed = Some((name, bytes)));
            let (name, bytes) = sealed.unwrap();
            let mut payload = crate::file::open(&name, bytes).unwrap().to_vec();
            for (at, byte) in flips {
                let at = at.index(payload.len());
                payload[at] = byte;
            }
            if let Ok(shard) = crate::suggest::Suggestions::open(payload) {
                let _ = (shard.compiled(b"a"), shard.completions(b"a", 9, &key_of, &|_| true));
            }
        }
    }
}
