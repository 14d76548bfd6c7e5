//! Variants of Han characters in titles and names, as more forms of a word: simplified, traditional, new and old, by Unicode's tables.
//!
//! Invariant: at most [`FORMS`] of a word, and a word without such a character has none.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Characters of a word whose variants are forms: longer ones are sentences.
const CHARACTERS: usize = 12;

/// Forms of one word.
const FORMS: usize = 8;

/// A variant of each character, by kind, each way.
type Tables = BTreeMap<(&'static str, bool), BTreeMap<char, char>>;

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut tables = Tables::new();
    for line in include_str!("variants.txt").lines().filter(|line| !line.starts_with('#')) {
        let Some((kind, pairs)) = line.split_once(' ') else { continue };
        let chars: Vec<char> = pairs.chars().collect();
        for pair in chars.chunks_exact(2) {
            if let [a, b] = *pair {
                tables.entry((kind, false)).or_default().entry(a).or_insert(b);
                tables.entry((kind, true)).or_default().entry(b).or_insert(a);
            }
        }
    }
    tables
});

/// Writes a word with every character in its variant of each kind.
#[must_use]
pub fn variants(word: &str) -> Vec<String> {
    if word.is_ascii() || word.chars().count() > CHARACTERS {
        return Vec::new();
    }
    let written = |table: &BTreeMap<char, char>| {
        word.chars().map(|c| table.get(&c).copied().unwrap_or(c)).collect::<String>()
    };
    let mut found: Vec<String> = TABLES.values().map(written).collect();
    // Of signs for one thing a name has any one alone.
    let alone = TABLES.iter().filter(|((kind, _), _)| *kind == "same").flat_map(|(_, table)| {
        word.char_indices().filter_map(move |(at, c)| {
            let (before, behind) = (word.get(..at)?, word.get(at + c.len_utf8()..)?);
            Some(format!("{before}{}{behind}", table.get(&c)?))
        })
    });
    found.extend(alone);
    let mut forms: Vec<String> = Vec::new();
    for other in found {
        if other != word && !forms.contains(&other) && forms.len() < FORMS {
            forms.push(other);
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_written_in_the_variants_of_its_characters() {
        for (word, other) in [
            ("新华字典", "新華字典"),
            ("紅樓夢", "红楼梦"),
            ("髙島", "高島"),
            ("圓谷", "円谷"),
            ("高島", "髙島"),
        ] {
            assert!(variants(word).contains(&other.to_owned()), "{word}: {:?}", variants(word));
        }
        assert!(variants("바다").is_empty() && variants("sea").is_empty());
    }
}
