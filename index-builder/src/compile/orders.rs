//! The orders of all books, as lists of some thousand that lie in a row: what is sorted is walked from its first list on
//! until a page is full, and no value of any other book is read.
//!
//! A list's payloads are the order within it. Years have lists of their own ([`seoga_index::key::space::YEAR`]). Books
//! without a value stand on no list and come last. Of each library there is the order of its own days.

use std::collections::BTreeMap;

use rayon::prelude::*;
use seoga_index::DocId;
use seoga_index::directory::border;
use seoga_index::postings::Posting;
use seoga_search::request::Sort;
use seoga_search::{library_order_key, order_key, title_order_key, undated_key};
use seoga_text::title;

use super::completions::{Add, Carried, written};
use crate::catalogue::Book;

/// Books in a list of loans or titles, about.
const BOOKS: usize = 4096;
/// Books in a list of a library's days, about.
const LIBRARY_BOOKS: usize = 1024;
/// The fewest and the most days that such a list spans, as powers of two.
const SPANS: std::ops::RangeInclusive<u32> = 5..=12;
/// The longest key at which a list of titles may begin, behind the order's number.
const BORDER_BYTES: usize = 48;

type Lists = BTreeMap<Vec<u8>, Vec<Posting>>;

/// Gives the keys of the lists with their entries; `add` writes a list. `books` are in document order, `borders` the keys of
/// the lists of titles of an index before.
pub(super) fn lists(books: &[&Book], borders: &[Vec<u8>], add: &mut Add<'_>) -> Carried {
    let mut lists = Lists::new();
    let mut put = |key: Vec<u8>, doc, payload| lists.entry(key).or_default().push(Posting { doc, payload });
    for (doc, book) in (0..).zip(books) {
        if let Some(day) = book.registered() {
            let (year, month, day) = day.ymd();
            let key = order_key(Sort::Newest, u32::MAX - (year as u32 * 12 + month));
            put(key, doc, 31 - day as u16);
        }
        put(order_key(Sort::Holdings, u32::MAX - book.holdings.len() as u32), doc, 0);
    }
    let mut loans: Vec<(u32, DocId)> =
        (0..).zip(books).filter_map(|(doc, book)| Some((u32::MAX - book.loans?, doc))).collect();
    ranked(&mut loans, &mut |bucket, doc, rank| put(order_key(Sort::Loans, bucket), doc, rank));
    titles(books, borders, &mut put);
    of_libraries(books, &mut put);
    written(lists, add)
}

/// Lists the books of each library by its own days, and those of which it tells no day.
fn of_libraries(books: &[&Book], put: &mut dyn FnMut(Vec<u8>, DocId, u16)) {
    let mut libraries: BTreeMap<u16, Vec<(u16, DocId)>> = BTreeMap::new();
    for (doc, book) in (0..).zip(books) {
        for holding in &book.holdings {
            let day = holding.registered.and_then(|date| u16::try_from(date.days_since_1970()).ok());
            match day.filter(|day| *day != u16::MAX) {
                Some(day) => libraries.entry(holding.library.0).or_default().push((day, doc)),
                None => put(undated_key(holding.library.0), doc, 0),
            }
        }
    }
    for (library, held) in libraries {
        let days = || held.iter().map(|(day, _)| usize::from(*day));
        let spanned = days().max().unwrap_or(0) - days().min().unwrap_or(0) + 1;
        // Days of so many books; a power of two, so that a list keeps its days while the library grows.
        let span = (spanned * LIBRARY_BOOKS / held.len().max(1)).max(1).next_power_of_two().ilog2();
        let span = span.clamp(*SPANS.start(), *SPANS.end());
        for (day, doc) in held {
            let first = day >> span << span;
            put(library_order_key(library, first), doc, day - first);
        }
    }
}

/// Lists the books by title, in lists that begin where those of an index before did, and are divided where they have grown
/// half as long again.
fn titles(books: &[&Book], borders: &[Vec<u8>], put: &mut dyn FnMut(Vec<u8>, DocId, u16)) {
    let mut keys: Vec<(String, DocId)> = books
        .par_iter()
        .zip(0..books.len() as DocId)
        .map(|(book, doc)| (title::sort_key(&book.title), doc))
        .collect();
    keys.par_sort_unstable();
    let most = if borders.is_empty() { BOOKS } else { BOOKS + BOOKS / 2 };
    let mut borders = borders.iter().map(Vec::as_slice).peekable();
    let (mut key, mut held, mut rank, mut before) = (title_order_key(&[]), 0, 0u16, "");
    for same in keys.chunk_by(|a, b| a.0 == b.0) {
        let Some((title, _)) = same.first() else { continue };
        let mut kept = None;
        while let Some(border) =
            borders.next_if(|border| *border <= title_order_key(title.as_bytes()).as_slice())
        {
            kept = Some(border.to_vec());
        }
        let own = border(before.as_bytes(), title.as_bytes());
        let is_full = held + same.len() > most && held > 0 && own.len() <= BORDER_BYTES;
        if let Some(next) = kept.or_else(|| is_full.then(|| title_order_key(&own))) {
            (key, held, rank) = (next, 0, 0);
        }
        same.iter().for_each(|(_, doc)| put(key.clone(), *doc, rank));
        (held, rank, before) = (held + same.len(), rank.saturating_add(1), title);
    }
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
