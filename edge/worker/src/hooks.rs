//! Hooks for tests, which make this shell panic, lose its store, keep another time, begin anew.
//!
//! Compiled with the feature `test-hooks` alone; no part of what ships. Invariant: a build that has it says
//! [`MARK`] in its bytes, by which `cargo xtask` tells it, refuses to run in production, and answers a request
//! without these headers as ever.
//!
//! | asked by | done |
//! |---|---|
//! | a GET of `/test/panic` | a panic before the first await |
//! | `x-test-panic: fetched` | a panic once files were fetched |
//! | `x-test-store: put=failed` (`get`, `put`, `list`; `failed`, `daily-limit`, `same-key`) | the store refuses in KV's words |
//! | `x-test-store: put=lost` | it does what it is asked, and the answer is lost |
//! | `x-test-store: put=slow` | it takes [`SLOW`] |
//! | `x-test-store: 20%` | that part of all operations fails, by a sequence that is the same in every isolate; half of the writes among them are done all the same, and their answer is lost |
//! | `x-test-now: 1790000000` | that is the time |
//! | `x-test-fresh: 1` | an application that has nothing open answers, as in a fresh isolate |
//!
//! Every response says in `x-test-fetched` what was read for it: files, bytes, rounds.

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use seoga_app::{App, Effect, Outcome, Request, Response};
use worker::{Delay, KvError, console_log};

use crate::platform::Platform;
use crate::{drive, store};

/// Marks a worker with hooks: `cargo xtask` looks for these bytes.
const MARK: &str = "seoga-test-hooks";

/// Says in the log that this is no build to ship; also what keeps the mark in the artefact.
pub(crate) fn announce() {
    console_log!("{{\"level\":\"warn\",\"what\":\"{MARK}: never deploy this\"}}");
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
    let fetched = FetchCount::default();
    let mut response = drive::answer(&app, request, async |effect| {
        match store.as_deref().and_then(|fault| Fault::of(fault, &effect)) {
            Some(Fault::Refused(outcome)) => return outcome,
            Some(Fault::Lost(outcome)) => {
                platform.carry_out(effect).await;
                return outcome;
            }
            Some(Fault::Slow) => Delay::from(SLOW).await,
            None => {}
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

/// Finds the application that the request asks for: this isolate's, or one that has nothing open.
fn application(app: &Rc<App>, request: &Request, platform: &Platform) -> Rc<App> {
    let fresh = request.header("x-test-fresh").is_some().then(|| drive::new_app(&platform.env));
    fresh.and_then(Result::ok).unwrap_or_else(|| Rc::clone(app))
}

/// Says what goes wrong with an operation of the store.
enum Fault {
    /// It is not done, and this is the answer.
    Refused(Outcome),
    /// It is done, and this is the answer.
    Lost(Outcome),
    /// It is done after a while.
    Slow,
}

impl Fault {
    /// Reads a header's text for an effect: `put=failed`, `20%`.
    fn of(text: &str, effect: &Effect) -> Option<Self> {
        let operation = match effect {
            Effect::Load { .. } => "get",
            Effect::Store { .. } => "put",
            Effect::List { .. } => "list",
            _ => return None,
        };
        if let Some(percent) = text.strip_suffix('%').and_then(|percent| percent.parse().ok()) {
            let drawn = draw();
            if drawn % 100 >= percent {
                return None;
            }
            let failed = failure(effect, FAILED)?;
            let lost = operation == "put" && drawn >> 32 & 1 == 1;
            return Some(if lost { Self::Lost(failed) } else { Self::Refused(failed) });
        }
        match text.split_once('=')? {
            (of, _) if of != operation => None,
            (_, "slow") => Some(Self::Slow),
            (_, "lost") => failure(effect, FAILED).map(Self::Lost),
            (_, "daily-limit") => failure(effect, "KV put() limit exceeded for the day.").map(Self::Refused),
            (_, "same-key") => failure(effect, "KV PUT failed: 429 Too Many Requests").map(Self::Refused),
            _ => failure(effect, FAILED).map(Self::Refused),
        }
    }
}

/// How long a slow store takes.
const SLOW: Duration = Duration::from_secs(3);
/// Words of KV for a fault of its own.
const FAILED: &str = "KV PUT failed: 500 Internal Server Error";

/// Makes an error as KV throws it, and sends it through the code that reads KV's words.
fn failure(effect: &Effect, words: &str) -> Option<Outcome> {
    let thrown = KvError::JavaScript(worker::js_sys::Error::new(words).into());
    Some(match effect {
        Effect::Load { .. } => Outcome::Loaded(Err(store::reason("get", &thrown))),
        Effect::Store { .. } => Outcome::Stored(Err(store::reason("put", &thrown))),
        Effect::List { .. } => Outcome::Listed(Err(store::reason("list", &thrown))),
        _ => return None,
    })
}

thread_local! {
    /// The next of chance's numbers, by xorshift (Marsaglia 2003).
    static CHANCE: Cell<u64> = const { Cell::new(0x9e37_79b9_7f4a_7c15) };
}

fn draw() -> u64 {
    let mut next = CHANCE.get();
    next ^= next << 13;
    next ^= next >> 7;
    next ^= next << 17;
    CHANCE.set(next);
    next
}

/// Counts what was read for a request.
#[derive(Default)]
struct FetchCount {
    files: Cell<usize>,
    bytes: Cell<usize>,
    rounds: Cell<usize>,
}

impl FetchCount {
    fn add(&self, files: &[Option<Vec<u8>>]) {
        let found = files.iter().flatten();
        self.files.set(self.files.get() + found.clone().count());
        self.bytes.set(self.bytes.get() + found.map(Vec::len).sum::<usize>());
        self.rounds.set(self.rounds.get() + 1);
    }
}

impl fmt::Display for FetchCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "files={} bytes={} rounds={}", self.files.get(), self.bytes.get(), self.rounds.get())
    }
}
