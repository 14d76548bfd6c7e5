//! A list as the index knows it.

use seoga_index::availability::State;
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

impl Planned {
    /// Tells what is known of a library's copies of a book of the list; `None` where it holds none.
    pub(super) fn state(&self, book: usize, library: u16) -> Option<State> {
        let (record, _) = self.records.get(book)?.as_ref()?;
        record.holdings.iter().find(|holding| holding.library == library).map(|holding| holding.state)
    }

    /// Tells whether a library of any book is known to have lent it, so that the ways pass it by.
    pub(super) fn passes_by(&self) -> bool {
        let holdings = self.records.iter().flatten().flat_map(|(record, _)| &record.holdings);
        holdings.into_iter().any(|holding| holding.state == State::Out)
    }
}
