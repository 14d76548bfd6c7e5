//! How long an index's answers take natively, and the work in them.
//!
//! Times are of the processor, of this thread alone, from a request to the answer of the core with its blocks at hand:
//! no JSON, no HTTP. Work is counted by the search itself, of a question asked where nothing is at hand. Invariant: work
//! is the same on every machine for the same index.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;

use super::questions::Question;
use crate::local::{LocalIndex, ToolError};

/// Blocks kept while times are taken, in bytes: all of them, for what is timed is the answer and not the evictions.
const ALL_BYTES: usize = 1 << 30;
/// Blocks kept while work is counted, in bytes: more than one question needs.
const COLD_BYTES: usize = 64 << 20;

/// The cost of a query.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Taken {
    /// Its id.
    pub qid: String,
    /// The class it is an example of.
    pub kind: String,
    /// Milliseconds of processor time, the median of the repetitions; none when it was not repeated.
    pub ms: Option<f64>,
    /// Dictionary keys visited.
    pub keys: u64,
    /// Postings decoded.
    pub postings: u64,
    /// Files read, the opening among them.
    pub files: u64,
    /// Times it waited for files, for the opening too.
    pub rounds: u64,
    /// Bytes read as stored, those of the opening among them.
    pub bytes: u64,
    /// Books found.
    pub total: u64,
}

/// Asks each question once of a fresh isolate, and `repeat` times with its blocks at hand.
///
/// # Errors
/// [`ToolError`] when the index cannot be read or has not a library that is asked.
pub fn run(
    folder: &Path,
    questions: &[Question],
    limit: u32,
    repeat: usize,
) -> Result<Vec<Taken>, ToolError> {
    let index = LocalIndex::open(folder, ALL_BYTES)?;
    let mut taken = Vec::with_capacity(questions.len());
    for question in questions {
        let cold = LocalIndex::open(folder, COLD_BYTES)?;
        let answer = cold.search(question.request(&cold, limit)?)?;
        let mut times = Vec::with_capacity(repeat);
        if repeat > 0 {
            index.search(question.request(&index, limit)?)?;
        }
        for _ in 0..repeat {
            let request = question.request(&index, limit)?;
            let began = processor_time();
            std::hint::black_box(index.search(request)?);
            times.push((processor_time() - began).as_secs_f64() * 1e3);
        }
        taken.push(Taken {
            qid: question.qid.clone(),
            kind: question.kind.clone(),
            ms: median(times),
            keys: answer.work.keys.into(),
            postings: answer.work.postings.into(),
            files: cold.read_so_far().1.into(),
            rounds: u64::from(answer.work.rounds) + 1,
            bytes: cold.read_so_far().0,
            total: answer.total.into(),
        });
    }
    Ok(taken)
}

/// Processor time of this thread, from some point on.
#[must_use]
pub fn processor_time() -> Duration {
    clock()
}

#[cfg(unix)]
fn clock() -> Duration {
    // Every system of this family has the clock; one without it would show as times of nothing.
    nix::time::clock_gettime(nix::time::ClockId::CLOCK_THREAD_CPUTIME_ID).map_or(Duration::ZERO, Into::into)
}

/// Where a thread's own time cannot be had: the time that passes.
#[cfg(not(unix))]
fn clock() -> Duration {
    static BEGAN: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    BEGAN.elapsed()
}

/// The middle of some times.
#[must_use]
pub fn median(mut times: Vec<f64>) -> Option<f64> {
    times.sort_by(f64::total_cmp);
    at(&times, 0.5)
}

/// The value below which a share of sorted numbers lies.
fn at(sorted: &[f64], share: f64) -> Option<f64> {
    sorted.get(((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1))).copied()
}

/// The table: a line for each kind in the order of the questions, and one for all.
#[must_use]
pub fn table(taken: &[Taken]) -> String {
    let mut kinds: Vec<&str> = Vec::new();
    let mut by_kind: BTreeMap<&str, Vec<&Taken>> = BTreeMap::new();
    for one in taken {
        if !by_kind.contains_key(one.kind.as_str()) {
            kinds.push(&one.kind);
        }
        by_kind.entry(&one.kind).or_default().push(one);
    }
    let mut out = format!(
        "{:24}{:>6}{:>9}{:>9}{:>8}{:>10}{:>7}{:>7}{:>9}{:>9}\n",
        "class", "n", "p50 ms", "p99 ms", "keys", "postings", "files", "rounds", "KB p50", "KB most"
    );
    let mut line = |name: &str, list: &[&Taken]| {
        let sorted = |of: &dyn Fn(&Taken) -> Option<f64>| {
            let mut numbers: Vec<f64> = list.iter().filter_map(|one| of(one)).collect();
            numbers.sort_by(f64::total_cmp);
            numbers
        };
        let cell = |number: Option<f64>, places: usize| {
            number.map_or_else(|| "-".to_owned(), |number| format!("{number:.places$}"))
        };
        let times = sorted(&|one| one.ms);
        let middle = |of: &dyn Fn(&Taken) -> u64| cell(at(&sorted(&|one| Some(of(one) as f64)), 0.5), 0);
        let kilobytes = sorted(&|one| Some(one.bytes as f64 / 1e3));
        let _ = writeln!(
            out,
            "{name:24}{:6}{:>9}{:>9}{:>8}{:>10}{:>7}{:>7}{:>9}{:>9}",
            list.len(),
            cell(at(&times, 0.5), 3),
            cell(at(&times, 0.99), 3),
            middle(&|one| one.keys),
            middle(&|one| one.postings),
            middle(&|one| one.files),
            cell(sorted(&|one| Some(one.rounds as f64)).last().copied(), 0),
            cell(at(&kilobytes, 0.5), 0),
            cell(kilobytes.last().copied(), 0),
        );
    };
    for kind in kinds {
        line(kind, by_kind.get(kind).map_or(&[][..], Vec::as_slice));
    }
    line("all", &taken.iter().collect::<Vec<_>>());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(kind: &str, ms: f64, keys: u64) -> Taken {
        let (qid, kind) = (kind.to_owned(), kind.to_owned());
        Taken { qid, kind, ms: Some(ms), keys, postings: 0, files: 0, rounds: 1, bytes: 1000, total: 0 }
    }

    #[test]
    fn the_table_has_a_line_for_each_kind_and_for_all() {
        let table = table(&[taken("b", 3.0, 7), taken("a", 1.0, 5), taken("b", 2.0, 9)]);
        let lines: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines[1][..5], ["b", "2", "3.000", "3.000", "9"]);
        assert_eq!(lines[2][0], "a");
        assert_eq!(lines[3][..3], ["all", "3", "2.000"]);
    }

    #[test]
    fn the_processors_time_passes_while_work_is_done() {
        let began = processor_time();
        let mut sum = 0u64;
        while processor_time() == began {
            sum = std::hint::black_box(sum + 1);
        }
        assert!(processor_time() > began);
    }
}
