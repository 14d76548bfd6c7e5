//! Facts that stages are given, and the verdict that they give.

use std::cell::RefCell;

use seoga_host::server::Server;

use crate::workspace::Workspace;

/// Verdict on a stage when it found nothing wrong.
pub(super) enum Outcome {
    /// It ran.
    Passed,
    /// It could not run, and why.
    NotRun(String),
}

/// Facts that stages know, and what they share.
pub(super) struct Context<'a> {
    pub(super) workspace: &'a Workspace,
    /// Whether crowds, kills and fuzzing are large.
    pub(super) long: bool,
    pub(super) fuzz_seconds: u32,
    /// Whether the stage `counts` writes what it counted as what it compares with from now on.
    pub(super) bless: bool,
    /// The server that some stages ask one after the other.
    pub(super) shared: RefCell<Option<Server>>,
}

impl Context<'_> {
    /// Ends the server that some stages shared, if it was started.
    pub(super) fn end_shared(&self) {
        if let Some(server) = self.shared.take() {
            server.end();
        }
    }
}
