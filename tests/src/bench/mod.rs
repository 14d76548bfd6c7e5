//! Draws and asks what `cargo xtask bench` measures: questions drawn from a catalogue, and the core asked natively, for times and for valgrind.
//!
//! Not the worker on V8 (`tests/bench/edge.mjs`) and not the peer (`tests/peer`); all read the same file of questions
//! (`index_builder::tools::questions`).
//! Invariant: the same catalogue gives the same questions.

pub mod ask;
pub mod change;
pub mod draw;
pub mod threads;
pub mod truth;
pub mod watch;
