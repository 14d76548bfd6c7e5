//! Tokens: what counts as a word, in an index and in a query alike. No meaning, no dictionary, no particles.
//! Invariant: tokens come in order of their start, a whole before its parts; spans are code points of the original text,
//! never empty, inside the text.

use std::collections::BTreeSet;

use crate::fold::{self, Folded, folded_chars};
use crate::hangul;
use crate::normal::is_mark;
use crate::sorting;

/// Names the script of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Hangul syllables and jamo.
    Hangul,
    /// Two or more Latin letters.
    Latin,
    /// Digits, also with points between them (8.0).
    Number,
    /// A word whose signs or digits belong to it (c++ c# .net node.js tcp/ip 3d html5) or a single Latin letter (r): it
    /// matches as a whole or not at all, by no prefix and no typo.
    Symbol,
    /// Han characters.
    Han,
    /// Japanese syllables.
    Kana,
    /// Letters of any other script.
    Other,
    /// Another form of a whole: a run over changes of script (c언어, r을, 3d프린터), or a symbol without its signs (nodejs).
    Joined,
}

/// A token of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The folded text.
    pub text: String,
    /// First code point in the original text.
    pub start: u32,
    /// One past the last code point in the original text.
    pub end: u32,
    /// Its script.
    pub kind: Kind,
    /// Whether another token ends exactly where this one begins, with no white space or punctuation between.
    pub glued: bool,
}

/// Splits a text at white space, punctuation and every change of script. A run of several scripts also yields its joined
/// form, a word with signs in it is a [`Kind::Symbol`] and yields its parts as well. Tokens with overlapping spans are
/// alternatives: either the whole, or all the parts inside it.
///
/// ```
/// use seoga_text::token::tokenize;
/// let words = |text| tokenize(text).into_iter().map(|t| t.text).collect::<Vec<_>>();
/// assert_eq!(words("C언어 입문"), ["c언어", "c", "언어", "입문"]);
/// assert_eq!(words("20,000 miles, 7,8"), ["20000", "miles", "7", "8"]);
/// assert_eq!(words("Node.js와 C++"), ["node.js와", "node.js", "nodejs", "node", "js", "와", "c++"]);
/// ```
pub fn tokenize(text: &str) -> Vec<Token> {
    let folded = folded_chars(text);
    let chars: Vec<char> = folded.iter().map(|f| f.ch).collect();
    let mut scan = Scan { chars: &chars, found: Vec::new() };
    let mut at = 0;
    while at < chars.len() {
        at = scan.run(at).unwrap_or(at + 1);
    }
    scan.finish(&folded)
}

/// Ranges of `tokens` that belong to one run of characters without white space or punctuation between: the alternatives of one
/// typed word.
pub fn runs(tokens: &[Token]) -> Vec<std::ops::Range<usize>> {
    let mut out: Vec<std::ops::Range<usize>> = Vec::new();
    let mut reach = 0;
    for (i, token) in tokens.iter().enumerate() {
        match out.last_mut() {
            Some(range) if token.start < reach || token.glued => range.end = i + 1,
            _ => out.push(i..i + 1),
        }
        reach = reach.max(token.end);
    }
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Word(Kind),
    Mark,
    Gap,
}

fn class(c: char) -> Class {
    if c == ' ' {
        Class::Gap
    } else if hangul::is_syllable(c) {
        Class::Word(Kind::Hangul)
    } else if fold::is_latin(c) {
        Class::Word(Kind::Latin)
    } else if c.is_numeric() && !is_han(c) {
        Class::Word(Kind::Number)
    } else if hangul::is_hangul(c) {
        Class::Word(Kind::Hangul)
    } else if is_mark(c) {
        Class::Mark
    } else if matches!(c, '\u{3041}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}') {
        Class::Word(Kind::Kana)
    } else if is_han(c) {
        Class::Word(Kind::Han)
    } else if c.is_alphabetic() {
        Class::Word(Kind::Other)
    } else {
        Class::Gap
    }
}

