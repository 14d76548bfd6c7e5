//! The series of one book, out of its rows: those that records name, and the one in brackets at the end of a title.
//!
//! Invariant: the same rows give the same series, whatever their order.

use seoga_text::{fold, volume};

use super::book::Series;
use super::row::{Fact, FactKind, Row};
use super::texts::Texts;

/// Series kept of one book: those that most records name.
const MOST: usize = 4;

/// Settles the series of a book. Spellings with the same letters are one, named as most records do (ties: the first by code points),
/// with the number that most give.
pub(super) fn settle(rows: &[Row], facts: &[Fact], texts: &Texts) -> Vec<Series> {
    let said = rows.iter().flat_map(|row| row.facts.of(facts)).filter(|fact| fact.kind == FactKind::Series);
    let said = said.map(|fact| (texts.get(fact.text), texts.get(fact.more)));
    let in_titles = rows.iter().filter_map(|row| volume::in_series(texts.get(row.title)));
    let told = said.chain(in_titles.map(|(_, name, number)| (name, number)));
    let mut told: Vec<(String, &str, &str)> = told
        .map(|(name, number)| (fold::letters(name), name, number))
        .filter(|(letters, ..)| !letters.is_empty())
        .collect();
    told.sort_unstable();
    let mut series: Vec<(usize, Series)> = told
        .chunk_by(|a, b| a.0 == b.0)
        .map(|same| {
            let name = commonest(same.iter().map(|(_, name, _)| *name)).unwrap_or_default().to_owned();
            let numbers = same.iter().map(|(.., number)| *number).filter(|number| !number.is_empty());
            (same.len(), Series { name, number: commonest(numbers).map(str::to_owned) })
        })
        .collect();
    series.sort_by_key(|(records, _)| std::cmp::Reverse(*records));
    series.into_iter().take(MOST).map(|(_, series)| series).collect()
}

/// The text that comes most often; of equals the first by code points.
fn commonest<'a>(texts: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut texts: Vec<&str> = texts.collect();
    texts.sort_unstable();
    let runs = texts.chunk_by(|a, b| a == b);
    // Of equal ones `max_by_key` takes the last.
    runs.rev().max_by_key(|run| run.len()).and_then(|run| run.first().copied())
}
