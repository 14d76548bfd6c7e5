//! The orders in which answers may be asked for.

use index_builder::catalogue::{Book, LibraryId};
use seoga_search::Sort;
use seoga_text::{fold, title};

/// Ascending is the order shown, unknown values last.
pub type SortKey = (bool, i64, String);

/// Holds the value that a book is ordered by, by the days of these libraries, or of all where none is given; the order of
/// relevance is not this module's.
#[must_use]
pub fn sort_key(book: &Book, sort: Sort, dated_by: &[LibraryId]) -> SortKey {
    let counts = |library: &LibraryId| dated_by.is_empty() || dated_by.contains(library);
    let held = book.holdings.iter().filter(|holding| counts(&holding.library));
    let registered = held.filter_map(|holding| holding.registered).min();
    let latest = |value: Option<i64>| (value.is_none(), -value.unwrap_or(0), String::new());
    match sort {
        Sort::Relevance | Sort::Cooccurrence | Sort::Series => latest(Some(0)),
        Sort::Newest => latest(registered.map(|date| date.days_since_1970().into())),
        Sort::Year => latest(book.year.map(i64::from)),
        Sort::Holdings => latest(Some(book.holdings.len() as i64)),
        Sort::Loans => latest(book.loans.map(i64::from)),
        Sort::Title => {
            // A phrase in brackets in front is for readers, not for the order.
            let rest = match title::parts(&book.title).leading {
                Some(_) => book.title.split_once([')', ']', '>', '}']).map_or(&*book.title, |(_, rest)| rest),
                None => &book.title,
            };
            let folded = fold::fold(rest);
            // Signs are passed over, where anything else follows.
            let first = folded.char_indices().find(|(_, c)| c.is_alphanumeric()).map_or(0, |(at, _)| at);
            (false, 0, folded[first..].to_owned())
        }
    }
}
