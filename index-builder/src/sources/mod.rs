//! From files to the clean catalogue, and the report on what was wrong with them.
//!
//! The door of the program: what comes through here is trusted by everything after it. Each reader takes any bytes
//! without panicking. Invariant: the same set of files gives the same catalogue and the same report, whatever the
//! order in which they are named and however many threads read them.

mod archive;
mod batch;
mod check;
mod choices;
mod clean;
mod columns;
mod config;
mod description;
mod door;
mod encoding;
mod error;
mod error_korean;
mod filesystem;
mod foreign;
mod format;
mod holdings;
mod inputs;
mod jsonl;
mod library_list;
mod library_name;
mod lines;
mod loans;
mod marc;
mod matched;
mod month;
mod notes;
mod numbered;
mod sink;
mod small;
mod snapshots;
mod table;
mod unpack;
mod upload_mark;
mod workbook;
mod xml;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

pub use check::check;
pub use choices::{ChoicesReading, read_choices, read_choices_from};
pub use config::Config;
pub use encoding::Encoding;
pub use error::{Lost, Problem, Refused, WrongFile, WrongFiles};
pub use filesystem::{Disk, FileSystem, InMemory, Input};
pub use foreign::Foreign;
pub use inputs::{CONFIG_NAME, Declared, Inputs, Selection, holdings};
pub use library_name::cleaned;
pub use loans::LoanRow;
pub use matched::matched;
pub use upload_mark::UploadMark;

use crate::catalogue::{Catalogue, Contents, Library, Merge};
use crate::loss::{Before, is_loss};
use crate::progress::{Progress, Quiet, Unit};
use crate::report::{FileReport, FileStanding, Report, Role};

use door::{Supplement, described, read_file};
use notes::{note_findings, note_libraries};
use numbered::numbered;
use sink::SourceFile;
use snapshots::Snapshot;

/// The clean catalogue and what was wrong with its sources.
#[derive(Debug)]
pub struct Reading {
    /// The catalogue an index is compiled from.
    pub catalogue: Catalogue,
    /// The findings on the way.
    pub report: Report,
}

/// Reads and merges every file, on the threads of the rayon pool it is called in.
///
/// # Errors
/// Every file that is not what it should be; then there is no catalogue.
pub fn read(inputs: &Inputs, progress: &dyn Progress) -> Result<Reading, WrongFiles> {
    read_from(&Disk, inputs, progress)
}

/// Reads and merges every file of `inputs`, opened in `files`.
///
/// # Errors
/// As [`read`].
///
/// # Examples
/// ```
/// use index_builder::progress::Quiet;
/// use index_builder::sources::{self, InMemory, Inputs};
///
/// let list = "도서명,저자,ISBN,등록일자\n파이썬 첫걸음,한가온,978-0-306-40615-7,2023-02-24\n제목뿐인 책,,,\n";
/// let files = InMemory::default().with("가온.csv", list);
/// let inputs = Inputs { holdings: vec!["가온.csv".into()], ..Inputs::default() };
/// let reading = sources::read_from(&files, &inputs, &Quiet)?;
///
/// let book = &reading.catalogue.books[0];
/// assert_eq!((book.id.isbn13(), book.title.as_str()), (Some(9780306406157), "파이썬 첫걸음"));
/// assert_eq!(reading.catalogue.libraries[0].name, "가온");
/// // The second row has no ISBN: its book is named by an id made of what it says.
/// assert_eq!(reading.catalogue.books[1].id.isbn13(), None);
/// assert_eq!((reading.report.files[0].rows, reading.report.files[0].rejected), (2, 0));
/// # Ok::<(), sources::WrongFiles>(())
/// ```
pub fn read_from(
    files: &dyn FileSystem,
    inputs: &Inputs,
    progress: &dyn Progress,
) -> Result<Reading, WrongFiles> {
    read_after(files, inputs, &Before::default(), progress).map_err(|refused| refused.wrong)
}

/// Reads a file of loans; the report says what was wrong with rows that are not among those given.
///
/// # Errors
/// When the file cannot be read, or as a whole is of no use.
pub fn read_loans(path: &Path, progress: &dyn Progress) -> Result<(Vec<LoanRow>, FileReport), WrongFile> {
    let file =
        SourceFile { number: 0, path: path.to_owned(), role: Role::Loans, declared: Declared::default() };
    let (report, read) = read_file(&Disk, &file, &Mutex::new(Merge::new()), progress);
    Ok((read?.loans, report))
}

