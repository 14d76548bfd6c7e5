//! A query to ranked hits, as a resumable machine that asks for blocks.
//!
//! [`Search`] is sans-IO: [`Search::step`] looks into a [`Store`] of opened
//! blocks and answers either [`Step::Need`] (fetch these files, all at once,
//! and call again) or [`Step::Done`]. It reads no clock and draws no random
//! number: the same index and the same [`Request`] give the same [`Answer`]
//! everywhere.
//!
//! Invariant: a lower [`Tier`] never outranks a higher one, and ties are broken
//! by the document number.

#![forbid(unsafe_code)]
#![warn(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr
)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "tests may panic"
    )
)]

pub mod answer;
pub mod machine;
pub mod request;
pub mod store;

pub use answer::{Answer, Facet, FacetCount, Hit, Interpretation, Match, MatchedField, Reading, Tier};
pub use machine::{Lookup, Search, SearchError, Step, Suggest};
pub use request::{Filters, Request, Sort, YearRange};
pub use store::{Cache, FileId, Store};
