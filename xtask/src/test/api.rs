//! The stage that asks the worker that ships, on a real workerd, what the description of the API allows and what it forbids,
//! by schemathesis. The test `api` of seoga-tests holds the description to the code.
//!
//! Invariant: the same description and the same server get the same questions (a fixed seed), and one failure fails the stage.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use seoga_host::web::{self, Client};
use seoga_host::{files, process};

use super::served;
use super::stage::{Context, Outcome};
use crate::setup::python;

/// Made-up questions of each operation beside those at the edges of its parameters, and with `--long`.
const EXAMPLES: [&str; 2] = ["20", "300"];
/// How long they may take.
const LIMIT: [Duration; 2] = [Duration::from_secs(300), Duration::from_secs(1800)];

/// Asks. About a minute when the worker is built.
pub(super) fn run(context: &Context<'_>) -> Result<Outcome> {
    let mut program = python::ensure(context.workspace, &python::SCHEMATHESIS)?;
    let base = served::shared(context)?;
    let folder = settings(context, &base)?;
    let size = usize::from(context.long);
    program.current_dir(&folder).args(["--config-file", "schemathesis.toml", "run"]);
    program.arg(format!("{base}/openapi.json")).args(["--phases", "examples,coverage,fuzzing", "--no-color"]);
    program.args(["--max-examples", EXAMPLES[size], "--generation-database", "none"]);
    process::run_within(&mut program, LIMIT[size])?;
    Ok(Outcome::Passed)
}

/// Lays out schemathesis's settings with a query id that holds today; gives their folder.
fn settings(context: &Context<'_>, base: &str) -> Result<PathBuf> {
    let workspace = context.workspace;
    let folder = workspace.build.join("api");
    files::remove_dir(&folder)?;
    files::make_dir(&folder)?;
    let settings = files::read(&workspace.root.join("tests/schemathesis/schemathesis.toml"))?;
    files::write(&folder.join("schemathesis.toml"), settings)?;
    let search = format!("{base}/api/search?q={}", web::encode("파이썬"));
    let answer = Client::new(Duration::from_secs(30)).get(&search, None)?;
    let answer: serde_json::Value = serde_json::from_str(&answer.body).context("a search's answer")?;
    files::write(&folder.join("query-ids.txt"), format!("{}\n", answer["query_id"]))?;
    Ok(folder)
}
