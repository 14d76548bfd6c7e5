//! The stage that opens the pages in a browser, by scripts in `tests/browser` on Node's own test runner.

use anyhow::{Context as _, Result};

use super::served::with_server;
use super::{Context, Outcome};
use crate::options::Flavour;
use crate::setup::{browser, node};
use crate::{files, process};

/// Runs every `*.test.mjs` in `tests/browser` against a server of its own.
pub(super) fn run(context: &Context<'_>) -> Result<Outcome> {
    let browser = match browser::ensure() {
        Ok(browser) => browser,
        Err(error) => return Ok(Outcome::NotRun(format!("{error:#}"))),
    };
    let tests: Vec<_> = files::list(&context.workspace.root.join("tests").join("browser"))?
        .into_iter()
        .filter(|file| file.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    let shots = context.workspace.build.join("screenshots");
    files::make_dir(&shots)?;
    with_server(context, Flavour::Test, |url| {
        let mut command = node::command(context.workspace, "node");
        command.args(["--test", "--test-concurrency=1"]).args(&tests);
        command.env("SEOGA_BASE", url).env("SEOGA_BROWSER", &browser).env("SEOGA_SCREENSHOTS", &shots);
        process::run(&mut command).context("the browser's tests")
    })
    .map(|()| Outcome::Passed)
}
