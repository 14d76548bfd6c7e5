//! Reads a library's name, and the age of its data, off the name of its file.
//!
//! Opens no file. Invariant: what remains is clean text without a blank at either end; it may be empty.

use std::path::Path;

use super::clean;
use crate::catalogue::Date;

/// A file's name, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NamedLibrary {
    /// The library.
    pub(super) name: String,
    /// The last day of the month after the one in the name: nothing in the file was registered later.
    pub(super) latest: Option<Date>,
}

/// Reads the library that a file is named after: its name without the extension, a trailing `(YYYY년 MM월)` and the
/// words 장서 대출목록 (list of holdings and loans) that 정보나루 puts before it.
pub(super) fn library_of(path: &Path) -> NamedLibrary {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
    let stem = clean::text(&stem, false).0.into_owned();
    // A browser that saves the same name twice appends ` (1)`.
    let (base, month) = match without_month(&stem) {
        Some(found) => found,
        None => match without_copy_number(&stem).and_then(without_month) {
            Some(found) => found,
            None => (stem.as_str(), None),
        },
    };
    let name = ["장서 대출목록", "장서대출목록", "장서/대출목록", "장서 대출 목록", "장서목록"]
        .iter()
        .find_map(|suffix| base.strip_suffix(suffix))
        .map(|name| name.trim_end_matches([' ', '_', '-']))
        .filter(|name| !name.is_empty())
        .unwrap_or(base);
    NamedLibrary { name: name.trim().to_owned(), latest: month }
}

/// Splits `가 (2023년 02월)` into `가` and the last day of March 2023.
fn without_month(stem: &str) -> Option<(&str, Option<Date>)> {
    let (base, inside) = stem.strip_suffix(')')?.rsplit_once('(')?;
    let (year, rest) = inside.split_once('년')?;
    let (month, rest) = rest.split_once('월')?;
    let (year, month) = (year.trim(), month.trim());
    let digits = |text: &str, most: usize| {
        !text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_digit())
    };
    if !rest.trim().is_empty() || year.len() != 4 || !digits(year, 4) || !digits(month, 2) {
        return None;
    }
    let (year, month): (i32, u32) = (year.parse().ok()?, month.parse().ok()?);
    let (year, month) = if month >= 12 { (year + 1, 1) } else { (year, month + 1) };
    let latest = (28..=31).rev().find_map(|day| Date::from_ymd(year, month, day));
    Some((base.trim_end(), latest))
}

/// Strips the number off `가 (1)`, which leaves `가`.
fn without_copy_number(stem: &str) -> Option<&str> {
    let (base, inside) = stem.strip_suffix(')')?.rsplit_once('(')?;
    (!inside.is_empty() && inside.bytes().all(|b| b.is_ascii_digit())).then(|| base.trim_end())
}
