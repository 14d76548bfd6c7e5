//! Compiles the completions of short prefixes and short runs of initials: their best
//! completions, so that a query need not walk thousands of keys.
//!
//! A prefix of at most [`COMPLETION_KEYS`] keystrokes with many words below it
//! gets keys of its own, `COMPLETION, prefix, 0, rank, rest of the word`, with
//! the word's entry as value. A short run of initials with many runs below it
//! gets one key, `INITIALS, run, 0`, whose list holds its likeliest books.

use std::collections::BTreeMap;

use seoga_index::dictionary::Entry;
use seoga_index::key::{in_space, space};
use seoga_index::postings::Posting;
use seoga_search::COMPLETION_KEYS;

use super::invert::Inverted;

/// A prefix with more words below it than this carries completions.
const WORDS_BELOW: usize = 256;
/// Completions carried.
const COMPLETIONS: usize = 32;
/// A run of initials with more keys below it than this carries its books.
const RUNS_BELOW: usize = 256;
/// Initials in the longest run that carries books.
const RUN_LENGTH: usize = 4;
/// Books carried: as many as paging reaches.
const BOOKS: usize = seoga_search::request::MAX_REACH as usize;

/// Writes the list of a key.
pub(super) type Add<'a> = dyn FnMut(&[u8], &[Posting]) -> Option<Entry> + 'a;

/// Extra keys with their entries.
pub(super) type Carried = BTreeMap<Vec<u8>, Entry>;

/// Writes lists, each in the order of its books; gives their keys with their entries.
pub(super) fn written(lists: BTreeMap<Vec<u8>, Vec<Posting>>, add: &mut Add<'_>) -> Carried {
    let mut entries = Carried::new();
    for (key, mut list) in lists {
        list.sort_unstable_by_key(|posting| posting.doc);
        let entry = add(&key, &list);
        entries.extend(entry.map(|entry| (key, entry)));
    }
    entries
}

/// The books of short runs of initials; `add` writes a list.
pub(super) fn initials(inverted: &Inverted, add: &mut Add<'_>) -> Carried {
    let mut below: BTreeMap<Vec<u8>, (usize, Vec<u32>)> = BTreeMap::new();
    for (key, list) in
        inverted.lists_from(&[space::INITIALS]).take_while(|(key, _)| key.first() == Some(&space::INITIALS))
    {
        for end in 2..key.len().min(RUN_LENGTH + 2) {
            let (keys, docs) = below.entry(key.get(..end).unwrap_or_default().to_vec()).or_default();
            *keys += 1;
            docs.extend(list.iter().map(|posting| posting.doc));
            if docs.len() > 8 * BOOKS {
                likeliest(docs);
            }
        }
    }
    let mut carried = Carried::new();
    for (mut key, (keys, mut docs)) in below {
        if keys > RUNS_BELOW {
            likeliest(&mut docs);
            let list: Vec<Posting> = docs.into_iter().map(|doc| Posting { doc, payload: 0 }).collect();
            key.push(0);
            carried.extend(add(&key, &list).map(|entry| (key, entry)));
        }
    }
    carried
}

fn likeliest(docs: &mut Vec<u32>) {
    docs.sort_unstable();
    docs.dedup();
    docs.truncate(BOOKS);
}

/// Adds the completions of short prefixes; `entries` ascend by key.
pub(super) fn with_terms(mut carried: Carried, entries: &[(&[u8], Entry)]) -> Carried {
    let first_term =
        entries.partition_point(|(key, _)| key.first().is_none_or(|first| *first < space::TERMS));
    let terms = entries.get(first_term..).unwrap_or_default();
    for length in 1..=COMPLETION_KEYS {
        let prefix = |(key, _): &(&[u8], Entry)| key.get(..length).map(<[u8]>::to_vec);
        for group in terms.chunk_by(|a, b| prefix(a).is_some() && prefix(a) == prefix(b)) {
            let Some(prefix) = group.first().and_then(prefix) else { continue };
            if group.len() <= WORDS_BELOW {
                continue;
            }
            let mut best: Vec<&(&[u8], Entry)> = group.iter().filter(|(key, _)| key.len() > length).collect();
            best.sort_by(|a, b| b.1.df().cmp(&a.1.df()).then(a.0.len().cmp(&b.0.len())).then(a.0.cmp(b.0)));
            for (rank, (key, entry)) in best.into_iter().take(COMPLETIONS).enumerate() {
                let mut carrier = in_space(space::COMPLETION, &prefix);
                carrier.extend([0, rank as u8]);
                carrier.extend_from_slice(key.get(length..).unwrap_or_default());
                carried.insert(carrier, *entry);
            }
        }
    }
    carried
}

/// Visits both in one ascending order.
pub(super) fn merged(carried: &Carried, entries: &[(&[u8], Entry)], each: &mut dyn FnMut(&[u8], Entry)) {
    let mut extra = carried.iter().peekable();
    for (key, entry) in entries {
        while let Some((carrier, entry)) = extra.next_if(|(carrier, _)| carrier.as_slice() < *key) {
            each(carrier, *entry);
        }
        each(key, *entry);
    }
    extra.for_each(|(carrier, entry)| each(carrier, *entry));
}
