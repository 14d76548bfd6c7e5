//! Slips of the finger: an exact Levenshtein automaton over keystrokes.
//!
//! `levenshtein_automata` reads UTF-8; keystrokes are one byte each, so every
//! key is renamed to an ASCII byte of its own and the distance counts keys. A
//! transposition counts as one slip. (`fst`'s own automaton misses neighbours
//! on Hangul; see `docs/decisions`.)

use std::sync::OnceLock;

use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder};
use seoga_index::dictionary::Automaton;

/// Keystrokes a word must have for one slip to be looked for.
const ONE_SLIP: usize = 4;
/// Keystrokes a word must have for two.
const TWO_SLIPS: usize = 9;

/// How many slips a word of so many keystrokes may have.
pub(crate) fn slips_allowed(keys: usize) -> u8 {
    match keys {
        0..ONE_SLIP => 0,
        ONE_SLIP..TWO_SLIPS => 1,
        _ => 2,
    }
}

/// Accepts keys within a distance of a word, read forwards or backwards.
pub(crate) struct Slip {
    dfa: DFA,
}

impl Slip {
    /// `keys` within `distance` (1 or 2). `None` when a key has no ASCII name
    /// (a Han character): such words are not looked for with slips.
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

    /// The distance at which a key ended.
    pub(crate) fn distance(&self, state: u32) -> Option<u8> {
        match self.dfa.distance(state) {
            Distance::Exact(distance) => Some(distance),
            Distance::AtLeast(_) => None,
        }
    }
}

/// The 33 Hangul keys get capital letters and seven signs that no term has.
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

impl Automaton for Slip {
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
