//! A night's change to a large catalogue, and what of its index has to be uploaded again.
//!
//! One book in a thousand is new and one changed (`tests/src/bench/change.rs` says how); `build --previous` keeps what it
//! can. Invariant: what counts as new is told by the files' names alone.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::phase::phase;
use super::size::Size;
use super::subject::{self, Programs, Subject};
use crate::workspace::Workspace;
use seoga_host::{files, process};

/// One book of so many is new, and one changed.
const ONE_OF: u32 = 1000;

/// Makes a catalogue with `some` new books and as many changed ones, and its index, and compares the index with the
/// subject's.
pub(crate) fn measure(
    workspace: &Workspace,
    programs: &Programs,
    size: &Size,
    subject: &Subject,
    some: u32,
) -> Result<Value> {
    let Size::Generated(books) = size else { bail!("a change is measured on invented books") };
    let larger = subject::generate(workspace, programs, &subject.folder, books + some, &subject::COMPUTING)?;
    let (changed, index) = (
        subject.folder.join(format!("changed-{}", subject.name)),
        subject.folder.join(format!("index-{}-changed", subject.name)),
    );
    files::remove_dir(&changed)?;
    let mut derive = Command::new(&programs.bench);
    derive.arg("change").arg("--base").arg(&subject.catalogue).arg("--larger").arg(&larger);
    derive.args(["--changed", &some.to_string()]).arg("--out").arg(&changed);
    let rows: u64 = process::output(&mut derive)?.trim().parse().context("the number of changed rows")?;
    files::remove_dir(&index)?;
    let mut build = Command::new(&programs.builder);
    build.arg("build").arg("--catalogue").arg(&changed).arg("--previous").arg(&subject.index);
    let (seconds, peak) = subject::watched(build.arg("--out").arg(&index))?;
    let parts = parts(programs, &subject.index, &index)?;
    // They are as large as the subject's own, and nothing else wants them.
    files::remove_dir(&changed)?;
    files::remove_dir(&larger)?;
    files::remove_dir(&index)?;
    Ok(json!({
        "new": some, "changed": some, "rows": rows, "parts": parts,
        "build": {"seconds": seconds, "peak_bytes": peak},
    }))
}

fn parts(programs: &Programs, previous: &Path, index: &Path) -> Result<Value> {
    let mut command = Command::new(&programs.bench);
    command.arg("upload").arg("--previous").arg(previous).arg("--index").arg(index);
    serde_json::from_str(&process::output(&mut command)?).context("reading what is to be uploaded")
}

/// Measures it as a phase of the run.
pub(super) fn add(
    workspace: &Workspace,
    programs: &Programs,
    size: &Size,
    subject: &Subject,
    measured: &mut Value,
) -> Result<()> {
    let Size::Generated(books) = size else { bail!("a change is measured on invented books") };
    let some = books / ONE_OF;
    let change = phase(measured, "change", || measure(workspace, programs, size, subject, some))?;
    measured["change"] = change;
    Ok(())
}
