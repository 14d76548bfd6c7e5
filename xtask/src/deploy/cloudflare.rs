//! Deploying to Workers: what wrangler does with the environments `staging` and `production` of wrangler.toml.

use std::process::Command;

use anyhow::{Result, bail};

use super::Runner;
use crate::build;
use crate::limits::Limits;
use crate::options::{Flavour, Given};
use crate::setup::node;
use crate::workspace::Workspace;

/// Builds, weighs and uploads. Gives where it can be looked at, if that is known.
pub(super) fn deploy(workspace: &Workspace, given: &Given, runner: &Runner) -> Result<Option<String>> {
    let environment = environment(given)?;
    build::everything(workspace, None, Flavour::Production)?;
    let limits = Limits::read(workspace)?;
    let (files, largest) = limits.assets(&workspace.root.join("dist").join("assets"))?;
    let worker = workspace.build.join("worker");
    let script = limits.script(&[&worker.join("index.js"), &worker.join("index_bg.wasm")])?;
    println!("== fits: {files} static files, the largest of {largest} bytes; a script of {script} bytes");
    let mut deploy = wrangler(workspace, "deploy", environment);
    let domain = given.one("--domain");
    if let Some(domain) = domain {
        deploy.args(["--domain", domain]);
    }
    runner.step("deploy", &mut deploy)?;
    if runner.is_dry() {
        // wrangler's own dry run: bundles and lists what would be uploaded, and needs no account.
        crate::process::run(wrangler(workspace, "deploy", environment).arg("--dry-run"))?;
    }
    Ok(domain.map(|domain| format!("https://{domain}")))
}

/// Puts the version before into force again, or the one that is named.
pub(super) fn rollback(workspace: &Workspace, given: &Given, runner: &Runner) -> Result<Option<String>> {
    let environment = environment(given)?;
    node::ensure(workspace)?;
    let mut back = wrangler(workspace, "rollback", environment);
    if let Some(version) = given.one("--to") {
        back.arg(version);
    }
    back.args(["--yes", "--message", "cargo xtask rollback --code"]);
    runner.step("roll back", &mut back)?;
    Ok(None)
}

fn environment(given: &Given) -> Result<&str> {
    match given.one("--environment").unwrap_or("production") {
        known @ ("staging" | "production") => Ok(known),
        other => bail!("--environment {other:?}: there are staging and production"),
    }
}

fn wrangler(workspace: &Workspace, command: &str, environment: &str) -> Command {
    let mut wrangler = node::command(workspace, "wrangler");
    wrangler.args([command, "--env", environment]).env_remove(build::CATALOGUE);
    wrangler.env("CARGO_TARGET_DIR", &workspace.target).env("WRANGLER_SEND_METRICS", "false");
    wrangler
}
