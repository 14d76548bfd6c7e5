//! The browser's host: the core as WASM, the service workers that drive it, and the page that starts one.
//!
//! It is laid out twice: with the site's files as a folder from which `index-builder site` makes a site for any file server, and as what an
//! edge serves beside them to those who keep its catalogue. Invariant: a folder holds no other file, and its service worker names the WASM
//! that lies beside it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use seoga_host::mirror::{Files, mirror};
use seoga_host::{files, process};

use super::site::take_site;
use super::{steps, worker};
use crate::progress::timed;
use crate::setup::{node, wasm};
use crate::stamp::Stamp;
use crate::workspace::Workspace;

/// The scripts of `edge/browser` that are bundled for a file server, and where the bundles lie.
const SCRIPTS: [(&str, &str); 2] = [("worker.mjs", "sw.js"), ("start.mjs", "host/start.js")];
/// Where the WASM lies on a file server.
const MODULES: &str = "host";
/// The script that is bundled for an edge, the folder of its bundle and of the WASM, and the site's script that names it.
const EDGE: (&str, &str, &str) = ("edge.mjs", "assets/device", "assets/host.js");
/// The page that a file server gives before the service worker is there, with places for what a catalogue says.
const PAGE: &str = "page.html";

/// The folders that were built.
#[derive(Debug)]
pub(crate) struct Built {
    /// Names the folder that `index-builder site --program` takes.
    pub(crate) program: PathBuf,
    /// Names the folder of what an edge serves beside the site's files.
    pub(crate) device: PathBuf,
}

/// Builds the folders when their sources changed; gives them.
pub(crate) fn build(workspace: &Workspace) -> Result<Built> {
    node::ensure(workspace)?;
    let toolchain = wasm::ensure(workspace)?;
    let site = workspace.root.join("site");
    let fingerprint =
        worker::of_edge(workspace, &toolchain, &["text", "index", "search", "app", "driven", "browser"])?
            .contents(&site)?
            .content(&workspace.root.join("xtask/src/build/lean.rs"))?
            .contents(&workspace.root.join("xtask").join("bind"))?
            .text(EDGE.1)
            .finish();
    let out =
        Built { program: workspace.build.join("browser"), device: workspace.build.join("browser-device") };
    let stamp = Stamp::new(&workspace.build, "browser");
    if stamp.holds(&fingerprint) && out.program.is_dir() && out.device.is_dir() {
        return Ok(out);
    }
    stamp.lift()?;
    let glue = workspace.build.join("browser-glue");
    timed("compiling the host for browsers", || {
        steps::for_web(workspace, &toolchain, "seoga-browser", true, (&glue, "seoga"))
    })?;
    let mut laid = take_site(workspace)?;
    // Rules of one platform, a page that needs what is not here, and the service worker of where this one is not.
    laid.retain(|path, _| {
        path != Path::new("_headers") && !path.starts_with("assets/check") && !path.starts_with(EDGE.1)
    });
    let build = fingerprint.get(..16).unwrap_or(&fingerprint).to_owned();
    let assets: Vec<String> = laid.keys().map(|path| format!("/{}", path.display())).collect();
    let sources = workspace.root.join("edge").join("browser");
    for file in
        files::list(&sources)?.iter().filter(|file| file.extension().is_some_and(|kind| kind == "mjs"))
    {
        files::write(&glue.join(file.file_name().unwrap_or_default()), files::read(file)?)?;
    }
    let bundle = |script: &str, modules: &str| -> Result<(PathBuf, PathBuf)> {
        let (module, bundled) = (format!("{modules}/seoga-{build}.wasm"), format!("bundled-{script}.js"));
        let mut command = node::command(workspace, "esbuild");
        let entry = format!("./{script}");
        command.args([&entry, "--bundle", "--minify", "--format=iife", "--log-level=warning"]);
        command.arg(format!("--define:BUILD={build:?}")).arg(format!("--define:MODULE=\"/{module}\""));
        command.arg(format!("--define:ASSETS={}", serde_json::to_string(&assets)?));
        command.args(["--define:import.meta.url=location.href", &format!("--outfile={bundled}")]);
        process::run(command.current_dir(&glue)).with_context(|| format!("bundling {script}"))?;
        Ok((PathBuf::from(module), glue.join(bundled)))
    };
    let wasm = glue.join("seoga_bg.wasm");
    for (script, place) in SCRIPTS {
        let (module, bundled) = bundle(script, MODULES)?;
        laid.insert(PathBuf::from(place), bundled);
        laid.insert(module, wasm.clone());
    }
    laid.insert(PathBuf::from(PAGE), sources.join(PAGE));
    mirror(&laid, &[], &out.program)?;
    let (script, folder, host) = EDGE;
    let (module, bundled) = bundle(script, folder)?;
    let (worker, named) = (format!("{folder}/worker.js"), glue.join("host.js"));
    files::write(&named, format!("export const worker = \"/{worker}\";\n"))?;
    let device =
        Files::from([(module, wasm), (PathBuf::from(worker), bundled), (PathBuf::from(host), named)]);
    mirror(&device, &[], &out.device)?;
    stamp.set(&fingerprint)?;
    Ok(out)
}
