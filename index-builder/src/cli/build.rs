//! `index-builder build`: from files to an index folder that is there whole or not at all.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::ancestry;
use crate::catalogue::{Ancestor, Catalogue};
use crate::changes::Earlier;
use crate::compile::{Previous, Summary, compile_after};
use crate::learn::{Learned, Rules, learn};
use crate::loss::{Allowed, Before};
use crate::place::{NewFolder, is_free};
use crate::report::{Outcome, Report, text_path};
use crate::sources::{self, CONFIG_NAME, Config, Disk, Inputs, Reading, Refused};
use clap::{ArgGroup, Args};

use seoga_index::file::Kind;
use seoga_index::pointer;

use super::failure::Failure;
use super::progress::OnTerminal;

/// Options of `build`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("books").required(true).multiple(true).args(["catalogue", "config", "holdings", "records"])))]
pub(crate) struct Options {
    /// A folder with a catalogue.toml, or else with holdings/*.csv, records/*, keywords.csv, synonyms.csv,
    /// libraries.csv, holidays.csv, each if there is one.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["holdings", "config"])]
    catalogue: Option<PathBuf>,
    /// A file that names the files to read (TOML), wherever they are.
    #[arg(long, value_name = "FILE", conflicts_with = "holdings")]
    config: Option<PathBuf>,
    /// Holdings lists as CSV, or folders of them.
    #[arg(long, value_name = "DIR|FILE", num_args = 1..)]
    holdings: Vec<PathBuf>,
    /// Records as JSON Lines, MARC (ISO 2709) or MARCXML, beside those of the catalogue.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    records: Vec<PathBuf>,
    /// Where the libraries are and how to reach them (CSV: name and more).
    #[arg(long, value_name = "FILE")]
    libraries: Option<PathBuf>,
    /// Public holidays (CSV: date,name).
    #[arg(long, value_name = "FILE")]
    holidays: Option<PathBuf>,
    /// Keywords of books (CSV: isbn13,keywords).
    #[arg(long, value_name = "FILE")]
    keywords: Option<PathBuf>,
    /// Words that mean the same (CSV: eng,kor).
    #[arg(long, value_name = "FILE")]
    synonyms: Option<PathBuf>,
    /// Picks of visitors, as the service exports them (NDJSON): books picked often rise within their tier.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    choices: Vec<PathBuf>,
    /// Picks of fewer distinct visitors than N change no order.
    #[arg(long, value_name = "N", default_value_t = Rules::default().k, requires = "choices", value_parser = clap::value_parser!(u32).range(2..))]
    k: u32,
    /// An earlier index, may be that in --out: what did not change keeps its bytes and names, so that little is uploaded.
    #[arg(long, value_name = "DIR")]
    previous: Option<PathBuf>,
    /// A library that may lose more than a fifth of its books, by its name; `all` for every one. May be given several times.
    #[arg(long, value_name = "LIBRARY")]
    allow_loss: Vec<String>,
    /// The folder to write; an earlier index there is replaced.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Write what was wrong with the input to FILE (JSON) and, in Korean, to the file of that name ending in .txt.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Say how long each stage took.
    #[arg(long)]
    verbose: bool,
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
    let (inputs, configured_report) = inputs(options)?;
    let progress = OnTerminal::verbose(options.verbose);
    let earlier = options.previous.as_deref().and_then(earlier);
    let before = Before {
        books: earlier.as_ref().map(|earlier| earlier.books.clone()).unwrap_or_default(),
        invented: earlier.as_ref().is_some_and(|earlier| earlier.invented),
        allowed: allowed(&options.allow_loss),
    };
    let report_file = options.report.as_ref().or(configured_report.as_ref());
    let Reading { mut catalogue, mut report } = match sources::read_after(&Disk, &inputs, &before, &progress)
    {
        Ok(reading) => reading,
        Err(refused) => return Err(told_of(*refused, report_file)?),
    };
    if let Some(folder) = options.previous.as_deref() {
        catalogue.keep_ids(&ancestors(folder));
    }
    warn_of_unknown(&before, &catalogue);
    let chosen = match sources::read_choices(&options.choices, &catalogue, &progress) {
        Ok(chosen) => chosen,
        Err(wrong) => return Err(told_of(Refused::after(report, wrong), report_file)?),
    };
    report.files.extend(chosen.files);
    let learned = learn(&chosen.choices, &catalogue, &Rules { k: options.k, ..Rules::default() });
    let outcome = Outcome::after(&catalogue, earlier.as_ref());
    drop(earlier);
    eprint!("{}", report.to_summary(&outcome));
    if !options.choices.is_empty() {
        eprintln!("{}", told(chosen.choices.len(), chosen.none, &learned));
    }
    if let Some(file) = report_file {
        written(&report, &outcome, file)?;
    } else if !report.counts().is_empty() {
        eprintln!("--report FILE lists the rows");
    }
    let failed = |error: io::Error| format!("{} cannot be written: {error}", options.out.display());
    let folder = NewFolder::begin(&options.out).map_err(failed)?;
    let previous = options.previous.as_deref().map(previous).unwrap_or_default();
    let summary = compile_after(&previous, &catalogue, &learned, folder.path(), &progress)?;
    folder.finish().map_err(failed)?;
    if !previous.generation.is_empty() {
        eprint!("{}", to_upload(&previous.generation, &summary));
    }
    let (files, bytes) = summary.sizes.values().fold((0, 0), |sum, size| (sum.0 + size.0, sum.1 + size.1));
    println!(
        "{}: generation {}, {} books, {files} files, {bytes} bytes",
        options.out.display(),
        summary.generation,
        summary.books
    );
    Ok(())
}

