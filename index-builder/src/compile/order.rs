//! Numbering: books, classes, publishers.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use ahash::RandomState;

use crate::catalogue::{Book, Catalogue, in_sets};
use crate::hash::fixed_state;

/// The books' places in the catalogue, likeliest first: held by more libraries,
/// lent more, registered later; then by ISBN. The head of every list then
/// holds the books people most often look for. The volumes of a set stand together, where the likeliest of them would, and in
/// their own order.
pub(super) fn by_popularity(catalogue: &Catalogue) -> Vec<u32> {
    let rank = |book: &Book| {
        let newest = book.holdings.iter().filter_map(|holding| holding.registered).max();
        // The least is the likeliest.
        (Reverse((book.holdings.len(), book.loans, newest)), book.id)
    };
    let sets = in_sets(&catalogue.books);
    let mut heads = HashMap::with_hasher(fixed_state());
    for (place, of) in &sets {
        if let Some(own) = catalogue.books.get(*place as usize).map(rank) {
            heads.entry(of.set).and_modify(|head| *head = own.min(*head)).or_insert(own);
        }
    }
    let mut order: Vec<(_, u32)> = (0..)
        .zip(&catalogue.books)
        .map(|(place, book)| {
            let of = sets.get(&place);
            let head = of.and_then(|of| heads.get(&of.set)).copied().unwrap_or_else(|| rank(book));
            ((head, of.map(|of| of.volume), rank(book)), place)
        })
        .collect();
    order.sort_unstable();
    order.into_iter().map(|(_, place)| place).collect()
}

/// Class numbers with their places: `kept` first, then every other that occurs, ascending.
pub(super) struct Classes {
    pub(super) numbers: Vec<String>,
    places: HashMap<String, u16, RandomState>,
}

impl Classes {
    pub(super) fn of(catalogue: &Catalogue, kept: &[String]) -> Self {
        let mut classes: Vec<&String> =
            catalogue.books.iter().filter_map(|book| book.class_no.as_ref()).collect();
        classes.sort_unstable();
        classes.dedup();
        let fits = kept.len() + classes.len() < usize::from(u16::MAX);
        let kept = kept.get(..if fits { kept.len() } else { 0 }).unwrap_or_default();
        let known: BTreeSet<&String> = kept.iter().collect();
        let new = classes.into_iter().filter(|class| !known.contains(class));
        let numbers: Vec<String> = kept.iter().chain(new).cloned().collect();
        let mut places = HashMap::with_hasher(fixed_state());
        places.extend(numbers.iter().cloned().zip(0..u16::MAX));
        Self { numbers, places }
    }

    pub(super) fn place(&self, class: &str) -> Option<u16> {
        self.places.get(class).copied()
    }
}

/// Publishers by number, most books first.
pub(super) struct Publishers {
    pub(super) names: Vec<String>,
    /// By every spelling.
    numbers: HashMap<String, u32, RandomState>,
}

impl Publishers {
    pub(super) fn number(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }
}

/// Spellings that fold to the same key are one publisher, named by the most
/// frequent spelling. Those of `kept` have the numbers they had.
pub(super) fn publishers(catalogue: &Catalogue, kept: &[String]) -> Publishers {
    let mut spellings: BTreeMap<Vec<u8>, BTreeMap<&str, u32>> = BTreeMap::new();
    let mut counts: HashMap<&str, u32, RandomState> = HashMap::with_hasher(fixed_state());
    for book in catalogue.books.iter().filter(|book| !book.publisher.is_empty()) {
        *counts.entry(&book.publisher).or_default() += 1;
    }
    for (name, books) in &counts {
        *spellings.entry(seoga_search::publisher_key(name)).or_default().entry(name).or_default() += books;
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
    let mut names = kept.to_vec();
    let mut numbers: HashMap<Vec<u8>, u32, RandomState> = HashMap::with_hasher(fixed_state());
    numbers.extend(kept.iter().map(|name| seoga_search::publisher_key(name)).zip(0..));
    for (_, key, name) in ranked {
        let next = names.len() as u32;
        match names.get_mut(*numbers.entry(key).or_insert(next) as usize) {
            Some(known) => name.clone_into(known),
            None => names.push(name.to_owned()),
        }
    }
    let number = |name: &str| numbers.get(&seoga_search::publisher_key(name)).copied();
    let spelled = counts.into_keys().filter_map(|name| Some((name.to_owned(), number(name)?)));
    let mut numbers = HashMap::with_hasher(fixed_state());
    numbers.extend(spelled);
    Publishers { names, numbers }
}
