//! Fuzzy expansions of a term that is in doubt: split into several words, with typos, in the other keyboard layout, inside
//! other words.

use std::collections::{BTreeMap, BTreeSet};

use seoga_index::dictionary::Entry;
use seoga_index::file::Kind as FileKind;
use seoga_index::key::{after_prefix, in_space, space};
use seoga_text::token::{Kind, has_pairs};
use seoga_text::{keys, layout, particle, split};

use crate::answer::{ExpansionKind, Tier};
use crate::reader::Reader;
use crate::search::expansion::{
    Expansion, FEW_FILES, all_of, as_typed, completions, note_truncated, synonyms, within_file_budget,
};
use crate::search::levenshtein::{Row, TypoAutomaton, max_typos};
use crate::search::query::{Query, Word, words};
use seoga_text::sorting;

/// Words tried for one with a typo.
const CORRECTIONS: usize = 12;
/// Books with a word as typed from which on it is no typo.
const KNOWN_BOOKS: u32 = 5;
/// Typos in a word that is unknown, and in one that few books have as typed.
const MOST_TYPOS: u8 = 2;
const CERTAIN_TYPOS: u8 = 1;
/// Times as many books as have a word as typed that must have its correction: less is chance, as of names.
const FAR_MORE: u32 = 64;
/// Dictionary shards read for the intact half of a word with a typo, each way.
const HALF_SHARDS: usize = 3;
/// A longer word of Hangul is looked into from each of its syllables on, all at
/// once, and not looked for inside others. A shorter one, and one of Latin, is
/// looked into from behind its known beginnings only, which spares shards.
const SHORT_SPLIT: usize = 6;
/// Syllables of a word that is looked for as two words too.
const COMPOUND_SYLLABLES: std::ops::RangeInclusive<usize> = 4..=6;
/// Characters of a part of a word.
const LONGEST_PART: usize = 10;
/// Keystrokes up to which a word is looked for with typos: a longer one is several words.
const LONGEST_TYPO: usize = 24;
/// Postings files that the lists of corrected words may lie in: those of most books are kept.
const CORRECTION_FILES: usize = 3;

/// The doubts about a word as typed, which decide what fuzzy expansions it gets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Doubt {
    /// It may have typos, or stand inside another word, as far as the other words allow.
    pub(super) typos: bool,
    /// No word that many books have is typed like it.
    pub(super) rare: bool,
    /// No word at all is typed like it.
    pub(super) unknown: bool,
}

impl Doubt {
    /// Judges a word by its direct expansions.
    pub(super) fn new(direct: &[Expansion]) -> Self {
        let known = |reading: &Expansion| {
            reading.kind == ExpansionKind::Exact
                && reading.entries.iter().all(|entry| entry.df() >= KNOWN_BOOKS)
        };
        Self {
            typos: true,
            rare: !direct.iter().any(known),
            unknown: !direct.iter().any(|reading| reading.tier <= Tier::Form && reading.spans == 1),
        }
    }
}

/// The parts that may follow the first when one word is split: each more may
/// take a round of fetching, and an answer takes five at most.
#[derive(Debug, Clone, Copy)]
pub(super) struct SplitBudget {
    /// Of the word as typed.
    pub(super) typed: usize,
    /// Of the word in the other layout, whose beginnings are not at hand yet.
    pub(super) layout: usize,
}

impl SplitBudget {
    /// Grants the parts that leave enough rounds for the rest of the query.
    pub(super) fn new(reader: &Reader<'_>, query: &Query, fuzzy: bool) -> Self {
        match (fuzzy, query.phrases.is_empty()) {
            (false, true) => Self { typed: 2, layout: 1 },
            // The beginnings of a word that was known lie in shards that are not at hand.
            (true, _) if reader.is_large() => Self { typed: 0, layout: 0 },
            // The words were looked up and read before, or texts are read after.
            _ => Self { typed: 1, layout: 0 },
        }
    }
}

