//! From words to what the dictionary knows: the readings of a query.
//!
//! Each word becomes a [`Slot`] of alternatives, each with the tier it may
//! reach at best. Direct readings (as typed, synonym, stem, joined, prefix of
//! the word being typed) come first; the wide ones (split, slip, other
//! keyboard layout, inside a word) are looked for only when a word has no
//! direct reading, or when the direct ones together found nothing.

use seoga_index::dictionary::Entry;
use seoga_index::key::{after_prefix, in_space, space};
use seoga_text::particle;
use seoga_text::token::Kind;

use crate::answer::{Reading, Tier};
use crate::keyspace::INITIALS_IN_KEY;
use crate::reader::Reader;
use crate::request::MAX_REACH;
use crate::search::expansion::{
    Alternative, FEW_FILES, RANGE_KEYS, RANGE_SHARDS, Slot, as_typed, cap, completions, exact, single, stem,
    synonyms, within_files,
};
use crate::search::fuzzy::{Depth, Doubt, compound, divisible, other_layout, parts_from, wide_readings};
use crate::search::query::{Fields, Query, Word};

/// In a query of so few words, a long one is looked for as two words too, be it known or not.
const COMPOUND_WORDS: usize = 2;
/// More unknown words than this are no slips but another language or layout.
const SLIPPED_WORDS: usize = 2;
/// Beginnings of titles read, their shards (where more begin with what was
/// typed, it says too little yet) and the files of their lists.
const BEGINNINGS: usize = 512;
const BEGINNING_SHARDS: usize = 2;
const BEGINNING_FILES: usize = 2;
/// Neighbouring words that are tried as one.
const JOINED_WORDS: usize = 3;

/// The words of a query with their readings.
#[derive(Debug, Default)]
pub(crate) struct Resolved {
    pub(crate) slots: Vec<Slot>,
    /// Whether some word was read widely.
    pub(crate) widened: bool,
}

/// Reads every word of a query. `wide` asks for the wide readings of all words.
pub(crate) fn resolve(reader: &Reader<'_>, query: &Query, wide: bool) -> Resolved {
    let mut slots: Vec<Slot> = query
        .words
        .iter()
        .map(|word| {
            // Class captions answer only where nothing direct does.
            let fields = if wide && word.fields == Fields::DIRECT { Fields::ALL } else { word.fields };
            let mut alternatives = direct(reader, word);
            if query.words.len() <= COMPOUND_WORDS {
                alternatives.extend(compound(reader, word));
            }
            Slot { typed: word.typed.clone(), fields, alternatives }
        })
        .collect();
    joined(reader, &query.words, &mut slots);
    // A word is unknown only when its shards were looked into. On an empty cache
    // the wide readings would else be fetched for every word there is.
    if reader.lacks() {
        return Resolved { slots, widened: false };
    }
    let depth = Depth::of(reader, query, wide);
    let mut widened = false;
    let mut covered = vec![false; slots.len()];
    for (place, slot) in slots.iter().enumerate() {
        let spans = slot.alternatives.iter().map(|alternative| alternative.spans).max().unwrap_or(0);
        covered.iter_mut().skip(place).take(spans).for_each(|covered| *covered = true);
    }
    let slips = covered.iter().filter(|covered| !**covered).count() <= SLIPPED_WORDS;
    for ((slot, word), covered) in slots.iter_mut().zip(&query.words).zip(covered) {
        if wide || !covered {
            let doubt = Doubt { slips, ..Doubt::of(&slot.alternatives) };
            slot.alternatives.extend(wide_readings(reader, word, doubt, depth));
            widened = true;
        }
    }
    Resolved { slots, widened }
}

/// The lists a word that must not occur is on.
pub(crate) fn excluded(reader: &Reader<'_>, query: &Query) -> Vec<Vec<Entry>> {
    let of = |word: &Word| {
        let mut alternatives = exact(reader, word, Tier::Exact);
        alternatives.extend(stem(reader, &word.text, Tier::Exact));
        alternatives
    };
    query.excluded.iter().flat_map(of).map(|alternative| alternative.entries).collect()
}

/// The documents whose titles have a run of initials.
pub(crate) fn initials(reader: &Reader<'_>, run: &[u8]) -> Vec<Entry> {
    let in_key = run.get(..INITIALS_IN_KEY.min(run.len())).unwrap_or_default();
    let key = in_space(space::INITIALS, in_key);
    let mut carried = key.clone();
    carried.push(0);
    if let Some(entry) = reader.get(&carried) {
        // A run carries no more books than paging reaches.
        cap(reader, entry.df() >= MAX_REACH * 2 / 3);
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
    cap(reader, entries.len() == RANGE_KEYS);
    entries
}

/// The lists of titles that begin with what was typed.
pub(crate) fn beginnings(reader: &Reader<'_>, query: &Query) -> Vec<Entry> {
    let Some(typed) = &query.beginning else { return Vec::new() };
    let from = in_space(space::TITLE, typed);
    let to = after_prefix(&from);
    let mut found = Vec::new();
    if reader.shards(&from, to.as_deref()) <= BEGINNING_SHARDS {
        reader.range(&from, to.as_deref(), BEGINNING_SHARDS, &mut |_, entry| {
            found.push(entry);
            found.len() < BEGINNINGS
        });
    }
    within_files(reader, BEGINNING_FILES, &mut found, |entry| *entry);
    found
}

fn direct(reader: &Reader<'_>, word: &Word) -> Vec<Alternative> {
    let found = as_typed(reader, word);
    if found.is_empty() {
        // In vain where the word is known; else the round after needs no other first.
        if divisible(word) {
            reader.prefetch(|reader| parts_from(reader, &word.text, 0));
        }
        reader.prefetch(|reader| other_layout(reader, word, Depth { typed: 0, layout: 0 }));
    }
    found
}

/// Neighbouring words as one.
fn joined(reader: &Reader<'_>, words: &[Word], slots: &mut [Slot]) {
    for (place, slot) in slots.iter_mut().enumerate() {
        let mut text = String::new();
        for (count, word) in words.iter().skip(place).take(JOINED_WORDS).enumerate() {
            if words.get(place).is_none_or(|first| first.fields != word.fields) {
                break;
            }
            text.push_str(&word.text);
            if count == 0 {
                continue;
            }
            let spans = count + 1;
            let mut found: Vec<Alternative> = Vec::new();
            found.extend(single(reader, &text, Tier::Exact, Reading::Joined));
            found.extend(synonyms(reader, &text, Tier::Exact));
            if let Some(stem) = particle::strip(&text) {
                found.extend(single(reader, stem, Tier::Form, Reading::Joined));
            }
            if word.last && word.kind != Kind::Symbol {
                found.extend(completions(reader, &text, FEW_FILES));
            }
            slot.alternatives.extend(found.into_iter().map(|found| Alternative { spans, ..found }));
        }
    }
}
