//! index-builder, linked into this program and run by it as a program of its own: what it takes of memory is given back, what it
//! says is read, and what is killed is one step.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use seoga_host::process;

use crate::build_report::BuildReport;

/// The program.
#[derive(Debug, Clone)]
pub(super) struct Builder {
    program: PathBuf,
}

impl Builder {
    /// Finds this very program.
    pub(super) fn find() -> Result<Self> {
        Ok(Self { program: std::env::current_exe().context("finding the running program")? })
    }

    /// Makes a command of index-builder.
    pub(super) fn command(&self, name: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.args(["index", name]);
        command
    }

    /// Builds the index of a catalogue and of choices into a folder; the report on both goes to a file. What did not change
    /// since the index in `previous` keeps its files' names, and what libraries lost since is refused but to those named.
    pub(super) fn build(
        &self,
        catalogue: &Path,
        choices: &[PathBuf],
        (previous, allow_loss): (Option<&Path>, &[String]),
        out: &Path,
        report: &Path,
    ) -> Result<()> {
        BuildReport::clear(report)?;
        let mut command = self.command("build");
        command.arg("--catalogue").arg(catalogue).arg("--out").arg(out).arg("--report").arg(report);
        for file in choices {
            command.arg("--choices").arg(file);
        }
        if let Some(previous) = previous {
            command.arg("--previous").arg(previous);
        }
        for library in allow_loss {
            command.arg("--allow-loss").arg(library);
        }
        let Err(error) = process::run(command.stdout(std::io::stderr())) else { return Ok(()) };
        match BuildReport::read(report)? {
            Some(told) if !told.stopped.is_empty() => Err(error.context(told.why())),
            _ => Err(error.context("building the index")),
        }
    }
}
