//! Asks two servers every query of a file and holds their answers to each other, byte for byte:
//! `compare --base URL --beside URL --queries FILE.tsv`.
//!
//! FILE has a header and the columns query and libraries (names joined by `|`). Each query is asked of `/api/search` and of
//! `/search`. It starts no server. Invariant: it exits 0 only when there was a query and no answer differed.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use seoga_tests::transcript::{Replay, Transcript};
use seoga_text::encoding::query_value;

/// Differences shown at most.
const SHOWN: usize = 10;

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("compare: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: impl Iterator<Item = String>) -> Result<bool> {
    let arguments: Vec<String> = arguments.collect();
    let option = |name: &str| {
        let pair = arguments.chunks_exact(2).find(|pair| pair[0] == name);
        pair.map(|pair| pair[1].as_str()).context("usage: compare --base URL --beside URL --queries FILE.tsv")
    };
    let targets = targets(Path::new(option("--queries")?))?;
    let (mut here, mut there) = (Replay::new(option("--base")?), Replay::new(option("--beside")?));
    let (mut same, mut differing) = (0, 0);
    for target in &targets {
        let transcript = Transcript::parse(&format!("### {target}\nGET {target}\n\nHTTP 200\n"))?;
        let step = &transcript.steps[0];
        // A status other than 200 is no fault of itself: both must give it.
        let _ = (here.step(step)?, there.step(step)?);
        if here.last_comparable() == there.last_comparable() {
            same += 1;
            continue;
        }
        differing += 1;
        if differing <= SHOWN {
            println!("DIFFERS {target}\n    {:?}\n    {:?}", here.last_comparable(), there.last_comparable());
        }
    }
    println!("compare: {same} answers with the same bytes, {differing} that differ");
    Ok(differing == 0 && same > 0)
}

/// Lists what is asked: every query of the file by the API and as a page.
fn targets(file: &Path) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let names: Vec<&str> = lines.next().context("no header")?.split('\t').collect();
    let column =
        |name: &str| names.iter().position(|n| *n == name).with_context(|| format!("no column {name}"));
    let (query, libraries) = (column("query")?, column("libraries")?);
    let mut targets = Vec::new();
    for line in lines.filter(|line| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
        let mut words = format!("q={}", query_value(cell(query)));
        for library in cell(libraries).split('|').filter(|library| !library.is_empty()) {
            words.push_str(&format!("&library={}", query_value(library)));
        }
        targets.extend(["/api/search", "/search"].map(|path| format!("{path}?{words}")));
    }
    Ok(targets)
}
