//! Scores an index on judged queries: one line for each class of queries.
//!
//! The measures: S@k, the share of queries with an expected book in the first
//! k; MRR@10, the mean of 1/rank of the first expected book within ten; nDCG@10
//! (Järvelin and Kekäläinen 2002) with gain 2^grade - 1; the share of empty
//! answers; the share of answers with a book that must not be there. For
//! queries that expect nothing, an empty answer scores 1 in all four.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use seoga_index::book_id::BookId;
use seoga_search::{Group, Hit, Lookup, Request};

use crate::local::{LocalIndex, ToolError, request};

/// How far down an answer is looked at.
const DEPTH: usize = 10;

/// A judged query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Its id.
    pub qid: String,
    /// Its class.
    pub class: String,
    /// As typed.
    pub query: String,
    /// Libraries asked, by name.
    pub libraries: Vec<String>,
    /// Expected books with their grades; none when nothing should be found.
    pub expected: BTreeMap<BookId, u32>,
    /// Books that must not be answered.
    pub must_not: BTreeSet<BookId>,
    /// The class of the query.
    pub note: String,
}

/// Reads a tab-separated file: `qid query_class query libraries expected
/// must_not note`, a header line, no quoting, lists joined by `|`.
///
/// # Errors
/// [`ToolError`] with the line that is wrong.
pub fn read(path: &Path) -> Result<Vec<Judged>, ToolError> {
    let text =
        std::fs::read_to_string(path).map_err(|source| ToolError::Read { path: path.to_owned(), source })?;
    let mut lines = text.lines();
    let columns: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| {
        columns.iter().position(|column| *column == name).ok_or_else(|| ToolError::Input {
            path: path.to_owned(),
            line: 1,
            reason: format!("no column `{name}`"),
        })
    };
    let [qid, class, query, libraries, expected, must_not, note] =
        ["qid", "query_class", "query", "libraries", "expected", "must_not", "note"].map(column);
    let places = [qid?, class?, query?, libraries?, expected?, must_not?, note?];
    let mut judged = Vec::new();
    for (number, line) in lines.enumerate() {
        let cells: Vec<&str> = line.split('\t').collect();
        let [qid, class, query, libraries, expected, must_not, note] =
            places.map(|place| cells.get(place).copied().unwrap_or_default());
        let bad = |reason: String| ToolError::Input { path: path.to_owned(), line: number + 2, reason };
        let id =
            |text: &str| BookId::parse(text).ok_or_else(|| bad(format!("`{text}` is no ISBN-13 and no id")));
        let mut grades = BTreeMap::new();
        for item in expected.split('|').filter(|item| !item.is_empty()) {
            let (number, grade) = item.split_once('=').unwrap_or((item, "1"));
            let grade = grade.parse().map_err(|_| bad(format!("`{grade}` is no grade")))?;
            grades.insert(id(number)?, grade);
        }
        let must_not = must_not.split('|').filter(|item| !item.is_empty()).map(id);
        judged.push(Judged {
            qid: qid.to_owned(),
            class: class.to_owned(),
            query: query.to_owned(),
            libraries: libraries.split('|').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
            expected: grades,
            must_not: must_not.collect::<Result<_, _>>()?,
            note: note.to_owned(),
        });
    }
    Ok(judged)
}

/// The measures of one query, or their means over several.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Scores {
    /// S@1.
    pub s1: f64,
    /// S@10.
    pub s10: f64,
    /// MRR@10.
    pub mrr: f64,
    /// nDCG@10.
    pub ndcg: f64,
    /// Answered with nothing.
    pub empty: f64,
    /// Answered with a book that must not be there.
    pub violations: f64,
}

impl Scores {
    const FIELDS: usize = 6;

    fn all(&self) -> [f64; Self::FIELDS] {
        [self.s1, self.s10, self.mrr, self.ndcg, self.empty, self.violations]
    }

    fn mean(scores: &[Scores]) -> Scores {
        let mean = |of: fn(&Scores) -> f64| scores.iter().map(of).sum::<f64>() / scores.len().max(1) as f64;
        Scores {
            s1: mean(|s| s.s1),
            s10: mean(|s| s.s10),
            mrr: mean(|s| s.mrr),
            ndcg: mean(|s| s.ndcg),
            empty: mean(|s| s.empty),
            violations: mean(|s| s.violations),
        }
    }
}

