//! Everything that is served, built: the index, the static files, the worker.
//!
//! Invariant: what carries test hooks lies in a folder of its own, and nothing but `--production` is built for a
//! deployment.

pub(crate) mod assets;
pub(crate) mod browser;
mod check_page;
mod description;
pub(crate) mod index;
pub(crate) mod lambda;
mod lean;
mod light;
mod names;
mod site;
mod steps;
pub(crate) mod worker;

use std::path::{Path, PathBuf};
use std::thread::ScopedJoinHandle;

use anyhow::{Context, Result, bail};
use seoga_index::pointer::Pointer;

use crate::flavour::Flavour;
use crate::setup::{node, tools, wasm};
use crate::workspace::Workspace;
use seoga_host::files;

pub(crate) use seoga_index::pointer::FILE_NAME as POINTER;

/// Where `seoga rebuild` keeps the published generations, by default.
pub(crate) fn published(workspace: &Workspace) -> PathBuf {
    workspace.root.join("published").join("index")
}

/// The generation in force of an index.
pub(crate) fn generation(index: &Path) -> Result<String> {
    let path = index.join(POINTER);
    let pointer = Pointer::parse(files::read_text(&path)?.as_bytes());
    Ok(pointer.with_context(|| path.display().to_string())?.current.letters())
}

/// The catalogue of a development server, for the builds that wrangler starts by itself.
pub(crate) const CATALOGUE: &str = "SEOGA_CATALOGUE";

/// Options of `build`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The catalogue to index.
    #[arg(long, value_name = "DIR")]
    catalogue: Option<PathBuf>,
    /// Build for tests: an index and assets of their own.
    #[arg(long, group = "flavour")]
    test: bool,
    /// Build for tests with forced panics and store faults compiled in.
    #[arg(long, group = "flavour")]
    test_hooks: bool,
    /// Build what ships.
    #[arg(long, group = "flavour")]
    production: bool,
}

impl Options {
    fn flavour(&self) -> Flavour {
        match (self.test, self.test_hooks, self.production) {
            (true, ..) => Flavour::Test,
            (_, true, _) => Flavour::TestHooks,
            (.., true) => Flavour::Production,
            _ => Flavour::Plain,
        }
    }
}

/// Carries out `cargo xtask build`: by hand, or as wrangler's build command.
pub(crate) fn for_wrangler(workspace: &Workspace, options: &Options) -> Result<()> {
    let wrangler = std::env::var("WRANGLER_COMMAND").unwrap_or_default();
    check_command(&wrangler, options.flavour())?;
    let catalogue = match &options.catalogue {
        Some(dir) => Some(absolute(dir)?),
        None => std::env::var_os(CATALOGUE).filter(|dir| !dir.is_empty()).map(PathBuf::from),
    };
    everything(workspace, catalogue.as_deref(), options.flavour()).map(|_| ())
}

/// Refuses to build what must not ship for a wrangler command that would ship it.
fn check_command(wrangler: &str, flavour: Flavour) -> Result<()> {
    let local = ["", "dev", "types"].contains(&wrangler);
    if !local && flavour != Flavour::Production {
        bail!(
            "`wrangler {wrangler}` takes `--env production`; this environment is for a machine of one's own"
        );
    }
    Ok(())
}

/// A folder as an absolute path, so that it means the same to every program.
pub(crate) fn absolute(dir: &Path) -> Result<PathBuf> {
    dir.canonicalize().with_context(|| format!("no folder {}", dir.display()))
}

/// Builds all that wrangler serves, as far as its inputs changed. Without a catalogue the published index is served, and
/// where nothing is published a sample.
pub(crate) fn everything(
    workspace: &Workspace,
    catalogue: Option<&Path>,
    flavour: Flavour,
) -> Result<worker::Worker> {
    // Three ways that need nothing of each other: npm's packages, WASM, programs for this machine and their index.
    let (node, compiled, tools) = std::thread::scope(|scope| {
        let node = scope.spawn(|| node::ensure(workspace));
        let compiled = scope.spawn(|| worker::compile(workspace, &wasm::ensure(workspace)?, flavour));
        let tools = tools::compile(workspace);
        let files = static_files(workspace, catalogue, flavour);
        (ended(node), ended(compiled), files.and(tools))
    });
    node?;
    worker::finish(workspace, &tools?, flavour, &compiled?)
}

/// Waits for one of the ways.
fn ended<T>(way: ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    way.join().unwrap_or_else(|_| bail!("a part of the build ended without a word"))
}

/// Lays out the static files alone, with the index; gives their folder.
pub(crate) fn static_files(
    workspace: &Workspace,
    catalogue: Option<&Path>,
    flavour: Flavour,
) -> Result<PathBuf> {
    let published = published(workspace);
    let index = match catalogue {
        None if !flavour.for_tests() && published.join(POINTER).is_file() => published,
        _ => index::build(workspace, catalogue, flavour)?,
    };
    assets::lay_out(workspace, &index, flavour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_production_environment_ships() {
        for flavour in [Flavour::Plain, Flavour::Test, Flavour::TestHooks] {
            assert!(check_command("dev", flavour).is_ok());
            assert!(check_command("", flavour).is_ok());
            for command in ["deploy", "versions upload", "anything new"] {
                assert!(check_command(command, flavour).is_err(), "{command} {flavour:?}");
            }
        }
        assert!(check_command("deploy", Flavour::Production).is_ok());
    }
}
