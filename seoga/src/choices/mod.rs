//! The operator's side of the choice store: taking records out, and erasing them.
//!
//! The worker decides which choices are stored, and how. Invariant: neither command loses a record that
//! it was not told to erase.

mod bucket;
pub(crate) mod erase;
pub(crate) mod export;
pub(crate) mod file;
mod http;
pub(crate) mod line;
pub(crate) mod parquet;
pub(crate) mod partition;
mod redact;
mod source;
mod store;
mod table;
