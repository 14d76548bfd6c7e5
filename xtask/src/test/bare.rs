//! The worker on a workerd without wrangler's proxy in front of it, by the scripts in `tests/workerd`: visitors who go away, bodies
//! without an end, foreign names, bad pointers.
//!
//! Invariant: it is the worker that ships, with no line of its own changed.

use anyhow::{Context as _, Result};
use seoga_host::process;

use super::stage::Context;
use crate::setup::node;

/// Visitors who hang up on each path: by default, and with `--long`.
const HANG_UPS: [u32; 2] = [200, 2_000];

/// Asks the built worker what no visitor who means well asks.
pub(super) fn run(context: &Context<'_>) -> Result<()> {
    let workspace = context.workspace;
    let mut command = node::command(workspace, "node");
    command.args(["--test", "--test-timeout=300000", "tests/workerd/*.test.mjs"]);
    command.env("SEOGA_WORKERD", workspace.npm_program("workerd"));
    command.env("SEOGA_WORKER", workspace.build.join("worker"));
    command.env("SEOGA_ASSETS", workspace.root.join("dist").join("test"));
    command.env("SEOGA_HANG_UPS", HANG_UPS[usize::from(context.long)].to_string());
    process::run(&mut command).context("the worker on bare workerd")
}
