//! Expansions of a query term: the dictionary entries that it may stand for, and the direct ways to find them.

use std::collections::BTreeSet;

use seoga_index::dictionary::Entry;
use seoga_index::key::{after_prefix, in_space, space};
use seoga_text::token::Kind;
use seoga_text::{ending, keys, particle};

use crate::answer::{ExpansionKind, Tier};
use crate::keyspace;
use crate::postings::Payloads;
use crate::reader::Reader;
use crate::search::query::{Fields, Word};
use seoga_text::sorting;

/// Completions of a prefix that are looked up, most books first.
pub(super) const COMPLETIONS: usize = 64;

/// Keys visited for one prefix or run of initials.
pub(super) const RANGE_KEYS: usize = 4096;

/// Dictionary shards read for one prefix.
pub(super) const RANGE_SHARDS: usize = 3;

/// Postings files that the lists of a prefix, and of other expansions of less promise, may
/// lie in (of a large index fewer): those of most books are kept.
pub(super) const PREFIX_FILES: usize = 8;

pub(super) const FEW_FILES: usize = 3;

/// How far the terms of a query are expanded: each pass is tried where the one before answers too little.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pass {
    /// Directly; fuzzily only those that have no direct expansion.
    Direct,
    /// Also a rare term by the corrections that far more books have.
    Corrected,
    /// All terms fuzzily.
    Fuzzy,
}

/// One way in which a query term is looked up.
#[derive(Debug, Clone)]
pub(crate) struct Expansion {
    /// The entries of the dictionary; a document must be on all of their lists.
    pub(crate) entries: Vec<Entry>,
    /// The words they stand for, for highlights and for the interpretation.
    pub(crate) words: Vec<String>,
    /// The best tier it can reach.
    pub(crate) tier: Tier,
    /// How it was derived from the query.
    pub(crate) kind: ExpansionKind,
    /// Percent taken off its score.
    pub(crate) penalty: u32,
    /// Terms of the query that it stands for, from its own on.
    pub(crate) spans: usize,
}

/// A term of the query with its expansions.
#[derive(Debug, Clone)]
pub(crate) struct QueryTerm {
    /// As typed.
    pub(crate) typed: String,
    /// The fields searched for it.
    pub(crate) fields: Fields,
    /// Its expansions, best tier first.
    pub(crate) expansions: Vec<Expansion>,
    /// Whether it frames the question: books need not have it.
    pub(crate) framing: bool,
    /// Whether it names a person, so that a book that has it elsewhere answers less directly.
    pub(crate) named: bool,
}

/// Expands a word as typed: itself, without its particle, and completed where it is the last one.
pub(super) fn as_typed(reader: &Reader<'_>, word: &Word) -> Vec<Expansion> {
    let mut found = exact(reader, word, Tier::Exact);
    found.extend(stem(reader, &word.text, Tier::Form));
    if word.last && word.kind != Kind::Symbol {
        found.extend(completions(reader, &word.text, PREFIX_FILES));
    }
    found
}

/// Expands a word to itself, its synonyms and its parts.
pub(super) fn exact(reader: &Reader<'_>, word: &Word, tier: Tier) -> Vec<Expansion> {
    let mut found = Vec::new();
    found.extend(single(reader, &word.text, tier, ExpansionKind::Exact));
    found.extend(synonyms(reader, &word.text, tier));
    if let Some(plain) = &word.plain {
        found.extend(single(reader, plain, tier.max(Tier::Form), ExpansionKind::Form));
        found.extend(synonyms(reader, plain, tier.max(Tier::Form)));
    }
    if !word.parts.is_empty() {
        let tier = if word.kind == Kind::Symbol { tier.max(Tier::Form) } else { tier };
        found.extend(all_of(reader, &word.parts, tier, ExpansionKind::Split));
    }
    found
}

/// Looks up one word.
pub(super) fn single(reader: &Reader<'_>, word: &str, tier: Tier, kind: ExpansionKind) -> Option<Expansion> {
    let entry = reader.get(&keys::encode(word))?;
    Some(Expansion { entries: vec![entry], words: vec![word.to_owned()], tier, kind, penalty: 0, spans: 1 })
}

