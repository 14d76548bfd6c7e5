//! Initial consonants (choseong): people type ㅍㅇㅆ for 파이썬. Both sides: the initials of a text, and a query of initials.

use crate::fold;
use crate::hangul;
use crate::keys;
use crate::normal::is_mark;

/// Gives the initials of the Hangul syllables of a folded text; one space for whatever stands between two stretches of syllables.
///
/// ```
/// assert_eq!(seoga_text::choseong::initials("파이썬 3 머신러닝"), "ㅍㅇㅆ ㅁㅅㄹㄴ");
/// ```
pub fn initials(folded: &str) -> String {
    let mut out = String::new();
    for c in folded.chars() {
        if let Some(jamo) = hangul::syllable_parts(c).and_then(|(initial, ..)| hangul::key_jamo(initial)) {
            out.push(jamo);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Initials that may be typed in a row: spaces and punctuation between words are passed over, a letter of another script or a
/// digit is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The keys of the initials (see [`keys`]), one a syllable.
    pub keys: Vec<u8>,
    /// Where words begin in `keys`, ascending; the first is 0.
    pub words: Vec<usize>,
}

/// Gives the runs of initials of a folded text.
///
/// ```
/// let runs = seoga_text::choseong::runs("모두의 딥러닝, R 입문");
/// assert_eq!(runs.len(), 2);
/// assert_eq!(runs[0].words, [0, 3]);
/// ```
pub fn runs(folded: &str) -> Vec<Run> {
    let mut out: Vec<Run> = Vec::new();
    let (mut in_run, mut in_word) = (false, false);
    for c in folded.chars() {
        if let Some((initial, ..)) = hangul::syllable_parts(c) {
            if !in_run {
                out.push(Run { keys: Vec::new(), words: Vec::new() });
            }
            if let Some(run) = out.last_mut() {
                if !in_word || !in_run {
                    run.words.push(run.keys.len());
                }
                run.keys.push(keys::FIRST_HANGUL + initial);
            }
            (in_run, in_word) = (true, true);
        } else if !is_mark(c) {
            in_word = false;
            in_run &= !c.is_alphanumeric();
        }
    }
    out
}

/// Parses a query made of consonants only into keys: cluster jamo are taken apart (ㄳ is ㄱㅅ), spaces passed over. `None` for any
/// other text, and for a single consonant.
///
/// ```
/// use seoga_text::{choseong, keys};
/// assert_eq!(choseong::parse("ㄱㅅ ㅇㅈ"), choseong::parse("ㄳㅇㅈ"));
/// assert_eq!(choseong::parse("ㅍ"), None);
/// assert_eq!(choseong::parse("ㅍㅇ썬"), None);
/// ```
pub fn parse(query: &str) -> Option<Vec<u8>> {
    words(query).map(|words| words.concat())
}

/// Parses as [`parse`] does, each word that white space sets apart by itself.
///
/// ```
/// assert_eq!(seoga_text::choseong::words("ㄷㅇㅌ ㅂㅅ").map(|w| w.len()), Some(2));
/// ```
pub fn words(query: &str) -> Option<Vec<Vec<u8>>> {
    let folded = fold::fold(query);
    if !folded.chars().all(|c| c == ' ' || hangul::is_consonant_jamo(c)) {
        return None;
    }
    let words: Vec<Vec<u8>> = folded.split(' ').filter(|word| !word.is_empty()).map(keys::encode).collect();
    (words.iter().map(Vec::len).sum::<usize>() >= 2).then_some(words)
}
