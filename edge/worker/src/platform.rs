//! The platform at work for the core: files of the static assets, limiters, the choice store, the log.
//!
//! Nothing is decided or kept here. Invariant: every effect gets its kind of outcome, whatever the platform
//! throws; what could not be done is an outcome too.

use futures_util::future::join_all;
use seoga_app::{Effect, Limiter, Outcome};
use worker::js_sys::Uint8Array;
use worker::wasm_bindgen::JsCast;
use worker::wasm_bindgen_futures::JsFuture;
use worker::worker_sys::Fetcher;
use worker::{Env, console_error, web_sys};

use crate::{counter, store};

/// The static files of the deployment.
const ASSETS: &str = "ASSETS";
/// Choices of one user id.
const VISITOR_LIMIT: &str = "VISITOR_LIMIT";
/// Choices at one location.
const LOCATION_LIMIT: &str = "LOCATION_LIMIT";
/// Any host: the binding reads the path alone.
const ASSETS_HOST: &str = "https://assets.invalid";

/// The bindings of one request.
pub(crate) struct Platform {
    pub(crate) env: Env,
}

impl Platform {
    /// Takes the bindings in `wrangler.toml`.
    pub(crate) fn new(env: Env) -> Self {
        Self { env }
    }

    /// Does what an effect says. `Respond` is not for here: the one who drives the exchange sends it.
    pub(crate) async fn carry_out(&self, effect: Effect) -> Outcome {
        match effect {
            Effect::Fetch(paths) => Outcome::Fetched(self.fetch(&paths).await),
            Effect::Throttle { limiter, key } => Outcome::Allowed(self.allows(limiter, key).await),
            Effect::Count { key, most, seconds } => {
                Outcome::Allowed(counter::count(key, most, seconds).await)
            }
            Effect::Load { key } => Outcome::Loaded(store::load(&self.env, &key).await),
            Effect::Store { key, record, expires_seconds } => {
                Outcome::Stored(store::store(&self.env, &key, record, expires_seconds).await)
            }
            Effect::List { prefix, cursor, limit } => {
                Outcome::Listed(store::list(&self.env, prefix, cursor, limit).await)
            }
            Effect::Log(line) => {
                console_error!("{line}");
                Outcome::Logged
            }
            Effect::Respond(_) => Outcome::Begin,
        }
    }

    /// Reads files, all at once; `None` for one that is not there.
    async fn fetch(&self, paths: &[String]) -> Vec<Option<Vec<u8>>> {
        let Ok(assets) = self.env.assets(ASSETS) else { return vec![None; paths.len()] };
        let assets: Fetcher = assets.into_rpc();
        join_all(paths.iter().map(|path| read(&assets, path))).await
    }

    /// Counts one more use. A limiter that is missing or fails lets pass: it guards a quota, not the visitor.
    async fn allows(&self, limiter: Limiter, key: String) -> bool {
        let binding = match limiter {
            Limiter::Visitor => VISITOR_LIMIT,
            Limiter::Location => LOCATION_LIMIT,
        };
        let Ok(limiter) = self.env.rate_limiter(binding) else { return true };
        limiter.limit(key).await.map_or(true, |outcome| outcome.success)
    }
}

/// Reads one file, whole: the body is handed over in one piece, as reading it as a stream costs a call a chunk.
async fn read(assets: &Fetcher, path: &str) -> Option<Vec<u8>> {
    let response = assets.fetch_with_str(&format!("{ASSETS_HOST}{path}")).ok()?;
    let response: web_sys::Response = JsFuture::from(response).await.ok()?.unchecked_into();
    if response.status() != 200 {
        return None;
    }
    let body = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
    Some(Uint8Array::new(&body).to_vec())
}
