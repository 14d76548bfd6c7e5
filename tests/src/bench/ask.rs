//! The core asked natively, from the bytes of a request to the bytes of its answer.
//!
//! The files of an index lie in memory; the platform's own objects are not there. Times are of the processor, taken of
//! this thread alone, so that other programs on the machine do not count.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, Result, bail};
use index_builder::tools::bench::{median, processor_time};
use index_builder::tools::questions::Question;
use seoga_app::{App, Config, Effect, Outcome, Request, Response};
use serde_json::{Value, json};

/// A day on which every question is asked.
const NOW: u64 = 1_767_225_600;

/// The files of an index, each read from the disk once.
#[derive(Debug)]
pub struct Files {
    folder: PathBuf,
    read: RefCell<BTreeMap<String, Vec<u8>>>,
}

/// Counts what an exchange fetched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fetched {
    /// Bytes as stored.
    pub bytes: u64,
    /// Files.
    pub files: u64,
    /// Times it waited.
    pub rounds: u64,
}

impl Files {
    /// The files of an index's folder.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), read: RefCell::default() }
    }

    fn get(&self, path: &str) -> Option<Vec<u8>> {
        let name = path.strip_prefix("/index/")?;
        if let Some(bytes) = self.read.borrow().get(name) {
            return Some(bytes.clone());
        }
        let bytes = std::fs::read(self.folder.join(name)).ok()?;
        self.read.borrow_mut().insert(name.to_owned(), bytes.clone());
        Some(bytes)
    }

    /// Carries an exchange out.
    ///
    /// # Errors
    /// When it asks for something that a search has no business with.
    pub fn answer(&self, app: &Rc<App>, asked: Request) -> Result<(Response, Fetched)> {
        let mut exchange = app.begin(asked);
        let (mut outcome, mut fetched) = (Outcome::Begin, Fetched::default());
        loop {
            outcome = match exchange.next(outcome) {
                Effect::Fetch(paths) => {
                    fetched.rounds += 1;
                    let files: Vec<_> = paths.iter().map(|path| self.get(path)).collect();
                    fetched.files += files.iter().flatten().count() as u64;
                    fetched.bytes += files.iter().flatten().map(|file| file.len() as u64).sum::<u64>();
                    Outcome::Fetched(files)
                }
                Effect::Log(_) => Outcome::Logged,
                Effect::Respond(response) => return Ok((response, fetched)),
                other => bail!("a search asked for {other:?}"),
            };
        }
    }
}

/// The request that asks a question of `/api/search`.
#[must_use]
pub fn asked(row: &Question, limit: u32) -> Request {
    Request { now: NOW, ..Request::get("/api/search", &row.query_string(limit)) }
}

/// A fresh isolate's worth of the product; its cache as large as an isolate's, or as large as it needs.
pub(super) fn fresh(cache_bytes: Option<usize>) -> Result<Rc<App>> {
    let mut config = Config::development();
    if let Some(bytes) = cache_bytes {
        config.cache_budget_bytes = bytes;
    }
    Ok(Rc::new(App::new(config).context("development settings are good")?))
}

/// Asks each question `repeat` times with its blocks at hand; times in milliseconds are medians.
///
/// # Errors
/// When an answer is not 200.
pub fn warm(files: &Files, rows: &[Question], limit: u32, repeat: usize) -> Result<Vec<Value>> {
    // As much as all these questions need: what is measured is the work, not the evictions.
    let app = fresh(Some(1 << 30))?;
    let mut told = Vec::new();
    for row in rows {
        let mut times = Vec::new();
        let mut total = Value::Null;
        for turn in 0..=repeat {
            let request = asked(row, limit);
            let began = processor_time();
            let (response, _) = files.answer(&app, request)?;
            let took = processor_time() - began;
            if response.status != 200 {
                bail!(
                    "{} {}: {} {}",
                    row.qid,
                    row.query,
                    response.status,
                    String::from_utf8_lossy(&response.body)
                );
            }
            if turn > 0 {
                times.push(took.as_secs_f64() * 1e3);
            } else {
                let body: Value = serde_json::from_slice(&response.body)?;
                total = json!({"total": body["total"], "exact": body["total_exact"]});
            }
        }
        told.push(json!({"qid": row.qid, "kind": row.kind, "ms": median(times), "answer": total}));
    }
    Ok(told)
}

/// Counts what each question fetches in a fresh isolate: pointer and manifest included, and apart from them (`own_`).
///
/// # Errors
/// When an answer cannot be had.
pub fn cold(files: &Files, rows: &[Question], limit: u32) -> Result<Vec<Value>> {
    let opening = files.answer(&fresh(None)?, Request { now: NOW, ..Request::get("/api/status", "") })?.1;
    let mut told = Vec::new();
    for row in rows {
        let began = processor_time();
        let (_, all) = files.answer(&fresh(None)?, asked(row, limit))?;
        let took = (processor_time() - began).as_secs_f64() * 1e3;
        told.push(json!({
            "qid": row.qid, "kind": row.kind, "ms": took, "bytes": all.bytes, "files": all.files, "rounds": all.rounds,
            "own_bytes": all.bytes.saturating_sub(opening.bytes), "own_files": all.files.saturating_sub(opening.files),
            "own_rounds": all.rounds.saturating_sub(opening.rounds),
        }));
    }
    Ok(told)
}

/// Asks one isolate different questions in turn, in an order fixed by their ids; of all but the first third, which warm it
/// up, says how long each took and what it fetched that was not at hand any more.
///
/// # Errors
/// When an answer cannot be had.
pub fn in_turn(files: &Files, rows: &[Question], limit: u32) -> Result<Vec<Value>> {
    let app = fresh(None)?;
    let order = shuffled(rows, 0);
    let mut told = Vec::new();
    for (place, row) in order.iter().enumerate() {
        let began = processor_time();
        let (_, fetched) = files.answer(&app, asked(row, limit))?;
        let took = (processor_time() - began).as_secs_f64() * 1e3;
        if place >= order.len() / 3 {
            told.push(json!({
                "qid": row.qid, "kind": row.kind, "ms": took,
                "bytes": fetched.bytes, "files": fetched.files, "rounds": fetched.rounds,
            }));
        }
    }
    Ok(told)
}

/// Puts questions in an order that their ids and a seed fix and that has nothing to do with their kinds; that of the seed 0 is also
/// `tests/bench/queries.mjs`'s.
pub(super) fn shuffled(rows: &[Question], seed: u32) -> Vec<&Question> {
    let hash = |text: &str| {
        text.bytes()
            .fold(2_166_136_261_u32 ^ seed, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(16_777_619))
    };
    let mut order: Vec<&Question> = rows.iter().collect();
    order.sort_by_key(|row| hash(&row.qid));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_mixes_kinds_and_is_that_of_the_script() {
        let row = |kind: &str, number: usize| Question {
            qid: format!("{kind}-{number:04}"),
            kind: kind.to_owned(),
            query: String::new(),
            libraries: Vec::new(),
            params: Vec::new(),
        };
        let rows: Vec<Question> =
            ["common", "isbn"].iter().flat_map(|kind| (1..=3).map(|number| row(kind, number))).collect();
        let order: Vec<&str> = shuffled(&rows, 0).iter().map(|row| row.qid.as_str()).collect();
        assert_eq!(
            order,
            ["common-0002", "isbn-0001", "isbn-0002", "isbn-0003", "common-0001", "common-0003"]
        );
        let other: Vec<&str> = shuffled(&rows, 1).iter().map(|row| row.qid.as_str()).collect();
        assert_ne!(other, order, "another seed is another order");
    }
}