/// Reads and merges the files of `inputs`, of each list the newest month's. A list that would take more than a fifth of a library
/// away, measured by the month before and by the index before, stays at its earlier month, unless `before` allows the loss.
///
/// # Errors
/// Every file that is not what it should be; else the libraries that lost more than a fifth of what the index before had and of
/// which no earlier file is there. Either comes with the report on all files.
pub fn read_after(
    files: &dyn FileSystem,
    inputs: &Inputs,
    before: &Before,
    progress: &dyn Progress,
) -> Result<Reading, Box<Refused>> {
    let sources = numbered(inputs)
        .map_err(|wrong| Refused { wrong, lost: Vec::new(), report: Report::default() }.told())?;
    let described = described(files, &sources);
    let snapshots =
        snapshots::judge(&sources, &described, before, &mut |file| contents(files, file, &described));
    let is_taken = |snapshot: &Option<Snapshot>| {
        snapshot.as_ref().is_none_or(|snapshot| snapshot.standing == FileStanding::Taken)
    };
    let taken =
        || sources.iter().zip(&snapshots).filter(|(_, snapshot)| is_taken(snapshot)).map(|(file, _)| file);
    progress.begin("reading", taken().map(|file| files.size(&file.path)).sum(), Unit::Bytes);
    let merge = Mutex::new(Merge::new());
    let outcomes = (sources.par_iter().zip(&snapshots))
        .map(|(file, snapshot)| {
            let (mut report, outcome) = match is_taken(snapshot) {
                true => read_file(files, file, &merge, progress),
                false => {
                    (FileReport::new(file.path.display().to_string(), file.role), Ok(Supplement::default()))
                }
            };
            if let Some(Snapshot { list, as_of, standing }) = snapshot.clone() {
                (report.list, report.as_of) = (list, as_of.map(|as_of| as_of.to_string()));
                report.standing = standing;
            }
            (report, outcome)
        })
        .collect();
    progress.end();
    progress.begin("merging", 0, Unit::Items);
    let reading = settle(&sources, merge, outcomes).and_then(|reading| refuse_losses(reading, before));
    progress.end();
    reading.map_err(|refused| Box::new(refused.told()))
}

/// Reads a file for its content by library; `None` when it is a wrong file.
fn contents(
    files: &dyn FileSystem,
    file: &SourceFile,
    described: &BTreeMap<String, Library>,
) -> Option<Contents> {
    let merge = Mutex::new(Merge::new());
    read_file(files, file, &merge, &Quiet).1.ok()?;
    Some(merge.into_inner().unwrap_or_else(PoisonError::into_inner).contents(described))
}

/// Refuses a catalogue in which a library lost too much of what the index before had; where an earlier file is there, it was
/// taken already. A library that is gone altogether is for `publish` to refuse.
fn refuse_losses(reading: Reading, before: &Before) -> Result<Reading, Box<Refused>> {
    if before.invented && !reading.catalogue.invented {
        return Ok(reading);
    }
    let mut books = vec![0u32; reading.catalogue.libraries.len()];
    for holding in reading.catalogue.books.iter().flat_map(|book| &book.holdings) {
        if let Some(count) = books.get_mut(usize::from(holding.library.0)) {
            *count += 1;
        }
    }
    let lost: Vec<Lost> = (reading.catalogue.libraries.iter().zip(books))
        .filter_map(|(library, now)| {
            let before_it = *before.books.get(&library.name)?;
            let lost = is_loss(before_it.into(), now.into()) && !before.allowed.has(&library.name);
            lost.then(|| Lost { library: library.name.clone(), before: before_it, now })
        })
        .collect();
    match lost.is_empty() {
        true => Ok(reading),
        false => Err(Box::new(Refused { wrong: WrongFiles(Vec::new()), lost, report: reading.report })),
    }
}

/// Makes the catalogue and the report out of what every file gave.
fn settle(
    files: &[SourceFile],
    merge: Mutex<Merge>,
    outcomes: Vec<(FileReport, Result<Supplement, WrongFile>)>,
) -> Result<Reading, Box<Refused>> {
    let mut report = Report::default();
    let mut supplement = Supplement::default();
    let mut wrong = Vec::new();
    for (file_report, outcome) in outcomes {
        report.files.push(file_report);
        match outcome {
            Ok(more) => supplement.absorb(more),
            Err(file) => wrong.push(file),
        }
    }
    let refuse = |wrong, mut report: Report| {
        report.files.iter_mut().for_each(FileReport::sort);
        Err(Box::new(Refused { wrong: WrongFiles(wrong), lost: Vec::new(), report }))
    };
    if !wrong.is_empty() {
        return refuse(wrong, report);
    }
    let merge = merge.into_inner().unwrap_or_else(PoisonError::into_inner);
    let Supplement { synonyms, libraries, mut holidays, invented, loans: _ } = supplement;
    let (mut catalogue, findings) = merge.finish(&libraries, synonyms, invented);
    // Of two rows of a day the first counts.
    holidays.sort_by_key(|holiday| holiday.day);
    holidays.dedup_by_key(|holiday| holiday.day);
    catalogue.holidays = holidays;
    note_findings(&mut report, &findings);
    note_libraries(&mut report, &catalogue, &libraries);
    report.files.iter_mut().for_each(FileReport::sort);
    match (catalogue.books.is_empty(), files.first()) {
        (true, Some(first)) => {
            let problem = Problem::no_book(&report);
            refuse(vec![first.wrong(problem)], report)
        }
        _ => Ok(Reading { catalogue, report }),
    }
}
