//! `cargo xtask dev`, and the servers that tests start: wrangler on a real workerd, and any other (`aws`).
//!
//! Invariant: a [`Server`] that was handed out answers, and nothing of it runs after [`Server::end`].

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::options::{Flavour, Options};
use crate::process::{self, Group};
use crate::setup::node;
use crate::workspace::Workspace;
use crate::{build, http};

/// How long the server may take from its start to its first answer.
const START_LIMIT: Duration = Duration::from_secs(120);
/// The path that a server answers with 200 once an index opens.
const STATUS: &str = "/api/status";

/// Carries out `cargo xtask dev`.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    want_free(options.port, "dev")?;
    let catalogue = options.catalogue.as_deref().map(build::absolute).transpose()?;
    build::everything(workspace, catalogue.as_deref(), Flavour::Plain)?;
    let mut server = Server::start(
        workspace,
        &Serve {
            port: options.port,
            environment: None,
            state: workspace.root.join(".wrangler").join("state"),
            catalogue: catalogue.as_deref(),
            extra: &[],
            log: None,
        },
    )?;
    server.serve()
}

/// Says which port to take instead of one that is taken.
pub(crate) fn want_free(port: u16, command: &str) -> Result<()> {
    if !http::is_free(port) {
        bail!("port {port} is taken; run: cargo xtask {command} --port {}", port.wrapping_add(1));
    }
    Ok(())
}

/// Settings of a server.
#[derive(Debug)]
pub(crate) struct Serve<'a> {
    pub(crate) port: u16,
    /// wrangler's environment; `None` for development.
    pub(crate) environment: Option<&'static str>,
    /// Where the local KV keeps what is stored.
    pub(crate) state: PathBuf,
    /// The catalogue of later rebuilds; `None` for the sample.
    pub(crate) catalogue: Option<&'a Path>,
    /// More arguments for wrangler: other static files, other variables. Such a deployment may be broken on purpose,
    /// so that the server counts as ready also when it says that it is unavailable.
    pub(crate) extra: &'a [OsString],
    /// Where the server's output goes; `None` for our stderr.
    pub(crate) log: Option<PathBuf>,
}

/// A running server: `wrangler dev`, or the local edge of `aws`.
#[derive(Debug)]
pub(crate) struct Server {
    group: Group,
    port: u16,
}

impl Server {
    /// Starts it and waits for its first good answer.
    pub(crate) fn start(workspace: &Workspace, serve: &Serve<'_>) -> Result<Self> {
        let mut command = node::command(workspace, "wrangler");
        command.args(["dev", "--port", &serve.port.to_string(), "--inspector-port", "0"]);
        command.arg("--show-interactive-dev-session=false").arg("--persist-to").arg(&serve.state);
        if let Some(environment) = serve.environment {
            command.args(["--env", environment]);
        }
        command.args(serve.extra);
        command
            .env("CARGO_TARGET_DIR", &workspace.target)
            // Neither is of use on a machine of one's own, and both want the network.
            .env("CLOUDFLARE_CF_FETCH_ENABLED", "false")
            .env("WRANGLER_SEND_METRICS", "false");
        match serve.catalogue {
            Some(dir) => command.env(build::CATALOGUE, dir),
            None => command.env_remove(build::CATALOGUE),
        };
        let ready: &[u16] = if serve.extra.is_empty() { &[200] } else { &[200, 503] };
        Self::spawn(workspace, &mut command, serve.port, ready, serve.log.as_deref())
    }

    /// Starts any program that serves on a port and waits until it answers with one of these statuses. Its output goes to
    /// `log`, else to our stderr.
    pub(crate) fn spawn(
        workspace: &Workspace,
        command: &mut Command,
        port: u16,
        ready: &[u16],
        log: Option<&Path>,
    ) -> Result<Self> {
        match log {
            Some(file) => {
                let log =
                    std::fs::File::create(file).with_context(|| format!("making {}", file.display()))?;
                let both = log.try_clone().context("writing the server's log")?;
                command.stdout(log).stderr(both);
            }
            None => {
                command.stdout(std::io::stderr());
            }
        }
        let mut server = Self { group: Group::start(command)?, port };
        match server.wait_until_ready(ready) {
            Ok(()) => Ok(server),
            Err(error) => {
                server.end();
                Err(match log {
                    Some(file) => error.context(format!("see {}", workspace.short(file))),
                    None => error,
                })
            }
        }
    }

    fn wait_until_ready(&mut self, ready: &[u16]) -> Result<()> {
        let deadline = Instant::now() + START_LIMIT;
        loop {
            if let Some(status) = self.group.ended()? {
                bail!("the server ended before it answered ({status})");
            }
            let last = match http::get(self.port, STATUS) {
                Ok(answer) if ready.contains(&answer.status) => return Ok(()),
                Ok(answer) => format!("it answered {} {}", answer.status, answer.body),
                Err(error) => format!("{error:#}"),
            };
            if Instant::now() >= deadline {
                bail!("no good answer to GET {STATUS} within {} s: {last}", START_LIMIT.as_secs());
            }
            std::thread::sleep(Duration::from_millis(150));
        }
    }

    /// Says where it answers, and stays until a signal ends everything.
    pub(crate) fn serve(&mut self) -> Result<()> {
        process::serving();
        println!("{}", self.url());
        loop {
            if let Some(status) = self.group.ended()? {
                bail!("the server ended by itself ({status})");
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Where it answers.
    pub(crate) fn url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// The numbers of the processes of a name that it started; none where the system does not tell.
    pub(crate) fn processes(&self, name: &str) -> Vec<u32> {
        self.group.processes(name)
    }

    /// Ends it with everything it started.
    pub(crate) fn end(self) {
        self.group.end();
    }
}
