//! From words to what the dictionary knows: the readings of a query.
//!
//! Each word becomes a [`Slot`] of alternatives, each with the tier it may
//! reach at best. Direct readings (as typed, synonym, stem, joined, prefix of
//! the word being typed) come first; the wide ones (split, slip, other
//! keyboard layout, inside a word) are looked for only when a word has no
//! direct reading, or when the direct ones together found nothing.

use std::collections::BTreeSet;

use seoga_index::dictionary::Entry;
use seoga_index::key::{after_prefix, in_space, space};
use seoga_text::token::Kind;
use seoga_text::{keys, particle};

use crate::answer::{Reading, Tier};
use crate::order;
use crate::query::{Fields, Query, Word};
use crate::reader::Reader;

mod wide;

use wide::{compound, divisible, other_layout, parts_from, wide_readings};

/// Completions of a prefix that are looked up, most books first.
const COMPLETIONS: usize = 64;
/// Keys visited for one prefix or run of initials.
const RANGE_KEYS: usize = 4096;
/// Dictionary shards read for one prefix.
const RANGE_SHARDS: usize = 3;
/// A word as typed that so many books have is no slip.
const KNOWN_BOOKS: u32 = 5;
/// In a query of so few words, a long one is looked for as two words too, be it known or not.
const COMPOUND_WORDS: usize = 2;
/// Postings files that the lists of a prefix, and of other readings of less promise, may
/// lie in (of a large index fewer): those of most books are kept.
const PREFIX_FILES: usize = 8;
const FEW_FILES: usize = 3;
/// More unknown words than this are no slips but another language or layout.
const SLIPPED_WORDS: usize = 2;
/// Beginnings of titles read, their shards (where more begin with what was
/// typed, it says too little yet) and the files of their lists.
const BEGINNINGS: usize = 512;
const BEGINNING_SHARDS: usize = 2;
const BEGINNING_FILES: usize = 2;
/// Neighbouring words that are tried as one.
const JOINED_WORDS: usize = 3;

/// One way to read a word.
#[derive(Debug, Clone)]
pub(crate) struct Alternative {
    /// A book must have all of these.
    pub(crate) entries: Vec<Entry>,
    /// The words they stand for, for marking and for saying how a query was read.
    pub(crate) words: Vec<String>,
    /// The best tier this reading can reach.
    pub(crate) tier: Tier,
    /// How it was read.
    pub(crate) reading: Reading,
    /// Percent taken off its score.
    pub(crate) penalty: u32,
    /// Words of the query it stands for, from its slot on.
    pub(crate) spans: usize,
}

/// A word of the query with its readings.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    /// As typed.
    pub(crate) typed: String,
    /// Where it may be found.
    pub(crate) fields: Fields,
    /// Its readings, best tier first.
    pub(crate) alternatives: Vec<Alternative>,
}

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

/// What a word may be besides what was typed.
#[derive(Debug, Clone, Copy)]
struct Doubt {
    /// Typed with slips, or inside another word, as far as other words allow.
    slips: bool,
    /// No word that many books have.
    rare: bool,
    /// No word at all.
    unknown: bool,
}

impl Doubt {
    fn of(direct: &[Alternative]) -> Self {
        let known = |reading: &Alternative| {
            reading.reading == Reading::Exact && reading.entries.iter().all(|entry| entry.df() >= KNOWN_BOOKS)
        };
        Self {
            slips: true,
            rare: !direct.iter().any(known),
            unknown: !direct.iter().any(|reading| reading.tier <= Tier::Form && reading.spans == 1),
        }
    }
}

/// How many parts may follow the first when one word is read as several: each
/// more may take a round of fetching, and an answer takes five at most.
#[derive(Debug, Clone, Copy)]
struct Depth {
    /// Of the word as typed.
    typed: usize,
    /// Of the word in the other layout, whose beginnings are not at hand yet.
    layout: usize,
}

