//! The native side of `cargo xtask bench` and `cargo xtask test --only counts`.
//!
//! - `bench draw --catalogue DIR --index DIR --each N --all N --out FILE.tsv --documents FILE.tsv`: questions, and the
//!   books for the peer;
//! - `bench ask --index DIR --queries FILE.tsv --each N --limit N --repeat N --json FILE`: times, and what is fetched for
//!   pages of ten and of twenty;
//! - `bench truth --catalogue DIR --index DIR --queries FILE.tsv --each N --pairs N --json FILE`: the share of the true books
//!   that answers count, and whether their order is right;
//! - `bench paths --queries FILE.tsv --limit N --out FILE`: what a client of a server asks, line after line;
//! - `bench threads --index DIR --queries FILE.tsv --limit N --threads N --seconds N --json FILE`: the core alone on several
//!   processors;
//! - `bench watch --index DIR --queries FILE.tsv --each N --limit N`: hot paths for valgrind to count; prints their names;
//! - `bench change --base DIR --larger DIR --changed N --out DIR`: a catalogue a night later; prints how many rows changed;
//! - `bench upload --previous DIR --index DIR`: what of an index has to be uploaded again, as JSON.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use index_builder::local::LocalIndex;
use index_builder::progress::Quiet;
use index_builder::sources::{Inputs, read};
use index_builder::tools::questions::{self, Question};
use seoga_tests::bench::ask::{self, Files};
use seoga_tests::bench::change;
use seoga_tests::bench::draw::{self, MORE};
use seoga_tests::bench::threads;
use seoga_tests::bench::truth;
use seoga_tests::bench::watch;
use serde_json::json;

const USAGE: &str =
    "usage: bench draw --catalogue DIR --index DIR --each N --all N --out FILE --documents FILE
       bench ask --index DIR --queries FILE --each N --limit N --repeat N --json FILE
       bench truth --catalogue DIR --index DIR --queries FILE --each N --pairs N --json FILE
       bench paths --queries FILE --limit N --out FILE
       bench threads --index DIR --queries FILE --limit N --threads N --seconds N --json FILE
       bench watch --index DIR --queries FILE --each N --limit N
       bench change --base DIR --larger DIR --changed N --out DIR
       bench upload --previous DIR --index DIR";

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: impl Iterator<Item = String>) -> Result<()> {
    let mut arguments = arguments;
    let command = arguments.next().context(USAGE)?;
    let mut options = BTreeMap::new();
    while let Some(name) = arguments.next() {
        let name = name.strip_prefix("--").context(USAGE)?.to_owned();
        options.insert(name, arguments.next().context(USAGE)?);
    }
    let path = |name: &str| options.get(name).map(PathBuf::from).context(USAGE);
    let number = |name: &str| -> Result<usize> { Ok(options.get(name).context(USAGE)?.parse()?) };
    match command.as_str() {
        "draw" => draw(&path("catalogue")?, &path("index")?, number("each")?, number("all")?).and_then(
            |(rows, documents)| {
                write(&path("documents")?, &documents)?;
                write(&path("out")?, &questions::write(&rows))
            },
        ),
        "ask" => {
            let rows = questions::read(&path("queries")?)?;
            let told = answers(&path("index")?, &rows, number("each")?, number("limit")?, number("repeat")?)?;
            write(&path("json")?, &told.to_string())
        }
        "truth" => {
            let rows = first(&questions::read(&path("queries")?)?, number("each")?);
            let catalogue = read(&Inputs::in_catalogue(&path("catalogue")?)?.files, &Quiet)?.catalogue;
            let index = LocalIndex::open(&path("index")?, 1 << 28)?;
            let told = truth::measure(&catalogue, &index, &rows, number("pairs")?)?;
            write(&path("json")?, &told.to_string())
        }
        "paths" => {
            let rows = questions::read(&path("queries")?)?;
            write(&path("out")?, &threads::paths(&rows, u32::try_from(number("limit")?)?))
        }
        "threads" => {
            let rows = questions::read(&path("queries")?)?;
            let (limit, seconds) = (u32::try_from(number("limit")?)?, number("seconds")? as u64);
            let told = threads::measure(&path("index")?, &rows, limit, number("threads")?, seconds)?;
            write(&path("json")?, &told.to_string())
        }
        "watch" => {
            let rows = first(&questions::read(&path("queries")?)?, number("each")?);
            let paths = watch::run(&path("index")?, &rows, u32::try_from(number("limit")?)?)?;
            paths.iter().for_each(|path| println!("{path}"));
            Ok(())
        }
        "change" => {
            let rows =
                change::catalogue(&path("base")?, &path("larger")?, number("changed")?, &path("out")?)?;
            println!("{rows}");
            Ok(())
        }
        "upload" => {
            println!("{}", change::upload(&path("previous")?, &path("index")?)?);
            Ok(())
        }
        _ => bail!(USAGE),
    }
}

fn write(file: &Path, text: &str) -> Result<()> {
    std::fs::write(file, text).with_context(|| format!("writing {}", file.display()))
}

fn draw(catalogue: &Path, index: &Path, each: usize, all: usize) -> Result<(Vec<Question>, String)> {
    let catalogue = read(&Inputs::in_catalogue(catalogue)?.files, &Quiet)?.catalogue;
    let index = LocalIndex::open(index, 1 << 30)?;
    Ok((draw::draw(&catalogue, &index, each, all)?, draw::documents(&catalogue)))
}

/// Asks the first `each` questions of every kind.
fn answers(
    index: &Path,
    rows: &[Question],
    each: usize,
    limit: usize,
    repeat: usize,
) -> Result<serde_json::Value> {
    let files = Files::new(index);
    let limit = u32::try_from(limit)?;
    let timed = first(rows, each);
    let mut told =
        json!({"limit": limit, "repeat": repeat, "warm": ask::warm(&files, &timed, limit, repeat)?});
    for page in [10, 20] {
        told["cold"][page.to_string()] = ask::cold(&files, &timed, page)?.into();
        told["in_turn"][page.to_string()] = ask::in_turn(&files, &timed, page)?.into();
    }
    Ok(told)
}

/// The first questions of every kind that is in a table.
fn first(rows: &[Question], each: usize) -> Vec<Question> {
    questions::first(rows.iter().filter(|row| row.kind != MORE).cloned().collect(), each)
}
