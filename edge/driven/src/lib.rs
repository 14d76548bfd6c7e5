//! An exchange of the core that JavaScript drives, one effect after the other: what the shells share that are WASM in JavaScript's hands.
//!
//! Reading files, storing and a platform's own shapes are JavaScript's; no rule of the product is here or there. What such a
//! platform does not have is answered here: its store is written by one conditional transaction and never read, so that it is the write
//! itself that finds a choice that is stored already, and a visitor's limit reached.
//!
//! Invariant: between two calls an [`Exchange`] is pending for files, for a put, or for nothing; a call that does not fit
//! counts as a failure of what it is pending for. A panic traps, and JavaScript takes a new instance.

use std::rc::Rc;

use seoga_app::{App, Config, ConfigError, Effect, Outcome, Request, Response, StoreError};
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn log(line: &str);
}

/// Carries what JavaScript says of a request; its body comes beside it.
#[derive(Deserialize)]
struct IncomingRequest {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body_too_large: bool,
    now: u64,
    base: String,
    instance: String,
    location: String,
}

/// The application of one instance, or why a deployment must not start with its settings.
#[derive(Debug)]
pub struct Application(Result<Rc<App>, ConfigError>);

impl Application {
    /// Takes the settings, or why they are none, and has a panic logged. An application that must not start with them says so
    /// to whoever asks.
    #[must_use]
    pub fn new(config: Result<Config, ConfigError>) -> Self {
        std::panic::set_hook(Box::new(|info| {
            log(&json!({"level": "error", "what": info.to_string()}).to_string());
        }));
        Self(config.and_then(App::new).map(Rc::new))
    }

    /// Begins to answer a request, given as JSON, and its body.
    ///
    /// # Errors
    /// When the JSON is no request: JavaScript's fault.
    pub fn begin(&self, request: &str, mut body: Vec<u8>) -> Result<Exchange, String> {
        let incoming: IncomingRequest = serde_json::from_str(request).map_err(|error| error.to_string())?;
        let body_too_large = incoming.body_too_large || body.len() > seoga_app::limits::MAX_BODY_BYTES;
        body.truncate(seoga_app::limits::MAX_BODY_BYTES);
        let request = Request {
            method: incoming.method,
            path: incoming.path,
            query: incoming.query,
            headers: incoming.headers,
            body,
            body_too_large,
            // JavaScript has the whole body before it calls.
            body_too_slow: false,
            now: incoming.now,
            asked_base: incoming.base,
            instance: incoming.instance,
            location: incoming.location,
            // Writes are bounded by the store itself, where there is one.
            sender: String::new(),
        };
        Ok(Exchange::over(match &self.0 {
            Ok(app) => app.begin(request),
            Err(error) => {
                let what = error.to_string();
                log(&json!({"level": "error", "id": request.instance, "what": what}).to_string());
                seoga_app::Exchange::answered(seoga_app::refusal(error, &request.instance))
            }
        }))
    }
}

/// Answers for an instance that broke over the request `id`: called on another, whose WASM is whole.
#[wasm_bindgen]
pub fn broken(id: &str) -> Exchange {
    Exchange::over(seoga_app::Exchange::answered(seoga_app::broken(id)))
}

/// A request under way.
#[wasm_bindgen]
pub struct Exchange {
    inner: seoga_app::Exchange,
    /// Files handed over since the last round, in the order asked.
    files: Vec<Option<Vec<u8>>>,
    pending: Pending,
}

/// Says what JavaScript has to do next.
enum Pending {
    Files(Vec<String>),
    /// The choice record as JSON, and for how many seconds it is kept.
    Put(String, u64),
    Answered(Response),
}

#[wasm_bindgen]
impl Exchange {
    /// Lists the paths to read now, if files are what it is pending for.
    pub fn paths(&self) -> Option<Vec<String>> {
        match &self.pending {
            Pending::Files(paths) => Some(paths.clone()),
            Pending::Put(..) | Pending::Answered(_) => None,
        }
    }

    /// Hands over the next file asked for, or says that it is not there.
    pub fn file(&mut self, bytes: Option<Vec<u8>>) {
        self.files.push(bytes);
    }

    /// Goes on once every file was handed over.
    pub fn fetched(&mut self) {
        let files = std::mem::take(&mut self.files);
        self.go_on(Outcome::Fetched(files));
    }

    /// Gives the choice record to store now, as JSON, if that is what it is pending for.
    pub fn record(&self) -> Option<String> {
        match &self.pending {
            Pending::Put(record, _) => Some(record.clone()),
            Pending::Files(_) | Pending::Answered(_) => None,
        }
    }

    /// Says for how many seconds that record is kept.
    pub fn kept_seconds(&self) -> f64 {
        match &self.pending {
            Pending::Put(_, seconds) => *seconds as f64,
            Pending::Files(_) | Pending::Answered(_) => 0.0,
        }
    }

    /// Says how many choices of one user id the put lets pass in a window of [`Self::throttle_seconds`].
    pub fn visitor_choices(&self) -> u32 {
        seoga_app::limits::VISITOR_CHOICES
    }

    /// Says how many seconds a window has.
    pub fn throttle_seconds(&self) -> u32 {
        seoga_app::limits::THROTTLE_SECONDS
    }

    /// Goes on after the put: `stored`, `again` when the record was there already, `throttled` when its visitor sent too
    /// many; anything else is a failure.
    pub fn put(&mut self, outcome: &str) {
        self.go_on(Outcome::Stored(match outcome {
            "stored" => Ok(()),
            "again" => Err(StoreError::SameKey),
            "throttled" => Err(StoreError::Throttled),
            _ => Err(StoreError::Failed),
        }));
    }

    /// Gives status and headers of the answer as JSON: `{"status": 200, "headers": [["name", "value"]]}`.
    pub fn head(&self) -> String {
        match &self.pending {
            Pending::Answered(response) => {
                json!({"status": response.status, "headers": response.headers}).to_string()
            }
            Pending::Files(_) | Pending::Put(..) => String::new(),
        }
    }

    /// Gives the body of the answer, once.
    pub fn body(&mut self) -> Vec<u8> {
        match &mut self.pending {
            Pending::Answered(response) => std::mem::take(&mut response.body),
            Pending::Files(_) | Pending::Put(..) => Vec::new(),
        }
    }
}

impl Exchange {
    /// Begins to drive an exchange of the core.
    fn over(inner: seoga_app::Exchange) -> Self {
        let mut exchange = Self { inner, files: Vec::new(), pending: Pending::Answered(Response::default()) };
        exchange.go_on(Outcome::Begin);
        exchange
    }

    /// Goes on to the next thing that JavaScript has to do.
    fn go_on(&mut self, mut outcome: Outcome) {
        loop {
            outcome = match self.inner.next(outcome) {
                Effect::Fetch(paths) => return self.pending = Pending::Files(paths),
                Effect::Store { record, expires_seconds, .. } => {
                    return self.pending = Pending::Put(record, expires_seconds);
                }
                Effect::Respond(response) => return self.pending = Pending::Answered(response),
                // The put counts a visitor's; nothing counts a location's.
                Effect::Throttle { .. } | Effect::Count { .. } => Outcome::Allowed(true),
                Effect::Load { .. } => Outcome::Loaded(Ok(None)),
                Effect::List { .. } => Outcome::Listed(Err(StoreError::Failed)),
                Effect::Log(line) => {
                    log(&line);
                    Outcome::Logged
                }
            };
        }
    }
}
