//! Names of people out of the free-text author field of a catalogue: "지은이: A,B ;옮긴이: C", "A, B 지음|C", "A 외 3인 저/C 역".
//! No authority file: one person in two spellings is two names. Invariant: a name has at least one letter and no role word.

mod role;

pub use role::{Role, english_role, is_role, is_role_beside};

use role::Said;

use crate::normal;

/// One name and what the person did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name as recorded, without role words, mark-up and superfluous signs. Latin names keep their spaces.
    pub text: String,
    /// The role that the field states.
    pub role: Role,
    /// The word by which that role is shown behind names (`지음`, `옮김`); empty where the field states none.
    pub word: &'static str,
    /// Whether it is another name of the one before.
    pub alias: bool,
    /// Whether the field says that there are others behind it, whom it does not name.
    pub others: bool,
}

/// Reads an author field. Names without a role are [`Role::Author`], unless they follow names that have one and are set apart
/// from them (then nothing is known: [`Role::Other`]). A pen name and the name in brackets after it are two names. Names come
/// in the order of the field, each once.
///
/// ```
/// use seoga_text::names::{Role, parse};
/// let names = parse("지은이: 앨런 B. 무어,$e이가온 ;옮긴이: 박나루");
/// let texts: Vec<&str> = names.iter().map(|n| n.text.as_str()).collect();
/// assert_eq!(texts, ["앨런 B. 무어", "이가온", "박나루"]);
/// assert_eq!(names[2].role, Role::Translator);
/// ```
pub fn parse(field: &str) -> Vec<Name> {
    let mut reader = Reader::default();
    for piece in pieces(&plain(field)) {
        reader.piece(&piece);
    }
    reader.finish()
}

/// Cuts names into runs of one role each, in the order of the field.
pub fn runs(names: &[Name]) -> impl Iterator<Item = &[Name]> {
    names.chunk_by(|a, b| (a.role, a.word) == (b.role, b.word))
}

/// Writes what stands behind names of a role: the role's word, in English in brackets and of authors none.
///
/// ```
/// use seoga_text::names::role_behind;
/// assert_eq!((role_behind("옮김", false), role_behind("옮김", true)), (" 옮김".into(), " (translator)".into()));
/// assert_eq!((role_behind("", false), role_behind("지음", true)), (String::new(), String::new()));
/// ```
#[must_use]
pub fn role_behind(word: &str, english: bool) -> String {
    match (word, english) {
        ("", _) | ("지음", true) => String::new(),
        (word, false) => format!(" {word}"),
        (word, true) => format!(" ({})", english_role(word)),
    }
}

/// Writes an author field as it is shown: names, the word of their role behind them, the next ones after a semicolon.
///
/// ```
/// use seoga_text::names::shown;
/// let field = "지은이: 앨런 B. 무어,이가온 외 ;옮긴이: 박나루";
/// assert_eq!(shown(field, false), "앨런 B. 무어, 이가온 외 지음; 박나루 옮김");
/// assert_eq!(shown(field, true), "앨런 B. 무어, 이가온 et al.; 박나루 (translator)");
/// assert_eq!(shown("…", false), "…");
/// ```
#[must_use]
pub fn shown(field: &str, english: bool) -> String {
    let names = parse(field);
    let run = |run: &[Name]| {
        let mut text = String::new();
        for (place, name) in run.iter().enumerate() {
            text.push_str(before(name, place));
            text.push_str(&name.text);
            text.push_str(behind(name, english));
        }
        text + &role_behind(run.first().map_or("", |name| name.word), english)
    };
    let shown: Vec<String> = runs(&names).map(run).collect();
    if shown.is_empty() { field.split_whitespace().collect::<Vec<_>>().join(" ") } else { shown.join("; ") }
}

/// Gives what stands before a name at a place of its run.
#[must_use]
pub fn before(name: &Name, place: usize) -> &'static str {
    match (place, name.alias) {
        (0, _) => "",
        (_, true) => " (",
        (_, false) => ", ",
    }
}

/// Gives what stands behind a name: the bracket of an alias, and that there are others.
#[must_use]
pub fn behind(name: &Name, english: bool) -> &'static str {
    match (name.alias, name.others, english) {
        (false, false, _) => "",
        (true, false, _) => ")",
        (false, true, false) => " 외",
        (false, true, true) => " et al.",
        (true, true, false) => ") 외",
        (true, true, true) => ") et al.",
    }
}

