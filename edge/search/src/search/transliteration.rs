//! Expansions of a word by its spelling in the other script: words of the index with a skeleton near its own, ordered by what the
//! letters cost as jamo, and abbreviations by the names of their letters.
//!
//! Only where few books have the word as typed. Invariant: what is found so stands below all that was found as typed, and reads one
//! file of the dictionary a word, that of the word's own skeleton: a near one in another file is not seen.

use seoga_index::dictionary::{Automaton, Entry};
use seoga_index::key::{in_space, space};
use seoga_text::transliteration::{Speller, is_likely};
use seoga_text::{keys, letter_names, skeleton};

use crate::answer::{ExpansionKind, Tier};
use crate::reader::Reader;
use crate::search::expansion::{Expansion, FEW_FILES, single, within_file_budget};
use crate::search::levenshtein::{Row, TypoAutomaton};
use crate::search::query::Word;
use seoga_text::sorting;

/// Books with a word as typed from which on it is not looked for in the other script.
const KNOWN_BOOKS: u32 = 64;
/// Words of the index that one word is read as.
const READINGS: usize = 3;
/// Eighths of a bit that a reading may cost more than the best; for each a percent is taken off.
const WORSE: u32 = 24;
/// Words of a query that are looked for so: a file each.
pub(super) const MOST_WORDS: usize = 3;

/// Tells whether a word may be looked for in the other script, by the books that have it as typed.
pub(super) fn is_wanted(word: &Word, direct: &[Expansion]) -> bool {
    let as_typed = direct.iter().filter(|expansion| expansion.tier <= Tier::Form && expansion.spans == 1);
    !word.framing
        && as_typed.flat_map(|expansion| &expansion.entries).map(Entry::df).max().unwrap_or(0) < KNOWN_BOOKS
        && (skeleton::of(&word.text).is_some() || letter_names::other(&word.text).is_some())
}

/// Has the shards fetched in this round that a word is looked up in; nothing in them is needed before the next.
pub(super) fn foresee(reader: &Reader<'_>, word: &Word) {
    if let Some(spelled) = letter_names::other(&word.text) {
        reader.foresee_shard(&keys::encode(&spelled));
    }
    if let Some((own, _)) = near(word) {
        reader.foresee_shard(&in_space(space::SKELETON, &own));
    }
}

/// Gives the skeleton of a word, and what accepts those near it.
fn near(word: &Word) -> Option<(Vec<u8>, NearSkeleton)> {
    let own = skeleton::of(&word.text)?;
    let automaton = NearSkeleton::new(&own)?;
    Some((own, automaton))
}

/// Looks a word up in the other script.
pub(super) fn transliterations(reader: &Reader<'_>, word: &Word) -> Vec<Expansion> {
    let mut found = Vec::new();
    if let Some(spelled) = letter_names::other(&word.text) {
        found.extend(single(reader, &spelled, Tier::OtherScript, ExpansionKind::Transliteration));
    }
    let (Some((own, automaton)), Some(speller)) = (near(word), Speller::new(&word.text)) else {
        return found;
    };
    let mut readings: Vec<(u32, std::cmp::Reverse<u32>, String, Entry)> = Vec::new();
    reader.search_around(&in_space(space::SKELETON, &own), &automaton, &mut |key, entry| {
        let other = key.iter().position(|byte| *byte == 0).and_then(|end| key.get(end + 1..));
        let other = keys::decode(other.unwrap_or_default());
        if let Some(cost) = speller.cost(&other).filter(|cost| is_likely(&word.text, &other, *cost)) {
            readings.push((cost, std::cmp::Reverse(entry.df()), other, entry));
        }
    });
    sorting::sort_by(&mut readings, |a, b| (a.0, a.1, &a.2).cmp(&(b.0, b.1, &b.2)));
    let best = readings.first().map_or(0, |best| best.0);
    readings.retain(|reading| reading.0 <= best + WORSE);
    readings.truncate(READINGS);
    within_file_budget(reader, FEW_FILES, &mut readings, |reading| reading.3);
    found.extend(readings.into_iter().map(|(cost, _, word, entry)| Expansion {
        entries: vec![entry],
        words: vec![word],
        tier: Tier::OtherScript,
        kind: ExpansionKind::Transliteration,
        penalty: cost - best,
        spans: 1,
    }));
    found
}

/// Accepts keys of words whose skeleton is near one: its letters, a zero byte, any word.
struct NearSkeleton {
    automaton: TypoAutomaton,
    /// The greatest distance.
    within: u8,
}

/// Where a walk through a key stands.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// Before the byte of the namespace.
    Before,
    /// In the skeleton.
    Skeleton(Row),
    /// Behind it: in a word, whose skeleton is near or not.
    Word(bool),
}

impl NearSkeleton {
    /// Makes an automaton; `None` for a skeleton that is too short to be near any.
    fn new(skeleton: &[u8]) -> Option<Self> {
        let within = match skeleton.len() {
            0 => return None,
            1 => 0,
            2..=4 => 1,
            _ => 2,
        };
        Some(Self { automaton: TypoAutomaton::new(skeleton, within.max(1))?, within })
    }
}

impl Automaton for NearSkeleton {
    type State = Place;

    fn start(&self) -> Place {
        Place::Before
    }

    fn is_match(&self, place: &Place) -> bool {
        matches!(place, Place::Word(true))
    }

    fn can_match(&self, place: &Place) -> bool {
        match place {
            Place::Before | Place::Word(true) => true,
            Place::Skeleton(row) => self.automaton.can_match(row),
            Place::Word(false) => false,
        }
    }

    fn accept(&self, place: &Place, byte: u8) -> Place {
        match place {
            Place::Before if byte == space::SKELETON => Place::Skeleton(self.automaton.start()),
            Place::Skeleton(row) if byte == 0 => {
                Place::Word(self.automaton.distance(row).is_some_and(|distance| distance <= self.within))
            }
            Place::Skeleton(row) => Place::Skeleton(self.automaton.accept(row, byte)),
            Place::Before => Place::Word(false),
            Place::Word(near) => Place::Word(*near),
        }
    }
}
