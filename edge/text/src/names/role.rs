//! Role words of the author field, and one piece of it taken apart into role and name.

/// Names the part that a person has in a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Wrote it.
    Author,
    /// Translated it.
    Translator,
    /// Edited, compiled or supervised it.
    Editor,
    /// Drew, planned, or anything else; also: not known.
    Other,
}

/// A role that a field says, and the word by which it is shown behind names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) role: Role,
    pub(super) word: &'static str,
}

/// The words by which roles are shown, in Korean and English.
const SHOWN: &[(&str, &str)] = &[
    ("지음", "author"),
    ("글", "text"),
    ("원작", "original work"),
    ("옮김", "translator"),
    ("엮음", "editor"),
    ("감수", "supervisor"),
    ("그림", "illustrator"),
    ("삽화", "illustrator"),
    ("일러스트", "illustrator"),
    ("만화", "comic artist"),
    ("사진", "photographer"),
    ("기획", "planner"),
    ("해설", "commentator"),
    ("자문", "adviser"),
    ("추천", "recommended by"),
    ("디자인", "designer"),
];

/// Gives the English for a word by which a role is shown; empty for the empty word.
#[must_use]
pub fn english_role(word: &str) -> &'static str {
    SHOWN.iter().find(|(korean, _)| *korean == word).map_or("", |(_, english)| english)
}

/// Role words, what they say, and the word that is shown for them. Those of one syllable count only apart from the name.
const WORDS: &[(&str, Role, &str)] = &[
    ("지음", Role::Author, "지음"),
    ("지은이", Role::Author, "지음"),
    ("저자", Role::Author, "지음"),
    ("저", Role::Author, "지음"),
    ("공저", Role::Author, "지음"),
    ("공저자", Role::Author, "지음"),
    ("글", Role::Author, "글"),
    ("글쓴이", Role::Author, "글"),
    ("글쓰기", Role::Author, "글"),
    ("집필", Role::Author, "지음"),
    ("집필진", Role::Author, "지음"),
    ("필진", Role::Author, "지음"),
    ("원작", Role::Author, "원작"),
    ("원저", Role::Author, "원작"),
    ("원저자", Role::Author, "원작"),
    ("작", Role::Author, "지음"),
    ("씀", Role::Author, "지음"),
    ("공지음", Role::Author, "지음"),
    ("옮김", Role::Translator, "옮김"),
    ("옮긴이", Role::Translator, "옮김"),
    ("옮김이", Role::Translator, "옮김"),
    ("번역", Role::Translator, "옮김"),
    ("번역자", Role::Translator, "옮김"),
    ("역", Role::Translator, "옮김"),
    ("역자", Role::Translator, "옮김"),
    ("공역", Role::Translator, "옮김"),
    ("공역자", Role::Translator, "옮김"),
    ("편역", Role::Translator, "옮김"),
    ("역주", Role::Translator, "옮김"),
    ("편", Role::Editor, "엮음"),
    ("편저", Role::Editor, "엮음"),
    ("편저자", Role::Editor, "엮음"),
    ("공편저", Role::Editor, "엮음"),
    ("편자", Role::Editor, "엮음"),
    ("공편", Role::Editor, "엮음"),
    ("편집", Role::Editor, "엮음"),
    ("편찬", Role::Editor, "엮음"),
    ("엮음", Role::Editor, "엮음"),
    ("엮은이", Role::Editor, "엮음"),
    ("감수", Role::Editor, "감수"),
    ("감수자", Role::Editor, "감수"),
    ("감역", Role::Editor, "감수"),
    ("그림", Role::Other, "그림"),
    ("그린이", Role::Other, "그림"),
    ("삽화", Role::Other, "삽화"),
    ("일러스트", Role::Other, "일러스트"),
    ("일러스트레이터", Role::Other, "일러스트"),
    ("만화", Role::Other, "만화"),
    ("사진", Role::Other, "사진"),
    ("기획", Role::Other, "기획"),
    ("해설", Role::Other, "해설"),
    ("자문", Role::Other, "자문"),
    ("추천", Role::Other, "추천"),
    ("디자인", Role::Other, "디자인"),
];

/// English role words before a colon.
const ENGLISH_WORDS: &[(&str, Role, &str)] = &[
    ("author", Role::Author, "지음"),
    ("authors", Role::Author, "지음"),
    ("translator", Role::Translator, "옮김"),
    ("editor", Role::Editor, "엮음"),
    ("illustrator", Role::Other, "그림"),
];