/// Looks up several words of which a document must have all.
pub(super) fn all_of<T: AsRef<str>>(
    reader: &Reader<'_>,
    parts: &[T],
    tier: Tier,
    kind: ExpansionKind,
) -> Option<Expansion> {
    // Every part is asked for before any is missed, so that one round fetches all.
    let entries: Vec<Option<Entry>> =
        parts.iter().map(|part| reader.get(&keys::encode(part.as_ref()))).collect();
    let entries = entries.into_iter().collect::<Option<Vec<Entry>>>()?;
    let words = parts.iter().map(|part| part.as_ref().to_owned()).collect();
    Some(Expansion { entries, words, tier, kind, penalty: 5, spans: 1 })
}

/// Looks up the synonyms of a word.
pub(super) fn synonyms(reader: &Reader<'_>, word: &str, tier: Tier) -> Vec<Expansion> {
    let mut found = Vec::new();
    for other in synonyms_of(reader, word) {
        if let Some(expansion) = single(reader, other, tier, ExpansionKind::Synonym) {
            found.push(Expansion { penalty: 30, ..expansion });
        }
    }
    found
}

/// Looks up the class captions that have a word, its stem, or a synonym of either.
pub(super) fn captions(reader: &Reader<'_>, word: &Word) -> Vec<Expansion> {
    if word.fields != Fields::ALL {
        return Vec::new();
    }
    let mut found = Vec::new();
    let forms = [
        (Some(word.text.as_str()), ExpansionKind::Exact),
        (particle::strip(&word.text), ExpansionKind::Form),
    ];
    for (form, kind) in forms.into_iter().filter_map(|(form, kind)| Some((form?, kind))) {
        let mut look_up = |text: &str, kind, penalty| {
            let entry = reader.get(&in_space(space::CAPTION, &keys::encode(text)));
            let (words, tier) = (vec![text.to_owned()], Tier::Form);
            found.extend(entry.map(|entry| Expansion {
                entries: vec![entry],
                words,
                tier,
                kind,
                penalty,
                spans: 1,
            }));
        };
        look_up(form, kind, 0);
        synonyms_of(reader, form).for_each(|other| look_up(other, ExpansionKind::Synonym, 30));
    }
    found
}

/// Iterates the words that mean the same as a word.
pub(super) fn synonyms_of<'r>(reader: &'r Reader<'_>, word: &'r str) -> impl Iterator<Item = &'r String> {
    let groups = reader.manifest.synonyms.iter().filter(move |group| group.iter().any(|other| other == word));
    groups.flatten().filter(move |other| *other != word)
}

/// Looks up a word without its particle, and the synonyms of that.
pub(super) fn stem(reader: &Reader<'_>, word: &str, tier: Tier) -> Vec<Expansion> {
    let Some(stem) = particle::strip(word) else { return Vec::new() };
    let mut found: Vec<Expansion> = single(reader, stem, tier, ExpansionKind::Form).into_iter().collect();
    found.extend(synonyms(reader, stem, tier));
    found
}

/// Looks up other forms of a word that ends as a verb does.
pub(super) fn without_ending(reader: &Reader<'_>, word: &Word) -> Vec<Expansion> {
    if word.kind != Kind::Hangul {
        return Vec::new();
    }
    let forms = ending::forms(&word.text);
    forms.iter().filter_map(|form| single(reader, form, Tier::Form, ExpansionKind::Form)).collect()
}

/// Completes a word that is being typed, in any state of its last syllable; the
/// lists of all completions lie in at most `files` files.
pub(super) fn completions(reader: &Reader<'_>, typed: &str, files: usize) -> Vec<Expansion> {
    let prefix = keys::encode(typed);
    if prefix.is_empty() {
        return Vec::new();
    }
    let mut found = best_completions(reader, &prefix, COMPLETIONS);
    if let Some(doubled) = doubled(&prefix) {
        found.extend(best_completions(reader, &doubled, COMPLETIONS));
        sorting::sort_by(&mut found, by_books);
        note_truncated(reader, found.len() > COMPLETIONS);
        found.truncate(COMPLETIONS);
    }
    within_file_budget(reader, files, &mut found, |(_, entry)| *entry);
    let complete = |(key, entry): (Vec<u8>, Entry)| {
        let more = (key.len() - prefix.len()) as u32;
        Expansion {
            entries: vec![entry],
            words: vec![keys::decode(&key)],
            tier: Tier::Prefix,
            kind: ExpansionKind::Prefix,
            penalty: (more * 2).min(40),
            spans: 1,
        }
    };
    found.into_iter().map(complete).collect()
}

