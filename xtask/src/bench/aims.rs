//! Holds every index of a run to what was asked of it, beside what the same bench said of an earlier commit.
//!
//! Every aim stands once, in [`LINES`]; the figures of the earlier commit are in `tests/bench/baseline.json`. Invariant: a
//! figure comes from the run's own numbers, and what was not measured is neither kept nor missed.

use std::fmt::Write as _;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::table::{Spread, kinds, spread, totals};

/// Kinds whose words exist: they are answered in fewer rounds.
const KNOWN: [&str; 6] = ["common", "two_words", "rare", "library", "author", "isbn"];
const KILO: f64 = 1e3;
const MEGA: f64 = 1e6;
/// Files that a question may read at most, or the bench fails: Workers Free documents 50 subrequests of a request.
pub(super) const MOST_FILES: f64 = 50.0;

/// On which side of its bound a figure is to lie.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

use Bound::{AtLeast, AtMost};

/// One figure that was asked for.
struct Line {
    what: &'static str,
    unit: &'static str,
    places: usize,
    /// Holds the aims that were asked, by the number of books and whether they are invented; none where a figure is only told.
    bound: fn(u64, bool) -> Option<Bound>,
    measured: fn(&Value) -> Option<f64>,
}

const fn line(
    what: &'static str,
    unit: &'static str,
    places: usize,
    bound: fn(u64, bool) -> Option<Bound>,
    measured: fn(&Value) -> Option<f64>,
) -> Line {
    Line { what, unit, places, bound, measured }
}

