//! The program `index-builder`: compiles library catalogues into a static index and looks at indexes.
//!
//! The work is done by the library of the same name. Exit codes: 0 done, 1 the input or the index is bad (said where and
//! why), 2 usage.

use std::process::ExitCode;

fn main() -> ExitCode {
    index_builder::cli::run(std::env::args_os())
}
