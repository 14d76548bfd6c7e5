//! `check`: reads files without building, and says what a build would make of them.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use crate::report::Outcome;
use crate::sources::{self, Disk};

use super::failure::Failure;
use super::progress::OnTerminal;

/// Options of `check`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Lists and records, tables of keywords, synonyms or libraries; which each is, its content says.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print JSON, as `build --report` writes it.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let report = sources::check(&Disk, &options.files, &OnTerminal::verbose(false));
    let text = if options.json { report.to_json(&Outcome::default()) } else { report.to_check_text() };
    io::stdout().write_all(text.as_bytes())?;
    if report.stopped.is_empty() {
        return Ok(());
    }
    let refused: Vec<String> = (report.stopped.iter())
        .map(|stop| format!("{} {}", stop.file.as_deref().unwrap_or(""), stop.why))
        .collect();
    Err(refused.join("\n").into())
}
