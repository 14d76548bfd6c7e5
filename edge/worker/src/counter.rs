//! Counts that a location keeps for a while: in its cache, which its isolates share, and in the isolate's own memory.
//!
//! Neither is a store. The cache may forget, does nothing on names of workers.dev, and two isolates that write at once count one;
//! the memory knows of one isolate. The larger of both holds. Invariant: a fault of the cache lets pass, and within one isolate a
//! limit is never passed.

use std::cell::RefCell;

use worker::Date;
use worker::js_sys::global;
use worker::wasm_bindgen::JsCast;
use worker::wasm_bindgen_futures::JsFuture;
use worker::web_sys::{Cache, Headers, Response, ResponseInit, WorkerGlobalScope};
use worker::worker_sys::ext::CacheStorageExt;

/// Keys in memory; beyond them those whose time is over go, or all.
const KEYS: usize = 1024;

struct Uses {
    key: String,
    count: u32,
    /// Milliseconds since 1970 after which they are forgotten.
    until: u64,
}

thread_local! {
    static USES: RefCell<Vec<Uses>> = const { RefCell::new(Vec::new()) };
}

/// Counts one more use of a key that is forgotten after so many seconds; tells whether it is within `most`.
pub(crate) async fn count(key: String, most: u32, seconds: u32) -> bool {
    let now = Date::now().as_millis();
    if in_memory(&key, now) >= most {
        return false;
    }
    let cache = cache();
    let cached = match &cache {
        Some(cache) => read(cache, &key).await.unwrap_or(0),
        None => 0,
    };
    // What was counted here meanwhile is in memory alone.
    let count = in_memory(&key, now).max(cached).saturating_add(1);
    remember(&key, count, now + u64::from(seconds) * 1000, now);
    if count > most {
        return false;
    }
    if let Some(cache) = cache {
        // A count that the cache does not take is in memory still.
        let _ = write(&cache, &key, count, seconds).await;
    }
    true
}

fn in_memory(key: &str, now: u64) -> u32 {
    USES.with_borrow(|all| {
        all.iter().find(|uses| uses.key == key && uses.until > now).map_or(0, |uses| uses.count)
    })
}

fn remember(key: &str, count: u32, until: u64, now: u64) {
    USES.with_borrow_mut(|all| {
        all.retain(|uses| uses.until > now && uses.key != key);
        if all.len() >= KEYS {
            all.clear();
        }
        all.push(Uses { key: key.to_owned(), count, until });
    });
}

/// Finds the cache of this location. Bare of `worker`'s wrappers, which bring bodies of every kind along.
fn cache() -> Option<Cache> {
    let scope: WorkerGlobalScope = global().unchecked_into();
    scope.caches().ok().map(|caches| caches.default())
}

async fn read(cache: &Cache, key: &str) -> Option<u32> {
    let found = JsFuture::from(cache.match_with_str(key)).await.ok()?;
    // Nothing there is `undefined`.
    let response: Response = found.dyn_into().ok()?;
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()?.parse().ok()
}

async fn write(cache: &Cache, key: &str, count: u32, seconds: u32) -> Option<()> {
    let headers = Headers::new().ok()?;
    headers.set("cache-control", &format!("max-age={seconds}")).ok()?;
    let init = ResponseInit::new();
    init.set_headers(&headers);
    let response = Response::new_with_opt_str_and_init(Some(&count.to_string()), &init).ok()?;
    JsFuture::from(cache.put_with_str(key, &response)).await.ok()?;
    Some(())
}
