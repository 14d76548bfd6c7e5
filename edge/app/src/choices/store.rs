//! The choice store, as the shell keeps it: its keys, and what becomes of its failures.
//!
//! Invariant: no failure of the store passes for an answer of it.

use crate::calendar;
use crate::context::Context;
use crate::effect::{Effect, Outcome, StoreError};
use crate::generation::Fault;
use crate::http::problem::{Problem, ProblemKind};
use crate::limits;

/// The beginning of the keys of all choices.
pub(crate) const PREFIX: &str = "choice/";

/// Tells whether a record is stored under a key.
pub(crate) async fn exists(context: &Context, key: &str) -> Result<bool, Problem> {
    match context.port.ask(Effect::Get { key: key.to_owned() }).await {
        Outcome::Value(Ok(value)) => Ok(value.is_some()),
        Outcome::Value(Err(error)) => Err(problem(context, error)),
        _ => Err(problem(context, StoreError::Failed)),
    }
}

/// Makes a problem of a store's failure; the log learns what it was.
pub(crate) fn problem(context: &Context, error: StoreError) -> Problem {
    let (what, seconds) = match error {
        StoreError::DailyLimit => {
            ("the day's writes are used up", calendar::until_midnight(context.request.now))
        }
        StoreError::SameKey => ("the key was written a moment ago", 1),
        StoreError::Failed => ("failed", limits::STORE_RETRY_SECONDS),
    };
    let fault = Fault { file: "choice store".to_owned(), generation: None, what: what.to_owned() };
    context.faults.borrow_mut().push(fault);
    Problem::later(ProblemKind::Store, seconds)
}
