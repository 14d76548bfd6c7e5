//! Programs of Python's: from `PyPI`, ready built, by version and hash.
//!
//! Invariant: what runs is what a file of requirements names.

use std::process::Command;

use anyhow::{Context, Result};

use super::debian;
use super::lock::lock;
use crate::progress::timed;
use crate::stamp::{Fingerprint, Stamp};
use crate::workspace::Workspace;
use seoga_host::{files, process};

/// A program, and the file that names it and all it needs.
pub(crate) struct Program {
    name: &'static str,
    /// The script that runs it; `None` for a library, whose user names a script of its own.
    script: Option<&'static str>,
    requirements: &'static str,
}

/// Checks `CloudFormation` templates.
pub(crate) const CFN_LINT: Program =
    Program { name: "cfn-lint", script: Some("cfn-lint"), requirements: "infra/requirements.txt" };
/// Checks workflows of GitHub's.
pub(crate) const ACTIONLINT: Program = Program {
    name: "actionlint",
    script: Some("actionlint"),
    requirements: "tests/workflows/requirements.txt",
};
/// Asks a server what a description of its API allows and forbids.
pub(crate) const SCHEMATHESIS: Program =
    Program { name: "schemathesis", script: Some("st"), requirements: "tests/schemathesis/requirements.txt" };

/// Reads citations: pybtex and bibtexparser.
pub(crate) const READERS: Program =
    Program { name: "readers", script: None, requirements: "tests/readers/requirements.txt" };

/// Reads Parquet, asks it by SQL, and stands for S3 and `DynamoDB`.
pub(crate) const ANALYSIS: Program =
    Program { name: "analysis", script: None, requirements: "tests/analysis/requirements.txt" };

/// Installs a program once, and gives a command that runs it.
pub(crate) fn ensure(workspace: &Workspace, program: &Program) -> Result<Command> {
    let name = program.name;
    let requirements = workspace.root.join(program.requirements);
    // A wheel is for one version of Python.
    let version = || process::output(Command::new("python3").arg("--version"));
    let pip = || {
        Command::new("python3").args(["-m", "pip", "--version"]).output().is_ok_and(|o| o.status.success())
    };
    if files::on_path(&["python3"]).is_none() || !pip() {
        debian::install(&["python3", "python3-pip"], &format!("{name} is a program of Python's"))?;
    }
    let fingerprint = Fingerprint::default().text(&version()?).content(&requirements)?.finish();
    let dir = workspace.tools.join(name);
    let stamp = Stamp::new(&workspace.tools, name);
    if !stamp.holds(&fingerprint) {
        let _lock = lock(workspace, name)?;
        stamp.lift()?;
        files::remove_dir(&dir)?;
        let quiet = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--root-user-action=ignore",
            "--no-deps",
        ];
        let exact = ["--only-binary=:all:", "--require-hashes", "--target"];
        let mut pip = Command::new("python3");
        pip.args(quiet).args(exact).arg(&dir).arg("-r").arg(&requirements);
        timed(&format!("pip: {name}"), || process::run(&mut pip))
            .context("with PyPI in reach, run it by hand to see why")?;
        stamp.set(&fingerprint)?;
    }
    let mut command = Command::new("python3");
    command.args(program.script.map(|script| dir.join("bin").join(script)));
    command.env("PYTHONPATH", &dir).current_dir(&workspace.root);
    Ok(command)
}