/// Scores one answer, best first.
#[must_use]
pub fn score(judged: &Judged, ranked: &[BookId], violates: bool) -> Scores {
    let empty = f64::from(u8::from(ranked.is_empty()));
    let violations = f64::from(u8::from(violates));
    if judged.expected.is_empty() {
        return Scores { s1: empty, s10: empty, mrr: empty, ndcg: empty, empty, violations };
    }
    let grades: Vec<u32> =
        ranked.iter().take(DEPTH).map(|isbn| judged.expected.get(isbn).copied().unwrap_or(0)).collect();
    let first = grades.iter().position(|grade| *grade > 0);
    let gain = |grades: &[u32]| -> f64 {
        let gain =
            |(place, grade): (usize, &u32)| (f64::from(*grade).exp2() - 1.0) / (place as f64 + 2.0).log2();
        grades.iter().take(DEPTH).enumerate().map(gain).sum()
    };
    let mut ideal: Vec<u32> = judged.expected.values().copied().collect();
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    Scores {
        s1: f64::from(u8::from(first == Some(0))),
        s10: f64::from(u8::from(first.is_some())),
        mrr: first.map_or(0.0, |place| 1.0 / (place as f64 + 1.0)),
        ndcg: gain(&grades) / gain(&ideal),
        empty,
        violations,
    }
}

/// Gives the id of a hit, or of the edition of its work that is expected most.
fn sought(index: &LocalIndex, query: &Judged, hit: &Hit, group: Group) -> Result<BookId, ToolError> {
    let id = hit.record.id;
    if group == Group::None || hit.record.editions.is_none() {
        return Ok(id);
    }
    let book = index.ask(Lookup::new(Arc::clone(&index.manifest), id).with_more_like_this())?;
    let others = book.into_iter().flat_map(|book| book.editions).map(|record| record.id);
    let grade = |id: &BookId| query.expected.get(id).copied().unwrap_or(0);
    let best = others.filter(|other| grade(other) > grade(&id)).max_by_key(|other| (grade(other), *other));
    Ok(best.unwrap_or(id))
}

/// The result: scores by class in the order of the file, and what was missed.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Class, queries, means.
    pub classes: Vec<(String, usize, Scores)>,
    /// Class and a line for each query without an expected book in ten.
    pub misses: Vec<(String, String)>,
}

/// Asks every query and scores the answers. `holdings` (a file with the
/// columns `ISBN` and `도서관`) adds to the violations every book that none of
/// the asked libraries holds. Where works are asked for, a book is found by any edition of its work.
///
/// # Errors
/// [`ToolError`] when the index or a file cannot be read.
pub fn run(
    index: &LocalIndex,
    queries: &Path,
    holdings: Option<&Path>,
    group: Group,
) -> Result<Report, ToolError> {
    let judged = read(queries)?;
    let held = holdings.map(held_by).transpose()?;
    let mut order: Vec<String> = Vec::new();
    let mut by_class: BTreeMap<String, Vec<Scores>> = BTreeMap::new();
    let mut report = Report::default();
    for query in &judged {
        let asked = request(index, &query.query, &query.libraries, DEPTH as u32)?;
        let answer = index.search(Request { group, ..asked })?;
        let ranked = answer.hits.iter().map(|hit| sought(index, query, hit, group));
        let ranked: Vec<BookId> = ranked.collect::<Result<_, _>>()?;
        let outside = |id: &BookId| {
            !query.libraries.is_empty()
                && held.as_ref().is_some_and(|held| {
                    !query.libraries.iter().any(|library| held.contains(&(*id, library.clone())))
                })
        };
        let violates = ranked.iter().any(|id| query.must_not.contains(id) || outside(id));
        let scores = score(query, &ranked, violates);
        if scores.s10 == 0.0 || violates {
            let tiers: Vec<_> = answer.hits.iter().take(3).map(|hit| hit.tier).collect();
            let expected: Vec<_> = query.expected.keys().take(3).collect();
            report.misses.push((
                query.class.clone(),
                format!(
                    "MISS {}\t{:?} libs={:?} expected={expected:?} got={:?} {tiers:?} ({})",
                    query.qid,
                    query.query,
                    query.libraries,
                    ranked.iter().take(3).collect::<Vec<_>>(),
                    query.note
                ),
            ));
        }
        if !by_class.contains_key(&query.class) {
            order.push(query.class.clone());
        }
        by_class.entry(query.class.clone()).or_default().push(scores);
    }
    for class in order {
        let scores = by_class.remove(&class).unwrap_or_default();
        report.classes.push((class, scores.len(), Scores::mean(&scores)));
    }
    Ok(report)
}

