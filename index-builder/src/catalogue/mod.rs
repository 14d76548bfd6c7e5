//! The clean catalogue: what is known about each book after every source was read, cleaned and merged.
//!
//! Not the sources (`sources` reads them) and not the index (`compile` makes it). Invariants, kept by
//! `merge` and relied upon by everything after it:
//! - `libraries` is sorted by name (code points), names are distinct; a [`LibraryId`] is a place in it;
//! - `books` is sorted by id, ids are distinct;
//! - a book's holdings are sorted by library, one for each library, with the earliest registration there;
//! - nothing depends on the order in which files or rows came.

mod book;
mod contradiction;
mod copies;
mod date;
mod description;
mod identity;
pub(crate) mod isbn;
mod libraries;
mod library_label;
mod lineage;
mod made_id;
mod matched;
mod matching;
mod merge;
mod publishers;
mod row;
mod series;
mod sets;
mod statement;
mod texts;
mod title_words;
mod volumes;
mod works;

pub use book::{Book, Catalogue, Copies, Holding, KeywordId, Library, LibraryId, Series, Synonym};
pub(crate) use copies::mark_behind_class;
pub use date::Date;
pub use lineage::{Ancestor, Told};
pub use matched::Matched;
pub(crate) use merge::{Contents, Merge, MergeFindings, Tally};
pub(crate) use row::{Fact, FactKind, Facts, Row, RowOrigin, Shelf};
pub(crate) use texts::{TextId, Texts};
pub use volumes::{InSet, in_sets};
pub use works::Works;
