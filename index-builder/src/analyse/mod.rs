//! From a clean book to the keys it is found by.
//!
//! Uses the very analyser that reads queries (`seoga-text`) and adds what only
//! the whole catalogue can tell: which words compounds are made of and which
//! neighbours are also written as one ([`Vocabulary`]). It knows no files.
//!
//! Invariant: forms are added, none is replaced: every word of every recorded
//! spelling stays a key.

mod hanja;
mod language;
mod last;
mod terms;
mod variants;
mod vocabulary;

pub use hanja::readings;
pub use language::language;
pub use last::LastVolumes;
pub use terms::Analyser;
pub use variants::variants;
pub use vocabulary::Vocabulary;
