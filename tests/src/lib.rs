//! What crosses crates: HTTP transcripts that every platform replays, and deployments that are damaged.
//!
//! It is no home for unit tests; those stand beside the code. Invariant: nothing here knows which platform
//! answers, only where.

pub mod faults;
pub mod transcript;
