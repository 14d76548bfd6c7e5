//! Abbreviations by the names of their letters: 에이피아이 is API; names of a letter and a sign: 씨샵 is C#. No list of abbreviations.
//! Invariant: what is read as names is written with the names again.

use crate::sorting;

/// The names of the letters from a on; the first is the one that is written.
const NAMES: [&[&str]; 26] = [
    &["에이"],
    &["비"],
    &["시", "씨"],
    &["디"],
    &["이"],
    &["에프"],
    &["지", "쥐"],
    &["에이치", "에치"],
    &["아이"],
    &["제이"],
    &["케이"],
    &["엘"],
    &["엠"],
    &["엔"],
    &["오"],
    &["피"],
    &["큐"],
    &["알", "아르"],
    &["에스"],
    &["티"],
    &["유"],
    &["브이", "뷔"],
    &["더블유", "더블류"],
    &["엑스"],
    &["와이"],
    &["제트", "지"],
];

/// The least and the most letters of an abbreviation.
const LETTERS: std::ops::RangeInclusive<usize> = 2..=6;

/// Names of the signs behind a letter, as written in one.
const SIGNS: [(&str, &str); 8] = [
    ("sharp", "#"),
    ("plusplus", "++"),
    ("샵", "#"),
    ("샾", "#"),
    ("샤프", "#"),
    ("플플", "++"),
    ("쁠쁠", "++"),
    ("플러스플러스", "++"),
];

/// Gives a letter and its sign by their names, folded and written as one.
///
/// ```
/// use seoga_text::letter_names::with_sign;
/// assert_eq!(["씨샵", "csharp", "시플러스플러스"].map(|name| with_sign(name).unwrap()), ["c#", "c#", "c++"]);
/// assert_eq!(with_sign("워크샵"), None);
/// ```
#[must_use]
pub fn with_sign(word: &str) -> Option<String> {
    SIGNS.iter().find_map(|(name, sign)| {
        let head = word.strip_suffix(name)?;
        let one = |letter: &str| letter.len() == 1 && letter.bytes().all(|byte| byte.is_ascii_lowercase());
        let letter = if head.is_ascii() { Some(head.to_owned()) } else { read(head) };
        letter.filter(|letter| one(letter)).map(|letter| letter + sign)
    })
}

/// Gives an abbreviation by its letters' names, or the letters of a folded word made of nothing but names.
///
/// ```
/// use seoga_text::letter_names::other;
/// assert_eq!(other("에이피아이").as_deref(), Some("api"));
/// assert_eq!(other("api").as_deref(), Some("에이피아이"));
/// assert_eq!(other("시작"), None);
/// ```
#[must_use]
pub fn other(word: &str) -> Option<String> {
    if let Some(signed) = with_sign(word) {
        return Some(signed);
    }
    if word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        let name = |byte: u8| NAMES.get(usize::from(byte - b'a')).and_then(|names| names.first()).copied();
        return LETTERS.contains(&word.len()).then(|| word.bytes().filter_map(name).collect());
    }
    let letters = read(word)?;
    // Two letters of a syllable each are a word mostly: 오지, 비유.
    let syllables = word.chars().count();
    (LETTERS.contains(&letters.len()) && syllables > 2).then_some(letters)
}

/// Reads names from the beginning on, the longest first.
fn read(word: &str) -> Option<String> {
    if word.is_empty() {
        return Some(String::new());
    }
    let mut ways: Vec<(&str, char)> = Vec::new();
    for (letter, names) in ('a'..='z').zip(NAMES) {
        ways.extend(names.iter().filter_map(|name| Some((word.strip_prefix(name)?, letter))));
    }
    sorting::sort_by(&mut ways, |a, b| (a.0.len(), a.1).cmp(&(b.0.len(), b.1)));
    ways.into_iter().find_map(|(rest, letter)| read(rest).map(|behind| format!("{letter}{behind}")))
}
