//! The failure of a command, and the end of the program with it.
//!
//! Invariant: every line on stderr that tells of it begins with `error: `.

use std::error::Error;
use std::process::ExitCode;

/// An error that ends a command; its text is for people.
pub(super) type Failure = Box<dyn Error + Send + Sync>;

/// Prints an error and gives the exit code of bad input.
pub(super) fn exit(error: &Failure) -> ExitCode {
    for line in error.to_string().lines() {
        eprintln!("error: {line}");
    }
    ExitCode::FAILURE
}
