//! Expands a query by the term dictionary.
//!
//! Each word becomes a [`QueryTerm`] of expansions, each with the tier it may
//! reach at best. Direct expansions (as typed, synonym, stem, joined, prefix of
//! the word being typed) come first; the fuzzy ones (split, typo, other
//! keyboard layout, inside a word) are looked for only when a word has no
//! direct expansion, or when the direct ones together matched nothing.

use seoga_index::dictionary::Entry;
use seoga_index::key::{after_prefix, in_space, space};
use seoga_text::particle;
use seoga_text::token::Kind;

use crate::answer::{ExpansionKind, Tier};
use crate::keyspace::TITLE_KEYS;
use crate::reader::Reader;
use crate::search::expansion::{
    Expansion, FEW_FILES, Pass, QueryTerm, as_typed, captions, completions, exact, single, stem, synonyms,
    within_file_budget, without_ending,
};
use crate::search::fuzzy::{
    Doubt, SplitBudget, compound, corrections, divisible, fuzzy_expansions, known_words_at, other_layout,
};
use crate::search::initials;
use crate::search::number::class_or_year;
use crate::search::query::{Query, Word};
use crate::search::volumes;

/// Words of a query up to which a long one is looked for as two words too, be it known or not.
const COMPOUND_WORDS: usize = 2;
/// Unknown words beyond which they are no typos but another language or layout.
const TYPO_WORDS: usize = 2;
/// Titles read that begin with the query, their shards (where more do, it says
/// too little yet) and the files of their lists.
const TITLE_PREFIXES: usize = 512;
const TITLE_PREFIX_SHARDS: usize = 2;
const TITLE_PREFIX_FILES: usize = 2;
/// Neighbouring words that are tried as one.
const JOINED_WORDS: usize = 3;

/// The terms of a query with their expansions.
#[derive(Debug, Default)]
pub(crate) struct ExpandedQuery {
    pub(crate) terms: Vec<QueryTerm>,
    /// Whether some term has fuzzy expansions.
    pub(crate) used_fuzzy: bool,
}

/// Expands every word of a query as far as `pass` says.
pub(crate) fn expand(reader: &Reader<'_>, query: &Query, pass: Pass) -> ExpandedQuery {
    let fuzzy = pass == Pass::Fuzzy;
    // Beside no word of whole syllables, consonants are letters of the other layout.
    let is_korean = query.words.iter().any(|word| word.text.chars().all(|c| ('가'..='힣').contains(&c)));
    let mut terms: Vec<QueryTerm> = query
        .words
        .iter()
        .map(|word| {
            let mut expansions = direct(reader, word);
            if expansions.is_empty() && is_korean {
                expansions.extend(initials::of_word(reader, word));
            }
            let framing = word.framing;
            if query.words.len() <= COMPOUND_WORDS {
                expansions.extend(compound(reader, word));
            }
            QueryTerm { typed: word.typed.clone(), fields: word.fields, expansions, framing }
        })
        .collect();
    joined(reader, &query.words, &mut terms);
    volumes::add(reader, &query.words, &mut terms);
    // A word is unknown only when its shards were looked into. On an empty cache
    // the fuzzy expansions would else be fetched for every word there is.
    if reader.lacks() {
        return ExpandedQuery { terms, used_fuzzy: false };
    }
    let budget = SplitBudget::new(reader, query, fuzzy);
    let mut used_fuzzy = false;
    // Nothing is guessed at for a word that books need not have, nor for a command read as words: that is a second reading
    // already, and takes the rounds.
    let is_second = !query.as_words.is_empty();
    let mut covered: Vec<bool> = terms.iter().map(|term| term.framing || is_second).collect();
    for (place, term) in terms.iter().enumerate() {
        let spans = term.expansions.iter().map(|expansion| expansion.spans).max().unwrap_or(0);
        covered.iter_mut().skip(place).take(spans).for_each(|covered| *covered = true);
    }
    let typos = covered.iter().filter(|covered| !**covered).count() <= TYPO_WORDS;
    for ((term, word), covered) in terms.iter_mut().zip(&query.words).zip(covered) {
        if (fuzzy || !covered) && !word.framing {
            let doubt = Doubt { typos, ..Doubt::new(&term.expansions) };
            term.expansions.extend(fuzzy_expansions(reader, word, doubt, budget));
            // Class captions answer only where nothing direct does.
            term.expansions.extend(captions(reader, word));
            used_fuzzy = true;
        } else if pass == Pass::Corrected {
            let found = corrections(reader, word, &term.expansions);
            used_fuzzy |= !found.is_empty();
            term.expansions.extend(found);
        }
    }
    ExpandedQuery { terms, used_fuzzy }
}

/// Looks up the lists of each excluded word.
pub(crate) fn excluded(reader: &Reader<'_>, query: &Query) -> Vec<Vec<Entry>> {
    let of = |word: &Word| {
        let mut expansions = exact(reader, word, Tier::Exact);
        expansions.extend(stem(reader, &word.text, Tier::Exact));
        expansions.extend(captions(reader, word));
        expansions
    };
    query.excluded.iter().flat_map(of).map(|expansion| expansion.entries).collect()
}

/// Looks up the lists of titles that begin with the query, or, of a long query, that begin as far as a key
/// goes.
pub(crate) fn title_prefixes(reader: &Reader<'_>, query: &Query) -> Vec<Entry> {
    let Some(typed) = &query.title_prefix else { return Vec::new() };
    if let Some((key, [_, ..])) = typed.split_at_checked(TITLE_KEYS) {
        return reader.get(&in_space(space::TITLE, key)).into_iter().collect();
    }
    let from = in_space(space::TITLE, typed);
    let to = after_prefix(&from);
    let mut found = Vec::new();
    if reader.shards(&from, to.as_deref()) <= TITLE_PREFIX_SHARDS {
        reader.range(&from, to.as_deref(), TITLE_PREFIX_SHARDS, &mut |_, entry| {
            found.push(entry);
            found.len() < TITLE_PREFIXES
        });
    }
    within_file_budget(reader, TITLE_PREFIX_FILES, &mut found, |entry| *entry);
    found
}

/// Finds the direct expansions of a word, and prefetches the shards of fuzzy ones where there are none.
fn direct(reader: &Reader<'_>, word: &Word) -> Vec<Expansion> {
    let mut found = as_typed(reader, word);
    found.extend(class_or_year(reader, word));
    if found.is_empty() && !word.framing {
        // In vain where the word is known; else the round after needs no other first.
        if divisible(word) {
            reader.prefetch(|reader| known_words_at(reader, &word.text, 0));
        }
        reader.prefetch(|reader| other_layout(reader, word, SplitBudget { typed: 0, layout: 0 }));
        reader.prefetch(|reader| captions(reader, word));
        found.extend(without_ending(reader, word));
    }
    found
}

/// Adds expansions of neighbouring words joined to one.
fn joined(reader: &Reader<'_>, words: &[Word], terms: &mut [QueryTerm]) {
    for (place, term) in terms.iter_mut().enumerate() {
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
            let mut found: Vec<Expansion> = Vec::new();
            found.extend(single(reader, &text, Tier::Exact, ExpansionKind::Joined));
            found.extend(synonyms(reader, &text, Tier::Exact));
            if let Some(stem) = particle::strip(&text) {
                found.extend(single(reader, stem, Tier::Form, ExpansionKind::Joined));
            }
            if word.last && word.kind != Kind::Symbol {
                found.extend(completions(reader, &text, FEW_FILES));
            }
            term.expansions.extend(found.into_iter().map(|found| Expansion { spans, ..found }));
        }
    }
}