/// Says on the terminal, and in the report, what was found up to where a build ended; gives the error to end with.
fn told_of(refused: Refused, report_file: Option<&PathBuf>) -> Result<Failure, Failure> {
    eprint!("{}", refused.report.to_kinds());
    if let Some(file) = report_file {
        written(&refused.report, &Outcome::default(), file)?;
    }
    Ok(Box::new(refused))
}

/// Writes a report and says where.
fn written(report: &Report, outcome: &Outcome, file: &Path) -> Result<(), Failure> {
    report.write(outcome, file)?;
    eprintln!("report: {} and {}", file.display(), text_path(file).display());
    Ok(())
}

/// Reads who held what in an earlier index; [`previous`] says so when it cannot be read.
fn earlier(folder: &Path) -> Option<Earlier> {
    Earlier::read(folder).ok()
}

/// Takes the libraries of `--allow-loss`.
pub(super) fn allowed(names: &[String]) -> Allowed {
    Allowed::of(names.iter().map(|name| sources::cleaned(name)))
}

/// Says which names of `--allow-loss` are no library's, before or now.
fn warn_of_unknown(before: &Before, catalogue: &Catalogue) {
    let is_now = |name: &str| catalogue.libraries.iter().any(|library| library.name == name);
    for name in before.allowed.unknown(|name| before.books.contains_key(name) || is_now(name)) {
        eprintln!("warning: --allow-loss {name}: no library is called so, in the index before or now");
    }
}

/// Reads the ids of an earlier index; without them books without an ISBN may get others, which the addresses of before do not
/// lead to.
fn ancestors(folder: &Path) -> Vec<Ancestor> {
    ancestry::ancestors(folder).unwrap_or_else(|error| {
        eprintln!("warning: --previous {}: {error}", folder.display());
        eprintln!(
            "warning: no id of it is kept; addresses of books without an ISBN may no longer lead to them"
        );
        Vec::new()
    })
}

/// Reads an earlier index; one that cannot be read is no reason not to build.
fn previous(folder: &Path) -> Previous {
    Previous::read(folder).unwrap_or_else(|error| {
        eprintln!("warning: --previous {}: {error}", folder.display());
        eprintln!(
            "warning: nothing of it is kept; books are numbered afresh, and every file has to be uploaded"
        );
        Previous::default()
    })
}

/// Lists the files to upload where the earlier index is, for the terminal.
fn to_upload(generation: &str, summary: &Summary) -> String {
    let mut out = String::new();
    if let Some(why) = &summary.renumbered {
        out = format!("books are numbered afresh, as {why}; nothing of {generation} is kept\n");
    }
    let sum = |sizes: &BTreeMap<Kind, (usize, u64)>| {
        sizes.values().fold((0, 0), |sum, size| (sum.0 + size.0, sum.1 + size.1))
    };
    let all = (sum(&summary.new), sum(&summary.sizes));
    let kinds = summary.sizes.iter().map(|(kind, size)| {
        (format!("{kind:?}"), (summary.new.get(kind).copied().unwrap_or_default(), *size))
    });
    out.push_str(&format!("to upload after {generation}:\n"));
    for (kind, ((files, bytes), (all_files, all_bytes))) in kinds.chain([("all".to_owned(), all)]) {
        let percent = bytes as f64 * 100.0 / all_bytes.max(1) as f64;
        out.push_str(&format!("  {kind:10} {files:5} of {all_files:5} files {bytes:11} of {all_bytes:11} bytes {percent:5.1} %\n"));
    }
    out
}

/// Sums up what was learned, for the terminal.
fn told(choices: usize, none: u64, learned: &Learned) -> String {
    let (queries, books) = (learned.queries.len(), learned.prior.len());
    format!(
        "learned from {choices} choices: preferred books for {queries} queries, {books} books picked often; \
         {none} times none of the results was it"
    )
}

/// Whether `out` is not there, empty, or an index.
fn may_be_replaced(out: &Path) -> Result<bool, Failure> {
    let free = is_free(out).map_err(|error| format!("{} cannot be written: {error}", out.display()))?;
    Ok(free || out.join(pointer::FILE_NAME).is_file())
}

/// The files to read, and where a configuration wants the report; names on stderr what lies beside the files and is
/// not read.
fn inputs(options: &Options) -> Result<(Inputs, Option<PathBuf>), Failure> {
    let mut configured_report = None;
    let in_folder =
        options.catalogue.as_ref().map(|folder| folder.join(CONFIG_NAME)).filter(|file| file.exists());
    let (mut inputs, mut left_alone) =
        match (&options.catalogue, options.config.as_ref().or(in_folder.as_ref())) {
            (folder, Some(config)) => {
                let config = Config::read(config)?;
                let mut found = config.inputs()?;
                if let Some(folder) = folder {
                    found.left_alone.extend(found.files.left_alone_in(folder)?);
                    found.left_alone.sort();
                    found.left_alone.dedup();
                }
                configured_report = config.report;
                (found.files, found.left_alone)
            }
            (Some(folder), None) => {
                let found = Inputs::in_catalogue(folder)?;
                (found.files, found.left_alone)
            }
            (None, None) => {
                let found = sources::holdings(&options.holdings)?;
                (Inputs { holdings: found.files, ..Inputs::default() }, found.left_alone)
            }
        };
    inputs.records.extend(options.records.iter().cloned());
    for (place, given) in [
        (&mut inputs.libraries, &options.libraries),
        (&mut inputs.holidays, &options.holidays),
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
    Ok((inputs, configured_report))
}

fn same_file(a: &Path, b: &Path) -> bool {
    matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
}
