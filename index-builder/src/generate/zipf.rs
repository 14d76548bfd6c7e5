//! Words of titles by rank, drawn as often as ranks are in real catalogues.
//!
//! Frequencies are those of the titles of a real catalogue of 6,006 books (7.3 words a title): a book in eight has the
//! commonest word, one in thirty the tenth, one in nine hundred the thousandth, and a word in six is of the tail, which
//! never ends (Heaps' law). A book of a class takes half of its rarer words from its class. Invariant: a rank is always
//! the same word, and of two ranks none is the other's word.

use std::sync::LazyLock;

use super::chance::Chance;
use super::coin;
use super::words::WORDS;

/// Words of ranks 2^k - 1 to 2^(k + 1) - 2, in ten thousand words: what a real catalogue's titles have of each octave.
const OCTAVES: [usize; 12] = [179, 274, 329, 370, 493, 666, 822, 982, 1_055, 1_110, 1_082, 926];
/// The first rank of the tail.
const TAIL: u64 = (1 << OCTAVES.len()) - 1;
/// Where the tail begins to thin out.
const TAIL_SPREAD: u32 = 4_000;
/// From this octave on a word may be of the book's class.
const OF_CLASS: usize = 6;
/// Classes that have words of their own.
pub(super) const CLASSES: usize = 64;

/// The language of a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    Korean,
    English,
}

/// The rank of a word, for a book of the `class`-th class.
fn rank(class: usize, chance: &mut Chance) -> u64 {
    let mut place = chance.below(10_000);
    for (octave, &share) in OCTAVES.iter().enumerate() {
        if place >= share {
            place -= share;
            continue;
        }
        let width = 1_usize << octave;
        let first = width - 1;
        let within = if octave >= OF_CLASS && chance.per_mille(500) {
            // Every `CLASSES`-th rank is of one class.
            class % CLASSES + chance.below(width / CLASSES) * CLASSES
        } else {
            chance.below(width)
        };
        return (first + within) as u64;
    }
    TAIL + chance.rank_tail(TAIL_SPREAD)
}

/// The words that lead the ranks of a language, each once: short ones that join others, then what is on every shelf.
fn leading(lists: &[&'static [&'static str]]) -> Vec<&'static str> {
    let mut words: Vec<&'static str> = Vec::new();
    for word in lists.iter().flat_map(|list| list.iter()).flat_map(|text| text.split(' ')) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

static KOREAN: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    leading(&[
        &WORDS.joining,
        &WORDS.general,
        &WORDS.closings,
        &WORDS.openings,
        &WORDS.subtitles,
        &WORDS.roots,
    ])
});
static ENGLISH: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    leading(&[
        &WORDS.joining_english,
        &WORDS.general_english,
        &WORDS.closings_english,
        &WORDS.openings_english,
    ])
});

/// The word of a rank.
fn spelled(rank: u64, tongue: Tongue) -> String {
    let leading = if tongue == Tongue::Korean { &KOREAN } else { &ENGLISH };
    if let Some(word) = usize::try_from(rank).ok().and_then(|place| leading.get(place)) {
        return (*word).to_owned();
    }
    // Each kind of word has every rank for itself, so that no two ranks share one.
    match (tongue, rank % 20) {
        (Tongue::Korean, 0..12) => coin::compound(rank),
        (Tongue::Korean, 12..16) => coin::hangul_name(rank),
        _ => coin::latin_name(rank),
    }
}

/// A word for a title of a class.
pub(super) fn word(class: usize, tongue: Tongue, chance: &mut Chance) -> String {
    spelled(rank(class, chance), tongue)
}

/// Words that say what a class is about: the commonest ones that its books share.
pub(super) fn subject(class: usize, place: usize, tongue: Tongue) -> String {
    let first = (1_usize << (OF_CLASS + 1)) - 1;
    spelled((first + class % CLASSES + place * CLASSES) as u64, tongue)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_octaves_leave_a_sixth_to_the_tail() {
        let head: usize = OCTAVES.iter().sum();
        assert!((8_200..8_500).contains(&head), "{head}");
    }

    #[test]
    fn words_are_as_frequent_as_in_a_real_catalogue() {
        let mut chance = Chance::new(1, 1);
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        const BOOKS: u32 = 6_000;
        for draw in 0..BOOKS * 73 / 10 {
            *counts.entry(word(draw as usize % 40, Tongue::Korean, &mut chance)).or_default() += 1;
        }
        let mut counts: Vec<u32> = counts.into_values().collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        let share = |rank: usize| f64::from(counts[rank - 1]) / f64::from(BOOKS);
        for (rank, real) in [(1, 0.131), (10, 0.0346), (100, 0.0088), (1_000, 0.00117)] {
            let share = share(rank);
            assert!(share > 0.6 * real && share < 1.6 * real, "rank {rank}: {share}, really {real}");
        }
        // 10,300 words are in the 6,006 real titles.
        assert!((6_000..13_000).contains(&counts.len()), "{}", counts.len());
    }

    #[test]
    fn ranks_have_words_of_their_own() {
        for tongue in [Tongue::Korean, Tongue::English] {
            let words: std::collections::BTreeSet<String> =
                (0..20_000).map(|rank| spelled(rank, tongue)).collect();
            assert!(words.len() > 19_700, "{tongue:?}: {}", words.len());
        }
    }
}
