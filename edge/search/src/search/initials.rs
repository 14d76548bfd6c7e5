//! Initial consonants in a query: by themselves (ㄱㅅ ㅇㅈ), and as one word of several (서울 ㅅㅂㄱ);
//! Latin initials of titles and series (lotr, hp 3).

use seoga_index::dictionary::Entry;
use seoga_index::key::{after_prefix, in_space, space};
use seoga_text::token::Kind;
use seoga_text::{acronym, choseong, volume};

use crate::answer::{ExpansionKind, Tier};
use crate::keyspace::{INITIALS_IN_KEY, acronym_key};
use crate::reader::Reader;
use crate::request::MAX_REACH;
use crate::search::expansion::{
    Expansion, FEW_FILES, QueryTerm, RANGE_KEYS, RANGE_SHARDS, note_truncated, within_file_budget,
};
use crate::search::query::{Fields, Word};
use seoga_text::sorting;

/// Books that have a word as typed from which on it is no acronym.
const KNOWN_BOOKS: u32 = 64;
/// Runs of initials that a word may begin, most books first.
const RUNS: usize = 64;

/// Looks up the lists of titles with a run of initial consonants.
pub(crate) fn initials(reader: &Reader<'_>, run: &[u8]) -> Vec<Entry> {
    let in_key = run.get(..INITIALS_IN_KEY.min(run.len())).unwrap_or_default();
    let key = in_space(space::INITIALS, in_key);
    let mut carried = key.clone();
    carried.push(0);
    let end = after_prefix(&key);
    reader.foresee_range(&key, end.as_deref(), FEW_FILES);
    if let Some(entry) = reader.get(&carried) {
        // A run carries no more books than paging reaches.
        note_truncated(reader, entry.df() >= MAX_REACH * 2 / 3);
        return vec![entry];
    }
    if reader.lacks() {
        return Vec::new();
    }
    let mut entries = Vec::new();
    reader.range(&key, end.as_deref(), RANGE_SHARDS, &mut |_, entry| {
        entries.push(entry);
        entries.len() < RANGE_KEYS
    });
    note_truncated(reader, entries.len() == RANGE_KEYS);
    entries
}

/// Adds to each word that may be the acronym of a title or a series the books called so: of a word that few books have as typed.
pub(super) fn add_acronyms(reader: &Reader<'_>, words: &[Word], terms: &mut [QueryTerm]) {
    let numbered = words.len() == 2 && words.last().is_some_and(|last| volume::read(&last.typed).is_some());
    for (place, (term, word)) in terms.iter_mut().zip(words).enumerate() {
        let alone = words.iter().enumerate().all(|(other, word)| other == place || word.framing);
        let meant = alone || numbered || term.expansions.iter().all(|known| known.tier > Tier::Form);
        let plain = word.kind == Kind::Latin && word.fields == Fields::ALL && !word.framing;
        if !(plain && meant && acronym::may_be(&word.text, numbered && place == 0)) {
            continue;
        }
        let known = term.expansions.iter().filter(|known| known.kind == ExpansionKind::Exact);
        if known.flat_map(|known| &known.entries).any(|entry| entry.df() >= KNOWN_BOOKS) {
            continue;
        }
        let entry = reader.get(&in_space(space::CALLED, &acronym_key(&word.text)));
        term.expansions.extend(entry.map(|entry| read(word, entry, Tier::Form)));
    }
}

/// Looks up a word of several that is made of initials alone.
pub(super) fn of_word(reader: &Reader<'_>, word: &Word) -> Vec<Expansion> {
    let Some(run) = choseong::parse(&word.text) else { return Vec::new() };
    let mut entries = initials(reader, &run);
    sorting::sort_by(&mut entries, |a, b| b.df().cmp(&a.df()));
    note_truncated(reader, entries.len() > RUNS);
    entries.truncate(RUNS);
    within_file_budget(reader, FEW_FILES, &mut entries, |entry| *entry);
    entries.into_iter().map(|entry| read(word, entry, Tier::Keyboard)).collect()
}

/// Reads a word as the initials of what a list is of.
fn read(word: &Word, entry: Entry, tier: Tier) -> Expansion {
    let (entries, words) = (vec![entry], vec![word.text.clone()]);
    Expansion { entries, words, tier, kind: ExpansionKind::Initials, penalty: 0, spans: 1 }
}