impl Depth {
    fn of(reader: &Reader<'_>, query: &Query, wide: bool) -> Self {
        match (wide, query.phrases.is_empty()) {
            (false, true) => Self { typed: 2, layout: 1 },
            // The beginnings of a word that was known lie in shards that are not at hand.
            (true, _) if reader.is_large() => Self { typed: 0, layout: 0 },
            // The words were looked up and read before, or texts are read after.
            _ => Self { typed: 1, layout: 0 },
        }
    }
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
    let in_key = run.get(..crate::keyspace::INITIALS_IN_KEY.min(run.len())).unwrap_or_default();
    let key = in_space(space::INITIALS, in_key);
    let mut carried = key.clone();
    carried.push(0);
    if let Some(entry) = reader.get(&carried) {
        // A run carries no more books than paging reaches.
        cap(reader, entry.df() >= crate::request::MAX_REACH * 2 / 3);
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

fn as_typed(reader: &Reader<'_>, word: &Word) -> Vec<Alternative> {
    let mut found = exact(reader, word, Tier::Exact);
    found.extend(stem(reader, &word.text, Tier::Form));
    if word.last && word.kind != Kind::Symbol {
        found.extend(completions(reader, &word.text, PREFIX_FILES));
    }
    found
}

/// As typed, as its synonyms, as its parts.
fn exact(reader: &Reader<'_>, word: &Word, tier: Tier) -> Vec<Alternative> {
    let mut found = Vec::new();
    found.extend(single(reader, &word.text, tier, Reading::Exact));
    found.extend(synonyms(reader, &word.text, tier));
    if let Some(plain) = &word.plain {
        found.extend(single(reader, plain, tier.max(Tier::Form), Reading::Form));
        found.extend(synonyms(reader, plain, tier.max(Tier::Form)));
    }
    if !word.parts.is_empty() {
        let tier = if word.kind == Kind::Symbol { tier.max(Tier::Form) } else { tier };
        found.extend(all_of(reader, &word.parts, tier, Reading::Split));
    }
    found
}

fn single(reader: &Reader<'_>, word: &str, tier: Tier, reading: Reading) -> Option<Alternative> {
    let entry = reader.get(&keys::encode(word))?;
    Some(Alternative {
        entries: vec![entry],
        words: vec![word.to_owned()],
        tier,
        reading,
        penalty: 0,
        spans: 1,
    })
}

fn all_of<T: AsRef<str>>(
    reader: &Reader<'_>,
    parts: &[T],
    tier: Tier,
    reading: Reading,
) -> Option<Alternative> {
    // Every part is asked for before any is missed, so that one round fetches all.
    let entries: Vec<Option<Entry>> =
        parts.iter().map(|part| reader.get(&keys::encode(part.as_ref()))).collect();
    let entries = entries.into_iter().collect::<Option<Vec<Entry>>>()?;
    let words = parts.iter().map(|part| part.as_ref().to_owned()).collect();
    Some(Alternative { entries, words, tier, reading, penalty: 5, spans: 1 })
}

fn synonyms(reader: &Reader<'_>, word: &str, tier: Tier) -> Vec<Alternative> {
    let groups = reader.manifest.synonyms.iter().filter(|group| group.iter().any(|other| other == word));
    let mut found = Vec::new();
    for other in groups.flatten().filter(|other| *other != word) {
        if let Some(alternative) = single(reader, other, tier, Reading::Synonym) {
            found.push(Alternative { penalty: 30, ..alternative });
        }
    }
    found
}

fn stem(reader: &Reader<'_>, word: &str, tier: Tier) -> Vec<Alternative> {
    let Some(stem) = particle::strip(word) else { return Vec::new() };
    let mut found: Vec<Alternative> = single(reader, stem, tier, Reading::Form).into_iter().collect();
    found.extend(synonyms(reader, stem, tier));
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

/// Words that begin with what was typed, in any state of its last syllable; the
/// lists of all lie in at most `files` files.
fn completions(reader: &Reader<'_>, typed: &str, files: usize) -> Vec<Alternative> {
    let prefix = keys::encode(typed);
    if prefix.is_empty() {
        return Vec::new();
    }
    let mut found = best_completions(reader, &prefix, COMPLETIONS);
    if let Some(doubled) = doubled(&prefix) {
        found.extend(best_completions(reader, &doubled, COMPLETIONS));
        order::sort_by(&mut found, by_books);
        cap(reader, found.len() > COMPLETIONS);
        found.truncate(COMPLETIONS);
    }
    within_files(reader, files, &mut found, |(_, entry)| *entry);
    let complete = |(key, entry): (Vec<u8>, Entry)| {
        let more = (key.len() - prefix.len()) as u32;
        Alternative {
            entries: vec![entry],
            words: vec![keys::decode(&key)],
            tier: Tier::Prefix,
            reading: Reading::Prefix,
            penalty: (more * 2).min(40),
            spans: 1,
        }
    };
    found.into_iter().map(complete).collect()
}

/// The keys below a prefix (not the prefix itself), most books first.
pub(crate) fn best_completions(reader: &Reader<'_>, prefix: &[u8], most: usize) -> Vec<(Vec<u8>, Entry)> {
    let mut found: Vec<(Vec<u8>, Entry)> = Vec::new();
    let carried = in_space(space::COMPLETION, &[prefix, &[0]].concat());
    if prefix.len() <= crate::keyspace::COMPLETION_KEYS {
        reader.range(&carried, after_prefix(&carried).as_deref(), 2, &mut |key, entry| {
            // After the prefix, a zero and a rank byte comes the rest of the word.
            let rest = key.get(carried.len() + 1..).unwrap_or_default();
            found.push(([prefix, rest].concat(), entry));
            true
        });
        if !found.is_empty() {
            // Carried because there are more.
            cap(reader, true);
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
    order::sort_by(&mut found, by_books);
    cap(reader, found.len() > most || visited == RANGE_KEYS);
    found.truncate(most);
    found
}

/// Notes that readings were left out, so that a total is a lower bound.
fn cap(reader: &Reader<'_>, capped: bool) {
    reader.capped.set(reader.capped.get() || capped);
}

/// Keeps the best readings whose lists lie in so many postings files.
fn within_files<T>(reader: &Reader<'_>, most: usize, found: &mut Vec<T>, entry: impl Fn(&T) -> Entry) {
    let most = reader.files_at_most(most);
    let mut files = BTreeSet::new();
    let all = found.len();
    found.retain(|reading| {
        let lies_in = reader.files_of(entry(reading));
        let more = lies_in.clone().filter(|file| !files.contains(file)).count();
        let fits = files.len() + more <= most || files.is_empty();
        if fits {
            files.extend(lies_in);
        }
        fits
    });
    cap(reader, found.len() < all);
}

/// Most books first, then the shorter word.
fn by_books(a: &(Vec<u8>, Entry), b: &(Vec<u8>, Entry)) -> std::cmp::Ordering {
    b.1.df().cmp(&a.1.df()).then(a.0.len().cmp(&b.0.len())).then(a.0.cmp(&b.0))
}

/// The same keys with the last consonant doubled: many keyboards make ㅆ of two
/// ㅅ, so 파잇 is on the way to 파이썬.
fn doubled(prefix: &[u8]) -> Option<Vec<u8>> {
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
