//! `cargo xtask load`: many questions at once to a real workerd on this machine, for a bounded time.
//!
//! What is served is what `dev` serves. The questions are a file's, else drawn from the catalogue as `bench` draws them.
//! Invariant: the server it starts is ended, and an answer that is no answer fails the command.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::bench::{Programs, Size, Subject};
use crate::dev::{self, Serve, Server};
use crate::options::{Flavour, Given};
use crate::setup::node;
use crate::workspace::Workspace;
use crate::{build, files, http, process};

/// Invented books where no catalogue is named.
const BOOKS: u32 = 10_000;
/// Distinct questions of a kind that are drawn.
const DRAWN: usize = 200;

/// Carries out `cargo xtask load`.
pub(crate) fn run(workspace: &Workspace, given: &Given) -> Result<()> {
    let port = match given.one("--port") {
        Some(text) => text.parse().with_context(|| format!("--port {text:?} is no port"))?,
        None => http::free_port()?,
    };
    dev::want_free(port, "load")?;
    let folder = workspace.build.join("load");
    let named = given.one("--catalogue").map(|dir| build::absolute(Path::new(dir))).transpose()?;
    let (catalogue, asked) = match (named, given.one("--queries")) {
        (Some(dir), Some(file)) => (dir, PathBuf::from(file)),
        (named, file) => {
            let size = named.map_or(Size::Generated(BOOKS), Size::Real);
            let programs = Programs::compile(workspace, false)?;
            let made = Subject::make(workspace, &programs, folder.clone(), &size, [DRAWN, 0])?;
            (made.catalogue, file.map_or(made.questions, PathBuf::from))
        }
    };
    build::everything(workspace, Some(&catalogue), Flavour::Plain)?;
    let (state, log) = (folder.join("state"), folder.join("wrangler.log"));
    files::remove_dir(&state)?;
    files::make_dir(&state)?;
    let serve = Serve {
        port,
        environment: None,
        state,
        catalogue: Some(&catalogue),
        extra: &[],
        log: Some(log.clone()),
    };
    let server = Server::start(workspace, &serve)?;
    let pids: Vec<String> = server.processes("workerd").iter().map(u32::to_string).collect();
    let mut command = node::command(workspace, "node");
    command.arg(workspace.root.join("tests").join("bench").join("load.mjs"));
    command.arg("--url").arg(server.url()).arg("--queries").arg(&asked).arg("--pids").arg(pids.join(","));
    let json = given.one("--json").map_or_else(|| folder.join("load.json"), PathBuf::from);
    command.arg("--json").arg(&json);
    for name in ["--seconds", "--connections", "--rate"] {
        if let Some(value) = given.one(name) {
            command.args([name, value]);
        }
    }
    let outcome = process::run(&mut command);
    server.end();
    outcome.with_context(|| format!("the server's log is {}", workspace.short(&log)))?;
    println!("written: {}", workspace.short(&json));
    Ok(())
}
