//! The orders in which answers may be asked for.

use index_builder::catalogue::Book;
use seoga_search::Sort;
use seoga_text::{fold, title};

/// Ascending is the order shown, unknown values last.
pub type SortKey = (bool, i64, String);

/// Holds the value that a book is ordered by; the order of relevance is not this module's.
#[must_use]
pub fn sort_key(book: &Book, sort: Sort) -> SortKey {
    let latest = |value: Option<i64>| (value.is_none(), -value.unwrap_or(0), String::new());
    match sort {
        Sort::Relevance | Sort::Cooccurrence => latest(Some(0)),
        Sort::Newest => latest(book.registered().map(|date| date.days_since_1970().into())),
        Sort::Year => latest(book.year.map(i64::from)),
        Sort::Holdings => latest(Some(book.holdings.len() as i64)),
        Sort::Loans => latest(book.loans.map(i64::from)),
        Sort::Title => {
            // A phrase in brackets in front is for readers, not for the order.
            let rest = match title::parts(&book.title).leading {
                Some(_) => book.title.split_once(')').map_or(&*book.title, |(_, rest)| rest),
                None => &book.title,
            };
            (false, 0, fold::fold(rest))
        }
    }
}