/// All of them; times are of V8's main thread where nothing else is said.
const LINES: [Line; 38] = [
    line(
        "pairs of common words: share of the true books, p50",
        "%",
        1,
        |_, _| Some(AtLeast(100.0)),
        |one| Some(found(one, "pair")?.p50 * 100.0),
    ),
    line(
        "pairs of common words: share of the true books, least",
        "%",
        1,
        |_, _| Some(AtLeast(100.0)),
        |one| Some(found(one, "pair")?.least * 100.0),
    ),
    line(
        "pairs in a library: share of the true books, p50",
        "%",
        1,
        |_, _| Some(AtLeast(100.0)),
        |one| Some(found(one, "pair in a library")?.p50 * 100.0),
    ),
    line(
        "pairs in a library: share of the true books, least",
        "%",
        1,
        |_, _| Some(AtLeast(100.0)),
        |one| Some(found(one, "pair in a library")?.least * 100.0),
    ),
    line(
        "word without another: share of the true books, least",
        "%",
        1,
        |_, _| Some(AtLeast(100.0)),
        |one| Some(found(one, "word without another")?.least * 100.0),
    ),
    line(
        "all questions: share of the true books, least",
        "%",
        1,
        |_, _| Some(AtLeast(100.0)),
        |one| Some(spread(&one["truth"]["found"], None, &["share"])?.least * 100.0),
    ),
    line(
        "totals said to be exact that are not the truth's",
        "",
        0,
        |_, _| Some(AtMost(0.0)),
        |one| {
            let found = one["truth"]["found"].as_array()?;
            let wrong = |row: &&Value| {
                let (total, truth) = (row["total"].as_u64(), row["truth"].as_u64());
                row["exact"] == true && (total < truth || row["whole"] == true && total > truth)
            };
            Some(found.iter().filter(wrong).count() as f64)
        },
    ),
    line(
        "newest first: right of the first ten",
        "%",
        1,
        |_, _| Some(AtLeast(100.0)),
        |one| ordered(one, Some("newest")),
    ),
    line("all orders: right of the first ten", "%", 1, |_, _| Some(AtLeast(100.0)), |one| ordered(one, None)),
    line("two words, p50", "ms", 3, |_, _| Some(AtMost(0.3)), |one| Some(v8(one, Some("two_words"))?.p50)),
    line(
        "half-composed syllable, p50",
        "ms",
        3,
        |_, _| Some(AtMost(0.35)),
        |one| Some(v8(one, Some("half_composed"))?.p50),
    ),
    line("library filter, p50", "ms", 3, |_, _| Some(AtMost(0.5)), |one| Some(v8(one, Some("library"))?.p50)),
    line("one typo, p50", "ms", 3, |_, _| Some(AtMost(1.0)), |one| Some(v8(one, Some("one_typo"))?.p50)),
    line("all kinds, p99", "ms", 2, |_, _| Some(AtMost(5.0)), |one| Some(v8(one, None)?.p99)),
    line("different questions in turn, p50", "ms", 2, |_, _| Some(AtMost(1.5)), |one| Some(turn(one)?.p50)),
    line("different questions in turn, p99", "ms", 2, |_, _| Some(AtMost(6.0)), |one| Some(turn(one)?.p99)),
    line(
        "tantivy's application mode / ours natively, p50 over all",
        "times",
        1,
        |_, _| Some(AtLeast(10.0)),
        |one| Some(application(one)?.p50 / spread(&one["native"]["warm"], None, &["ms"])?.p50),
    ),
    line(
        "tantivy's application mode / ours on V8, p50 over all",
        "times",
        1,
        |_, _| Some(AtLeast(5.0)),
        |one| Some(application(one)?.p50 / v8(one, None)?.p50),
    ),
    line(
        "questions with fewer books than tantivy's all words, said to be exact",
        "",
        0,
        |_, _| Some(AtMost(0.0)),
        |one| {
            one["peer"]["answers"].as_array()?;
            Some(kinds(one).into_iter().map(|kind| f64::from(totals(one, kind)[3])).sum())
        },
    ),
    line(
        "first answer: bytes, limit 10, p50",
        "KB",
        0,
        |_, _| Some(AtMost(230.0)),
        |one| Some(first(one, "10", "bytes", None)?.p50 / KILO),
    ),
    line(
        "first answer: bytes, limit 10, most",
        "KB",
        0,
        |_, _| Some(AtMost(512.0)),
        |one| Some(first(one, "10", "bytes", None)?.most / KILO),
    ),
    line(
        "first answer: files, limit 10, most",
        "",
        0,
        |_, _| Some(AtMost(45.0)),
        |one| Some(first(one, "10", "files", None)?.most),
    ),
    line(
        "first answer: files, limit 20, most",
        "",
        0,
        |_, _| Some(AtMost(45.0)),
        |one| Some(first(one, "20", "files", None)?.most),
    ),
    line(
        "first answer for words that exist: rounds in all, most",
        "",
        0,
        |books, _| Some(AtMost(rounds(books))),
        |one| {
            let most = KNOWN.iter().filter_map(|kind| first(one, "20", "rounds", Some(kind)));
            most.map(|spread| spread.most).max_by(f64::total_cmp)
        },
    ),
    line(
        "first answer: rounds in all, most",
        "",
        0,
        |books, _| Some(AtMost(rounds(books) + 1.0)),
        |one| Some(first(one, "20", "rounds", None)?.most),
    ),
    line(
        "first answer, fresh instance, p50 over all",
        "ms",
        1,
        |_, _| Some(AtMost(8.0)),
        |one| Some(spread(&one["edge"]["cold"], None, &["instance"])?.p50),
    ),
    line(
        "first answer, fresh instance, p99",
        "ms",
        1,
        |_, _| None,
        |one| Some(spread(&one["edge"]["cold"], None, &["instance"])?.p99),
    ),
    line(
        "first answer, fresh process, p50 over all",
        "ms",
        1,
        |_, _| None,
        |one| Some(spread(&one["edge"]["cold"], None, &["process"])?.p50),
    ),
    line(
        "fetched in turn, limit 10, p50",
        "KB",
        0,
        |_, _| Some(AtMost(75.0)),
        |one| Some(spread(&one["native"]["in_turn"]["10"], None, &["bytes"])?.p50 / KILO),
    ),
    line(
        "fetched in turn, limit 20, p50",
        "KB",
        0,
        |_, _| None,
        |one| Some(spread(&one["native"]["in_turn"]["20"], None, &["bytes"])?.p50 / KILO),
    ),
    line(
        "read in turn: files, limit 20, most",
        "",
        0,
        |_, _| Some(AtMost(45.0)),
        |one| Some(spread(&one["native"]["in_turn"]["20"], None, &["files"])?.most),
    ),
    line(
        "all files, brotli, a book",
        "B",
        1,
        |_, invented| Some(AtMost(if invented { 125.0 } else { 300.0 })),
        |one| Some(sum(one, "brotli")? / one["books"].as_f64()?),
    ),
    line(
        "files of two generations",
        "",
        0,
        |_, _| Some(AtMost(18_000.0)),
        |one| Some(2.0 * sum(one, "files")?),
    ),
    line(
        "night's change: bytes to upload, of all",
        "%",
        1,
        |_, _| Some(AtMost(2.0)),
        |one| {
            let all = &one["change"]["parts"]["all"];
            Some(all["new_bytes"].as_f64()? * 100.0 / all["bytes"].as_f64()?)
        },
    ),
    line(
        "night's change: files to upload",
        "",
        0,
        |_, _| None,
        |one| one["change"]["parts"]["all"]["new_files"].as_f64(),
    ),
    line(
        "memory after 10,000 different questions",
        "MB",
        1,
        |_, _| Some(AtMost(48.0)),
        |one| {
            let memory = &one["edge"]["memory"];
            // Fewer questions say nothing of it.
            (memory["questions"].as_u64()? >= 10_000).then(|| Some(memory["wasm_bytes"].as_f64()? / MEGA))?
        },
    ),
    line("build from CSV", "s", 1, |_, _| Some(AtMost(120.0)), |one| one["build"]["seconds"].as_f64()),
    line(
        "build: peak memory",
        "MB",
        0,
        |_, _| Some(AtMost(3000.0)),
        |one| Some(one["build"]["peak_bytes"].as_f64()? / MEGA),
    ),
];

