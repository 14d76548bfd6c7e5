//! Questions for the volume behind a title: sequel to X, what comes after X, X 다음 권, X 속편.

use std::ops::Range;

/// Words before a title that ask for the volume behind it; the longest first.
const BEFORE: [&[&str]; 11] = [
    &["what", "book", "comes", "after"],
    &["what", "comes", "next", "after"],
    &["what", "to", "read", "after"],
    &["which", "book", "comes", "after"],
    &["what", "comes", "after"],
    &["what", "is", "after"],
    &["next", "book", "after"],
    &["the", "sequel", "to"],
    &["book", "after"],
    &["sequel", "to"],
    &["sequel", "of"],
];

/// Words behind a title that ask so.
const BEHIND: [&[&str]; 12] = [
    &["sequel"],
    &["다음", "권"],
    &["다음권"],
    &["다음", "책"],
    &["다음", "편"],
    &["다음", "이야기"],
    &["후속작"],
    &["후속편"],
    &["후속"],
    &["속편"],
    &["의", "속편"],
    &["의", "후속작"],
];

/// Finds the title in the words of a query, folded and in order, that asks for the volume behind it.
///
/// ```
/// use seoga_text::sequel::asked;
/// assert_eq!(asked(&["sequel", "to", "salt", "hills"]), Some(2..4));
/// assert_eq!(asked(&["소금", "언덕", "다음", "권"]), Some(0..2));
/// assert_eq!(asked(&["sequel"]), None);
/// assert_eq!(asked(&["book", "of", "salt"]), None);
/// ```
#[must_use]
pub fn asked(words: &[&str]) -> Option<Range<usize>> {
    let before = BEFORE.iter().find(|asks| words.starts_with(asks)).map(|asks| asks.len()..words.len());
    let behind =
        || BEHIND.iter().rev().find(|asks| words.ends_with(asks)).map(|asks| 0..words.len() - asks.len());
    before.or_else(behind).filter(|title| !title.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_found_behind_and_before_what_asks() {
        assert_eq!(asked(&["what", "comes", "after", "salt"]), Some(3..4));
        assert_eq!(asked(&["salt", "sequel"]), Some(0..1));
        assert_eq!(asked(&["소금", "속편"]), Some(0..1));
        assert_eq!(asked(&["after", "salt"]), None);
        assert_eq!(asked(&["다음", "권"]), None);
        assert_eq!(asked(&[]), None);
    }
}
