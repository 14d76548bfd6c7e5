//! Holds what is true of a whole index: built twice the same, never answered from when damaged, read in small bites.
//!
//! Works on generated catalogues only. Not a test of which books are found (see `scan` and `relevance`).

mod answers;
mod availability;
mod columns;
mod corrections;
mod damage;
mod files;
mod golden;
mod identity;
mod made;
mod noted;
mod orders;
mod questions;
mod reach;
mod scale;
mod scripts;
mod titles;
mod works;