/// Finds the expansions that take more look-ups, as far as what was typed is in doubt.
pub(super) fn fuzzy_expansions(
    reader: &Reader<'_>,
    word: &Word,
    doubt: Doubt,
    budget: SplitBudget,
) -> Vec<Expansion> {
    let mut found = Vec::new();
    if divisible(word) {
        found.extend(splits(reader, &word.text, budget.typed));
        if let Some(stem) = particle::strip(&word.text) {
            found.extend(splits(reader, stem, budget.typed));
        }
    }
    if word.kind != Kind::Symbol && !word.last {
        found.extend(completions(reader, &word.text, FEW_FILES));
    }
    if !doubt.rare {
        return found;
    }
    let layout = other_layout(reader, word, budget);
    // A word that is whole in the other layout was typed there, not with typos.
    let certain = layout.iter().any(|reading| reading.penalty == 0) && keys::encode(&word.text).len() >= 4;
    if doubt.typos && word.kind != Kind::Number && word.kind != Kind::Symbol && !certain {
        found.extend(typos(reader, &word.text, MOST_TYPOS));
    }
    found.extend(layout);
    if doubt.typos
        && doubt.unknown
        && matches!(word.kind, Kind::Hangul | Kind::Han | Kind::Kana | Kind::Joined)
    {
        found.extend(infixes(reader, word));
    }
    found
}

/// Splits a word of Hangul into two that the dictionary knows, in the round of the word
/// itself: 데이터분석 finds what 데이터 분석 finds, though it is a word by itself.
pub(super) fn compound(reader: &Reader<'_>, word: &Word) -> Option<Expansion> {
    let text = compounded(word)?;
    let mut known: BTreeMap<&str, u32> = BTreeMap::new();
    for (head, tail) in cuts(word) {
        // Both are asked for before one is missed.
        let (first, second) = (reader.get(&keys::encode(head)), reader.get(&keys::encode(tail)));
        if let (Some(first), Some(second)) = (first, second) {
            known.insert(head, part_cost(first));
            known.insert(tail, part_cost(second));
        }
    }
    let parts = split::split(text, &|part| known.get(part).copied())?;
    all_of(reader, &parts, Tier::Form, ExpansionKind::Split)
}

/// Gives what of a word may be two words: without its particle, where it is of Hangul and so long.
fn compounded(word: &Word) -> Option<&str> {
    let text = particle::strip(&word.text).unwrap_or(&word.text);
    (word.kind == Kind::Hangul && COMPOUND_SYLLABLES.contains(&text.chars().count())).then_some(text)
}

/// Lists the places at which a word may be two.
pub(super) fn cuts(word: &Word) -> Vec<(&str, &str)> {
    let Some(text) = compounded(word) else { return Vec::new() };
    let places = text.char_indices().map(|(at, _)| at).skip(2).take(text.chars().count() - 3);
    places.filter_map(|at| text.split_at_checked(at)).collect()
}

/// Rates a part of a word: the less it costs, the more books have it.
fn part_cost(entry: Entry) -> u32 {
    60u32.saturating_sub(2 * entry.df().ilog2())
}

/// Tells whether a word may be several.
pub(super) fn divisible(word: &Word) -> bool {
    matches!(word.kind, Kind::Hangul | Kind::Latin | Kind::Joined)
}

/// Splits a word into several that the dictionary knows. Of a short word `depth` parts
/// behind the first: those of one beginning are neighbours in the dictionary, in
/// one shard mostly.
fn splits(reader: &Reader<'_>, word: &str, depth: usize) -> Option<Expansion> {
    let mut known: BTreeMap<&str, u32> = BTreeMap::new();
    let long = !word.is_ascii() && word.chars().nth(SHORT_SPLIT).is_some();
    if !long && depth == 0 {
        return None;
    }
    let mut starts = BTreeSet::new();
    starts.extend(word.char_indices().map(|(at, _)| at).take(if long { usize::MAX } else { 1 }));
    for _ in 0..=if long { 0 } else { depth } {
        let mut behind = BTreeSet::new();
        for start in starts {
            for (part, entry) in known_words_at(reader, word, start) {
                known.insert(part, part_cost(entry));
                behind.insert(start + part.len());
            }
        }
        starts = behind;
    }
    let parts = split::split(word, &|part| known.get(part).copied())?;
    all_of(reader, &parts, Tier::Form, ExpansionKind::Split)
}

