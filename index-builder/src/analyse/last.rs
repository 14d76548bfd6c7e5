//! Finds the last volume of each series and of each set, as far as the catalogue goes, and what the volume before one is called.
//!
//! Books are of one set when title and first author are the same and each has a volume of its own. Invariant: of a set or series of which
//! the catalogue has one volume there is no last one.

use ahash::RandomState;
use hashbrown::HashMap;
use seoga_text::{fold, names, title, volume};

use crate::catalogue::{Book, Catalogue, Series};
use crate::hash::fixed_state;

/// Titles under which the volume before one is known.
const TITLES: usize = 3;

/// The least and the greatest number of each series and set, and the titles in a series.
#[derive(Debug)]
pub struct LastVolumes {
    ends: HashMap<String, (u32, u32), RandomState>,
    titles: HashMap<(String, u32), Vec<String>, RandomState>,
}

impl LastVolumes {
    /// Finds the least and the greatest number of each series of a catalogue.
    #[must_use]
    pub fn find(catalogue: &Catalogue) -> Self {
        let state = fixed_state();
        let mut found =
            Self { ends: HashMap::with_hasher(state.clone()), titles: HashMap::with_hasher(state) };
        for book in &catalogue.books {
            for series in &book.series {
                let name = fold::letters(&series.name);
                if let Some(number) = number(series) {
                    let titles = found.titles.entry((name.clone(), number)).or_default();
                    let title = title::parts(&book.title).main;
                    if titles.len() < TITLES && !titles.iter().any(|known| known == title) {
                        titles.push(title.to_owned());
                    }
                }
                found.take(name, number(series));
            }
            if let Some(volume) = &book.volume {
                found.take(set(book, &book.title), whole_number(volume));
            }
        }
        found
    }

    fn take(&mut self, key: String, number: Option<u32>) {
        let Some(number) = number else { return };
        let (least, most) = self.ends.entry(key).or_insert((number, number));
        (*least, *most) = (number.min(*least), number.max(*most));
    }

    fn ends_with(&self, key: &str, number: Option<u32>) -> bool {
        self.ends.get(key).is_some_and(|(least, most)| least < most && number == Some(*most))
    }

    /// Tells whether a book is the last of a set that has several, by its volume, under the title shown.
    pub(super) fn is_last_of_set(&self, book: &Book) -> bool {
        let Some(volume) = &book.volume else { return false };
        self.ends_with(&set(book, &book.title), whole_number(volume))
    }

    /// Iterates the titles of the volumes right before a book in its series.
    pub(super) fn before(&self, book: &Book) -> impl Iterator<Item = &str> {
        let before = |series: &Series| Some((fold::letters(&series.name), number(series)?.checked_sub(1)?));
        let titles = book.series.iter().filter_map(before).filter_map(|place| self.titles.get(&place));
        titles.flatten().map(String::as_str)
    }

    /// Tells whether a book with this number is the last of a series that has several.
    pub(super) fn is_last(&self, series: &Series) -> bool {
        self.ends_with(&fold::letters(&series.name), number(series))
    }
}

/// The name of the set that a volume is of: its title without the number and the first author.
fn set(book: &Book, title: &str) -> String {
    let main = title::parts(title).main;
    let main = volume::at_end(main).map_or(main, |(title, _)| title);
    let author = names::parse(&book.authors).into_iter().next().map(|name| name.text).unwrap_or_default();
    format!("{}\u{1F}{}", fold::letters(main), fold::letters(&author))
}

fn whole_number(volume: &str) -> Option<u32> {
    volume::key(volume)?.parse().ok()
}

fn number(series: &Series) -> Option<u32> {
    whole_number(series.number.as_deref()?)
}
