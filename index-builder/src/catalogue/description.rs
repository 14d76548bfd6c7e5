//! A record as far as it tells which book it is of, made ready for comparison.
//!
//! Compares two; which of many are one book, `contradiction` and `matching` find. Invariant: comparing is symmetric.

use std::collections::BTreeSet;

use seoga_text::{hangul, names, title, volume};

use super::made_id::{first_author, normal};
use super::row::{Fact, FactKind, Row};
use super::texts::Texts;

/// Pairs of letters that two titles of one book have in common, of a hundred, at least.
const LEAST_ALIKE: usize = 30;
/// So many of a hundred, where the same persons are named: a number may have been given with them to another book.
const LEAST_ALIKE_OF_ONE_AUTHOR: usize = 15;
/// Pairs of letters that two texts of one meaning have in common, of a hundred, at least.
const LEAST_ALIKE_TEXTS: usize = 60;
/// So many letters that two titles begin with are enough in common.
pub(super) const SAME_BEGINNING: usize = 6;

/// Holds the words of a record, normalised.
#[derive(Debug)]
pub(super) struct Description {
    /// The title, all of it.
    pub(super) whole: String,
    /// The title proper.
    pub(super) main: String,
    /// Names in the statement of responsibility, in its order.
    names: Vec<String>,
    /// The statement of responsibility.
    statement: String,
    pub(super) publisher: String,
    pub(super) volume: Volume,
    /// 0 when not given.
    pub(super) year: u16,
    edition: Option<u32>,
}

/// The volume that a record says it is, in whatever words; nothing where it says none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Volume(Option<String>);

/// Whether two titles are of one book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Titles {
    OfOne,
    OfTwo,
    Untold,
}

impl Volume {
    /// Longer numbers in titles are names of things more often than volumes.
    pub(super) const MOST_LETTERS: usize = 2;

    /// Reads the volume in a column of its own, else that at the end of the title proper.
    pub(super) fn of(recorded: &str, title: &str) -> Self {
        let is_short = |key: &String| key.chars().count() <= Self::MOST_LETTERS;
        let at_end = || volume::at_end(title).map(|(_, volume)| volume.key).filter(is_short);
        Self(volume::key(recorded).or_else(at_end))
    }

    /// Gives the place in a set, that of a part behind that of its volume: `3-1` is the first part of the third.
    pub(super) fn place(&self) -> Option<(u32, u32)> {
        let key = self.0.as_deref()?;
        if let Some(part) = ["상", "중", "하"].iter().position(|part| *part == key) {
            return Some((part as u32 + 1, 0));
        }
        let (volume, part) = key.split_once('.').unwrap_or((key, "0"));
        Some((volume.parse().ok()?, part.parse().ok()?))
    }

    /// Tells whether two are plainly different volumes: two numbers, or two of 상, 중, 하.
    pub(super) fn differs(&self, other: &Self) -> bool {
        let is_number = |key: &str| key.bytes().all(|byte| byte.is_ascii_digit());
        let is_part = |key: &str| matches!(key, "상" | "중" | "하");
        let kind = |key: &str| (is_number(key), is_part(key));
        let both = self.0.as_deref().zip(other.0.as_deref());
        both.is_some_and(|(a, b)| a != b && kind(a) == kind(b) && kind(a) != (false, false))
    }
}

impl Description {
    /// Reads the description in a row.
    pub(super) fn of(row: &Row, facts: &[Fact], texts: &Texts) -> Self {
        let recorded = texts.get(row.title);
        let statement = texts.get(row.authors);
        let edition = row.facts.of(facts).iter().find(|fact| fact.kind == FactKind::Edition);
        let mut main = normal(title::parts(recorded).main);
        let whole = normal(recorded);
        if main.is_empty() {
            main.clone_from(&whole);
        }
        Self {
            main,
            whole,
            names: names::parse(statement)
                .iter()
                .map(|name| normal(&name.text))
                .filter(|name| !name.is_empty())
                .collect(),
            statement: normal(statement),
            publisher: normal(texts.get(row.publisher)),
            volume: Volume::of(texts.get(row.volume), title::parts(recorded).main),
            year: row.year,
            edition: edition.and_then(|fact| first_number(texts.get(fact.text))),
        }
    }

    /// Compares the titles of two descriptions under one number. They are of one book where they begin alike, contain each other, or
    /// have something in common, of which little is enough where a person is named in both; of two where they are in one script.
    pub(super) fn titles(&self, other: &Self) -> Titles {
        let begin_alike = || {
            self.main.chars().zip(other.main.chars()).take_while(|(a, b)| a == b).count() >= SAME_BEGINNING
        };
        let contain = || self.whole.contains(&other.main) || other.whole.contains(&self.main);
        let people = || agreement(&self.statement, &other.statement, |_, _| self.shares_a_name(other));
        let least = || if people() == Some(false) { LEAST_ALIKE } else { LEAST_ALIKE_OF_ONE_AUTHOR };
        match () {
            () if begin_alike() || contain() || alike(&self.whole, &other.whole) >= least() => Titles::OfOne,
            // The same title in another script has nothing in common, and its authors' names have not.
            () if has_hangul(&self.whole) != has_hangul(&other.whole) => Titles::Untold,
            () => Titles::OfTwo,
        }
    }

