//! Holds the rules between crates and between files: who may depend on whom, that imports run down and as drawn, what the pure crates must
//! not contain, how comments begin.
//!
//! `docs/ARCHITECTURE.md` gives the reasons; here the rules are held. Not a lint: clippy and the compiler keep the
//! rest. Invariant: a failure names the crate or the file and line that breaks the rule.

mod circles;
mod comments;
mod crates;
mod imports;
mod layers;
mod metadata;
mod sources;
