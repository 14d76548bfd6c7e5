//! A book as any answer shows it: its record with names in place of numbers.
//!
//! One owner of three rules: which libraries are shown (those asked for, else all), what `registered` is
//! (the earliest date among them), and how an ISBN is written.

use seoga_index::manifest::{Library, Manifest};
use seoga_index::record::Record;

use crate::calendar::Day;

/// A library that holds the book.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held<'a> {
    pub(crate) library: &'a Library,
    /// The earliest registration there.
    pub(crate) registered: Option<Day>,
}

/// A book and the libraries of it that are shown.
#[derive(Debug)]
pub(crate) struct Shown<'a> {
    pub(crate) record: &'a Record,
    /// By name, as the manifest has them.
    pub(crate) held: Vec<Held<'a>>,
}

impl<'a> Shown<'a> {
    /// `asked`: numbers of the libraries asked for; none means all.
    pub(crate) fn new(record: &'a Record, manifest: &'a Manifest, asked: &[u16]) -> Self {
        let holdings = record.holdings.iter().filter(|h| asked.is_empty() || asked.contains(&h.library));
        let held = holdings.filter_map(|holding| {
            let library = manifest.libraries.get(usize::from(holding.library))?;
            Some(Held { library, registered: holding.registered.map(|days| Day(days.into())) })
        });
        Self { record, held: held.collect() }
    }

    /// The earliest registration in the libraries shown.
    pub(crate) fn registered(&self) -> Option<Day> {
        self.held.iter().filter_map(|held| held.registered).min()
    }

    /// Thirteen digits.
    pub(crate) fn isbn13(&self) -> String {
        isbn13(self.record.isbn13)
    }
}

/// Thirteen digits.
pub(crate) fn isbn13(number: u64) -> String {
    format!("{number:013}")
}

/// The number of exactly thirteen digits.
pub(crate) fn parse_isbn13(text: &str) -> Option<u64> {
    let fits = text.len() == 13 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| fits)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use seoga_index::record::Holding;

    pub(crate) fn manifest() -> Manifest {
        let library = |name: &str| Library { name: name.to_owned(), ..Library::default() };
        Manifest { libraries: vec![library("가"), library("나"), library("다")], ..Manifest::default() }
    }

    pub(crate) fn record() -> Record {
        let holding = |library, registered| Holding { library, registered };
        Record {
            isbn13: 9_791_158_083_397,
            checked: true,
            title: "파이썬 <첫> 걸음".to_owned(),
            authors: "김서가".to_owned(),
            publisher: "서가출판".to_owned(),
            holdings: vec![holding(0, Some(19_000)), holding(1, None), holding(2, Some(18_000))],
            ..Record::default()
        }
    }

    #[test]
    fn registered_is_the_earliest_of_the_libraries_shown() {
        let (manifest, record) = (manifest(), record());
        let shown = |asked: &[u16]| {
            let shown = Shown::new(&record, &manifest, asked);
            let names: Vec<&str> = shown.held.iter().map(|held| held.library.name.as_str()).collect();
            (names.join(" "), shown.registered())
        };
        assert_eq!(shown(&[]), ("가 나 다".to_owned(), Some(Day(18_000))));
        assert_eq!(shown(&[0, 1]), ("가 나".to_owned(), Some(Day(19_000))));
        assert_eq!(shown(&[1]), ("나".to_owned(), None));
    }

    #[test]
    fn isbns_are_thirteen_digits() {
        assert_eq!(isbn13(42), "0000000000042");
        assert_eq!(parse_isbn13("0000000000042"), Some(42));
        for wrong in ["", "42", "979115808339x", "97911580833970", "+979115808339"] {
            assert_eq!(parse_isbn13(wrong), None, "{wrong}");
        }
    }
}
