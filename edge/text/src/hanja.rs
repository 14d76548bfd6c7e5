//! Han characters whose Hangul reading the text itself shows: 초(超)입문, 神(신). No table of readings.
//! Invariant: both sides of a pair have the same number of characters.

use crate::hangul;
use crate::token::is_han;

/// Brackets in which a reading is shown.
const BRACKETS: [(char, char); 6] =
    [('(', ')'), ('（', '）'), ('[', ']'), ('［', '］'), ('〔', '〕'), ('【', '】')];

/// Pairs (Han, Hangul) that a text shows in brackets, in the order of the text.
///
/// ```
/// let pairs = seoga_text::hanja::readings_shown("딥러닝 초(超)입문, 자바의 神(신)");
/// assert_eq!(pairs, [("超".into(), "초".into()), ("神".into(), "신".into())]);
/// ```
pub fn readings_shown(text: &str) -> Vec<(String, String)> {
    let chars: Vec<char> = text.chars().collect();
    let mut out = Vec::new();
    let opens = |c: char| BRACKETS.iter().any(|(open, _)| *open == c);
    for (open, _) in chars.iter().enumerate().filter(|(_, c)| opens(**c)) {
        let inside: Vec<char> =
            chars.iter().skip(open + 1).copied().take_while(|c| !is_closing(*c)).collect();
        let before = chars.get(open.saturating_sub(inside.len())..open).unwrap_or_default();
        let closed = chars.get(open + 1 + inside.len()).is_some_and(|c| is_closing(*c));
        if inside.is_empty() || !closed || before.len() != inside.len() {
            continue;
        }
        let all = |chars: &[char], is: fn(char) -> bool| chars.iter().all(|c| is(*c));
        let text = |chars: &[char]| chars.iter().collect::<String>();
        if all(&inside, is_han) && all(before, hangul::is_syllable) {
            out.push((text(&inside), text(before)));
        } else if all(&inside, hangul::is_syllable) && all(before, is_han) {
            out.push((text(before), text(&inside)));
        }
    }
    out
}

/// Gives a text with its Han characters in Hangul, and no brackets, where it shows how they are read; `None` where it shows nothing.
///
/// ```
/// use seoga_text::hanja::without_readings;
/// assert_eq!(without_readings("딥러닝 초(超)입문, 자바의 神(신)").as_deref(), Some("딥러닝 초입문, 자바의 신"));
/// assert_eq!(without_readings("나무(소나무)"), None);
/// ```
#[must_use]
pub fn without_readings(text: &str) -> Option<String> {
    let shown = readings_shown(text);
    let mut plain = text.to_owned();
    for (han, hangul) in &shown {
        for (open, close) in BRACKETS {
            plain = plain.replace(&format!("{hangul}{open}{han}{close}"), hangul);
            plain = plain.replace(&format!("{han}{open}{hangul}{close}"), hangul);
        }
    }
    (!shown.is_empty()).then_some(plain)
}

/// Gives a syllable as the rule of initial sounds (두음법칙) has it at the beginning of a word, where that differs.
///
/// ```
/// use seoga_text::hanja::at_beginning;
/// assert_eq!(["녀", "리", "로", "신"].map(|text| text.chars().next().and_then(at_beginning)), [Some('여'), Some('이'), Some('노'), None]);
/// ```
#[must_use]
pub fn at_beginning(syllable: char) -> Option<char> {
    const N: u8 = 2;
    const R: u8 = 5;
    const NONE: u8 = 11;
    let (initial, vowel, last) = hangul::syllable_parts(syllable)?;
    // ㅑ ㅕ ㅖ ㅛ ㅠ ㅣ
    let is_narrow = matches!(vowel, 2 | 6 | 7 | 12 | 17 | 20);
    let other = match initial {
        N | R if is_narrow => NONE,
        R => N,
        _ => return None,
    };
    Some(hangul::syllable(other, vowel, last))
}

fn is_closing(c: char) -> bool {
    BRACKETS.iter().any(|(_, close)| *close == c)
}
