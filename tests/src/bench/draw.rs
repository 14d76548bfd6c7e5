//! Questions of every kind, drawn from a catalogue.
//!
//! Words come from titles by how many books have them, names and numbers from books all over the catalogue, slips and
//! other keyboards by a rule. What finds nothing is proved by asking. Nothing is left to chance: books and words are
//! taken at even distances.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::{Result, bail};
use index_builder::catalogue::{Book, Catalogue};
use index_builder::local::{LocalIndex, request};
use index_builder::tools::questions::Question;
use seoga_search::answer::Tier;
use seoga_text::{choseong, fold, keys, names, title};

use crate::words::{Words, plain_words, slip};

/// Every kind, in the order of the tables.
pub const KINDS: [&str; 14] = [
    "common",
    "two_words",
    "rare",
    "prefix",
    "half_composed",
    "one_typo",
    "choseong",
    "keyboard",
    "library",
    "related",
    "no_hit",
    "isbn",
    "author",
    "facets",
];
/// Questions that fill up to a number of distinct ones; they are in no table.
pub const MORE: &str = "more";
/// Books looked at for names, numbers and titles.
const SAMPLE: usize = 24_000;

/// Draws `each` questions of every kind, as far as the catalogue has so many, and others until there are `all`.
///
/// # Errors
/// When the index cannot be asked, or a kind has fewer than 200 distinct questions.
pub fn draw(catalogue: &Catalogue, index: &LocalIndex, each: usize, all: usize) -> Result<Vec<Question>> {
    let apart = (catalogue.books.len() / SAMPLE).max(1);
    let sample: Vec<&Book> = catalogue.books.iter().step_by(apart).collect();
    let words = Words::of(catalogue, long_words, 4000, 4000);
    let mixed = mixed(&words);
    let typed = |least: usize| mixed.iter().filter(move |word| keys::encode(word).len() >= least);
    let mut rows = Vec::new();
    let mut add = |kind: &str, queries: &mut dyn Iterator<Item = String>| {
        let mut met = BTreeSet::new();
        for query in queries.map(|query| fold::canonical_query(&query)) {
            if !query.is_empty() && met.insert(query.clone()) {
                let qid = format!("{kind}-{:04}", met.len());
                rows.push(Question {
                    qid,
                    kind: kind.to_owned(),
                    query,
                    libraries: Vec::new(),
                    params: Vec::new(),
                });
            }
            if met.len() == each {
                break;
            }
        }
    };
    let of_titles = |count: usize| {
        let titles = sample.iter().map(|book| long_words(title::parts(&book.title).main));
        titles.filter_map(move |words| words.get(..count).map(|words| words.join(" ")))
    };
    add("common", &mut words.common.iter().cloned());
    add("two_words", &mut of_titles(2));
    add("rare", &mut words.rare.iter().cloned());
    add("prefix", &mut typed(6).filter_map(|word| beginning(word)));
    add("half_composed", &mut typed(6).filter_map(|word| half_composed(word)));
    add("one_typo", &mut typed(6).enumerate().map(|(number, word)| slip(number, word)));
    add("choseong", &mut sample.iter().enumerate().filter_map(|(number, book)| initials(number, book)));
    add("keyboard", &mut typed(6).filter_map(|word| on_latin_keys(word)));
    add("library", &mut alternating(words.common.iter().cloned(), of_titles(2)));
    add("related", &mut related(catalogue, index, each)?.into_iter());
    add("no_hit", &mut no_hits(index, each)?.into_iter());
    add("isbn", &mut sample.iter().map(|book| book.id.to_string()));
    add(
        "author",
        &mut sample.iter().filter_map(|book| Some(names::parse(&book.authors).first()?.text.clone())),
    );
    add("facets", &mut alternating(words.common.iter().cloned(), of_titles(2)));
    for (number, row) in rows.iter_mut().filter(|row| row.kind == "library").enumerate() {
        let library = catalogue.libraries.get(number % catalogue.libraries.len().max(1));
        row.libraries.extend(library.map(|library| library.name.clone()));
    }
    for (number, row) in rows.iter_mut().filter(|row| row.kind == "facets").enumerate() {
        row.params = narrowed(number, sample.get(number * 7 % sample.len().max(1)).copied());
    }
    for kind in KINDS {
        let found = rows.iter().filter(|row| row.kind == kind).count();
        if found < each.min(200) {
            bail!("the catalogue gives only {found} questions of the kind {kind}");
        }
    }
    let mut met: BTreeSet<(String, Vec<String>)> =
        rows.iter().map(|row| (row.query.clone(), row.libraries.clone())).collect();
    for query in of_titles(3).chain(of_titles(2)).chain(of_titles(4)) {
        if rows.len() >= all {
            break;
        }
        let query = fold::canonical_query(&query);
        if met.insert((query.clone(), Vec::new())) {
            let qid = format!("{MORE}-{:05}", rows.len());
            rows.push(Question {
                qid,
                kind: MORE.to_owned(),
                query,
                libraries: Vec::new(),
                params: Vec::new(),
            });
        }
    }
    Ok(rows)
}

/// Every book as a line for the peer: ISBN, title, authors, publisher, keywords, libraries.
#[must_use]
pub fn documents(catalogue: &Catalogue) -> String {
    let plain = |text: &str| text.replace(['\t', '\n', '\r'], " ");
    let mut text = String::new();
    for book in &catalogue.books {
        let keywords: Vec<&str> = book.keywords.iter().map(|id| catalogue.keyword(*id)).collect();
        let held = book
            .holdings
            .iter()
            .filter_map(|holding| catalogue.libraries.get(usize::from(holding.library.0)));
        let held: Vec<&str> = held.map(|library| library.name.as_str()).collect();
        let _ = writeln!(
            text,
            "{:013}\t{}\t{}\t{}\t{}\t{}",
            book.id,
            plain(&book.title),
            plain(&book.authors),
            plain(&book.publisher),
            plain(&keywords.join("|")),
            plain(&held.join("|"))
        );
    }
    text
}

