//! Programs of crates.io, compiled into the folder of tools by version, with the lock files that they came with.
//!
//! Invariant: what runs is of the version that its user names.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::lock::lock;
use crate::progress::timed;
use crate::workspace::Workspace;
use seoga_host::process;

/// A program, the package that has it, and how it is compiled.
#[derive(Debug)]
pub(crate) struct Program {
    package: &'static str,
    version: &'static str,
    name: &'static str,
    options: &'static [&'static str],
}

/// Speaks the protocol of `DynamoDB` over `SQLite`, transactions included. A debug build compiles in half the time and is
/// quick enough for tests.
pub(crate) const DYNOXIDE: Program = Program::of("dynoxide-rs", "3.2.0", "dynoxide").with(&[
    "--debug",
    "--config=profile.dev.debug=0",
    "--no-default-features",
    "--features=native-sqlite,http-server,cli",
]);

impl Program {
    pub(crate) const fn of(package: &'static str, version: &'static str, name: &'static str) -> Self {
        Self { package, version, name, options: &[] }
    }

    /// Adds what else `cargo install` is told.
    pub(crate) const fn with(self, options: &'static [&'static str]) -> Self {
        Self { options, ..self }
    }
}

/// Compiles a program, unless that version is there; gives it.
pub(crate) fn ensure(workspace: &Workspace, program: &Program) -> Result<PathBuf> {
    let Program { package, version, name, options } = program;
    let root = workspace.tools.join(format!("{package}-{version}"));
    let file = root.join("bin").join(name);
    if file.is_file() {
        return Ok(file);
    }
    let _lock = lock(workspace, package)?;
    if !file.is_file() {
        let mut install = Command::new("cargo");
        install.args(["install", "--quiet", "--locked", package, "--version", &format!("={version}")]);
        install.args(*options).arg("--root").arg(&root);
        let what = format!("compiling {package} {version} (a few minutes, once)");
        timed(&what, || process::run(&mut install)).with_context(|| format!("setting up {package}"))?;
    }
    Ok(file)
}
