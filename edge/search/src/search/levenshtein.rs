//! Typos: an exact Levenshtein automaton over keystrokes. A transposition counts as one edit.
//!
//! A state is the row of the table of distances that stands behind the keys read so far, only as wide as the distance looked
//! for can reach; so nothing is built for a word. (`fst`'s own automaton misses
//! neighbours on Hangul; see `docs/decisions`.)

use seoga_index::dictionary::Automaton;

/// Keystrokes from which on a word may have one typo.
const ONE_TYPO: usize = 4;
/// Keystrokes from which on it may have two.
const TWO_TYPOS: usize = 9;

/// The greatest distance an automaton takes.
const FARTHEST: usize = 2;
/// Cells of a row that can be within it.
const WIDTH: usize = 2 * FARTHEST + 1;
/// A distance beyond any.
const FAR: u8 = FARTHEST as u8 + 1;
/// Stands before and behind a word: no key of any.
const NO_KEY: u8 = 0xff;

/// Gives the typos that a word of so many keystrokes may have.
pub(crate) fn max_typos(keys: usize) -> u8 {
    match keys {
        0..ONE_TYPO => 0,
        ONE_TYPO..TWO_TYPOS => 1,
        _ => 2,
    }
}

/// Accepts keys within a distance of a word, read forwards or backwards.
pub(crate) struct TypoAutomaton {
    /// The word between [`NO_KEY`]s, so that every row has its window.
    padded: Vec<u8>,
    keys: usize,
    distance: u8,
}

/// The distances of what was read to the beginnings of the word, those of [`FARTHEST`] keys less to as many more.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// Keys read.
    read: usize,
    cells: [u8; WIDTH],
    /// The row before, and the key between: what a transposition is seen by.
    before: [u8; WIDTH],
    last: u8,
}

impl TypoAutomaton {
    /// Makes an automaton for `keys` within `distance` (1 or 2). `None` when a key is part of a character that has none of
    /// its own (a Han character): such words are not looked for with typos.
    pub(crate) fn new(keys: &[u8], distance: u8) -> Option<Self> {
        let is_typed = |key: &u8| matches!(key, 0x20..=0x7e | 0x80..=0xa0);
        let padding = [NO_KEY; WIDTH];
        keys.iter().all(is_typed).then(|| Self {
            padded: [padding.as_slice(), keys, &padding].concat(),
            keys: keys.len(),
            distance: distance.min(FARTHEST as u8),
        })
    }

    /// Gives the distance at which a key ended, if it is within the automaton's.
    pub(crate) fn distance(&self, row: &Row) -> Option<u8> {
        let cell = (self.keys + FARTHEST).checked_sub(row.read)?;
        row.cells.get(cell).copied().filter(|distance| *distance <= self.distance)
    }
}

impl Automaton for TypoAutomaton {
    type State = Row;

    fn start(&self) -> Row {
        Row { read: 0, cells: [FAR, FAR, 0, 1, 2], before: [FAR; WIDTH], last: NO_KEY }
    }

    fn is_match(&self, row: &Row) -> bool {
        self.distance(row).is_some()
    }

    fn can_match(&self, row: &Row) -> bool {
        // Cells behind the word's end lead nowhere.
        let cells = (self.keys + FARTHEST + 1).saturating_sub(row.read);
        row.cells.iter().take(cells).any(|cell| *cell <= self.distance)
    }

    #[inline]
    fn accept(&self, row: &Row, byte: u8) -> Row {
        // The keys that end the beginnings of the word that the cells are for, and one before.
        let window = self.padded.get(row.read + 2..).and_then(|keys| keys.first_chunk());
        let [k0, k1, k2, k3, k4, k5] = *window.unwrap_or(&[NO_KEY; WIDTH + 1]);
        let [a, b, c, d, e] = row.cells;
        let cell = |left: u8, kept: u8, above: u8, before: u8, keys: (u8, u8)| {
            let one = left.min(above).min(if keys == (byte, row.last) { before } else { FAR });
            (one + 1).min(kept + u8::from(keys.1 != byte)).min(FAR)
        };
        let a2 = cell(FAR, a, b, row.before[0], (k0, k1));
        let b2 = cell(a2, b, c, row.before[1], (k1, k2));
        let c2 = cell(b2, c, d, row.before[2], (k2, k3));
        let d2 = cell(c2, d, e, row.before[3], (k3, k4));
        let e2 = cell(d2, e, FAR, row.before[4], (k4, k5));
        Row { read: row.read + 1, cells: [a2, b2, c2, d2, e2], before: row.cells, last: byte }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Computes the distance by the whole table.
    fn distance(a: &[u8], b: &[u8]) -> usize {
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                table[i][j] = match (i, j) {
                    (0, _) => j,
                    (_, 0) => i,
                    _ => {
                        let replaced = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                        let changed = replaced.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                        match i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                            true => changed.min(table[i - 2][j - 2] + 1),
                            false => changed,
                        }
                    }
                };
            }
        }
        table[a.len()][b.len()]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn distances_are_those_of_the_table(
            word in prop::collection::vec(0x9du8..0xa0, 0..12),
            key in prop::collection::vec(0x9cu8..0xa0, 0..14),
            most in 1u8..=2,
        ) {
            let automaton = TypoAutomaton::new(&word, most).unwrap();
            let mut row = automaton.start();
            let mut could_match = true;
            for byte in &key {
                could_match &= automaton.can_match(&row);
                row = automaton.accept(&row, *byte);
            }
            let expected = distance(&word, &key);
            prop_assert_eq!(automaton.distance(&row).map(usize::from), Some(expected).filter(|d| *d <= most.into()));
            prop_assert!(could_match || automaton.distance(&row).is_none());
        }
    }

    #[test]
    fn characters_without_a_key_are_not_looked_for() {
        assert!(TypoAutomaton::new(&[0x91, 0x93, 0x8b, 0xf8], 1).is_none());
        assert!(TypoAutomaton::new(b"python", 1).is_some());
    }
}
