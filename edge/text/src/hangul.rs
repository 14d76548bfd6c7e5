//! Hangul arithmetic: syllables, jamo, keys of the two-set keyboard. What a key byte looks like in an index is
//! [`crate::keys`]'s business; here a key is a number 0..33 (19 consonants, then 14 vowels, dictionary order).
//! Invariant: every table is total over its range, a look-up outside gives `None`.

/// Consonant keys; vowel keys follow from this number on.
pub(crate) const CONSONANT_KEYS: u8 = 19;
/// All keys of the two-set keyboard.
pub(crate) const KEYS: u8 = 33;

/// The compatibility jamo printed on each key.
const KEY_JAMO: [char; 33] = [
    'ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ', 'ㅌ',
    'ㅍ', 'ㅎ', 'ㅏ', 'ㅐ', 'ㅑ', 'ㅒ', 'ㅓ', 'ㅔ', 'ㅕ', 'ㅖ', 'ㅗ', 'ㅛ', 'ㅜ', 'ㅠ', 'ㅡ', 'ㅣ',
];

const NO: u8 = 0xFF;

/// Keys of each compatibility jamo from U+3131 on: one, or two for a cluster.
const JAMO_KEYS: [[u8; 2]; 51] = [
    [0, NO],
    [1, NO],
    [0, 9],
    [2, NO],
    [2, 12],
    [2, 18],
    [3, NO],
    [4, NO],
    [5, NO],
    [5, 0],
    [5, 6],
    [5, 7],
    [5, 9],
    [5, 16],
    [5, 17],
    [5, 18],
    [6, NO],
    [7, NO],
    [8, NO],
    [7, 9],
    [9, NO],
    [10, NO],
    [11, NO],
    [12, NO],
    [13, NO],
    [14, NO],
    [15, NO],
    [16, NO],
    [17, NO],
    [18, NO],
    [19, NO],
    [20, NO],
    [21, NO],
    [22, NO],
    [23, NO],
    [24, NO],
    [25, NO],
    [26, NO],
    [27, NO],
    [27, 19],
    [27, 20],
    [27, 32],
    [28, NO],
    [29, NO],
    [29, 23],
    [29, 24],
    [29, 32],
    [30, NO],
    [31, NO],
    [31, 32],
    [32, NO],
];

/// Offset from U+3131 of each final consonant of a syllable (0 = none).
const FINAL_JAMO: [u8; 28] =
    [NO, 0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 22, 23, 25, 26, 27, 28, 29];

/// Final number of a consonant key; 0 where none exists (ㄸ ㅃ ㅉ).
const KEY_FINAL: [u8; 19] = [1, 2, 4, 7, 0, 8, 16, 17, 0, 19, 20, 21, 22, 0, 23, 24, 25, 26, 27];

/// Vowel number (0..21) of a vowel key.
const KEY_VOWEL: [u8; 14] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 17, 18, 20];

/// The code points of conjoining jamo: of the first initial, vowel and final.
pub(crate) const INITIALS_FROM: u32 = 0x1100;
pub(crate) const VOWELS_FROM: u32 = 0x1161;
pub(crate) const FINALS_FROM: u32 = 0x11A8;

/// Gives a syllable's initial, vowel and final numbers (19, 21, 28 of them).
pub(crate) fn syllable_parts(c: char) -> Option<(u8, u8, u8)> {
    let n = (c as u32).checked_sub(0xAC00)?;
    if n >= 11_172 {
        return None;
    }
    // The three quotients are below 19, 21 and 28.
    Some(((n / 588) as u8, (n % 588 / 28) as u8, (n % 28) as u8))
}

/// Gives the syllable of the three numbers.
pub(crate) fn syllable(initial: u8, vowel: u8, last: u8) -> char {
    char::from_u32(0xAC00 + (u32::from(initial) * 21 + u32::from(vowel)) * 28 + u32::from(last))
        .unwrap_or('\u{FFFD}')
}

/// Gives the conjoining jamo of a syllable.
pub(crate) fn apart(c: char) -> Option<impl Iterator<Item = char>> {
    let (initial, vowel, last) = syllable_parts(c)?;
    let last = last.checked_sub(1).map(|last| FINALS_FROM + u32::from(last));
    let points = [Some(INITIALS_FROM + u32::from(initial)), Some(VOWELS_FROM + u32::from(vowel)), last];
    Some(points.into_iter().flatten().filter_map(char::from_u32))
}

/// Gives the syllable of a conjoining initial and vowel, or of a syllable without a final and a conjoining final.
pub(crate) fn joined(first: char, second: char) -> Option<char> {
    let number = |c: char, from: u32, count: u32| {
        u32::from(c).checked_sub(from).filter(|number| *number < count).map(|number| number as u8)
    };
    if let Some(initial) = number(first, INITIALS_FROM, 19) {
        return number(second, VOWELS_FROM, 21).map(|vowel| syllable(initial, vowel, 0));
    }
    let last = number(second, FINALS_FROM, 27)?;
    let (initial, vowel, _) = syllable_parts(first).filter(|(.., none)| *none == 0)?;
    Some(syllable(initial, vowel, last + 1))
}

/// Tells whether the syllable ends in a consonant, and whether that is ㄹ; `None` for anything but a syllable.
pub(crate) fn final_of(c: char) -> Option<u8> {
    syllable_parts(c).map(|(_, _, last)| last)
}

/// Tells whether it is a complete syllable, 가 to 힣.
#[must_use]
pub fn is_syllable(c: char) -> bool {
    ('가'..='힣').contains(&c)
}