/// Looks up the known words that begin at a place in a word (the word itself is none).
pub(super) fn known_words_at<'w>(reader: &Reader<'_>, word: &'w str, start: usize) -> Vec<(&'w str, Entry)> {
    let rest = word.get(start..).unwrap_or_default();
    let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).take(LONGEST_PART);
    let parts = ends.filter_map(|end| rest.get(..end)).filter(|part| part.len() < word.len());
    parts.filter_map(|part| Some((part, reader.get(&keys::encode(part))?))).collect()
}

/// Tells whether a word that is found as typed may all the same be another one with a typo: few books have it, and it is
/// long enough to be no other word by chance.
pub(super) fn correctable(word: &Word, direct: &[Expansion]) -> bool {
    let long = max_typos(keys::encode(&word.text).len()) > CERTAIN_TYPOS;
    long && matches!(word.kind, Kind::Hangul | Kind::Latin) && Doubt::new(direct).rare
}

/// Looks up the words one typo away that far more books have than the word as typed, and their synonyms: 데이터베이스
/// for 데이타베이스, which a few titles have.
pub(super) fn corrections(reader: &Reader<'_>, word: &Word, direct: &[Expansion]) -> Vec<Expansion> {
    if !correctable(word, direct) {
        return Vec::new();
    }
    let exact = direct.iter().filter(|expansion| expansion.kind == ExpansionKind::Exact);
    let typed = exact.flat_map(|expansion| &expansion.entries).map(Entry::df).max().unwrap_or(1);
    let mut found = typos(reader, &word.text, CERTAIN_TYPOS);
    // The synonyms of a correction stand behind it and go with it.
    let mut kept = false;
    found.retain(|expansion| {
        if expansion.kind == ExpansionKind::Typo {
            kept = expansion.entries.iter().all(|entry| entry.df() >= FAR_MORE * typed);
        }
        kept
    });
    found
}

/// Looks up the words within `most` typos, fewer in a short word, by an automaton over each half of the key, and the synonyms of each.
fn typos(reader: &Reader<'_>, word: &str, most: u8) -> Vec<Expansion> {
    let typed = keys::encode(word);
    let allowed = max_typos(typed.len()).min(most);
    if allowed == 0 || typed.len() > LONGEST_TYPO {
        return Vec::new();
    }
    let mut found: Vec<(u8, std::cmp::Reverse<u32>, Vec<u8>, Entry)> = Vec::new();
    let (Some(forwards), Some(backwards)) =
        (TypoAutomaton::new(&typed, allowed), TypoAutomaton::new(&reversed(&typed), allowed))
    else {
        return Vec::new();
    };
    let mut keep = |automaton: &TypoAutomaton, key: Vec<u8>, state: &Row, entry: Entry| {
        if let Some(distance) = automaton.distance(state)
            && distance > 0
        {
            found.push((distance, std::cmp::Reverse(entry.df()), key, entry));
        }
    };
    // A typo leaves the other half of the word intact; one key more is left
    // open in the middle, for two keys that changed places there.
    let half = typed.len() / 2;
    let head = typed.get(..half.saturating_sub(1).max(1)).unwrap_or_default();
    let end = after_prefix(head);
    reader.search(
        FileKind::Dictionary,
        &forwards,
        head,
        end.as_deref(),
        HALF_SHARDS,
        &mut |key, state, entry| {
            keep(&forwards, key.to_vec(), state, entry);
        },
    );
    let tail = reversed(&typed);
    let tail = tail.get(..(typed.len() - half).saturating_sub(1).max(1)).unwrap_or_default();
    let end = after_prefix(tail);
    reader.search(
        FileKind::Reversed,
        &backwards,
        tail,
        end.as_deref(),
        HALF_SHARDS,
        &mut |key, state, entry| {
            keep(&backwards, reversed(key), state, entry);
        },
    );
    // Another number is another thing, and no typo.
    let number = |key: &[u8]| key.iter().copied().filter(u8::is_ascii_digit).collect::<Vec<u8>>();
    let digits = number(&typed);
    found.retain(|correction| number(&correction.2) == digits);
    sorting::sort_by(&mut found, |a, b| (a.0, a.1, &a.2).cmp(&(b.0, b.1, &b.2)));
    found.dedup_by(|a, b| a.2 == b.2);
    // One typo is likelier than two: two are believed only where one explains nothing.
    let nearest = found.first().map_or(0, |nearest| nearest.0);
    found.retain(|correction| correction.0 == nearest);
    note_truncated(reader, found.len() > CORRECTIONS);
    found.truncate(CORRECTIONS);
    within_file_budget(reader, CORRECTION_FILES, &mut found, |correction| correction.3);
    let correct = |(distance, _, key, entry): (u8, _, Vec<u8>, Entry)| {
        let word = keys::decode(&key);
        let penalty = 45 * u32::from(distance - 1);
        // Whoever meant the corrected word would have been given its synonyms.
        let meant = synonyms(reader, &word, Tier::Typo);
        let correction = Expansion {
            entries: vec![entry],
            words: vec![word],
            tier: Tier::Typo,
            kind: ExpansionKind::Typo,
            penalty,
            spans: 1,
        };
        let meant =
            meant.into_iter().map(move |found| Expansion { penalty: found.penalty + penalty, ..found });
        std::iter::once(correction).chain(meant)
    };
    found.into_iter().flat_map(correct).collect()
}

