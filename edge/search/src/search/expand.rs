//! Expands a query by the term dictionary.
//!
//! Each word becomes a [`QueryTerm`] of expansions, each with the tier it may
//! reach at best. Direct expansions (as typed, synonym, stem, joined, prefix of
//! the word being typed) come first; the fuzzy ones (split, typo, other
//! keyboard layout, inside a word) are looked for only when a word has no
//! direct expansion, or when the direct ones together matched nothing.

use seoga_index::dictionary::Entry;
use seoga_index::key::{after_prefix, in_space, space};
use seoga_text::token::Kind;
use seoga_text::{hangul, keys, letter_names, particle};

use crate::answer::{ExpansionKind, Tier};
use crate::keyspace::{COMPLETION_KEYS, TITLE_KEYS};
use crate::postings::Payloads;
use crate::reader::Reader;
use crate::search::expansion::{
    Expansion, FEW_FILES, PREFIX_FILES, Pass, QueryTerm, as_typed, captions, completions, exact, single,
    stem, synonyms, synonyms_of, within_file_budget, without_ending,
};
use crate::search::fuzzy::{
    Doubt, SplitBudget, compound, corrections, cuts, divisible, fuzzy_expansions, known_words_at,
    other_layout,
};
use crate::search::initials;
use crate::search::number;
use crate::search::query::{Query, Word};
use crate::search::transliteration::{self, is_wanted, transliterations};
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
/// Shards of the dictionary read, both ways, from which on nothing more is guessed at for words that are known.
const MOST_SHARDS: usize = 9;
/// Words of a query up to which lists of titles that begin with it, and of other readings of its words, are fetched before it is
/// known whether there are any.
const FORESEEN_WORDS: usize = 4;
/// Neighbouring words that are tried as one.
const JOINED_WORDS: usize = 3;

/// The terms of a query with their expansions.
#[derive(Debug, Default)]
pub(crate) struct ExpandedQuery {
    pub(crate) terms: Vec<QueryTerm>,
    /// Whether some term has fuzzy expansions.
    pub(crate) used_fuzzy: bool,
    /// Shards of the dictionary that were read for them.
    pub(crate) shards: usize,
}

/// Expands every word of a query as far as `pass` says. How far that goes depends on what it reads itself, and not on filters.
pub(crate) fn expand(reader: &Reader<'_>, query: &Query, pass: Pass) -> ExpandedQuery {
    reader.apart(|| {
        let expanded = expand_words(reader, query, pass);
        ExpandedQuery { shards: reader.shards_read(), ..expanded }
    })
}

