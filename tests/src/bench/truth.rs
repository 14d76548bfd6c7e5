//! Sets answers beside the truth: every book of the catalogue read for every question.
//!
//! The truth is the books that have each word as typed, as a synonym or in another form (`crate::oracle`); an answer may
//! have more where the last word may go on, and should never have fewer. Pairs are of the commonest words that some title
//! has together, asked as whole words, so that the total has to be the truth's. Invariant: the same catalogue and
//! questions give the same pairs.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use index_builder::catalogue::{Book, Catalogue};
use index_builder::local::LocalIndex;
use index_builder::tools::questions::Question;
use seoga_index::book_id::BookId;
use seoga_search::Sort;
use seoga_text::token::tokenize;
use serde_json::{Value, json};

use crate::oracle::{Ask, Oracle, sort_key};
use crate::words::{is_plain, plain_words};

/// Kinds of questions whose words exist, so that something is known of their answers.
const KINDS: [&str; 5] = ["common", "two_words", "rare", "library", "author"];
/// Every so many pairs one is asked in each order, too.
const ORDERED: usize = 5;
/// Books whose titles are looked at for pairs.
const SAMPLE: usize = 50_000;
/// The order of the first books is compared.
const FIRST: usize = 10;
/// From so many books on an answer has no others, with related words, below them.
const ENOUGH: usize = 10;

/// Asks `each` questions of the kinds of which something is known, and `pairs` pairs; tells each question's share of the
/// true books, and of the orders how many of the first ten are right.
///
/// # Errors
/// When the index cannot be asked.
pub fn measure(
    catalogue: &Catalogue,
    index: &LocalIndex,
    questions: &[Question],
    pairs: usize,
) -> Result<Value> {
    let oracle = Oracle::new(catalogue);
    let mut found = Vec::new();
    for row in questions.iter().filter(|row| KINDS.contains(&row.kind.as_str())) {
        let words: Vec<String> = tokenize(&row.query).into_iter().map(|token| token.text).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let ask = Ask {
            text: row.query.clone(),
            libraries: row.libraries.clone(),
            typing: true,
            ..Ask::of(&words)
        };
        let truth = oracle.answering(&ask).count();
        found.extend(share(index, &ask, &row.kind, truth)?);
    }
    let (mut orders, books) = (Vec::new(), by_number(catalogue));
    for (place, [a, b]) in pairs_of(catalogue, pairs).iter().enumerate() {
        let pair = Ask::of(&[a, b]);
        found.extend(share(index, &pair, "pair", oracle.answering(&pair).count())?);
        let library = catalogue.libraries.get(place % catalogue.libraries.len().max(1));
        let held = Ask {
            libraries: library.map(|library| library.name.clone()).into_iter().collect(),
            ..pair.clone()
        };
        found.extend(share(index, &held, "pair in a library", oracle.answering(&held).count())?);
        let word = Ask::of(&[a]);
        let without = Ask { excluded: vec![b.clone()], text: format!("{a} -{b}"), ..word.clone() };
        found.extend(share(index, &without, "word without another", oracle.answering(&without).count())?);
        if place % ORDERED == 0 {
            let truth: Vec<&Book> = oracle.answering(&word).map(|(book, _)| book).collect();
            for sort in [Sort::Newest, Sort::Year, Sort::Title, Sort::Holdings, Sort::Loans] {
                orders.push(order(index, &word, sort, &truth, &books)?);
            }
        }
    }
    Ok(json!({"found": found, "orders": orders}))
}

fn by_number(catalogue: &Catalogue) -> BTreeMap<BookId, &Book> {
    catalogue.books.iter().map(|book| (book.id, book)).collect()
}

/// The share of the true books that an answer counts; none where there are none.
fn share(index: &LocalIndex, ask: &Ask, kind: &str, truth: usize) -> Result<Option<Value>> {
    if truth == 0 {
        return Ok(None);
    }
    let answer = index.search(ask.request(index, 1, 10))?;
    let total = answer.total as usize;
    Ok(Some(json!({
        "kind": kind, "query": ask.text, "truth": truth, "total": total, "exact": answer.total_exact,
        "share": (total as f64 / truth as f64).min(1.0), "whole": !ask.typing && truth >= ENOUGH,
    })))
}

