//! The stage that holds the analysis of choices to real engines: `seoga choices parquet` to pyarrow and `DuckDB`, `seoga report` to the
//! saved queries of infra/aws/analysis.yaml, `seoga choices erase` to an S3-compatible server.
//!
//! Half a minute when the program is compiled. Invariant: nothing of it needs an account or the network, but for the one fetching
//! of the engines.

use anyhow::{Context as _, Result};

use super::rust;
use super::stage::{Context, Outcome};
use crate::setup::python;
use seoga_host::{files, process};

/// Runs `tests/analysis/analysis.py`.
pub(super) fn run(context: &Context<'_>) -> Result<Outcome> {
    let workspace = context.workspace;
    let mut python = python::ensure(workspace, &python::ANALYSIS)?;
    let program = rust::program(workspace, "seoga")?;
    let dir = workspace.build.join("analysis-test");
    files::remove_dir(&dir)?;
    files::make_dir(&dir)?;
    python.arg("tests/analysis/analysis.py").arg(program).arg(&workspace.root).arg(&dir);
    process::run(&mut python).context("tests/analysis/analysis.py")?;
    files::remove_dir(&dir)?;
    Ok(Outcome::Passed)
}