impl Report {
    /// The mean over the classes that expect something.
    #[must_use]
    pub fn mean(&self) -> (usize, Scores) {
        let real: Vec<&(String, usize, Scores)> =
            self.classes.iter().filter(|(class, ..)| class != "no_answer").collect();
        let scores: Vec<Scores> = real.iter().map(|(_, _, scores)| *scores).collect();
        (real.iter().map(|(_, queries, _)| queries).sum(), Scores::mean(&scores))
    }

    /// The table.
    #[must_use]
    pub fn table(&self) -> String {
        let mut out = format!(
            "{:24}{:>5}{:>8}{:>8}{:>8}{:>9}{:>8}{:>7}\n",
            "class", "n", "S@1", "S@10", "MRR@10", "nDCG@10", "empty", "viol"
        );
        let (queries, mean) = self.mean();
        let last = ("MEAN without no_answer".to_owned(), queries, mean);
        for (class, queries, scores) in self.classes.iter().chain([&last]) {
            let [s1, s10, mrr, ndcg, empty, violations] = scores.all();
            let _ = writeln!(
                out,
                "{class:24}{queries:5}{s1:8.3}{s10:8.3}{mrr:8.3}{ndcg:9.3}{empty:8.3}{violations:7.3}"
            );
        }
        out
    }
}

fn held_by(path: &Path) -> Result<BTreeSet<(BookId, String)>, ToolError> {
    let bad = |line: usize, reason: String| ToolError::Input { path: path.to_owned(), line, reason };
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_path(path)
        .map_err(|error| bad(1, error.to_string()))?;
    let headers = reader.headers().map_err(|error| bad(1, error.to_string()))?.clone();
    let column = |name: &str| {
        headers.iter().position(|header| header == name).ok_or_else(|| bad(1, format!("no column `{name}`")))
    };
    let (isbn, library) = (column("ISBN")?, column("도서관")?);
    let mut held = BTreeSet::new();
    for (number, row) in reader.records().enumerate() {
        let row = row.map_err(|error| bad(number + 2, error.to_string()))?;
        if let (Some(isbn), Some(library)) = (row.get(isbn).and_then(BookId::parse), row.get(library)) {
            held.insert((isbn, library.to_owned()));
        }
    }
    Ok(held)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(expected: &[(u64, u32)]) -> Judged {
        Judged {
            qid: "q".into(),
            class: "c".into(),
            query: "q".into(),
            libraries: Vec::new(),
            expected: expected.iter().map(|(isbn, grade)| (BookId::isbn(*isbn), *grade)).collect(),
            must_not: BTreeSet::new(),
            note: String::new(),
        }
    }

    #[test]
    fn scores_are_those_worked_out_by_hand() {
        let scores = score(&judged(&[(1, 1), (2, 2)]), &[9, 2, 1].map(BookId::isbn), false);
        assert_eq!((scores.s1, scores.s10, scores.mrr), (0.0, 1.0, 0.5));
        // (3/log2(3) + 1/log2(4)) / (3/log2(2) + 1/log2(3))
        assert!((scores.ndcg - (3.0 / 3f64.log2() + 0.5) / (3.0 + 1.0 / 3f64.log2())).abs() < 1e-12);
    }

    #[test]
    fn expecting_nothing_is_met_by_nothing_only() {
        assert_eq!(score(&judged(&[]), &[], false).mrr, 1.0);
        assert_eq!(score(&judged(&[]), &[BookId::isbn(1)], false).s10, 0.0);
    }
}
