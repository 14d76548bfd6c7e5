//! The operator's side of the choice store: taking records out, and erasing them.
//!
//! What a choice is and when one is stored is the worker's business. Invariant: neither command loses a record that
//! it was not told to erase.

pub(crate) mod erase;
pub(crate) mod export;
mod file;
mod http;
mod source;
mod store;
mod table;
