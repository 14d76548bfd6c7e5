//! The programs that a build runs, compiled together: what binds WASM to JavaScript, and index-builder for catalogues of a
//! test's size.
//!
//! They compile in a third of the time of an optimised index-builder, which is for catalogues of millions
//! (`index::compile`). Invariant: both write what their optimised builds write.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::progress::timed;
use crate::workspace::Workspace;
use seoga_host::process;

/// Cargo's profile for them.
const PROFILE: &str = "tool";

/// Programs that were compiled.
#[derive(Debug)]
pub(crate) struct Tools {
    /// Binds WASM to JavaScript.
    pub(crate) bind: PathBuf,
    /// Compiles catalogues.
    pub(crate) index_builder: PathBuf,
}

/// Compiles both programs, as far as their sources changed.
pub(crate) fn compile(workspace: &Workspace) -> Result<Tools> {
    let mut command = Command::new("cargo");
    command.args(["build", "--quiet", "--locked", "--profile", PROFILE, "--bins"]);
    command.args(["--package", "seoga-bind", "--package", "index-builder"]);
    command.current_dir(&workspace.root).env("CARGO_TARGET_DIR", &workspace.target);
    timed("compiling index-builder for the sample, and what binds WASM", || process::run(&mut command))
        .context("compiling the programs that a build runs")?;
    let folder = workspace.target.join(PROFILE);
    Ok(Tools { bind: folder.join("seoga-bind"), index_builder: folder.join("index-builder") })
}
