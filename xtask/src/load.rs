//! `cargo xtask load`: many questions at once to a real workerd on this machine, for a bounded time.
//!
//! What is served is what `dev` serves. The questions are a file's, else drawn from the catalogue as `bench` draws them.
//! Invariant: the server it starts is ended, and an answer that is no answer fails the command.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::bench::{Programs, Size, Subject};
use crate::build;
use crate::dev::{self, Serve};
use crate::flavour::Flavour;
use crate::setup::node;
use crate::workspace::Workspace;
use seoga_host::{files, ports, process};

/// Invented books where no catalogue is named.
const BOOKS: u32 = 10_000;
/// Distinct questions of a kind that are drawn.
const DRAWN: usize = 200;

/// Options of `load`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The catalogue to index; without it one of invented books is made.
    #[arg(long, value_name = "DIR")]
    catalogue: Option<PathBuf>,
    /// The questions; without them they are drawn from the catalogue.
    #[arg(long, value_name = "FILE.tsv")]
    queries: Option<PathBuf>,
    /// Seconds to ask [default: 300].
    #[arg(long, value_name = "N")]
    seconds: Option<u32>,
    /// Connections at once.
    #[arg(long, value_name = "N")]
    connections: Option<u32>,
    /// Questions a second in all; without it as many as go.
    #[arg(long, value_name = "N")]
    rate: Option<u32>,
    /// The port to serve on [default: one that is free].
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// Where the figures go [default: build/load/load.json].
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Carries out `cargo xtask load`.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let port = match options.port {
        Some(port) => port,
        None => ports::free_port()?,
    };
    dev::want_free(port, "load")?;
    let folder = workspace.build.join("load");
    let named = options.catalogue.as_deref().map(build::absolute).transpose()?;
    let (catalogue, asked) = match (named, &options.queries) {
        (Some(dir), Some(file)) => (dir, file.clone()),
        (named, file) => {
            let size = named.map_or(Size::Generated(BOOKS), Size::Real);
            let programs = Programs::compile(workspace, false)?;
            let made = Subject::make(workspace, &programs, folder.clone(), &size, [DRAWN, 0])?;
            (made.catalogue, file.clone().unwrap_or(made.questions))
        }
    };
    build::everything(workspace, Some(&catalogue), Flavour::Plain)?;
    // What is measured is what ships.
    build::worker::build(workspace, Flavour::Test)?;
    let (state, log) = (folder.join("state"), folder.join("wrangler.log"));
    files::remove_dir(&state)?;
    files::make_dir(&state)?;
    let serve = Serve {
        port,
        environment: None,
        state,
        catalogue: Some(&catalogue),
        extra: &[OsString::from("build/worker/index.js")],
        log: Some(log.clone()),
    };
    let server = dev::start(workspace, &serve)?;
    let pids: Vec<String> = server.processes("workerd").iter().map(u32::to_string).collect();
    let mut command = node::command(workspace, "node");
    command.arg(workspace.root.join("tests").join("bench").join("load.mjs"));
    command.arg("--url").arg(server.url()).arg("--queries").arg(&asked).arg("--pids").arg(pids.join(","));
    let json = options.json.clone().unwrap_or_else(|| folder.join("load.json"));
    command.arg("--json").arg(&json);
    let numbers =
        [("--seconds", options.seconds), ("--connections", options.connections), ("--rate", options.rate)];
    for (name, value) in numbers {
        if let Some(value) = value {
            command.args([name, &value.to_string()]);
        }
    }
    let outcome = process::run(&mut command);
    server.end();
    outcome.with_context(|| format!("the server's log is {}", workspace.short(&log)))?;
    println!("written: {}", workspace.short(&json));
    Ok(())
}
