//! Reads the library, the month and the mark of an upload off the name of a file.
//!
//! Opens no file. Invariant: the name is clean text without a blank at either end, the same from month to month; it may be empty.

use std::path::Path;

use super::clean;
use super::inputs::{HOLDINGS, RECORDS};
use super::month::{self, AsOf};
use super::upload_mark::UploadMark;
use crate::catalogue::Date;

/// A file's name, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NamedLibrary {
    /// The library.
    pub(super) name: String,
    /// The month or day of its data, where the name gives one.
    pub(super) as_of: Option<AsOf>,
    /// The name without the mark of an upload, clean: a file sent again has it again.
    pub(super) sent_as: String,
    /// The mark of an upload.
    pub(super) upload: Option<UploadMark>,
}

impl NamedLibrary {
    /// The last day of the month after the one in the name: nothing in the file was registered later.
    pub(super) fn latest(&self) -> Option<Date> {
        self.as_of.and_then(|as_of| as_of.month.last_day_of_next())
    }
}

/// Reads the library that a file is named after: its name without the extension, a month or day (`(YYYY년 MM월)` and the like),
/// the number of a copy, and the words 장서 대출목록 (list of holdings and loans) that 정보나루 puts behind it.
pub(super) fn library_of(path: &Path) -> NamedLibrary {
    let (file_name, upload) = UploadMark::read(path);
    let sent_as = cleaned(&file_name);
    let stem = without_extension(without_packing(&sent_as)).trim_end();
    // A browser that saves one name twice appends ` (1)`.
    let stem = without_copy_number(stem).unwrap_or(stem);
    let (base, as_of) = match month::cut(stem) {
        Some(cut) => (joined(&cut.before, &cut.after), cut.as_of),
        None => (stem.to_owned(), None),
    };
    let name = ["장서 대출목록", "장서대출목록", "장서/대출목록", "장서 대출 목록", "장서목록"]
        .iter()
        .find_map(|suffix| base.strip_suffix(suffix))
        .map(|name| name.trim_end_matches(DIVIDERS))
        .filter(|name| !name.is_empty())
        .unwrap_or(&base);
    NamedLibrary { name: name.trim().to_owned(), as_of, upload, sent_as }
}

/// Strips the extension of an archive off a name that has another one before it: `가온.csv.gz` is `가온.csv`.
fn without_packing(name: &str) -> &str {
    let packed = name
        .rsplit_once('.')
        .filter(|(_, extension)| ["gz", "zip"].iter().any(|one| extension.eq_ignore_ascii_case(one)));
    let inside = |stem: &&str| {
        let extension = stem.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
        HOLDINGS.iter().chain(RECORDS).any(|known| *known == extension)
    };
    packed.map(|(stem, _)| stem).filter(inside).unwrap_or(name)
}

fn without_extension(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Writes a library's name, typed by a person, as names are compared: composed (NFC), with single blanks.
pub fn cleaned(name: &str) -> String {
    clean::text(name, false).0.into_owned()
}

/// Characters that stand between a name and a month.
const DIVIDERS: [char; 3] = [' ', '_', '-'];

/// Joins what stood on both sides of a month.
fn joined(before: &str, after: &str) -> String {
    let (before, after) = (before.trim_end_matches(DIVIDERS), after.trim_matches(DIVIDERS));
    [before.trim_start_matches(DIVIDERS), after]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Strips the number off `가 (1)`, which leaves `가`.
fn without_copy_number(stem: &str) -> Option<&str> {
    let (base, inside) = stem.strip_suffix(')')?.rsplit_once('(')?;
    let is_copy = (1..=2).contains(&inside.len()) && inside.bytes().all(|b| b.is_ascii_digit());
    is_copy.then(|| base.trim_end()).filter(|base| !base.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_librarys_name_is_the_same_from_month_to_month() {
        let decomposed = "\u{1100}\u{1161}\u{110B}\u{1169}\u{11AB} (2026년 11월).csv";
        for (file, as_of) in [
            ("가온.csv", None),
            ("가온 (1).csv", None),
            ("가온 (2026년 11월).csv", Some("2026-11")),
            ("가온  (2026년  11월).csv", Some("2026-11")),
            ("가온(2026년 11월) (2).csv", Some("2026-11")),
            ("가온 장서 대출목록 (2026년 12월).csv", Some("2026-12")),
            ("가온_장서목록_202701.CSV", Some("2027-01")),
            ("2027-01-31 가온.csv", Some("2027-01-31")),
            ("가온 2027.1.mrc", Some("2027-01")),
            ("가온 (2026년 11월).csv.gz", Some("2026-11")),
            ("가온.zip", None),
            (decomposed, Some("2026-11")),
            ("가온 (2026년 13월).csv", None),
            ("가온 (2026년 11월).up-20261129T101500Z-00112233445566778899aabbccddeeff.csv", Some("2026-11")),
        ] {
            let named = library_of(Path::new(file));
            assert_eq!(named.name, "가온", "{file}");
            assert_eq!(named.as_of.map(|as_of| as_of.to_string()).as_deref(), as_of, "{file}");
        }
        for other in ["가온도서관.csv", "가온 (분관).csv", "가온2.csv", "가 온.csv"] {
            assert_ne!(library_of(Path::new(other)).name, "가온", "{other}");
        }
        assert_eq!(library_of(Path::new("2026-11.csv")).name, "");
        assert_eq!(library_of(Path::new("(3).csv")).name, "(3)");
    }
}
