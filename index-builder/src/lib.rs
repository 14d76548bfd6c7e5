//! The offline compiler: from the files libraries have to the static index the edge answers from.
//!
//! Not the search (that is `seoga-search`, which runs at the edge too) and not the index format (`seoga-index`).
//! The way through: [`sources`] reads files into the clean [`catalogue`] and says in a [`report`] what was wrong
//! with them, [`changes`] how it differs from an earlier index; [`learn`] turns visitors' choices into points; `compile` makes the index files; `tools` look at an index.
//! [`generate`] invents a catalogue; [`cli`] is the command line of all this.
//! Invariant: the same input gives the same output, whatever the order of the files and the number of threads.

pub mod analyse;
pub mod ancestry;
pub mod catalogue;
pub mod changes;
pub mod cli;
pub mod compile;
pub mod generate;
mod hash;
pub mod interner;
pub mod learn;
pub mod loans;
pub mod local;
pub mod loss;
pub mod place;
pub mod progress;
pub mod report;
pub mod sources;
pub mod tools;
