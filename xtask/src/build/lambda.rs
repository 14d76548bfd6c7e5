//! The two functions for Lambda@Edge: Rust to WASM for Node by wasm-bindgen, and the JavaScript around it.
//!
//! Each function gets a folder under `build/lambda`, named by the first part of its handler, with the files that its zip
//! has and no other. Invariant: such a folder carries no test hooks, and only the one for choices can sign.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{names, worker};
use crate::setup::rust_tools::RustTools;
use crate::setup::wasm::{TARGET, Toolchain};
use crate::setup::{node, rust_tools, wasm};
use crate::stamp::Stamp;
use crate::workspace::Workspace;
use seoga_host::{files, process};

/// The module that wasm-bindgen makes, and its place in a function: `.cjs` is a module of the older kind wherever it lies.
const GLUE: &str = "seoga.cjs";
const WASM: &str = "seoga_bg.wasm";
/// The JavaScript of every function, in `edge/lambda`.
const SHARED: [&str; 4] = ["edge.mjs", "event.mjs", "files.mjs", "limits.mjs"];

/// The functions: their handler's file, and what else they have.
pub(crate) const FUNCTIONS: [(&str, &[&str]); 2] =
    [("search", &["search.mjs"]), ("choice", &["choice.mjs", "dynamodb.mjs", "sigv4.mjs"])];

/// Where the functions lie once they are built.
pub(crate) fn folder(workspace: &Workspace) -> PathBuf {
    workspace.build.join("lambda")
}

/// Builds the functions when their sources changed, and checks them each time; gives the folder that holds them.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    node::ensure(workspace)?;
    let toolchain = wasm::ensure(workspace)?;
    let tools = rust_tools::ensure(workspace)?;
    let out = folder(workspace);
    let stamp = Stamp::new(&workspace.build, "lambda");
    let fingerprint = worker::sources(workspace, &toolchain, "lambda")?.text("lambda").finish();
    if !(stamp.holds(&fingerprint) && FUNCTIONS.iter().all(|(name, _)| out.join(name).is_dir())) {
        stamp.lift()?;
        let glue = compile(workspace, &toolchain, &tools)?;
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
fn compile(workspace: &Workspace, toolchain: &Toolchain, tools: &RustTools) -> Result<PathBuf> {
    let mut command = Command::new("cargo");
    command.args(["build", "--profile", "edge", "--package", "seoga-lambda", "--target", TARGET]);
    toolchain.apply(&mut command);
    command.current_dir(&workspace.root).env("CARGO_TARGET_DIR", &workspace.target);
    process::run(&mut command).context("compiling the functions")?;
    let compiled = workspace.target.join(TARGET).join("edge").join("seoga_lambda.wasm");
    let glue = workspace.build.join("lambda-glue");
    files::remove_dir(&glue)?;
    let mut command = Command::new(&tools.wasm_bindgen);
    command.args(["--target", "nodejs", "--no-typescript", "--out-name", "seoga", "--out-dir"]).arg(&glue);
    process::run(command.arg(&compiled)).context("binding the functions to JavaScript")?;
    let wasm = glue.join(WASM);
    // As worker-build does by the worker's own settings.
    let mut command = node::command(workspace, "wasm-opt");
    command.args(["-O3", "--strip-producers", "-o"]).arg(&wasm).arg(&wasm);
    process::run(&mut command).context("optimising the functions")?;
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
