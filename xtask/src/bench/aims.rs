//! Holds a run to what was asked of an index of a million books.
//!
//! Every aim stands once, in [`AIMS`]. Invariant: a figure comes from the run's own numbers, and what was not measured is
//! neither kept nor missed.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::table::{Spread, kinds, spread, totals};

/// Kinds whose words exist: they are answered in fewer rounds.
const KNOWN: [&str; 6] = ["common", "two_words", "rare", "library", "author", "isbn"];
const KILO: f64 = 1e3;
const MEGA: f64 = 1e6;

/// The indexes that a run measured.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run<'a> {
    /// The real catalogue.
    real: Option<&'a Value>,
    /// The largest of invented books.
    large: Option<&'a Value>,
    /// The one with a tenth of its books.
    tenth: Option<&'a Value>,
}

impl<'a> Run<'a> {
    /// Tells them apart.
    pub(super) fn of(measured: &'a [Value]) -> Self {
        let books = |one: &Value| one["books"].as_u64().unwrap_or(0);
        let invented = || measured.iter().filter(|one| one["invented"] == true);
        let large = invented().max_by_key(|one| books(one));
        let tenth = large.and_then(|large| invented().find(|one| books(one) * 10 == books(large)));
        Self { real: measured.iter().find(|one| one["invented"] == false), large, tenth }
    }
}

/// On which side of its bound a figure is to lie.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