fn expand_words(reader: &Reader<'_>, query: &Query, pass: Pass) -> ExpandedQuery {
    let fuzzy = pass == Pass::Fuzzy;
    // Beside no word of whole syllables, consonants are letters of the other layout.
    let is_korean = query.words.iter().any(|word| word.text.chars().all(hangul::is_syllable));
    query.words.iter().for_each(|word| foresee(reader, word, query.words.len()));
    let mut terms: Vec<QueryTerm> = query
        .words
        .iter()
        .map(|word| {
            let mut expansions = direct(reader, word, query.words.len());
            if expansions.is_empty() && is_korean {
                expansions.extend(initials::of_word(reader, word));
            }
            if query.words.len() <= COMPOUND_WORDS {
                expansions.extend(compound(reader, word));
            }
            let (framing, named) = (word.framing, word.named);
            QueryTerm { typed: word.typed.clone(), fields: word.fields, expansions, framing, named }
        })
        .collect();
    joined(reader, &query.words, &mut terms);
    volumes::add(reader, &query.words, &mut terms);
    if let Some(title) = &query.sequel_of {
        volumes::add_next(reader, title, &query.words, &mut terms);
    }
    initials::add_acronyms(reader, &query.words, &mut terms);
    // A word is unknown only when its shards were looked into. On an empty cache
    // the fuzzy expansions would else be fetched for every word there is.
    if reader.lacks() {
        return ExpandedQuery { terms, ..ExpandedQuery::default() };
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
        let guessed = !covered || fuzzy && reader.shards_read() < MOST_SHARDS;
        if guessed && !word.framing {
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
    if used_fuzzy || pass != Pass::Direct {
        used_fuzzy |= in_other_script(reader, query, &mut terms);
    }
    ExpandedQuery { terms, used_fuzzy, shards: 0 }
}

/// Adds what the words are in the other script, all in one go: of a name in the other script every word is. Tells whether it
/// found any. Words of Hangul that are known, few of them loans, are left out where
/// much was read already.
fn in_other_script(reader: &Reader<'_>, query: &Query, terms: &mut [QueryTerm]) -> bool {
    let wanted = terms.iter_mut().zip(&query.words).filter(|(term, word)| is_wanted(word, &term.expansions));
    let (shards, mut found) = (reader.shards_read(), false);
    for (term, word) in wanted.take(transliteration::MOST_WORDS) {
        let known = term.expansions.iter().any(|expansion| expansion.tier <= Tier::Form);
        if known && !word.text.is_ascii() && shards >= MOST_SHARDS {
            continue;
        }
        let others = transliterations(reader, word);
        found |= !others.is_empty();
        term.expansions.extend(others);
    }
    found
}

/// Has the files fetched in this round that words in the other script are looked for in.
pub(crate) fn prefetch_other_script(reader: &Reader<'_>, query: &Query, terms: &[QueryTerm]) {
    let wanted = terms.iter().zip(&query.words).filter(|(term, word)| is_wanted(word, &term.expansions));
    wanted.take(transliteration::MOST_WORDS).for_each(|(_, word)| transliteration::foresee(reader, word));
}

/// Looks up the lists of each excluded word.
pub(crate) fn excluded(reader: &Reader<'_>, query: &Query) -> Vec<Vec<Entry>> {
    let of = |word: &Word| {
        let forms = particle::strip(&word.text).into_iter().chain([word.text.as_str()]);
        forms.for_each(|form| reader.foresee_list(&keys::encode(form), Payloads::None));
        let mut expansions = exact(reader, word, Tier::Exact);
        expansions.extend(stem(reader, &word.text, Tier::Exact));
        expansions.extend(captions(reader, word));
        expansions
    };
    query.excluded.iter().flat_map(of).map(|expansion| expansion.entries).collect()
}

/// Looks up the lists of titles that begin with these keystrokes, or, of many, that begin as far as a key goes.
pub(crate) fn title_prefixes(reader: &Reader<'_>, typed: Option<&Vec<u8>>) -> Vec<Entry> {
    let Some(typed) = typed else { return Vec::new() };
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

/// Has the lists of titles that begin with the query fetched along with the shards that tell whether there are any.
pub(crate) fn foresee_titles(reader: &Reader<'_>, query: &Query) {
    let Some(typed) = query.title_prefix.as_ref().filter(|_| query.words.len() <= FORESEEN_WORDS) else {
        return;
    };
    if let Some((key, [_, ..])) = typed.split_at_checked(TITLE_KEYS) {
        reader.foresee_list(&in_space(space::TITLE, key), Payloads::Few);
    } else {
        let from = in_space(space::TITLE, typed);
        reader.foresee_range(&from, after_prefix(&from).as_deref(), TITLE_PREFIX_FILES);
    }
}

/// Finds the direct expansions of a word, and prefetches the shards of fuzzy ones where there are none.
fn direct(reader: &Reader<'_>, word: &Word, words: usize) -> Vec<Expansion> {
    let mut found = as_typed(reader, word);
    found.extend(number::class_or_year(reader, word));
    found.extend(number::other_writings(reader, word));
    if found.is_empty() && !word.framing {
        // In vain where the word is known; else the round after needs no other first. Of many words it would be many files.
        if words <= TYPO_WORDS {
            if divisible(word) {
                reader.prefetch(|reader| known_words_at(reader, &word.text, 0));
            }
            reader.prefetch(|reader| other_layout(reader, word, SplitBudget { typed: 0, layout: 0 }));
            reader.prefetch(|reader| captions(reader, word));
        }
        found.extend(without_ending(reader, word));
    }
    found
}

/// Has the lists of the readings of a word that most likely exist fetched along with the shards that tell whether they do.
fn foresee(reader: &Reader<'_>, word: &Word, words: usize) {
    // With letters of Hangul inside, it is none, and begins none.
    let is_letter = |c: char| ('ㄱ'..='ㅣ').contains(&c);
    let typed = if word.last { word.text.trim_end_matches(is_letter) } else { &word.text };
    if !typed.is_empty() && typed.contains(is_letter) {
        return;
    }
    let stem = particle::strip(&word.text);
    let readings = [Some(word.text.as_str()), word.plain.as_deref(), stem].into_iter().flatten();
    let readings = readings.take(if words <= FORESEEN_WORDS { usize::MAX } else { 1 });
    let payloads = if words <= COMPOUND_WORDS { Payloads::Few } else { Payloads::First };
    let list = |text: &str| reader.foresee_list(&keys::encode(text), payloads);
    for reading in readings {
        list(reading);
        synonyms_of(reader, reading).for_each(|other| list(other));
    }
    word.parts.iter().for_each(|part| list(part));
    if words <= COMPOUND_WORDS {
        cuts(word).into_iter().flat_map(|(head, tail)| [head, tail]).for_each(list);
    }
    if word.last && word.kind != Kind::Symbol && words <= FORESEEN_WORDS {
        let prefix = keys::encode(&word.text);
        let end = after_prefix(&prefix);
        // Of a short beginning the best completions are carried, and lie anywhere.
        if prefix.len() > COMPLETION_KEYS || reader.shards(&prefix, end.as_deref()) <= 1 {
            reader.foresee_range(&prefix, end.as_deref(), reader.files_at_most(PREFIX_FILES));
        }
    }
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
            if let Some(signed) = letter_names::with_sign(&text) {
                found.extend(single(reader, &signed, Tier::Exact, ExpansionKind::Joined));
            }
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
