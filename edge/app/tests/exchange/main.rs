//! Whole exchanges over a tiny catalogue: what the contract promises, without any platform.
//!
//! On workerd and Node the transcripts in `tests/` hold the same promises; here they are quick, and
//! faults of files and stores can be made at will.

mod any;
mod choices;
mod faults;
mod headers;
mod hosts;
mod libraries;
mod list;
mod loans;
mod machines;
mod pages;
mod privacy;
mod search;
mod shelf;
mod shell;
