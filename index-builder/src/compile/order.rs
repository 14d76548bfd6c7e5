//! Numbering: books, classes, publishers, titles.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ahash::RandomState;
use rayon::prelude::*;
use seoga_index::columns::UNKNOWN24;
use seoga_text::title;

use crate::catalogue::{Book, Catalogue};
use crate::hash::fixed_state;

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
            (Some(x), Some(y)) => rank(y).cmp(&rank(x)).then(x.id.cmp(&y.id)),
            _ => a.cmp(b),
        }
    });
    order
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

/// For each document its place among all titles, by code point; digits before
/// Latin before Hangul. Equal titles have the same place. Between neighbours
/// there is room, so that titles of `kept` stay where they were.
pub(super) fn titles(catalogue: &Catalogue, order: &[u32], kept: &HashMap<String, u32>) -> Vec<u32> {
    let title = |place: &u32| catalogue.books.get(*place as usize).map_or("", |book| &book.title);
    let keyed = order.par_iter().zip(0..order.len() as u32);
    let mut keys: Vec<(String, u32)> =
        keyed.map(|(place, doc)| (title::sort_key(title(place)), doc)).collect();
    keys.par_sort_unstable();
    let same: Vec<&[(String, u32)]> = keys.chunk_by(|a, b| a.0 == b.0).collect();
    let known = same.iter().map(|same| same.first().and_then(|(key, _)| kept.get(key)).copied());
    let known: Vec<Option<u32>> = known.collect();
    let spread = spread(&known).unwrap_or_else(|| (0..known.len() as u32).collect());
    let mut places = vec![0; order.len()];
    for (place, same) in spread.into_iter().zip(same) {
        for (_, doc) in same {
            if let Some(slot) = places.get_mut(*doc as usize) {
                *slot = place;
            }
        }
    }
    places
}

/// Ascending places, the known ones as they are wherever there is room for the others between them. Nothing where there
/// is no room at all.
fn spread(known: &[Option<u32>]) -> Option<Vec<u32>> {
    let step = match UNKNOWN24 as usize / (known.len() + 1) {
        0 => return None,
        // A power of two, since places whose last bits are the same pack well.
        most => 1i64 << most.ilog2().min(8),
    };
    let mut places: Vec<i64> = Vec::with_capacity(known.len());
    let mut unknown = 0usize;
    for place in known.iter().copied().chain([Some(UNKNOWN24)]) {
        let last = places.len() - unknown;
        let left = last.checked_sub(1).and_then(|last| places.get(last)).copied().unwrap_or(-1);
        let place = place.map(i64::from).filter(|place| *place > left);
        let Some(right) = place else {
            places.push(0);
            unknown += 1;
            continue;
        };
        let is_end = places.len() == known.len();
        let mut first = last;
        // Those before give way where there is too little room.
        let (left, right) = loop {
            let left = first.checked_sub(1).and_then(|last| places.get(last)).copied().unwrap_or(-1);
            let many = (places.len() - first) as i64;
            let right = if is_end { right.min(left + step * (many + 1)) } else { right };
            if right - left > many {
                break (left, right);
            }
            first = first.checked_sub(1)?;
        };
        let many = (places.len() - first) as i64;
        for (slot, n) in places.iter_mut().skip(first).zip(1..) {
            *slot = left + (right - left) * n / (many + 1);
        }
        if !is_end {
            places.push(right);
        }
        unknown = 0;
    }
    Some(places.into_iter().map(|place| place as u32).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_places_stay_and_new_ones_lie_between() {
        let fresh = spread(&vec![None; 1000]).unwrap();
        assert_eq!((fresh[0], fresh[1]), (255, 511));
        let mut known: Vec<Option<u32>> = fresh.iter().copied().map(Some).collect();
        known.insert(500, None);
        known.push(None);
        known.insert(0, None);
        let placed = spread(&known).unwrap();
        assert!(placed.is_sorted_by(|a, b| a < b));
        assert!(known.iter().zip(&placed).all(|(known, place)| known.is_none_or(|known| known == *place)));
    }

    proptest! {
        #[test]
        fn places_ascend_whatever_is_known(
            known in prop::collection::vec(prop::option::weighted(0.4, 0u32..300), 0..300)
        ) {
            let places = spread(&known);
            // Without room before the first known one all are numbered anew.
            if let Some(places) = places {
                prop_assert_eq!(places.len(), known.len());
                prop_assert!(places.is_sorted_by(|a, b| a < b));
                prop_assert!(places.iter().all(|place| *place < UNKNOWN24));
            }
        }
    }
}
