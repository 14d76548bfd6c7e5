//! One invented book: what it is, who holds it, and the rows libraries write about it.
//!
//! Invariant: a book depends on the seed and its number alone, so books can be made in any order.

use seoga_text::isbn::Isbn13;

use super::chance::{Chance, mixed};
use super::coin;
use super::people::People;
use super::title::{Subject, Title};
use super::words::WORDS;
use crate::catalogue::Date;

/// The last day on which anything was registered: 2025-11-30.
const LAST_DAY: i32 = 20_422;
/// More books have no ISBN of their own in the ranges used.
pub(super) const MOST_BOOKS: u32 = 10_000_000;

/// A book and everything that is recorded of it.
pub(super) struct Invented {
    pub(super) isbn13: u64,
    title: Title,
    people: People,
    publisher: &'static str,
    class_no: String,
    year: i32,
    /// The book is in English.
    english: bool,
    /// Library, day of registration (since 1970), loans.
    pub(super) copies: Vec<(usize, i32, u32)>,
    pub(super) keywords: Vec<String>,
}

/// A library's record of a copy.
pub(super) struct Record {
    pub(super) title: String,
    pub(super) authors: String,
    pub(super) publisher: String,
    pub(super) year: String,
    pub(super) isbn: String,
    pub(super) class_no: String,
    pub(super) loans: String,
    pub(super) registered: String,
}

impl Invented {
    /// The book of that number.
    pub(super) fn draw(seed: u64, number: u32) -> Self {
        let mut chance = Chance::new(seed, u64::from(number));
        let chance = &mut chance;
        let english = chance.per_mille(120);
        let subject = Subject::draw(chance);
        let (title, people, publisher) = if english {
            (
                Title::english(&subject, chance),
                People::english(chance),
                *chance.pick_early(&WORDS.publishers_english),
            )
        } else {
            (Title::korean(&subject, chance), People::korean(chance), *chance.pick_early(&WORDS.publishers))
        };
        let class_no = match subject.tool {
            Some(tool) if chance.per_mille(600) => tool.class_no,
            _ => subject.topic.class_no,
        };
        let year = 2025 - i32::try_from(chance.rank_log(18)).unwrap_or(0);
        let isbn13 = isbn(seed, number, chance);
        let keywords = keywords(&subject, chance);
        let copies = copies(year, WORDS.libraries.len(), chance);
        Self {
            isbn13,
            title,
            people,
            publisher,
            class_no: class_no.to_owned(),
            year,
            english,
            copies,
            keywords,
        }
    }

    /// Writes the record of the library `copies[which]` about its copy.
    pub(super) fn record(&self, which: usize, seed: u64) -> Record {
        let (library, day, loans) = self.copies[which];
        let mut chance = Chance::new(seed ^ mixed(library as u64 + 1), self.isbn13);
        // Libraries have habits, and catalogue records travel: most take the first library's record over.
        let first = self.copies[0].0;
        let habit = if chance.per_mille(620) { first % 5 } else { library % 5 };
        let mut title = self.title.recorded(habit);
        let mut authors = match (self.english, habit) {
            (true, 0 | 2) => self.people.recorded(3).replace('|', ", "),
            _ => self.people.recorded(habit),
        };
        if chance.per_mille(1) {
            authors = format!("<b>{authors}</b>");
        }
        if chance.per_mille(2) {
            authors = authors.replacen(',', ",$e", 1);
        }
        if chance.per_mille(2) {
            title = title.replace(' ', "  ");
        }
        if chance.per_mille(1) {
            title = title.replace('+', "&#43;");
        }
        let written = Written::of(library, self.publisher, &self.class_no, self.year, day, &mut chance);
        Record {
            title,
            authors,
            publisher: written.publisher,
            year: written.year,
            isbn: self.isbn13.to_string(),
            class_no: written.class_no,
            loans: recorded_loans(library, loans),
            registered: written.registered,
        }
    }
}

/// Makes what a library's system makes of a few cells.
pub(super) struct Written {
    pub(super) publisher: String,
    pub(super) class_no: String,
    pub(super) year: String,
    pub(super) registered: String,
}

