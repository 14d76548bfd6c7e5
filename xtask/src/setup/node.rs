//! Node's tools: wrangler and the Node 22 it wants, esbuild, wasm-opt, playwright-core, selenium-webdriver.
//!
//! They stand in `package.json` with a lock file and lie in `node_modules`. Invariant: what runs is what the
//! lock file names.

use std::process::Command;

use anyhow::{Context, Result, bail};

use super::lock::lock;
use crate::progress::timed;
use crate::stamp::{Fingerprint, Stamp};
use crate::workspace::Workspace;
use seoga_host::{files, process};

/// The oldest Node that wrangler 4 runs on.
const NODE_MAJOR: u32 = 22;

/// Installs what the lock file names, once.
pub(crate) fn ensure(workspace: &Workspace) -> Result<()> {
    let fingerprint = Fingerprint::default()
        .content(&workspace.root.join("package.json"))?
        .content(&workspace.root.join("package-lock.json"))?
        .finish();
    let stamp = Stamp::new(&workspace.root.join("node_modules"), "seoga");
    if stamp.holds(&fingerprint) {
        return Ok(());
    }
    let _lock = lock(workspace, "node")?;
    if stamp.holds(&fingerprint) {
        return Ok(());
    }
    if files::on_path(&["npm"]).is_none() {
        bail!("npm is missing; install Node.js 20 or newer with npm, then run this again");
    }
    // npm's own warnings speak of the Node that runs npm, not of the one that will run the tools. Its stdout is not ours.
    let mut npm = Command::new("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&workspace.root);
    npm.stdout(std::io::stderr());
    timed("npm ci: wrangler, Node 22, esbuild, binaryen, playwright-core", || process::run(&mut npm))
        .context("npm ci failed; with npm's registry in reach, run it in the root to see why")?;
    check_node(workspace)?;
    stamp.set(&fingerprint)
}

/// Sees that the package `node` brought its program: its install script may have been kept from running.
fn check_node(workspace: &Workspace) -> Result<()> {
    let program = workspace.npm_program("node");
    let version = process::output(Command::new(&program).arg("--version"))
        .context("the npm package node brought no program; run: npm rebuild node esbuild workerd")?;
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|text| text.parse().ok());
    if major < Some(NODE_MAJOR) {
        bail!("{} is Node {}, wrangler wants {NODE_MAJOR}", program.display(), version.trim());
    }
    Ok(())
}

/// A program of npm's, run on the Node that npm brought.
pub(crate) fn command(workspace: &Workspace, program: &str) -> Command {
    let bin = workspace.root.join("node_modules").join(".bin");
    let mut path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(bin).chain(std::env::split_paths(&path).collect::<Vec<_>>());
    if let Ok(joined) = std::env::join_paths(folders) {
        path = joined;
    }
    let mut command = Command::new(workspace.npm_program(program));
    command.env("PATH", path).current_dir(&workspace.root);
    command
}