/// Common and rare words in turn.
fn mixed(words: &Words) -> Vec<String> {
    alternating(words.common.iter().cloned(), words.rare.iter().cloned()).collect()
}

/// One of each in turn, then the rest of the longer.
fn alternating(
    a: impl Iterator<Item = String>,
    b: impl Iterator<Item = String>,
) -> impl Iterator<Item = String> {
    let (mut a, mut b, mut turn) = (a, b, false);
    std::iter::from_fn(move || {
        turn = !turn;
        if turn { a.next().or_else(|| b.next()) } else { b.next().or_else(|| a.next()) }
    })
}

/// The words of a text that people type as one, of two letters or more.
fn long_words(text: &str) -> Vec<String> {
    let mut words = plain_words(text);
    words.retain(|word| word.chars().count() > 1);
    words
}

/// The first half of a word's letters, at least two.
fn beginning(word: &str) -> Option<String> {
    let letters = word.chars().count();
    (letters > 2).then(|| word.chars().take(letters.div_ceil(2).max(2)).collect())
}

/// A state of the input method in the middle of a word that the word does not begin with.
fn half_composed(word: &str) -> Option<String> {
    let states: Vec<String> = keys::states(word).filter(|state| !word.starts_with(state.as_str())).collect();
    states.get(states.len() / 2).cloned()
}

/// Three to seven initials of a title.
fn initials(number: usize, book: &Book) -> Option<String> {
    let run = choseong::initials(&fold::fold(&book.title)).replace(' ', "");
    let wanted = 3 + number % 5;
    (run.chars().count() >= wanted).then(|| run.chars().take(wanted).collect())
}

/// A Hangul word as it comes out when the keyboard is set to Latin.
fn on_latin_keys(word: &str) -> Option<String> {
    // The letters in the order of the keys: the consonants, then the vowels.
    const LETTERS: &[u8; 33] = b"rRseEfaqQtTdwWczxvgkoiOjpuPhynbml";
    let letter =
        |key: &u8| Some(char::from(*LETTERS.get(usize::from(key.checked_sub(keys::FIRST_HANGUL)?))?));
    keys::encode(word).iter().map(letter).collect()
}

/// Keywords of few books whose answers get books with related words; where there are too few, keywords that have
/// related words at all.
fn related(catalogue: &Catalogue, index: &LocalIndex, each: usize) -> Result<Vec<String>> {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for id in catalogue.books.iter().flat_map(|book| book.keywords.iter()) {
        *counts.entry(catalogue.keyword(*id)).or_default() += 1;
    }
    let mut ranked: Vec<(u32, &str)> = counts.into_iter().map(|(word, count)| (count, word)).collect();
    ranked.sort_unstable();
    let (mut widened, mut others) = (Vec::new(), Vec::new());
    for (_, word) in ranked.into_iter().filter(|(count, _)| *count > 1) {
        let answer = index.search(request(index, word, &[], 50)?)?;
        if answer.related.is_empty() {
            continue;
        }
        let poor = answer.hits.iter().any(|hit| hit.tier == Tier::Related);
        if poor { &mut widened } else { &mut others }.push(word.to_owned());
        if widened.len() >= each || widened.len() + others.len() >= 4 * each {
            break;
        }
    }
    widened.extend(others);
    Ok(widened)
}

/// Words that nothing answers, made of syllables and letters by a rule.
fn no_hits(index: &LocalIndex, each: usize) -> Result<Vec<String>> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut found = Vec::new();
    for number in 0..each * 40 {
        let letters = 2 + number % 4;
        let word: String = match number % 3 {
            0 => (0..letters + 4).map(|_| char::from(b'a' + next(26) as u8)).collect(),
            _ => (0..letters).filter_map(|_| char::from_u32(0xac00 + next(11_172) as u32)).collect(),
        };
        if index.search(request(index, &word, &[], 10)?)?.total == 0 {
            found.push(word);
        }
        if found.len() == each {
            break;
        }
    }
    Ok(found)
}

/// Filters as a visitor sets them by the facets, in turn.
fn narrowed(number: usize, book: Option<&Book>) -> Vec<(String, String)> {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let class =
        book.and_then(|book| book.class_no.as_deref()).and_then(|class| class.get(..3)).unwrap_or("005");
    let publisher = book.map(|book| book.publisher.as_str()).filter(|name| !name.is_empty());
    match (number % 5, publisher) {
        (0, _) => vec![pair("class", class)],
        (1, _) => vec![pair("year", "2015-")],
        (2, Some(publisher)) => vec![pair("publisher", publisher)],
        (3, _) => vec![pair("lang", "ko")],
        _ => vec![pair("class", "0"), pair("year", "2010-2023"), pair("lang", "ko")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_layouts_differ_from_the_word() {
        for (number, word) in ["프로그래밍", "데이터베이스", "kubernetes"].iter().enumerate() {
            assert_ne!(slip(number, word), *word);
        }
        assert_eq!(on_latin_keys("파이썬").as_deref(), Some("vkdlTjs"));
        assert_eq!(on_latin_keys("go"), None);
        assert_eq!(beginning("프로그래밍").as_deref(), Some("프로그"));
        assert_eq!(beginning("서가"), None);
    }
}
