//! MARC-8: ANSEL and the other sets of the Library of Congress, and the East Asian one (EACC), as Unicode.
//!
//! The code points are those of the Library's code tables, in `marc8.txt`. A text begins in ASCII and ANSEL; escape sequences
//! change either half; marks stand before their letter, and behind it in what comes out, which is composed (NFC). Invariant:
//! decoding never fails; a code that no table has becomes U+FFFD and is counted.

use std::collections::HashMap;
use std::sync::LazyLock;

use ahash::RandomState;
use seoga_text::normal::nfc;

use crate::hash::fixed_state;

const ESCAPE: u8 = 0x1B;
/// Final bytes of the sets a text begins in, and of the one with three bytes a character.
const ASCII: u8 = b'B';
const ANSEL: u8 = b'E';
const EACC: u8 = b'1';
/// Stands for the characters of EACC that Unicode has none for.
const GETA: char = '\u{3013}';

/// A decoded text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) text: String,
    /// Codes that no table has, and marks without a letter.
    pub(super) lost: usize,
    /// Characters that are not ASCII, marks among them.
    pub(super) foreign: usize,
}

/// A character of a set, and whether it is a mark that stands before its letter.
#[derive(Debug, Clone, Copy)]
struct Code {
    c: char,
    combining: bool,
}

/// All sets: a code is the set's final byte and the byte without its highest bit, or the three bytes of EACC.
static CODES: LazyLock<HashMap<u32, Code, RandomState>> = LazyLock::new(|| {
    let mut codes = HashMap::with_capacity_and_hasher(16_400, fixed_state());
    let hex = |text: &str| u32::from_str_radix(text, 16).ok();
    for line in include_str!("marc8.txt").lines().filter(|line| !line.starts_with('#')) {
        let Some((key, rest)) = line.split_once(' ') else { continue };
        let Some(row) = hex(key) else { continue };
        if key.len() == 4 {
            for (code, c) in (row << 8 | 0x20..).zip(rest.chars()).filter(|(_, c)| *c != ' ') {
                let c = if matches!(c, '\u{E000}'..='\u{F8FF}') { GETA } else { c };
                codes.insert(code, Code { c, combining: false });
            }
            continue;
        }
        let mut cells = rest.split(' ');
        let Some(first) = cells.next().and_then(hex) else { continue };
        for (code, cell) in (row << 8 | first..).zip(cells) {
            let (combining, digits) = match cell.strip_prefix('+') {
                Some(digits) => (true, digits),
                None => (false, cell),
            };
            if let Some(c) = hex(digits).and_then(char::from_u32) {
                codes.insert(code, Code { c, combining });
            }
        }
    }
    codes
});

/// The text of bytes in MARC-8.
pub(super) fn decode(bytes: &[u8]) -> Text {
    let mut out = Text::default();
    let (mut low, mut high) = (ASCII, ANSEL);
    let mut marks: Vec<char> = Vec::new();
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        if byte == ESCAPE {
            match escape(after) {
                Some((half, set, length)) => {
                    *(if half == Half::Low { &mut low } else { &mut high }) = set;
                    rest = after.get(length..).unwrap_or(&[]);
                }
                None => {
                    out.lost += 1;
                    rest = after;
                }
            }
            continue;
        }
        let set = if byte < 0x80 { low } else { high };
        let code = match (byte & 0x7F, set) {
            (0..=0x20, EACC) | (0..=0x20, _) if byte < 0x80 => None,
            (_, ASCII) => None,
            (_, EACC) => {
                let three = rest.get(..3).map(|three| three.iter().map(|byte| byte & 0x7F));
                rest = rest.get(3..).unwrap_or(&[]);
                Some(three.map_or(u32::MAX, |three| three.fold(0, |code, byte| code << 8 | u32::from(byte))))
            }
            (byte, set) => Some(u32::from(set) << 8 | u32::from(byte)),
        };
        if set != EACC || code.is_none() {
            rest = after;
        }
        match code.map(|code| CODES.get(&code).copied()) {
            None if byte >= 0x80 => out.put(char::REPLACEMENT_CHARACTER, &mut marks),
            None => out.put(char::from(byte), &mut marks),
            Some(Some(Code { c, combining: true })) => {
                out.foreign += 1;
                marks.push(c);
            }
            Some(Some(Code { c, .. })) => out.put(c, &mut marks),
            Some(None) => out.put(char::REPLACEMENT_CHARACTER, &mut marks),
        }
    }
    out.lost += marks.len();
    out.text = nfc(&out.text).into_owned();
    out
}

