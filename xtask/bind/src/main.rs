//! Binds a shell's WASM to JavaScript: `seoga-bind workers|node|web MODULE FOLDER NAME`.
//!
//! The library behind wasm-bindgen's own program does the work; as a member of the workspace it is of the version of the
//! crate `wasm-bindgen` that the shells are compiled with, which it must be. A program of its own, because it is
//! wanted only where WASM is built, and compiles beside everything else that is missing then.

use std::path::Path;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [target, module, folder, name] = arguments.as_slice() else {
        bail!("usage: seoga-bind workers|node|web MODULE FOLDER NAME");
    };
    bind(target, Path::new(module), Path::new(folder), name).with_context(|| format!("binding {module}"))
}

/// Writes `name.js` and `name_bg.wasm` into `folder`.
///
/// For workers and the web the glue can start the module anew (`__wbg_reset_state`); for workers it is told of a panic that ends it.
fn bind(target: &str, module: &Path, folder: &Path, name: &str) -> Result<()> {
    let mut bindgen = Bindgen::new();
    match target {
        "workers" => {
            bindgen.module(true)?.reset_state_function(true).force_enable_abort_handler(true);
        }
        "node" => {
            bindgen.nodejs(true)?;
        }
        "web" => {
            bindgen.web(true)?.reset_state_function(true);
        }
        other => bail!("no target {other:?}; targets: workers node web"),
    }
    bindgen.input_path(module).out_name(name).typescript(false).generate(folder)
}
