//! Effects, which an exchange asks of its shell, and outcomes, which it hears back. Not the doing: that is the shell's.
//!
//! Invariant: every effect has exactly one kind of outcome; any other is taken for a failure.

use crate::http::response::Response;

/// One thing for the shell to do before the exchange goes on.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Read these files of the static origin, all at once; paths begin with `/`.
    /// Answered by [`Outcome::Fetched`].
    Fetch(Vec<String>),
    /// Count one more use of a limiter. Answered by [`Outcome::Allowed`].
    Throttle {
        /// The limiter whose figures apply.
        limiter: Limiter,
        /// Who is counted.
        key: String,
    },
    /// Count one more use of a key in this location, as well as it can be done there without a store: the count may miss some.
    /// Answered by [`Outcome::Allowed`].
    Count {
        /// Who is counted: an address below the one that was asked, where caches keep things, which nobody can guess.
        key: String,
        /// The most uses.
        most: u32,
        /// Seconds from now after which the count is forgotten.
        seconds: u32,
    },
    /// Read a record of the choice store. Answered by [`Outcome::Loaded`].
    Load {
        /// Its key.
        key: String,
    },
    /// Keep a record in the choice store under this key until then, in place of one that is there.
    /// Answered by [`Outcome::Stored`].
    Store {
        /// Its key: ASCII, at most 512 bytes.
        key: String,
        /// The record, a JSON object.
        record: String,
        /// Seconds from now after which the store drops it.
        expires_seconds: u64,
    },
    /// List keys of the choice store in order. Answered by [`Outcome::Listed`].
    List {
        /// The beginning of the keys.
        prefix: String,
        /// Where the last listing stopped.
        cursor: Option<String>,
        /// The most keys to give.
        limit: u32,
    },
    /// Write one line (a JSON object) to the log. Answered by [`Outcome::Logged`].
    Log(String),
    /// Send the response; the exchange is over.
    Respond(Response),
}

/// Reports what the shell did.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Nothing yet: the first word to an exchange.
    Begin,
    /// The files, in the order asked; `None` for one that is not there or could not be read.
    Fetched(Vec<Option<Vec<u8>>>),
    /// Whether the limiter lets it pass. A shell without limiters says `true`.
    Allowed(bool),
    /// The record, `None` when there is no such key.
    Loaded(Result<Option<String>, StoreError>),
    /// Whether the record is stored.
    Stored(Result<(), StoreError>),
    /// The keys.
    Listed(Result<Listed, StoreError>),
    /// The line was handed over.
    Logged,
}

/// A page of keys.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listed {
    /// Keys in ascending order, each with its record where the listing has it; else [`Effect::Load`] gives it.
    pub keys: Vec<(String, Option<String>)>,
    /// Where to go on; `None` at the end.
    pub cursor: Option<String>,
}

/// Says why the choice store did not do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreError {
    /// The key is there already, or was written a moment ago: that write was of this same record.
    SameKey,
    /// The store counts choices of a user id itself, and this one is too many.
    Throttled,
    /// The day's writes are used up.
    DailyLimit,
    /// Anything else: unreachable, refused, timed out.
    Failed,
}

/// The two limiters; their figures are the shell's settings, their defaults in [`crate::limits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limiter {
    /// Choices of one user id.
    Visitor,
    /// Choices at one location of the platform.
    Location,
}
