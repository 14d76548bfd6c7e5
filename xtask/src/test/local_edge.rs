//! The local edge of AWS, served for stages.

use anyhow::{Context as _, Result};
use seoga_host::ports;

use super::stage::Context;
use crate::dev_aws::{self, Local};
use crate::flavour::Flavour;

/// The origin that `cors.http` comes from, as `wrangler.toml` has it for tests.
const CORS: &str = "CorsOrigins=https://front.example";

/// Serves on a free port with an empty table, and ends the server whatever comes of it.
pub(super) fn with_local(
    context: &Context<'_>,
    settings: &[&str],
    ready: &[u16],
    tables_port: Option<u16>,
    use_it: &mut dyn FnMut(&str) -> Result<()>,
) -> Result<()> {
    let log = context.workspace.build.join("edge-aws.log");
    let server = dev_aws::start(
        context.workspace,
        &Local {
            port: ports::free_port()?,
            flavour: Flavour::Test,
            catalogue: None,
            settings,
            parameters: &[CORS],
            tables_port,
            ready,
            log: Some(log.clone()),
        },
    )?;
    let outcome = use_it(&server.url());
    server.end();
    outcome.with_context(|| format!("the local edge's log is {}", context.workspace.short(&log)))
}
