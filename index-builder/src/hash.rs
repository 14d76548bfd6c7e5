//! Fixed seeds for hash maps.
//!
//! Invariant: a hash decides nothing but speed, and fixed seeds keep even the order of a walk the same from run to run.

pub(crate) use seoga_search::store::fixed_seeds as fixed_state;
