//! `index-builder lots`: pairs of records to judge the matching by.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::sources::{self, Disk, Inputs};
use crate::tools::lots::{self, LookAlike};

use super::failure::Failure;
use super::progress::OnTerminal;

/// Options of `lots`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The catalogue, in the layout that `build --catalogue` reads.
    #[arg(long, value_name = "DIR", required_unless_present = "judged")]
    catalogue: Option<PathBuf>,
    /// The file of pairs to write; its key goes beside it, with the ending `.key.tsv`.
    #[arg(long, value_name = "FILE.tsv", required_unless_present = "judged")]
    out: Option<PathBuf>,
    /// Pairs of each lot.
    #[arg(long, value_name = "N", default_value_t = 500)]
    pairs: usize,
    /// The lots' seed.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Take the ISBNs of so many libraries of a hundred away before the records are matched.
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=100))]
    without_isbn: u8,
    /// Draw pairs of books that are editions of one work, and of books of one title and author, instead of pairs of records.
    #[arg(long, conflicts_with = "without_isbn")]
    works: bool,
    /// Reckon precision and recall of a judged file of pairs instead.
    #[arg(long, value_name = "FILE.tsv", conflicts_with_all = ["catalogue", "out"])]
    judged: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    if let Some(judged) = &options.judged {
        let read = |path: &Path| {
            fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))
        };
        let score = lots::score(&read(judged)?, &read(&key_beside(judged))?)?;
        let of = |(part, whole): (usize, usize)| format!("{part} of {whole}");
        println!("joined pairs that are one book: {}", of(score.precision));
        println!("look-alikes of one book that are joined: {}", of(score.recall));
        if !score.wrong.is_empty() {
            println!("joined and two books: {}", score.wrong.join(" "));
        }
        return Ok(());
    }
    let (Some(catalogue), Some(out)) = (&options.catalogue, &options.out) else { return Ok(()) };
    let inputs = Inputs::in_catalogue(catalogue)?.files;
    let progress = OnTerminal::verbose(false);
    let (records, alike_by) = if options.works {
        (lots::editions(&sources::read(&inputs, &progress)?.catalogue), LookAlike::Works)
    } else {
        (sources::matched(&Disk, &inputs, options.without_isbn.into(), &progress)?, LookAlike::Records)
    };
    let drawn = lots::draw(&records, options.pairs, options.seed, alike_by);
    for (path, text) in [(out.clone(), drawn.pairs), (key_beside(out), drawn.key)] {
        fs::write(&path, text).map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
    }
    Ok(())
}

/// The file of the key: `pairs.tsv` has it in `pairs.key.tsv`.
fn key_beside(pairs: &Path) -> PathBuf {
    pairs.with_extension("key.tsv")
}