/// Role words that also stand in front of a name without a colon ("글 A", "옮긴이 A"); 지음 and the like do not.
const IN_FRONT: &[&str] = &[
    "글",
    "그림",
    "지은이",
    "저자",
    "글쓴이",
    "옮긴이",
    "역자",
    "번역자",
    "엮은이",
    "편저자",
    "그린이",
    "감수자",
    "공저자",
    "공역자",
    "번역",
    "필진",
];

/// English role phrases in front of a name.
const ENGLISH: &[(&str, Role, &str)] = &[
    ("written by ", Role::Author, "지음"),
    ("translated by ", Role::Translator, "옮김"),
    ("edited by ", Role::Editor, "엮음"),
    ("illustrated by ", Role::Other, "그림"),
    ("by ", Role::Author, "지음"),
];

/// Words beside a role that say no more than that there are several people.
const TOGETHER: &[&str] = &["공", "외", "등", "같이", "공동", "함께"];

/// One piece of the field.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) name: String,
    /// The role said before the name.
    pub(super) leading: Option<Said>,
    /// The role said after the name.
    pub(super) behind: Option<Said>,
    /// Whether the piece says that there are others, whom it does not name.
    pub(super) others: bool,
}

/// Role words that are nothing else: no title is about them.
const ROLES_ALONE: &[&str] = &[
    "지음",
    "지은이",
    "공지음",
    "옮김",
    "옮긴이",
    "옮김이",
    "엮음",
    "엮은이",
    "그린이",
    "글쓴이",
    "공저",
    "공저자",
    "공역",
    "공역자",
    "편저",
    "편저자",
    "공편저",
    "편역",
    "공편",
    "저자",
    "역자",
    "편자",
    "감수",
    "감수자",
    "감역",
    "원저",
    "원저자",
    "역주",
];

/// Role words of one syllable, which stand at the end of a line of names.
const ROLES_AT_END: &[&str] = &["저", "역", "편", "글", "씀", "작"];

/// Tells whether a folded word is a role and nothing else, wherever it stands.
///
/// ```
/// use seoga_text::names::is_role;
/// assert!(is_role("지음") && !is_role("그림"));
/// ```
pub fn is_role(word: &str) -> bool {
    ROLES_ALONE.contains(&word)
}

/// Tells whether a folded word is a role at the end of a line of names, or beside another role.
pub fn is_role_beside(word: &str, at_end: bool, roles: bool) -> bool {
    at_end && ROLES_AT_END.contains(&word)
        || roles && (TOGETHER.contains(&word) || WORDS.iter().any(|(role, ..)| *role == word))
}

fn role_of(word: &str) -> Option<Said> {
    let role = |word: &str| said(WORDS, word);
    role(word).or_else(|| word.strip_prefix(['공', '등', '외']).and_then(role))
}

/// Finds what a word in a table says.
fn said(table: &'static [(&str, Role, &'static str)], word: &str) -> Option<Said> {
    table.iter().find(|(w, ..)| *w == word).map(|&(_, role, word)| Said { role, word })
}

/// Takes a piece apart: role in front ("옮긴이: A", "by A"), role behind (`A [공]지음`, "A (옮긴이)"), "외 3인" dropped.
pub(super) fn read(piece: &str) -> Read {
    let text = unbracket(piece);
    let mut rest = text.trim();
    let mut read = Read::default();
    if let Some((before, after)) = rest.split_once(':')
        && let Some(role) = label(before, after)
    {
        read.leading = Some(role);
        rest = after;
    }
    let lower = rest.trim_start().to_ascii_lowercase();
    if let Some(&(phrase, role, word)) = ENGLISH.iter().find(|(phrase, ..)| lower.starts_with(phrase)) {
        read.leading = Some(Said { role, word });
        rest = rest.trim_start().get(phrase.len()..).unwrap_or(rest);
    }
    rest = tidy(rest);
    // Words fall off the end as long as they are no part of a name.
    loop {
        let shorter = without_count(rest);
        read.others |= shorter.len() < rest.len();
        let (before, last) = shorter.rsplit_once(' ').unwrap_or(("", shorter));
        let plain = last.trim_matches(['(', ')', '.']);
        if let Some(role) = role_of(plain) {
            read.behind = Some(role);
            rest = tidy(before);
        } else if TOGETHER.contains(&plain) || is_stray_number(before, plain) {
            read.others |= matches!(plain, "외" | "등");
            rest = tidy(before);
        } else if let Some(name) = without_glued_role(shorter) {
            read.behind = Some(name.1);
            rest = tidy(name.0);
        } else if shorter.len() < rest.len() {
            rest = tidy(shorter);
        } else {
            break;
        }
    }
    // "옮긴이 A" without a colon.
    if read.leading.is_none()
        && read.behind.is_none()
        && let Some((first, name)) = rest.split_once(' ')
        && let Some(role) = role_of(first).filter(|_| IN_FRONT.contains(&first))
    {
        read.leading = Some(role);
        rest = tidy(name);
    }
    rest.clone_into(&mut read.name);
    read
}

