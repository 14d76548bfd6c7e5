//! The vocabulary of the invented shelf, read out of `words.toml`.
//!
//! Invariant: lists begin with the commonest entry, and nothing in them is from a real catalogue.

use std::sync::LazyLock;

use serde::Deserialize;

/// The vocabulary, parsed once. Its file is part of the program, so that it parses is a matter of a test.
pub(super) static WORDS: LazyLock<Words<'static>> = LazyLock::new(|| {
    toml::from_str(include_str!("words.toml")).unwrap_or_else(|error| panic!("words.toml: {error}"))
});

/// Lists of words, none empty.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words<'a> {
    /// Subjects of books.
    #[serde(borrow)]
    pub(super) topics: Vec<Topic<'a>>,
    /// Languages, programs and libraries.
    #[serde(borrow)]
    pub(super) tools: Vec<Tool<'a>>,
    /// Readers a Korean title is for.
    #[serde(borrow)]
    pub(super) audiences: Vec<&'a str>,
    /// Readers an English title is for.
    #[serde(borrow)]
    pub(super) audiences_english: Vec<&'a str>,
    /// Before a subject: `한 걸음씩 파이썬`.
    #[serde(borrow)]
    pub(super) openings: Vec<&'a str>,
    /// After a subject: `파이썬 입문`.
    #[serde(borrow)]
    pub(super) closings: Vec<&'a str>,
    /// After a colon.
    #[serde(borrow)]
    pub(super) subtitles: Vec<&'a str>,
    /// Before a subject in an English title.
    #[serde(borrow)]
    pub(super) openings_english: Vec<&'a str>,
    /// After a subject in an English title.
    #[serde(borrow)]
    pub(super) closings_english: Vec<&'a str>,
    /// Korean nouns of two syllables that make compounds: 자료흐름, 구조탐색.
    #[serde(borrow)]
    pub(super) roots: Vec<&'a str>,
    /// English word parts that make names of things: `DataForge`, `GridLoom`.
    #[serde(borrow)]
    pub(super) parts: Vec<&'a str>,
    /// Syllables for the names of things nobody has heard of yet: 로미닉스.
    #[serde(borrow)]
    pub(super) syllables: Vec<&'a str>,
    /// Korean family names.
    #[serde(borrow)]
    pub(super) surnames: Vec<&'a str>,
    /// Syllables of Korean given names.
    #[serde(borrow)]
    pub(super) given: Vec<&'a str>,
    /// Given names of foreign authors.
    #[serde(borrow)]
    pub(super) names_english: Vec<&'a str>,
    /// Family names of foreign authors.
    #[serde(borrow)]
    pub(super) surnames_english: Vec<&'a str>,
    /// `names_english` as they are written in Korean, in the same order.
    #[serde(borrow)]
    pub(super) names_transliterated: Vec<&'a str>,
    /// `surnames_english` as they are written in Korean, in the same order.
    #[serde(borrow)]
    pub(super) surnames_transliterated: Vec<&'a str>,
    /// Publishers of Korean books.
    #[serde(borrow)]
    pub(super) publishers: Vec<&'a str>,
    /// Publishers of English books.
    #[serde(borrow)]
    pub(super) publishers_english: Vec<&'a str>,
    /// Names of the invented libraries, in the order of their size.
    #[serde(borrow)]
    pub(super) libraries: Vec<&'a str>,
    /// Those in Latin letters.
    #[serde(borrow)]
    pub(super) libraries_in_latin: Vec<&'a str>,
    /// Words found in keyword lists of any book.
    #[serde(borrow)]
    pub(super) common_keywords: Vec<&'a str>,
    /// Short words that join others in titles of any subject.
    #[serde(borrow)]
    pub(super) joining: Vec<&'a str>,
    /// Short words that join others in English titles.
    #[serde(borrow)]
    pub(super) joining_english: Vec<&'a str>,
    /// Words of titles on every shelf of a library.
    #[serde(borrow)]
    pub(super) general: Vec<&'a str>,
    /// Words of English titles on every shelf.
    #[serde(borrow)]
    pub(super) general_english: Vec<&'a str>,
    /// Ends of names of publishers: 바람길북스.
    #[serde(borrow)]
    pub(super) publisher_endings: Vec<&'a str>,
    /// Ends of names of series.
    #[serde(borrow)]
    pub(super) series_endings: Vec<&'a str>,
    /// Ends of names of English series.
    #[serde(borrow)]
    pub(super) series_endings_english: Vec<&'a str>,
    /// Rooms of a library.
    #[serde(borrow)]
    pub(super) rooms: Vec<&'a str>,
}

/// The subject of a book.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Topic<'a> {
    /// Its Korean name.
    pub(super) korean: &'a str,
    /// Its English name.
    pub(super) english: &'a str,
    /// Its KDC number.
    pub(super) class_no: &'a str,
    /// Korean words that go with it, best first.
    #[serde(borrow)]
    pub(super) related: Vec<&'a str>,
}

/// A language, a program, a library.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tool<'a> {
    /// Its name in Korean titles.
    pub(super) korean: &'a str,
    /// Its name in English titles.
    pub(super) english: &'a str,
    /// Its KDC number.
    pub(super) class_no: &'a str,
    /// Places in [`Words::topics`] it is used for.
    pub(super) topics: Vec<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vocabulary_parses_and_its_places_are_within_its_lists() {
        assert!(WORDS.tools.iter().flat_map(|tool| &tool.topics).all(|topic| *topic < WORDS.topics.len()));
        assert_eq!(WORDS.names_english.len(), WORDS.names_transliterated.len());
        assert_eq!(WORDS.surnames_english.len(), WORDS.surnames_transliterated.len());
        assert!(!WORDS.libraries.is_empty() && !WORDS.common_keywords.is_empty());
    }

    #[test]
    fn every_word_can_be_written_in_cp949() {
        let (_, _, lossy) = encoding_rs::EUC_KR.encode(include_str!("words.toml"));
        assert!(!lossy);
    }
}