    /// Tells whether two descriptions with the same title proper and the same year are plainly of one book.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let editions = self.edition.zip(other.edition);
        if self.main != other.main
            || self.year != other.year
            || self.volume != other.volume
            || editions.is_some_and(|(a, b)| a != b)
            || !self.subtitles_agree(other)
        {
            return false;
        }
        let publishers = agreement(&self.publisher, &other.publisher, |a, b| a.contains(b) || b.contains(a));
        let people = agreement(&self.statement, &other.statement, |_, _| self.shares_a_name(other));
        match (people, publishers) {
            (Some(false), _) | (_, Some(false)) | (None, None) => false,
            (Some(true), _) => true,
            (None, Some(true)) => self.whole == other.whole && self.publisher == other.publisher,
        }
    }

    /// Tells whether two descriptions may well be of one book, of which something else says so.
    pub(super) fn looks_like(&self, other: &Self) -> bool {
        !self.volume.differs(&other.volume)
            && (self.year == 0 || other.year == 0 || self.year == other.year)
            && (self.whole.contains(&other.main)
                || other.whole.contains(&self.main)
                || alike(&self.whole, &other.whole) >= LEAST_ALIKE_TEXTS)
    }

    /// Tells whether two descriptions say the same of title, persons and publisher.
    pub(super) fn is_equal(&self, other: &Self) -> bool {
        self.whole == other.whole
            && self.names.first() == other.names.first()
            && self.publisher == other.publisher
            && self.edition == other.edition
    }

    /// Tells whether the record says who made or who published the book.
    pub(super) fn is_signed(&self) -> bool {
        !self.statement.is_empty() || !self.publisher.is_empty()
    }

    /// Gives the first name, empty where nobody is named.
    pub(super) fn first_name(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }

    fn subtitles_agree(&self, other: &Self) -> bool {
        let rest = |one: &Self| one.whole.replacen(&one.main, "", 1);
        let (a, b) = (rest(self), rest(other));
        a.is_empty() || b.is_empty() || a.contains(&b) || b.contains(&a) || alike(&a, &b) >= LEAST_ALIKE_TEXTS
    }

    fn shares_a_name(&self, other: &Self) -> bool {
        self.names.iter().any(|name| other.statement.contains(name))
            || other.names.iter().any(|name| self.statement.contains(name))
    }
}

/// Holds the words by which a book is known again when its record was corrected, normalised.
#[derive(Debug, Clone)]
pub(super) struct Likeness {
    /// Title, first author, publisher, year; empty where one is not said.
    said: [String; 4],
    volume: Volume,
}

impl Likeness {
    /// Takes title, statement of responsibility, publisher and volume, and the year, 0 where none is said.
    pub(super) fn of([title, authors, publisher, volume]: [&str; 4], year: u16) -> Self {
        let year = if year == 0 { String::new() } else { year.to_string() };
        let said = [normal(title), normal(&first_author(authors)), normal(publisher), year];
        Self { said, volume: Volume::of(volume, "") }
    }

    /// Tells whether one may be the other after a correction: at most one of the four is another, at least two are the same, and the
    /// titles are alike and have the same digits.
    pub(super) fn is_corrected(&self, other: &Self) -> bool {
        let pairs = || self.said.iter().zip(&other.said);
        let [title, ..] = &self.said;
        let [other_title, ..] = &other.said;
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        self.volume == other.volume
            && digits(title) == digits(other_title)
            && pairs().filter(|(a, b)| a != b).count() <= 1
            && pairs().filter(|(a, b)| a == b && !a.is_empty()).count() >= 2
            && (title == other_title || alike(title, other_title) >= LEAST_ALIKE_TEXTS)
    }
}

/// Tells whether two texts agree; nothing where one is empty.
fn agreement(a: &str, b: &str, agree: impl Fn(&str, &str) -> bool) -> Option<bool> {
    (!a.is_empty() && !b.is_empty()).then(|| agree(a, b))
}

fn has_hangul(text: &str) -> bool {
    text.chars().any(hangul::is_syllable)
}

/// Reads the first run of ASCII digits in a text.
fn first_number(text: &str) -> Option<u32> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let rest = text.get(start..)?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest.get(..end)?.parse().ok()
}

/// Counts the pairs of neighbouring letters that two texts share, of a hundred of the shorter one's.
fn alike(a: &str, b: &str) -> usize {
    let pairs = |text: &str| -> BTreeSet<(char, char)> { text.chars().zip(text.chars().skip(1)).collect() };
    let (a, b) = (pairs(a), pairs(b));
    let fewer = a.len().min(b.len()).max(1);
    a.intersection(&b).count() * 100 / fewer
}
