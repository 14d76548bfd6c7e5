//! Initial consonants in a query: by themselves (ㄱㅅ ㅇㅈ), and as one word of several (서울 ㅅㅂㄱ).

use seoga_index::dictionary::Entry;
use seoga_index::key::{after_prefix, in_space, space};
use seoga_text::choseong;

use crate::answer::{ExpansionKind, Tier};
use crate::keyspace::INITIALS_IN_KEY;
use crate::reader::Reader;
use crate::request::MAX_REACH;
use crate::search::expansion::{
    Expansion, FEW_FILES, RANGE_KEYS, RANGE_SHARDS, note_truncated, within_file_budget,
};
use crate::search::query::Word;
use crate::sorting;

/// Runs of initials that a word may begin, most books first.
const RUNS: usize = 64;

/// Looks up the lists of titles with a run of initial consonants.
pub(crate) fn initials(reader: &Reader<'_>, run: &[u8]) -> Vec<Entry> {
    let in_key = run.get(..INITIALS_IN_KEY.min(run.len())).unwrap_or_default();
    let key = in_space(space::INITIALS, in_key);
    let mut carried = key.clone();
    carried.push(0);
    if let Some(entry) = reader.get(&carried) {
        // A run carries no more books than paging reaches.
        note_truncated(reader, entry.df() >= MAX_REACH * 2 / 3);
        return vec![entry];
    }
    if reader.lacks() {
        return Vec::new();
    }
    let mut entries = Vec::new();
    reader.range(&key, after_prefix(&key).as_deref(), RANGE_SHARDS, &mut |_, entry| {
        entries.push(entry);
        entries.len() < RANGE_KEYS
    });
    note_truncated(reader, entries.len() == RANGE_KEYS);
    entries
}

/// Looks up a word of several that is made of initials alone.
pub(super) fn of_word(reader: &Reader<'_>, word: &Word) -> Vec<Expansion> {
    let Some(run) = choseong::parse(&word.text) else { return Vec::new() };
    let mut entries = initials(reader, &run);
    sorting::sort_by(&mut entries, |a, b| b.df().cmp(&a.df()));
    note_truncated(reader, entries.len() > RUNS);
    entries.truncate(RUNS);
    within_file_budget(reader, FEW_FILES, &mut entries, |entry| *entry);
    let read = |entry| Expansion {
        entries: vec![entry],
        words: vec![word.text.clone()],
        tier: Tier::Keyboard,
        kind: ExpansionKind::Initials,
        penalty: 0,
        spans: 1,
    };
    entries.into_iter().map(read).collect()
}
