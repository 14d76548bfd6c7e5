//! Acronyms of titles and series: the Latin initials of all their words (lotr for The Lord of the Rings). Both sides: those of a
//! name, and a word of a query that may be one. Invariant: a leading article counts or not, no other word is passed over.

use crate::fold;

/// Words of a name that has an acronym. One of two words is an acronym beside a number alone: hp 3.
pub const WORDS: std::ops::RangeInclusive<usize> = 2..=7;
/// Words from which on a title has an acronym that is typed by itself.
pub const WORDS_ALONE: usize = 3;

const ARTICLES: [&str; 3] = ["the ", "a ", "an "];

/// Takes an article off the beginning of a folded name.
///
/// ```
/// use seoga_text::acronym::without_article;
/// assert_eq!(without_article("the waves"), "waves");
/// assert_eq!(without_article("theology"), "theology");
/// ```
#[must_use]
pub fn without_article(folded: &str) -> &str {
    let rest = ARTICLES.iter().find_map(|article| folded.strip_prefix(article));
    rest.filter(|rest| !rest.is_empty()).unwrap_or(folded)
}

/// Gives the acronyms of a name: with its leading article and without.
///
/// ```
/// use seoga_text::acronym::of;
/// assert_eq!(of("The Book of Salt and Sand"), ["tbosas", "bosas"]);
/// assert_eq!(of("Salt"), [""; 0]);
/// assert_eq!(of("C 언어 입문"), [""; 0]);
/// ```
#[must_use]
pub fn of(name: &str) -> Vec<String> {
    let folded = fold::fold(name);
    let whole = folded.trim();
    let mut found: Vec<String> = [whole, without_article(whole)].into_iter().filter_map(initials).collect();
    found.dedup();
    found
}

/// Gives the first letter of each word, where all of them begin with one.
fn initials(name: &str) -> Option<String> {
    let words = name.split(|c: char| c.is_whitespace() || matches!(c, '-' | '/' | '&' | '.' | ','));
    let mut initials = String::new();
    for word in words.filter(|word| !word.is_empty()) {
        let first = word.chars().find(|c| c.is_alphanumeric())?;
        if !first.is_ascii_lowercase() || !word.chars().all(|c| !c.is_alphabetic() || fold::is_latin(c)) {
            return None;
        }
        initials.push(first);
    }
    WORDS.contains(&initials.len()).then_some(initials)
}

/// Tells whether a folded word may be an acronym that stands by itself, or, of two letters, one beside a number.
///
/// ```
/// use seoga_text::acronym::may_be;
/// assert!(may_be("bosas", false) && may_be("bo", true));
/// assert!(!may_be("bo", false) && !may_be("바다", true) && !may_be("bookshelf", false));
/// ```
#[must_use]
pub fn may_be(word: &str, numbered: bool) -> bool {
    let letters = word.bytes().all(|byte| byte.is_ascii_lowercase());
    letters && WORDS.contains(&word.len()) && (numbered || word.len() >= WORDS_ALONE)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_word_counts_but_a_leading_article() {
        assert_eq!(of("Salt & Sand"), ["ss"]);
        assert_eq!(of("A Walk-On Part"), ["awop", "wop"]);
        assert_eq!(of("The Salt"), ["ts"]);
        assert!(of("2001 Nights").is_empty() && of("바다의 노래 책").is_empty());
    }

    proptest! {
        #[test]
        fn an_acronym_may_be_typed(name in "\\PC{0,40}") {
            for acronym in of(&name) {
                prop_assert!(may_be(&acronym, true));
            }
        }
    }
}
