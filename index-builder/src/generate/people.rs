//! Invented authors and translators, and the ways in which libraries record them.
//!
//! Invariant: no name is meant to be anybody's; Korean ones are put together of common syllables by rank.

use super::chance::Chance;
use super::coin;
use super::words::WORDS;

/// Who made a book.
pub(super) struct People {
    authors: Vec<String>,
    translators: Vec<String>,
}

impl People {
    /// Draws the people of a Korean book: a quarter are translations.
    pub(super) fn korean(chance: &mut Chance) -> Self {
        if chance.per_mille(250) {
            let authors = (0..=chance.rank_log(3)).map(|_| foreign(chance, true)).collect();
            return Self { authors, translators: (0..=chance.rank_log(2)).map(|_| korean(chance)).collect() };
        }
        Self { authors: (0..=chance.rank_log(4)).map(|_| korean(chance)).collect(), translators: Vec::new() }
    }

    /// Draws the people of an English book.
    pub(super) fn english(chance: &mut Chance) -> Self {
        Self {
            authors: (0..=chance.rank_log(3)).map(|_| foreign(chance, false)).collect(),
            translators: Vec::new(),
        }
    }

    /// The one named first.
    pub(super) fn first(&self) -> &str {
        self.authors.first().map_or("", String::as_str)
    }

    /// Authors, then translators.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        self.authors.iter().chain(&self.translators).map(String::as_str)
    }

    /// The statement of responsibility as a library of that habit (0 to 4) records it.
    pub(super) fn recorded(&self, habit: usize) -> String {
        let translated = !self.translators.is_empty();
        match habit {
            0 => {
                let mut text = format!("{} 지음", self.authors.join(","));
                if translated {
                    text.push_str(&format!(" ;{} 옮김", self.translators.join(",")));
                }
                text
            }
            1 => {
                let mut text = format!("지은이: {}", self.authors.join(", "));
                if translated {
                    text.push_str(&format!(" ;옮긴이: {}", self.translators.join(", ")));
                }
                text
            }
            2 => {
                let mut text = format!("{} (지은이)", self.authors.join(", "));
                if translated {
                    text.push_str(&format!(", {} (옮긴이)", self.translators.join(", ")));
                }
                text
            }
            3 => self.all().collect::<Vec<_>>().join("|"),
            _ if self.authors.len() > 1 => format!("{} [공]지음", self.authors.join(",")),
            _ => format!("{} 저", self.authors.join(";")),
        }
    }
}

fn korean(chance: &mut Chance) -> String {
    coin::person(chance.rank_tail(4_000))
}

/// A name from elsewhere, in Hangul or in Latin letters.
fn foreign(chance: &mut Chance, hangul: bool) -> String {
    let (given, family) =
        (chance.below(WORDS.names_english.len()), chance.below(WORDS.surnames_english.len()));
    if hangul {
        if chance.per_mille(500) {
            return format!(
                "{} {}",
                WORDS.names_transliterated[given],
                coin::hangul_name(chance.rank_tail(1_500))
            );
        }
        return format!("{} {}", WORDS.names_transliterated[given], WORDS.surnames_transliterated[family]);
    }
    if chance.per_mille(400) {
        let family = coin::latin_name(chance.rank_tail(1_500)).to_lowercase();
        let mut letters = family.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase()).unwrap_or_default();
        return format!("{} {first}{}", WORDS.names_english[given], letters.as_str());
    }
    let initial = WORDS.parts[chance.below(WORDS.parts.len())].get(..1).unwrap_or("A");
    format!("{} {initial}. {}", WORDS.names_english[given], WORDS.surnames_english[family])
}
