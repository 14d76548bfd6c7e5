//! Hangul readings of Han characters in titles: every reading of Unicode's table, as more forms of a word.
//!
//! Not what a title itself shows in brackets (`seoga_text::hanja`). Invariant: at most [`READINGS`] of a word; a word with a
//! character that the table does not know has none.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use seoga_text::hangul::is_syllable;
use seoga_text::hanja::at_beginning;

/// Readings of one word, those of the commonest readings of its characters first.
const READINGS: usize = 8;
/// Characters of a word that is read: longer ones are sentences.
const CHARACTERS: usize = 12;

static TABLE: LazyLock<BTreeMap<char, &str>> = LazyLock::new(|| {
    let rows = include_str!("hanja.txt").lines().filter(|line| !line.starts_with('#'));
    let rows = rows.filter_map(|line| line.split_once(' '));
    rows.flat_map(|(readings, han)| han.chars().map(move |han| (han, readings))).collect()
});

/// Reads a word of Han characters, and of Hangul beside them; its first syllable also by the rule of initial sounds (두음법칙).
#[must_use]
pub fn readings(word: &str) -> Vec<String> {
    let is_read = |c: char| !c.is_ascii() && !is_syllable(c);
    if word.chars().count() > CHARACTERS || !word.chars().any(is_read) {
        return Vec::new();
    }
    let mut found = vec![String::new()];
    for (place, c) in word.chars().enumerate() {
        let mut syllables: Vec<char> = match TABLE.get(&c) {
            Some(readings) => readings.chars().collect(),
            None if is_syllable(c) => vec![c],
            None => return Vec::new(),
        };
        if place == 0 && is_read(c) {
            let initial: Vec<char> =
                syllables.iter().filter_map(|syllable| at_beginning(*syllable)).collect();
            syllables.splice(0..0, initial);
        }
        let mut seen: Vec<char> = Vec::new();
        syllables.retain(|syllable| {
            let first = !seen.contains(syllable);
            seen.push(*syllable);
            first
        });
        let mut longer = Vec::new();
        for syllable in syllables {
            longer.extend(found.iter().map(|before| format!("{before}{syllable}")));
        }
        longer.truncate(READINGS);
        found = longer;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reading_is_given_and_the_rule_of_initial_sounds_kept() {
        assert_eq!(readings("神"), ["신"]);
        assert_eq!(readings("論語集註"), ["논어집주", "론어집주"]);
        assert!(readings("女人").contains(&"여인".to_owned()));
        assert!(readings("音樂").contains(&"음악".to_owned()));
        assert_eq!(readings("大入시"), ["대입시"]);
    }

    #[test]
    fn what_is_no_han_or_not_known_has_no_reading() {
        assert!(readings("신").is_empty());
        assert!(readings("データ").is_empty());
        assert!(readings("神x").is_empty());
        assert!(readings("樂樂樂樂樂樂樂").len() <= READINGS);
    }
}
