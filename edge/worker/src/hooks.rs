//! What tests can make this shell do: panic, lose its store, keep another time, begin anew.
//!
//! Compiled with the feature `test-hooks` alone; no part of what ships. Invariant: a build that has it says
//! [`MARK`] in its bytes, by which `cargo xtask` tells it, refuses to run in production, and answers a request
//! without these headers as ever.
//!
//! | asked by | done |
//! |---|---|
//! | a GET of `/test/panic` | a panic before the first await |
//! | `x-test-panic: fetched` | a panic once files were fetched |
//! | `x-test-store: put=failed` (`get`, `put`, `list`; `failed`, `daily-limit`, `same-key`) | the store does so |
//! | `x-test-now: 1790000000` | that is the time |
//! | `x-test-fresh: 1` | an application that has nothing open answers, as in a fresh isolate |
//!
//! Every response says in `x-test-fetched` what was read for it: files, bytes, rounds.

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;

use seoga_app::config::setting;
use seoga_app::{App, Config, ConfigError, Effect, Outcome, Request, Response, StoreError};
use worker::console_log;

use crate::platform::Platform;

/// How `cargo xtask` tells a worker with hooks: it looks for these bytes.
const MARK: &str = "seoga-test-hooks";

/// Says in the log that this is no build to ship; also what keeps the mark in the artefact.
pub(crate) fn announce() {
    console_log!("{{\"level\":\"warn\",\"what\":\"{MARK}: never deploy this\"}}");
}

/// Keeps a build with hooks from the public.
pub(crate) fn refuse_production(config: &Config) -> Result<(), ConfigError> {
    let wanted = "`development`, as this worker was built with test hooks; a deployment takes one without";
    if config.production { Err(ConfigError { setting: setting::MODE, wanted }) } else { Ok(()) }
}

/// Answers as the request's hooks say.
pub(crate) async fn answer(app: &Rc<App>, mut request: Request, platform: &Platform) -> Response {
    assert!(request.path != "/test/panic", "forced, before the first await");
    if let Some(now) = request.header("x-test-now").and_then(|now| now.parse().ok()) {
        request.now = now;
    }
    let app = application(app, &request, platform);
    let store = request.header("x-test-store").map(str::to_owned);
    let panics = request.header("x-test-panic") == Some("fetched");
    let fetched = Fetched::default();
    let mut response = crate::answer(&app, request, async |effect| {
        if let Some(outcome) = store.as_deref().and_then(|fault| failure(fault, &effect)) {
            return outcome;
        }
        let outcome = platform.carry_out(effect).await;
        if let Outcome::Fetched(files) = &outcome {
            fetched.add(files);
            assert!(!panics, "forced, once files were fetched");
        }
        outcome
    })
    .await;
    response.set("x-test-fetched", fetched.to_string());
    response
}

/// The application that the request asks for: this isolate's, or one that has nothing open.
fn application(app: &Rc<App>, request: &Request, platform: &Platform) -> Rc<App> {
    let fresh = request.header("x-test-fresh").is_some().then(|| crate::new_app(&platform.env));
    fresh.and_then(Result::ok).unwrap_or_else(|| Rc::clone(app))
}

/// What the store answers instead, when the fault is of this effect: `put=failed`.
fn failure(fault: &str, effect: &Effect) -> Option<Outcome> {
    let (operation, error) = fault.split_once('=')?;
    let error = match error {
        "daily-limit" => StoreError::DailyLimit,
        "same-key" => StoreError::SameKey,
        _ => StoreError::Failed,
    };
    match (operation, effect) {
        ("get", Effect::Get { .. }) => Some(Outcome::Value(Err(error))),
        ("put", Effect::Put { .. }) => Some(Outcome::Stored(Err(error))),
        ("list", Effect::List { .. }) => Some(Outcome::Listed(Err(error))),
        _ => None,
    }
}

/// What was read for a request.
#[derive(Default)]
struct Fetched {
    files: Cell<usize>,
    bytes: Cell<usize>,
    rounds: Cell<usize>,
}

impl Fetched {
    fn add(&self, files: &[Option<Vec<u8>>]) {
        let found = files.iter().flatten();
        self.files.set(self.files.get() + found.clone().count());
        self.bytes.set(self.bytes.get() + found.map(Vec::len).sum::<usize>());
        self.rounds.set(self.rounds.get() + 1);
    }
}

impl fmt::Display for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "files={} bytes={} rounds={}", self.files.get(), self.bytes.get(), self.rounds.get())
    }
}
