//! The encoding of a file or a record, told from its bytes and from what is said of it, and bytes as text.
//!
//! The one place that knows encodings: records (`marc`) and rows (`table`) ask here. A byte order mark, strict UTF-8 and escape
//! sequences decide first; then a detector of letter frequencies (`chardetng`), the languages a record names, and whether the
//! letters are those of these languages (`judge`). Invariants: decoding never fails; what is no character becomes U+FFFD and is
//! said; bytes that cannot be told are never given as text of any encoding.

mod judge;
mod kind;
mod languages;
mod marc8;

use std::borrow::Cow;
use std::io::{self, Read};

use encoding_rs::EUC_KR;

pub(crate) use judge::{Clues, Judgement, judge};
pub use kind::Encoding;

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
    let (text, lossy) = encoding.text(bytes);
    if !lossy {
        return (text, Decoded::Plainly);
    }
    if encoding == Encoding::Utf8
        && let Judgement::Plain(Encoding::Cp949) = judge(bytes, &Clues::default())
    {
        return (EUC_KR.decode_without_bom_handling(bytes).0, Decoded::OtherEncoding);
    }
    (text, Decoded::WithLosses)
}

/// The bytes for a reader of the report: printable ASCII as it is, all else as `<E9>`.
pub(crate) fn shown(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b' '..=b'~' => out.push(char::from(byte)),
            // Writing to a String cannot fail.
            _ => _ = write!(out, "<{byte:02X}>"),
        }
    }
    out
}

/// Bytes of the lines that are looked at to tell the encoding of a table that is not UTF-8.
const SAMPLE: usize = 1 << 16;

/// The encoding of a table, from its header and the rest of its bytes; `None` where it cannot be told.
///
/// A header that is not ASCII decides: Korean column names are valid in one encoding only. `rest` is read to the end when it is
/// needed.
///
/// # Errors
/// When `rest` cannot be read.
pub(crate) fn detect(header: &[u8], rest: impl Read) -> io::Result<Option<Encoding>> {
    let of = |sample: &[u8]| match judge(sample, &Clues::default()) {
        Judgement::Plain(encoding) | Judgement::Damaged(encoding) => Some(encoding),
        Judgement::Unknown => None,
    };
    if !header.is_ascii()
        && let Judgement::Plain(encoding) = judge(header, &Clues::default())
    {
        return Ok(Some(encoding));
    }
    let (is_utf8, sample) = sample(rest)?;
    Ok(if is_utf8 { Some(Encoding::Utf8) } else { of(&sample) })
}

/// The encoding of one line that may be the header of a table; UTF-8 where it cannot be told.
pub(crate) fn of_header(line: &[u8]) -> Encoding {
    match judge(line, &Clues::default()) {
        Judgement::Plain(encoding) | Judgement::Damaged(encoding) => encoding,
        Judgement::Unknown => Encoding::Utf8,
    }
}

/// Whether everything that `reader` gives is UTF-8, and lines of it that are not ASCII. Reads in pieces of 64 KB.
fn sample(mut reader: impl Read) -> io::Result<(bool, Vec<u8>)> {
    let mut buffer = vec![0; 1 << 16];
    let (mut held, mut utf8) = (0, true);
    let mut sample = Vec::new();
    loop {
        let read = match reader.read(&mut buffer[held..]) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if read == 0 {
            return Ok((utf8 && held == 0, sample));
        }
        let end = held + read;
        if sample.len() < SAMPLE {
            let lines = buffer[held..end].split_inclusive(|&byte| byte == b'\n');
            lines.filter(|line| !line.is_ascii()).for_each(|line| sample.extend_from_slice(line));
        }
        match std::str::from_utf8(&buffer[..end]) {
            _ if !utf8 => held = 0,
            Ok(_) => held = 0,
            Err(error) if error.error_len().is_some() => (utf8, held) = (false, 0),
            Err(error) => {
                // A character cut by the end of the piece: at most three bytes, kept for the next one.
                let start = error.valid_up_to();
                buffer.copy_within(start..end, 0);
                held = end - start;
            }
        }
        if !utf8 && sample.len() >= SAMPLE {
            return Ok((false, sample));
        }
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
        let ascii = b"title,isbn13";
        let detect = |header: &[u8], rest: &[u8]| detect(header, rest).unwrap().map(Encoding::name);
        assert_eq!(detect(header.as_bytes(), &[]), Some("UTF-8"));
        assert_eq!(detect(&cp949(header), &[]), Some("CP949"));
        assert_eq!(detect(ascii, "파이썬".as_bytes()), Some("UTF-8"));
        assert_eq!(detect(ascii, &cp949("파이썬")), Some("CP949"));
        assert_eq!(detect(ascii, b"Kalte F\xFC\xDFe,1\nSch\xF6ne H\xE4nde,2\n"), Some("windows-1252"));
        assert_eq!(detect(ascii, &encoding_rs::GBK.encode("静静的花园,1\n").0), Some("GBK"));
        assert_eq!(detect(ascii, b"\xFF\xFE\xFD,1\n"), None);
    }

    #[test]
    fn utf8_holds_across_pieces() {
        let text = "가".repeat(100_000);
        assert!(sample(text.as_bytes()).unwrap().0);
        assert!(!sample(&text.as_bytes()[..text.len() - 1]).unwrap().0);
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
            for encoding in [Encoding::Utf8, Encoding::Cp949, Encoding::Marc8, Encoding::Other(encoding_rs::SHIFT_JIS)] {
                let (text, how) = decode(&bytes, encoding);
                if how == Decoded::Plainly && encoding == Encoding::Utf8 {
                    prop_assert_eq!(text.as_bytes(), &bytes[..]);
                }
            }
            prop_assert_eq!(sample(&bytes[..]).unwrap().0, std::str::from_utf8(&bytes).is_ok());
        }
    }
}
