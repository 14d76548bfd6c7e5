//! Unicode's normal forms (Unicode Standard Annex 15): C, in which a letter and its marks are one character where there is one, and KC,
//! in which letters that only look otherwise are one, too. And which characters are marks.
//! Invariant: both forms are those of Unicode, for every text.

mod format;
mod table;

use std::borrow::Cow;

use crate::{hangul, sorting};

/// Gives a text in normal form C.
///
/// ```
/// assert_eq!(seoga_text::normal::nfc("Mu\u{308}ller, \u{1112}\u{1161}\u{11AB}"), "Müller, 한");
/// ```
#[must_use]
pub fn nfc(text: &str) -> Cow<'_, str> {
    if text.chars().all(table::stays) { Cow::Borrowed(text) } else { Cow::Owned(composed(text, false)) }
}

/// Gives a text in normal form KC.
///
/// ```
/// assert_eq!(seoga_text::normal::nfkc("ＰＹ ①㈜ ｶﾞ"), "PY 1(주) ガ");
/// ```
#[must_use]
pub fn nfkc(text: &str) -> Cow<'_, str> {
    if text.chars().all(table::stays_alike) { Cow::Borrowed(text) } else { Cow::Owned(composed(text, true)) }
}

/// Tells whether a character is a mark upon the one before it.
#[must_use]
pub fn is_mark(c: char) -> bool {
    table::mark(c).is_some()
}

/// Gives a letter without the marks that it is composed with.
pub(crate) fn unmarked(letter: char) -> char {
    let mut base = letter;
    while let Some(first) = table::parts(base, false).and_then(<[char]>::first) {
        base = *first;
    }
    base
}

/// A character and its combining class.
struct Piece {
    ch: char,
    class: u8,
}

/// Takes a text apart and puts it together again.
fn composed(text: &str, alike: bool) -> String {
    let mut pieces = Vec::with_capacity(text.len());
    for c in text.chars() {
        take_apart(c, alike, &mut pieces);
    }
    order(&mut pieces);
    let mut out = String::with_capacity(text.len());
    // The last letter, the marks behind it that did not compose with it, and the class of the last of them.
    let (mut letter, mut marks, mut before) = (None, String::new(), 0);
    for Piece { ch, class } in pieces {
        let touches = before == 0 || before < class;
        if let Some(whole) = letter.filter(|_| touches).and_then(|letter| table::composed(letter, ch)) {
            letter = Some(whole);
        } else if class == 0 {
            out.extend(letter.replace(ch));
            out.push_str(&marks);
            marks.clear();
            before = 0;
        } else {
            marks.push(ch);
            before = class;
        }
    }
    out.extend(letter);
    out.push_str(&marks);
    out
}

/// Adds the parts of a character that have none themselves.
fn take_apart(c: char, alike: bool, out: &mut Vec<Piece>) {
    if let Some(jamo) = hangul::apart(c) {
        out.extend(jamo.map(|ch| Piece { ch, class: 0 }));
    } else if let Some(parts) = table::parts(c, alike) {
        for part in parts {
            take_apart(*part, alike, out);
        }
    } else {
        out.push(Piece { ch: c, class: table::mark(c).unwrap_or(0) });
    }
}

