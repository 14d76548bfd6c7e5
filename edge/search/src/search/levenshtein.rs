//! Typos: an exact Levenshtein automaton over keystrokes.
//!
//! `levenshtein_automata` reads UTF-8; keystrokes are one byte each, so every
//! key is renamed to an ASCII byte of its own and the distance counts keys. A
//! transposition counts as one edit. (`fst`'s own automaton misses neighbours
//! on Hangul; see `docs/decisions`.)

use std::sync::OnceLock;

use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder};
use seoga_index::dictionary::Automaton;

/// Keystrokes from which on a word may have one typo.
const ONE_TYPO: usize = 4;
/// Keystrokes from which on it may have two.
const TWO_TYPOS: usize = 9;

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
    dfa: DFA,
}

impl TypoAutomaton {
    /// Builds an automaton for `keys` within `distance` (1 or 2). `None` when a key
    /// has no ASCII name (a Han character): such words are not looked for with typos.
    pub(crate) fn new(keys: &[u8], distance: u8) -> Option<Self> {
        static ONE: OnceLock<LevenshteinAutomatonBuilder> = OnceLock::new();
        static TWO: OnceLock<LevenshteinAutomatonBuilder> = OnceLock::new();
        let renamed: String = keys.iter().map(|key| rename(*key)).collect::<Option<_>>()?;
        let builder = match distance {
            1 => ONE.get_or_init(|| LevenshteinAutomatonBuilder::new(1, true)),
            _ => TWO.get_or_init(|| LevenshteinAutomatonBuilder::new(2, true)),
        };
        Some(Self { dfa: builder.build_dfa(&renamed) })
    }

    /// Gives the distance at which a key ended.
    pub(crate) fn distance(&self, state: u32) -> Option<u8> {
        match self.dfa.distance(state) {
            Distance::Exact(distance) => Some(distance),
            Distance::AtLeast(_) => None,
        }
    }
}

/// Names a key by an ASCII byte: the 33 Hangul keys get capital letters and seven signs that no term has.
fn rename(key: u8) -> Option<char> {
    const SIGNS: [char; 7] = ['!', '$', '%', '(', ')', '<', '>'];
    match key {
        0x20..=0x7e if !key.is_ascii_uppercase() && !SIGNS.contains(&char::from(key)) => {
            Some(char::from(key))
        }
        0x80..=0xa0 => match key - 0x80 {
            letter @ 0..26 => Some(char::from(b'A' + letter)),
            sign => SIGNS.get(usize::from(sign - 26)).copied(),
        },
        _ => None,
    }
}

impl Automaton for TypoAutomaton {
    type State = u32;

    fn start(&self) -> u32 {
        self.dfa.initial_state()
    }

    fn is_match(&self, state: &u32) -> bool {
        self.distance(*state).is_some()
    }

    fn can_match(&self, state: &u32) -> bool {
        *state != levenshtein_automata::SINK_STATE
    }

    fn accept(&self, state: &u32, byte: u8) -> u32 {
        // A key without a name is no key of the word: DEL stands for it.
        let renamed = rename(byte).unwrap_or('\u{7f}');
        self.dfa.transition(*state, renamed as u8)
    }
}
