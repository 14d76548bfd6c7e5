//! The stages that build the worker and replay transcripts against it, on a real workerd.
//!
//! Invariant: what ships is replayed as it ships, on damaged deployments too; forced panics and store faults run on a
//! build of their own.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::stage::{Context, Outcome};
use super::{bare, rust};
use crate::build;
use crate::build::worker::SCRIPT_LIMIT_BYTES;
use crate::dev::{self, Serve};
use crate::flavour::Flavour;
use seoga_host::limits::Limits;
use seoga_host::server::Server;
use seoga_host::{files, ports, process};

/// The scenarios of the program `faults`, each a folder of what is deployed.
pub(super) const FAULTS: [&str; 4] = ["damaged", "older", "manifest", "pointer"];

/// Builds the worker as it ships and the one with test hooks, and weighs what ships.
pub(super) fn wasm(context: &Context<'_>) -> Result<Outcome> {
    let workspace = context.workspace;
    build::everything(workspace, None, Flavour::TestHooks)?;
    let worker = build::everything(workspace, None, Flavour::Test)?;
    println!(
        "worker script: {} bytes gzipped of at most {SCRIPT_LIMIT_BYTES}; wasm {} bytes",
        worker.gzip_bytes, worker.wasm_bytes
    );
    let limits = Limits::read()?;
    let folder = workspace.build.join("worker");
    let bytes = limits.script(&[&folder.join("index.js"), &folder.join("index_bg.wasm")])?;
    let (files, largest) = limits.assets(&workspace.root.join("dist").join("test"))?;
    println!(
        "within infra/limits.toml: a script of {bytes} bytes, {files} static files, the largest of {largest} bytes"
    );
    Ok(Outcome::Passed)
}

/// A key that no deployment has; a production build wants one.
const SOME_KEY: &str = "--var=SEOGA_KEY:1:not-a-secret-but-32-characters-at-least";
const PRODUCTION: &str = "--var=SEOGA_MODE:production";
/// A sender's share of a day that a transcript can use up.
const SHARE: &str = "--var=SEOGA_SENDER_CHOICES:3";

/// Replays every transcript: those in `tests/transcripts`; those in its folder `hooks` on the build with test hooks;
/// the share of a day (`share`); and that neither a deployment without a key answers (`keyless`) nor the build with hooks as one (`hooked`).
pub(super) fn transcripts(context: &Context<'_>) -> Result<Outcome> {
    let runs: [(Flavour, &str, &[&str]); 5] = [
        (Flavour::Test, "tests/transcripts", &[]),
        (Flavour::Test, "tests/transcripts/share", &[SHARE]),
        (Flavour::TestHooks, "tests/transcripts/hooks", &[]),
        (Flavour::Test, "tests/transcripts/keyless", &[PRODUCTION]),
        (Flavour::TestHooks, "tests/transcripts/hooked", &[PRODUCTION, SOME_KEY]),
    ];
    let mut failed = None;
    for (flavour, folder, extra) in runs {
        let replay = |url: &str| rust::replay(context, &["--base", url, folder]);
        let extra: Vec<OsString> = extra.iter().map(OsString::from).collect();
        let run = match flavour {
            Flavour::Test if extra.is_empty() => shared(context).and_then(|url| replay(&url)),
            _ => serve(context, flavour, &extra, |url, _| replay(url)),
        };
        // The rest is worth knowing too.
        failed = failed.or(run.err());
    }
    failed.map_or(Ok(Outcome::Passed), Err)
}

/// Damaged deployments, and what is answered on each: the worker that ships, on the folders that the program
/// `faults` lays out; and what bare workerd is asked.
pub(super) fn faults(context: &Context<'_>) -> Result<Outcome> {
    build::everything(context.workspace, None, Flavour::Test)?;
    let folder = lay_out_faults(context)?;
    for scenario in FAULTS {
        let assets = [OsString::from("--assets"), folder.join(scenario).into()];
        serve(context, Flavour::Test, &assets, |url, log| {
            let mut check = faults_program(context, &folder, &["check", scenario])?;
            process::run(check.args(["--base", url, "--log"]).arg(log))
        })?;
    }
    bare::run(context)?;
    Ok(Outcome::Passed)
}