/// Puts the marks between two letters in the order of their classes; those of one class stay in theirs.
fn order(pieces: &mut [Piece]) {
    for marks in pieces.split_mut(|piece| piece.class == 0) {
        if !marks.is_sorted_by_key(|mark| mark.class) {
            sorting::sort_by(marks, |a, b| a.class.cmp(&b.class));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use unicode_normalization::char::{
        canonical_combining_class, compose, decompose_canonical, is_combining_mark,
    };
    use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick, is_nfkc_quick};

    use super::*;

    fn all() -> impl Iterator<Item = char> {
        '\0'..=char::MAX
    }

    #[test]
    fn every_character_has_the_forms_that_unicode_gives_it() {
        let mut changed = 0;
        for c in all() {
            let text = c.to_string();
            assert_eq!(nfc(&text), text.nfc().to_string(), "{c:?}");
            assert_eq!(nfkc(&text), text.nfkc().to_string(), "{c:?}");
            assert_eq!(composed(&text.nfd().to_string(), false), text.nfc().to_string(), "{c:?}");
            changed += usize::from(text != nfkc(&text));
        }
        assert!(changed > 4_000, "{changed}");
    }

    #[test]
    fn every_character_is_a_mark_of_its_class_or_none() {
        for c in all() {
            assert_eq!(is_mark(c), is_combining_mark(c), "{c:?}");
            assert_eq!(table::mark(c).unwrap_or(0), canonical_combining_class(c), "{c:?}");
        }
    }

    #[test]
    fn every_letter_without_its_marks_is_the_first_character_of_form_d() {
        for c in all().filter(|c| !hangul::is_syllable(*c)) {
            assert_eq!(Some(unmarked(c)), c.nfd().next(), "{c:?}");
        }
    }

    #[test]
    fn two_characters_compose_where_unicode_says_so() {
        let (mut firsts, mut seconds) = (BTreeSet::from(['가', '각', 'x']), BTreeSet::from(['x']));
        for c in all().filter(|c| !hangul::is_syllable(*c) || (*c as u32).is_multiple_of(97)) {
            let mut parts = Vec::new();
            decompose_canonical(c, |part| parts.push(part));
            if let Some((last, [first, rest @ ..])) = parts.split_last() {
                firsts.extend([*first].into_iter().chain(rest.iter().copied()).nfc());
                seconds.insert(*last);
            }
        }
        let mut found = 0;
        for first in &firsts {
            for second in &seconds {
                let whole = compose(*first, *second);
                assert_eq!(table::composed(*first, *second), whole, "{first:?} {second:?}");
                found += usize::from(whole.is_some());
            }
        }
        assert!(found > 1_000, "{found}");
    }

    #[test]
    fn characters_that_need_no_table_stay_as_they_are() {
        for c in all() {
            let alone = || std::iter::once(c);
            let joins_nothing = canonical_combining_class(c) == 0 && !is_combining_mark(c);
            if table::stays(c) {
                assert!(joins_nothing && is_nfc_quick(alone()) == IsNormalized::Yes, "{c:?}");
            }
            if table::stays_alike(c) {
                assert!(joins_nothing && is_nfkc_quick(alone()) == IsNormalized::Yes, "{c:?}");
            }
        }
    }

    /// Texts of what composes, reorders, is blocked or is only alike.
    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => "[\u{300}-\u{36F}]{1,4}",
            1 => "[\u{591}-\u{5C7}\u{64B}-\u{65F}\u{93C}\u{94D}\u{9BE}\u{9D7}\u{1DC0}-\u{1DFF}\u{20D0}-\u{20F0}]{1,3}",
            3 => "[A-Za-z\u{C0}-\u{24F}\u{1E00}-\u{1EFF}]{1,3}",
            2 => "[\u{370}-\u{3FF}\u{1F00}-\u{1FFF}]{1,2}",
            2 => "[\u{1100}-\u{1175}\u{11A7}-\u{11C3}]{1,4}",
            2 => "[가-힣][\u{11A7}-\u{11C3}]{0,2}",
            2 => "[\u{3041}-\u{30FF}\u{3099}\u{309A}\u{FF61}-\u{FFDC}]{1,4}",
            1 => "[\u{F900}-\u{FAFF}\u{2F800}-\u{2FA1F}一-龥]{1,2}",
            1 => "[\u{900}-\u{DFF}\u{1000}-\u{1100}\u{1B00}-\u{1B7F}]{1,3}",
            1 => "[\u{FB00}-\u{FDFF}\u{FE20}-\u{FE2F}\u{2100}-\u{214F}\u{2460}-\u{24FF}\u{3200}-\u{33FF}]{1,2}",
            1 => "[\u{11080}-\u{116FF}\u{1D15E}-\u{1D1AD}\u{1D400}-\u{1D7FF}]{1,2}",
            1 => any::<String>(),
        ];
        proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_text_has_the_forms_that_unicode_gives_it(text in text()) {
            prop_assert_eq!(nfc(&text), text.nfc().to_string());
            prop_assert_eq!(nfkc(&text), text.nfkc().to_string());
            let apart = text.nfd().to_string();
            prop_assert_eq!(nfc(&apart), text.nfc().to_string());
        }
    }
}
