//! A list as the index knows it.

use seoga_index::items::Item;
use seoga_index::record::Record;
use seoga_search::ToldLibraries;
use seoga_search::visit::{Plan, Stop};

/// A book of a list, and where its copies stand.
pub(super) type Listed = (Record, Vec<Item>);

/// Books of a list, the ways to fetch them, and details of the libraries on the way.
pub(super) struct Planned {
    pub(super) records: Vec<Option<Listed>>,
    pub(super) plan: Plan,
    /// Plans of as few libraries, the best first.
    pub(super) others: Vec<Vec<Stop>>,
    /// The way that begins at the visitor's own libraries, where it is another one.
    pub(super) own_first: Option<Vec<Stop>>,
    pub(super) told: ToldLibraries,
}
