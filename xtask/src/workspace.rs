//! Where things lie. Not what is in them.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The repository and the folders that the commands write to.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    /// The root of the repository.
    pub(crate) root: PathBuf,
    /// The folder of what is built, git-ignored.
    pub(crate) build: PathBuf,
    /// Programs that were fetched or compiled for the build; survives `cargo clean`.
    pub(crate) tools: PathBuf,
    /// Cargo's target directory: the one this program was built in.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Finds the repository this program was compiled from.
    pub(crate) fn find() -> Result<Self> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest.parent().context("xtask lies in a workspace")?.to_path_buf();
        if !root.join("wrangler.toml").is_file() {
            bail!("{} is not the repository; run cargo xtask inside it", root.display());
        }
        let program = std::env::current_exe().context("finding the running program")?;
        let target = program
            .ancestors()
            .nth(2)
            .context("the running program lies in a profile's folder of the target directory")?
            .to_path_buf();
        let build = root.join("build");
        let tools = std::env::var_os("SEOGA_TOOLS").map_or_else(|| build.join("tools"), PathBuf::from);
        Ok(Self { root, build, tools, target })
    }

    /// A program that npm installed.
    pub(crate) fn npm_program(&self, name: &str) -> PathBuf {
        self.root.join("node_modules").join(".bin").join(name)
    }

    /// `path` as typed from the root, for messages.
    pub(crate) fn short<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}

/// Whether a run that cannot have a tool must fail instead of saying so: CI says it by `CI=true`.
pub(crate) fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false" && value != "0")
}
