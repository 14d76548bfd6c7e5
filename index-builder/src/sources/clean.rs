//! The cells of a row as clean values: white space, left-over mark-up, dates, years, numbers, class numbers.
//!
//! Not folding for search (`seoga-text` does that): what comes out is what a visitor reads. Invariant: a
//! cleaned text has no control character, no noncharacter of Unicode's, no line end, no blank at either end and no two in a
//! row: every character of it may stand in XML 1.0.

use std::borrow::Cow;

use seoga_text::normal::nfc;

/// Characters of the longest text kept. The longest real title has 164.
const LONGEST_TEXT: usize = 2_000;

/// Changes made to a text, and losses seen, while it was cleaned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// Blanks at an end, several in a row, or others than U+0020.
    pub(crate) white_space: bool,
    /// HTML tags taken out.
    pub(crate) mark_up: bool,
    /// HTML character references replaced.
    pub(crate) entity: bool,
    /// MARC subfield codes taken out.
    pub(crate) marc_code: bool,
    /// Control characters, noncharacters and invisible formatting characters taken out.
    pub(crate) control: bool,
    /// Letters in pieces (NFD) put together (NFC).
    pub(crate) composed: bool,
    /// The end cut off.
    pub(crate) cut: bool,
    /// U+FFFD in it, which is left.
    pub(crate) lost: bool,
}

/// A text as it is shown. `names` says that it names persons, where MARC subfield codes (`$e`) are left over.
pub(crate) fn text(raw: &str, names: bool) -> (Cow<'_, str>, Changes) {
    let mut changes = Changes::default();
    let trimmed = raw.trim_matches(' ');
    changes.white_space = trimmed.len() != raw.len();
    if is_plain(trimmed) {
        return (Cow::Borrowed(trimmed), changes);
    }
    let mut text = Cow::Borrowed(trimmed);
    // `&amp;lt;b&amp;gt;` was escaped twice.
    for _ in 0..2 {
        replace(&mut text, without_entities, &mut changes.entity);
    }
    replace(&mut text, without_tags, &mut changes.mark_up);
    if names {
        replace(&mut text, without_marc_codes, &mut changes.marc_code);
    }
    replace(&mut text, without_control, &mut changes.control);
    let composed = nfc(&text);
    if composed != text {
        changes.composed = true;
        text = Cow::Owned(composed.into_owned());
    }
    replace(&mut text, with_single_blanks, &mut changes.white_space);
    changes.lost = text.contains(char::REPLACEMENT_CHARACTER);
    if let Some((end, _)) = text.char_indices().nth(LONGEST_TEXT) {
        changes.cut = true;
        text = Cow::Owned(text[..end].trim_end().to_owned());
    }
    (text, changes)
}

/// Whether nothing needs to be done: only letters, signs and single blanks that need no second look.
fn is_plain(text: &str) -> bool {
    let mut blank = false;
    text.len() <= LONGEST_TEXT
        && text.chars().all(|c| {
            let two = blank && c == ' ';
            blank = c == ' ';
            !two && matches!(c, ' '..='#' | '%' | '\''..=';' | '=' | '?'..='~' | '\u{AC00}'..='\u{D7A3}'
                | '\u{4E00}'..='\u{9FFF}' | '\u{3131}'..='\u{318E}' | '\u{B7}')
        })
}

fn replace(text: &mut Cow<'_, str>, step: impl Fn(&str) -> Option<String>, changed: &mut bool) {
    if let Some(new) = step(text) {
        *changed = true;
        *text = Cow::Owned(new);
    }
}

