//! The native side of `cargo xtask bench` and `cargo xtask test --only counts`.
//!
//! - `bench draw --catalogue DIR --index DIR --each N --all N --out FILE.tsv --documents FILE.tsv`: questions, and the
//!   books for the peer;
//! - `bench ask --index DIR --queries FILE.tsv --each N --limit N --repeat N --json FILE`: times, and what is fetched for
//!   pages of ten and of twenty.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use index_builder::progress::Quiet;
use index_builder::sources::{Inputs, read};
use index_builder::tools::LocalIndex;
use seoga_tests::bench::ask::{self, Files};
use seoga_tests::bench::draw::{self, MORE};
use seoga_tests::bench::rows::{self, Row};
use serde_json::json;

const USAGE: &str =
    "usage: bench draw --catalogue DIR --index DIR --each N --all N --out FILE --documents FILE
       bench ask --index DIR --queries FILE --each N --limit N --repeat N --json FILE";

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
                write(&path("out")?, &rows::write(&rows))
            },
        ),
        "ask" => {
            let rows = rows::read(&path("queries")?)?;
            let told = answers(&path("index")?, &rows, number("each")?, number("limit")?, number("repeat")?)?;
            write(&path("json")?, &told.to_string())
        }
        _ => bail!(USAGE),
    }
}

fn write(file: &Path, text: &str) -> Result<()> {
    std::fs::write(file, text).with_context(|| format!("writing {}", file.display()))
}

fn draw(catalogue: &Path, index: &Path, each: usize, all: usize) -> Result<(Vec<Row>, String)> {
    let catalogue = read(&Inputs::in_catalogue(catalogue)?.files, &Quiet)?.catalogue;
    let index = LocalIndex::open(index, 1 << 30)?;
    Ok((draw::draw(&catalogue, &index, each, all)?, draw::documents(&catalogue)))
}

/// The first `each` questions of every kind; of the isolate that answers one after the other, all.
fn answers(
    index: &Path,
    rows: &[Row],
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
        told["in_turn"][page.to_string()] = ask::in_turn(&files, rows, page)?.into();
    }
    Ok(told)
}

/// The first questions of every kind.
fn first(rows: &[Row], each: usize) -> Vec<Row> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut first = Vec::new();
    for row in rows.iter().filter(|row| row.kind != MORE) {
        let count = counts.entry(&row.kind).or_default();
        *count += 1;
        if *count <= each {
            first.push(row.clone());
        }
    }
    first
}
