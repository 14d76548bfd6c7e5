//! Parses a query: words, phrases, excluded words, fields. No index is looked at.

use std::ops::Range;

use seoga_index::book_id::BookId;
use seoga_index::postings::Field;
use seoga_text::token::{Kind, Token, runs, tokenize};
use seoga_text::{choseong, fold, framing, isbn, keys, sequel, volume};

use crate::keyspace::TITLE_KEYS;
use crate::request::YearRange;
use crate::search::piece::{self, Piece, pieces, year_range};
use seoga_text::sorting;

/// Words of a query that are looked for: of more those that do not frame the question, numbers, then the longest. They
/// say which book is meant, and each word takes a shard and a list.
const MOST_WORDS: usize = 8;

/// Words up to which, and keystrokes from which on, a query is looked for as the
/// beginning of a title: else its words say enough, or too many titles begin so.
/// One of more keystrokes than a key of the index holds ([`TITLE_KEYS`]) is looked for as a whole title.
const TITLE_PREFIX_WORDS: usize = 6;
const TITLE_PREFIX_KEYS: usize = 3;

/// The fields that a word is searched in, a bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fields(u8);

impl Fields {
    /// Every field.
    pub(crate) const ALL: Fields = Fields(0xff);
    /// The title fields.
    pub(crate) const TITLE: Fields = Fields(0xf0);
    /// Authors.
    pub(crate) const AUTHOR: Fields = Fields(1 << Field::Author as u8);
    /// Publishers.
    pub(crate) const PUBLISHER: Fields = Fields(1 << Field::Publisher as u8);

    /// Tells whether titles are searched.
    pub(crate) fn has_titles(self) -> bool {
        self.has(Field::Title)
    }

    /// Tells whether a field is among them.
    pub(crate) fn has(self, field: Field) -> bool {
        self.0 >> (field as u8) & 1 == 1
    }
}

/// One word of a query: a run without spaces or punctuation inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// The run, folded.
    pub(crate) text: String,
    /// The run as typed, shift keys and all.
    pub(crate) typed: String,
    /// Its first form: the whole.
    pub(crate) kind: Kind,
    /// Its parts, where a change of script or a sign divides it; all together
    /// they say the same as the whole.
    pub(crate) parts: Vec<String>,
    /// The word without its signs.
    pub(crate) plain: Option<String>,
    /// The fields searched for it.
    pub(crate) fields: Fields,
    /// Whether it is the last of the box: perhaps still being typed.
    pub(crate) last: bool,
    /// Whether it frames the question and does not say what it is about: books need not have it.
    pub(crate) framing: bool,
    /// Whether it is a name behind "by".
    pub(crate) named: bool,
}

/// A parsed query.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Query {
    /// The words looked for.
    pub(crate) words: Vec<Word>,
    /// Words in quotes, as letters: a title must have them in a row.
    pub(crate) phrases: Vec<String>,
    /// Words that must not occur.
    pub(crate) excluded: Vec<Word>,
    /// The book number, where the query is one and nothing else.
    pub(crate) number: Option<BookId>,
    /// Book numbers in the query beside other text: if any of them is held, they are all that was asked.
    pub(crate) numbers: Vec<BookId>,
    /// The keystrokes of the whole query, where a title may begin so (the
    /// query is a few plain words, the last of them perhaps still being typed), or, of a long one, be so.
    pub(crate) title_prefix: Option<Vec<u8>>,
    /// Those of the query without the edition at its end, which few titles have: 개정판, 2nd edition.
    pub(crate) bare_title: Option<Vec<u8>>,
    /// The initial consonants, where the query is made of nothing else.
    pub(crate) initials: Option<Vec<u8>>,
    /// The class of `class:`.
    pub(crate) class: Option<String>,
    /// The names of `library:`.
    pub(crate) libraries: Vec<String>,
    /// The years of `year:`.
    pub(crate) year: Option<YearRange>,
    /// The places of the words of a title whose next volume is asked for.
    pub(crate) sequel_of: Option<Range<usize>>,
    /// Whether one of the words is enough: `OR`.
    pub(crate) either: bool,
    /// Commands that were read as words: as typed, and the words.
    pub(crate) as_words: Vec<(String, String)>,
    /// The query with its commands read as words, where it has any.
    pub(crate) literal: Option<Box<Query>>,
}

impl Query {
    /// Parses a query. `typed` is its text before case was folded.
    pub(crate) fn parse(text: &str, typed: &str) -> Self {
        let typed = if typed.is_empty() { text } else { typed };
        let mut query = Query::default();
        if let Some(number) = book_number(text) {
            query.number = Some(number);
            return query;
        }
        query.numbers = isbn::within(text).0.into_iter().map(|isbn| BookId::isbn(isbn.get())).collect();
        if let Some(keys) = choseong::parse(text) {
            query.initials = Some(keys);
        }
        let mut pieces = pieces(typed);
        query.either = piece::operators(&mut pieces);
        query.as_words = piece::without_impossible(&mut pieces);
        query.read(&pieces, text, typed);
        let mut literal = pieces;
        let as_words = piece::without_commands(&mut literal);
        if !as_words.is_empty() {
            let mut words = Query { as_words, initials: query.initials.clone(), ..Query::default() };
            words.read(&literal, text, typed);
            query.literal = Some(Box::new(words));
        }
        query
    }

