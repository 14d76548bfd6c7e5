//! The static peer: Pagefind, whose index is static files as ours is, asked on the same Node.
//!
//! It has a package of its own (`tests/peer/static`), which is installed once for its lock file.

use std::process::Command;

use anyhow::{Context, Result};

use super::subject::Subject;
use crate::setup::node;
use crate::stamp::{Fingerprint, Stamp};
use crate::workspace::Workspace;
use seoga_host::process;

/// More books are not given to it: it takes gigabytes of memory and minutes to build.
pub(super) const MOST_BOOKS: u64 = 20_000;

/// Installs it where it is not there, and gives the command that builds its index and asks it.
pub(super) fn command(
    workspace: &Workspace,
    subject: &Subject,
    queries: &std::path::Path,
) -> Result<Command> {
    let place = workspace.root.join("tests").join("peer").join("static");
    let stamp = Stamp::new(&place.join("node_modules"), "seoga");
    let fingerprint = Fingerprint::default().content(&place.join("package-lock.json"))?.finish();
    if !stamp.holds(&fingerprint) {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&place);
        process::run(npm.stdout(std::io::stderr())).context("npm ci of the static peer failed")?;
        stamp.set(&fingerprint)?;
    }
    let mut command = node::command(workspace, "node");
    command.arg(place.join("static.mjs")).arg("--documents").arg(&subject.documents);
    command.arg("--queries").arg(queries);
    command.arg("--out").arg(subject.folder.join(format!("static-{}", subject.name)));
    Ok(command)
}