/// Tells whether pairs of such characters are looked for inside longer words: complete syllables of Hangul, Han and kana, which are
/// written without spaces.
pub fn has_pairs(c: char) -> bool {
    matches!(class(c), Class::Word(Kind::Han | Kind::Kana)) || hangul::is_syllable(c)
}

/// Tells whether it is a Han character.
pub(crate) fn is_han(c: char) -> bool {
    matches!(c,
        '\u{2E80}'..='\u{2FDF}' | '々' | '〇' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}')
}

/// A token by indices of folded characters.
struct Found {
    from: usize,
    to: usize,
    kind: Kind,
    /// Signs left out of the text.
    bare: bool,
}

struct Scan<'a> {
    chars: &'a [char],
    found: Vec<Found>,
}

impl Scan<'_> {
    fn at(&self, i: usize) -> char {
        self.chars.get(i).copied().unwrap_or(' ')
    }

    fn is_alnum(&self, i: usize) -> bool {
        matches!(class(self.at(i)), Class::Word(Kind::Latin | Kind::Number))
    }

    fn push(&mut self, from: usize, to: usize, kind: Kind) {
        self.found.push(Found { from, to, kind, bare: false });
    }

    /// Gives a run that begins here: its end, or nothing when no word begins here.
    fn run(&mut self, from: usize) -> Option<usize> {
        let mut at = from;
        let mut members = 0;
        while let Some(end) = self.member(at) {
            at = end;
            members += 1;
        }
        if members > 1 {
            self.push(from, at, Kind::Joined);
        }
        (members > 0).then_some(at)
    }

    /// Gives one stretch of one script, or one unit of letters, digits and their signs.
    fn member(&mut self, from: usize) -> Option<usize> {
        if self.is_alnum(from) || self.dot_net(from) {
            return Some(self.unit(from));
        }
        let Class::Word(kind) = class(self.at(from)) else { return None };
        let to = self.stretch(from, kind);
        self.push(from, to, kind);
        Some(to)
    }

    /// Gives the end of the stretch of one kind, marks included.
    fn stretch(&self, from: usize, kind: Kind) -> usize {
        let same = |c: &char| matches!(class(*c), Class::Mark) || class(*c) == Class::Word(kind);
        from + self.chars.iter().skip(from).take_while(|c| same(c)).count()
    }

    /// Tells whether `.net` stands there as a word of its own.
    fn dot_net(&self, at: usize) -> bool {
        self.chars.iter().skip(at).take(4).eq(&['.', 'n', 'e', 't'])
            && !self.is_alnum(at + 4)
            && !at.checked_sub(1).is_some_and(|before| self.is_alnum(before))
    }

    /// Letters and digits with the signs that hold them together: c++ .net node.js tcp/ip change-tolerant.
    fn unit(&mut self, from: usize) -> usize {
        let mut atoms: Vec<(usize, usize)> = Vec::new();
        let mut at = from;
        loop {
            let end = self.atom_end(at);
            atoms.push((at, end));
            at = if self.is_alnum(end) {
                end
            } else if matches!(self.at(end), '.' | '-' | '/' | '&' | '_' | '\'')
                && (self.is_alnum(end + 1) || self.dot_net(end + 1))
            {
                end + 1
            } else {
                break;
            };
        }
        let to = atoms.last().map_or(from, |atom| atom.1);
        if atoms.len() > 1 {
            let whole = self.chars.get(from..to).unwrap_or_default();
            let number = whole.iter().all(|c| c.is_numeric() || matches!(c, '.' | ','));
            let bare =
                !number && !whole.iter().any(|c| matches!(c, '+' | '#')) && self.tells_apart_bare(whole);
            self.push(from, to, if number { Kind::Number } else { Kind::Symbol });
            if bare {
                self.found.push(Found { from, to, kind: Kind::Joined, bare: true });
            }
        }
        for (atom_from, atom_to) in atoms {
            self.atom(from, atom_from, atom_to);
        }
        to
    }

    /// Tells whether the whole without its signs puts no two numbers together (9-11 is not 911).
    fn tells_apart_bare(&self, whole: &[char]) -> bool {
        !whole
            .windows(3)
            .any(|w| matches!(w, [a, sign, b] if a.is_numeric() && !sign.is_alphanumeric() && b.is_numeric()))
    }

    fn atom_end(&self, from: usize) -> usize {
        let start = if self.dot_net(from) { from + 1 } else { from };
        let word = |c: &&char| matches!(class(**c), Class::Word(Kind::Latin | Kind::Number) | Class::Mark);
        let mut end = start + self.chars.iter().skip(start).take_while(word).count();
        let leading = self.chars.get(start..end).unwrap_or_default();
        if (1..=3).contains(&leading.len()) && leading.iter().all(char::is_ascii_digit) {
            while self.is_thousands(end) {
                end += 4;
            }
        }
        end + fold::sign_length(self.chars, end)
    }

    /// Tells whether a comma and three digits stand there, no more of either behind: 20,000.
    fn is_thousands(&self, at: usize) -> bool {
        let digit = |place: usize| self.at(at + place).is_ascii_digit();
        self.at(at) == ',' && (1..=3).all(digit) && !self.is_alnum(at + 4)
    }

    /// Gives the tokens of one atom of a unit.
    fn atom(&mut self, unit: usize, from: usize, to: usize) {
        let text = self.chars.get(from..to).unwrap_or_default();
        let before = from.checked_sub(1).filter(|_| from > unit).map(|i| self.at(i));
        match text {
            ['s'] if before == Some('\'') => {}
            ['.', ..] => {
                self.push(from, to, Kind::Symbol);
                self.push(from + 1, to, Kind::Latin);
            }
            ['n', 'e', 't'] if before == Some('.') => {
                self.push(from - 1, to, Kind::Symbol);
                self.push(from, to, Kind::Latin);
            }
            [_] if class(self.at(from)) == Class::Word(Kind::Latin) => self.push(from, to, Kind::Symbol),
            _ if text.iter().all(|c| c.is_numeric() || *c == ',') => self.push(from, to, Kind::Number),
            _ if text.iter().all(|c| !c.is_numeric() && !matches!(c, '+' | '#')) => {
                self.push(from, to, Kind::Latin);
            }
            _ => {
                self.push(from, to, Kind::Symbol);
                let letters = text.iter().take_while(|c| c.is_alphabetic()).count();
                let digits = text.iter().skip(letters).take_while(|c| c.is_numeric()).count();
                if letters >= 2 && digits > 0 && letters + digits == text.len() {
                    self.push(from, from + letters, Kind::Latin);
                    self.push(from + letters, to, Kind::Number);
                }
            }
        }
    }

    fn finish(self, folded: &[Folded]) -> Vec<Token> {
        let mut ends = BTreeSet::new();
        ends.extend(self.found.iter().map(|found| found.to));
        let mut tokens: Vec<(usize, std::cmp::Reverse<usize>, bool, Token)> =
            Vec::with_capacity(self.found.len());
        for found in &self.found {
            let span = folded.get(found.from..found.to).unwrap_or_default();
            let (Some(first), Some(last)) = (span.first(), span.last()) else { continue };
            // Thousands are set apart for the eye.
            let letters = span.iter().map(|f| f.ch).filter(|c| *c != ',');
            let text = letters.filter(|c| !found.bare || c.is_alphanumeric()).collect();
            let token = Token {
                text,
                start: first.start,
                end: last.end,
                kind: found.kind,
                glued: ends.contains(&found.from),
            };
            tokens.push((found.from, std::cmp::Reverse(found.to), found.bare, token));
        }
        sorting::sort_by(&mut tokens, |a, b| (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)));
        tokens.into_iter().map(|(.., token)| token).collect()
    }
}
