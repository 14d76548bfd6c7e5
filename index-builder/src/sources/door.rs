//! Reads one file in its role: its wrappings come off, its format is recognised, and the reader of that format takes it.
//!
//! Knows no format from the inside. Invariant: the content alone says what a file is, never its name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::encoding::Encoding;
use super::error::{Problem, WrongFile};
use super::filesystem::FileSystem;
use super::format::{Format, recognise};
use super::loans::{self, LoanRow};
use super::sink::{Sink, SourceFile};
use super::table::Table;
use super::unpack::{self, Unpacked, Wrapping};
use super::{columns, holdings, jsonl, library_list, marc, small, xml};
use seoga_index::libraries::Holiday;

use crate::catalogue::{Library, Merge, Synonym};
use crate::progress::{Progress, Quiet};
use crate::report::{FileReport, Role};

/// The synonyms, libraries and holidays that files give beside books.
#[derive(Debug, Default)]
pub(super) struct Supplement {
    pub(super) synonyms: Vec<Synonym>,
    pub(super) libraries: BTreeMap<String, Library>,
    pub(super) holidays: Vec<Holiday>,
    pub(super) loans: Vec<LoanRow>,
    pub(super) invented: bool,
}

impl Supplement {
    /// Adds what another file gave.
    pub(super) fn absorb(&mut self, other: Self) {
        self.synonyms.extend(other.synonyms);
        self.libraries.extend(other.libraries);
        self.holidays.extend(other.holidays);
        self.invented |= other.invented;
    }
}

/// Reads one file; the report tells what was found even where the file is refused.
pub(super) fn read_file(
    files: &dyn FileSystem,
    file: &SourceFile,
    merge: &Mutex<Merge>,
    progress: &dyn Progress,
) -> (FileReport, Result<Supplement, WrongFile>) {
    if let Some(name) = &file.declared.library {
        merge.lock().unwrap_or_else(PoisonError::into_inner).vouch_for(name);
    }
    let report = FileReport::new(file.path.display().to_string(), file.role);
    let mut sink = Sink { merge, report, progress };
    let outcome = read_role(files, file, &mut sink);
    (sink.report, outcome)
}

/// Reads what the libraries file knows, for the codes in it; a wrong one is reported when it is read for good.
pub(super) fn described(files: &dyn FileSystem, sources: &[SourceFile]) -> BTreeMap<String, Library> {
    let read = |file: &SourceFile| {
        let merge = Mutex::new(Merge::new());
        read_file(files, file, &merge, &Quiet).1.ok()
    };
    let file = sources.iter().find(|file| file.role == Role::Libraries);
    file.and_then(read).map(|supplement| supplement.libraries).unwrap_or_default()
}

fn read_role(
    files: &dyn FileSystem,
    file: &SourceFile,
    sink: &mut Sink<'_>,
) -> Result<Supplement, WrongFile> {
    let opened = unpack::open(files, &file.path)?;
    let format = recognise(&opened.start).map_err(|problem| file.wrong(problem))?;
    let wrappings = opened.wrappings.clone();
    sink.report.format = format!("{}{}", format.name(), around(&wrappings));
    let other_sheets = opened.other_sheets.clone();
    let outcome = match (file.role, format) {
        (_, Format::Table) => read_table(files, file, opened, sink),
        (Role::Holdings | Role::Records, _) => read_records(file, format, opened, sink),
        (_, other) => Err(file.wrong(Problem::NotATable { found: other.name() })),
    };
    if wrappings.contains(&Wrapping::Utf16) {
        sink.report.encodings = BTreeSet::from(["UTF-16"]);
    }
    sink.report.passed_over.extend(other_sheets);
    outcome
}

