//! Consonant skeletons: what a word of either script keeps when its vowels go and like consonants are one, so that a word and
//! its spelling in the other script lie near each other. Not for display, and no proof that two words are one: that is
//! [`crate::transliteration`]'s.
//! Invariant: a skeleton is made of the letters of [`CLASSES`], no two alike side by side.

use crate::hangul;

/// The classes of consonants: ㄱㄲㅋ, ㄴ, ㄷㄸㅌ, ㄹ, ㅁ, ㅂㅃㅍ, ㅅㅆ, ㅈㅉㅊ, ㅎ.
pub const CLASSES: &[u8; 9] = b"KNTLMPSJH";

/// The class of each of the 19 initial consonants; 0 for ㅇ.
const OF_INITIAL: &[u8; 19] = b"KKNTTLMPPSS\0JJJKTPH";
/// The class of each of the 28 finals. ㅅ stands for a stop (로봇), ㅇ for a nasal; clusters are none of a loan word.
const OF_FINAL: &[u8; 28] = b"\0KK\0N\0\0TL\0\0\0\0\0\0\0MP\0TTNJJKTPH";

/// The least letters and syllables of a word that has a skeleton: shorter ones are alike by chance.
const LEAST_LETTERS: usize = 3;
const LEAST_SYLLABLES: usize = 2;

/// Gives the skeleton of a folded word all of Latin letters or all of syllables of Hangul; `None` for any other, and for one that is
/// short.
///
/// ```
/// use seoga_text::skeleton::of;
/// assert_eq!(of("robot"), of("로봇"));
/// assert_eq!(of("knight"), Some(b"NT".to_vec()));
/// assert_eq!((of("c++"), of("go"), of("책")), (None, None, None));
/// ```
#[must_use]
pub fn of(word: &str) -> Option<Vec<u8>> {
    if word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return (word.len() >= LEAST_LETTERS).then(|| of_letters(word.as_bytes()));
    }
    let parts: Vec<(u8, u8, u8)> = word.chars().map(hangul::syllable_parts).collect::<Option<_>>()?;
    if parts.len() < LEAST_SYLLABLES {
        return None;
    }
    let mut skeleton = Vec::new();
    for (initial, _, last) in parts {
        push(&mut skeleton, OF_INITIAL.get(usize::from(initial)).copied());
        push(&mut skeleton, OF_FINAL.get(usize::from(last)).copied());
    }
    Some(skeleton)
}

/// Adds a class, unless it is none or stands there already.
fn push(skeleton: &mut Vec<u8>, class: Option<u8>) {
    skeleton.extend(class.filter(|class| *class != 0 && skeleton.last() != Some(class)));
}

/// Gives the skeleton of Latin letters by how English is mostly read.
fn of_letters(word: &[u8]) -> Vec<u8> {
    let at = |place: usize| word.get(place).copied().unwrap_or(b' ');
    let vowel = |c: u8| matches!(c, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    let bright = |c: u8| matches!(c, b'e' | b'i' | b'y');
    let mut skeleton = Vec::new();
    let mut place = 0;
    while place < word.len() {
        let rest = word.get(place..).unwrap_or_default();
        let first = place == 0;
        let (classes, letters): (&[u8], usize) = match rest {
            [b'k' | b'g', b'n', ..] if first => (b"N", 2),
            [b'w', b'r', ..] if first => (b"L", 2),
            [b'p', b's', ..] if first => (b"S", 2),
            [b'm', b'b'] => (b"M", 2),
            [b'g', b'h', ..] if place > 0 && vowel(at(place - 1)) => (b"", 2),
            [b't' | b's', b'i', b'o', b'n', ..] => (b"SN", 4),
            [b's', b's', b'i', b'o', b'n', ..] => (b"SN", 5),
            [b't', b'u', b'r', b'e', ..] => (b"JL", 3),
            [b's', b'c', b'h', ..] => (b"SK", 3),
            [b't', b'c', b'h', ..] => (b"J", 3),
            [b'p', b'h', ..] => (b"P", 2),
            [b's' | b't', b'h', ..] => (b"S", 2),
            [b'c', b'h', ..] => (b"J", 2),
            [b'c', b'k', ..] | [b'q', b'u', ..] => (b"K", 2),
            [b'd', b'g', after, ..] if bright(*after) => (b"J", 2),
            [b'n', b'g', ..] => (b"N", 2),
            [b'x', ..] if first => (b"J", 1),
            [b'x', ..] => (b"KS", 1),
            [b'c', after, ..] if bright(*after) => (b"S", 1),
            [b'g', after, ..] if bright(*after) => (b"J", 1),
            [b'r', ..] if !vowel(at(place + 1)) => (b"", 1),
            [b'b' | b'p' | b'f' | b'v', ..] => (b"P", 1),
            [b'd' | b't', ..] => (b"T", 1),
            [b'k' | b'g' | b'c' | b'q', ..] => (b"K", 1),
            [b'j' | b'z', ..] => (b"J", 1),
            [b's', ..] => (b"S", 1),
            [b'l' | b'r', ..] => (b"L", 1),
            [b'm', ..] => (b"M", 1),
            [b'n', ..] => (b"N", 1),
            [b'h', ..] => (b"H", 1),
            _ => (b"", 1),
        };
        let classes = if letters == 3 && classes == b"JL" && !vowel(at(place + 4)) { b"J" } else { classes };
        classes.iter().for_each(|class| push(&mut skeleton, Some(*class)));
        place += letters;
    }
    skeleton
}