/// How many of the first books stand where their dates, years and so on put them; books that are alike may change places.
fn order(
    index: &LocalIndex,
    word: &Ask,
    sort: Sort,
    truth: &[&Book],
    books: &BTreeMap<BookId, &Book>,
) -> Result<Value> {
    let mut keys: Vec<_> = truth.iter().map(|book| sort_key(book, sort, &[])).collect();
    if keys.len() > FIRST {
        keys.select_nth_unstable(FIRST);
        keys.truncate(FIRST);
    }
    keys.sort_unstable();
    let answer = index.search(Ask { sort, ..word.clone() }.request(index, 1, FIRST as u32))?;
    let shown = answer.hits.iter().map(|hit| books.get(&hit.record.id).map(|book| sort_key(book, sort, &[])));
    let right = shown.zip(&keys).filter(|(shown, key)| shown.as_ref() == Some(*key)).count();
    Ok(
        json!({"kind": sort.code(), "query": word.text, "of": keys.len(), "right": right as f64 / keys.len().max(1) as f64}),
    )
}

/// Pairs of words that some title has together, those of the most books first: of no word that may be read as two.
fn pairs_of(catalogue: &Catalogue, count: usize) -> Vec<[String; 2]> {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for book in &catalogue.books {
        let words: BTreeSet<String> =
            plain_words(&book.title).into_iter().filter(|word| is_plain(word)).collect();
        words.into_iter().for_each(|word| *counts.entry(word).or_default() += 1);
    }
    let apart = (catalogue.books.len() / SAMPLE).max(1);
    let mut pairs: BTreeMap<[String; 2], u32> = BTreeMap::new();
    for book in catalogue.books.iter().step_by(apart) {
        let words: BTreeSet<String> =
            plain_words(&book.title).into_iter().filter(|word| is_plain(word)).collect();
        let mut words: Vec<(u32, String)> = words.into_iter().map(|word| (counts[&word], word)).collect();
        words.sort_unstable_by(|a, b| b.cmp(a));
        if let [(_, a), (fewer, b), ..] = &words[..] {
            pairs.insert([a.clone(), b.clone()], *fewer);
        }
    }
    let mut ranked: Vec<([String; 2], u32)> = pairs.into_iter().collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    ranked.into_iter().take(count).map(|(pair, _)| pair).collect()
}

#[cfg(test)]
mod tests {
    use index_builder::compile::compile;
    use index_builder::generate::{Sample, generate};
    use index_builder::progress::Quiet;
    use index_builder::sources::{Inputs, read};

    use super::*;

    #[test]
    fn all_books_of_a_small_catalogue_are_found_in_the_right_order() {
        let folder = tempfile::tempdir().unwrap();
        let (place, out) = (folder.path().join("catalogue"), folder.path().join("index"));
        generate(Sample { books: 1_000, seed: 1 }, &place, &Quiet).unwrap();
        let catalogue = read(&Inputs::in_catalogue(&place).unwrap().files, &Quiet).unwrap().catalogue;
        std::fs::create_dir(&out).unwrap();
        compile(&catalogue, &out, &Quiet).unwrap();
        let told = measure(&catalogue, &LocalIndex::open(&out, 64 << 20).unwrap(), &[], 40).unwrap();
        let (found, orders) = (told["found"].as_array().unwrap(), told["orders"].as_array().unwrap());
        assert!(found.len() > 100 && orders.len() == 40, "{} {}", found.len(), orders.len());
        let whole = found.iter().filter(|one| one["whole"] == true).count();
        assert!(whole > 20, "{whole}");
        let wrong =
            |one: &&Value| one["share"] != 1.0 || one["whole"] == true && one["total"] != one["truth"];
        let wrong: Vec<&Value> = found.iter().filter(wrong).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        let wrong: Vec<&Value> = orders.iter().filter(|one| one["right"] != 1.0).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
