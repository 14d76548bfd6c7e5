//! The stages that build the worker and replay transcripts against it, on a real workerd.
//!
//! Invariant: what ships is replayed as it ships, on damaged deployments too; forced panics and store faults run on a
//! build of their own.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::{Context, Outcome, rust};
use crate::build::worker::SCRIPT_LIMIT_BYTES;
use crate::dev::{Serve, Server};
use crate::options::Flavour;
use crate::{build, files, http, process};

/// The scenarios of the program `faults`, each a folder of what is deployed.
const FAULTS: [&str; 4] = ["damaged", "older", "manifest", "pointer"];

/// Builds the worker as it ships and the one with test hooks, and weighs what ships.
pub(super) fn wasm(context: &Context<'_>) -> Result<Outcome> {
    let workspace = context.workspace;
    build::everything(workspace, None, Flavour::TestHooks)?;
    let worker = build::everything(workspace, None, Flavour::Test)?;
    println!(
        "worker script: {} bytes gzipped of at most {SCRIPT_LIMIT_BYTES}; wasm {} bytes",
        worker.gzip_bytes, worker.wasm_bytes
    );
    Ok(Outcome::Passed)
}

/// Replays every transcript: those in `tests/transcripts`, then those in its folder `hooks` on the build with
/// test hooks.
pub(super) fn transcripts(context: &Context<'_>) -> Result<Outcome> {
    let mut replay = rust::tests_program(context, "transcripts")?;
    let ships = with_server(context, Flavour::Test, |url| {
        process::run(replay.args(["--base", url]).arg("tests/transcripts"))
    });
    let mut replay = rust::tests_program(context, "transcripts")?;
    with_server(context, Flavour::TestHooks, |url| {
        process::run(replay.args(["--base", url]).arg("tests/transcripts/hooks"))
    })?;
    ships.map(|()| Outcome::Passed)
}

/// Damaged deployments, and what is answered on each: the worker that ships, on the folders that the program
/// `faults` lays out.
pub(super) fn faults(context: &Context<'_>) -> Result<Outcome> {
    let workspace = context.workspace;
    build::everything(workspace, None, Flavour::Test)?;
    let (index, folder) = (workspace.build.join("index-test"), workspace.build.join("faults"));
    files::remove_dir(&folder)?;
    let program = |words: &[&str]| -> Result<Command> {
        let mut program = rust::tests_program(context, "faults")?;
        program.args(words).arg("--index").arg(&index).arg("--out").arg(&folder);
        Ok(program)
    };
    process::run(&mut program(&["lay-out"])?)?;
    for scenario in FAULTS {
        let assets = folder.join(scenario);
        serve(context, Flavour::Test, Some(&assets), |url, log| {
            process::run(program(&["check", scenario])?.args(["--base", url, "--log"]).arg(log))
        })?;
    }
    Ok(Outcome::Passed)
}

/// Builds, serves on a free port with an empty choice store, and ends the server whatever comes of it.
pub(super) fn with_server(
    context: &Context<'_>,
    flavour: Flavour,
    use_it: impl FnOnce(&str) -> Result<()>,
) -> Result<()> {
    serve(context, flavour, None, |url, _| use_it(url))
}

/// The same on other static files, with the server's log.
fn serve(
    context: &Context<'_>,
    flavour: Flavour,
    assets: Option<&Path>,
    use_it: impl FnOnce(&str, &Path) -> Result<()>,
) -> Result<()> {
    let workspace = context.workspace;
    build::everything(workspace, None, flavour)?;
    let environment = if flavour == Flavour::TestHooks { "test-hooks" } else { "test" };
    let state = workspace.build.join("state").join(environment);
    files::remove_dir(&state)?;
    files::make_dir(&state)?;
    let log = workspace.build.join(format!("wrangler-{environment}.log"));
    let server = Server::start(
        workspace,
        &Serve {
            port: http::free_port()?,
            environment: Some(environment),
            state,
            catalogue: None,
            assets,
            log: Some(log.clone()),
        },
    )?;
    let outcome = use_it(&server.url(), &log);
    server.end();
    outcome.with_context(|| format!("the server's log is {}", workspace.short(&log)))
}
