//! The stage that holds infra/ to what it must be: cfn-lint, our own rules with a mistake for each, the `CloudFront` Function.
//!
//! About ten seconds when the tests are compiled. Invariant: nothing of it needs an account or the network, but for the
//! one fetching of cfn-lint.

use std::process::Command;

use anyhow::{Context as _, Result};

use super::rust;
use super::stage::{Context, Outcome};
use crate::setup::{node, python};
use seoga_host::{files, process};

/// Runs all three.
pub(super) fn run(context: &Context<'_>) -> Result<Outcome> {
    let workspace = context.workspace;
    node::ensure(workspace)?;
    let mut lint = python::ensure(workspace, &python::CFN_LINT)?;
    let folder = workspace.root.join("infra").join("aws");
    let templates =
        files::list(&folder)?.into_iter().filter(|file| file.extension().is_some_and(|e| e == "yaml"));
    let templates: Vec<_> = templates.collect();
    process::run(lint.arg("--").args(&templates)).context("cfn-lint")?;
    println!("cfn-lint: nothing wrong with {} templates", templates.len());
    let mut function = node::command(workspace, "node");
    process::run(function.args([
        "--test",
        "--test-reporter=spec",
        "tests/edge-function/canonical.test.mjs",
    ]))?;
    let mut rules = Command::new("cargo");
    rules.current_dir(&workspace.root).env("CARGO_TARGET_DIR", &workspace.target);
    // With the members of the stage `unit`, whose compilation serves here too.
    rules.args(["test", "--test", "infra"]).args(rust::MEMBERS).args(["--", "--nocapture"]);
    process::run(&mut rules).map(|()| Outcome::Passed)
}
