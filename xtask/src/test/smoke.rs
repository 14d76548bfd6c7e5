//! The stage that runs `cargo xtask smoke`'s checks against the worker that ships, on a real workerd.

use anyhow::Result;

use super::{Context, Outcome, served};
use crate::options::Flavour;
use crate::smoke;

/// Serves, and asks. About ten seconds when the worker is built.
pub(super) fn run(context: &Context<'_>) -> Result<Outcome> {
    served::with_server(context, Flavour::Test, smoke::check)?;
    Ok(Outcome::Passed)
}
