//! The choice store on Workers KV.
//!
//! What a record is, the core knows. Invariant: what KV refuses comes back as one of the reasons that the core
//! tells apart, never as a success, and the log has KV's own words.

use seoga_app::{Listed, StoreError};
use worker::{Env, KvError, KvStore, console_error};

/// The namespace, by its binding in `wrangler.toml`.
const CHOICES: &str = "CHOICES";
/// How KV says that the plan's writes of the day are used up: `KV put() limit exceeded for the day.`
const DAILY_LIMIT: &str = "limit exceeded for the day";
/// How KV says that a key was written less than a second ago: `KV PUT failed: 429 Too Many Requests`
const SAME_KEY: &str = "KV PUT failed: 429";

fn choices(env: &Env) -> Result<KvStore, StoreError> {
    env.kv(CHOICES).map_err(|error| {
        log("open", &error.to_string());
        StoreError::Failed
    })
}

/// The value of a key.
pub(crate) async fn get(env: &Env, key: &str) -> Result<Option<String>, StoreError> {
    choices(env)?.get(key).text().await.map_err(|error| reason("get", &error))
}

/// Writes a value with its metadata, to be dropped after so many seconds.
pub(crate) async fn put(
    env: &Env,
    key: &str,
    value: &str,
    metadata: Option<&str>,
    expires_seconds: u64,
) -> Result<(), StoreError> {
    let mut put = choices(env)?.put(key, value).map_err(|error| reason("put", &error))?;
    if let Some(metadata) = metadata {
        let metadata: serde_json::Value = serde_json::from_str(metadata).map_err(|_| StoreError::Failed)?;
        put = put.metadata(metadata).map_err(|error| reason("put", &error))?;
    }
    put.expiration_ttl(expires_seconds).execute().await.map_err(|error| reason("put", &error))
}

/// The keys behind a cursor, in order, with their metadata.
pub(crate) async fn list(
    env: &Env,
    prefix: String,
    cursor: Option<String>,
    limit: u32,
) -> Result<Listed, StoreError> {
    let mut list = choices(env)?.list().prefix(prefix).limit(limit.into());
    if let Some(cursor) = cursor {
        list = list.cursor(cursor);
    }
    let page = list.execute().await.map_err(|error| reason("list", &error))?;
    let keys = page.keys.into_iter().map(|key| (key.name, key.metadata.map(|metadata| metadata.to_string())));
    Ok(Listed { keys: keys.collect(), cursor: page.cursor.filter(|_| !page.list_complete) })
}

/// What KV's error means; KV tells its errors apart by their text alone.
pub(crate) fn reason(operation: &str, error: &KvError) -> StoreError {
    let text = match error {
        KvError::JavaScript(thrown) => format!("{thrown:?}"),
        other => other.to_string(),
    };
    log(operation, &text);
    if text.contains(DAILY_LIMIT) {
        StoreError::DailyLimit
    } else if text.contains(SAME_KEY) {
        StoreError::SameKey
    } else {
        StoreError::Failed
    }
}

fn log(operation: &str, what: &str) {
    console_error!(
        "{}",
        serde_json::json!({"level": "error", "store": CHOICES, "operation": operation, "what": what})
    );
}
