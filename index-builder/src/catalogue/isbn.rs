//! ISBNs as catalogues write them, wrong ones included.
//!
//! Not the arithmetic (`seoga-text` has that, and reads what visitors type). Here a damaged number must be told
//! from a missing one, and a wrong check digit is kept, because it is often printed so on the book.
//! Invariant: an ISBN-13 returned has 13 digits and begins with 978 or 979.

use seoga_text::isbn::Isbn13;

/// An ISBN read from a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Isbn {
    /// The 13 digits.
    pub(crate) isbn13: u64,
    /// Whether the check digit is right.
    pub(crate) checked: bool,
    /// The repair that reading it took.
    pub(crate) repair: Option<Repair>,
}

/// A repair that reading an ISBN took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repair {
    /// Hyphens, blanks or other text around the number were left out.
    Tidied,
    /// An ISBN-10 was written as ISBN-13.
    FromIsbn10,
    /// An ISBN-10 got back the zeros that a spreadsheet took from its front, and was written as ISBN-13.
    ZerosPutBack,
}

/// Why a cell holds no ISBN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing there.
    Missing,
    /// A 13-digit article number of something that is no book (not 978, 979).
    NotABook,
    /// A spreadsheet wrote it as `9.78899E+12`; the last digits are lost.
    Rounded,
    /// No run of digits that could be an ISBN.
    Unreadable,
}

/// Reads the ISBN in a cell of a catalogue.
///
/// Of eight digits the check digit of an ISSN is that of an ISBN-10 without its two leading zeros: where both may stand, ask
/// [`is_issn`] first.
pub(crate) fn read(cell: &str) -> Result<Isbn, Fault> {
    let cell = cell.trim();
    if cell.chars().all(|c| matches!(c, '-' | '0' | '.')) {
        return Err(Fault::Missing);
    }
    if let Some(isbn13) = thirteen_digits(cell) {
        return book(isbn13, None);
    }
    if is_scientific(cell) {
        return Err(Fault::Rounded);
    }
    if is_issn(cell) && cell.contains('-') {
        return Err(Fault::NotABook);
    }
    let ascii: String = cell.chars().map(half_width).collect();
    let ascii = ascii.strip_suffix(".0").unwrap_or(&ascii);
    let pieces = || ascii.split(|c: char| !(c.is_ascii_digit() || c == '-' || c == 'X' || c == 'x'));
    let mut fault = Fault::Unreadable;
    let mut wrong: Option<Isbn> = None;
    let joined: String = pieces().collect();
    for piece in pieces().chain([joined.as_str()]) {
        let digits: String = piece.chars().filter(|&c| c != '-').collect();
        if let Some(isbn13) = thirteen_digits(&digits) {
            match book(isbn13, Some(Repair::Tidied)) {
                Ok(isbn) if isbn.checked => return Ok(isbn),
                Ok(isbn) => wrong = wrong.or(Some(isbn)),
                Err(found) => fault = found,
            }
        } else if let Some(isbn13) = from_isbn10(&digits) {
            return Ok(Isbn { isbn13, checked: true, repair: Some(Repair::FromIsbn10) });
        }
    }
    wrong.or_else(|| with_zeros(ascii)).ok_or(fault)
}

/// The ISBN-10 that a cell held before a spreadsheet made a number of it: seven to nine digits and nothing else, the last of which
/// is the right check digit once the zeros are back.
fn with_zeros(cell: &str) -> Option<Isbn> {
    let is_number = cell
        .bytes()
        .enumerate()
        .all(|(place, byte)| byte.is_ascii_digit() || place + 1 == cell.len() && matches!(byte, b'X' | b'x'));
    if !(7..=9).contains(&cell.len()) || !is_number {
        return None;
    }
    let isbn13 = from_isbn10(&format!("{cell:0>10}"))?;
    Some(Isbn { isbn13, checked: true, repair: Some(Repair::ZerosPutBack) })
}

/// Whether a cell is an ISSN, the number of a serial: four digits twice, with or without a hyphen, the check digit right.
pub(crate) fn is_issn(cell: &str) -> bool {
    let digits: Vec<u32> = (cell.trim().chars().filter(|&c| c != '-'))
        .filter_map(|c| if matches!(c, 'X' | 'x') { Some(10) } else { c.to_digit(10) })
        .collect();
    let length = cell.trim().len();
    digits.len() == 8
        && (length == 8 || length == 9 && cell.trim().as_bytes().get(4) == Some(&b'-'))
        && (digits.iter().zip((1..=8).rev()).map(|(digit, weight)| digit * weight).sum::<u32>()) % 11 == 0
}

