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
pub mod compiled;
mod docset;
mod keyspace;
mod lookups;
mod postings;
mod reader;
pub mod request;
mod search;
pub mod step;
pub mod store;
mod told;
pub mod visit;

pub use answer::{
    Answer, ExpansionKind, Facet, FacetCount, Highlight, HighlightField, Hit, Interpretation, Tier,
};
pub use keyspace::{
    COMPLETION_KEYS, INITIALS_IN_KEY, KEY_BYTES, TITLE_KEYS, acronym_key, library_order_key, next_key,
    order_key, publisher_key, series_key, suggestion_key, title_order_key, undated_key, whole_series_key,
    whole_title_hash, work_place, works_key,
};
pub use lookups::{
    ARRIVALS, ArrivalScope, Arrivals, Book, BookLookup, ChangeDay, Changes, Completion, Harvest, HarvestOne,
    HarvestRequest, Harvested, HarvestedBook, History, IsbnPage, LibrariesLookup, ListLookup, Lookup, Place,
    Suggest, TermLookup, TermPostings, WalkedBook, changed_key, gone_key,
};
pub use request::{Filters, Group, Request, Sort, YearRange};
#[cfg(feature = "explain")]
pub use search::explanation;
pub use search::{FACET_VALUES, Search, choice_hash, names_a_field_alone, year_range};
pub use step::{Beside, Machine, SearchError, Step};
pub use store::{Cache, FileId, PinnedBlocks, Store};
pub use told::ToldLibraries;
