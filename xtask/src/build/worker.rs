//! The worker: Rust to WASM by worker-build, and what comes out of it checked.
//!
//! Invariant: a worker without test hooks in its name has none in its bytes, and is not over its size.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::names;
use crate::flavour::Flavour;
use crate::setup::node;
use crate::setup::rust_tools::RustTools;
use crate::setup::wasm::Toolchain;
use crate::stamp::{Fingerprint, Stamp};
use crate::workspace::Workspace;
use seoga_host::{files, process};

/// The most that the worker's script may weigh gzipped. Workers Free takes 3 MB; a small one starts sooner.
pub(crate) const SCRIPT_LIMIT_BYTES: u64 = 500 * 1024;
/// The text that a worker with test hooks carries (edge/worker says it to the log when it starts).
const HOOKS_MARK: &[u8] = b"seoga-test-hooks";
const SCRIPT: [&str; 2] = ["index.js", "index_bg.wasm"];

/// A worker that was built.
#[derive(Debug)]
pub(crate) struct Worker {
    /// Bytes of its script, gzipped one file at a time as wrangler counts them.
    pub(crate) gzip_bytes: u64,
    /// Bytes of its WASM.
    pub(crate) wasm_bytes: u64,
}

/// Builds the worker when its sources changed, and checks it each time.
pub(crate) fn build(
    workspace: &Workspace,
    toolchain: &Toolchain,
    tools: &RustTools,
    flavour: Flavour,
) -> Result<Worker> {
    let name = if flavour == Flavour::TestHooks { "worker-test-hooks" } else { "worker" };
    let out = workspace.build.join(name);
    let stamp = Stamp::new(&workspace.build, name);
    let fingerprint = sources(workspace, toolchain, "worker")?.text(name).text("names set aside").finish();
    if !(stamp.holds(&fingerprint) && SCRIPT.iter().all(|file| out.join(file).is_file())) {
        stamp.lift()?;
        compile(workspace, toolchain, tools, &out, flavour)?;
        set_names_aside(workspace, name, &out)?;
        stamp.set(&fingerprint)?;
    }
    check_hooks(&out, flavour)?;
    let worker = Worker {
        gzip_bytes: gzip_bytes(workspace, &out)?,
        wasm_bytes: files::read(&out.join("index_bg.wasm"))?.len() as u64,
    };
    if worker.gzip_bytes > SCRIPT_LIMIT_BYTES && flavour != Flavour::TestHooks {
        bail!(
            "the worker's script is {} bytes gzipped, over its limit of {SCRIPT_LIMIT_BYTES}",
            worker.gzip_bytes
        );
    }
    Ok(worker)
}

/// Fingerprints what a shell is built of: the pure crates, its own folder below `edge`, and the tools.
pub(crate) fn sources(workspace: &Workspace, toolchain: &Toolchain, shell: &str) -> Result<Fingerprint> {
    let mut fingerprint = Fingerprint::default().text(&toolchain.version()?);
    for folder in ["text", "index", "search", "app", shell] {
        fingerprint = fingerprint.contents(&workspace.root.join("edge").join(folder))?;
    }
    fingerprint
        .content(&workspace.root.join("Cargo.toml"))?
        .content(&workspace.root.join("Cargo.lock"))?
        .content(&workspace.root.join("package-lock.json"))
}

fn compile(
    workspace: &Workspace,
    toolchain: &Toolchain,
    tools: &RustTools,
    out: &Path,
    flavour: Flavour,
) -> Result<()> {
    let mut command = Command::new(&tools.worker_build);
    command.args(["--profile", "edge", "--out-dir"]).arg(out);
    if flavour == Flavour::TestHooks {
        command.args(["--features", "test-hooks"]);
    }
    toolchain.apply(&mut command);
    command
        .current_dir(workspace.root.join("edge").join("worker"))
        .env("CARGO_TARGET_DIR", &workspace.target)
        .env("WASM_BINDGEN_BIN", &tools.wasm_bindgen)
        .env("WASM_OPT_BIN", workspace.npm_program("wasm-opt"))
        .env("ESBUILD_BIN", workspace.npm_program("esbuild"))
        // Ours go where wrangler or a person reads them; stdout is for what programs read.
        .stdout(std::io::stderr());
    process::run(&mut command).context("building the worker")
}

/// Leaves the names of functions out of what is served; with them, the module stays in the build folder, to read
/// a stack by.
fn set_names_aside(workspace: &Workspace, name: &str, out: &Path) -> Result<()> {
    let file = out.join("index_bg.wasm");
    let wasm = files::read(&file)?;
    files::write(&workspace.build.join(format!("{name}.with-names.wasm")), &wasm)?;
    let bare = names::without_names(&wasm).with_context(|| format!("reading {}", file.display()))?;
    files::write(&file, bare)
}

/// Refuses a worker whose bytes do not fit its name.
fn check_hooks(out: &Path, flavour: Flavour) -> Result<()> {
    let wasm = files::read(&out.join("index_bg.wasm"))?;
    match (has_hooks(&wasm), flavour) {
        (true, Flavour::Plain | Flavour::Test | Flavour::Production) => {
            bail!("{} carries test hooks; it must not be served or shipped", out.display())
        }
        (false, Flavour::TestHooks) => bail!("{} carries no test hooks", out.display()),
        _ => Ok(()),
    }
}

/// Whether bytes carry the text by which test hooks are told.
fn has_hooks(bytes: &[u8]) -> bool {
    bytes.windows(HOOKS_MARK.len()).any(|window| window == HOOKS_MARK)
}

/// Refuses a folder in which any file carries test hooks.
pub(crate) fn refuse_hooks(folder: &Path) -> Result<()> {
    for file in files::list(folder)? {
        if has_hooks(&files::read(&file)?) {
            bail!("{} carries test hooks; it must not be served or shipped", file.display());
        }
    }
    Ok(())
}

/// Weighs the script's files gzipped.
fn gzip_bytes(workspace: &Workspace, out: &Path) -> Result<u64> {
    const COUNT: &str = "const {gzipSync}=require('zlib'),{readFileSync}=require('fs');\
        console.log(process.argv.slice(1).reduce((n,f)=>n+gzipSync(readFileSync(f)).length,0))";
    let script: Vec<PathBuf> = SCRIPT.iter().map(|file| out.join(file)).collect();
    let printed = process::output(node::command(workspace, "node").args(["-e", COUNT]).args(&script))?;
    printed.trim().parse().context("weighing the worker's script")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_with_hooks_is_refused_wherever_it_could_ship() {
        let dir = std::env::temp_dir().join(format!("seoga-hooks-{}", std::process::id()));
        files::make_dir(&dir).unwrap();
        let wasm = dir.join("index_bg.wasm");
        files::write(&wasm, [b"\0asm....", HOOKS_MARK, b"...."].concat()).unwrap();
        for flavour in [Flavour::Plain, Flavour::Test, Flavour::Production] {
            assert!(check_hooks(&dir, flavour).is_err(), "{flavour:?}");
        }
        assert!(check_hooks(&dir, Flavour::TestHooks).is_ok());
        files::write(&wasm, b"\0asm....").unwrap();
        assert!(check_hooks(&dir, Flavour::Production).is_ok());
        assert!(check_hooks(&dir, Flavour::TestHooks).is_err());
        files::remove_dir(&dir).unwrap();
    }
}
