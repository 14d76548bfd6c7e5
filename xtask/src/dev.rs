//! `cargo xtask dev`, and the wrangler that tests start, on a real workerd.
//!
//! Invariant: what is served is what was built, and builds that wrangler starts by itself take the same catalogue.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use seoga_host::ports;
use seoga_host::server::{Run, Server};

use crate::build;
use crate::flavour::Flavour;
use crate::setup::node;
use crate::workspace::Workspace;

/// Options of `dev` and `dev-aws`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The catalogue to index.
    #[arg(long, value_name = "DIR")]
    pub(crate) catalogue: Option<PathBuf>,
    /// The port to serve on.
    #[arg(long, value_name = "N", default_value_t = 8787)]
    pub(crate) port: u16,
}

/// Carries out `cargo xtask dev`.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    want_free(options.port, "dev")?;
    let catalogue = options.catalogue.as_deref().map(build::absolute).transpose()?;
    build::everything(workspace, catalogue.as_deref(), Flavour::Plain)?;
    let mut server = start(
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
    if !ports::is_free(port) {
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

/// Starts `wrangler dev` and waits for its first good answer.
pub(crate) fn start(workspace: &Workspace, serve: &Serve<'_>) -> Result<Server> {
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
    let run = Run::new();
    command.arg("--var").arg(format!("{}:{run}", Run::SETTING));
    let ready: &[u16] = if serve.extra.is_empty() { &[200] } else { &[200, 503] };
    Server::start(&mut command, serve.port, &run, ready, serve.log.as_deref())
}
