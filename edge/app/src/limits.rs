//! The validation figures of the HTTP contract, once. Platform limits are the shells' and `infra/`'s.

pub use seoga_search::request::{MAX_LIMIT, MAX_REACH};

/// Code points of a canonical query.
pub const MAX_QUERY_CHARS: usize = 200;
/// Libraries in one request.
pub const MAX_LIBRARIES: usize = 50;
/// Classes in one request.
pub const MAX_CLASSES: usize = 5;
/// Publishers in one request.
pub const MAX_PUBLISHERS: usize = 5;
/// Libraries that a visitor may call their own: every link of a page carries their names.
pub const MAX_MINE: usize = 10;
/// Code points of a place or of words by which a library is looked for.
pub const MAX_PLACE_CHARS: usize = 100;
/// Books on a visitor's list.
pub const MAX_LIST_BOOKS: usize = 50;
/// New arrivals on the first page.
pub const HOME_ARRIVALS: usize = 6;
/// Results a page when none are asked.
pub const DEFAULT_LIMIT: u32 = seoga_search::request::COMPILED_LIMIT;
/// Suggestions at most.
pub const MAX_SUGGESTIONS: u32 = 20;
/// Suggestions when none are asked.
pub const DEFAULT_SUGGESTIONS: u32 = 10;
/// Code points of a volume in a filter.
pub const MAX_VOLUME_CHARS: usize = 20;
/// Code points of the name of a series in a filter, and of the publishers' beside it.
pub const MAX_SERIES_CHARS: usize = 200;
/// Works on a page of a series, a person or a subject.
pub const HEADING_LIMIT: u32 = 20;
/// Names told that are spelled like one that there is not.
pub const HEADINGS_ALIKE: usize = 20;
/// Code points of publishers' names in a filter, together.
pub const MAX_PUBLISHER_CHARS: usize = 200;
/// Characters of a class number in a filter.
pub const MAX_CLASS_CHARS: usize = 16;
/// The least year that the boxes of a page take.
pub const FIRST_YEAR: u32 = 1000;
/// The largest year that the boxes of a page take.
pub const LAST_YEAR: u32 = 9999;
/// Bytes of a raw query string; a browser's longest legal one is far shorter.
pub const MAX_QUERY_STRING_BYTES: usize = 16 * 1024;

/// Bytes of any body that a shell reads; a longer one sets `body_too_large`.
pub const MAX_BODY_BYTES: usize = 16 * 1024;
/// Seconds for which a shell reads a body. A choice is 4 KB at most; who sends it more slowly than that sends it again.
pub const BODY_SECONDS: u64 = 10;
/// Bytes of a choice's body.
pub const MAX_CHOICE_BYTES: usize = 4096;
/// Words and phrases in a `/predict` body.
pub const MAX_PREDICT_WORDS: usize = 50;
/// Books in a `/predict` answer.
pub const PREDICT_BOOKS: u32 = 50;

/// Characters of a user id.
pub const MAX_USER_ID_CHARS: usize = 64;
/// Characters of a query id; the longest one that is ever made is shorter (a test shows it).
pub const MAX_QUERY_ID_CHARS: usize = 3200;
/// Days for which a query id is accepted.
pub const QUERY_ID_DAYS: u32 = 7;
/// Days a query id may lie ahead of our clock: a neighbouring location's may be ahead of it.
pub const QUERY_ID_DAYS_AHEAD: u32 = 1;
/// Days a choice is kept.
pub const DEFAULT_CHOICE_DAYS: u32 = 180;
/// Records in a page of the export.
pub const EXPORT_PAGE: u32 = 500;

/// Choices of one user id in [`THROTTLE_SECONDS`] on a deployment. A shell's limiter counts: `wrangler.toml` states the
/// figure for each environment, 100 times as much where one machine is all visitors, and a test holds it to this one.
pub const VISITOR_CHOICES: u32 = 60;
/// Choices at one location in [`THROTTLE_SECONDS`] on a deployment; stated and held likewise.
pub const LOCATION_CHOICES: u32 = 1000;
/// New choices of one sender in a day (UTC) at one location on a deployment, where the platform counts them: a fifth of what
/// Workers Free writes to KV in a day.
pub const SENDER_CHOICES: u32 = 200;
/// New choices in a day (UTC) at one location on a deployment that none of the results is it: a tenth of what Workers Free
/// writes to KV in a day, so that wishes leave picks their place.
pub const NONE_CHOICES: u32 = 100;
/// The throttles' window, and the longest `Retry-After` of a throttled choice.
pub const THROTTLE_SECONDS: u32 = 10;

/// Seconds a browser keeps an answer.
pub const BROWSER_SECONDS: u32 = 60;
/// Seconds a shared cache keeps an answer that names its generation: a day, as query ids live for seven.
pub const PINNED_SECONDS: u32 = 86_400;
/// Seconds a shared cache keeps anything else.
pub const SHARED_SECONDS: u32 = 60;
/// Seconds after which the pointer to the current generation is read again.
pub const POINTER_SECONDS: u64 = 60;
/// Seconds after which the pointer, and what did not open of what it names, is tried again where something failed: soon, as an
/// operator mends it, and no sooner, so that a broken deployment is not asked by every request.
pub const POINTER_RETRY_SECONDS: u64 = 2;
/// Seconds after which a visitor may try again when no index opens.
pub const INDEX_RETRY_SECONDS: u32 = 30;
/// Seconds after which a visitor may send a choice again when the store failed.
pub const STORE_RETRY_SECONDS: u32 = 10;
/// Seconds a browser remembers a preflight.
pub const PREFLIGHT_SECONDS: u32 = 86_400;
/// Bytes of opened blocks an isolate keeps, by default: a Worker has 128 MB, V8 and the code take a part.
pub const CACHE_BUDGET_BYTES: usize = 30 << 20;
