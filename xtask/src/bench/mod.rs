//! `cargo xtask bench`: the product measured beside a peer, on catalogues of several sizes.
//!
//! It makes what is measured (`subject`), has it measured by the native runner and the peer (`tests/src/bench`,
//! `tests/peer`) and on V8 (`tests/bench`), and prints one table and JSON (`table`). Invariant: it measures and does not
//! judge; no time fails anything.

mod subject;
mod table;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::build::worker;
use crate::options::{Flavour, Given};
use crate::setup::{node, rust_tools, wasm};
use crate::workspace::Workspace;
use crate::{files, process};
use subject::{Programs, Subject};

/// Questions asked of one isolate one after the other, all different, to see what its memory comes to.
const DISTINCT: usize = 10_000;
/// Distinct questions of each kind that are drawn; the first `--each` of them are timed.
const DRAWN: usize = 720;

/// What was asked for.
#[derive(Debug)]
struct Plan {
    subjects: Vec<Size>,
    kinds: Vec<String>,
    peer: bool,
    each: usize,
    limit: usize,
    repeat: usize,
    cold: usize,
    json: PathBuf,
}

/// A catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Size {
    /// One that is there.
    Real(PathBuf),
    /// One of invented books.
    Generated(u32),
}

impl Size {
    /// What its files and its table are called.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Real(_) => "6k".to_owned(),
            Self::Generated(books) if books.is_multiple_of(1_000_000) => format!("{}m", books / 1_000_000),
            Self::Generated(books) => format!("{}k", books / 1000),
        }
    }

    fn parse(text: &str, catalogue: Option<&Path>) -> Result<Option<Self>> {
        let number =
            |text: &str, times: u32| text.parse::<u32>().ok().map(|books| Self::Generated(books * times));
        match text {
            "6k" => Ok(catalogue.map(|dir| Self::Real(dir.to_owned()))),
            _ => text
                .strip_suffix('k')
                .and_then(|count| number(count, 1000))
                .or_else(|| text.strip_suffix('m').and_then(|count| number(count, 1_000_000)))
                .map(Some)
                .with_context(|| format!("--books {text:?}: take some of 6k,10k,100k,1m")),
        }
    }
}

impl Plan {
    fn of(workspace: &Workspace, given: &Given) -> Result<Self> {
        let named = given.one("--catalogue").map(PathBuf::from);
        let beside = workspace.root.join("..").join("shared").join("catalogue");
        let catalogue = match named {
            Some(dir) => Some(crate::build::absolute(&dir)?),
            None => beside.is_dir().then(|| crate::build::absolute(&beside)).transpose()?,
        };
        let mut subjects = Vec::new();
        for text in given.one("--books").unwrap_or("6k,100k,1m").split(',') {
            match Size::parse(text, catalogue.as_deref())? {
                Some(size) => subjects.push(size),
                None => println!("6k: not measured, as no catalogue is given (--catalogue DIR)"),
            }
        }
        if subjects.is_empty() {
            bail!("nothing to measure");
        }
        let number = |name: &str, default: usize| match given.one(name) {
            Some(text) => text.parse().with_context(|| format!("{name} {text:?} is no number")),
            None => Ok(default),
        };
        let kinds = given.one("--kinds").map(|list| list.split(',').map(str::to_owned).collect());
        Ok(Self {
            subjects,
            kinds: kinds.unwrap_or_default(),
            peer: !given.has("--no-peer"),
            each: number("--each", 200)?,
            limit: number("--limit", 20)?,
            repeat: number("--repeat", 5)?,
            cold: number("--cold", 8)?,
            json: given
                .one("--json")
                .map_or_else(|| workspace.build.join("bench").join("bench.json"), PathBuf::from),
        })
    }
}

