//! `cargo xtask bench`: the product measured beside a peer, on catalogues of several sizes.
//!
//! It makes what is measured (`subject`), has it measured by the native runner and the peers (`tests/src/bench`,
//! `tests/peer`) and on V8 (`tests/bench`), and prints tables and JSON (`table`), the last of them what was asked of it
//! (`aims`). `bench server` is apart (`server`). Invariant: no time fails anything; a question that reads more files than a platform allows does, once all is
//! printed.

mod aims;
mod change;
mod phase;
mod server;
mod size;
mod static_peer;
mod subject;
mod table;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::build::worker;
use crate::flavour::Flavour;
use crate::setup::node;
use crate::workspace::Workspace;
use aims::Baseline;
pub(crate) use change::measure as measure_change;
use phase::phase;
use seoga_host::{files, process};
pub(crate) use size::Size;
pub(crate) use subject::{Programs, Subject};

/// Questions asked of one isolate one after the other, all different, to see what its memory comes to.
const DISTINCT: usize = 10_000;
/// Distinct questions of each kind that are drawn; the first `--each` of them are timed.
const DRAWN: usize = 720;

/// Kinds of questions (`tests/src/bench/draw.rs`).
const KINDS: usize = 14;

/// Options of `bench`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    what: Option<What>,
    /// A real catalogue, measured as 6k [default: ../shared/catalogue where it is there].
    #[arg(long, value_name = "DIR")]
    catalogue: Option<PathBuf>,
    /// Catalogues by their books: 6k is the real one, 100k of computing, 100k-general a general library's.
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "6k,100k,1m")]
    books: Vec<String>,
    /// Kinds of questions, instead of all.
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    kinds: Vec<String>,
    /// Measure less: 10,000 and 100,000 books, few questions of each kind, each asked less often.
    #[arg(long, conflicts_with_all = ["books", "each", "repeat", "cold", "change"])]
    quick: bool,
    /// Leave out the peers.
    #[arg(long)]
    no_peer: bool,
    /// Measure also what a night's change uploads.
    #[arg(long)]
    change: bool,
    /// Questions of each kind that are timed.
    #[arg(long, value_name = "N", default_value_t = 200)]
    each: usize,
    /// Books of an answer.
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// Times that each question is asked.
    #[arg(long, value_name = "N", default_value_t = 5)]
    repeat: usize,
    /// Isolates that are started anew.
    #[arg(long, value_name = "N", default_value_t = 8)]
    cold: usize,
    /// Where the figures go [default: build/bench/bench.json].
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Names a thing that is measured apart from the index.
#[derive(Debug, clap::Subcommand)]
enum What {
    /// Measure `seoga serve` over HTTP beside the core alone, workerd and peers: throughput, times, errors, memory.
    Server(server::Options),
}

/// Pairs of common words whose books are counted by reading every book.
const PAIRS: usize = 500;
/// The sizes, the questions of each kind, the repetitions, the isolates started anew, the distinct questions and the pairs of
/// a run that is to be over soon.
const QUICK: (&str, [usize; 5]) = ("10k,100k", [40, 3, 2, 1_000, 50]);
/// Holds all that an earlier commit was measured to do.
const BASELINE: &str = "tests/bench/baseline.json";

/// A plan of measurements.
#[derive(Debug)]
struct Plan {
    subjects: Vec<Size>,
    kinds: Vec<String>,
    peer: bool,
    change: bool,
    each: usize,
    limit: usize,
    repeat: usize,
    cold: usize,
    /// Distinct questions in all.
    distinct: usize,
    /// Pairs of common words.
    pairs: usize,
    json: PathBuf,
}

impl Plan {
    fn of(workspace: &Workspace, options: &Options) -> Result<Self> {
        let beside = workspace.root.join("..").join("shared").join("catalogue");
        let catalogue = match &options.catalogue {
            Some(dir) => Some(crate::build::absolute(dir)?),
            None => beside.is_dir().then(|| crate::build::absolute(&beside)).transpose()?,
        };
        let (sizes, quick) = QUICK;
        let sizes: Vec<String> = match options.quick {
            true => sizes.split(',').map(str::to_owned).collect(),
            false => options.books.clone(),
        };
        let [each, repeat, cold, distinct, pairs] = match options.quick {
            true => quick,
            false => [options.each, options.repeat, options.cold, DISTINCT, PAIRS],
        };
        let mut subjects = Vec::new();
        for text in &sizes {
            match Size::parse(text, catalogue.as_deref())? {
                Some(size) => subjects.push(size),
                None => println!("6k: not measured, as no catalogue is given (--catalogue DIR)"),
            }
        }
        if subjects.is_empty() {
            bail!("nothing to measure");
        }
        Ok(Self {
            subjects,
            kinds: options.kinds.clone(),
            peer: !options.no_peer,
            change: options.change,
            each,
            limit: options.limit,
            repeat,
            cold,
            distinct,
            pairs,
            json: options.json.clone().unwrap_or_else(|| workspace.build.join("bench").join("bench.json")),
        })
    }
}