/// Lists the keys below a prefix (not the prefix itself), most books first.
pub(crate) fn best_completions(reader: &Reader<'_>, prefix: &[u8], most: usize) -> Vec<(Vec<u8>, Entry)> {
    let mut found: Vec<(Vec<u8>, Entry)> = Vec::new();
    let carried = in_space(space::COMPLETION, &[prefix, &[0]].concat());
    if prefix.len() <= keyspace::COMPLETION_KEYS {
        reader.range(&carried, after_prefix(&carried).as_deref(), 2, &mut |key, entry| {
            // After the prefix, a zero and a rank byte comes the rest of the word.
            let rest = key.get(carried.len() + 1..).unwrap_or_default();
            found.push(([prefix, rest].concat(), entry));
            true
        });
        if !found.is_empty() {
            // Carried because there are more.
            note_truncated(reader, true);
            found.truncate(most);
            return found;
        }
        // Where the words below fill a shard, the best of them are carried.
        if reader.shards(prefix, after_prefix(prefix).as_deref()) > 2 {
            return found;
        }
    }
    let mut visited = 0;
    reader.range(prefix, after_prefix(prefix).as_deref(), RANGE_SHARDS, &mut |key, entry| {
        visited += 1;
        if key.len() > prefix.len() {
            found.push((key.to_vec(), entry));
        }
        visited < RANGE_KEYS
    });
    sorting::sort_by(&mut found, by_books);
    note_truncated(reader, found.len() > most || visited == RANGE_KEYS);
    found.truncate(most);
    found
}

/// Notes that expansions were left out, so that a total is a lower bound.
pub(super) fn note_truncated(reader: &Reader<'_>, truncated: bool) {
    reader.truncated.set(reader.truncated.get() || truncated);
}

/// Keeps the best expansions whose lists lie in so many postings files.
pub(super) fn within_file_budget<T>(
    reader: &Reader<'_>,
    most: usize,
    found: &mut Vec<T>,
    entry: impl Fn(&T) -> Entry,
) {
    let most = reader.files_at_most(most);
    let mut files = BTreeSet::new();
    let all = found.len();
    found.retain(|reading| {
        let lies_in = reader.files_of(entry(reading), Payloads::First);
        let more = lies_in.clone().filter(|file| !files.contains(file)).count();
        let fits = files.len() + more <= most || files.is_empty();
        if fits {
            files.extend(lies_in);
        }
        fits
    });
    note_truncated(reader, found.len() < all);
}

/// Compares two completions: most books first, then the shorter word.
pub(super) fn by_books(a: &(Vec<u8>, Entry), b: &(Vec<u8>, Entry)) -> std::cmp::Ordering {
    b.1.df().cmp(&a.1.df()).then(a.0.len().cmp(&b.0.len())).then(a.0.cmp(&b.0))
}

/// Doubles the last consonant of a prefix: many keyboards make ㅆ of two ㅅ, so
/// 파잇 is on the way to 파이썬.
pub(super) fn doubled(prefix: &[u8]) -> Option<Vec<u8>> {
    let (last, before) = prefix.split_last()?;
    let plain = keys::decode(&[*last]);
    let double = match plain.as_str() {
        "ㄱ" => "ㄲ",
        "ㄷ" => "ㄸ",
        "ㅂ" => "ㅃ",
        "ㅅ" => "ㅆ",
        "ㅈ" => "ㅉ",
        _ => return None,
    };
    (before.len() >= 2).then(|| [before, &keys::encode(double)].concat())
}
