//! `cargo xtask load`: many questions at once to the worker that ships, on a workerd of its own on this machine, for a bounded
//! time, while some visitors go away before they are answered.
//!
//! No wrangler stands between: its proxy reads every answer to its end and keeps memory of its own. The questions are a
//! file's, else drawn from the catalogue as `bench` draws them. Invariant: the server that is started is ended, and an answer
//! that is no answer or a handle that stays alive fails the command.

use std::path::PathBuf;

use anyhow::Result;

use crate::bench::{Programs, Size, Subject};
use crate::build;
use crate::flavour::Flavour;
use crate::setup::node;
use crate::workspace::Workspace;
use seoga_host::{files, process};

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
    /// Questions a second that are waited for; without it as many as go.
    #[arg(long, value_name = "N")]
    rate: Option<u32>,
    /// Requests of a hundred that are broken off before they are answered [default: 10].
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u32).range(0..=90))]
    hang_up: Option<u32>,
    /// Where the figures go [default: build/load/load.json].
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Carries out `cargo xtask load`.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
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
    // What is measured is what ships.
    build::everything(workspace, Some(&catalogue), Flavour::Test)?;
    files::make_dir(&folder)?;
    let mut command = node::command(workspace, "node");
    command.env("SEOGA_WORKERD", workspace.npm_program("workerd"));
    command.env("SEOGA_WORKER", workspace.build.join("worker"));
    command.env("SEOGA_ASSETS", workspace.root.join("dist").join("test"));
    command.arg("tests/bench/load.mjs").arg("--queries").arg(&asked);
    let json = options.json.clone().unwrap_or_else(|| folder.join("load.json"));
    command.arg("--json").arg(&json);
    let numbers = [
        ("--seconds", options.seconds),
        ("--connections", options.connections),
        ("--rate", options.rate),
        ("--hang-up", options.hang_up),
    ];
    for (name, value) in numbers {
        if let Some(value) = value {
            command.args([name, &value.to_string()]);
        }
    }
    process::run(&mut command)?;
    println!("written: {}", workspace.short(&json));
    Ok(())
}
