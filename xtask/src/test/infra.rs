//! The stage that holds infra/ and the workflows to what they must be: cfn-lint, actionlint, our own rules with a mistake for
//! each, the `CloudFront` Function, the workflows' scripts.
//!
//! About half a minute when the tests are compiled. Invariant: nothing of it needs an account or the network, but for the
//! one fetching of both linters.

use std::process::Command;

use anyhow::{Context as _, Result};

use super::rust;
use super::stage::{Context, Outcome};
use crate::setup::{node, python};
use seoga_host::{files, process};

/// Runs all of them.
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
    // By itself it looks for shellcheck and pyflakes, which not every machine has.
    let mut workflows = python::ensure(workspace, &python::ACTIONLINT)?;
    process::run(workflows.args(["-shellcheck=", "-pyflakes="])).context("actionlint")?;
    println!("actionlint: nothing wrong with the workflows");
    let mut scripts = node::command(workspace, "node");
    process::run(scripts.args([
        "--test",
        "--test-reporter=spec",
        "tests/edge-function/canonical.test.mjs",
        "tests/workflows/scripts.test.mjs",
    ]))?;
    let mut rules = Command::new("cargo");
    rules.current_dir(&workspace.root).env("CARGO_TARGET_DIR", &workspace.target);
    // With the members of the stage `unit`, whose compilation serves here too.
    rules
        .args(["test", "--test", "infra", "--test", "workflows"])
        .args(rust::MEMBERS)
        .args(["--", "--nocapture"]);
    process::run(&mut rules).map(|()| Outcome::Passed)
}