/// Reverses a key, as the reversed dictionary stores it.
fn reversed(keys: &[u8]) -> Vec<u8> {
    keys.iter().rev().copied().collect()
}

/// Looks up what the same keys mean in the other keyboard layout.
pub(super) fn other_layout(reader: &Reader<'_>, word: &Word, budget: SplitBudget) -> Vec<Expansion> {
    let mut found = Vec::new();
    for meant in [layout::to_hangul(&word.typed), layout::to_latin(&word.typed)].into_iter().flatten() {
        let meant = words(&meant, word.fields, word.last);
        match meant.as_slice() {
            [] => {}
            [one] => {
                let mut read = as_typed(reader, one);
                if budget.layout > 0 {
                    read.extend(splits(reader, &one.text, budget.layout));
                }
                found.extend(read);
            }
            several => {
                let texts: Vec<&str> = several.iter().map(|word| word.text.as_str()).collect();
                found.extend(all_of(reader, &texts, Tier::Keyboard, ExpansionKind::Keyboard));
            }
        }
    }
    for expansion in &mut found {
        // The layout is the expansion to name; a prefix of it counts a little less.
        expansion.penalty += match expansion.tier {
            Tier::Exact => 0,
            Tier::Form => 10,
            _ => 30,
        };
        expansion.tier = Tier::Keyboard;
        expansion.kind = ExpansionKind::Keyboard;
    }
    found
}

/// Looks up a word inside others: by all its pairs of syllables, of Han or of kana, those of each part by itself.
fn infixes(reader: &Reader<'_>, word: &Word) -> Option<Expansion> {
    let whole = std::slice::from_ref(&word.text);
    let parts = if word.parts.is_empty() { whole } else { word.parts.as_slice() };
    let mut entries: Vec<Option<Entry>> = Vec::new();
    for part in parts {
        let letters: Vec<char> = part.chars().collect();
        let own = if parts.len() > 1 { reader.get(&keys::encode(part)) } else { None };
        if own.is_some() {
            entries.push(own);
            continue;
        }
        if !(2..=SHORT_SPLIT).contains(&letters.len()) || !letters.iter().all(|c| has_pairs(*c)) {
            return None;
        }
        let pair = |pair: &[char]| in_space(space::BIGRAM, &keys::encode(&pair.iter().collect::<String>()));
        entries.extend(letters.windows(2).map(|two| reader.get(&pair(two))));
    }
    let entries = entries.into_iter().collect::<Option<Vec<Entry>>>()?;
    Some(Expansion {
        entries,
        words: vec![word.text.clone()],
        tier: Tier::Infix,
        kind: ExpansionKind::Infix,
        penalty: 0,
        spans: 1,
    })
}
