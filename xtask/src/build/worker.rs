//! The worker: Rust to WASM, bound to JavaScript and bundled with the module that workerd loads (`edge/worker/shim.mjs`).
//!
//! Invariant: a worker without test hooks in its name has none in its bytes, and is not over its size.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{names, steps};
use crate::flavour::Flavour;
use crate::progress::timed;
use crate::setup::node;
use crate::setup::tools::{self, Tools};
use crate::setup::wasm::{self, Toolchain};
use crate::stamp::{Fingerprint, Stamp};
use crate::workspace::Workspace;
use seoga_host::{files, process};

/// The most that the worker's script may weigh gzipped. Workers Free takes 3 MB; a small one starts sooner.
pub(crate) const SCRIPT_LIMIT_BYTES: u64 = 700 * 1024;
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

/// How a flavour is built: the folder in `build`, cargo's profile, features, whether its WASM is optimised once more.
struct Way {
    name: &'static str,
    profile: &'static str,
    features: &'static [&'static str],
    optimised: bool,
}

/// Gives the way of a flavour. The one for development and the one with test hooks are compiled for speed of compiling.
fn way(flavour: Flavour) -> Way {
    match flavour {
        Flavour::Plain => Way { name: "worker-dev", profile: "edge-quick", features: &[], optimised: false },
        Flavour::TestHooks => Way {
            name: "worker-test-hooks",
            profile: "edge-quick",
            features: &["test-hooks"],
            optimised: false,
        },
        Flavour::Test | Flavour::Production => {
            Way { name: "worker", profile: "edge", features: &[], optimised: true }
        }
    }
}

/// A worker's WASM as the compiler wrote it.
pub(crate) struct Compiled {
    fingerprint: String,
    /// The module; `None` where the worker that is there is of the same sources.
    module: Option<PathBuf>,
}

/// Builds the worker when its sources changed, and checks it each time.
pub(crate) fn build(workspace: &Workspace, flavour: Flavour) -> Result<Worker> {
    node::ensure(workspace)?;
    let compiled = compile(workspace, &wasm::ensure(workspace)?, flavour)?;
    finish(workspace, &tools::compile(workspace)?, flavour, &compiled)
}

/// Compiles the worker to WASM, if it is not there of the same sources.
pub(crate) fn compile(workspace: &Workspace, toolchain: &Toolchain, flavour: Flavour) -> Result<Compiled> {
    let way = way(flavour);
    let fingerprint = of_edge(workspace, toolchain, &["text", "index", "search", "app", "worker"])?
        .text(way.name)
        .contents(&workspace.root.join("xtask").join("bind"))?
        .finish();
    let out = workspace.build.join(way.name);
    let stands = Stamp::new(&workspace.build, way.name).holds(&fingerprint)
        && SCRIPT.iter().all(|file| out.join(file).is_file());
    let compile = || steps::compile(workspace, toolchain, "seoga-worker", way.profile, way.features);
    let module = if stands { None } else { Some(timed("compiling the worker", compile)?) };
    Ok(Compiled { fingerprint, module })
}

/// Makes a worker of what was compiled, and checks it each time. npm's tools must be there.
pub(crate) fn finish(
    workspace: &Workspace,
    tools: &Tools,
    flavour: Flavour,
    compiled: &Compiled,
) -> Result<Worker> {
    let way = way(flavour);
    let out = workspace.build.join(way.name);
    if let Some(module) = &compiled.module {
        let stamp = Stamp::new(&workspace.build, way.name);
        stamp.lift()?;
        timed("bundling the worker", || bundle(workspace, tools, &way, module, &out))?;
        stamp.set(&compiled.fingerprint)?;
    }
    check_hooks(&out, flavour)?;
    let worker = Worker {
        gzip_bytes: gzip_bytes(workspace, &out)?,
        wasm_bytes: files::read(&out.join("index_bg.wasm"))?.len() as u64,
    };
    if way.optimised && worker.gzip_bytes > SCRIPT_LIMIT_BYTES {
        bail!(
            "the worker's script is {} bytes gzipped, over its limit of {SCRIPT_LIMIT_BYTES}",
            worker.gzip_bytes
        );
    }
    Ok(worker)
}

/// Fingerprints folders below `edge`, and the tools that make WASM of them.
pub(super) fn of_edge(workspace: &Workspace, toolchain: &Toolchain, folders: &[&str]) -> Result<Fingerprint> {
    let mut fingerprint = Fingerprint::default().text(&toolchain.version()?);
    for folder in folders {
        fingerprint = fingerprint.contents(&workspace.root.join("edge").join(folder))?;
    }
    fingerprint
        .content(&workspace.root.join("Cargo.toml"))?
        .content(&workspace.root.join("Cargo.lock"))?
        .content(&workspace.root.join("package-lock.json"))
}

/// Writes the two files of the worker into `out`. Names of functions are left out of what is served; with them, the module
/// stays in the build folder, to read a stack by.
fn bundle(workspace: &Workspace, tools: &Tools, way: &Way, module: &Path, out: &Path) -> Result<()> {
    let glue = workspace.build.join(format!("{}-glue", way.name));
    files::remove_dir(&glue)?;
    steps::bind(&tools.bind, "workers", module, &glue, "index")?;
    let wasm = glue.join("index_bg.wasm");
    if way.optimised {
        steps::optimise(workspace, &wasm)?;
    }
    let shim = files::read(&workspace.root.join("edge").join("worker").join("shim.mjs"))?;
    files::write(&glue.join("shim.mjs"), shim)?;
    let mut command = node::command(workspace, "esbuild");
    command.args(["./shim.mjs", "--bundle", "--minify", "--format=esm", "--outfile=bundle.js"]);
    command.args(["--external:./index_bg.wasm", "--external:cloudflare:*", "--log-level=warning"]);
    process::run(command.current_dir(&glue)).context("bundling the worker's JavaScript")?;
    // workerd has imports of modules, and none of their sources.
    let script = files::read_text(&glue.join("bundle.js"))?.replace("import source ", "import ");
    let wasm = files::read(&wasm)?;
    files::make_dir(out)?;
    files::write(&workspace.build.join(format!("{}.with-names.wasm", way.name)), &wasm)?;
    files::replace(&out.join("index_bg.wasm"), &names::without_names(&wasm).context("reading the worker")?)?;
    files::replace(&out.join("index.js"), script.as_bytes())
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
