//! The stages that build the worker and replay transcripts against it, on a real workerd.
//!
//! Invariant: what ships is replayed as it ships; forced panics and store faults run on a build of their own.

use anyhow::{Context as _, Result};

use super::{Context, Outcome, rust};
use crate::build::worker::SCRIPT_LIMIT_BYTES;
use crate::dev::{Serve, Server};
use crate::options::Flavour;
use crate::{build, files, http, process};

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

/// Builds, serves on a free port with an empty choice store, and ends the server whatever comes of it.
pub(super) fn with_server(
    context: &Context<'_>,
    flavour: Flavour,
    use_it: impl FnOnce(&str) -> Result<()>,
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
            log: Some(log.clone()),
        },
    )?;
    let outcome = use_it(&server.url());
    server.end();
    outcome.with_context(|| format!("the server's log is {}", workspace.short(&log)))
}