/// Rounds of fetching that a first answer may take, pointer and table of contents included, where the words exist.
fn rounds(books: u64) -> f64 {
    match books {
        0..=20_000 => 2.0,
        20_001..=100_000 => 3.0,
        _ => 4.0,
    }
}

fn v8(measured: &Value, kind: Option<&str>) -> Option<Spread> {
    spread(&measured["edge"]["warm"], kind, &["ms"])
}

fn turn(measured: &Value) -> Option<Spread> {
    spread(&measured["edge"]["turn"], None, &["ms"])
}

fn application(measured: &Value) -> Option<Spread> {
    spread(&measured["peer"]["answers"], None, &["application", "ms"])
}

fn first(measured: &Value, limit: &str, figure: &str, kind: Option<&str>) -> Option<Spread> {
    spread(&measured["native"]["cold"][limit], kind, &[figure])
}

fn found(measured: &Value, kind: &str) -> Option<Spread> {
    spread(&measured["truth"]["found"], Some(kind), &["share"])
}

/// The share of first books that stand where they belong, in percent.
fn ordered(measured: &Value, sort: Option<&str>) -> Option<f64> {
    let orders = measured["truth"]["orders"].as_array()?.iter();
    let right: Vec<f64> = orders
        .filter(|order| sort.is_none_or(|sort| order["kind"] == sort))
        .filter_map(|order| order["right"].as_f64())
        .collect();
    Some(right.iter().sum::<f64>() * 100.0 / right.len() as f64)
}

/// A figure over all files.
fn sum(measured: &Value, figure: &str) -> Option<f64> {
    let kinds = measured["sizes"]["kinds"].as_object()?;
    Some(kinds.values().filter_map(|kind| kind[figure].as_f64()).sum())
}

impl Bound {
    fn is_kept(self, figure: f64) -> bool {
        match self {
            AtMost(bound) => figure <= bound,
            AtLeast(bound) => figure >= bound,
        }
    }

    fn told(self) -> String {
        match self {
            AtMost(bound) => format!("≤ {bound}"),
            AtLeast(bound) => format!("≥ {bound}"),
        }
    }
}

/// The figures of an earlier commit.
#[derive(Debug, Clone)]
pub(super) struct Baseline {
    commit: String,
    /// By the name of the index, then by line.
    figures: Value,
}

impl Baseline {
    /// Reads them.
    pub(super) fn parse(text: &[u8]) -> Result<Self> {
        let told: Value = serde_json::from_slice(text).context("reading the baseline")?;
        let commit = told["commit"].as_str().context("the baseline names no commit")?.to_owned();
        Ok(Self { commit, figures: told["figures"].clone() })
    }
}

/// Shows what was asked with what a run and the baseline say of it, as a table and as JSON.
pub(super) fn of(measured: &[Value], baseline: &Baseline) -> (String, Value) {
    let (mut text, mut list) = (String::new(), Vec::new());
    for one in measured {
        let name = one["name"].as_str().unwrap_or("?");
        let (books, invented) = (one["books"].as_u64().unwrap_or(0), one["invented"] == true);
        let _ = writeln!(
            text,
            "## What was asked, at {name} ({books} books)\n\n| | {} | now | aim | |\n|---|---|---|---|---|",
            baseline.commit
        );
        for line in &LINES {
            let figure = (line.measured)(one).filter(|figure| figure.is_finite());
            let before = baseline.figures[name][line.what].as_f64();
            let bound = (line.bound)(books, invented);
            let cell = |figure: Option<f64>| {
                figure.map_or_else(|| "-".to_owned(), |figure| format!("{figure:.*}", line.places))
            };
            let kept = figure.zip(bound).map(|(figure, bound)| bound.is_kept(figure));
            let word = match (kept, figure) {
                (Some(true), _) => "kept",
                (Some(false), _) => "**missed**",
                (None, None) => "not measured",
                (None, Some(_)) => "told",
            };
            let aim = format!("{} {}", bound.map_or_else(|| "-".to_owned(), Bound::told), line.unit);
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {word} |",
                line.what,
                cell(before),
                cell(figure),
                aim.trim_end()
            );
            list.push(json!({
                "name": name, "what": line.what, "aim": aim.trim_end(), "before": before, "measured": figure, "kept": kept,
            }));
        }
        text.push('\n');
    }
    (text, list.into())
}

