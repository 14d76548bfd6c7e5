//! `cargo xtask test`: every check, stage by stage, for a person and for CI alike.
//!
//! A stage prints its runner's output as it is. Invariant: a stage that could not run is never counted as
//! passed; in CI it fails the run.

mod aws;
mod browser;
mod choices;
mod counts;
mod fuzz;
mod infra;
mod operator;
mod rebuild;
mod rust;
mod served;
mod smoke;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::workspace::{Workspace, in_ci};

/// How a stage went when it found nothing wrong.
pub(crate) enum Outcome {
    /// It ran.
    Passed,
    /// It could not run, and why.
    NotRun(String),
}

/// Facts that stages know.
pub(crate) struct Context<'a> {
    workspace: &'a Workspace,
    fuzz_seconds: u32,
    /// Whether the stage `counts` writes what it counted as what it compares with from now on.
    bless: bool,
}

/// A stage: its name, what it does.
type Stage = (&'static str, fn(&Context<'_>) -> Result<Outcome>);

const STAGES: [Stage; 16] = [
    ("fmt", rust::fmt),
    ("clippy", rust::clippy),
    ("licences", rust::licences),
    ("unit", rust::unit),
    ("doc", rust::doc),
    ("infra", infra::run),
    ("counts", counts::run),
    ("wasm", served::wasm),
    ("transcripts", served::transcripts),
    ("smoke", smoke::run),
    ("faults", served::faults),
    ("aws", aws::run),
    ("choices", choices::run),
    ("rebuild", rebuild::run),
    ("browser", browser::run),
    ("fuzz", fuzz::run),
];

/// What to check.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// A stage to run, instead of all; may be given several times.
    #[arg(long, value_name = "STAGE")]
    pub(crate) only: Vec<String>,
    /// Seconds that each fuzz target runs.
    #[arg(long, value_name = "N", default_value_t = 60)]
    fuzz_seconds: u32,
    /// Write what is counted now as what is compared with from now on (--only counts).
    #[arg(long)]
    bless: bool,
}

/// Carries out `cargo xtask test`.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    if let Some(unknown) = options.only.iter().find(|one| !STAGES.iter().any(|(name, _)| name == one)) {
        let names: Vec<_> = STAGES.iter().map(|(name, _)| *name).collect();
        bail!("no stage {unknown:?}; stages: {}", names.join(" "));
    }
    if options.bless && options.only != ["counts"] {
        bail!("--bless is for one stage: cargo xtask test --only counts --bless");
    }
    let context = Context { workspace, fuzz_seconds: options.fuzz_seconds, bless: options.bless };
    let began = Instant::now();
    let mut table = Vec::new();
    let mut failed = Vec::new();
    for (name, stage) in STAGES {
        if !options.only.is_empty() && !options.only.iter().any(|one| one == name) {
            continue;
        }
        if name == "fuzz" && !workspace.root.join("fuzz").is_dir() {
            println!("\n== fuzz: there are no targets (no folder fuzz)");
            continue;
        }
        println!("\n== {name}");
        let started = Instant::now();
        let verdict = match stage(&context) {
            Ok(Outcome::Passed) => "passed".to_owned(),
            Ok(Outcome::NotRun(why)) if in_ci() => {
                failed.push(name);
                format!("FAILED: did not run: {why}")
            }
            Ok(Outcome::NotRun(why)) => format!("DID NOT RUN: {why}"),
            Err(error) => {
                failed.push(name);
                format!("FAILED: {error:#}")
            }
        };
        let line = format!("{name:<12} {:>7} {verdict}", seconds(started.elapsed()));
        println!("== {line}");
        table.push(line);
    }
    println!("\n{}\n{:<12} {:>7}", table.join("\n"), "all", seconds(began.elapsed()));
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(" "));
    }
    Ok(())
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
