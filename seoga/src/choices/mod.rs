//! The operator's side of the choice store: taking records out, and erasing them.
//!
//! The worker decides which choices are stored, and how. Invariant: neither command loses a record that
//! it was not told to erase.

pub(crate) mod erase;
pub(crate) mod export;
mod file;
mod http;
mod source;
mod store;
mod table;
