//! The pieces of a query between spaces: words, phrases, commands. What they are about is [`crate::search::query`]'s.

use seoga_text::layout;

use crate::request::YearRange;

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

/// A part of the query between spaces: `-word`, `field:word`, `"some words"`.
#[derive(Debug, Clone, Default)]
pub(super) struct Piece {
    /// As typed.
    pub(super) typed: String,
    pub(super) excluded: bool,
    pub(super) field: Option<&'static str>,
    pub(super) quoted: bool,
    pub(super) value: String,
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

/// Tells whether a query is the name of a field with nothing behind it: `title:`.
///
/// ```
/// assert!(seoga_search::names_a_field_alone("Title:") && seoga_search::names_a_field_alone("저자:"));
/// assert!(!seoga_search::names_a_field_alone("title:a") && !seoga_search::names_a_field_alone("title"));
/// ```
#[must_use]
pub fn names_a_field_alone(query: &str) -> bool {
    FIELDS.iter().any(|(name, _)| query.eq_ignore_ascii_case(name))
}

/// Cuts a query into pieces.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let mut piece = Piece::default();
        let whole = rest;
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
        piece.typed = whole.get(..whole.len() - after.len()).unwrap_or_default().to_owned();
        rest = match end {
            Some(_) => {
                let mut after = after.chars();
                after.next();
                after.as_str()
            }
            None => after,
        }
        .trim_start();
        if !piece.quoted && piece.value.ends_with(['+', '#']) {
            // A letter with a sign, typed in the other layout.
            let letters = piece.value.trim_end_matches(['+', '#']).chars().count();
            piece.value = layout::to_latin(&piece.value).filter(|_| letters == 1).unwrap_or(piece.value);
        }
        // The sign of a language's name, set apart: c ++.
        let sign = matches!(piece.value.as_str(), "++" | "#") && !piece.quoted;
        let letter = |piece: &&mut Piece| piece.value.len() == 1 && piece.value.is_ascii() && !piece.quoted;
        match pieces.last_mut().filter(letter) {
            Some(letter) if sign => letter.value.push_str(&piece.value),
            _ if piece.value.is_empty() => {}
            _ => pieces.push(piece),
        }
    }
    pieces
}

/// Obeys `AND`, `OR` and `NOT` between words, in capitals; true where one word is enough. In a query all in capitals they are
/// words.
pub(super) fn operators(pieces: &mut Vec<Piece>) -> bool {
    let is_operator = |piece: &Piece| {
        let plain = !piece.quoted && !piece.excluded && piece.field.is_none();
        plain && matches!(piece.value.as_str(), "AND" | "OR" | "NOT")
    };
    let tells = |piece: &Piece| piece.value.chars().any(|c| c.is_alphabetic() && !c.is_ascii_uppercase());
    if !pieces.iter().any(|piece| !is_operator(piece) && tells(piece)) {
        return false;
    }
    let last = pieces.len().saturating_sub(1);
    let (mut either, mut excludes, mut place) = (false, false, 0);
    pieces.retain_mut(|piece| {
        let between = place > 0 && place < last;
        place += 1;
        if between && is_operator(piece) {
            either |= piece.value == "OR";
            excludes = piece.value == "NOT";
            return false;
        }
        piece.excluded |= std::mem::take(&mut excludes);
        true
    });
    either
}

/// Reads as words what cannot be a command: a subtitle between dashes, a class that is no number, a year that is none. Tells what
/// it read so, as typed and as words.
pub(super) fn without_impossible(pieces: &mut [Piece]) -> Vec<(String, String)> {
    let mut closed = false;
    let mut read = Vec::new();
    for piece in pieces.iter_mut().rev() {
        closed |= piece.value.len() > 1 && piece.value.ends_with('-') && !piece.quoted;
        let impossible = match piece.field {
            None => piece.excluded && closed,
            Some("class") => !piece.value.starts_with(|c: char| c.is_ascii_digit()),
            Some("year") => year_range(&piece.value).is_none(),
            Some(_) => false,
        };
        if piece.excluded {
            closed = false;
        }
        if impossible {
            read.push(piece.read_as_words());
        }
    }
    read.reverse();
    read
}

/// Reads every exclusion and filter as words; tells them, as typed and as words.
pub(super) fn without_commands(pieces: &mut [Piece]) -> Vec<(String, String)> {
    let command =
        |piece: &&mut Piece| piece.excluded || matches!(piece.field, Some("class" | "library" | "year"));
    pieces.iter_mut().filter(command).map(Piece::read_as_words).collect()
}

impl Piece {
    /// Takes the piece as the words that it was typed as; gives both.
    fn read_as_words(&mut self) -> (String, String) {
        let words = self.typed.trim_matches('-').replacen(':', " ", 1).replace(['"', '“', '”'], "");
        *self = Self { typed: self.typed.clone(), value: words.clone(), ..Self::default() };
        (self.typed.clone(), words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of a query's pieces, an excluded one with a dash before it.
    fn read(text: &str) -> String {
        let mut found = pieces(text);
        operators(&mut found);
        without_impossible(&mut found);
        let word = |piece: &Piece| format!("{}{}", if piece.excluded { "-" } else { "" }, piece.value);
        found.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn operators_are_obeyed_between_words_and_words_elsewhere() {
        assert_eq!(read("물결 AND 노을"), "물결 노을");
        assert_eq!(read("물결 NOT 노을"), "물결 -노을");
        assert_eq!((read("물결 OR 노을"), read("OR 물결 노을")), ("물결 노을".into(), "OR 물결 노을".into()));
        assert_eq!(read("WAVES AND SUNSETS"), "WAVES AND SUNSETS");
        assert_eq!(read("물결 and 노을"), "물결 and 노을");
        assert_eq!(read("C ++ 입문 #"), "C++ 입문 #");
        assert_eq!(read("ㅊ++ 입문"), "c++ 입문");
        assert_eq!(read("ㅊ 입문"), "ㅊ 입문");
        assert!(operators(&mut pieces("물결 OR 노을")) && !operators(&mut pieces("물결 AND 노을")));
    }

    #[test]
    fn what_cannot_be_a_command_is_words() {
        assert_eq!(read("물결의 기억 -노을이라는 기적-"), "물결의 기억 노을이라는 기적-");
        assert_eq!(read("물결 -노을"), "물결 -노을");
        assert_eq!(read("분류:마음을 나누는 법"), "분류 마음을 나누는 법");
        let told = without_impossible(&mut pieces("물결 -노을이라는 기적-"));
        assert_eq!(told, [("-노을이라는".to_owned(), "노을이라는".to_owned())]);
        assert!(without_impossible(&mut pieces("분류:813 물결 year:2020")).is_empty());
        assert_eq!(without_commands(&mut pieces("물결 -노을 도서관:가람")).len(), 2);
    }
}