/// Gives the field without mark-up, MARC subfield marks and typographic variants.
fn plain(field: &str) -> String {
    let mut text = without_tags(field);
    for (from, to) in
        [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("㈜", "(주)")]
    {
        if from.chars().next().is_some_and(|first| text.contains(first)) {
            text = text.replace(from, to);
        }
    }
    let text: String = normal::nfc(&text)
        .chars()
        .map(|c| match c {
            '；' => ';',
            '，' | '、' => ',',
            '：' => ':',
            '｜' => '|',
            '（' => '(',
            '）' => ')',
            '［' => '[',
            '］' => ']',
            '／' => '/',
            '＆' => '&',
            'ㆍ' | '‧' | '・' | '•' => '·',
            '’' | '‘' => '\'',
            '\u{FFFD}' | '▲' | '@' | '"' => ' ',
            c if c.is_whitespace() || c.is_control() => ' ',
            c => c,
        })
        .collect();
    // `$e` and its like are subfield marks of MARC.
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '$' && chars.peek().is_some_and(char::is_ascii_lowercase) {
            chars.next();
            out.push(' ');
        } else {
            out.push(c);
        }
    }
    for (from, to) in [("(주)", " "), ("(유)", " "), ("(사)", " "), ("(재)", " "), ("(", " ("), (")", ") ")]
    {
        if from.chars().next().is_some_and(|first| out.contains(first)) {
            out = out.replace(from, to);
        }
    }
    out
}

/// Takes tags such as `<b>` out; other text in angle brackets stays, less the brackets.
fn without_tags(field: &str) -> String {
    const TAGS: [&str; 12] = ["b", "i", "u", "em", "strong", "br", "p", "span", "font", "a", "sub", "sup"];
    let mut out = String::with_capacity(field.len());
    let mut rest = field;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let tag = after.split_once('>').filter(|(tag, _)| {
            let name =
                tag.trim_matches('/').split([' ', '/']).next().unwrap_or_default().to_ascii_lowercase();
            TAGS.contains(&name.as_str())
        });
        rest = match tag {
            Some((_, behind)) => behind,
            None => {
                out.push(' ');
                after
            }
        };
    }
    out.push_str(rest);
    out.replace('>', " ")
}

/// A stretch of the field between two separators.
#[derive(Debug, Default)]
struct Piece {
    text: String,
    /// The separator before it sets apart (`;` `|` `/`) rather than lists (`,` `·`).
    apart: bool,
    /// The separator before it was a middle dot.
    dotted: bool,
}

fn pieces(field: &str) -> Vec<Piece> {
    let field = field.replace(" and ", " & ");
    let chars: Vec<char> = field.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or(' ');
    let mut out = Vec::new();
    let mut piece = Piece::default();
    let mut depth = 0_u32;
    for (i, &c) in chars.iter().enumerate() {
        let before = i.checked_sub(1).map_or(' ', at);
        let after = at(i + 1);
        depth = match c {
            '(' | '[' => depth + 1,
            ')' | ']' => depth.saturating_sub(1),
            _ => depth,
        };
        let divides = match c {
            ';' | '|' | '^' | '/' => true,
            ',' | '·' => depth == 0,
            ':' => role::ends_in_role(&piece.text),
            '&' => before == ' ' && after == ' ' || !before.is_ascii() && !after.is_ascii(),
            '.' => point_divides(&chars, i),
            _ => false,
        };
        if divides {
            let next =
                Piece { text: String::new(), apart: matches!(c, ';' | '|' | '/' | ':'), dotted: c == '·' };
            out.push(std::mem::replace(&mut piece, next));
        } else {
            piece.text.push(c);
        }
    }
    out.push(piece);
    join_company(out)
}

/// Tells whether a full stop stands between two names: after a word of Hangul, or after a Latin word of two letters or more where
/// a capital, a digit or Hangul follows at once. Initials (B. B. Kim) and titles (Dr.) keep theirs.
fn point_divides(chars: &[char], at: usize) -> bool {
    let after = chars.get(at + 1).copied().unwrap_or(' ');
    let word: Vec<char> =
        chars.iter().take(at).rev().take_while(|c| c.is_alphabetic()).take(8).copied().collect();
    if word.first().is_some_and(|c| !c.is_ascii()) {
        return true;
    }
    let word: String = word.iter().rev().map(char::to_ascii_lowercase).collect();
    let title = ["dr", "mr", "ms", "mrs", "st", "ph", "prof", "jr", "sr"].contains(&word.as_str());
    word.len() >= 2 && !title && after.is_alphanumeric() && !after.is_ascii_lowercase()
}

