//! The core alone on several processors: what a server around it could give at most, in the order in which its client asks.
//!
//! Each thread has a core and the files of the index for itself, as the threads of `edge/server` have; nothing stands between
//! the question and the bytes of its answer. Times are by the clock, as a client's are,
//! and beside them the processor's, which other programs on the machine count less in.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use index_builder::tools::bench::processor_time;
use index_builder::tools::questions::Question;
use serde_json::{Value, json};

use super::ask::{Files, asked, fresh, shuffled};

/// Orders of all questions that follow one another, before the first comes again.
const ROUNDS: u32 = 20;

/// Lists what a client asks, a path a line: all questions in one order by lot after the other, each by a seed of its own.
#[must_use]
pub fn paths(rows: &[Question], limit: u32) -> String {
    let mut text = String::new();
    for row in order(rows) {
        let _ = writeln!(text, "/api/search?{}", row.query_string(limit));
    }
    text
}

fn order(rows: &[Question]) -> Vec<&Question> {
    (0..ROUNDS).flat_map(|seed| shuffled(rows, seed)).collect()
}

/// Asks the core on each of some threads for so many seconds, after each was asked everything once.
///
/// # Errors
/// When an answer is not 200.
pub fn measure(index: &Path, rows: &[Question], limit: u32, threads: usize, seconds: u64) -> Result<Value> {
    ensure!(threads > 0 && !rows.is_empty(), "nobody asks, or nothing is asked");
    let order = order(rows);
    let (warm, began) = (Barrier::new(threads), Instant::now());
    let ask = |thread: usize| -> Result<(Vec<u32>, Duration)> {
        let (files, app) = (Files::new(index), fresh(None)?);
        let answer = |row: &Question| -> Result<()> {
            let (response, _) = files.answer(&app, asked(row, limit))?;
            ensure!(response.status == 200, "{} {}: {}", row.qid, row.query, response.status);
            Ok(())
        };
        let warmed = rows.iter().try_for_each(answer);
        // Who failed is waited for as well.
        warm.wait();
        warmed?;
        let (mut times, used) = (Vec::new(), processor_time());
        let end = Instant::now() + Duration::from_secs(seconds);
        for row in order.iter().cycle().skip(order.len() * thread / threads) {
            let began = Instant::now();
            if began >= end {
                break;
            }
            answer(row)?;
            times.push(u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX));
        }
        Ok((times, processor_time().saturating_sub(used)))
    };
    let (mut times, mut used): (Vec<u32>, _) = (Vec::new(), Duration::ZERO);
    std::thread::scope(|scope| -> Result<()> {
        let asking: Vec<_> = (0..threads)
            .map(|thread| {
                scope.spawn({
                    let ask = &ask;
                    move || ask(thread)
                })
            })
            .collect();
        for one in asking {
            let (own, of_processor) = one.join().map_err(|_| anyhow::anyhow!("a thread panicked"))??;
            times.extend(own);
            used += of_processor;
        }
        Ok(())
    })?;
    times.sort_unstable();
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).map(|us| f64::from(*us) / 1e3);
    let searches = times.len();
    Ok(json!({
        "threads": threads, "seconds": seconds, "searches": searches,
        "per_second": searches as f64 / seconds as f64,
        "p50_ms": at(0.5).context("nothing was asked in that time")?, "p99_ms": at(0.99), "p999_ms": at(0.999),
        "processor_ms": used.as_secs_f64() * 1e3 / searches as f64, "took_seconds": began.elapsed().as_secs_f64(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_is_asked_in_every_round() {
        let row = |number: usize| Question {
            qid: format!("q-{number}"),
            kind: "k".to_owned(),
            query: format!("서가 {number}"),
            libraries: vec!["가온".to_owned()],
            params: Vec::new(),
        };
        let rows: Vec<Question> = (0..7).map(row).collect();
        let text = paths(&rows, 20);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 7 * ROUNDS as usize);
        for round in lines.chunks(7) {
            let mut once = round.to_vec();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), 7);
        }
        assert!(lines.iter().all(|line| line.starts_with("/api/search?q=%EC%84%9C%EA%B0%80%20")));
        assert!(lines.iter().all(|line| line.contains("&limit=20&library=")));
    }
}
