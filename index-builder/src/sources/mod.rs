//! From files to the clean catalogue, and the report on what was wrong with them.
//!
//! The door of the program: what comes through here is trusted by everything after it. Each reader takes any bytes
//! without panicking. Invariant: the same set of files gives the same catalogue and the same report, whatever the
//! order in which they are named and however many threads read them.

mod choices;
mod clean;
mod columns;
mod config;
mod encoding;
mod error;
mod gather;
mod holdings;
mod inputs;
mod lines;
mod marc;
mod records;
mod small;
mod table;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

pub use choices::{ChoicesReading, read_choices, read_choices_bytes};
pub use config::{CONFIG_NAME, Config};
pub use encoding::Encoding;
pub use error::{Problem, WrongFile, WrongFiles};
pub use inputs::{Found, Inputs, Said, holdings};

use crate::catalogue::{Catalogue, Library, Merge, MergeFindings, Synonym};
use crate::progress::{Progress, Quiet, Unit};
use crate::report::{FileReport, Kind, Report, Role};

use table::Table;

/// Bytes read at a time.
const BUFFER_BYTES: usize = 1 << 18;

/// The clean catalogue and what was wrong with its sources.
#[derive(Debug)]
pub struct Reading {
    /// What the index is made from.
    pub catalogue: Catalogue,
    /// What was found on the way.
    pub report: Report,
}

/// Reads and merges every file, on the threads of the rayon pool it is called in.
///
/// # Errors
/// Every file that is not what it should be; then there is no catalogue.
pub fn read(inputs: &Inputs, progress: &dyn Progress) -> Result<Reading, WrongFiles> {
    let files = numbered(inputs)?;
    let bytes =
        files.iter().filter_map(|file| fs::metadata(&file.path).ok()).map(|metadata| metadata.len()).sum();
    progress.begin("reading", bytes, Unit::Bytes);
    let merge = Mutex::new(Merge::new());
    let outcomes = files.par_iter().map(|file| read_file(file, &merge, progress)).collect();
    progress.end();
    progress.begin("merging", 0, Unit::Items);
    let reading = settle(&files, merge, outcomes);
    progress.end();
    reading
}

/// Reads one file that is held in memory, as if it were alone and called `가온.csv`: for fuzzing, and for tests.
///
/// # Errors
/// As [`read`].
pub fn read_bytes(role: Role, bytes: &[u8]) -> Result<Reading, WrongFiles> {
    let file = SourceFile { number: 0, path: PathBuf::from("가온.csv"), role, said: Said::default() };
    let merge = Mutex::new(Merge::new());
    let mut report = FileReport::new(file.path.display().to_string(), role);
    let outcome = read_role(bytes, bytes, &file, &merge, &mut report, &Quiet);
    settle(&[file], merge, vec![(report, outcome)])
}

/// Makes the catalogue and the report out of what every file gave.
fn settle(
    files: &[SourceFile],
    merge: Mutex<Merge>,
    outcomes: Vec<(FileReport, Result<Beside, WrongFile>)>,
) -> Result<Reading, WrongFiles> {
    let mut report = Report::default();
    let mut beside = Beside::default();
    let mut wrong = Vec::new();
    for (file_report, outcome) in outcomes {
        report.files.push(file_report);
        match outcome {
            Ok(found) => beside.absorb(found),
            Err(file) => wrong.push(file),
        }
    }
    if !wrong.is_empty() {
        return Err(WrongFiles(wrong));
    }
    let merge = merge.into_inner().unwrap_or_else(PoisonError::into_inner);
    let (catalogue, findings) = merge.finish(&beside.libraries, beside.synonyms, beside.invented);
    note_findings(&mut report, &findings);
    note_libraries(&mut report, &catalogue, &beside.libraries);
    report.files.iter_mut().for_each(FileReport::sort);
    match (catalogue.books.is_empty(), files.first()) {
        (true, Some(first)) => Err(WrongFiles(vec![WrongFile::new(&first.path, Problem::NoBook)])),
        _ => Ok(Reading { catalogue, report }),
    }
}

/// A file with its place in the report.
#[derive(Debug)]
struct SourceFile {
    number: u16,
    path: PathBuf,
    role: Role,
    said: Said,
}

fn numbered(inputs: &Inputs) -> Result<Vec<SourceFile>, WrongFiles> {
    let roles = [
        (Role::Holdings, inputs.holdings.clone()),
        (Role::Records, inputs.records.clone()),
        (Role::Keywords, inputs.keywords.iter().cloned().collect()),
        (Role::Synonyms, inputs.synonyms.iter().cloned().collect()),
        (Role::Libraries, inputs.libraries.iter().cloned().collect()),
    ];
    let mut files = Vec::with_capacity(inputs.len());
    for (role, paths) in roles {
        for path in inputs::sorted(paths) {
            match u16::try_from(files.len()) {
                Ok(number) => {
                    let said = inputs.said.get(&path).cloned().unwrap_or_default();
                    files.push(SourceFile { number, path, role, said });
                }
                Err(_) => return Err(WrongFiles(vec![WrongFile::new(&path, Problem::TooManyFiles)])),
            }
        }
    }
    Ok(files)
}

