//! Starts each server that wrk asks: `seoga serve`, the worker on workerd, the peers. Each is waited for and ended.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use seoga_host::server::{Run, Server};
use seoga_host::{files, ports};

use super::super::{Programs, Subject};
use crate::flavour::Flavour;
use crate::setup::node;
use crate::workspace::Workspace;
use crate::{build, compare};

/// Engines of the peer, as `tests/peer` names them.
pub(super) const ENGINES: [&str; 3] = ["sqlite", "tantivy-all-words", "tantivy-application"];

/// A running server.
#[derive(Debug)]
pub(super) struct Host {
    server: Server,
    /// The process that answers.
    pub(super) pid: u32,
}

impl Host {
    /// Gives its address; wrk is to look no name up.
    pub(super) fn url(&self) -> String {
        self.server.url().replace("localhost", "127.0.0.1")
    }

    /// Ends it.
    pub(super) fn end(self) {
        self.server.end();
    }
}

/// Starts `seoga serve`.
pub(super) fn serve(workspace: &Workspace, seoga: &Path, index: &Path) -> Result<Host> {
    let server = compare::serve(workspace, seoga, index)?;
    Ok(Host { pid: server.id(), server })
}

/// Starts an engine of the peer.
pub(super) fn peer(
    workspace: &Workspace,
    programs: &Programs,
    subject: &Subject,
    engine: &str,
    threads: &str,
) -> Result<Host> {
    let (program, index) =
        programs.peer.as_ref().zip(subject.peer.as_ref()).context("the peer was not compiled")?;
    let (port, run) = (ports::free_port()?, Run::new());
    let mut command = Command::new(program);
    command.args([
        "serve",
        "--engine",
        engine,
        "--threads",
        threads,
        "--listen",
        &format!("127.0.0.1:{port}"),
    ]);
    command.arg("--documents").arg(&subject.documents).arg("--index").arg(index);
    command.env(Run::SETTING, run.to_string());
    let log = workspace.build.join("bench").join("server-peer.log");
    let server = Server::start(&mut command, port, &run, &[200], Some(&log))?;
    Ok(Host { pid: server.id(), server })
}

/// Builds the worker and starts it on a workerd without wrangler's proxy.
pub(super) fn workerd(workspace: &Workspace, catalogue: &Path) -> Result<Host> {
    build::everything(workspace, Some(catalogue), Flavour::Test)?;
    let (port, run) = (ports::free_port()?, Run::new());
    let pid = workspace.build.join("bench").join("server-workerd.pid");
    let mut command = node::command(workspace, "node");
    command.env("SEOGA_WORKERD", workspace.npm_program("workerd"));
    command.env("SEOGA_WORKER", workspace.build.join("worker"));
    command.env("SEOGA_ASSETS", workspace.root.join("dist").join("test"));
    command.env(Run::SETTING, run.to_string());
    command.arg("tests/bench/workerd.mjs").args(["--port", &port.to_string()]).arg("--pid").arg(&pid);
    files::remove_file(&pid)?;
    let log = workspace.build.join("bench").join("server-workerd.log");
    let server = Server::start(&mut command, port, &run, &[200], Some(&log))?;
    // It is written when the script had its first good answer, which may be a moment after ours.
    let mut tries = 0;
    while !pid.is_file() && tries < 100 {
        std::thread::sleep(std::time::Duration::from_millis(100));
        tries += 1;
    }
    let number = files::read_text(&pid)
        .and_then(|text| text.trim().parse().context("the number of workerd's process"));
    match number {
        Ok(pid) => Ok(Host { pid, server }),
        Err(error) => {
            server.end();
            Err(error)
        }
    }
}

/// Counts the bytes of an index that has one generation.
pub(super) fn bytes(index: &Path) -> Result<u64> {
    let sizes = files::list(index)?.into_iter().map(|file| {
        let size = file.metadata().map(|metadata| metadata.len());
        size.with_context(|| file.display().to_string())
    });
    sizes.sum()
}
