//! The page that checks files: the readers as WASM, bundled with the module that a browser runs beside the page.
//!
//! The page's other files lie in `site`. Invariant: the module needs no other file, as its policy lets it fetch none.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::{steps, worker};
use crate::flavour::Flavour;
use crate::progress::timed;
use crate::setup::{node, wasm};
use crate::stamp::Stamp;
use crate::workspace::Workspace;
use seoga_host::{files, process};

/// Where the module lies below the static files.
pub(super) const PLACE: &str = "assets/check/worker.js";

/// Builds the module when its sources changed; gives its file. The one for development is compiled for speed of compiling.
pub(super) fn build(workspace: &Workspace, flavour: Flavour) -> Result<PathBuf> {
    let (name, optimised) = match flavour {
        Flavour::Plain => ("check-page-dev", false),
        Flavour::TestHooks | Flavour::Test | Flavour::Production => ("check-page", true),
    };
    node::ensure(workspace)?;
    let toolchain = wasm::ensure(workspace)?;
    let sources = workspace.root.join("index-builder");
    let fingerprint = worker::of_edge(workspace, &toolchain, &["text", "index", "search"])?
        .text(name)
        .contents(&sources.join("src"))?
        .contents(&sources.join("page"))?
        .contents(&workspace.root.join("xtask").join("bind"))?
        .finish();
    let out = workspace.build.join(name);
    let module = out.join("worker.js");
    let stamp = Stamp::new(&workspace.build, name);
    if stamp.holds(&fingerprint) && module.is_file() {
        return Ok(module);
    }
    stamp.lift()?;
    timed("compiling the readers of the page that checks files", || {
        steps::for_web(workspace, &toolchain, "seoga-check-page", optimised, (&out, "readers"))
    })?;
    files::write(&out.join("worker.mjs"), files::read(&sources.join("page").join("worker.mjs"))?)?;
    let mut command = node::command(workspace, "esbuild");
    command.args(["./worker.mjs", "--bundle", "--minify", "--format=esm", "--loader:.wasm=binary"]);
    command.args(["--outfile=worker.js", "--log-level=warning"]);
    process::run(command.current_dir(&out)).context("bundling the readers with their JavaScript")?;
    stamp.set(&fingerprint)?;
    Ok(module)
}