/// Carries out `cargo xtask bench`.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    if let Some(What::Server(options)) = &options.what {
        return server::run(workspace, options);
    }
    let plan = Plan::of(workspace, options)?;
    let programs = Programs::compile(workspace, plan.peer)?;
    worker::build(workspace, Flavour::Test)?;
    let folder = workspace.build.join("bench");
    let mut all = Vec::new();
    for size in &plan.subjects {
        let mut measured = json!({"name": size.name(), "invented": size.is_invented(), "limit": plan.limit});
        let subject = phase(&mut measured, "making", || {
            Subject::make(
                workspace,
                &programs,
                folder.clone(),
                size,
                [DRAWN.min(plan.distinct / KINDS), plan.distinct],
            )
        })?;
        measure(workspace, &programs, &plan, &subject, &mut measured)?;
        if plan.change && matches!(size, Size::Generated(_)) {
            change::add(workspace, &programs, size, &subject, &mut measured)?;
        }
        println!("\n{}", table::of(&subject.name, &measured));
        all.push(measured);
        // What is measured so far is not lost by what comes.
        files::write(&plan.json, serde_json::to_vec_pretty(&json!({"measured": all}))?)?;
    }
    if let Some(growth) = table::growth(&all) {
        println!("{growth}");
    }
    let (aims, told) = aims::of(&all, &Baseline::parse(&files::read(&workspace.root.join(BASELINE))?)?);
    println!("{aims}");
    files::write(&plan.json, serde_json::to_vec_pretty(&json!({"measured": all, "aims": told}))?)?;
    println!("written: {}", workspace.short(&plan.json));
    match aims::most_files(&all) {
        Some((most, name)) if most > aims::MOST_FILES => {
            bail!(
                "a question at {name} reads {most} files; more than {} are more than a platform allows",
                aims::MOST_FILES
            )
        }
        _ => Ok(()),
    }
}

/// Measures one index: one runner after the other, each alone.
fn measure(
    workspace: &Workspace,
    programs: &Programs,
    plan: &Plan,
    subject: &Subject,
    measured: &mut Value,
) -> Result<()> {
    let queries = chosen(plan, subject)?;
    let number = |value: usize| value.to_string();
    let [each, limit, repeat, cold] = [plan.each, plan.limit, plan.repeat, plan.cold].map(number);
    let mut run = |name: &str, command: &mut Command| -> Result<()> {
        let out = subject.folder.join(format!("{name}-{}.json", subject.name));
        phase(measured, name, || process::run(command.arg("--json").arg(&out)))?;
        measured[name] = serde_json::from_slice(&files::read(&out)?)
            .with_context(|| format!("reading {}", out.display()))?;
        Ok(())
    };
    let mut native = Command::new(&programs.bench);
    native.arg("ask").arg("--index").arg(&subject.index).arg("--queries").arg(&queries);
    run("native", native.args(["--each", &each, "--limit", &limit, "--repeat", &repeat]))?;
    let mut truth = Command::new(&programs.bench);
    truth.arg("truth").arg("--catalogue").arg(&subject.catalogue).arg("--index").arg(&subject.index);
    truth.arg("--queries").arg(&queries).args(["--each", &each, "--pairs", &number(plan.pairs)]);
    run("truth", &mut truth)?;
    let script = |name: &str| {
        let mut command = node::command(workspace, "node");
        command.arg(workspace.root.join("tests").join("bench").join(name));
        command.arg("--index").arg(&subject.index);
        command
    };
    let mut edge = script("edge.mjs");
    edge.arg("--worker").arg(workspace.build.join("worker")).arg("--queries").arg(&queries);
    edge.args(["--each", &each, "--limit", &limit, "--repeat", &repeat, "--cold", &cold]);
    run("edge", &mut edge)?;
    if let (Some(program), Some(index)) = (&programs.peer, &subject.peer) {
        let mut peer = Command::new(program);
        peer.arg("ask").arg("--index").arg(index).arg("--queries").arg(chosen_first(plan, subject)?);
        run("peer", peer.args(["--limit", &limit, "--repeat", &repeat]))?;
    }
    if plan.peer && subject.books <= static_peer::MOST_BOOKS {
        let mut peer = static_peer::command(workspace, subject, &queries)?;
        run("static", peer.args(["--each", &each, "--limit", &limit]))?;
    }
    if plan.kinds.is_empty() {
        run("sizes", &mut script("sizes.mjs"))?;
    }
    measured["books"] = subject.books.into();
    measured["build"] = subject.built.clone();
    if !measured["peer"].is_null() {
        measured["peer"]["build"] = subject.peer_built.clone();
    }
    Ok(())
}

/// The file of questions, of the kinds asked for.
fn chosen(plan: &Plan, subject: &Subject) -> Result<PathBuf> {
    filtered(plan, subject, "chosen", usize::MAX)
}

/// Gives the file with no more questions than are timed, for the peer.
fn chosen_first(plan: &Plan, subject: &Subject) -> Result<PathBuf> {
    filtered(plan, subject, "timed", plan.each)
}

fn filtered(plan: &Plan, subject: &Subject, name: &str, each: usize) -> Result<PathBuf> {
    if plan.kinds.is_empty() && each == usize::MAX {
        return Ok(subject.questions.clone());
    }
    let text = files::read_text(&subject.questions)?;
    let mut kept = String::new();
    let mut counts: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for (number, line) in text.lines().enumerate() {
        let kind = line.split('\t').nth(1).unwrap_or_default();
        let wanted =
            if plan.kinds.is_empty() { kind != "more" } else { plan.kinds.iter().any(|one| one == kind) };
        let count = counts.entry(kind).or_default();
        *count += 1;
        if number == 0 || wanted && *count <= each {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    if kept.lines().count() < 2 {
        bail!("--kinds {}: no such questions", plan.kinds.join(","));
    }
    let file = subject.folder.join(format!("{name}-{}.tsv", subject.name));
    files::write(&file, kept)?;
    Ok(file)
}