/// The role that the content of a file shows; a table that names no known columns is taken for a list of holdings.
pub(super) fn role_of(files: &dyn FileSystem, path: &Path) -> Role {
    let Ok(opened) = unpack::open(files, path) else { return Role::Holdings };
    if !matches!(recognise(&opened.start), Ok(Format::Table)) {
        return Role::Records;
    }
    let role = |cells: &[String]| {
        let of_libraries = [columns::ADDRESS, columns::LATITUDE, columns::CODE, columns::HOMEPAGE];
        let has = |wanted: &[columns::Column]| columns::names(cells, wanted);
        match () {
            () if columns::names_books(cells) => Some(Role::Holdings),
            () if has(&[columns::ISBN, columns::KEYWORDS]) => Some(Role::Keywords),
            () if has(&[columns::ENGLISH, columns::KOREAN]) => Some(Role::Synonyms),
            () if has(&[columns::NAME]) && of_libraries.iter().any(|column| has(&[*column])) => {
                Some(Role::Libraries)
            }
            () if has(&[columns::DATE, columns::HOLIDAY]) => Some(Role::Holidays),
            () => None,
        }
    };
    let start = opened.start.as_slice();
    let table = Table::read(path, start, || Ok(start), None, |cells| role(cells).is_some());
    table.ok().and_then(|table| role(table.header())).unwrap_or(Role::Holdings)
}

/// Names the wrappings behind the name of a format.
fn around(wrappings: &[Wrapping]) -> String {
    let name = |wrapping: &Wrapping| match wrapping {
        Wrapping::Gzip => " in gzip",
        Wrapping::Zip => " in a ZIP archive",
        Wrapping::Workbook => " from an Excel workbook",
        Wrapping::Utf16 => "",
    };
    wrappings.iter().rev().map(name).collect()
}

fn read_table(
    files: &dyn FileSystem,
    file: &SourceFile,
    opened: Unpacked<'_>,
    sink: &mut Sink<'_>,
) -> Result<Supplement, WrongFile> {
    let declared = if opened.is_utf8() { Some(Encoding::Utf8) } else { file.declared.encoding };
    let is_header: fn(&[String]) -> bool = match file.role {
        Role::Keywords => |cells| columns::names(cells, &[columns::ISBN, columns::KEYWORDS]),
        Role::Synonyms => |cells| columns::names(cells, &[columns::ENGLISH, columns::KOREAN]),
        Role::Libraries => |cells| columns::names(cells, &[columns::NAME]),
        Role::Holidays => |cells| columns::names(cells, &[columns::DATE]),
        Role::Loans => |cells| columns::names(cells, &[columns::ISBN, columns::AVAILABLE]),
        Role::Holdings | Role::Records | Role::Choices => columns::names_books,
    };
    // Opened a second time, since the encoding may show only at the end.
    let again = || Ok(unpack::open(files, &file.path)?.reader);
    let table = Table::read(&file.path, opened.reader, again, declared, is_header)?;
    match table.delimiter() {
        b'\t' => sink.report.format.insert_str(3, " (tabs)"),
        b';' => sink.report.format.insert_str(3, " (semicolons)"),
        _ => {}
    }
    let mut supplement = Supplement::default();
    match file.role {
        Role::Holdings | Role::Records => holdings::read(file, table, sink)?,
        Role::Keywords => small::read_keywords(file, table, sink)?,
        Role::Synonyms => supplement.synonyms = small::read_synonyms(file, table, sink)?,
        Role::Libraries => {
            (supplement.libraries, supplement.invented) = library_list::read_libraries(file, table, sink)?;
        }
        Role::Holidays => supplement.holidays = library_list::read_holidays(file, table, sink)?,
        Role::Loans => supplement.loans = loans::read_table(file, table, sink)?,
        Role::Choices => {}
    }
    Ok(supplement)
}

fn read_records(
    file: &SourceFile,
    format: Format,
    opened: Unpacked<'_>,
    sink: &mut Sink<'_>,
) -> Result<Supplement, WrongFile> {
    let Unpacked { reader, start, .. } = opened;
    match format {
        Format::Marc(format) => marc::read(file, format, reader, sink)?,
        Format::Xml(format) => xml::read(file, format, &start, reader, sink)?,
        Format::Table | Format::JsonLines | Format::OpenLibraryDump => {
            jsonl::read(file, &start, reader, sink)?;
        }
    }
    Ok(Supplement::default())
}
