//! `cargo xtask dev-aws`: the system on a local edge (`tests/edge-aws`), as `infra/aws` has it.
//!
//! Invariant: what it serves is built as it ships; only what the template leaves to a deployment is given here.

use std::path::{Path, PathBuf};

use anyhow::Result;

use seoga_host::server::{Run, Server};

use crate::build;
use crate::build::lambda;
use crate::dev::{self, want_free};
use crate::flavour::Flavour;
use crate::setup::{crates, node};
use crate::workspace::Workspace;

/// A machine of one's own signs with the key that everybody knows.
pub(crate) const DEVELOPMENT: &str = "SEOGA_MODE=development";

/// The variable that tells the local edge and its tests which program keeps their tables.
pub(crate) const TABLES: &str = "SEOGA_TABLES";

/// Settings of a local edge.
#[derive(Debug)]
pub(crate) struct Local<'a> {
    pub(crate) port: u16,
    pub(crate) flavour: Flavour,
    pub(crate) catalogue: Option<&'a Path>,
    /// Settings `NAME=VALUE` that the functions get as origin custom headers, beside the template's.
    pub(crate) settings: &'a [&'a str],
    /// Parameters `NAME=VALUE` of the template.
    pub(crate) parameters: &'a [&'a str],
    /// The port of the tables; `None` for any that is free.
    pub(crate) tables_port: Option<u16>,
    /// The statuses by which it counts as ready.
    pub(crate) ready: &'a [u16],
    /// Where the server's output goes; `None` for our stderr.
    pub(crate) log: Option<PathBuf>,
}

impl<'a> Local<'a> {
    /// The service with a developer's settings, on a port.
    pub(crate) fn development(port: u16, catalogue: Option<&'a Path>) -> Self {
        Self {
            port,
            flavour: Flavour::Plain,
            catalogue,
            settings: &[DEVELOPMENT],
            parameters: &[],
            tables_port: None,
            ready: &[200],
            log: None,
        }
    }
}

/// Carries out `cargo xtask dev-aws`.
pub(crate) fn run(workspace: &Workspace, options: &dev::Options) -> Result<()> {
    want_free(options.port, "dev-aws")?;
    let catalogue = options.catalogue.as_deref().map(build::absolute).transpose()?;
    start(workspace, &Local::development(options.port, catalogue.as_deref()))?.serve()
}

/// Builds the functions and the static files and serves them; waits for the first good answer.
pub(crate) fn start(workspace: &Workspace, local: &Local<'_>) -> Result<Server> {
    let functions = lambda::build(workspace)?;
    let bucket = build::static_files(workspace, local.catalogue, local.flavour)?;
    let infra = workspace.root.join("infra").join("aws");
    let mut command = node::command(workspace, "node");
    command.env(TABLES, crates::ensure(workspace, &crates::DYNOXIDE)?);
    command.arg("tests/edge-aws/main.mjs").args(["--port", &local.port.to_string()]);
    command.arg("--template").arg(infra.join("edge.yaml")).arg("--tables").arg(infra.join("data.yaml"));
    command.arg("--bucket").arg(bucket).arg("--functions").arg(functions);
    if let Some(port) = local.tables_port {
        command.args(["--tables-port", &port.to_string()]);
    }
    for setting in local.settings {
        command.args(["--setting", setting]);
    }
    for parameter in local.parameters {
        command.args(["--parameter", parameter]);
    }
    let run = Run::new();
    command.arg("--setting").arg(format!("{}={run}", Run::SETTING));
    Server::start(&mut command, local.port, &run, local.ready, local.log.as_deref())
}