/// Takes a role off that is glued to a name in Latin letters (ABC지음), a slip of the cataloguer's.
fn without_glued_role(text: &str) -> Option<(&str, Said)> {
    ["지음", "옮김", "엮음"].iter().find_map(|role| {
        let name =
            text.strip_suffix(role).filter(|name| name.ends_with(|c: char| c.is_ascii_alphanumeric()))?;
        Some((name, role_of(role)?))
    })
}

/// Reads the label before a colon as the role of the names after it; an unknown label ("인터뷰이: A") is some role too.
fn label(before: &str, after: &str) -> Option<Said> {
    let last = before.trim().rsplit(' ').next().unwrap_or_default();
    let short = before.trim().chars().count() <= 6
        && before.trim().chars().all(|c| c == ' ' || crate::hangul::is_syllable(c));
    let unknown = (short && after.starts_with(' ')).then_some(Said { role: Role::Other, word: "" });
    only_roles(before).or_else(|| role_of(last)).or(unknown)
}

/// Tells whether a number behind a role word is a slip of the cataloguer's ("옮김 24619").
fn is_stray_number(before: &str, last: &str) -> bool {
    let role = before.trim_end().rsplit(' ').next().and_then(role_of);
    role.is_some() && !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit())
}

/// Tells whether the text ends in a role word that stands behind names, so that a colon after it begins another name.
pub(super) fn ends_in_role(text: &str) -> bool {
    let mut words = text.trim_end().rsplit(' ');
    let role = words
        .next()
        .is_some_and(|last| ["지음", "옮김", "엮음"].contains(&last.trim_matches([']', '[', '공'])));
    role && words.next().is_some()
}

/// Gives the role of a text that holds nothing but role words ("글·그림", "[편저").
fn only_roles(text: &str) -> Option<Said> {
    let lower = text.trim().to_ascii_lowercase();
    if let Some(said) = said(ENGLISH_WORDS, &lower) {
        return Some(said);
    }
    // A question mark is a middle dot that an encoding lost.
    let mut words = text
        .split([' ', '·', ',', '/', '&', '?', '(', ')'])
        .filter(|w| !w.is_empty() && !TOGETHER.contains(w));
    let first = words.next().and_then(role_of)?;
    words.all(|word| role_of(word).is_some()).then_some(first)
}

/// Removes square brackets, the cataloguer's additions: their content stays, "[실은 …]" (a correction) goes.
fn unbracket(piece: &str) -> String {
    let mut out = String::with_capacity(piece.len());
    let mut rest = piece;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        let (inside, behind) = after.split_once(']').unwrap_or((after, ""));
        if !inside.trim_start().starts_with("실은") {
            out.push(' ');
            out.push_str(inside);
        }
        out.push(' ');
        rest = behind;
    }
    out.push_str(rest);
    out.replace(']', " ")
}

/// Drops "외 3인", "외2명", "et al." from the end.
pub(super) fn without_count(text: &str) -> &str {
    if let Some(first) = text.trim_end_matches('.').strip_suffix(" et al") {
        return first.trim_end();
    }
    let count = text.strip_suffix(['인', '명']).map(str::trim_end);
    let Some(count) = count.filter(|t| t.ends_with(|c: char| c.is_ascii_digit())) else { return text };
    let name = count.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end();
    name.strip_suffix('외').map_or(text, str::trim_end)
}

/// Gives a name without separators and stray signs around it.
pub(super) fn tidy(text: &str) -> &str {
    let text = text.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                ',' | ';' | ':' | '-' | '·' | '&' | '/' | '|' | '^' | '=' | '?' | '!' | '+' | '*' | '\''
            )
    });
    // A point ends an abbreviation (Ltd.), or nothing.
    let last_word = text.rsplit([' ', '.']).find(|w| !w.is_empty()).unwrap_or_default();
    if last_word.is_ascii() && !text.ends_with("..") { text } else { text.trim_end_matches('.') }
}
