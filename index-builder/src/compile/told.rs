//! Tells whether what an index says of a book is what another said.
//!
//! Loans are left out: they move every day, and no format of records has a place for them; so are other editions, which no
//! record tells of. Invariant: two indexes that number
//! their libraries otherwise and say the same of a book give the same hash.

use seoga_index::record::Record;

use crate::hash::fixed_state;

/// Hashes all that is told of a book. `library` gives the name of a library by its number, which is another in another index.
pub(super) fn told<'a>(record: &Record, library: &impl Fn(u16) -> Option<&'a str>) -> u64 {
    let held: Vec<_> = record.holdings.iter().map(|held| (library(held.library), held.registered)).collect();
    let bare = Record { loans: None, holdings: Vec::new(), editions: None, ..record.clone() };
    fixed_state().hash_one((format!("{bare:?}"), held))
}