impl Text {
    /// Adds a character and the marks that stood before it. A mark before a blank or a sign is one too many.
    fn put(&mut self, c: char, marks: &mut Vec<char>) {
        self.foreign += usize::from(!c.is_ascii());
        self.lost += usize::from(c == char::REPLACEMENT_CHARACTER);
        self.text.push(c);
        if c.is_alphabetic() {
            self.text.extend(marks.drain(..));
        } else {
            self.lost += marks.len();
            marks.clear();
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Low,
    High,
}

/// Reads what stands behind an escape: the half it changes, the final byte of the set that goes there, and its length.
fn escape(after: &[u8]) -> Option<(Half, u8, usize)> {
    let (half, set, length) = match *after {
        [b'g', ..] => (Half::Low, b'g', 1),
        [b'b', ..] => (Half::Low, b'b', 1),
        [b'p', ..] => (Half::Low, b'p', 1),
        [b's', ..] => (Half::Low, ASCII, 1),
        [b'(' | b',', b'!', set, ..] => (Half::Low, set, 3),
        [b')' | b'-', b'!', set, ..] => (Half::High, set, 3),
        [b'(' | b',', set, ..] => (Half::Low, set, 2),
        [b')' | b'-', set, ..] => (Half::High, set, 2),
        [b'$', b',' | b'(', set, ..] => (Half::Low, set, 3),
        [b'$', b')' | b'-', set, ..] => (Half::High, set, 3),
        [b'$', set, ..] => (Half::Low, set, 2),
        _ => return None,
    };
    b"1234BENQSbgp".contains(&set).then_some((half, set, length))
}

/// Whether an escape sequence that changes the set is in the bytes, as MARC-8 and ISO 2022 have them.
pub(super) fn has_escapes(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|pair| match pair {
        [ESCAPE, next] => matches!(next, b'$' | b'(' | b')' | b',' | b'-' | b'!' | b'g' | b'b' | b'p' | b's'),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_set_is_read() {
        for (bytes, text) in [
            (&b"plain"[..], "plain"),
            (b"Caf\xE2e du monde", "Café du monde"),
            (b"Vi\xF2\xE3et Nam", "Việt Nam"),
            (b"Da\xB0w\xE5ah", "Daʻwāh"),
            (b"\xA1\xE2od\xE2z \xB1 \xC7", "Łódź ł ß"),
            (b"\xEBI\xECA", "I\u{FE20}A\u{FE21}"),
            (b"\x1B(N\x74\x49\x48\x4F\x1B(B.", "Тихо."),
            (b"H\x1Bb2\x1BsO", "H₂O"),
            (b"x\x1Bp2\x1Bs", "x²"),
            (b"\x1Bga\x1Bs-", "α-"),
            (b"\x1B(2\x60\x61\x1B(B", "אב"),
            (b"\x1B(3\x47\x48\x1B(B", "اب"),
            (b"\x1B)4\xA4\x1B)!E", "ٹ"),
            (b"\x1B$1\x21\x30\x21\x21\x30\x24\x1B(B", "一三"),
            (b"\x1B$1\x6F\x48\x5F\x1B(B!", "가!"),
        ] {
            let out = decode(bytes);
            assert_eq!((out.text.as_str(), out.lost), (text, 0), "{bytes:?}");
        }
    }

    #[test]
    fn the_tables_are_whole() {
        // 16,299 codes of the published lists but ASCII, and four that pymarc adds to EACC.
        assert_eq!(CODES.len(), 16_303);
        assert_eq!(CODES.values().filter(|code| code.combining).count(), 61);
    }

    #[test]
    fn what_no_table_has_is_counted() {
        for (bytes, lost) in
            [(&b"\xFC"[..], 1), (b"a\xE2", 1), (b"a\xE2 b", 1), (b"\x1B$1\x21", 1), (b"\x1B(Z", 1)]
        {
            assert_eq!(decode(bytes).lost, lost, "{bytes:?} {:?}", decode(bytes));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_decode(bytes: Vec<u8>) {
            let out = decode(&bytes);
            prop_assert!(out.text.len() <= bytes.len() * 4);
            prop_assert!(!bytes.is_ascii() || has_escapes(&bytes) || bytes.contains(&ESCAPE) || out.foreign == 0);
        }
    }
}