/// Replaces HTML character references; `None` when there are none.
fn without_entities(text: &str) -> Option<String> {
    /// Bytes of the longest reference replaced.
    const LONGEST: usize = 10;
    let mut out = String::new();
    let mut done = 0;
    for (start, _) in text.match_indices('&') {
        let Some(tail) = text.get(start + 1..).filter(|_| start >= done) else { continue };
        let Some(length) = tail.bytes().take(LONGEST).position(|b| b == b';') else { continue };
        let Some(c) = tail.get(..length).and_then(entity) else { continue };
        out.push_str(text.get(done..start)?);
        out.push(c);
        done = start + 1 + length + 1;
    }
    (done > 0).then(|| out + text.get(done..).unwrap_or(""))
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" | "rsquo" => '\'',
        "lsquo" => '\u{2018}',
        "ldquo" => '\u{201C}',
        "rdquo" => '\u{201D}',
        "nbsp" => ' ',
        "middot" => '\u{B7}',
        "ndash" => '\u{2013}',
        "mdash" => '\u{2014}',
        "hellip" => '\u{2026}',
        "times" => '\u{D7}',
        "reg" => '\u{AE}',
        "copy" => '\u{A9}',
        "trade" => '\u{2122}',
        _ => return None,
    })
}

/// Takes HTML tags out, and only those: `월간<CA>` keeps its angle brackets.
fn without_tags(text: &str) -> Option<String> {
    const TAGS: [&str; 16] = [
        "b", "i", "u", "em", "strong", "span", "font", "br", "p", "div", "sub", "sup", "small", "big",
        "mark", "a",
    ];
    let mut out = String::new();
    let mut done = 0;
    for (start, _) in text.match_indices('<') {
        let Some(tail) = text.get(start + 1..).filter(|_| start >= done) else { continue };
        let Some(length) = tail.find('>') else { break };
        let inside = tail.get(..length)?.trim_matches('/');
        let (name, attributes) =
            inside.split_once(' ').map_or((inside, ""), |(name, rest)| (name, rest.trim()));
        let is_tag =
            TAGS.iter().any(|tag| name == *tag || (name == tag.to_ascii_uppercase() && name.len() > 1));
        let is_tag = is_tag || matches!(name, "B" | "I") && text.contains("</");
        if !is_tag || !(attributes.is_empty() || attributes.contains('=') || attributes == "/") {
            continue;
        }
        out.push_str(text.get(done..start)?);
        if matches!(name, "br" | "BR" | "p" | "P" | "div" | "DIV") {
            out.push(' ');
        }
        done = start + 1 + length + 1;
    }
    (done > 0).then(|| out + text.get(done..).unwrap_or(""))
}

/// Takes subfield codes such as `$e` and `▼e` out of a statement of responsibility: `가,$e나 [공]지음`.
fn without_marc_codes(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut found = false;
    while let Some(c) = chars.next() {
        if matches!(c, '$' | '▼') && chars.peek().is_some_and(char::is_ascii_lowercase) {
            chars.next();
            out.push(' ');
            found = true;
        } else {
            out.push(c);
        }
    }
    found.then_some(out)
}

/// Takes control characters, noncharacters and invisible formatting characters out; those that part words become a blank.
fn without_control(text: &str) -> Option<String> {
    let is_blank =
        |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let is_invisible = |c: char| {
        matches!(c, '\u{AD}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
            || is_noncharacter(c)
    };
    if !text.chars().any(|c| c.is_control() || is_blank(c) || is_invisible(c)) {
        return None;
    }
    let kept = |c: char| match c {
        c if is_blank(c) => Some(' '),
        c if c.is_control() || is_invisible(c) => None,
        c => Some(c),
    };
    Some(text.chars().filter_map(kept).collect())
}

/// Tells whether Unicode keeps a code point from ever being a character: U+FDD0 to U+FDEF, and the last two of each plane.
fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{FDD0}'..='\u{FDEF}') || u32::from(c) & 0xFFFE == 0xFFFE
}

/// Makes every run of white space one blank and takes it off the ends.
fn with_single_blanks(text: &str) -> Option<String> {
    let mut before = ' ';
    let good = text.chars().all(|c| {
        let fine = !c.is_whitespace() || (c == ' ' && before != ' ');
        before = c;
        fine
    });
    if good && (before != ' ' || text.is_empty()) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    Some(out)
}

