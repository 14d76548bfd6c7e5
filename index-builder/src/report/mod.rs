//! Reports faults of the input, row by row, to the people who can put them right.
//!
//! Not a log of the program's doings. Invariants: every finding is counted, examples are kept up to
//! [`EXAMPLES`] of each kind in each file (the first by line); the same input gives the same report.

mod findings;
mod kind;
mod lists;
mod write;

pub use findings::{ColumnUse, EXAMPLES, FileReport, FileStanding, Finding, Refusal, Report, Role, Stop};
pub use kind::{FindingKind, Severity};
pub use lists::Language;
pub use write::{Outcome, WriteError, text_path};
