//! The latest arrivals, of all libraries, of each and of each class: lists of a few books, so that no page and no feed
//! need sort a library's books.
//!
//! A book arrives in a library on its first day there; in all, and in its class, on its first day anywhere. Books of
//! unknown day never arrive. Of one day the likelier book comes first.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use seoga_index::DocId;
use seoga_index::postings::Posting;
use seoga_search::{ARRIVALS, ArrivalScope};

use super::completions::{Add, Carried};
use crate::catalogue::{Book, Date};

/// A list is cut when it has grown to so many.
const WAITING: usize = 8 * ARRIVALS;

type Latest = Vec<(Reverse<Date>, DocId)>;

/// The keys of the lists with their entries; `add` writes a list. `books` come in document order.
pub(super) fn lists(books: &mut dyn Iterator<Item = &Book>, add: &mut Add<'_>) -> Carried {
    let mut latest: BTreeMap<Vec<u8>, Latest> = BTreeMap::new();
    let mut put = |of: ArrivalScope<'_>, day: Date, doc: DocId| {
        let list = latest.entry(of.key()).or_default();
        list.push((Reverse(day), doc));
        if list.len() == WAITING {
            cut(list);
        }
    };
    for (doc, book) in (0..).zip(books) {
        for holding in &book.holdings {
            if let Some(day) = holding.registered {
                put(ArrivalScope::Library(holding.library.0), day, doc);
            }
        }
        let Some(day) = book.registered() else { continue };
        put(ArrivalScope::All, day, doc);
        let class = book.class_no.as_deref().unwrap_or_default();
        for (end, c) in class.char_indices() {
            if c != '.' {
                put(ArrivalScope::Class(class.get(..=end).unwrap_or_default()), day, doc);
            }
        }
    }
    let ranked = |mut list: Latest| {
        cut(&mut list);
        let ranked = list.into_iter().zip(0..).map(|((_, doc), rank)| Posting { doc, payload: rank });
        let mut postings: Vec<Posting> = ranked.collect();
        postings.sort_unstable_by_key(|posting| posting.doc);
        postings
    };
    latest
        .into_iter()
        .filter_map(|(key, list)| {
            let entry = add(&key, &ranked(list))?;
            Some((key, entry))
        })
        .collect()
}

fn cut(list: &mut Latest) {
    list.sort_unstable();
    list.truncate(ARRIVALS);
}