/// Joins the pieces of a company's name: "ANK Co., Ltd." is one.
fn join_company(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let word = piece.text.trim_start().split([' ', '.']).next().unwrap_or_default().to_ascii_lowercase();
        match out.last_mut() {
            Some(last)
                if !piece.apart && ["ltd", "inc", "llc", "jr", "sr", "phd"].contains(&word.as_str()) =>
            {
                last.text.push_str(", ");
                last.text.push_str(piece.text.trim_start());
            }
            _ => out.push(piece),
        }
    }
    out
}

/// Takes names of which nothing is said for authors.
const UNSAID: Said = Said { role: Role::Author, word: "" };

#[derive(Default)]
struct Reader {
    names: Vec<Name>,
    /// Names from here on wait for a role that may follow.
    waiting: usize,
    /// The role said in front, which holds until another is said.
    leading: Option<Said>,
    /// Some name has had its role said behind it.
    said: bool,
    /// The kind of the piece before.
    before: Before,
}

#[derive(Default, PartialEq, Eq)]
enum Before {
    #[default]
    Name,
    RoleAlone,
    RoleBehind,
}

impl Reader {
    fn piece(&mut self, piece: &Piece) {
        let read = role::read(&piece.text);
        if read.name.is_empty() {
            if let Some(role) = read.behind.or(read.leading) {
                self.role_alone(role, piece);
            }
            return;
        }
        if let Some(role) = read.leading {
            self.settle(UNSAID);
            // "글, 그림: A": the first of the two counts.
            let kept = self.leading.filter(|_| self.before == Before::RoleAlone && !piece.apart);
            self.leading = Some(kept.unwrap_or(role));
        } else if piece.apart && self.said && self.leading.is_none() && self.waiting < self.names.len() {
            self.settle(UNSAID);
        }
        let Said { role, word } = self.leading.unwrap_or(UNSAID);
        for (place, text) in aliases(&read.name).into_iter().enumerate() {
            self.names.push(Name { text, role, word, alias: place > 0, others: false });
        }
        if let Some(last) = self.names.last_mut() {
            last.others = read.others;
        }
        self.before = Before::Name;
        if let Some(role) = read.behind {
            self.settle(role);
            self.leading = None;
            self.said = true;
            self.before = Before::RoleBehind;
        } else if self.leading.is_some() {
            self.waiting = self.names.len();
        }
    }

    /// Gives a piece that is a role and nothing else: behind the names that wait for one, else in front of those that follow.
    fn role_alone(&mut self, role: Said, piece: &Piece) {
        if piece.dotted && self.before != Before::Name {
            return;
        }
        if self.waiting < self.names.len() {
            self.settle(role);
            self.leading = None;
            self.said = true;
            self.before = Before::RoleBehind;
        } else {
            self.leading = Some(role);
            self.before = Before::RoleAlone;
        }
    }

    fn settle(&mut self, said: Said) {
        for name in self.names.iter_mut().skip(self.waiting) {
            (name.role, name.word) = (said.role, said.word);
        }
        self.waiting = self.names.len();
    }

    fn finish(mut self) -> Vec<Name> {
        self.settle(if self.said { Said { role: Role::Other, word: "" } } else { UNSAID });
        let mut out: Vec<Name> = Vec::with_capacity(self.names.len());
        for name in self.names {
            if !out.iter().any(|n| n.text == name.text) {
                out.push(name);
            }
        }
        out
    }
}

/// Gives a name, and the one in brackets within it: 붓꽃(김가나) is both 붓꽃 and 김가나.
fn aliases(name: &str) -> Vec<String> {
    let mut outside = String::new();
    let mut inside: Vec<String> = Vec::new();
    let mut depth = 0_u32;
    for c in name.chars() {
        match c {
            '(' => {
                depth += 1;
                inside.push(String::new());
            }
            ')' => {
                depth = depth.saturating_sub(1);
                outside.push(' ');
            }
            c if depth == 0 => outside.push(c),
            c => inside.iter_mut().rev().take(1).for_each(|text| text.push(c)),
        }
    }
    let spaced =
        |text: &str| role::without_count(role::tidy(text)).split_whitespace().collect::<Vec<_>>().join(" ");
    // One letter in brackets tells namesakes apart: 김나다(가).
    let others = inside
        .iter()
        .flat_map(|text| text.split(','))
        .map(spaced)
        .filter(|text| text.chars().nth(1).is_some());
    std::iter::once(spaced(&outside))
        .chain(others)
        .filter(|text| text.chars().any(char::is_alphabetic))
        .collect()
}
