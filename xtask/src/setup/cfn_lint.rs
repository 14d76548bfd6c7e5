//! cfn-lint, which checks `CloudFormation` templates: from `PyPI`, ready built, by version and hash.
//!
//! Invariant: what runs is what infra/requirements.txt names.

use std::process::Command;

use anyhow::{Context, Result};

use super::debian;
use super::lock::lock;
use crate::progress::timed;
use crate::stamp::{Fingerprint, Stamp};
use crate::workspace::Workspace;
use seoga_host::{files, process};

/// Installs it once, and gives a command that runs it.
pub(crate) fn ensure(workspace: &Workspace) -> Result<Command> {
    let requirements = workspace.root.join("infra").join("requirements.txt");
    // A wheel is for one version of Python.
    let version = || process::output(Command::new("python3").arg("--version"));
    let pip = || {
        Command::new("python3").args(["-m", "pip", "--version"]).output().is_ok_and(|o| o.status.success())
    };
    if files::on_path(&["python3"]).is_none() || !pip() {
        debian::install(&["python3", "python3-pip"], "cfn-lint is a program of Python's")?;
    }
    let fingerprint = Fingerprint::default().text(&version()?).content(&requirements)?.finish();
    let dir = workspace.tools.join("cfn-lint");
    let stamp = Stamp::new(&workspace.tools, "cfn-lint");
    if !stamp.holds(&fingerprint) {
        let _lock = lock(workspace, "cfn-lint")?;
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
        timed("pip: cfn-lint", || process::run(&mut pip))
            .context("with PyPI in reach, run it by hand to see why")?;
        stamp.set(&fingerprint)?;
    }
    let mut command = Command::new("python3");
    command.arg(dir.join("bin").join("cfn-lint")).env("PYTHONPATH", &dir).current_dir(&workspace.root);
    Ok(command)
}