/// Carries out `cargo xtask bench`.
pub(crate) fn run(workspace: &Workspace, given: &Given) -> Result<()> {
    let plan = Plan::of(workspace, given)?;
    let programs = Programs::compile(workspace, plan.peer)?;
    let (toolchain, tools) = (wasm::ensure(workspace)?, rust_tools::ensure(workspace)?);
    worker::build(workspace, &toolchain, &tools, Flavour::Plain)?;
    let mut all = Vec::new();
    for size in &plan.subjects {
        let subject = Subject::make(workspace, &programs, size, DRAWN, DISTINCT, plan.peer)?;
        let measured = measure(workspace, &programs, &plan, &subject)?;
        println!("\n{}", table::of(&subject.name, &measured));
        all.push(measured);
    }
    if let Some(growth) = table::growth(&all) {
        println!("{growth}");
    }
    files::write(&plan.json, serde_json::to_vec_pretty(&json!({"measured": all}))?)?;
    println!("written: {}", workspace.short(&plan.json));
    Ok(())
}

/// Measures one index: one runner after the other, each alone.
fn measure(workspace: &Workspace, programs: &Programs, plan: &Plan, subject: &Subject) -> Result<Value> {
    let queries = chosen(plan, subject)?;
    let out = |name: &str| subject.folder.join(format!("{name}-{}.json", subject.name));
    let told = |file: &Path| -> Result<Value> {
        serde_json::from_slice(&files::read(file)?).with_context(|| format!("reading {}", file.display()))
    };
    let number = |value: usize| value.to_string();
    let (native, edge, sizes, peer) = (out("native"), out("edge"), out("sizes"), out("peer"));
    let mut command = Command::new(&programs.bench);
    command.arg("ask").arg("--index").arg(&subject.index).arg("--queries").arg(&queries);
    command.args([
        "--each",
        &number(plan.each),
        "--limit",
        &number(plan.limit),
        "--repeat",
        &number(plan.repeat),
    ]);
    process::run(command.arg("--json").arg(&native))?;
    let mut command = node::command(workspace, "node");
    command.arg(workspace.root.join("tests").join("bench").join("edge.mjs"));
    command.arg("--worker").arg(workspace.build.join("worker")).arg("--index").arg(&subject.index);
    command.arg("--queries").arg(&queries).args([
        "--each",
        &number(plan.each),
        "--limit",
        &number(plan.limit),
    ]);
    command.args(["--repeat", &number(plan.repeat), "--cold", &number(plan.cold)]);
    process::run(command.arg("--json").arg(&edge))?;
    let mut measured = json!({
        "name": subject.name, "books": subject.books, "limit": plan.limit, "build": subject.built,
        "native": told(&native)?, "edge": told(&edge)?,
    });
    if let (Some(program), Some(index)) = (&programs.peer, &subject.peer) {
        let mut command = Command::new(program);
        command.arg("ask").arg("--index").arg(index).arg("--queries").arg(chosen_first(plan, subject)?);
        command.args(["--limit", &number(plan.limit), "--repeat", &number(plan.repeat)]);
        process::run(command.arg("--json").arg(&peer))?;
        measured["peer"] = told(&peer)?;
        measured["peer"]["build"] = subject.peer_built.clone();
    }
    if plan.kinds.is_empty() {
        let mut command = node::command(workspace, "node");
        command.arg(workspace.root.join("tests").join("bench").join("sizes.mjs"));
        process::run(command.arg("--index").arg(&subject.index).arg("--json").arg(&sizes))?;
        measured["sizes"] = told(&sizes)?;
    }
    Ok(measured)
}

/// The file of questions, of the kinds asked for.
fn chosen(plan: &Plan, subject: &Subject) -> Result<PathBuf> {
    filtered(plan, subject, "chosen", usize::MAX)
}

/// The same with no more than are timed, for the peer.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        let size = |text: &str| Size::parse(text, None).unwrap();
        assert_eq!(size("100k"), Some(Size::Generated(100_000)));
        assert_eq!(size("1m").map(|size| size.name()).as_deref(), Some("1m"));
        assert_eq!(size("10k").map(|size| size.name()).as_deref(), Some("10k"));
        assert_eq!(size("6k"), None);
        assert!(Size::parse("many", None).is_err());
    }
}
