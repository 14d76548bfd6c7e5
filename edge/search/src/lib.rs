//! The search: a query to ranked hits, as a resumable machine that asks for blocks.
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
pub mod answer_json;
pub mod book_view;
mod docset;
mod keyspace;
mod lookups;
mod postings;
mod reader;
pub mod request;
mod search;
mod sorting;
pub mod step;
pub mod store;
pub mod visit;

pub use answer::{
    Answer, ExpansionKind, Facet, FacetCount, Highlight, HighlightField, Hit, Interpretation, Tier,
};
pub use keyspace::{
    COMPLETION_KEYS, INITIALS_IN_KEY, TITLE_KEYS, library_order_key, order_key, publisher_key, series_key,
    suggestion_key, title_order_key, undated_key, whole_title_hash,
};
pub use lookups::{
    ARRIVALS, ArrivalScope, Arrivals, Book, BookLookup, ChangeDay, Changes, Harvest, HarvestOne,
    HarvestRequest, Harvested, HarvestedBook, History, IsbnPage, ListLookup, Lookup, Place, Suggest,
    TermLookup, TermPostings, WalkedBook, changed_key, gone_key,
};
pub use request::{Filters, Request, Sort, YearRange};
#[cfg(feature = "explain")]
pub use search::explanation;
pub use search::{Search, choice_hash, year_range};
pub use step::{Machine, SearchError, Step};
pub use store::{Cache, FileId, PinnedBlocks, Store};
