//! Numbering: books, classes, publishers, titles.

use ahash::RandomState;
use seoga_text::{fold, title};

use crate::catalogue::{Book, Catalogue};

/// The books' places in the catalogue, likeliest first: held by more libraries,
/// lent more, registered later; then by ISBN. The head of every list then
/// holds the books people most often look for.
pub(super) fn by_popularity(catalogue: &Catalogue) -> Vec<u32> {
    let mut order: Vec<u32> = (0..catalogue.books.len() as u32).collect();
    let rank = |book: &Book| {
        let newest = book.holdings.iter().filter_map(|holding| holding.registered).max();
        (book.holdings.len(), book.loans, newest)
    };
    order.sort_by(|a, b| {
        let book = |place: &u32| catalogue.books.get(*place as usize);
        match (book(a), book(b)) {
            (Some(x), Some(y)) => rank(y).cmp(&rank(x)).then(x.isbn13.cmp(&y.isbn13)),
            _ => a.cmp(b),
        }
    });
    order
}

/// Every class number that occurs, ascending.
pub(super) fn classes(catalogue: &Catalogue) -> Vec<String> {
    let mut classes: Vec<&String> =
        catalogue.books.iter().filter_map(|book| book.class_no.as_ref()).collect();
    classes.sort_unstable();
    classes.dedup();
    classes.into_iter().cloned().collect()
}

/// Publishers by number, most books first.
pub(super) struct Publishers {
    pub(super) names: Vec<String>,
    numbers: std::collections::HashMap<Vec<u8>, u32, RandomState>,
}

impl Publishers {
    pub(super) fn number(&self, name: &str) -> Option<u32> {
        self.numbers.get(&seoga_search::publisher_key(name)).copied()
    }
}

/// Spellings that fold to the same key are one publisher, named by the most
/// frequent spelling.
pub(super) fn publishers(catalogue: &Catalogue) -> Publishers {
    let mut spellings: std::collections::BTreeMap<Vec<u8>, std::collections::BTreeMap<&str, u32>> =
        std::collections::BTreeMap::new();
    for book in catalogue.books.iter().filter(|book| !book.publisher.is_empty()) {
        let key = seoga_search::publisher_key(&book.publisher);
        *spellings.entry(key).or_default().entry(&book.publisher).or_default() += 1;
    }
    let mut ranked: Vec<(u32, Vec<u8>, &str)> = spellings
        .into_iter()
        .map(|(key, names)| {
            let total = names.values().sum();
            let best = names.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0)));
            (total, key, best.map_or("", |(name, _)| name))
        })
        .collect();
    ranked.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut numbers = std::collections::HashMap::with_hasher(RandomState::with_seeds(1, 2, 3, 4));
    let mut names = Vec::new();
    for (_, key, name) in ranked {
        numbers.insert(key, names.len() as u32);
        names.push(name.to_owned());
    }
    Publishers { names, numbers }
}

/// For each document its place among all titles: folded, without the bracketed
/// phrase in front, by code point; digits before Latin before Hangul. Equal
/// titles have the same place.
pub(super) fn titles(catalogue: &Catalogue, order: &[u32]) -> Vec<u32> {
    let mut keys: Vec<(String, u32)> = order
        .iter()
        .enumerate()
        .filter_map(|(doc, place)| {
            let book = catalogue.books.get(*place as usize)?;
            let parts = title::parts(&book.title);
            let rest = parts.leading.map_or(book.title.as_str(), |_| {
                book.title.split_once([')', ']', '>', '}']).map_or(book.title.as_str(), |(_, rest)| rest)
            });
            Some((fold::fold(rest), doc as u32))
        })
        .collect();
    keys.sort_unstable();
    let mut places = vec![0; keys.len()];
    for (place, same) in keys.chunk_by(|a, b| a.0 == b.0).enumerate() {
        for (_, doc) in same {
            if let Some(slot) = places.get_mut(*doc as usize) {
                *slot = place as u32;
            }
        }
    }
    places
}