    /// Reads the pieces of a query.
    fn read(&mut self, pieces: &[Piece], text: &str, typed: &str) {
        let query = self;
        let last = pieces.len().saturating_sub(1);
        for (place, piece) in pieces.iter().enumerate() {
            query.piece(piece, place == last && !typed.ends_with(' '));
        }
        query.title_prefix = query.title_prefix_of(text, typed);
        query.bare_title = query.title_prefix.as_ref().and_then(|_| query.without_edition());
        query.find_framing();
        query.keep_selective_words();
        query.find_sequel();
        query.excluded.truncate(MOST_WORDS);
    }

    /// Encodes the whole query where a title may begin so.
    fn title_prefix_of(&self, text: &str, typed: &str) -> Option<Vec<u8>> {
        let filters = self.class.is_some() || !self.libraries.is_empty() || self.year.is_some();
        let plain =
            !filters && self.phrases.is_empty() && self.excluded.is_empty() && self.initials.is_none();
        let plain = plain && self.words.iter().all(|word| word.fields == Fields::ALL);
        let keys = keys::encode(&volume::title_letters(typed).unwrap_or_else(|| fold::letters(text)));
        // A long one is a whole title, or none.
        let told = (TITLE_PREFIX_KEYS..=TITLE_KEYS).contains(&keys.len()) && !typed.ends_with(' ')
            || keys.len() > TITLE_KEYS;
        let most = if keys.len() > TITLE_KEYS { usize::MAX } else { TITLE_PREFIX_WORDS };
        (plain && told && (1..=most).contains(&self.words.len())).then_some(keys)
    }

    /// Encodes the words before the edition at the end, where there is one behind a word or more.
    fn without_edition(&self) -> Option<Vec<u8>> {
        let texts: Vec<&str> = self.words.iter().map(|word| word.text.as_str()).collect();
        let title = texts.get(..texts.len().checked_sub(framing::editions_at_end(&texts))?)?;
        let keys = keys::encode(&fold::letters(&title.concat()));
        (title.len() < texts.len() && keys.len() >= TITLE_PREFIX_KEYS).then_some(keys)
    }

    /// Marks the words that frame the question. In a field, and in a phrase, every word was meant.
    fn find_framing(&mut self) {
        if !self.phrases.is_empty() || self.words.iter().any(|word| word.fields != Fields::ALL) {
            return;
        }
        let texts: Vec<&str> = self.words.iter().map(|word| word.text.as_str()).collect();
        let frames = framing::frames(&texts);
        let by = texts.iter().rposition(|text| *text == "by").filter(|by| frames.get(*by) == Some(&true));
        let names = by.map_or(usize::MAX, |by| by + 1);
        for ((place, word), framing) in self.words.iter_mut().enumerate().zip(frames) {
            (word.framing, word.named) = (framing, place >= names && !framing);
        }
    }

    /// Finds the title whose next volume is asked for; the other words frame the question.
    fn find_sequel(&mut self) {
        if !self.phrases.is_empty() || self.words.iter().any(|word| word.fields != Fields::ALL) {
            return;
        }
        let texts: Vec<&str> = self.words.iter().map(|word| word.text.as_str()).collect();
        self.sequel_of = sequel::asked(&texts);
        if let Some(title) = &self.sequel_of {
            let words = self.words.iter_mut().enumerate();
            words.filter(|(place, _)| !title.contains(place)).for_each(|(_, word)| word.framing = true);
        }
    }

    /// Drops the least selective words beyond [`MOST_WORDS`].
    fn keep_selective_words(&mut self) {
        let mut places: Vec<usize> = (0..self.words.len()).collect();
        sorting::sort_by_cached_key(&mut places, |place| {
            let word = self.words.get(*place);
            let number = word.is_some_and(|word| word.kind == Kind::Number);
            let keys = word.map_or(0, |word| keys::encode(&word.text).len());
            let tells = word.is_some_and(|word| !word.framing);
            (std::cmp::Reverse((tells, number, keys)), *place)
        });
        places.truncate(MOST_WORDS);
        let mut place = 0;
        self.words.retain(|_| {
            place += 1;
            places.contains(&(place - 1))
        });
    }

