//! The index format, both ways.
//!
//! An index is a folder of small, immutable files named by their content (see
//! `docs/INDEX_FORMAT.md`). This crate owns every byte of it: [`mod@file`] is the
//! one checked door, the other modules read what the door let through, and
//! [`mod@write`] (feature `write`) makes it all. It is not a search engine: it knows
//! keys, lists, blocks and columns, and no words.
//!
//! Invariant: no function here panics, whatever bytes it is given; damage is an
//! error that names the file.

#![forbid(unsafe_code)]
#![warn(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr
)]

pub mod alike;
mod bits;
pub mod block;
pub mod bytes;
pub mod choices;
pub mod columns;
pub mod dictionary;
pub mod directory;
pub mod file;
pub mod isbns;
pub mod key;
pub mod limits;
pub mod manifest;
pub mod names;
pub mod payload;
pub mod pointer;
pub mod postings;
pub mod record;
pub mod related;
pub mod shelf;
pub mod suggest;
#[cfg(feature = "write")]
pub mod write;

/// A book's number in one index: 0 is the likeliest book. Dense, and good for
/// one generation only.
pub type DocId = u32;

/// The format's version, in every file's header. A reader refuses any other;
/// the remedy is to rebuild the index.
pub const FORMAT_VERSION: u8 = 1;
