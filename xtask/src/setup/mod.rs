//! Puts in place what a fresh machine lacks: compiled tools, npm's tools, a browser.
//!
//! Nothing is installed for the user at large but Debian's packages, and those only as root; the rest lies in
//! the tools folder and in `node_modules`. Invariant: what is there is not asked for again, and what cannot be
//! had is named with the command that would bring it.

pub(crate) mod browser;
pub(crate) mod crates;
pub(crate) mod debian;
mod lock;
pub(crate) mod node;
pub(crate) mod python;
pub(crate) mod tools;
pub(crate) mod wasm;

use anyhow::{Result, bail};

use crate::workspace::Workspace;

/// Options of `setup`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// A part to set up, instead of all: node, wasm or browser; may be given several times.
    #[arg(long, value_name = "PART")]
    only: Vec<String>,
}

/// Carries out `cargo xtask setup`.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let only = &options.only;
    if let Some(unknown) = only.iter().find(|part| !["node", "wasm", "browser"].contains(&part.as_str())) {
        bail!("no part {unknown:?}; parts: node wasm browser");
    }
    let wanted = |part: &str| only.is_empty() || only.iter().any(|one| one == part);
    if wanted("node") {
        node::ensure(workspace)?;
    }
    if wanted("wasm") {
        wasm::ensure(workspace)?;
        tools::compile(workspace)?;
    }
    if wanted("browser") {
        browser::ensure()?;
    }
    Ok(())
}