    /// Adds a piece of the query to its words, phrases, exclusions or filters.
    fn piece(&mut self, piece: &Piece, last: bool) {
        let value = piece.value.as_str();
        let fields = match piece.field {
            None => Fields::ALL,
            Some("title") => Fields::TITLE,
            Some("author") => Fields::AUTHOR,
            Some("publisher") => Fields::PUBLISHER,
            Some("isbn") => {
                self.number = BookId::parse(value).or_else(|| book_number(value)).or(Some(BookId::isbn(0)));
                return;
            }
            Some("class") => {
                self.class = Some(value.to_owned());
                return;
            }
            Some("library") => {
                self.libraries.push(value.to_owned());
                return;
            }
            Some(_) => {
                self.year = year_range(value);
                return;
            }
        };
        let words = words(value, fields, last && !piece.quoted);
        if piece.excluded {
            self.excluded.extend(words);
            return;
        }
        if piece.quoted {
            let letters = fold::letters(value);
            if words.len() > 1 && !letters.is_empty() {
                self.phrases.push(letters);
            }
        }
        self.words.extend(words);
    }
}

/// Reads an ISBN, whole or after `isbn:`.
fn book_number(text: &str) -> Option<BookId> {
    isbn::parse(text).map(isbn::Isbn13::get).or_else(|| isbn::digits(text)).map(BookId::isbn)
}

/// Tokenizes a text to words.
pub(crate) fn words(text: &str, fields: Fields, last: bool) -> Vec<Word> {
    let tokens = tokenize(text);
    let ranges = runs(&tokens);
    let count = ranges.len();
    let mut words = Vec::new();
    for (place, range) in ranges.into_iter().enumerate() {
        let run: &[Token] = tokens.get(range).unwrap_or_default();
        let Some(first) = run.first() else { continue };
        let end = run.iter().map(|token| token.end).max().unwrap_or(first.end);
        let typed: String =
            text.chars().skip(first.start as usize).take((end - first.start) as usize).collect();
        let whole: Vec<&Token> =
            run.iter().filter(|token| token.start == first.start && token.end == end).collect();
        let parts = parts(run, first.start, end);
        let text = whole.first().map_or_else(|| parts.concat(), |token| token.text.clone());
        let plain = whole.get(1).map(|token| token.text.clone()).filter(|plain| *plain != text);
        words.push(Word {
            text,
            typed,
            kind: whole.first().map_or(Kind::Joined, |token| token.kind),
            parts: if parts.len() > 1 { parts } else { Vec::new() },
            plain,
            fields,
            last: last && place + 1 == count,
            framing: false,
            named: false,
        });
    }
    words
}

/// Finds the longest tokens shorter than the whole that lie side by side.
fn parts(run: &[Token], start: u32, end: u32) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut at = start;
    while at < end {
        let inside = |token: &&Token| token.start >= at && !(token.start == start && token.end == end);
        let Some(next) = run.iter().filter(inside).min_by_key(|token| (token.start, u32::MAX - token.end))
        else {
            break;
        };
        parts.push(next.text.clone());
        at = next.end;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(words: &[Word]) -> Vec<&str> {
        words.iter().map(|word| word.text.as_str()).collect()
    }

    #[test]
    fn words_phrases_fields_and_exclusions_are_told_apart() {
        let query = Query::parse("\"머신 러닝\" author:김유진 year:2018-2020 -자바 파이", "");
        assert_eq!(texts(&query.words), ["머신", "러닝", "김유진", "파이"]);
        assert_eq!(query.phrases, ["머신러닝"]);
        assert_eq!(texts(&query.excluded), ["자바"]);
        assert_eq!(query.year, Some(YearRange { from: Some(2018), to: Some(2020) }));
        assert!(query.words[2].fields == Fields::AUTHOR && query.words[3].last);
    }

    #[test]
    fn of_many_words_the_longest_and_the_numbers_count() {
        let query = Query::parse("그림으로 쉽게 배우는 나의 첫 컴퓨터 활용 능력 실기 기본서 2", "");
        let kept = ["그림으로", "쉽게", "배우는", "컴퓨터", "활용", "능력", "기본서", "2"];
        assert_eq!(texts(&query.words), kept);
        assert!(query.words[7].last);
    }

    #[test]
    fn a_book_number_is_nothing_else() {
        for text in ["9788968481475", "978-89-6848-147-5", "isbn 8968481474"] {
            assert_eq!(Query::parse(text, "").number, Some(BookId::isbn(9_788_968_481_475)), "{text}");
        }
        assert_eq!(Query::parse("isbn:123", "").number, Some(BookId::isbn(0)));
    }

    #[test]
    fn a_change_of_script_gives_the_whole_and_its_parts() {
        let words = words("c언어 node.js", Fields::ALL, true);
        assert_eq!(texts(&words), ["c언어", "node.js"]);
        assert_eq!(words[0].parts, ["c", "언어"]);
    }

    proptest! {
        #[test]
        fn any_text_is_parsed(text in "\\PC{0,60}") {
            let _ = Query::parse(&text, "");
        }
    }
}