/// Tells whether it is a modern jamo as keyboards show it, ㄱ to ㅣ (U+3131 to U+3163), clusters included.
pub(crate) fn is_jamo(c: char) -> bool {
    ('ㄱ'..='ㅣ').contains(&c)
}

/// Tells whether it is a consonant jamo, clusters included.
pub(crate) fn is_consonant_jamo(c: char) -> bool {
    ('ㄱ'..='ㅎ').contains(&c)
}

/// Tells whether it is Hangul of any kind that may stand in folded text: a syllable or a jamo.
pub(crate) fn is_hangul(c: char) -> bool {
    is_syllable(c) || ('\u{3131}'..='\u{318E}').contains(&c) || ('\u{1100}'..='\u{11FF}').contains(&c)
}

/// Gives the jamo on a key.
pub(crate) fn key_jamo(key: u8) -> Option<char> {
    KEY_JAMO.get(usize::from(key)).copied()
}

/// Calls `push` with each key (0..33) that types the character; false when it is no Hangul of this keyboard.
pub(crate) fn type_char(c: char, push: &mut impl FnMut(u8)) -> bool {
    if let Some((initial, vowel, last)) = syllable_parts(c) {
        push(initial);
        push_jamo(30 + usize::from(vowel), push);
        if let Some(&offset) = FINAL_JAMO.get(usize::from(last)) {
            push_jamo(usize::from(offset), push);
        }
        return true;
    }
    if !is_jamo(c) {
        return false;
    }
    push_jamo((c as usize).saturating_sub(0x3131), push);
    true
}

fn push_jamo(offset: usize, push: &mut impl FnMut(u8)) {
    for &key in JAMO_KEYS.get(offset).into_iter().flatten() {
        if key != NO {
            push(key);
        }
    }
}

/// Gives the final two consonant keys make together (ㄱㅅ -> ㄳ).
fn joined_final(first: u8, second: u8) -> Option<u8> {
    Some(match (first, second) {
        (0, 9) => 3,
        (2, 12) => 5,
        (2, 18) => 6,
        (5, 0) => 9,
        (5, 6) => 10,
        (5, 7) => 11,
        (5, 9) => 12,
        (5, 16) => 13,
        (5, 17) => 14,
        (5, 18) => 15,
        (7, 9) => 18,
        _ => return None,
    })
}

/// Gives the vowel two vowels make together (ㅗㅏ -> ㅘ), all as vowel numbers.
fn joined_vowel(first: u8, second: u8) -> Option<u8> {
    Some(match (first, second) {
        (8, 0) => 9,
        (8, 1) => 10,
        (8, 20) => 11,
        (13, 4) => 14,
        (13, 5) => 15,
        (13, 20) => 16,
        (18, 20) => 19,
        _ => return None,
    })
}

fn vowel_jamo(vowel: u8) -> char {
    char::from_u32(0x314F + u32::from(vowel)).unwrap_or('\u{FFFD}')
}

/// The two-set automaton of an input method: keys in, text out. A consonant after a syllable becomes its final and
/// moves over to the next syllable when a vowel follows.
#[derive(Default)]
pub(crate) struct Composer {
    initial: Option<u8>,
    vowel: Option<u8>,
    first_final: Option<u8>,
    second_final: Option<u8>,
}

impl Composer {
    /// Takes one key, 0..33; finished characters go to `out`.
    pub(crate) fn key(&mut self, key: u8, out: &mut String) {
        if key < CONSONANT_KEYS {
            self.consonant(key, out);
        } else if let Some(&vowel) = KEY_VOWEL.get(usize::from(key - CONSONANT_KEYS)) {
            self.vowel(vowel, out);
        }
    }

    fn consonant(&mut self, key: u8, out: &mut String) {
        if self.initial.is_some() && self.vowel.is_some() {
            match (self.first_final, self.second_final) {
                (None, _) if KEY_FINAL.get(usize::from(key)).is_some_and(|&f| f != 0) => {
                    self.first_final = Some(key);
                    return;
                }
                (Some(first), None) if joined_final(first, key).is_some() => {
                    self.second_final = Some(key);
                    return;
                }
                _ => {}
            }
        }
        self.flush(out);
        self.initial = Some(key);
    }

    fn vowel(&mut self, vowel: u8, out: &mut String) {
        match (self.vowel, self.first_final, self.second_final) {
            (None, ..) => self.vowel = Some(vowel),
            (Some(old), None, _) => {
                if let Some(joined) = joined_vowel(old, vowel) {
                    self.vowel = Some(joined);
                } else {
                    self.flush(out);
                    self.vowel = Some(vowel);
                }
            }
            (Some(_), Some(_), Some(moving)) => {
                self.second_final = None;
                self.flush(out);
                self.initial = Some(moving);
                self.vowel = Some(vowel);
            }
            (Some(_), Some(moving), None) => {
                self.first_final = None;
                self.flush(out);
                self.initial = Some(moving);
                self.vowel = Some(vowel);
            }
        }
    }

    /// Writes what is being composed and starts afresh.
    pub(crate) fn flush(&mut self, out: &mut String) {
        match (self.initial, self.vowel) {
            (Some(initial), Some(vowel)) => {
                let last = match (self.first_final, self.second_final) {
                    (Some(a), Some(b)) => joined_final(a, b).unwrap_or(0),
                    (Some(a), None) => KEY_FINAL.get(usize::from(a)).copied().unwrap_or(0),
                    (None, _) => 0,
                };
                out.push(syllable(initial, vowel, last));
            }
            (Some(initial), None) => out.extend(key_jamo(initial)),
            (None, Some(vowel)) => out.push(vowel_jamo(vowel)),
            (None, None) => {}
        }
        *self = Self::default();
    }
}
