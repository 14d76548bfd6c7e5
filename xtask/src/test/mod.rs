//! `cargo xtask test`: every check, stage by stage, for a person and for CI alike.
//!
//! A stage prints its runner's output as it is. Invariant: a stage that could not run is never counted as
//! passed; in CI it fails the run.

mod analysis;
mod api;
mod aws;
mod bare;
mod browser;
mod choices;
mod counts;
mod failed;
mod fuzz;
mod infra;
mod local_edge;
mod operator;
mod readers;
mod rebuild;
mod rehearse;
mod rust;
mod served;
mod server;
mod smoke;
mod stage;

use std::cell::RefCell;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use self::stage::{Context, Outcome};
use crate::workspace::{Workspace, in_ci};

/// A stage: its name, what it does.
type Stage = (&'static str, fn(&Context<'_>) -> Result<Outcome>);

const STAGES: [Stage; 20] = [
    ("fmt", rust::fmt),
    ("clippy", rust::clippy),
    ("unit", rust::unit),
    ("doc", rust::doc),
    ("infra", infra::run),
    ("readers", readers::run),
    ("analysis", analysis::run),
    ("counts", counts::run),
    ("wasm", served::wasm),
    ("transcripts", served::transcripts),
    ("api", api::run),
    ("smoke", smoke::run),
    ("faults", served::faults),
    ("server", server::run),
    ("aws", aws::run),
    ("choices", choices::run),
    ("rebuild", rebuild::run),
    ("rehearse", rehearse::run),
    ("browser", browser::run),
    ("fuzz", fuzz::run),
];

/// Stages that ask one server: the worker that ships, on the sample. They follow one another.
const SHARING: [&str; 3] = ["transcripts", "api", "smoke"];
/// Seconds that each fuzz target runs: over its seeds and what earlier runs learned, and at length.
const FUZZ_SECONDS: [u32; 2] = [10, 300];

/// Options of `test`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// A stage to run, instead of all; may be given several times.
    #[arg(long, value_name = "STAGE")]
    pub(crate) only: Vec<String>,
    /// Send ten thousand choices instead of one, kill ten rebuilds instead of three, fuzz for minutes, go to other browsers.
    #[arg(long)]
    long: bool,
    /// Seconds that each fuzz target runs, instead of 10 or with --long of 300.
    #[arg(long, value_name = "N")]
    fuzz_seconds: Option<u32>,
    /// Write what is counted now as what is compared with from now on (--only counts).
    #[arg(long)]
    bless: bool,
}

impl Options {
    /// Asks for one stage alone.
    pub(crate) fn stage(name: &str, long: bool) -> Self {
        Self { only: vec![name.to_owned()], long, fuzz_seconds: None, bless: false }
    }
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
    let fuzz_seconds = options.fuzz_seconds.unwrap_or(FUZZ_SECONDS[usize::from(options.long)]);
    let context = Context {
        workspace,
        long: options.long,
        fuzz_seconds,
        bless: options.bless,
        shared: RefCell::new(None),
    };
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
        if !SHARING.contains(&name) {
            context.end_shared();
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
    context.end_shared();
    println!("\n{}\n{:<12} {:>7}", table.join("\n"), "all", seconds(began.elapsed()));
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(" "));
    }
    Ok(())
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
