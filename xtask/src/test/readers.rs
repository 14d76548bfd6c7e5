//! The stage that reads what the service writes for other programs, by parsers that such programs use: pybtex, bibtexparser,
//! pymarc, and Python's own for XML and CSV; and has it harvested by sickle.
//!
//! Invariant: the texts are made to break them, and what they read is what the CSL-JSON of the same books says.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use seoga_host::{files, process};

use super::stage::{Context, Outcome};
use crate::setup::python;

/// Writes the answers and has them read. Some seconds when the members are compiled.
pub(super) fn run(context: &Context<'_>) -> Result<Outcome> {
    let workspace = context.workspace;
    let mut reader = python::ensure(workspace, &python::READERS)?;
    let folder = workspace.build.join("readers");
    files::remove_dir(&folder)?;
    files::make_dir(&folder)?;
    let mut writer = Command::new("cargo");
    writer.current_dir(&workspace.root).env("CARGO_TARGET_DIR", &workspace.target);
    writer
        .args(["run", "--quiet", "--package", "seoga-tests", "--bin", "readers", "--", "--out"])
        .arg(&folder);
    // It answers harvesters on the port that it prints, until its input ends.
    let mut serving =
        writer.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("starting cargo")?;
    let mut port = String::new();
    let printed = serving.stdout.take().context("the output of what was just started")?;
    BufReader::new(printed).read_line(&mut port).context("reading the port")?;
    if port.is_empty() {
        let status = serving.wait().context("waiting for cargo")?;
        anyhow::bail!("writing what others read: {status}");
    }
    let read = process::run(reader.arg("tests/readers/read.py").arg(&folder).arg(port.trim()));
    drop(serving.stdin.take());
    serving.wait().context("waiting for the server to end")?;
    read?;
    Ok(Outcome::Passed)
}
