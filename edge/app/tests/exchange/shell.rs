//! A shell in memory: files, a choice store and limiters, each of which can be made to fail.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use seoga_app::{App, Config, Effect, Exchange, Limiter, Listed, Outcome, Request, Response, StoreError};
use serde_json::Value;

use crate::shelf::{Files, Shelf};

/// 2026-11-21 00:00:00 UTC.
pub(crate) const NOW: u64 = 20_778 * 86_400;
pub(crate) const DAY: u64 = 86_400;
pub(crate) const BASE: &str = "https://books.example";

/// A stored record, and its seconds to live.
pub(crate) type Stored = (String, u64);

/// Bytes of the longest record that a listing of this shell has; a longer one is loaded by its key.
pub(crate) const LISTED_BYTES: usize = 512;

/// An isolate and what surrounds it.
pub(crate) struct Shell {
    pub(crate) app: Rc<App>,
    pub(crate) files: RefCell<Files>,
    pub(crate) store: RefCell<BTreeMap<String, Stored>>,
    /// The answers of the next writes, first come first served.
    pub(crate) write_errors: RefCell<Vec<StoreError>>,
    pub(crate) reads_fail: Cell<bool>,
    /// Records read by their keys.
    pub(crate) loaded: Cell<usize>,
    /// Limiters that let nothing pass.
    pub(crate) shut: RefCell<Vec<Limiter>>,
    pub(crate) throttled: RefCell<Vec<(Limiter, String)>>,
    /// Uses of each key that is counted, and the seconds they were last counted for.
    pub(crate) counted: RefCell<BTreeMap<String, (u32, u32)>>,
    /// The address that requests come from.
    pub(crate) sender: RefCell<String>,
    pub(crate) log: RefCell<Vec<String>>,
    pub(crate) fetched: RefCell<Vec<String>>,
    pub(crate) now: Cell<u64>,
}

impl Shell {
    pub(crate) fn new() -> Self {
        Self::of(&Shelf::new())
    }

    pub(crate) fn of(shelf: &Shelf) -> Self {
        Self::with(shelf, Config::development())
    }

    pub(crate) fn with(shelf: &Shelf, config: Config) -> Self {
        Self {
            app: Rc::new(App::new(config).unwrap()),
            files: RefCell::new(shelf.files.clone()),
            store: RefCell::default(),
            write_errors: RefCell::default(),
            reads_fail: Cell::new(false),
            loaded: Cell::new(0),
            shut: RefCell::default(),
            throttled: RefCell::default(),
            counted: RefCell::default(),
            sender: RefCell::default(),
            log: RefCell::default(),
            fetched: RefCell::default(),
            now: Cell::new(NOW),
        }
    }

    /// A request as a visitor's, at this shell's time.
    pub(crate) fn request(&self, method: &str, target: &str) -> Request {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Request {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            now: self.now.get(),
            asked_base: BASE.to_owned(),
            instance: "req-1".to_owned(),
            location: "ICN".to_owned(),
            sender: self.sender.borrow().clone(),
            ..Request::default()
        }
    }

    pub(crate) fn get(&self, target: &str) -> Response {
        self.answer(self.request("GET", target))
    }

    pub(crate) fn get_with(&self, target: &str, headers: &[(&str, &str)]) -> Response {
        self.answer(with_headers(self.request("GET", target), headers))
    }

    pub(crate) fn post(&self, path: &str, body: &str) -> Response {
        self.post_with(path, body, &[("content-type", "application/json")])
    }

    pub(crate) fn post_with(&self, path: &str, body: &str, headers: &[(&str, &str)]) -> Response {
        let request = Request { body: body.as_bytes().to_vec(), ..self.request("POST", path) };
        self.answer(with_headers(request, headers))
    }

