//! Class numbers of the Korean Decimal Classification (KDC): cleaned, and named in Korean and English. A number names its
//! branch by its longest known prefix. Main classes and divisions are the public summary, sections are given for 0xx and 5xx,
//! the finer names under 004 and 005 are our own wording of what shelves hold there.

mod table;

/// Language of a caption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// 한국어
    Korean,
    /// English
    English,
}

/// Cleans a class number that a catalogue states: a shelf mark in front and an author's mark behind fall off, a comma counts as
/// the point, leading zeros that a spreadsheet dropped come back. `None` when no number of three digits is to be had.
///
/// ```
/// use seoga_text::kdc::clean;
/// assert_eq!(clean("005,565").as_deref(), Some("005.565"));
/// assert_eq!(clean("005.11ㄱ226ㅍ").as_deref(), Some("005.11"));
/// assert_eq!(clean("4.73").as_deref(), Some("004.73"));
/// assert_eq!(clean("미분류"), None);
/// ```
pub fn clean(class_no: &str) -> Option<String> {
    let folded = crate::fold::fold(class_no);
    let from = folded.find(|c: char| c.is_ascii_digit())?;
    let number = folded.get(from..)?;
    let whole = leading_digits(number);
    let rest = number.get(whole.len()..)?;
    let decimals = rest.strip_prefix(['.', ',']).map(str::trim_start).map_or("", leading_digits);
    if whole.len() > 3 {
        return None;
    }
    Some(if decimals.is_empty() { format!("{whole:0>3}") } else { format!("{whole:0>3}.{decimals}") })
}

fn leading_digits(text: &str) -> &str {
    text.get(..text.bytes().take_while(u8::is_ascii_digit).count()).unwrap_or_default()
}

/// Gives the name of a class: that of the longest prefix which has one.
///
/// ```
/// use seoga_text::kdc::{Language, name};
/// assert_eq!(name("005.1339", Language::Korean), Some("프로그래밍 언어"));
/// assert_eq!(name("813.7", Language::English), Some("Korean literature"));
/// assert_eq!(name("x", Language::English), None);
/// ```
pub fn name(class_no: &str, language: Language) -> Option<&'static str> {
    let digits = digits(class_no);
    (1..=digits.len()).rev().find_map(|n| caption(digits.get(..n)?, language))
}

/// Gives the names on the way from the main class down, each with the beginning of the number that it stands for.
///
/// ```
/// use seoga_text::kdc::{Language, path};
/// let path = path("004.73", Language::Korean);
/// assert_eq!(path[0], ("0".to_owned(), "총류"));
/// assert_eq!(path[3], ("004.73".to_owned(), "인공지능·머신러닝"));
/// ```
pub fn path(class_no: &str, language: Language) -> Vec<(String, &'static str)> {
    let digits = digits(class_no);
    let mut out: Vec<(String, &'static str)> = Vec::new();
    for n in 1..=digits.len() {
        let Some(prefix) = digits.get(..n) else { continue };
        let Some(name) = caption(prefix, language) else { continue };
        let number = match (prefix.get(..3), prefix.get(3..)) {
            (Some(whole), Some(decimals)) if !decimals.is_empty() => format!("{whole}.{decimals}"),
            _ => prefix.to_owned(),
        };
        out.push((number, name));
    }
    out
}

/// Gives the digits of a clean number without its point; cut where anything else begins.
fn digits(class_no: &str) -> String {
    class_no
        .chars()
        .enumerate()
        .take_while(|(i, c)| c.is_ascii_digit() || *i == 3 && *c == '.')
        .map(|(_, c)| c)
        .filter(char::is_ascii_digit)
        .collect()
}

fn caption(prefix: &str, language: Language) -> Option<&'static str> {
    let at = table::CAPTIONS.binary_search_by(|(number, ..)| (*number).cmp(prefix)).ok()?;
    let (_, korean, english) = table::CAPTIONS.get(at)?;
    match language {
        Language::Korean => Some(korean),
        Language::English => (!english.is_empty()).then_some(english),
    }
}

#[cfg(test)]
mod tests {
    use super::table::CAPTIONS;

    #[test]
    fn captions_are_sorted_and_complete() {
        assert!(CAPTIONS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(CAPTIONS.iter().all(|(number, ko, en)| !ko.is_empty()
            && !en.is_empty()
            && number.bytes().all(|b| b.is_ascii_digit())));
    }
}
