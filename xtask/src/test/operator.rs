//! The operator's program, compiled for the stages that run it as an operator does.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::rust;
use crate::setup::node;
use crate::workspace::Workspace;

/// The program `seoga` of this checkout.
#[derive(Debug, Clone)]
pub(super) struct Seoga {
    program: PathBuf,
    root: PathBuf,
}

impl Seoga {
    /// Compiles it, and sees that the wrangler which it runs is there.
    pub(super) fn compile(workspace: &Workspace) -> Result<Self> {
        node::ensure(workspace)?;
        Ok(Self { program: rust::program(workspace, "seoga")?, root: workspace.root.clone() })
    }

    /// Gives the program itself.
    pub(super) fn program(&self) -> &Path {
        &self.program
    }

    /// Makes a command of it, run in the root of the repository.
    pub(super) fn command<const N: usize>(&self, words: [&str; N]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(words).current_dir(&self.root);
        command
    }
}
