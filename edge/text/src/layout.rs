//! Typed with the wrong keyboard layout: vkdlTjs is 파이썬, ㅔㅛ쇄ㅜ is python. Gives what would have been typed; whether
//! that is a word of the catalogue is for the caller to find out. Invariant: `None` when nothing would change.

use crate::hangul::{self, Composer};

/// The letter on each key of the two-set keyboard, in the order of key numbers.
const LETTERS: [char; 33] = [
    'r', 'R', 's', 'e', 'E', 'f', 'a', 'q', 'Q', 't', 'T', 'd', 'w', 'W', 'c', 'z', 'x', 'v', 'g', 'k', 'o',
    'i', 'O', 'j', 'p', 'u', 'P', 'h', 'y', 'n', 'b', 'm', 'l',
];

/// Reads Latin letters as the Hangul that the same keys type, word by word; words that give anything but complete syllables stay.
/// Case tells ㅆ from ㅅ, so give it the text as typed; a shifted key without a jamo of its own counts as unshifted.
///
/// ```
/// use seoga_text::layout::to_hangul;
/// assert_eq!(to_hangul("vkdlTjs").as_deref(), Some("파이썬"));
/// assert_eq!(to_hangul("fpemgot R").as_deref(), Some("레드햇 R"));
/// assert_eq!(to_hangul("python"), None);
/// ```
pub fn to_hangul(text: &str) -> Option<String> {
    by_words(text, hangul_word)
}

/// Reads Hangul as the Latin letters of the same keys, word by word, in lower case. A word of complete syllables is only taken
/// where the letters look like a word: a vowel among them, no more than four consonants in a row, no shifted key inside.
///
/// ```
/// use seoga_text::layout::to_latin;
/// assert_eq!(to_latin("ㅔㅛ쇄ㅜ").as_deref(), Some("python"));
/// assert_eq!(to_latin("파이썬"), None);
/// ```
pub fn to_latin(text: &str) -> Option<String> {
    by_words(text, latin_word)
}

fn by_words(text: &str, convert: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut changed = false;
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| {
            let converted = convert(word);
            changed |= converted.is_some();
            converted.unwrap_or_else(|| word.to_owned())
        })
        .collect();
    changed.then(|| words.join(" "))
}

fn hangul_word(word: &str) -> Option<String> {
    // Digits and signs are the same on both layouts; letters of another script are a sign that the layout was right.
    if !word.is_ascii() {
        return None;
    }
    let mut out = String::new();
    let mut composer = Composer::default();
    let all_shifted = word.chars().all(|c| !c.is_ascii_lowercase());
    for c in word.chars() {
        if c.is_ascii_alphabetic() {
            let typed = if all_shifted { c.to_ascii_lowercase() } else { c };
            composer.key(key_of(typed)?, &mut out);
        } else {
            composer.flush(&mut out);
            out.push(c);
        }
    }
    composer.flush(&mut out);
    (out.chars().any(hangul::is_syllable) && !out.chars().any(hangul::is_jamo)).then_some(out)
}

fn key_of(letter: char) -> Option<u8> {
    let find = |letter: char| (0..).zip(LETTERS).find(|(_, l)| *l == letter).map(|(key, _)| key);
    find(letter).or_else(|| find(letter.to_ascii_lowercase()))
}

fn latin_word(word: &str) -> Option<String> {
    let mut out = String::new();
    for c in word.chars() {
        let mut push = |key: u8| out.extend(LETTERS.get(usize::from(key)));
        if !hangul::type_char(c, &mut push) {
            if !c.is_ascii() || c.is_ascii_alphabetic() {
                return None;
            }
            out.push(c);
        }
    }
    let hangul = word.chars().filter(|c| !c.is_ascii());
    let incomplete = hangul.clone().any(hangul::is_jamo);
    if hangul.count() == 0 || !incomplete && !looks_latin(&out) {
        return None;
    }
    out.make_ascii_lowercase();
    Some(out)
}

fn looks_latin(letters: &str) -> bool {
    let vowel = |c: char| matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
    let shifted_inside = letters.chars().skip(1).any(|c| c.is_ascii_uppercase());
    let longest_cluster = letters.split(vowel).map(str::len).max().unwrap_or(0);
    letters.chars().any(vowel) && longest_cluster <= 4 && !shifted_inside
}