    /// Drives one request to its response.
    pub(crate) fn answer(&self, request: Request) -> Response {
        let mut exchange = self.app.begin(request);
        let mut outcome = Outcome::Begin;
        for _ in 0..1000 {
            match self.turn(&mut exchange, outcome) {
                Ok(response) => return response,
                Err(next) => outcome = next,
            }
        }
        panic!("the exchange does not end");
    }

    /// One effect, done.
    pub(crate) fn turn(&self, exchange: &mut Exchange, outcome: Outcome) -> Result<Response, Outcome> {
        Err(match exchange.next(outcome) {
            Effect::Fetch(paths) => {
                let files = self.files.borrow();
                self.fetched.borrow_mut().extend(paths.iter().cloned());
                Outcome::Fetched(paths.iter().map(|path| files.get(path).cloned()).collect())
            }
            Effect::Throttle { limiter, key } => {
                self.throttled.borrow_mut().push((limiter, key));
                Outcome::Allowed(!self.shut.borrow().contains(&limiter))
            }
            Effect::Count { key, most, seconds } => {
                let mut counted = self.counted.borrow_mut();
                let uses = counted.entry(key).or_default();
                *uses = (uses.0 + 1, seconds);
                Outcome::Allowed(uses.0 <= most)
            }
            Effect::Load { .. } if self.reads_fail.get() => Outcome::Loaded(Err(StoreError::Failed)),
            Effect::Load { key } => {
                self.loaded.set(self.loaded.get() + 1);
                Outcome::Loaded(Ok(self.store.borrow().get(&key).map(|(record, _)| record.clone())))
            }
            Effect::Store { key, record, expires_seconds } => {
                let mut errors = self.write_errors.borrow_mut();
                if errors.is_empty() {
                    self.store.borrow_mut().insert(key, (record, expires_seconds));
                    Outcome::Stored(Ok(()))
                } else {
                    Outcome::Stored(Err(errors.remove(0)))
                }
            }
            Effect::List { prefix, cursor, limit } => {
                let store = self.store.borrow();
                let keys = store.iter().filter(|(key, _)| key.starts_with(&prefix));
                let after = keys.filter(|(key, _)| cursor.as_ref().is_none_or(|cursor| *key > cursor));
                let listed = |record: &String| Some(record.clone()).filter(|r| r.len() <= LISTED_BYTES);
                let mut keys: Vec<_> =
                    after.map(|(key, (record, _))| (key.clone(), listed(record))).collect();
                let more = keys.len() > limit as usize;
                keys.truncate(limit as usize);
                let cursor = keys.last().filter(|_| more).map(|(key, _)| key.clone());
                Outcome::Listed(Ok(Listed { keys, cursor }))
            }
            Effect::Log(line) => {
                self.log.borrow_mut().push(line);
                Outcome::Logged
            }
            Effect::Respond(response) => return Ok(response),
        })
    }

    /// The log's lines since the last look, as JSON.
    pub(crate) fn log_lines(&self) -> Vec<Value> {
        self.log.borrow_mut().drain(..).map(|line| serde_json::from_str(&line).unwrap()).collect()
    }

    /// Flips one bit of a file, or puts it right again.
    pub(crate) fn flip(&self, path: &str) {
        let mut files = self.files.borrow_mut();
        let file = files.get_mut(path).unwrap();
        let middle = file.len() / 2;
        file[middle] ^= 4;
    }
}

pub(crate) fn with_headers(mut request: Request, headers: &[(&str, &str)]) -> Request {
    request.headers.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    request
}

/// The JSON of a response.
pub(crate) fn json(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap_or_else(|error| panic!("{error}: {}", text(response)))
}

/// The text of a response.
pub(crate) fn text(response: &Response) -> String {
    String::from_utf8(response.body.clone()).unwrap()
}

/// The ISBNs of an answer, in order.
pub(crate) fn isbns(answer: &Value) -> Vec<&str> {
    answer["results"].as_array().unwrap().iter().map(|book| book["isbn13"].as_str().unwrap()).collect()
}
