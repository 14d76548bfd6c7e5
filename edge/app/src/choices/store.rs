//! The choice store, as the core sees it: a record under a key until a day. How a platform keeps it is the shell's.
//!
//! Invariant: no failure of the store passes for an answer of it, and the log learns of each.

use crate::choices::record::Record;
use crate::context::Context;
use crate::effect::{Effect, Listed, Outcome, StoreError};
use crate::generation::Fault;
use crate::http::problem::{Problem, ProblemKind};
use crate::limits;
use seoga_text::day::{self, DAY_SECONDS};

/// The beginning of the keys of all choices.
pub(crate) const PREFIX: &str = "choice/";

/// Tells whether a record is stored under a key.
pub(crate) async fn exists(context: &Context, key: &str) -> Result<bool, Problem> {
    match context.port.ask(Effect::Load { key: key.to_owned() }).await {
        Outcome::Loaded(Ok(record)) => Ok(record.is_some()),
        Outcome::Loaded(Err(error)) => Err(problem(context, error)),
        _ => Err(problem(context, StoreError::Failed)),
    }
}

/// Stores a record for as many days as the configuration says; tells whether this write is the one that stored it.
pub(crate) async fn store(context: &Context, key: String, record: &Record) -> Result<bool, Problem> {
    let record = serde_json::to_string(record).unwrap_or_default();
    let expires_seconds = u64::from(context.app.config.choice_days) * DAY_SECONDS;
    match context.port.ask(Effect::Store { key, record, expires_seconds }).await {
        Outcome::Stored(Ok(())) => Ok(true),
        Outcome::Stored(Err(StoreError::SameKey)) => Ok(false),
        Outcome::Stored(Err(error)) => Err(problem(context, error)),
        _ => Err(problem(context, StoreError::Failed)),
    }
}

/// Lists keys of the choices the day of whose question begins with a text, `limit` at most, from a cursor on.
pub(crate) async fn list(
    context: &Context,
    days: &str,
    cursor: Option<String>,
    limit: u32,
) -> Result<Listed, Problem> {
    let effect = Effect::List { prefix: format!("{PREFIX}{days}"), cursor, limit };
    match context.port.ask(effect).await {
        Outcome::Listed(Ok(listed)) => Ok(listed),
        Outcome::Listed(Err(error)) => Err(problem(context, error)),
        _ => Err(problem(context, StoreError::Failed)),
    }
}

/// Reads the record of a key that was listed, `listed` being what the listing has of it. `None` for one that has just
/// expired, and for one that does not read, which the log is told.
pub(crate) async fn read(
    context: &Context,
    key: &str,
    listed: Option<&str>,
) -> Result<Option<Record>, Problem> {
    let loaded;
    let text = if listed.is_some() {
        listed
    } else {
        loaded = match context.port.ask(Effect::Load { key: key.to_owned() }).await {
            Outcome::Loaded(Ok(record)) => record,
            Outcome::Loaded(Err(error)) => return Err(problem(context, error)),
            _ => return Err(problem(context, StoreError::Failed)),
        };
        loaded.as_deref()
    };
    let record = text.map(serde_json::from_str);
    if let Some(Err(error)) = &record {
        note(context, format!("{key} does not read: {error}"));
    }
    Ok(record.and_then(Result::ok))
}

/// Makes a problem of what the store did not do, and notes a failure for the log.
fn problem(context: &Context, error: StoreError) -> Problem {
    let (what, seconds) = match error {
        // The visitor's doing: no fault of the store.
        StoreError::Throttled => return Problem::later(ProblemKind::Throttled, limits::THROTTLE_SECONDS),
        StoreError::DailyLimit => ("the day's writes are used up", day::until_midnight(context.request.now)),
        StoreError::SameKey => ("the key was written a moment ago", 1),
        StoreError::Failed => ("failed", limits::STORE_RETRY_SECONDS),
    };
    note(context, what.to_owned());
    Problem::later(ProblemKind::Store, seconds)
}

/// Notes a fault of the store for the log.
fn note(context: &Context, what: String) {
    context.faults.borrow_mut().push(Fault { file: "choice store".to_owned(), generation: None, what });
}
