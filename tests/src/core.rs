//! Asks the core without a platform around it: files in memory, no store.

use std::collections::BTreeMap;
use std::rc::Rc;

use seoga_app::{App, Config, Effect, Outcome, Request, Response, StoreError};

/// A core of a machine of one's own, with the files of an index.
pub struct Core {
    app: Rc<App>,
    files: BTreeMap<String, Vec<u8>>,
}

impl Core {
    /// Makes one with these files, by their path under the static origin.
    ///
    /// # Panics
    /// When the settings of a development machine are refused.
    #[must_use]
    pub fn new(files: BTreeMap<String, Vec<u8>>) -> Self {
        let app = App::new(Config::development()).expect("development starts with nothing set");
        Self { app: Rc::new(app), files }
    }

    /// Makes one without an index.
    #[must_use]
    pub fn empty() -> Self {
        Self::new(BTreeMap::new())
    }

    /// Answers a GET on 2026-11-21.
    pub fn get(&self, path: &str, query: &str) -> Response {
        self.answer(Request { now: 20_778 * 86_400, instance: "one".to_owned(), ..Request::get(path, query) })
    }

    /// Answers a request; the store fails, and nothing is throttled.
    pub fn answer(&self, request: Request) -> Response {
        let mut exchange = self.app.begin(request);
        let mut outcome = Outcome::Begin;
        loop {
            outcome = match exchange.next(outcome) {
                Effect::Fetch(paths) => {
                    Outcome::Fetched(paths.iter().map(|path| self.files.get(path).cloned()).collect())
                }
                Effect::Log(_) => Outcome::Logged,
                Effect::Respond(response) => return response,
                Effect::Throttle { .. } | Effect::Count { .. } => Outcome::Allowed(true),
                Effect::Load { .. } => Outcome::Loaded(Err(StoreError::Failed)),
                Effect::Store { .. } => Outcome::Stored(Err(StoreError::Failed)),
                Effect::List { .. } => Outcome::Listed(Err(StoreError::Failed)),
            };
        }
    }
}
