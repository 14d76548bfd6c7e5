//! The keystroke alphabet: a text as the keys that type it, one byte a key. ASCII stands for itself, 0x80..=0xA0 are the 33
//! keys of the two-set Hangul keyboard, anything else is 0xF8 and four bytes of six bits. Not a display form.
//! Invariant: what an input method shows while a word is being typed has a prefix of the word's keys.

use crate::hangul::{self, Composer};

/// First Hangul key (ㄱ). Consonants follow in dictionary order, then vowels from [`FIRST_VOWEL`] on.
pub const FIRST_HANGUL: u8 = 0x80;
/// First vowel key (ㅏ).
pub const FIRST_VOWEL: u8 = FIRST_HANGUL + hangul::CONSONANT_KEYS;
/// Last Hangul key (ㅣ).
pub const LAST_HANGUL: u8 = FIRST_HANGUL + hangul::KEYS - 1;
/// Opens a character that is neither ASCII nor Hangul; four bytes `0xB0 + six bits`, high bits first, follow.
pub const ESCAPE: u8 = 0xF8;
const SIX_BITS: u8 = 0xB0;

/// Gives the keys that type a folded text; white space is dropped.
///
/// ```
/// use seoga_text::keys;
/// assert!(keys::encode("파이썬").starts_with(&keys::encode("파있")));
/// assert_eq!(keys::decode(&keys::encode("파이ㅆ")), "파있");
/// ```
pub fn encode(folded: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(folded.len());
    folded.chars().for_each(|c| push_char(c, &mut out));
    out
}

fn push_char(c: char, out: &mut Vec<u8>) {
    if c.is_whitespace() || hangul::type_char(c, &mut |key| out.push(FIRST_HANGUL + key)) {
        return;
    }
    match u8::try_from(c) {
        Ok(byte @ 0x21..=0x7E) => out.push(byte),
        _ => {
            let code = c as u32;
            out.push(ESCAPE);
            out.extend([18, 12, 6, 0].map(|shift| SIX_BITS + (code >> shift & 0x3F) as u8));
        }
    }
}

/// Gives the text that the keys type, composed as an input method does. Any bytes give some text; bytes that are no key give
/// U+FFFD.
///
/// ```
/// assert_eq!(seoga_text::keys::decode(&seoga_text::keys::encode("값이 닭")), "값이닭");
/// ```
pub fn decode(keys: &[u8]) -> String {
    let mut out = String::with_capacity(keys.len());
    let mut composer = Composer::default();
    let mut rest = keys.iter().copied();
    while let Some(key) = rest.next() {
        if is_hangul(key) {
            composer.key(key - FIRST_HANGUL, &mut out);
            continue;
        }
        composer.flush(&mut out);
        match key {
            0x21..=0x7E => out.push(char::from(key)),
            ESCAPE => {
                let mut ahead = rest.clone();
                let code = ahead.by_ref().take(4).try_fold((0_u32, 0_u8), |(code, n), b| {
                    let bits = b.checked_sub(SIX_BITS).filter(|bits| *bits < 64)?;
                    Some((code << 6 | u32::from(bits), n + 1))
                });
                let escaped = code.filter(|(_, n)| *n == 4).and_then(|(code, _)| char::from_u32(code));
                if escaped.is_some() {
                    rest = ahead;
                }
                out.push(escaped.unwrap_or('\u{FFFD}'));
            }
            _ => out.push('\u{FFFD}'),
        }
    }
    composer.flush(&mut out);
    out
}

/// Tells whether it is a key of a consonant.
pub fn is_consonant(key: u8) -> bool {
    (FIRST_HANGUL..FIRST_VOWEL).contains(&key)
}

/// Tells whether it is a key of a vowel.
pub fn is_vowel(key: u8) -> bool {
    (FIRST_VOWEL..=LAST_HANGUL).contains(&key)
}

/// Tells whether it is a key of the two-set Hangul keyboard.
pub fn is_hangul(key: u8) -> bool {
    (FIRST_HANGUL..=LAST_HANGUL).contains(&key)
}

/// Gives every text that an input method shows while a folded word is being typed, from its first key to the whole word.
///
/// ```
/// let states: Vec<String> = seoga_text::keys::states("파이썬").collect();
/// assert_eq!(states, ["ㅍ", "파", "팡", "파이", "파있", "파이써", "파이썬"]);
/// ```
pub fn states(folded: &str) -> impl Iterator<Item = String> {
    let keys = encode(folded);
    let ends: Vec<usize> = boundaries(&keys);
    ends.into_iter().map(move |end| decode(keys.get(..end).unwrap_or(&keys)))
}

/// Gives the ends of the keys as counts of bytes: one after each key, an escaped character being one key.
pub fn boundaries(keys: &[u8]) -> Vec<usize> {
    let mut out = Vec::with_capacity(keys.len());
    let mut at = 0;
    while let Some(&key) = keys.get(at) {
        at = if key == ESCAPE { (at + 5).min(keys.len()) } else { at + 1 };
        out.push(at);
    }
    out
}
