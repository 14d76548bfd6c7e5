//! A query to ranked hits, as a resumable machine that asks for blocks.
//!
//! [`Search`] is sans-IO: [`Machine::step`] looks into a [`Store`] of opened
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

pub mod answer;
mod arrivals;
mod docset;
mod facets;
mod filter;
mod gather;
mod inspect;
mod keyspace;
mod lookup;
mod machine;
mod mark;
mod numbers;
mod order;
mod preference;
mod query;
mod ranked;
mod reader;
mod related;
pub mod request;
mod resolve;
mod slip;
pub mod step;
pub mod store;
mod suggest;
pub mod visit;

pub use answer::{Answer, Facet, FacetCount, Hit, Interpretation, Match, MatchedField, Reading, Tier};
pub use arrivals::{ARRIVALS, Arrivals, Of};
#[cfg(feature = "explain")]
pub use gather::explain;
pub use inspect::{Posted, Term};
pub use keyspace::{COMPLETION_KEYS, INITIALS_IN_KEY, SUGGESTION_KEY_BYTES, TITLE_KEYS, publisher_key};
pub use lookup::{Book, BookLookup, ListLookup, Lookup};
pub use machine::Search;
pub use numbers::Numbers;
pub use preference::choice_hash;
pub use query::year_range;
pub use request::{Filters, Request, Sort, YearRange};
pub use step::{Machine, SearchError, Step};
pub use store::{Cache, Desk, FileId, Store};
pub use suggest::Suggest;
