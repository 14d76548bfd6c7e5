//! `index-builder generate`.

use std::path::PathBuf;

use crate::generate::{Form, Make, Plan, Sample, generate_make};
use clap::{Args, ValueEnum};

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
    /// Chooses what is on the shelves.
    #[arg(long, value_enum, default_value_t = MakeName::Computing)]
    make: MakeName,
    /// Books of a hundred that have no ISBN; of the makes general and english.
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u8).range(0..=100))]
    without_isbn: u8,
    /// How many libraries there are (1 to 2,000); of the makes general and english.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=2_000))]
    libraries: u16,
    /// The form of the records; of the makes general and english.
    #[arg(long, value_enum, default_value_t = FormName::Csv)]
    format: FormName,
    /// The folder to write; an earlier generated catalogue there is replaced.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// A make by its name.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum MakeName {
    /// Computing: the sample catalogue, whose bytes never change.
    Computing,
    /// A general library: words as frequent as in a real catalogue, sets, editions, series, call numbers.
    General,
    /// English books with series, in the columns of goodbooks-10k.
    English,
}

/// A form of records by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormName {
    /// Tables in holdings/.
    Csv,
    /// KORMARC in ISO 2709 in records/.
    Kormarc,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let sample = Sample { books: options.books, seed: options.seed };
    let form = match options.format {
        FormName::Csv => Form::Table,
        FormName::Kormarc => Form::Kormarc,
    };
    let plan = Plan { without_isbn: options.without_isbn, libraries: options.libraries, form };
    let make = match options.make {
        MakeName::Computing if form == Form::Kormarc => {
            return Err("--format kormarc is of the makes general and english; add --make general".into());
        }
        MakeName::Computing => Make::Computing,
        MakeName::General => Make::General(plan),
        MakeName::English => Make::English(plan),
    };
    generate_make(sample, make, &options.out, &OnTerminal::default())?;
    println!("{} invented books in {}", options.books, options.out.display());
    Ok(())
}
