//! The stage of `seoga serve`: every transcript on it and on workerd side by side, questions of both, and the damaged deployments.
//!
//! Invariant: an answer that differs from workerd's is named in `tests/transcripts/server/differs`, or fails the stage.

use std::path::Path;
use std::process::Command;

use anyhow::Result;
use seoga_host::server::{Run, Server};
use seoga_host::{files, ports, process};

use super::operator::Seoga;
use super::rust;
use super::served::{self, FAULTS};
use super::stage::{Context, Outcome};
use crate::build;
use crate::compare;
use crate::flavour::Flavour;

/// Settings as `wrangler.toml` has them for tests.
const SETTINGS: [(&str, &str); 2] =
    [("SEOGA_MODE", "development"), ("SEOGA_CORS_ORIGINS", "https://front.example")];

/// Runs it all.
pub(super) fn run(context: &Context<'_>) -> Result<Outcome> {
    let workspace = context.workspace;
    let seoga = Seoga::compile(workspace)?;
    build::everything(workspace, None, Flavour::Test)?;
    let index = workspace.build.join("index-test");
    served::with_server(context, Flavour::Test, |beside| {
        with_serve(context, &seoga, &index, &[200], |base, _| {
            let differs = ["--differs", "tests/transcripts/server/differs"];
            let folders = ["tests/transcripts", "tests/transcripts/server"];
            let bases = ["--base", base, "--beside", beside];
            rust::replay(context, &[&differs[..], &folders, &bases].concat())?;
            let (questions, every) = compare::questions(workspace, &index, context.long)?;
            compare::alike(seoga.program(), [base, beside], &[questions], every)
        })
    })?;
    // On one of its own: the transcripts use up what the limiters let pass.
    with_serve(context, &seoga, &index, &[200], |base, _| {
        process::run(&mut seoga.command(["smoke", "--base", base]))
    })?;
    let folder = served::lay_out_faults(context)?;
    for scenario in FAULTS {
        with_serve(context, &seoga, &folder.join(scenario), &[200, 503], |base, log| {
            process::run(
                served::faults_program(context, &folder, &["check", scenario])?
                    .args(["--base", base, "--log"])
                    .arg(log),
            )
        })?;
    }
    Ok(Outcome::Passed)
}

/// Serves a folder on a free port with an empty store, and ends the server whatever comes of it.
fn with_serve(
    context: &Context<'_>,
    seoga: &Seoga,
    folder: &Path,
    ready: &[u16],
    use_it: impl FnOnce(&str, &Path) -> Result<()>,
) -> Result<()> {
    let (state, log) =
        (context.workspace.build.join("state").join("serve"), context.workspace.build.join("serve.log"));
    files::remove_dir(&state)?;
    let (port, run) = (ports::free_port()?, Run::new());
    let mut command: Command = seoga.command(["serve"]);
    command.arg(folder).arg("--state").arg(&state).args(["--listen", &format!("127.0.0.1:{port}")]);
    command.envs(SETTINGS).env(Run::SETTING, run.to_string());
    let server = Server::start(&mut command, port, &run, ready, Some(&log))?;
    let outcome = use_it(&server.url(), &log);
    server.end();
    outcome.map_err(|error| error.context(format!("the server's log is {}", context.workspace.short(&log))))
}