/// Lays out a folder for each scenario of the test index; gives the folder above them.
pub(super) fn lay_out_faults(context: &Context<'_>) -> Result<PathBuf> {
    let folder = context.workspace.build.join("faults");
    files::remove_dir(&folder)?;
    process::run(&mut faults_program(context, &folder, &["lay-out"])?)?;
    Ok(folder)
}

/// Makes a command of the program `faults` on the test index.
pub(super) fn faults_program(context: &Context<'_>, folder: &Path, words: &[&str]) -> Result<Command> {
    let index = context.workspace.build.join("index-test");
    let mut program = rust::tests_program(context, "faults")?;
    program.args(words).arg("--index").arg(index).arg("--out").arg(folder);
    Ok(program)
}

/// The name of the shared server's store and log. They are its own: other servers begin by emptying theirs.
const SHARED: &str = "shared";

/// Gives the address of the server that stages share: the worker that ships, on a store that was empty at its start.
pub(super) fn shared(context: &Context<'_>) -> Result<String> {
    let mut shared = context.shared.borrow_mut();
    if let Some(server) = shared.as_ref() {
        return Ok(server.url());
    }
    build::everything(context.workspace, None, Flavour::Test)?;
    empty_store(context, SHARED)?;
    let (server, _) = start(context, Flavour::Test, SHARED, &[])?;
    Ok(shared.insert(server).url())
}

/// Builds, serves on a free port with an empty choice store, and ends the server whatever comes of it.
pub(super) fn with_server(
    context: &Context<'_>,
    flavour: Flavour,
    use_it: impl FnOnce(&str) -> Result<()>,
) -> Result<()> {
    serve(context, flavour, &[], |url, _| use_it(url))
}

/// Serves like [`with_server`], with more arguments for wrangler and with the server's log.
pub(super) fn serve(
    context: &Context<'_>,
    flavour: Flavour,
    extra: &[OsString],
    use_it: impl FnOnce(&str, &Path) -> Result<()>,
) -> Result<()> {
    let workspace = context.workspace;
    build::everything(workspace, None, flavour)?;
    empty_store(context, environment(flavour))?;
    serve_again(context, flavour, extra, use_it)
}

/// Gives the folder of a choice store by its name.
fn state(context: &Context<'_>, store: &str) -> PathBuf {
    context.workspace.build.join("state").join(store)
}

fn empty_store(context: &Context<'_>, store: &str) -> Result<()> {
    let state = state(context, store);
    files::remove_dir(&state)?;
    files::make_dir(&state)
}

/// Starts a server on the choice store of a name, as it is; gives its log as well.
fn start(
    context: &Context<'_>,
    flavour: Flavour,
    store: &str,
    extra: &[OsString],
) -> Result<(Server, PathBuf)> {
    let workspace = context.workspace;
    let log = workspace.build.join(format!("wrangler-{store}.log"));
    let serve = Serve {
        port: ports::free_port()?,
        environment: Some(environment(flavour)),
        state: state(context, store),
        catalogue: None,
        extra,
        log: Some(log.clone()),
    };
    Ok((dev::start(workspace, &serve)?, log))
}

/// wrangler's environment of a flavour for tests.
fn environment(flavour: Flavour) -> &'static str {
    if flavour == Flavour::TestHooks { "test-hooks" } else { "test" }
}

/// Serves like [`serve`] on the choice store that the server before left, as after a deployment.
pub(super) fn serve_again(
    context: &Context<'_>,
    flavour: Flavour,
    extra: &[OsString],
    use_it: impl FnOnce(&str, &Path) -> Result<()>,
) -> Result<()> {
    let (server, log) = start(context, flavour, environment(flavour), extra)?;
    let outcome = use_it(&server.url(), &log);
    server.end();
    outcome.with_context(|| format!("the server's log is {}", context.workspace.short(&log)))
}
