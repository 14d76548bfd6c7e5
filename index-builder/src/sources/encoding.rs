//! Detects the encoding of a file and decodes its bytes.
//!
//! Not a guess from letter frequencies: a byte order mark, then strict UTF-8, then CP949, since libraries' files
//! are in one of the two. Invariant: decoding never fails; what is no character becomes U+FFFD and is said.

use std::borrow::Cow;
use std::io::{self, Read};

use encoding_rs::EUC_KR;

/// How the bytes of a file are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// CP949, the superset of EUC-KR that Windows uses.
    Cp949,
}

impl Encoding {
    /// The name in reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Cp949 => "CP949",
        }
    }
}

/// How a cell was decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decoded {
    /// As the file's encoding says.
    Plainly,
    /// In a UTF-8 file, but plainly Korean in CP949.
    OtherEncoding,
    /// With U+FFFD in place of what is no character.
    WithLosses,
}

/// The text of a cell.
pub(crate) fn decode(bytes: &[u8], encoding: Encoding) -> (Cow<'_, str>, Decoded) {
    if encoding == Encoding::Cp949 && !bytes.is_ascii() {
        let (text, lossy) = EUC_KR.decode_without_bom_handling(bytes);
        return (text, if lossy { Decoded::WithLosses } else { Decoded::Plainly });
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), Decoded::Plainly),
        Err(_) => match EUC_KR.decode_without_bom_handling_and_without_replacement(bytes) {
            Some(text) if is_plainly_korean(&text) => (text, Decoded::OtherEncoding),
            _ => (String::from_utf8_lossy(bytes), Decoded::WithLosses),
        },
    }
}

/// Whether all Hangul in the text is among the 2,350 syllables of KS X 1001 and hardly anything else is foreign.
///
/// UTF-8 that is read as CP949 gives rare syllables and Chinese characters; Korean text does not.
pub(crate) fn is_plainly_korean(text: &str) -> bool {
    let (mut common, mut other) = (0_usize, 0_usize);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        let mut utf8 = [0; 4];
        let (bytes, _, _) = EUC_KR.encode(c.encode_utf8(&mut utf8));
        match *bytes {
            [0xB0..=0xC8, 0xA1..=0xFE] => common += 1,
            _ => other += 1,
        }
    }
    common > 0 && common >= 4 * other
}

/// The encoding of a file, from its first line and, when that is ASCII, from the rest.
///
/// A first line that is not ASCII decides: Korean column names are valid in one encoding only. `rest` is read to
/// the end when it is needed.
pub(crate) fn detect(first_line: &[u8], rest: impl Read) -> io::Result<Encoding> {
    if !first_line.is_ascii() {
        let utf8 = std::str::from_utf8(first_line).is_ok();
        return Ok(if utf8 { Encoding::Utf8 } else { Encoding::Cp949 });
    }
    Ok(if is_utf8(rest)? { Encoding::Utf8 } else { Encoding::Cp949 })
}

/// Whether everything that `reader` gives is UTF-8. Reads in pieces of 64 KB.
fn is_utf8(mut reader: impl Read) -> io::Result<bool> {
    let mut buffer = vec![0; 1 << 16];
    let mut held = 0;
    loop {
        let read = match reader.read(&mut buffer[held..]) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if read == 0 {
            return Ok(held == 0);
        }
        let end = held + read;
        match std::str::from_utf8(&buffer[..end]) {
            Ok(_) => held = 0,
            Err(error) if error.error_len().is_some() => return Ok(false),
            Err(error) => {
                // A character cut by the end of the piece: at most three bytes, kept for the next one.
                let start = error.valid_up_to();
                buffer.copy_within(start..end, 0);
                held = end - start;
            }
        }
    }
}

/// Recognises a file that is plainly no text of ours by its first bytes; says what it is and what to do.
pub(crate) fn other_format(start: &[u8]) -> Option<&'static str> {
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    let text = text.trim_ascii_start();
    let is_page =
        |prefix: &[u8]| text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix));
    match start {
        [b'P', b'K', 3, 4, ..] => Some("an Excel workbook or a ZIP archive; save the sheet as CSV"),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Some("an old Excel workbook; save the sheet as CSV"),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Some("UTF-16 text; save it as \"CSV UTF-8\""),
        [0x1F, 0x8B, ..] => Some("compressed by gzip; unpack it"),
        [b'%', b'P', b'D', b'F', ..] => Some("a PDF document; export the list as CSV"),
        _ if is_page(b"<!doctype") || is_page(b"<html") => {
            Some("a web page, perhaps an error page saved under the file's name; download the file again")
        }
        _ if start.contains(&0) => Some("binary data, no text; export the list as CSV"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cp949(text: &str) -> Vec<u8> {
        EUC_KR.encode(text).0.into_owned()
    }

    #[test]
    fn detect_follows_the_first_line_and_then_the_rest() {
        let header = "도서명,ISBN";
        assert_eq!(detect(header.as_bytes(), &[][..]).unwrap(), Encoding::Utf8);
        assert_eq!(detect(&cp949(header), &[][..]).unwrap(), Encoding::Cp949);
        assert_eq!(detect(b"title,isbn13", "파이썬".as_bytes()).unwrap(), Encoding::Utf8);
        assert_eq!(detect(b"title,isbn13", cp949("파이썬").as_slice()).unwrap(), Encoding::Cp949);
    }

    #[test]
    fn is_utf8_holds_across_pieces() {
        let text = "가".repeat(100_000);
        assert!(is_utf8(text.as_bytes()).unwrap());
        assert!(!is_utf8(&text.as_bytes()[..text.len() - 1]).unwrap());
    }

    #[test]
    fn a_korean_cell_of_the_other_encoding_is_recovered() {
        let (text, how) = decode("혼자 공부하는 파이썬".as_bytes(), Encoding::Utf8);
        assert_eq!((&*text, how), ("혼자 공부하는 파이썬", Decoded::Plainly));
        let bytes = cp949("혼자 공부하는 파이썬");
        assert_eq!(
            decode(&bytes, Encoding::Utf8),
            (Cow::from("혼자 공부하는 파이썬"), Decoded::OtherEncoding)
        );
        assert_eq!(decode(&bytes, Encoding::Cp949), (Cow::from("혼자 공부하는 파이썬"), Decoded::Plainly));
    }

    #[test]
    fn a_damaged_cell_loses_only_what_is_damaged() {
        let mut bytes = "혼자 공부하는 파이썬".as_bytes().to_vec();
        bytes.truncate(bytes.len() - 1);
        let (text, how) = decode(&bytes, Encoding::Utf8);
        assert_eq!((&*text, how), ("혼자 공부하는 파이\u{FFFD}", Decoded::WithLosses));
        let (text, how) = decode(b"\xC6\xC4\xFF\xC0\xCC", Encoding::Cp949);
        assert_eq!(how, Decoded::WithLosses);
        assert!(text.starts_with('파'));
    }

    proptest! {
        #[test]
        fn decode_never_panics_and_says_every_loss(bytes: Vec<u8>) {
            for encoding in [Encoding::Utf8, Encoding::Cp949] {
                let (text, how) = decode(&bytes, encoding);
                if how == Decoded::Plainly && encoding == Encoding::Utf8 {
                    prop_assert_eq!(text.as_bytes(), &bytes[..]);
                }
            }
            let _ = other_format(&bytes);
            prop_assert_eq!(is_utf8(&bytes[..]).unwrap(), std::str::from_utf8(&bytes).is_ok());
        }
    }
}
