//! Damaged deployments on a real server.
//!
//! - `faults lay-out --index DIR --out DIR`: makes a folder of assets for each scenario, out of a whole index;
//! - `faults check SCENARIO --index DIR --out DIR --base URL --log FILE`: asks the server that was started on the
//!   scenario's folder, and reads the log it writes.
//!
//! It starts no server. Invariant: it exits 0 only when every answer and every line of the log was as it must be.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use seoga_tests::faults::{Case, Index, LogLine, Plan, Scenario, lay_out, older_index, steps};
use seoga_tests::transcript::Replay;
use serde_json::Value;

const USAGE: &str = "usage: faults lay-out|check SCENARIO --index DIR --out DIR [--base URL --log FILE]";
/// How long a line may take from the worker to the server's log.
const LOG_LIMIT: Duration = Duration::from_secs(10);

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("faults: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: impl Iterator<Item = String>) -> Result<bool> {
    let mut words = Vec::new();
    let mut options = BTreeMap::new();
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        match argument.strip_prefix("--") {
            Some(name) => {
                options.insert(name.to_owned(), arguments.next().context(USAGE)?);
            }
            None => words.push(argument),
        }
    }
    let option = |name: &str| options.get(name).context(USAGE);
    let out = PathBuf::from(option("out")?);
    let index = Index::open(Path::new(option("index")?))?;
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["lay-out"] => lay_out(&index, &out).map(|()| true),
        ["check", name] => {
            let scenario = Scenario::ALL.iter().find(|(known, _)| *known == name).context(USAGE)?.1;
            let older = Index::open(&older_index(&out))?;
            let cases = steps(scenario, &index, &older, &Plan::of(&index)?)?;
            check(name, &cases, option("base")?, Path::new(option("log")?))
        }
        _ => bail!(USAGE),
    }
}

fn check(scenario: &str, cases: &[Case], base: &str, log: &Path) -> Result<bool> {
    let mut replay = Replay::new(base);
    let (mut passed, mut failed) = (0, 0);
    for case in cases {
        let mut wrong = match replay.step(&case.step)? {
            Ok(()) => Vec::new(),
            Err(mismatch) => mismatch.0,
        };
        if let Some(wanted) = case.log.as_ref().filter(|_| wrong.is_empty()) {
            let instance = if wanted.status == 503 { replay.saved("instance") } else { None };
            wrong.extend(wait_for(wanted, instance, log)?.err());
        }
        if wrong.is_empty() {
            passed += 1;
            continue;
        }
        failed += 1;
        println!("FAILED {scenario}: {} ({} {})", case.step.title, case.step.method, case.step.target);
        for line in wrong {
            println!("    {line}");
        }
    }
    println!("faults {scenario}: {passed} passed, {failed} failed");
    Ok(failed == 0 && passed > 0)
}

/// Waits until the log has the line; says what it has instead.
fn wait_for(wanted: &LogLine, instance: Option<&str>, log: &Path) -> Result<Result<(), String>> {
    let deadline = Instant::now() + LOG_LIMIT;
    loop {
        let text = std::fs::read(log).with_context(|| format!("reading {}", log.display()))?;
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<Value> = text.lines().filter_map(json_of).collect();
        if lines.iter().any(|line| fits(line, wanted, instance)) {
            return Ok(Ok(()));
        }
        if Instant::now() >= deadline {
            let last = lines.last().map_or_else(|| "no line at all".to_owned(), Value::to_string);
            return Ok(Err(format!(
                "the log lacks {wanted:?} of request {instance:?}; its last line is {last}"
            )));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The JSON object in a line of wrangler's output, which adds colours and words around it.
fn json_of(line: &str) -> Option<Value> {
    let start = line.find("{\"")?;
    serde_json::Deserializer::from_str(&line[start..]).into_iter().next()?.ok()
}

fn fits(line: &Value, wanted: &LogLine, instance: Option<&str>) -> bool {
    line["status"] == wanted.status
        && line["file"] == wanted.file.as_str()
        && line["what"].as_str().is_some_and(|what| what.contains(wanted.what))
        && line["id"].as_str().is_some_and(|id| instance.is_none_or(|instance| instance == id))
        && !line.to_string().contains(&wanted.lacks)
}
