//! Words of a catalogue's titles, for questions that tests and benchmarks ask.
//!
//! No analysis of the product's own: a token is what `seoga-text` says. Invariant: the same catalogue gives the same words.

use std::collections::BTreeMap;

use index_builder::catalogue::Catalogue;
use seoga_text::token::{self, tokenize};
use seoga_text::{keys, particle};

/// The words of the titles, by how many books have them.
#[derive(Debug)]
pub struct Words {
    /// The commonest first.
    pub common: Vec<String>,
    /// Words of one to three books, at even distances.
    pub rare: Vec<String>,
}

impl Words {
    /// The `common` commonest words and about `rare` rare ones of all titles, as `cut` cuts them.
    pub fn of(catalogue: &Catalogue, cut: fn(&str) -> Vec<String>, common: usize, rare: usize) -> Self {
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for book in &catalogue.books {
            let mut words = cut(&book.title);
            words.sort_unstable();
            words.dedup();
            words.into_iter().for_each(|word| *counts.entry(word).or_default() += 1);
        }
        let mut ranked: Vec<(u32, String)> = counts.into_iter().map(|(word, count)| (count, word)).collect();
        ranked.sort_by(|a, b| b.cmp(a));
        let few: Vec<&(u32, String)> = ranked.iter().filter(|(count, _)| (1..=3).contains(count)).collect();
        let apart = (few.len() / rare).max(1);
        Self {
            rare: few.into_iter().step_by(apart).map(|(_, word)| word.clone()).collect(),
            common: ranked.iter().take(common).map(|(_, word)| word.clone()).collect(),
        }
    }
}

/// The words of a text that people type as one.
pub fn plain_words(text: &str) -> Vec<String> {
    let tokens = tokenize(text).into_iter();
    tokens
        .filter(|token| matches!(token.kind, token::Kind::Hangul | token::Kind::Latin))
        .map(|token| token.text)
        .collect()
}

/// Whether a word of two letters or more is read in one way: no Hangul that may be two words, none with a particle.
pub fn is_plain(word: &str) -> bool {
    let letters = word.chars().count();
    let may_be_two = letters >= 4 && word.chars().all(|c| ('가'..='힣').contains(&c));
    letters > 1 && !may_be_two && particle::strip(word).is_none()
}

/// A word of three keys or more with one of them wrong: by its number one doubled, one left out, or two exchanged.
///
/// # Panics
/// On a shorter word.
pub fn slip(number: usize, word: &str) -> String {
    let mut typed = keys::encode(word);
    let at = 1 + number % (typed.len() - 2);
    match number % 3 {
        0 => typed.insert(at, typed[at]),
        1 => {
            typed.remove(at);
        }
        _ => typed.swap(at, at + 1),
    }
    keys::decode(&typed)
}
