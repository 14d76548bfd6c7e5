//! Bounds the lists that an order is read from, and holds what came of it.

use std::collections::BTreeSet;

use seoga_index::dictionary::Entry;

use crate::postings::Payloads;
use crate::reader::Reader;
use crate::search::top_k::ScoredDoc;

/// Files that the lists of an order are read from; hits behind them follow by relevance.
pub(super) const ORDER_FILES: usize = 12;
/// As many where fuzzy expansions were looked for: the lists are fetched before it is known how far they are walked.
pub(super) const FUZZY_ORDER_FILES: usize = 8;

/// The hits in order, as far as a page needs them.
pub(super) struct Ordered {
    pub(super) hits: Vec<ScoredDoc>,
    /// Whether the order was followed to the end of the page.
    pub(super) exact: bool,
}

/// Has the lists fetched that hits to the end of the page likely stand on, were they spread evenly over so many books, and
/// as many again.
pub(super) fn touch_likely(reader: &Reader<'_>, lists: &[Entry], hits: usize, last: usize, books: u64) {
    let books = 2 * (last as u64 + 8) * books / (hits as u64).max(1);
    let mut sum = 0;
    for entry in lists {
        reader.touch(*entry, Payloads::All);
        sum += u64::from(entry.df());
        if sum > books {
            break;
        }
    }
}

/// Keeps the first lists of those that lie in more than `most` files.
pub(super) fn within_files(reader: &Reader<'_>, most: usize, lists: &mut Vec<Entry>) {
    let mut files = BTreeSet::new();
    let mut fits = |entry: &Entry| {
        files.extend(reader.files_of(*entry, Payloads::All));
        files.len() <= most
    };
    lists.truncate(lists.iter().position(|entry| !fits(entry)).unwrap_or(lists.len()));
}
