//! Counts that a location keeps for a while: in its cache, which its isolates share, and in the isolate's own memory.
//!
//! Neither is a store. The cache may forget, does nothing on names of workers.dev, and two isolates that write at once count one;
//! the memory knows of one isolate. The larger of both holds. Invariant: a fault of the cache lets pass, and within one isolate a
//! limit is never passed.

use std::cell::RefCell;
use std::collections::BTreeMap;

use worker::{Cache, Date, Response};

/// Keys in memory; beyond them those whose time is over go, or all.
const KEYS: usize = 1024;

#[derive(Clone, Copy)]
struct Uses {
    count: u32,
    /// Milliseconds since 1970 after which they are forgotten.
    until: u64,
}

thread_local! {
    static USES: RefCell<BTreeMap<String, Uses>> = const { RefCell::new(BTreeMap::new()) };
}

/// Counts one more use of a key that is forgotten after so many seconds; tells whether it is within `most`.
pub(crate) async fn count(key: String, most: u32, seconds: u32) -> bool {
    let now = Date::now().as_millis();
    if in_memory(&key, now) >= most {
        return false;
    }
    let cache = Cache::default();
    let cached = read(&cache, &key).await;
    // What was counted here meanwhile is in memory alone.
    let count = in_memory(&key, now).max(cached).saturating_add(1);
    remember(&key, Uses { count, until: now + u64::from(seconds) * 1000 }, now);
    if count > most {
        return false;
    }
    // A count that the cache does not take is in memory still.
    let _ = write(&cache, key, count, seconds).await;
    true
}

fn in_memory(key: &str, now: u64) -> u32 {
    USES.with_borrow(|uses| uses.get(key).filter(|uses| uses.until > now).map_or(0, |uses| uses.count))
}

fn remember(key: &str, counted: Uses, now: u64) {
    USES.with_borrow_mut(|uses| {
        if uses.len() >= KEYS {
            uses.retain(|_, uses| uses.until > now);
        }
        if uses.len() >= KEYS {
            uses.clear();
        }
        uses.insert(key.to_owned(), counted);
    });
}

async fn read(cache: &Cache, key: &str) -> u32 {
    let Ok(Some(mut response)) = cache.get(key, false).await else { return 0 };
    response.text().await.ok().and_then(|text| text.parse().ok()).unwrap_or(0)
}

async fn write(cache: &Cache, key: String, count: u32, seconds: u32) -> worker::Result<()> {
    let mut response = Response::ok(count.to_string())?;
    response.headers_mut().set("cache-control", &format!("max-age={seconds}"))?;
    cache.put(key, response).await
}
