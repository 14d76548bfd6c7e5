//! The two functions for Lambda@Edge: Rust to WASM for Node by wasm-bindgen, and the JavaScript around it.
//!
//! Each function gets a folder under `build/lambda`, named by the first part of its handler, with the files that its zip
//! has and no other. Invariant: such a folder carries no test hooks, and only the one for choices can sign.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{names, steps, worker};
use crate::progress::timed;
use crate::setup::wasm::{self, Toolchain};
use crate::setup::{node, tools};
use crate::stamp::Stamp;
use crate::workspace::Workspace;
use seoga_host::files;

/// The module that wasm-bindgen makes, and its place in a function: `.cjs` is a module of the older kind wherever it lies.
const GLUE: &str = "seoga.cjs";
const WASM: &str = "seoga_bg.wasm";
/// The JavaScript of every function, in `edge/lambda`.
const SHARED: [&str; 7] =
    ["call.mjs", "edge.mjs", "event.mjs", "files.mjs", "key.mjs", "limits.mjs", "sigv4.mjs"];

/// The functions: their handler's file, and what else they have.
pub(crate) const FUNCTIONS: [(&str, &[&str]); 2] =
    [("search", &["search.mjs"]), ("choice", &["choice.mjs", "dynamodb.mjs"])];

/// Where the functions lie once they are built.
pub(crate) fn folder(workspace: &Workspace) -> PathBuf {
    workspace.build.join("lambda")
}

/// Builds the functions when their sources changed, and checks them each time; gives the folder that holds them.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    node::ensure(workspace)?;
    let toolchain = wasm::ensure(workspace)?;
    let out = folder(workspace);
    let stamp = Stamp::new(&workspace.build, "lambda");
    let fingerprint =
        worker::of_edge(workspace, &toolchain, &["text", "index", "search", "app", "driven", "lambda"])?
            .finish();
    if !(stamp.holds(&fingerprint) && FUNCTIONS.iter().all(|(name, _)| out.join(name).is_dir())) {
        stamp.lift()?;
        let glue = compile(workspace, &toolchain)?;
        files::remove_dir(&out)?;
        for (name, own) in FUNCTIONS {
            lay_out(workspace, &glue, &out.join(name), own)?;
        }
        stamp.set(&fingerprint)?;
    }
    for (name, _) in FUNCTIONS {
        worker::refuse_hooks(&out.join(name))?;
    }
    Ok(out)
}

/// Compiles the crate; gives the folder with the glue and the WASM.
fn compile(workspace: &Workspace, toolchain: &Toolchain) -> Result<PathBuf> {
    let compiled = timed("compiling the functions", || {
        steps::compile(workspace, toolchain, "seoga-lambda", "edge", &[])
    })?;
    let tools = tools::compile(workspace)?;
    let glue = workspace.build.join("lambda-glue");
    files::remove_dir(&glue)?;
    steps::bind(&tools.bind, "node", &compiled, &glue, "seoga")?;
    let wasm = glue.join(WASM);
    steps::optimise(workspace, &wasm)?;
    let with_names = files::read(&wasm)?;
    files::write(&workspace.build.join("lambda.with-names.wasm"), &with_names)?;
    files::write(&wasm, names::without_names(&with_names)?)?;
    Ok(glue)
}

/// Puts the files of one function into a folder.
fn lay_out(workspace: &Workspace, glue: &Path, to: &Path, own: &[&str]) -> Result<()> {
    let sources = workspace.root.join("edge").join("lambda");
    files::make_dir(to)?;
    for name in SHARED.iter().chain(own) {
        files::write(&to.join(name), files::read(&sources.join(name))?)?;
    }
    files::write(&to.join(GLUE), files::read(&glue.join("seoga.js"))?)?;
    files::write(&to.join(WASM), files::read(&glue.join(WASM))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_function_that_searches_has_none_of_the_code_that_writes() {
        let sources = Workspace::find().unwrap().root.join("edge").join("lambda");
        let [(search, own), (choice, writes)] = FUNCTIONS;
        assert_eq!((search, choice), ("search", "choice"));
        for name in SHARED.iter().chain(own) {
            let text = files::read_text(&sources.join(name)).unwrap();
            for of_writing in writes.iter().filter(|name| **name != "choice.mjs") {
                assert!(!text.contains(of_writing), "{name} needs {of_writing}");
            }
        }
        let choice = files::read_text(&sources.join("choice.mjs")).unwrap();
        assert!(choice.contains("dynamodb.mjs"), "the names of what writes have changed");
    }
}
