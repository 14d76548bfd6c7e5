//! `index-builder generate`.

use std::path::PathBuf;

use crate::generate::{Sample, generate};
use clap::Args;

use super::failure::Failure;
use super::progress::OnTerminal;

/// Options of `generate`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many books (1 to 10,000,000).
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    books: u32,
    /// Another seed, other books; the same seed, the same bytes.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// The folder to write; an earlier generated catalogue there is replaced.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let sample = Sample { books: options.books, seed: options.seed };
    generate(sample, &options.out, &OnTerminal::default())?;
    println!("{} invented books in {}", options.books, options.out.display());
    Ok(())
}