/// Whether the last digit of an ISBN-13 is its check digit.
pub(crate) fn check_digit_holds(isbn13: u64) -> bool {
    Isbn13::new(isbn13).is_some()
}

fn book(isbn13: u64, repair: Option<Repair>) -> Result<Isbn, Fault> {
    match isbn13 / 10_000_000_000 {
        978 | 979 => Ok(Isbn { isbn13, checked: check_digit_holds(isbn13), repair }),
        _ => Err(Fault::NotABook),
    }
}

fn thirteen_digits(text: &str) -> Option<u64> {
    (text.len() == 13 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// The ISBN-13 of a valid ISBN-10.
fn from_isbn10(text: &str) -> Option<u64> {
    (text.len() == 10 && !text.starts_with("000000000"))
        .then(|| seoga_text::isbn::parse(text))
        .flatten()
        .map(Isbn13::get)
}

/// `9.78899E+12`, as spreadsheets write long numbers.
fn is_scientific(cell: &str) -> bool {
    cell.split_once(['E', 'e']).is_some_and(|(number, exponent)| {
        number.starts_with(|c: char| c.is_ascii_digit())
            && number.bytes().all(|b| b.is_ascii_digit() || b == b'.')
            && exponent.trim_start_matches('+').bytes().all(|b| b.is_ascii_digit())
            && exponent.len() > 1
    })
}

/// Full-width digits and the many dashes as their plain forms.
fn half_width(c: char) -> char {
    match c {
        '\u{FF10}'..='\u{FF19}' => char::from_digit(c as u32 - 0xFF10, 10).unwrap_or(c),
        '\u{FF38}' | '\u{FF58}' => 'X',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FF0D}' | '\u{00AD}' => '-',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn isbn(cell: &str) -> Result<(u64, bool), Fault> {
        read(cell).map(|isbn| (isbn.isbn13, isbn.checked))
    }

    #[test]
    fn read_takes_the_spellings_libraries_use() {
        for cell in [
            "9780306406157",
            " 9780306406157 ",
            "978-0-306-40615-7",
            "978 0 306 40615 7",
            "0306406152",
            "0-306-40615-2",
            "ISBN 978-0-306-40615-7",
            "9780306406157 (세트)",
            "9780306406157 03810",
            "978‐0‐306‐40615‐7",
            "９７８０３０６４０６１５７",
            "9780306406157.0",
            "(1) 9780306406157",
        ] {
            assert_eq!(isbn(cell), Ok((9_780_306_406_157, true)), "{cell}");
        }
        assert_eq!(isbn("097522980X"), Ok((9_780_975_229_804, true)));
    }

    #[test]
    fn read_keeps_a_wrong_check_digit_and_says_so() {
        assert_eq!(isbn("9780306406158"), Ok((9_780_306_406_158, false)));
        assert_eq!(isbn("9780306406158 9780306406157"), Ok((9_780_306_406_157, true)));
    }

    #[test]
    fn read_tells_what_is_no_isbn() {
        assert_eq!(isbn(""), Err(Fault::Missing));
        assert_eq!(isbn(" - "), Err(Fault::Missing));
        assert_eq!(isbn("0000000000000"), Err(Fault::Missing));
        assert_eq!(isbn("8801234567893"), Err(Fault::NotABook));
        assert_eq!(isbn("9.78896E+12"), Err(Fault::Rounded));
        assert_eq!(isbn("0306406153"), Err(Fault::Unreadable));
        assert_eq!(isbn("97803064061"), Err(Fault::Unreadable));
        assert_eq!(isbn("비도서"), Err(Fault::Unreadable));
    }

    proptest! {
        #[test]
        fn read_never_panics_and_keeps_its_invariant(cell in "\\PC{0,40}|[0-9xX -]{0,30}") {
            if let Ok(isbn) = read(&cell) {
                prop_assert!(matches!(isbn.isbn13 / 10_000_000_000, 978 | 979));
                prop_assert_eq!(isbn.checked, check_digit_holds(isbn.isbn13));
            }
        }
    }
}