impl Written {
    /// Writes them as the library of that number does, now and then with a slip.
    pub(super) fn of(
        library: usize,
        publisher: &str,
        class_no: &str,
        year: i32,
        day: i32,
        chance: &mut Chance,
    ) -> Self {
        let publisher = match chance.below(20) {
            0 => format!("{publisher}(주)"),
            1 => format!("도서출판 {publisher}"),
            _ => publisher.to_owned(),
        };
        let class_no = match chance.below(2_000) {
            0 => format!("{class_no}:"),
            1 => class_no.replace('.', ","),
            2 => format!("{class_no}ㄱ12ㅈ"),
            3..60 => class_no.get(..class_no.len().min(5)).unwrap_or("004").to_owned(),
            _ => class_no.to_owned(),
        };
        // Some systems leave the year out, some write it as the title page does.
        let year = match (library % 4, chance.below(100)) {
            (3, _) => String::new(),
            (_, 0) => format!("c{year}"),
            (_, 1) => format!("{year}."),
            _ => year.to_string(),
        };
        let registered = match chance.below(5_000) {
            0 => "0000-00-00".to_owned(),
            _ => Date::from_days_since_1970(day).map(|date| date.to_string()).unwrap_or_default(),
        };
        Self { publisher, class_no: class_no.trim_end_matches('.').to_owned(), year, registered }
    }
}

/// Every second library records loans.
pub(super) fn recorded_loans(library: usize, loans: u32) -> String {
    if library.is_multiple_of(2) { loans.to_string() } else { String::new() }
}

/// An ISBN in ranges that are given to no country (978-69, 979-2), so that it is no real book's; one in 700 has a
/// wrong check digit.
pub(super) fn isbn(seed: u64, number: u32, chance: &mut Chance) -> u64 {
    let prefix = if chance.per_mille(500) { 978_690_000_000 } else { 979_200_000_000 };
    isbn_of(prefix, seed, number, chance)
}

/// An ISBN of a range.
pub(super) fn isbn_of(prefix: u64, seed: u64, number: u32, chance: &mut Chance) -> u64 {
    // Multiplying by a number without common factors scatters the numbers and keeps them apart.
    let scattered = (u64::from(number) * 6_180_339 + seed % 1_000_003) % u64::from(MOST_BOOKS);
    let twelve = prefix + scattered;
    let isbn = with_check_digit(twelve);
    if chance.below(700) == 0 { twelve * 10 + (isbn + 1) % 10 } else { isbn }
}

/// Twelve digits and the one that checks them.
pub(super) fn with_check_digit(twelve: u64) -> u64 {
    let check = (0..10).find(|digit| Isbn13::new(twelve * 10 + digit).is_some()).unwrap_or(0);
    twelve * 10 + check
}

fn keywords(subject: &Subject, chance: &mut Chance) -> Vec<String> {
    // Two books of a hundred have none.
    if chance.per_mille(20) {
        return Vec::new();
    }
    let mut words: Vec<String> = Vec::with_capacity(16);
    let mut push = |word: &str| {
        if !words.iter().any(|other| other == word) {
            words.push(word.to_owned());
        }
    };
    if let Some(tool) = subject.tool {
        push(&tool.korean.to_lowercase());
    }
    for word in &subject.topic.related {
        if chance.per_mille(700) {
            push(word);
        }
    }
    for _ in 0..chance.below(3) {
        push(&coin::compound(chance.rank_tail(600)));
    }
    for _ in 0..2 + chance.below(5) {
        let word: &&str = chance.pick_early(&WORDS.common_keywords);
        push(word);
    }
    if chance.per_mille(10) {
        push("amp");
    }
    words
}

/// Who holds the book: 30 % are in one library, 4.7 on average, some in all of twenty.
pub(super) fn copies(year: i32, libraries: usize, chance: &mut Chance) -> Vec<(usize, i32, u32)> {
    let holders = if chance.per_mille(300) { 1 } else { (2 + decay(chance)).min(libraries) };
    let mut holding: Vec<usize> = Vec::with_capacity(holders);
    while holding.len() < holders {
        // The first library has about twice the books of the last.
        let a = chance.below(libraries);
        let library = if chance.per_mille(300) { a.min(chance.below(libraries)) } else { a };
        if !holding.contains(&library) {
            holding.push(library);
        }
    }
    let published = (year - 1970) * 365 + (year - 1969) / 4;
    let popularity = chance.rank_tail(3).min(400) as usize;
    holding
        .into_iter()
        .map(|library| {
            let day = published + 20 + chance.below(330) as i32 + chance.rank_log(900) as i32;
            let loans = chance.below(4 + popularity);
            (library, day.min(LAST_DAY - chance.below(200) as i32), loans as u32)
        })
        .collect()
}

/// A number from 0 on, 4.4 on average, each about 0.82 times as often as the one before.
fn decay(chance: &mut Chance) -> usize {
    let mut number = 0;
    while number < 40 && chance.per_mille(822) {
        number += 1;
    }
    number
}
