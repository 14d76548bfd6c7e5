//! The steps that a build and a worker's glue share: WASM compiled, bound to JavaScript, optimised.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::names;
use crate::setup::wasm::{TARGET, Toolchain};
use crate::setup::{node, tools};
use crate::workspace::Workspace;
use seoga_host::{files, process};

/// Features of WASM that wasm-opt may use: those of the compiler's target, and no newer one.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-exception-handling",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Compiles a shell by a profile; gives the module.
pub(super) fn compile(
    workspace: &Workspace,
    toolchain: &Toolchain,
    package: &str,
    profile: &str,
    features: &[&str],
) -> Result<PathBuf> {
    let mut command = Command::new("cargo");
    command.args(["build", "--quiet", "--locked", "--lib", "--profile", profile, "--target", TARGET]);
    command.args(["--package", package]);
    if !features.is_empty() {
        command.arg("--features").arg(features.join(","));
    }
    toolchain.apply(&mut command);
    command.current_dir(&workspace.root).env("CARGO_TARGET_DIR", &workspace.target);
    // The macros of wasm-bindgen then write futures by way of `js-sys`, which `worker` asks for.
    command.env("WASM_BINDGEN_USE_JS_SYS", "1");
    process::run(&mut command).with_context(|| format!("compiling {package}"))?;
    let module = format!("{}.wasm", package.replace('-', "_"));
    Ok(workspace.target.join(TARGET).join(profile).join(module))
}

/// Binds a module to JavaScript: `NAME.js` and `NAME_bg.wasm` in a folder.
pub(super) fn bind(program: &Path, target: &str, module: &Path, folder: &Path, name: &str) -> Result<()> {
    let mut command = Command::new(program);
    process::run(command.arg(target).arg(module).arg(folder).arg(name))
}

/// Compiles a shell for browsers into an empty folder: `NAME.js` and `NAME_bg.wasm`, without names of functions. `optimised`: by
/// the profile that ships; else by the one that compiles fast.
pub(super) fn for_web(
    workspace: &Workspace,
    toolchain: &Toolchain,
    package: &str,
    optimised: bool,
    (folder, name): (&Path, &str),
) -> Result<()> {
    let profile = if optimised { "edge" } else { "edge-quick" };
    let compiled = compile(workspace, toolchain, package, profile, &[])?;
    files::remove_dir(folder)?;
    bind(&tools::compile(workspace)?.bind, "web", &compiled, folder, name)?;
    let wasm = folder.join(format!("{name}_bg.wasm"));
    if optimised {
        optimise(workspace, &wasm)?;
    }
    let bare = names::without_names(&files::read(&wasm)?).with_context(|| format!("reading {package}"))?;
    files::write(&wasm, bare)
}

/// Optimises a module in its place. Names of functions stay.
pub(super) fn optimise(workspace: &Workspace, wasm: &Path) -> Result<()> {
    let mut command = node::command(workspace, "wasm-opt");
    command.args(["-O3", "--strip-producers", "--debuginfo"]).args(FEATURES);
    process::run(command.arg(wasm).arg("-o").arg(wasm)).context("optimising WASM")
}
