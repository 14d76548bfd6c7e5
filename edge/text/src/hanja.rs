//! Han characters whose Hangul reading the text itself shows: 초(超)입문, 神(신). No table of readings.
//! Invariant: both sides of a pair have the same number of characters.

use crate::hangul;
use crate::token::is_han;

/// Pairs (Han, Hangul) that a text shows in brackets, in the order of the text.
///
/// ```
/// let pairs = seoga_text::hanja::readings_shown("딥러닝 초(超)입문, 자바의 神(신)");
/// assert_eq!(pairs, [("超".into(), "초".into()), ("神".into(), "신".into())]);
/// ```
pub fn readings_shown(text: &str) -> Vec<(String, String)> {
    let chars: Vec<char> = text.chars().collect();
    let mut out = Vec::new();
    for (open, _) in
        chars.iter().enumerate().filter(|(_, c)| matches!(c, '(' | '（' | '[' | '［' | '〔' | '【'))
    {
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

fn is_closing(c: char) -> bool {
    matches!(c, ')' | '）' | ']' | '］' | '〕' | '】')
}
