//! From a clean book to the keys it is found by.
//!
//! Uses the very analyser that reads queries (`seoga-text`) and adds what only
//! the whole catalogue can tell: which words compounds are made of and which
//! neighbours are also written as one ([`Vocabulary`]). It knows no files.
//!
//! Invariant: forms are added, none is replaced: every word of every recorded
//! spelling stays a key.

mod language;
mod last;
mod terms;
mod vocabulary;

pub use language::language;
pub use last::LastVolumes;
pub use terms::Analyser;
pub use vocabulary::Vocabulary;
