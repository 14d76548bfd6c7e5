//! A search finds exactly what reading every book finds.
//!
//! Small catalogues of few words, so that words collide, are compiled and asked; an oracle that knows no index reads
//! every book instead. Not a test of ranking within a tier, of prefixes, slips or layouts (see `relevance`).
//! Invariant: a failure shrinks to the fewest books and the shortest query that disagree.

mod ask;
mod catalogue;
mod properties;
mod rebuilt;
mod shelves;