/// What files give beside books.
#[derive(Debug, Default)]
struct Beside {
    synonyms: Vec<Synonym>,
    libraries: BTreeMap<String, Library>,
    invented: bool,
}

impl Beside {
    fn absorb(&mut self, other: Self) {
        self.synonyms.extend(other.synonyms);
        self.libraries.extend(other.libraries);
        self.invented |= other.invented;
    }
}

fn read_file(
    file: &SourceFile,
    merge: &Mutex<Merge>,
    progress: &dyn Progress,
) -> (FileReport, Result<Beside, WrongFile>) {
    let path = file.path.as_path();
    let mut report = FileReport::new(path.display().to_string(), file.role);
    let open = || File::open(path).map_err(WrongFile::io(path));
    let outcome = open().and_then(|opened| {
        let reader = BufReader::with_capacity(BUFFER_BYTES, opened);
        // Opened a second time, since the encoding may show only at the end.
        read_role(reader, open()?, file, merge, &mut report, progress)
    });
    (report, outcome)
}

/// Reads one file in its role; `again` gives the same bytes as `reader`.
fn read_role<R: BufRead>(
    reader: R,
    again: impl Read,
    file: &SourceFile,
    merge: &Mutex<Merge>,
    report: &mut FileReport,
    progress: &dyn Progress,
) -> Result<Beside, WrongFile> {
    let (path, number) = (file.path.as_path(), file.number);
    let mut beside = Beside::default();
    if file.role == Role::Records {
        records::read(path, reader, &file.said, number, merge, report, progress)?;
        return Ok(beside);
    }
    let table = Table::read(path, reader, again, file.said.encoding)?;
    match file.role {
        Role::Holdings => holdings::read(path, table, &file.said, number, merge, report, progress)?,
        Role::Keywords => small::read_keywords(path, table, number, merge, report, progress)?,
        Role::Synonyms => beside.synonyms = small::read_synonyms(path, table, number, report)?,
        Role::Libraries => {
            (beside.libraries, beside.invented) = small::read_libraries(path, table, number, report)?;
        }
        Role::Records | Role::Choices => {}
    }
    Ok(beside)
}

/// Puts what only the whole catalogue shows into the reports of the files it came from.
fn note_findings(report: &mut Report, findings: &MergeFindings) {
    let mut note = |file: u16, line, column, kind, found: String| {
        if let Some(report) = report.files.get_mut(usize::from(file)) {
            report.add(line, column, kind, || found, || None);
        }
    };
    let isbn = columns::ISBN.name;
    for &(at, isbn13) in &findings.surplus {
        note(at.file, at.line, isbn, Kind::HeldTwice, isbn13.to_string());
    }
    for &(at, date) in &findings.late_dates {
        note(at.file, at.line, columns::REGISTERED.name, Kind::DateImplausible, date.to_string());
    }
    for &(at, year) in &findings.late_years {
        note(at.file, at.line, columns::YEAR.name, Kind::YearUnreadable, year.to_string());
    }
    for &(at, isbn13) in &findings.keywords_without_book {
        note(at.file, at.line, isbn, Kind::KeywordsWithoutBook, isbn13.to_string());
    }
}

/// Says which libraries come in several files, and where holdings and the libraries file do not agree.
fn note_libraries(report: &mut Report, catalogue: &Catalogue, described: &BTreeMap<String, Library>) {
    let mut files_of: BTreeMap<String, usize> = BTreeMap::new();
    for name in report.files.iter().filter_map(|file| file.library.as_ref()) {
        *files_of.entry(name.clone()).or_default() += 1;
    }
    for file in &mut report.files {
        if let Some(name) =
            file.library.clone().filter(|name| files_of.get(name).is_some_and(|&count| count > 1))
        {
            file.add(0, "", Kind::LibraryInSeveralFiles, || name, || None);
        }
    }
    let Some(file) = report.files.iter_mut().find(|file| file.role == Role::Libraries) else { return };
    for name in described.keys() {
        if catalogue.libraries.binary_search_by(|library| library.name.as_str().cmp(name)).is_err() {
            file.add(0, columns::NAME.name, Kind::LibraryWithoutBooks, || name.clone(), || None);
        }
    }
    for library in catalogue.libraries.iter().filter(|library| !described.contains_key(&library.name)) {
        file.add(0, columns::NAME.name, Kind::LibraryNotDescribed, || library.name.clone(), || None);
    }
}