/// A cell that says that nothing is to be said.
pub(crate) fn is_placeholder(text: &str) -> bool {
    matches!(text, "" | "-" | "적용안함" | "해당없음" | "미적용" | "없음" | "null" | "NULL" | "nan" | "NaN")
}

/// A year of publication and whether the cell held more than it: the first run of exactly four digits from 1000 to 2100.
pub(crate) fn year(cell: &str) -> Option<(u16, bool)> {
    let cell = cell.trim();
    let plausible = |digits: &str| {
        (digits.len() == 4)
            .then(|| digits.parse().ok())
            .flatten()
            .filter(|year| (1_000..=2_100).contains(year))
    };
    let cell = cell.strip_suffix(".0").unwrap_or(cell);
    let year = cell.split(|c: char| !c.is_ascii_digit()).find_map(plausible)?;
    Some((year, cell.len() != 4))
}

/// A count, with or without commas: `233,599`.
pub(crate) fn count(cell: &str) -> Option<u32> {
    let digits: String = cell.trim().chars().filter(|&c| c != ',').collect();
    let digits = digits.strip_suffix(".0").unwrap_or(&digits);
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()
        .filter(|&count| count < u32::MAX)
}

/// A KDC number and whether the cell held anything else: `005,565` is `005.565`, `005.11ㄱ226ㅍ` is `005.11`.
///
/// `seoga-text` cleans the number; a list (`1,2,3`) and a number of another scheme (`QA76`) are refused before.
pub(crate) fn class_no(cell: &str) -> Option<(Cow<'_, str>, bool)> {
    let cell = cell.trim();
    if is_class_no(cell) {
        return Some((Cow::Borrowed(cell), false));
    }
    let number = cell.replace('\n', ".");
    let leading = number.bytes().take_while(u8::is_ascii_digit).count();
    let is_list = number.matches(',').count() > 1 && leading != 3;
    let other_scheme = number.find(|c: char| c.is_ascii_digit()).is_some_and(|at| {
        let digits = number.bytes().skip(at).take_while(u8::is_ascii_digit).count();
        digits < 3
            && at
                .checked_sub(1)
                .and_then(|before| number.as_bytes().get(before))
                .is_some_and(u8::is_ascii_alphabetic)
    });
    if is_list || other_scheme {
        return None;
    }
    seoga_text::kdc::clean(&number).map(|clean| (Cow::Owned(clean), true))
}

