//! The choice store on Workers KV.
//!
//! Records are the core's, their form in KV is `packing`'s. Invariant: what KV refuses comes back as one of the reasons that the core
//! tells apart, never as a success, and the log has KV's own words.

use seoga_app::{Listed, StoreError};
use serde_json::Value;
use worker::{Env, KvError, KvStore, console_error};

use crate::packing;

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

/// Reads the record of a key; `None` when there is no such key.
pub(crate) async fn load(env: &Env, key: &str) -> Result<Option<String>, StoreError> {
    let read = choices(env)?.get(key).text_with_metadata::<Value>().await;
    let (value, metadata) = read.map_err(|error| reason("get", &error))?;
    Ok(value.map(|value| packing::unpack(value, metadata.as_ref())))
}

/// Writes a record, to be dropped after so many seconds.
pub(crate) async fn store(
    env: &Env,
    key: &str,
    record: String,
    expires_seconds: u64,
) -> Result<(), StoreError> {
    let (value, metadata) = packing::pack(record);
    let metadata: Value = serde_json::from_str(&metadata).map_err(|_| StoreError::Failed)?;
    let failed = |error| reason("put", &error);
    let put = choices(env)?.put(key, value).and_then(|put| put.metadata(metadata)).map_err(failed)?;
    put.expiration_ttl(expires_seconds).execute().await.map_err(failed)
}

/// Lists the keys behind a cursor, in order, with the records that lie in their metadata.
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
    let keys = page.keys.into_iter().map(|key| (key.name, key.metadata.as_ref().and_then(packing::listed)));
    Ok(Listed { keys: keys.collect(), cursor: page.cursor.filter(|_| !page.list_complete) })
}

/// Reads what KV's error means; KV tells its errors apart by their text alone.
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
