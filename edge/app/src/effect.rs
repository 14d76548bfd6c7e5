//! What an exchange asks of its shell, and what it hears back. Not the doing: that is the shell's.
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
        /// Which figures apply.
        limiter: Limiter,
        /// Who is counted.
        key: String,
    },
    /// Read a value of the choice store. Answered by [`Outcome::Value`].
    Get {
        /// Its key.
        key: String,
    },
    /// Write a value to the choice store. Answered by [`Outcome::Stored`].
    Put {
        /// Its key.
        key: String,
        /// Its value, JSON or empty.
        value: String,
        /// Metadata to keep with the key: JSON of at most 1,024 bytes.
        metadata: Option<String>,
        /// Seconds from now after which the store drops it.
        expires_seconds: u64,
    },
    /// List keys of the choice store in order. Answered by [`Outcome::Listed`].
    List {
        /// What the keys begin with.
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

/// What the shell did.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Nothing yet: the first word to an exchange.
    Begin,
    /// The files, in the order asked; `None` for one that is not there or could not be read.
    Fetched(Vec<Option<Vec<u8>>>),
    /// Whether the limiter lets it pass. A shell without limiters says `true`.
    Allowed(bool),
    /// The value, `None` when there is no such key.
    Value(Result<Option<String>, StoreError>),
    /// Whether the value is stored.
    Stored(Result<(), StoreError>),
    /// The keys.
    Listed(Result<Listed, StoreError>),
    /// The line was handed over.
    Logged,
}

/// A page of keys.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listed {
    /// Keys in ascending order, each with its metadata.
    pub keys: Vec<(String, Option<String>)>,
    /// Where to go on; `None` at the end.
    pub cursor: Option<String>,
}

/// Why the choice store did not do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreError {
    /// The same key was written a moment ago (Workers KV takes one write a second a key and
    /// answers 429): that write was the same choice.
    SameKey,
    /// The day's writes are used up (Workers KV Free: "limit exceeded for the day").
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
