//! The character set of one record, and its bytes as text.
//!
//! The leader is not believed: records turned into UTF-8 often keep the blank that means another set, and KORMARC's
//! blank (KS X 1001) is MARC 21's MARC-8. What decides is which set the whole record is valid in. Invariant: a
//! record in a set that is not read is refused, never guessed at.

use std::borrow::Cow;

use encoding_rs::EUC_KR;

use crate::sources::encoding::{Encoding, is_plainly_korean};

/// The character set of a record's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// ASCII alone, which is the same in every set.
    Ascii,
    /// Text in one of the two encodings read.
    Text(Encoding),
    /// Neither without losses; most of it is this one.
    Damaged(Encoding),
    /// MARC-8 or ISO 2022: escape sequences, or the single high bytes of ANSEL (or Latin-1).
    Unread,
}

/// Judges a whole record; `says_utf8` is what its leader or XML declaration says.
pub(super) fn charset(bytes: &[u8], says_utf8: bool) -> Charset {
    if has_escapes(bytes) {
        return Charset::Unread;
    }
    if bytes.is_ascii() {
        return Charset::Ascii;
    }
    let strict_korean = EUC_KR.decode_without_bom_handling_and_without_replacement(bytes);
    match std::str::from_utf8(bytes) {
        // Hangul and Chinese characters are three bytes in UTF-8; CP949 is hardly ever that by chance, but a few
        // of its syllables can pass for two bytes of UTF-8.
        Ok(text) if says_utf8 || text.chars().any(|c| c >= '\u{800}') => Charset::Text(Encoding::Utf8),
        Ok(western) => match strict_korean {
            Some(text) if is_plainly_korean(&text) && !is_within_words(western) => {
                Charset::Text(Encoding::Cp949)
            }
            _ => Charset::Text(Encoding::Utf8),
        },
        Err(_) if are_single(bytes) => Charset::Unread,
        Err(_) if strict_korean.is_some() => Charset::Text(Encoding::Cp949),
        Err(_) => {
            let lost = |text: Cow<'_, str>| text.matches(char::REPLACEMENT_CHARACTER).count();
            let in_utf8 = lost(String::from_utf8_lossy(bytes));
            let in_korean = lost(EUC_KR.decode_without_bom_handling(bytes).0);
            let utf8 = in_utf8 < in_korean || (in_utf8 == in_korean && says_utf8);
            Charset::Damaged(if utf8 { Encoding::Utf8 } else { Encoding::Cp949 })
        }
    }
}

/// Whether a letter above ASCII stands beside an ASCII letter, as in `café`.
fn is_within_words(text: &str) -> bool {
    let mut before = ' ';
    text.chars().any(|c| {
        let beside = (c.is_ascii_alphabetic() && !before.is_ascii())
            || (!c.is_ascii() && before.is_ascii_alphabetic());
        before = c;
        beside
    })
}

/// Text in an encoding; what is no character becomes U+FFFD.
pub(super) fn text(bytes: &[u8], encoding: Encoding) -> Cow<'_, str> {
    match encoding {
        Encoding::Cp949 => EUC_KR.decode_without_bom_handling(bytes).0,
        Encoding::Utf8 => String::from_utf8_lossy(bytes),
    }
}

/// Whether there is an escape sequence that changes the set, as MARC-8 and ISO 2022 have them.
fn has_escapes(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|pair| match pair {
        [0x1B, next] => matches!(next, b'$' | b'(' | b')' | b',' | b'-' | b'!' | b'g' | b'b' | b'p' | b's'),
        _ => false,
    })
}

/// Whether every byte above 0x7F stands between ASCII ones: a Western set of one byte a character.
fn are_single(bytes: &[u8]) -> bool {
    let is_high = |place: Option<usize>| place.and_then(|at| bytes.get(at)).is_some_and(|b| !b.is_ascii());
    (0..bytes.len())
        .filter(|&at| is_high(Some(at)))
        .all(|at| !is_high(at.checked_sub(1)) && !is_high(Some(at + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cp949(text: &str) -> Vec<u8> {
        EUC_KR.encode(text).0.into_owned()
    }

    #[test]
    fn korean_is_told_apart_whatever_the_leader_says() {
        for text in ["창", "혁", "창혁", "씨앗에서 배우는 파이썬", "漢字 入門 새길", "똠방각하"]
        {
            for says_utf8 in [false, true] {
                let utf8 = charset(text.as_bytes(), says_utf8);
                assert_eq!(utf8, Charset::Text(Encoding::Utf8), "{text}");
            }
            assert_eq!(charset(&cp949(text), false), Charset::Text(Encoding::Cp949), "{text}");
        }
        assert_eq!(charset(&cp949("씨앗에서 배우는 파이썬"), true), Charset::Text(Encoding::Cp949));
        assert_eq!(charset("Café crème".as_bytes(), false), Charset::Text(Encoding::Utf8));
        assert_eq!(charset(b"plain", true), Charset::Ascii);
    }

    #[test]
    fn marc_8_is_refused_and_not_guessed_at() {
        for bytes in [
            &b"Caf\xE2e du monde"[..],
            b"\x1B$1!0!\x1B(B",
            b"\x1B(2 title",
            b"\x1B$)C\x0E...",
            b"Latin-1 caf\xE9 noir",
        ] {
            assert_eq!(charset(bytes, false), Charset::Unread, "{bytes:?}");
        }
    }

    #[test]
    fn a_damaged_record_is_read_as_what_most_of_it_is() {
        let mut utf8 = "씨앗에서 배우는 파이썬".as_bytes().to_vec();
        utf8.truncate(utf8.len() - 1);
        utf8.extend_from_slice(b"\x1E\x1D");
        assert_eq!(charset(&utf8, true), Charset::Damaged(Encoding::Utf8));
        let mut korean = cp949("씨앗에서 배우는 파이썬 ");
        korean.extend_from_slice(b"\xFF\xFF\xB0\x1E");
        assert_eq!(charset(&korean, false), Charset::Damaged(Encoding::Cp949));
    }
}
