//! The stage that reads what the service writes for other programs, by parsers that such programs use: pybtex, bibtexparser,
//! pymarc, and Python's own for XML and CSV.
//!
//! Invariant: the texts are made to break them, and what they read is what the CSL-JSON of the same books says.

use std::process::Command;

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
    process::run(&mut writer).context("writing what others read")?;
    process::run(reader.arg("tests/readers/read.py").arg(&folder))?;
    Ok(Outcome::Passed)
}
