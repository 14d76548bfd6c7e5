//! A book as every answer shows it, API and command line: its record with names in place of numbers.
//!
//! One owner of five rules: the libraries shown (those asked for, else all), the date `registered` (the earliest
//! among them), when there is an ISBN, when a volume is shown beside the title, and that titles are shown by the rule of
//! `seoga_text::title`.

use seoga_index::availability::State;
use seoga_index::book_id::BookId;
use seoga_index::manifest::{Library, Manifest};
use seoga_index::record::{Editions, Record};
use seoga_text::day::Day;
use seoga_text::{title, volume};

/// A holding: a library that has the book.
#[derive(Debug, Clone, Copy)]
pub struct HoldingView<'a> {
    /// The library's number in the manifest.
    pub number: u16,
    /// The library.
    pub library: &'a Library,
    /// The earliest registration there.
    pub registered: Option<Day>,
    /// Whether a copy is on the shelf.
    pub state: State,
    /// The day of which `state` is.
    pub as_of: Option<Day>,
}

/// A book with the holdings that are shown.
#[derive(Debug)]
pub struct BookView<'a> {
    /// The record.
    pub record: &'a Record,
    /// The holdings, in the order of the manifest's libraries.
    pub holdings: Vec<HoldingView<'a>>,
}

impl<'a> BookView<'a> {
    /// Selects the holdings to show: those in `libraries` (numbers in the manifest), all where none is given.
    #[must_use]
    pub fn new(record: &'a Record, manifest: &'a Manifest, libraries: &[u16]) -> Self {
        let holdings =
            record.holdings.iter().filter(|h| libraries.is_empty() || libraries.contains(&h.library));
        let views = holdings.filter_map(|holding| {
            let number = holding.library;
            let library = manifest.libraries.get(usize::from(number))?;
            let registered = holding.registered.map(|days| Day(days.into()));
            Some(HoldingView {
                number,
                library,
                registered,
                state: holding.state,
                as_of: holding.as_of.map(Day),
            })
        });
        Self { record, holdings: views.collect() }
    }

    /// Names the libraries shown in which copies are in this state; `None` where nothing is known of any of them.
    #[must_use]
    pub fn libraries_where(&self, state: State) -> Option<Vec<&'a str>> {
        let is_known = self.holdings.iter().any(|holding| holding.as_of.is_some());
        let there = self.holdings.iter().filter(|holding| holding.state == state);
        is_known.then(|| there.map(|holding| holding.library.name.as_str()).collect())
    }

    /// Finds the earliest registration in the libraries shown.
    #[must_use]
    pub fn registered(&self) -> Option<Day> {
        self.holdings.iter().filter_map(|holding| holding.registered).min()
    }

    /// Counts the editions of its work, and the libraries that hold any of them.
    #[must_use]
    pub fn editions(&self) -> Editions {
        let alone = Editions { count: 1, libraries: self.record.holdings.len() as u32 };
        self.record.editions.unwrap_or(alone)
    }

    /// Writes the ISBN in thirteen digits, where the id is one.
    #[must_use]
    pub fn isbn13(&self) -> Option<String> {
        isbn13(self.record.id)
    }
}

/// Writes the ISBN in thirteen digits, where the id is one.
#[must_use]
pub fn isbn13(id: BookId) -> Option<String> {
    id.isbn13().map(|_| id.to_string())
}

/// Gives the volume to show beside a title: that recorded apart, unless the title says it too.
#[must_use]
pub fn volume_beside_title(record: &Record) -> Option<&str> {
    let recorded = record.volume.as_deref()?;
    let key = volume::key(recorded)?;
    let is_it = |volume: Option<volume::Volume>| volume.is_some_and(|volume| volume.key == key);
    let mut words = record.title.split_whitespace();
    let is_said = words.any(|word| word == recorded || is_it(volume::read(word)));
    let ends = is_it(volume::at_end(&record.title).map(|(_, volume)| volume));
    (!is_said && !ends).then_some(recorded)
}

/// Writes a title as it is shown, with its volume, for where there is one line of text.
#[must_use]
pub fn full_title(record: &Record) -> String {
    with_volume(record, title::shown_text(&record.title))
}

/// Writes a title as recorded, with its volume, for the records of other systems.
#[must_use]
pub fn recorded_title(record: &Record) -> String {
    with_volume(record, record.title.clone())
}

fn with_volume(record: &Record, mut title: String) -> String {
    if let Some(volume) = volume_beside_title(record) {
        title.push(' ');
        title.push_str(volume);
    }
    title
}

#[cfg(test)]
mod tests {
    use super::*;
    use seoga_index::record::Holding;

    fn manifest() -> Manifest {
        let library = |name: &str| Library { name: name.to_owned(), ..Library::default() };
        Manifest { libraries: vec![library("가"), library("나"), library("다")], ..Manifest::default() }
    }

    fn record() -> Record {
        let holding = |library, registered| Holding::new(library, registered);
        Record {
            id: BookId::isbn(9_791_158_083_397),
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
            let view = BookView::new(&record, &manifest, asked);
            let names: Vec<&str> =
                view.holdings.iter().map(|holding| holding.library.name.as_str()).collect();
            (names.join(" "), view.registered())
        };
        assert_eq!(shown(&[]), ("가 나 다".to_owned(), Some(Day(18_000))));
        assert_eq!(shown(&[0, 1]), ("가 나".to_owned(), Some(Day(19_000))));
        assert_eq!(shown(&[1]), ("나".to_owned(), None));
    }

    #[test]
    fn a_volume_stands_beside_a_title_that_does_not_say_it() {
        let full = |title: &str, volume: &str| {
            let record = Record { title: title.to_owned(), volume: Some(volume.to_owned()), ..record() };
            full_title(&record)
        };
        assert_eq!(full("토지", "3"), "토지 3");
        assert_eq!(full("토지", "별책"), "토지 별책");
        for title in ["토지 제3권", "토지. 3, 강을 건너", "토지 III", "토지3권", "토지(3)"] {
            assert_eq!(full(title, "3"), title);
        }
        assert_eq!(full("3일 만에 읽는 토지", "3"), "3일 만에 읽는 토지 3");
        assert_eq!(full_title(&record()), record().title);
    }

    #[test]
    fn isbns_are_thirteen_digits() {
        assert_eq!(isbn13(BookId::isbn(42)).as_deref(), Some("0000000000042"));
        assert_eq!(isbn13(BookId::made(42)), None);
    }
}
