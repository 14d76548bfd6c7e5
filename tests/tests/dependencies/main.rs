//! Who may depend on whom, and what the pure crates must not contain.
//!
//! `docs/ARCHITECTURE.md` gives the reasons; here the rules are held. Not a lint: clippy and the compiler keep the
//! rest. Invariant: a failure names the crate or the file and line that breaks the rule.

mod crates;
mod sources;
