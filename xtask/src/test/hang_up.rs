//! Visitors who go away, on a workerd without wrangler's proxy in front of it, by the script in `tests/workerd`.
//!
//! Invariant: it is the worker that ships, with no line of its own changed.

use anyhow::{Context as _, Result};
use seoga_host::process;

use super::stage::Context;
use crate::setup::node;

/// Visitors who hang up on each path: by default, and with `--long`.
const HANG_UPS: [u32; 2] = [200, 2_000];

/// Hangs up on every kind of request of the built worker and counts the handles and bytes that are left.
pub(super) fn run(context: &Context<'_>) -> Result<()> {
    let workspace = context.workspace;
    let mut command = node::command(workspace, "node");
    command.args(["--test", "--test-timeout=300000", "tests/workerd/hang-up.test.mjs"]);
    command.env("SEOGA_WORKERD", workspace.npm_program("workerd"));
    command.env("SEOGA_WORKER", workspace.build.join("worker"));
    command.env("SEOGA_ASSETS", workspace.root.join("dist").join("test"));
    command.env("SEOGA_HANG_UPS", HANG_UPS[usize::from(context.long)].to_string());
    process::run(&mut command).context("visitors who hang up")
}
