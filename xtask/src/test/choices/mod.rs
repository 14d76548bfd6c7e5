//! The stage that sends choices to real deployments: as an operator takes them out, as crowds send them while the store
//! fails, and across a deployment.
//!
//! Invariant: what is counted is what the export gives, not what was answered.

mod crowd;
mod operator;
mod session;
pub(super) mod table;
mod visitor;

use anyhow::Result;
use seoga_host::files;

use super::operator::Seoga;
use super::stage::{Context, Outcome};

/// Runs every case.
pub(super) fn run(context: &Context<'_>) -> Result<Outcome> {
    let dir = context.workspace.build.join("choices-test");
    files::remove_dir(&dir)?;
    files::make_dir(&dir)?;
    let seoga = Seoga::compile(context.workspace)?;
    operator::run(context, &seoga, &dir)?;
    session::run(context, &seoga, &dir)?;
    crowd::run(context, &seoga, &dir)?;
    files::remove_dir(&dir)?;
    Ok(Outcome::Passed)
}
