//! Lists of the parts that a workspace or a program is made of (SBOM, `CycloneDX` 1.6), by cargo-sbom.

use std::path::Path;
use std::process::Command;

use anyhow::Result;
use seoga_host::{files, process};

use crate::setup::crates::{self, Program};
use crate::workspace::Workspace;

/// Compiled from crates.io, once.
const CARGO_SBOM: Program = Program::of("cargo-sbom", "0.10.0", "cargo-sbom");

/// Writes a list of the crates of the workspace, or of one package of it and of what that uses.
pub(crate) fn write(workspace: &Workspace, package: Option<&str>, to: &Path) -> Result<()> {
    let mut command = Command::new(crates::ensure(workspace, &CARGO_SBOM)?);
    command.args(["--output-format", "cyclone_dx_json_1_6", "--project-directory"]).arg(&workspace.root);
    if let Some(package) = package {
        command.args(["--cargo-package", package]);
    }
    files::write(to, process::output(&mut command)?)
}
