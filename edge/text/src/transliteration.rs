//! Weighs a word as the spelling of another in the other script: a sum of moves from letters to jamo, each with the cost that
//! was learned for it. Integers alone.
//! The moves are learned from pronunciations of the CMU Pronouncing Dictionary, read by the official rules of loan-word spelling
//! (`examples/learn_moves`); no word is kept.
//! Invariant: the cost of two words is the same either way round, and none where no moves lead from one to the other.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::hangul::{self, FINALS_FROM, INITIALS_FROM, VOWELS_FROM};
use crate::skeleton;

/// The moves: letters, jamo, cost in eighths of a bit.
const MOVES: &str = include_str!("transliteration/moves.txt");

/// The most letters of one move.
pub const MOST_LETTERS: usize = 2;
/// The most jamo of one move.
pub const MOST_JAMO: usize = 3;

/// Letters or jamo beyond which a word is not weighed.
const LONGEST: usize = 40;

/// The first vowel and the first final among jamo by number: 19 initials, 21 vowels, 27 finals. A silent ㅇ has none.
const FIRST_VOWEL: u8 = 19;
const FIRST_FINAL: u8 = 40;
const SILENT: u8 = 11;

/// Eighths of a bit that two spellings of one word cost at most, for each letter and jamo of both.
const MOST_COST: u32 = 24;
/// As [`MOST_COST`], where the skeletons are one, of at least so many consonants.
const MOST_COST_ALIKE: u32 = 29;
const LONG_SKELETON: usize = 3;

/// No way from one word to the other.
const NO_WAY: u32 = u32::MAX;

/// Gives the jamo of a word of syllables by their numbers; `None` for any other word.
#[must_use]
pub fn jamo(word: &str) -> Option<Vec<u8>> {
    let mut jamo = Vec::with_capacity(word.len());
    for c in word.chars() {
        let (initial, vowel, last) = hangul::syllable_parts(c)?;
        jamo.extend(Some(initial).filter(|initial| *initial != SILENT));
        jamo.push(FIRST_VOWEL + vowel);
        jamo.extend(last.checked_sub(1).map(|last| FIRST_FINAL + last));
    }
    Some(jamo)
}

/// Writes jamo by number as the code points of the table.
#[must_use]
pub fn written(jamo: &[u8]) -> String {
    let point = |jamo: &u8| match *jamo {
        initial @ 0..FIRST_VOWEL => INITIALS_FROM + u32::from(initial),
        vowel @ FIRST_VOWEL..FIRST_FINAL => VOWELS_FROM + u32::from(vowel - FIRST_VOWEL),
        last => FINALS_FROM + u32::from(last - FIRST_FINAL),
    };
    jamo.iter().filter_map(|jamo| char::from_u32(point(jamo))).collect()
}

/// Reads a code point of the table as a jamo's number.
fn number(c: char) -> Option<u8> {
    let c = u32::from(c);
    let from = |first: u32, number: u8| u8::try_from(c - first).ok().map(|past| number + past);
    match c {
        INITIALS_FROM..0x1113 => from(INITIALS_FROM, 0),
        VOWELS_FROM..0x1176 => from(VOWELS_FROM, FIRST_VOWEL),
        FINALS_FROM..0x11C3 => from(FINALS_FROM, FIRST_FINAL),
        _ => None,
    }
}

/// The moves, by the first letter and by the first jamo that each takes.
#[derive(Debug)]
struct Moves {
    /// Letters, jamo, cost.
    all: Vec<(Units, Units, u32)>,
    by_letter: BTreeMap<Option<u8>, Vec<usize>>,
    by_jamo: BTreeMap<Option<u8>, Vec<usize>>,
}

impl Moves {
    /// Gives the table, read once.
    fn shared() -> &'static Self {
        static SHARED: LazyLock<Moves> = LazyLock::new(Moves::read);
        &SHARED
    }

    /// Reads the table.
    fn read() -> Self {
        let all: Vec<(Units, Units, u32)> = MOVES.lines().filter_map(read_move).collect();
        let (mut by_letter, mut by_jamo) = (BTreeMap::new(), BTreeMap::new());
        for (place, (letters, jamo, _)) in all.iter().enumerate() {
            by_letter.entry(letters.get().first().copied()).or_insert_with(Vec::new).push(place);
            by_jamo.entry(jamo.get().first().copied()).or_insert_with(Vec::new).push(place);
        }
        Self { all, by_letter, by_jamo }
    }

    /// Gives the moves that may begin where letters, or jamo, go on so: how many of them each takes, what they become, the cost.
    fn beginning(&self, rest: &[u8], latin: bool) -> Vec<(usize, Units, u32)> {
        let by = if latin { &self.by_letter } else { &self.by_jamo };
        let first = rest.first().copied();
        let places = [Some(None), first.map(Some)].into_iter().flatten().filter_map(|first| by.get(&first));
        let moves = places.flatten().filter_map(|place| self.all.get(*place));
        let turned = moves.map(|(letters, jamo, cost)| {
            let (from, to) = if latin { (letters, jamo) } else { (jamo, letters) };
            (from, *to, *cost)
        });
        turned
            .filter(|(from, ..)| rest.starts_with(from.get()))
            .map(|(from, to, cost)| (from.get().len(), to, cost))
            .collect()
    }
}

/// Reads a line of the table; of a remark nothing.
fn read_move(line: &'static str) -> Option<(Units, Units, u32)> {
    let mut parts = line.split(' ');
    let (letters, jamo, cost) = (parts.next()?, parts.next()?, parts.next()?.parse().ok()?);
    Some((Units::of(letters.bytes()), Units::of(jamo.chars().filter_map(number)), cost))
}

