//! `cargo xtask choices`: the operator's side of the choice store, to take records out and to erase them.
//!
//! What a choice is and when one is stored is the worker's business. Invariant: neither command loses a record that
//! it was not told to erase.

mod erase;
mod export;
mod file;
mod http;
pub(crate) mod store;
mod table;

use anyhow::Result;

use crate::options::Given;
use crate::workspace::Workspace;

/// Carries out `cargo xtask choices export`.
pub(crate) fn export(workspace: &Workspace, given: &Given) -> Result<()> {
    export::run(export::Export::from(workspace, given)?)
}

/// Carries out `cargo xtask choices erase`.
pub(crate) fn erase(workspace: &Workspace, given: &Given) -> Result<()> {
    erase::run(workspace, &erase::Erase::from(workspace, given)?)
}
