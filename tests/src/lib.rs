//! Holds what crosses crates: HTTP transcripts that every platform replays, deployments that are damaged, questions for the bench,
//! and the truth of answers.
//!
//! It is no home for unit tests; those stand beside the code. Invariant: nothing here knows which platform
//! answers, only where.

pub mod bench;
pub mod core;
pub mod faults;
pub mod oracle;
pub mod repository;
pub mod words;

pub use seoga_transcript as transcript;