/// Tells whether a cost is low enough for two spellings of one word, by the letters and jamo of both; where their skeletons are
/// one, and no short one, it may be higher.
#[must_use]
pub fn is_likely(a: &str, b: &str, cost: u32) -> bool {
    let units = |word: &str| jamo(word).map_or(word.len(), |jamo| jamo.len());
    let units = u32::try_from(units(a) + units(b)).unwrap_or(u32::MAX);
    let skeleton = skeleton::of(a);
    let is_same =
        skeleton.as_ref().is_some_and(|own| own.len() >= LONG_SKELETON) && skeleton == skeleton::of(b);
    cost <= units.saturating_mul(if is_same { MOST_COST_ALIKE } else { MOST_COST })
}

/// Letters or jamo of a move.
#[derive(Debug, Clone, Copy)]
struct Units {
    units: [u8; 3],
    count: u8,
}

impl Units {
    fn of(units: impl Iterator<Item = u8>) -> Self {
        let mut of = Self { units: [0; 3], count: 0 };
        for (place, unit) in of.units.iter_mut().zip(units) {
            *place = unit;
            of.count += 1;
        }
        of
    }

    fn get(&self) -> &[u8] {
        self.units.get(..usize::from(self.count)).unwrap_or_default()
    }
}

/// A word that others are weighed against.
#[derive(Debug)]
pub struct Speller {
    /// Its letters or jamo.
    own: Vec<u8>,
    latin: bool,
    /// By place: how many of its own each move takes, what they become, the cost.
    moves: Vec<Vec<(usize, Units, u32)>>,
}

impl Speller {
    /// Prepares a folded word all of Latin letters or all of syllables; `None` for any other, and for a very long one.
    #[must_use]
    pub fn new(word: &str) -> Option<Self> {
        let latin = word.bytes().all(|byte| byte.is_ascii_lowercase());
        let own = if latin { word.as_bytes().to_vec() } else { jamo(word)? };
        if own.is_empty() || own.len() > LONGEST {
            return None;
        }
        let rests = (0..=own.len()).map(|place| own.get(place..).unwrap_or_default());
        let moves = rests.map(|rest| Moves::shared().beginning(rest, latin)).collect();
        Some(Self { own, latin, moves })
    }

    /// Weighs the word as the spelling of whatever it costs least to be one of; `None` where it can be none: 꿈 is no loan.
    #[must_use]
    pub fn least_cost(&self) -> Option<u32> {
        let mut best = vec![NO_WAY; self.own.len() + 1];
        best.first_mut().into_iter().for_each(|start| *start = 0);
        for (place, moves) in self.moves.iter().enumerate() {
            let here = best.get(place).copied().unwrap_or(NO_WAY);
            for (takes, _, cost) in moves.iter().filter(|_| here != NO_WAY) {
                let cell = best.get_mut(place + takes);
                cell.into_iter().for_each(|cell| *cell = (*cell).min(here + cost));
            }
        }
        best.last().copied().filter(|cost| *cost != NO_WAY)
    }

    /// Counts its letters or jamo.
    #[must_use]
    pub fn units(&self) -> usize {
        self.own.len()
    }

    /// Weighs another word as the spelling of this one in the other script: eighths of a bit.
    #[must_use]
    pub fn cost(&self, other: &str) -> Option<u32> {
        let units = if self.latin { jamo(other)? } else { other.as_bytes().to_vec() };
        if units.is_empty() || units.len() > LONGEST {
            return None;
        }
        let width = units.len() + 1;
        let mut best = vec![NO_WAY; (self.own.len() + 1) * width];
        best.first_mut().into_iter().for_each(|start| *start = 0);
        for (place, moves) in self.moves.iter().enumerate() {
            for at in 0..width {
                let here = best.get(place * width + at).copied().unwrap_or(NO_WAY);
                if here == NO_WAY {
                    continue;
                }
                let rest = units.get(at..).unwrap_or_default();
                for (takes, to, cost) in moves {
                    let to = to.get();
                    if rest.starts_with(to)
                        && let Some(cell) = best.get_mut((place + takes) * width + at + to.len())
                    {
                        *cell = (*cell).min(here + cost);
                    }
                }
            }
        }
        best.last().copied().filter(|cost| *cost != NO_WAY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cost(a: &str, b: &str) -> Option<u32> {
        Speller::new(a)?.cost(b)
    }

    #[test]
    fn the_table_reads_whole() {
        let lines = MOVES.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(Moves::shared().all.len(), lines);
        assert!(lines > 1_000);
    }

    #[test]
    fn the_spelling_of_a_word_costs_less_than_that_of_another() {
        for (latin, hangul, other) in
            [("harmonica", "하모니카", "하모닉"), ("chess", "체스", "치즈"), ("canoe", "카누", "캐나다")]
        {
            assert!(cost(latin, hangul).unwrap() < cost(latin, other).unwrap_or(NO_WAY), "{latin}");
            assert_eq!(cost(latin, hangul), cost(hangul, latin), "{latin}");
        }
        assert_eq!(Speller::new("꿈꾸다").unwrap().least_cost(), None);
    }

    proptest! {
        #[test]
        fn any_two_words_cost_the_same_either_way(a in "[a-z]{1,12}", b in "[가-힣]{1,6}", c in "\\PC{0,20}") {
            prop_assert_eq!(cost(&a, &b), cost(&b, &a));
            let _ = (cost(&c, &a), cost(&a, &c), skeleton::of(&c), crate::letter_names::other(&c));
        }
    }
}
