//! Parses a query: words, phrases, excluded words, fields. No index is looked at.

use seoga_index::book_id::BookId;
use seoga_index::postings::Field;
use seoga_text::isbn;
use seoga_text::token::{Kind, Token, runs, tokenize};
use seoga_text::{choseong, fold, keys, volume};

use crate::keyspace::TITLE_KEYS;
use crate::request::YearRange;
use crate::sorting;

/// Words of a query that are looked for: of more the longest, and numbers. They say
/// which book is meant, and each word takes a shard and a list.
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
    /// The keystrokes of the whole query, where a title may begin so (the
    /// query is a few plain words, the last of them perhaps still being typed), or, of a long one, be so.
    pub(crate) title_prefix: Option<Vec<u8>>,
    /// The initial consonants, where the query is made of nothing else.
    pub(crate) initials: Option<Vec<u8>>,
    /// The class of `class:`.
    pub(crate) class: Option<String>,
    /// The names of `library:`.
    pub(crate) libraries: Vec<String>,
    /// The years of `year:`.
    pub(crate) year: Option<YearRange>,
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
        if let Some(keys) = choseong::parse(text) {
            query.initials = Some(keys);
        }
        let pieces = pieces(typed);
        let last = pieces.len().saturating_sub(1);
        for (place, piece) in pieces.iter().enumerate() {
            query.piece(piece, place == last && !typed.ends_with(' '));
        }
        query.title_prefix = query.title_prefix_of(text, typed);
        query.keep_selective_words();
        query.excluded.truncate(MOST_WORDS);
        query
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

    /// Drops the least selective words beyond [`MOST_WORDS`].
    fn keep_selective_words(&mut self) {
        let mut places: Vec<usize> = (0..self.words.len()).collect();
        sorting::sort_by_cached_key(&mut places, |place| {
            let word = self.words.get(*place);
            let number = word.is_some_and(|word| word.kind == Kind::Number);
            let keys = word.map_or(0, |word| keys::encode(&word.text).len());
            (std::cmp::Reverse((number, keys)), *place)
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

/// Parses a range of years: `2020`, `2018-2023`, `2020-`, `-2010`.
///
/// ```
/// let years = seoga_search::year_range("2018-2023").unwrap();
/// assert_eq!((years.from, years.to), (Some(2018), Some(2023)));
/// assert_eq!(seoga_search::year_range("2023-2018"), None);
/// ```
#[must_use]
pub fn year_range(text: &str) -> Option<YearRange> {
    let digits = |text: &str| text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let year = |text: &str| digits(text).then(|| text.parse().ok()).flatten();
    match text.split_once('-') {
        None => year(text).map(|year| YearRange { from: Some(year), to: Some(year) }),
        Some((from, "")) => year(from).map(|from| YearRange { from: Some(from), to: None }),
        Some(("", to)) => year(to).map(|to| YearRange { from: None, to: Some(to) }),
        Some((from, to)) => {
            let (from, to) = (year(from)?, year(to)?);
            (from <= to).then_some(YearRange { from: Some(from), to: Some(to) })
        }
    }
}

/// Reads an ISBN, whole or after `isbn:`.
fn book_number(text: &str) -> Option<BookId> {
    isbn::parse(text).map(isbn::Isbn13::get).or_else(|| isbn::digits(text)).map(BookId::isbn)
}

/// A part of the query between spaces: `-word`, `field:word`, `"some words"`.
#[derive(Debug, Default)]
struct Piece {
    excluded: bool,
    field: Option<&'static str>,
    quoted: bool,
    value: String,
}

/// Field names, English and Korean.
const FIELDS: [(&str, &str); 14] = [
    ("title:", "title"),
    ("author:", "author"),
    ("publisher:", "publisher"),
    ("isbn:", "isbn"),
    ("class:", "class"),
    ("library:", "library"),
    ("year:", "year"),
    ("제목:", "title"),
    ("저자:", "author"),
    ("출판사:", "publisher"),
    ("분류:", "class"),
    ("도서관:", "library"),
    ("연도:", "year"),
    ("kdc:", "class"),
];

/// Cuts a query into pieces.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let mut piece = Piece::default();
        if let Some(after) = rest.strip_prefix('-')
            && after.chars().next().is_some_and(|c| !c.is_whitespace() && c != '-')
            && !pieces.is_empty()
        {
            piece.excluded = true;
            rest = after;
        }
        for (name, field) in FIELDS {
            let head = rest.get(..name.len()).unwrap_or_default();
            if head.eq_ignore_ascii_case(name)
                && rest
                    .get(name.len()..)
                    .is_some_and(|after| !after.starts_with(char::is_whitespace) && !after.is_empty())
            {
                piece.field = Some(field);
                rest = rest.get(name.len()..).unwrap_or_default();
                break;
            }
        }
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '“' | '”'));
        let end = match quote {
            Some(quote) => {
                let inside = rest.get(quote.len_utf8()..).unwrap_or_default();
                let close = inside.find(['"', '”', '“']);
                piece.quoted = close.is_some();
                close.map(|close| (quote.len_utf8(), quote.len_utf8() + close))
            }
            None => None,
        };
        let (from, to) = end.unwrap_or_else(|| (0, rest.find(char::is_whitespace).unwrap_or(rest.len())));
        piece.value = rest.get(from..to).unwrap_or_default().to_owned();
        let after = rest.get(to..).unwrap_or_default();
        rest = match end {
            Some(_) => {
                let mut after = after.chars();
                after.next();
                after.as_str()
            }
            None => after,
        }
        .trim_start();
        if !piece.value.is_empty() {
            pieces.push(piece);
        }
    }
    pieces
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
