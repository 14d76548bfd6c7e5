//! Sorts by one compiled sort for every type.
//!
//! The standard sort is compiled anew for each type and comparison, some 5 KB of WASM each time. Here places are
//! sorted, which is the same code whatever lies at them; the things themselves then move once. Lists of thousands
//! of hits, where a comparison through a pointer would be felt, use the standard sort.
//!
//! Invariant: stable, as [`slice::sort_by`] is.

use std::cmp::Ordering;

/// Sorts by a comparison of two items.
pub fn sort_by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut order: Vec<u32> = (0..items.len() as u32).collect();
    sort_places(&mut order, &|a, b| match (items.get(a as usize), items.get(b as usize)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    arrange(items, order);
}

/// Sorts by a key that is worked out once for each item.
pub fn sort_by_cached_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    let keys: Vec<K> = items.iter().map(key).collect();
    let mut order: Vec<u32> = (0..items.len() as u32).collect();
    sort_places(&mut order, &|a, b| keys.get(a as usize).cmp(&keys.get(b as usize)));
    arrange(items, order);
}

/// Moves each item to its place, along the cycles of the permutation. `order` names for each place the item that
/// belongs there.
fn arrange<T>(items: &mut [T], mut order: Vec<u32>) {
    for start in 0..order.len() {
        let mut to = start;
        while let Some(place) = order.get_mut(to) {
            let from = std::mem::replace(place, to as u32) as usize;
            if from == start || from == to {
                break;
            }
            items.swap(to, from);
            to = from;
        }
    }
}

#[inline(never)]
fn sort_places(order: &mut [u32], compare: &dyn Fn(u32, u32) -> Ordering) {
    order.sort_by(|a, b| compare(*a, *b));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn order_is_that_of_the_standard_sort(items in proptest::collection::vec((0u8..8, 0u16..1000), 0..200)) {
            let mut ours = items.clone();
            sort_by(&mut ours, |a, b| a.0.cmp(&b.0));
            let mut cached = items.clone();
            sort_by_cached_key(&mut cached, |item| item.0);
            let mut standard = items;
            standard.sort_by_key(|item| item.0);
            prop_assert_eq!(&ours, &standard);
            prop_assert_eq!(cached, standard);
        }
    }
}
