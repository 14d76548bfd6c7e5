//! `index-builder build`: from files to an index folder that is there whole or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use index_builder::compile::{POINTER, compile};
use index_builder::place::{NewFolder, is_free};
use index_builder::report::{Outcome, text_path};
use index_builder::sources::{self, Inputs, Reading};

use super::Failure;
use super::progress::OnTerminal;

/// What to read and where to write.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("books").required(true).multiple(true).args(["catalogue", "holdings", "records"])))]
pub(crate) struct Options {
    /// A folder with holdings/*.csv, records/*.jsonl, keywords.csv, synonyms.csv, libraries.csv, each if there is one.
    #[arg(long, value_name = "DIR", conflicts_with = "holdings")]
    catalogue: Option<PathBuf>,
    /// Holdings lists as CSV, or folders of them.
    #[arg(long, value_name = "DIR|FILE", num_args = 1..)]
    holdings: Vec<PathBuf>,
    /// Records as JSON Lines, beside those of the catalogue folder.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    records: Vec<PathBuf>,
    /// Where the libraries are (CSV: code,name,address,latitude,longitude,homepage).
    #[arg(long, value_name = "FILE")]
    libraries: Option<PathBuf>,
    /// Keywords of books (CSV: isbn13,keywords).
    #[arg(long, value_name = "FILE")]
    keywords: Option<PathBuf>,
    /// Words that mean the same (CSV: eng,kor).
    #[arg(long, value_name = "FILE")]
    synonyms: Option<PathBuf>,
    /// The folder to write; an earlier index there is replaced.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Write what was wrong with the input to FILE (JSON) and, in Korean, to the file of that name ending in .txt.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Replace DIR even if it holds something else than an index.
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    if !options.force && !may_be_replaced(&options.out)? {
        let out = options.out.display();
        return Err(
            format!("{out} holds something else than an index; name another folder, or add --force").into()
        );
    }
    let inputs = inputs(options)?;
    let progress = OnTerminal::default();
    let Reading { catalogue, report } = sources::read(&inputs, &progress)?;
    let outcome = Outcome::from(&catalogue);
    eprint!("{}", report.to_summary(&outcome));
    if let Some(file) = &options.report {
        report.write(&outcome, file)?;
        eprintln!("report: {} and {}", file.display(), text_path(file).display());
    } else if !report.counts().is_empty() {
        eprintln!("--report FILE lists the rows");
    }
    let failed = |error: io::Error| format!("{} cannot be written: {error}", options.out.display());
    let folder = NewFolder::begin(&options.out).map_err(failed)?;
    let summary = compile(&catalogue, folder.path(), &progress)?;
    folder.finish().map_err(failed)?;
    let (files, bytes) = summary.sizes.values().fold((0, 0), |sum, size| (sum.0 + size.0, sum.1 + size.1));
    println!(
        "{}: generation {}, {} books, {files} files, {bytes} bytes",
        options.out.display(),
        summary.generation,
        summary.books
    );
    Ok(())
}

/// Whether `out` is not there, empty, or an index.
fn may_be_replaced(out: &Path) -> Result<bool, Failure> {
    let free = is_free(out).map_err(|error| format!("{} cannot be written: {error}", out.display()))?;
    Ok(free || out.join(POINTER).is_file())
}

/// The files to read; names on stderr what lies beside them and is not read.
fn inputs(options: &Options) -> Result<Inputs, Failure> {
    let (mut inputs, mut left_alone) = match &options.catalogue {
        Some(folder) => {
            let found = Inputs::in_catalogue(folder)?;
            (found.files, found.left_alone)
        }
        None => {
            let found = sources::holdings(&options.holdings)?;
            (Inputs { holdings: found.files, ..Inputs::default() }, found.left_alone)
        }
    };
    inputs.records.extend(options.records.iter().cloned());
    for (place, given) in [
        (&mut inputs.libraries, &options.libraries),
        (&mut inputs.keywords, &options.keywords),
        (&mut inputs.synonyms, &options.synonyms),
    ] {
        if let Some(given) = given {
            left_alone.extend(place.replace(given.clone()).filter(|old| !same_file(old, given)));
        }
    }
    for path in left_alone {
        eprintln!("left alone: {}", path.display());
    }
    Ok(inputs)
}

fn same_file(a: &Path, b: &Path) -> bool {
    matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
}
