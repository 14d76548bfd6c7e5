//! The parts of a title as libraries record it: a phrase in brackets in front, the main title, a subtitle after a colon, dash or
//! bracket, a parallel title after an equals sign. Spelling is left alone. Invariant: every part is a piece of the text given.

mod shown;

use crate::fold;

pub use shown::{Shown, shown, shown_text};

/// The parts of a recorded title.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Titles<'a> {
    /// The title proper; never empty unless the text has none.
    pub main: &'a str,
    /// The phrase in brackets in front, without the brackets.
    pub leading: Option<&'a str>,
    /// Whatever follows the main title, without the sign that opens it.
    pub subtitle: Option<&'a str>,
    /// The title in another language, after `=`.
    pub parallel: Option<&'a str>,
}

/// Takes a title apart.
///
/// ```
/// let t = seoga_text::title::parts("(처음 만나는) 데이터 요리 =Cooking data :재료부터 접시까지 ");
/// assert_eq!((t.leading, t.main), (Some("처음 만나는"), "데이터 요리"));
/// assert_eq!((t.parallel, t.subtitle), (Some("Cooking data"), Some("재료부터 접시까지")));
/// ```
pub fn parts<'a>(title: &'a str) -> Titles<'a> {
    let title = title.trim();
    let (leading, rest) = match leading_bracket(title) {
        Some((inside, rest)) => (Some(inside), rest),
        None => (None, whole_bracket(title).unwrap_or(title)),
    };
    let Some(cut) = first_cut(rest, true) else {
        return Titles { main: tidy(rest), leading, ..Titles::default() };
    };
    let main = tidy(rest.get(..cut.at).unwrap_or(rest));
    let tail = rest.get(cut.at + cut.skip..).unwrap_or_default();
    let (parallel, subtitle) = if cut.parallel {
        match first_cut(tail, false) {
            Some(next) => (tail.get(..next.at), tail.get(next.at + next.skip..)),
            None => (Some(tail), None),
        }
    } else {
        match first_parallel(tail) {
            Some(next) => (tail.get(next.at + next.skip..), tail.get(..next.at)),
            None => (None, Some(tail)),
        }
    };
    let some = |text: Option<&'a str>| text.map(unbracketed).filter(|text| !text.is_empty());
    Titles { main, leading, subtitle: some(subtitle), parallel: some(parallel) }
}

/// Makes the key that titles are sorted by, code point by code point: folded, from the first letter or digit on, without the
/// phrase in brackets in front.
///
/// ```
/// assert_eq!(seoga_text::title::sort_key("(처음 만나는) R 입문"), "r 입문");
/// assert_eq!(seoga_text::title::sort_key("****물결 {입문}"), "물결 {입문}");
/// ```
#[must_use]
pub fn sort_key(recorded: &str) -> String {
    let rest = parts(recorded)
        .leading
        .map_or(recorded, |_| recorded.split_once([')', ']', '>', '}']).map_or(recorded, |(_, rest)| rest));
    let folded = fold::fold(rest);
    let letters = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
    if letters.is_empty() { folded } else { letters.to_owned() }
}

/// The language a title looks to be in, by its script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Script {
    /// Hangul somewhere in it: Korean.
    Korean,
    /// Latin letters, no other: English, as far as can be told.
    English,
    /// Anything else.
    Other,
}

/// Gives the script of a title: one word of Hangul makes it Korean.
///
/// ```
/// use seoga_text::title::{Script, script};
/// assert_eq!(script("Do it! 리액트"), Script::Korean);
/// assert_eq!(script("Great code"), Script::English);
/// assert_eq!(script("入門"), Script::Other);
/// ```
pub fn script(title: &str) -> Script {
    let folded = fold::fold(title);
    let mut letters = folded.chars().filter(|c| c.is_alphabetic()).peekable();
    if folded.chars().any(crate::hangul::is_hangul) {
        Script::Korean
    } else if letters.peek().is_some() && letters.all(fold::is_latin) {
        Script::English
    } else {
        Script::Other
    }
}

struct Cut {
    at: usize,
    /// Bytes of the sign itself.
    skip: usize,
    parallel: bool,
}

/// Gives the phrase in front and what follows it, when the bracket closes and something follows.
fn leading_bracket(title: &str) -> Option<(&str, &str)> {
    let inside_from = title.strip_prefix(['(', '['])?;
    let mut depth = 1_u32;
    for (at, c) in inside_from.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let rest = inside_from.get(at + 1..)?.trim();
            let inside = inside_from.get(..at)?.trim();
            return rest.chars().any(char::is_alphanumeric).then_some((inside, rest));
        }
    }
    None
}

/// Gives a title that stands in brackets as a whole.
fn whole_bracket(title: &str) -> Option<&str> {
    title
        .strip_prefix('(')?
        .strip_suffix(')')
        .map(str::trim)
        .filter(|t| !t.contains(['(', ')']) && !t.is_empty())
}

/// Gives the first sign that ends a main title (or a parallel one, which no `=` ends).
fn first_cut(text: &str, equals: bool) -> Option<Cut> {
    let mut before = ' ';
    let mut begun = false;
    for (at, c) in text.char_indices() {
        let mut after = text.get(at + c.len_utf8()..).unwrap_or_default().chars();
        let next = after.clone().next().unwrap_or(' ');
        let digits = before.is_ascii_digit() && next.is_ascii_digit();
        let found = match c {
            ':' | '：' => !digits,
            ';' => true,
            '=' | '＝' => equals && next != '=' && before != '=',
            '-' | '–' | '—' => {
                before.is_whitespace() && next.is_whitespace()
                    || before == next && next == '-'
                    || before.is_whitespace() && next == '-'
            }
            '(' | '[' => ends_word(after.by_ref()),
            _ => false,
        };
        if found && begun {
            let skip = if matches!(c, '(' | '[') { 0 } else { c.len_utf8() };
            return Some(Cut { at, skip, parallel: matches!(c, '=' | '＝') });
        }
        begun |= c.is_alphanumeric();
        before = c;
    }
    None
}

/// Tells whether the bracket just opened is not glued to a word after it: 알파(가)를 goes on, 알파 (가) does not.
fn ends_word(inside: &mut dyn Iterator<Item = char>) -> bool {
    let mut depth = 1_u32;
    while let Some(c) = inside.next() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return !inside.next().is_some_and(char::is_alphanumeric);
        }
    }
    true
}

fn first_parallel(text: &str) -> Option<Cut> {
    text.char_indices().find(|(_, c)| matches!(c, '=' | '＝')).map(|(at, c)| Cut {
        at,
        skip: c.len_utf8(),
        parallel: true,
    })
}

fn tidy(text: &str) -> &str {
    text.trim().trim_end_matches([',', '/', '=', ':', ';', '-']).trim_end()
}

/// Gives a subtitle without the signs and the one pair of brackets around it.
fn unbracketed(text: &str) -> &str {
    let text = tidy(text).trim_start_matches([':', '-', ';', '=', ' ']);
    let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).filter(|t| !t.contains(['(', ')']));
    inner.unwrap_or(text).trim()
}
