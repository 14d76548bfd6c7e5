//! The core in this shell: one effect after the other, done by the machine.
//!
//! Invariant: every effect gets its kind of outcome, and a panic of the core costs the request it happened in: its thread goes on
//! with a new [`App`].

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use seoga_app::{App, ConfigError, Effect, Exchange, Outcome, Request, Response};

use crate::access_log::tell;
use crate::shared::Shared;

/// The core of one thread.
#[derive(Debug)]
pub(crate) struct Shell {
    app: RefCell<Rc<App>>,
    shared: Arc<Shared>,
}

impl Shell {
    /// Makes the core by the deployment's settings.
    pub(crate) fn new(shared: Arc<Shared>) -> Result<Self, ConfigError> {
        let app = Rc::new(App::new(shared.options.config.clone())?);
        Ok(Self { app: RefCell::new(app), shared })
    }

    /// Answers a request.
    pub(crate) async fn answer(&self, request: Request) -> Response {
        let (id, now) = (request.instance.clone(), request.now);
        let app = Rc::clone(&self.app.borrow());
        let mut exchange = app.begin(request);
        let mut outcome = Outcome::Begin;
        loop {
            outcome = match next(&mut exchange, outcome) {
                Some(Effect::Respond(response)) => return response,
                Some(effect) => self.carry_out(effect, now).await,
                None => return self.broken(&id),
            };
        }
    }

    /// Answers for a core that panicked, and puts a new one in its place.
    fn broken(&self, id: &str) -> Response {
        self.shared.metrics.fault();
        let made = App::new(self.shared.options.config.clone());
        if let Ok(app) = made {
            *self.app.borrow_mut() = Rc::new(app);
        }
        seoga_app::broken(id)
    }

    /// Does what an effect says.
    async fn carry_out(&self, effect: Effect, now: u64) -> Outcome {
        let shared = &self.shared;
        match effect {
            Effect::Fetch(paths) => Outcome::Fetched(self.fetch(paths).await),
            Effect::Throttle { limiter, key } => Outcome::Allowed(shared.limiters.allows(limiter, key, now)),
            Effect::Count { key, most, seconds } => {
                Outcome::Allowed(shared.limiters.count(key, most, seconds, now))
            }
            Effect::Load { key } => Outcome::Loaded(shared.store.load(key, now).await),
            Effect::Store { key, record, expires_seconds } => {
                let stored = shared.store.store(key, record, now.saturating_add(expires_seconds)).await;
                shared.metrics.stored(stored.is_ok());
                Outcome::Stored(stored)
            }
            Effect::List { prefix, cursor, limit } => {
                Outcome::Listed(shared.store.list(prefix, cursor, limit, now).await)
            }
            Effect::Log(line) => {
                shared.metrics.fault();
                tell(&line);
                Outcome::Logged
            }
            // The one who drives the exchange sends it.
            Effect::Respond(_) => Outcome::Begin,
        }
    }

    /// Reads files of the index on a thread that may wait for the disk.
    async fn fetch(&self, paths: Vec<String>) -> Vec<Option<Vec<u8>>> {
        let folder = self.shared.folder.clone();
        let count = paths.len();
        let read = move || paths.iter().map(|path| folder.read(path)).collect::<Vec<_>>();
        tokio::task::spawn_blocking(read).await.unwrap_or_else(|_| vec![None; count])
    }
}

/// Takes the next effect; `None` when the core panicked over it.
fn next(exchange: &mut Exchange, outcome: Outcome) -> Option<Effect> {
    catch_unwind(AssertUnwindSafe(|| exchange.next(outcome))).ok()
}

/// Tells the time in seconds since 1970 UTC.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}