/// Three digits, and perhaps a point and more digits.
fn is_class_no(text: &str) -> bool {
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    match text.split_once('.') {
        Some((whole, decimals)) => {
            whole.len() == 3 && is_digits(whole) && !decimals.is_empty() && is_digits(decimals)
        }
        None => text.len() == 3 && is_digits(text),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cleaned(raw: &str) -> String {
        text(raw, false).0.into_owned()
    }

    #[test]
    fn text_loses_only_what_is_not_the_title() {
        for (raw, clean) in [
            ("  (쉬운)  파이썬 :기초\u{A0}", "(쉬운) 파이썬 :기초"),
            ("맥북 &amp; 아이맥", "맥북 & 아이맥"),
            ("&lt;b&gt;홍길동&lt;/b&gt;", "홍길동"),
            ("&amp;quot;코드&amp;quot;", "\"코드\""),
            ("<b>홍길동</b>|김철수", "홍길동|김철수"),
            ("월간<CA>편집부 [편]", "월간<CA>편집부 [편]"),
            ("<span class=\"x\">R</span> 통계", "R 통계"),
            ("if a<b and c>d", "if a<b and c>d"),
            ("파이썬\u{200B} 코딩\u{FEFF}", "파이썬 코딩"),
            ("파이썬\t코딩\r\n", "파이썬 코딩"),
            ("\u{1112}\u{1161}\u{11AB}글", "한글"),
            ("AT&T; C&C++", "AT&T; C&C++"),
            ("", ""),
        ] {
            assert_eq!(cleaned(raw), clean, "{raw:?}");
        }
    }

    #[test]
    fn a_text_keeps_nothing_that_xml_forbids() {
        for forbidden in
            ['\u{0}', '\u{1}', '\u{8}', '\u{1F}', '\u{FFFE}', '\u{FFFF}', '\u{FDD0}', '\u{10FFFF}']
        {
            assert_eq!(cleaned(&format!("파이{forbidden}썬")), "파이썬", "{forbidden:?}");
            assert!(text(&format!("{forbidden}"), false).1.control, "{forbidden:?}");
        }
        assert_eq!(cleaned("a&#xFFFF;b"), "ab");
        assert_eq!(cleaned("\u{FFFD}\u{1F600}\u{E000}"), "\u{FFFD}\u{1F600}\u{E000}");
    }

    #[test]
    fn marc_codes_go_from_names_and_stay_in_titles() {
        assert_eq!(text("홍길동,$e김철수 [공]지음", true).0, "홍길동, 김철수 [공]지음");
        assert_eq!(text("jQuery $e 쓰기", false).0, "jQuery $e 쓰기");
        assert_eq!(text("$100 창업", true).0, "$100 창업");
    }

    #[test]
    fn changes_say_what_was_done() {
        let changes = text(" <b>홍길동</b> &amp; \u{FFFD} ", true).1;
        let expected =
            Changes { white_space: true, mark_up: true, entity: true, lost: true, ..Changes::default() };
        assert_eq!(changes, expected);
        assert_eq!(text("파이썬", false).1, Changes::default());
        assert!(text(&"가".repeat(3_000), false).1.cut);
    }

    #[test]
    fn year_is_the_first_run_of_exactly_four_digits() {
        for (cell, year_found) in [
            ("2021", Some((2021, false))),
            ("c2021", Some((2021, true))),
            ("2002'", Some((2002, true))),
            ("ak2023,", Some((2023, true))),
            ("2021.0", Some((2021, false))),
            ("20241272918", None),
            ("", None),
            ("0000", None),
            ("발행년불명", None),
            ("[2019]", Some((2019, true))),
        ] {
            assert_eq!(year(cell), year_found, "{cell}");
        }
    }

    #[test]
    fn class_no_keeps_the_kdc_part() {
        for (cell, clean) in [
            ("004.73", Some(("004.73", false))),
            ("004.", Some(("004", true))),
            ("005,565", Some(("005.565", true))),
            ("005\n565", Some(("005.565", true))),
            ("005.133:", Some(("005.133", true))),
            ("005.11ㄱ226ㅍ", Some(("005.11", true))),
            ("004", Some(("004", false))),
            ("005ㄱ", Some(("005", true))),
            ("1,2,3", None),
            ("", None),
            ("QA76.73", None),
            ("0045", None),
            ("4.73", Some(("004.73", true))),
            ("아 005.1", Some(("005.1", true))),
        ] {
            let clean = clean.map(|(number, changed)| (Cow::from(number), changed));
            assert_eq!(class_no(cell), clean, "{cell:?}");
        }
    }

    #[test]
    fn count_reads_commas() {
        assert_eq!(count("233,599"), Some(233_599));
        assert_eq!(count("0"), Some(0));
        assert_eq!(count("7.0"), Some(7));
        for cell in ["", "-1", "많음", "99999999999", ","] {
            assert_eq!(count(cell), None, "{cell}");
        }
    }

    proptest! {
        #[test]
        fn cleaning_never_panics_and_is_done_once(raw in "\\PC{0,60}|[ \\t\\n<>/b&;#$a-e가-나\u{0}\u{200b}\u{301}]{0,60}") {
            for names in [false, true] {
                let clean = text(&raw, names).0.into_owned();
                prop_assert!(!clean.chars().any(char::is_control));
                prop_assert_eq!(clean.trim(), clean.as_str());
                prop_assert!(!clean.contains("  "));
            }
            let _ = (year(&raw), count(&raw), class_no(&raw));
        }
    }
}