/// One aim.
struct Aim {
    what: &'static str,
    unit: &'static str,
    bound: Bound,
    places: usize,
    measured: fn(Run<'_>) -> Option<f64>,
}

const fn aim(
    what: &'static str,
    unit: &'static str,
    bound: Bound,
    places: usize,
    measured: fn(Run<'_>) -> Option<f64>,
) -> Aim {
    Aim { what, unit, bound, places, measured }
}

use Bound::{AtLeast, AtMost};

/// All of them, at the largest index where nothing else is said; times on V8 where nothing else is said.
const AIMS: [Aim; 25] = [
    aim("two words, p50", "ms", AtMost(0.3), 3, |run| Some(v8(run.large?, Some("two_words"))?.p50)),
    aim("all kinds, p99", "ms", AtMost(5.0), 2, |run| Some(v8(run.large?, None)?.p99)),
    aim("one typo, p50", "ms", AtMost(1.0), 3, |run| Some(v8(run.large?, Some("one_typo"))?.p50)),
    aim("half-composed syllable, p50", "ms", AtMost(0.3), 3, |run| {
        Some(v8(run.large?, Some("half_composed"))?.p50)
    }),
    aim("library filter, p50", "ms", AtMost(0.5), 3, |run| Some(v8(run.large?, Some("library"))?.p50)),
    aim("tantivy's application mode / ours on V8, p50 over all", "times", AtLeast(20.0), 1, |run| {
        Some(application(run.large?)?.p50 / v8(run.large?, None)?.p50)
    }),
    aim("tantivy's application mode / ours natively, p50 over all", "times", AtLeast(20.0), 1, |run| {
        Some(application(run.large?)?.p50 / spread(&run.large?["native"]["warm"], None, &["ms"])?.p50)
    }),
    aim("questions with fewer books than tantivy's all words, said to be exact", "", AtMost(0.0), 0, |run| {
        let large = run.large?;
        large["peer"]["answers"].as_array()?;
        Some(kinds(large).into_iter().map(|kind| f64::from(totals(large, kind)[3])).sum())
    }),
    aim("growth of p50 from a tenth of the books", "times", AtMost(3.0), 2, |run| {
        Some(v8(run.large?, None)?.p50 / v8(run.tenth?, None)?.p50)
    }),
    aim("growth of p50, the kind that grows most", "times", AtMost(3.0), 2, |run| {
        let growth = |kind: &str| Some(v8(run.large?, Some(kind))?.p50 / v8(run.tenth?, Some(kind))?.p50);
        kinds(run.large?).into_iter().filter_map(growth).max_by(f64::total_cmp)
    }),
    aim("first search of a fresh instance, most of any kind", "ms", AtMost(8.0), 1, |run| {
        Some(spread(&run.large?["edge"]["cold"], None, &["instance"])?.most)
    }),
    aim("the same in a fresh process, on code not yet optimised", "ms", AtMost(8.0), 1, |run| {
        Some(spread(&run.large?["edge"]["cold"], None, &["process"])?.most)
    }),
    aim("first search: bytes, limit 10, most", "KB", AtMost(524.3), 0, |run| first(run, "10", "bytes", None)),
    aim("first search: bytes, limit 20, most", "KB", AtMost(524.3), 0, |run| first(run, "20", "bytes", None)),
    aim("first search: rounds behind the manifest, most", "", AtMost(5.0), 0, |run| {
        Some(first(run, "20", "rounds", None)? * KILO)
    }),
    aim("first search for words that exist: rounds, most", "", AtMost(3.0), 0, |run| {
        let rounds = KNOWN.iter().filter_map(|kind| first(run, "20", "rounds", Some(kind)));
        Some(rounds.max_by(f64::total_cmp)? * KILO)
    }),
    aim("warm search: bytes fetched, limit 10, p50", "KB", AtMost(100.0), 0, |run| warm(run, "10")),
    aim("warm search: bytes fetched, limit 20, p50", "KB", AtMost(200.0), 0, |run| warm(run, "20")),
    aim("memory after 10,000 different questions", "MB", AtMost(48.0), 1, |run| {
        let memory = &run.large?["edge"]["memory"];
        // Fewer questions say nothing of it.
        (memory["questions"].as_u64()? >= 10_000).then(|| Some(memory["wasm_bytes"].as_f64()? / MEGA))?
    }),
    aim("real catalogue: all files, brotli, a book", "B", AtMost(150.0), 1, |run| a_book(run.real?)),
    aim("all files, brotli, a book", "B", AtMost(110.0), 1, |run| a_book(run.large?)),
    aim("build from CSV", "s", AtMost(120.0), 0, |run| run.large?["build"]["seconds"].as_f64()),
    aim("build: peak memory", "MB", AtMost(3000.0), 0, |run| {
        Some(run.large?["build"]["peak_bytes"].as_f64()? / MEGA)
    }),
    aim("files of two generations", "", AtMost(17_999.0), 0, |run| Some(2.0 * sum(run.large?, "files")?)),
    aim(
        "1 in 1,000 books new, 1 in 1,000 changed: records and library lists to upload",
        "%",
        AtMost(20.0),
        1,
        |run| {
            let parts = &run.large?["change"]["parts"];
            let sum = |figure: &str| {
                Some(parts["records"][figure].as_f64()? + parts["library lists"][figure].as_f64()?)
            };
            Some(sum("new_bytes")? * 100.0 / sum("bytes")?)
        },
    ),
];

fn v8(measured: &Value, kind: Option<&str>) -> Option<Spread> {
    spread(&measured["edge"]["warm"], kind, &["ms"])
}

fn application(measured: &Value) -> Option<Spread> {
    spread(&measured["peer"]["answers"], None, &["application", "ms"])
}

/// The most of a figure, in thousands.
fn first(run: Run<'_>, limit: &str, figure: &str, kind: Option<&str>) -> Option<f64> {
    Some(spread(&run.large?["native"]["cold"][limit], kind, &[figure])?.most / KILO)
}

fn warm(run: Run<'_>, limit: &str) -> Option<f64> {
    Some(spread(&run.large?["native"]["in_turn"][limit], None, &["bytes"])?.p50 / KILO)
}

/// A figure over all files.
fn sum(measured: &Value, figure: &str) -> Option<f64> {
    let kinds = measured["sizes"]["kinds"].as_object()?;
    Some(kinds.values().filter_map(|kind| kind[figure].as_f64()).sum())
}

fn a_book(measured: &Value) -> Option<f64> {
    Some(sum(measured, "brotli")? / measured["books"].as_f64()?)
}

impl Aim {
    /// Whether a figure keeps it.
    fn kept(&self, figure: f64) -> bool {
        match self.bound {
            AtMost(bound) => figure <= bound,
            AtLeast(bound) => figure >= bound,
        }
    }

    fn told(&self) -> String {
        match self.bound {
            AtMost(bound) => format!("at most {bound} {}", self.unit),
            AtLeast(bound) => format!("at least {bound} {}", self.unit),
        }
    }
}

/// The aims with what a run says of them, as a table and as JSON.
pub(super) fn of(measured: &[Value]) -> (String, Value) {
    let run = Run::of(measured);
    let name = run.large.and_then(|large| large["name"].as_str()).unwrap_or("no invented books");
    let mut text = format!("## Aims, at {name}\n\n| | aim | measured | |\n|---|---|---|---|\n");
    let mut list = Vec::new();
    for aim in &AIMS {
        let figure = (aim.measured)(run).filter(|figure| figure.is_finite());
        let cell = figure.map_or_else(|| "-".to_owned(), |figure| format!("{figure:.*}", aim.places));
        let kept = figure.map(|figure| aim.kept(figure));
        let word = match kept {
            Some(true) => "kept",
            Some(false) => "**missed**",
            None => "not measured",
        };
        let _ = writeln!(text, "| {} | {} | {cell} | {word} |", aim.what, aim.told().trim_end());
        list.push(json!({"what": aim.what, "aim": aim.told().trim_end(), "measured": figure, "kept": kept}));
    }
    (text, list.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(books: u64, ms: f64, bytes: u64) -> Value {
        json!({
            "name": "x", "books": books, "invented": true,
            "edge": {"warm": [{"kind": "two_words", "ms": ms}], "memory": {"questions": 9, "wasm_bytes": 1}},
            "native": {"warm": [{"kind": "two_words", "ms": ms / 2.0}], "cold": {"10": [{"kind": "two_words", "bytes": bytes, "rounds": 4}], "20": [{"kind": "two_words", "bytes": bytes, "rounds": 4}]}},
            "peer": {"answers": [{"kind": "two_words", "application": {"ms": 15.0}}]},
        })
    }

    fn verdict<'a>(list: &'a Value, what: &str) -> &'a Value {
        let aim = list.as_array().unwrap().iter().find(|aim| aim["what"] == what);
        &aim.unwrap()["kept"]
    }

    #[test]
    fn an_aim_is_kept_missed_or_not_measured() {
        let run = [measured(1000, 0.2, 600_000), measured(100, 0.05, 1)];
        let (table, list) = of(&run);
        assert_eq!(verdict(&list, "two words, p50"), true);
        assert_eq!(verdict(&list, "tantivy's application mode / ours on V8, p50 over all"), true);
        assert_eq!(verdict(&list, "first search: bytes, limit 20, most"), false);
        assert_eq!(verdict(&list, "first search for words that exist: rounds, most"), false);
        assert_eq!(verdict(&list, "first search: rounds behind the manifest, most"), true);
        assert_eq!(verdict(&list, "growth of p50 from a tenth of the books"), false);
        assert_eq!(*verdict(&list, "memory after 10,000 different questions"), Value::Null);
        assert!(table.contains("| two words, p50 | at most 0.3 ms | 0.200 | kept |"), "{table}");
    }
}