/// The most files that any question of a run read, with the name of its index.
pub(super) fn most_files(measured: &[Value]) -> Option<(f64, &str)> {
    let files = |one: &Value| {
        let native = &one["native"];
        ["cold", "in_turn"]
            .iter()
            .flat_map(|way| ["10", "20"].map(|limit| spread(&native[*way][limit], None, &["files"])))
            .flatten()
            .map(|spread| spread.most)
            .max_by(f64::total_cmp)
    };
    let named = measured.iter().filter_map(|one| Some((files(one)?, one["name"].as_str()?)));
    named.max_by(|a, b| a.0.total_cmp(&b.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(books: u64, ms: f64, bytes: u64, rounds: u64) -> Value {
        let cold = json!([{"kind": "two_words", "bytes": bytes, "files": 51, "rounds": rounds}]);
        json!({
            "name": "x", "books": books, "invented": true,
            "edge": {
                "warm": [{"kind": "two_words", "ms": ms}], "turn": [{"kind": "two_words", "ms": 2.0}],
                "memory": {"questions": 9, "wasm_bytes": 1},
            },
            "native": {"warm": [{"kind": "two_words", "ms": ms / 2.0}], "cold": {"10": cold, "20": cold}},
            "peer": {"answers": [{"kind": "two_words", "application": {"ms": 15.0}}]},
        })
    }

    fn baseline() -> Baseline {
        Baseline::parse(br#"{"commit": "abc", "figures": {"x": {"two words, p50": 1.12}}}"#).unwrap()
    }

    fn verdict<'a>(list: &'a Value, what: &str) -> &'a Value {
        let aim = list.as_array().unwrap().iter().find(|aim| aim["what"] == what);
        &aim.unwrap()["kept"]
    }

    #[test]
    fn an_aim_is_kept_missed_or_not_measured() {
        let (table, list) = of(&[measured(1_000_000, 0.2, 600_000, 4)], &baseline());
        assert_eq!(verdict(&list, "two words, p50"), true);
        assert_eq!(verdict(&list, "different questions in turn, p50"), false);
        assert_eq!(verdict(&list, "tantivy's application mode / ours on V8, p50 over all"), true);
        assert_eq!(verdict(&list, "first answer: bytes, limit 10, most"), false);
        assert_eq!(verdict(&list, "first answer for words that exist: rounds in all, most"), true);
        assert_eq!(*verdict(&list, "memory after 10,000 different questions"), Value::Null);
        assert!(table.contains("| two words, p50 | 1.120 | 0.200 | ≤ 0.3 ms | kept |"), "{table}");
    }

    #[test]
    fn fewer_books_are_answered_in_fewer_rounds() {
        let (_, list) = of(&[measured(100_000, 0.2, 1, 4)], &baseline());
        assert_eq!(verdict(&list, "first answer for words that exist: rounds in all, most"), false);
        assert_eq!(verdict(&list, "first answer: rounds in all, most"), true);
    }

    #[test]
    fn the_most_files_of_a_run_are_found() {
        assert_eq!(most_files(&[measured(1, 0.1, 1, 1)]), Some((51.0, "x")));
        assert_eq!(most_files(&[]), None);
    }

    #[test]
    fn the_recorded_figures_are_of_lines_that_exist() {
        let recorded = Baseline::parse(include_bytes!("../../../tests/bench/baseline.json")).unwrap();
        let figures = recorded.figures.as_object().unwrap().values().flat_map(|one| one.as_object().unwrap());
        let mut count = 0;
        for (what, _) in figures {
            assert!(LINES.iter().any(|line| line.what == what), "no line is called {what:?}");
            count += 1;
        }
        assert!(count > 0);
    }
}
