//! The orders of all books, as lists of a few thousand that lie in a row: what is sorted is walked from its first list on
//! until a page is full, and no value of any other book is read.
//!
//! A list's payloads are the order within it. Years have lists of their own ([`seoga_index::key::space::YEAR`]). Books
//! without a value stand on no list and come last.

use std::collections::BTreeMap;

use seoga_index::DocId;
use seoga_index::postings::Posting;
use seoga_search::order_key;
use seoga_search::request::Sort;

use super::completions::{Add, Carried};
use crate::catalogue::Book;

/// Books in a list of loans or titles, about.
const BOOKS: usize = 4096;
/// Bits of a place among all titles.
const TITLE_BITS: u32 = 24;

type Lists = BTreeMap<Vec<u8>, Vec<Posting>>;

/// The keys of the lists with their entries; `add` writes a list. `books` are in document order, `titles` their places among
/// all titles.
pub(super) fn lists(books: &[&Book], titles: &[u32], add: &mut Add<'_>) -> Carried {
    let mut lists = Lists::new();
    let mut put = |sort, bucket, doc, payload| {
        lists.entry(order_key(sort, bucket)).or_default().push(Posting { doc, payload });
    };
    for (doc, book) in (0..).zip(books) {
        if let Some(day) = book.registered() {
            let (year, month, day) = day.ymd();
            put(Sort::Newest, u32::MAX - (year as u32 * 12 + month), doc, 31 - day as u16);
        }
        put(Sort::Holdings, u32::MAX - book.holdings.len() as u32, doc, 0);
    }
    let mut loans: Vec<(u32, DocId)> =
        (0..).zip(books).filter_map(|(doc, book)| Some((u32::MAX - book.loans?, doc))).collect();
    ranked(&mut loans, &mut |bucket, doc, rank| put(Sort::Loans, bucket, doc, rank));
    // Titles keep their places from index to index, so stretches of places keep their books.
    let stretches = (titles.len() / BOOKS).next_power_of_two().ilog2();
    let most = titles.iter().copied().max().unwrap_or(0) + 1;
    let width = (u32::BITS - most.leading_zeros()).min(TITLE_BITS).saturating_sub(stretches);
    let mut of_titles: Vec<(u32, DocId)> = titles.iter().copied().zip(0..).collect();
    of_titles.sort_unstable();
    for stretch in of_titles.chunk_by(|a, b| a.0 >> width == b.0 >> width) {
        for (same, rank) in stretch.chunk_by(|a, b| a.0 == b.0).zip(0..) {
            same.iter().for_each(|(place, doc)| put(Sort::Title, place >> width, *doc, rank));
        }
    }
    let mut entries = Carried::new();
    for (key, mut list) in lists {
        list.sort_unstable_by_key(|posting| posting.doc);
        let entry = add(&key, &list);
        entries.extend(entry.map(|entry| (key, entry)));
    }
    entries
}

/// Cuts books that ascend by a value into lists, between different values alone, and ranks the values of a list.
fn ranked(books: &mut [(u32, DocId)], put: &mut dyn FnMut(u32, DocId, u16)) {
    books.sort_unstable();
    let (mut bucket, mut rank, mut held) = (0, 0, 0);
    for same in books.chunk_by(|a, b| a.0 == b.0) {
        let value = same.first().map_or(0, |(value, _)| *value);
        if held == 0 || held + same.len() > BOOKS || rank == u16::MAX {
            (bucket, rank, held) = (value, 0, 0);
        } else {
            rank += 1;
        }
        same.iter().for_each(|(_, doc)| put(bucket, *doc, rank));
        held += same.len();
    }
}
