//! How long work says how far it is.
//!
//! Not a log. Invariant: what is said here never changes what is done.

/// Hears how far a piece of work is. Called from several threads.
pub trait Progress: Sync {
    /// A stage begins: what is being done, and how many steps of which unit it has (0 when unknown).
    fn begin(&self, stage: &str, steps: u64, unit: Unit);
    /// So many more steps of the present stage are done.
    fn advance(&self, steps: u64);
    /// The present stage is done.
    fn end(&self);
}

/// The unit of the steps of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes read or written.
    Bytes,
    /// Things: books, files, terms.
    Items,
}

/// Hears nothing: for tests, and for output that is no terminal.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quiet;

impl Progress for Quiet {
    fn begin(&self, _stage: &str, _steps: u64, _unit: Unit) {}
    fn advance(&self, _steps: u64) {}
    fn end(&self) {}
}
