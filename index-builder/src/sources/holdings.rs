//! Holdings files as 정보나루 (the national library data service) ships them monthly: who holds which books.
//!
//! Not the CSV mechanics (`table`) nor the merging (`catalogue`). Invariant: a row either becomes one row of the
//! catalogue or is counted as rejected with the reason.

use std::borrow::Cow;
use std::io::BufRead;
use std::path::Path;
use std::sync::Mutex;

use super::clean;
use super::columns::{self, Column, Places};
use super::encoding::{Decoded, Encoding, decode};
use super::error::{Problem, WrongFile};
use super::gather::{BATCH_ROWS, Gathered, gather};
use super::inputs::Said;
use super::table::{RawRow, Rows, Shape, Table};
use crate::catalogue::{Date, Merge, Row};
use crate::progress::Progress;
use crate::report::{FileReport, Kind};

/// A file with this many rows of which none can be used is a wrong file, not a series of bad rows.
const ROWS_TO_JUDGE_A_FILE: u64 = 10;

/// Where the columns are.
#[derive(Debug)]
struct Layout {
    encoding: Encoding,
    title: usize,
    isbn: usize,
    authors: Option<usize>,
    publisher: Option<usize>,
    year: Option<usize>,
    volume: Option<usize>,
    class_no: Option<usize>,
    loans: Option<usize>,
    registered: Option<usize>,
    /// The column of the library, or the library of the whole file.
    library: Result<usize, String>,
    /// No registration in this file is later.
    latest: Option<Date>,
}

/// Reads a holdings file into `merge`; `file` is its place in the report.
///
/// # Errors
/// When the file as a whole is not usable.
pub(crate) fn read<R: BufRead>(
    path: &Path,
    mut table: Table<R>,
    said: &Said,
    file: u16,
    merge: &Mutex<Merge>,
    report: &mut FileReport,
    progress: &dyn Progress,
) -> Result<(), WrongFile> {
    report.encoding = table.encoding().name();
    let layout = layout(path, &table, said, report)?;
    let mut told = 0;
    gather(
        || {
            let mut rows = Rows::default();
            let more = table.next_into(&mut rows, BATCH_ROWS)?;
            progress.advance(table.bytes_read() - told);
            told = table.bytes_read();
            Ok(more.then_some(rows))
        },
        |rows| work(&rows, &layout, file),
        merge,
        report,
    )
    .map_err(|error: Stop| error.at(path))?;
    judge(path, report)
}

/// Why reading stopped: with the path, or without it.
pub(crate) enum Stop {
    File(WrongFile),
    Problem(Problem),
}

impl From<WrongFile> for Stop {
    fn from(file: WrongFile) -> Self {
        Self::File(file)
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl Stop {
    pub(crate) fn at(self, path: &Path) -> WrongFile {
        match self {
            Self::File(file) => file,
            Self::Problem(problem) => WrongFile::new(path, problem),
        }
    }
}

/// Whether a file whose rows have been read is what it claims to be.
pub(crate) fn judge(path: &Path, report: &FileReport) -> Result<(), WrongFile> {
    let rows = report.rows;
    if rows == 0 {
        return Err(WrongFile::new(path, Problem::NoRows));
    }
    let damaged = report.counts.get(&Kind::BytesUndecodable).copied().unwrap_or(0);
    if rows >= ROWS_TO_JUDGE_A_FILE && damaged * 2 > rows {
        return Err(WrongFile::new(path, Problem::Undecodable { damaged, rows }));
    }
    if rows >= ROWS_TO_JUDGE_A_FILE && report.rejected == rows {
        let rejections =
            report.counts.iter().filter(|(kind, _)| kind.severity() == crate::report::Severity::Rejected);
        let most =
            rejections.max_by_key(|&(kind, count)| (*count, *kind)).map_or("", |(kind, _)| kind.title());
        return Err(WrongFile::new(path, Problem::NoRowUsable { rows, most }));
    }
    Ok(())
}

fn layout<R: BufRead>(
    path: &Path,
    table: &Table<R>,
    said: &Said,
    report: &mut FileReport,
) -> Result<Layout, WrongFile> {
    let places = Places::new(path, table.header());
    let [title, isbn] = places.needed([columns::TITLE, columns::ISBN], report)?;
    let named = library_of(path);
    let library = match places.find(columns::LIBRARY, report) {
        _ if said.library.is_some() => {
            report.library = said.library.clone();
            Err(said.library.clone().unwrap_or_default())
        }
        Some(place) => Ok(place),
        None if named.name.is_empty() => return Err(WrongFile::new(path, Problem::NamelessLibrary)),
        None => {
            report.library = Some(named.name.clone());
            Err(named.name)
        }
    };
    Ok(Layout {
        encoding: table.encoding(),
        title,
        isbn,
        authors: places.wanted(columns::AUTHORS, report),
        publisher: places.wanted(columns::PUBLISHER, report),
        class_no: places.wanted(columns::CLASS, report),
        registered: places.wanted(columns::REGISTERED, report),
        year: places.find(columns::YEAR, report),
        volume: places.find(columns::VOLUME, report),
        loans: places.find(columns::LOANS, report),
        library,
        latest: named.latest,
    })
}

/// What the name of a holdings file says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NamedLibrary {
    /// The library.
    pub(crate) name: String,
    /// The last day of the month after the one in the name: nothing in the file was registered later.
    pub(crate) latest: Option<Date>,
}

/// The library a holdings file is named after: its name without the extension, a trailing `(YYYY년 MM월)` and the words
/// 장서 대출목록 (list of holdings and loans) that 정보나루 puts before it.
pub(crate) fn library_of(path: &Path) -> NamedLibrary {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
    let stem = clean::text(&stem, false).0.into_owned();
    // A browser that saves the same name twice appends ` (1)`.
    let (base, month) = match without_month(&stem) {
        Some(found) => found,
        None => match without_copy_number(&stem).and_then(without_month) {
            Some(found) => found,
            None => (stem.as_str(), None),
        },
    };
    let name = ["장서 대출목록", "장서대출목록", "장서/대출목록", "장서 대출 목록", "장서목록"]
        .iter()
        .find_map(|suffix| base.strip_suffix(suffix))
        .map(|name| name.trim_end_matches([' ', '_', '-']))
        .filter(|name| !name.is_empty())
        .unwrap_or(base);
    NamedLibrary { name: name.trim().to_owned(), latest: month }
}

/// `가 (2023년 02월)` is `가` and the last day of March 2023.
fn without_month(stem: &str) -> Option<(&str, Option<Date>)> {
    let (base, inside) = stem.strip_suffix(')')?.rsplit_once('(')?;
    let (year, rest) = inside.split_once('년')?;
    let (month, rest) = rest.split_once('월')?;
    let (year, month) = (year.trim(), month.trim());
    let digits = |text: &str, most: usize| {
        !text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_digit())
    };
    if !rest.trim().is_empty() || year.len() != 4 || !digits(year, 4) || !digits(month, 2) {
        return None;
    }
    let (year, month): (i32, u32) = (year.parse().ok()?, month.parse().ok()?);
    let (year, month) = if month >= 12 { (year + 1, 1) } else { (year, month + 1) };
    let latest = (28..=31).rev().find_map(|day| Date::from_ymd(year, month, day));
    Some((base.trim_end(), latest))
}

/// `가 (1)` is `가`.
fn without_copy_number(stem: &str) -> Option<&str> {
    let (base, inside) = stem.strip_suffix(')')?.rsplit_once('(')?;
    (!inside.is_empty() && inside.bytes().all(|b| b.is_ascii_digit())).then(|| base.trim_end())
}

fn work(rows: &Rows, layout: &Layout, file: u16) -> Gathered {
    let mut gathered = Gathered::new(file);
    let whole_file = layout.library.as_ref().err().map(|name| gathered.library(name));
    for row in rows.iter() {
        if !row.is_blank() {
            gathered.report.rows += 1;
            if let Some(row) = read_row(&row, layout, whole_file, &mut gathered) {
                gathered.rows.push(row);
            }
        }
    }
    gathered
}

fn read_row(
    raw: &RawRow<'_>,
    layout: &Layout,
    whole_file: Option<u16>,
    gathered: &mut Gathered,
) -> Option<Row> {
    let line = raw.line;
    match raw.shape {
        Shape::Whole => {}
        Shape::Short => gathered.note(line, "", Kind::CellsMissing, &all(raw, layout), None),
        Shape::StrayQuote => gathered.note(line, "", Kind::StrayQuote, &all(raw, layout), None),
        Shape::Unreadable => {
            gathered.reject(line, "", Kind::RowUnreadable, &all(raw, layout));
            return None;
        }
    }
    let mut damaged = false;
    let mut foreign = false;
    let mut cell = |place: Option<usize>| -> Cow<'_, str> {
        let (text, how) = decode(place.map_or(&[], |place| raw.cell(place)), layout.encoding);
        damaged |= how == Decoded::WithLosses;
        foreign |= how == Decoded::OtherEncoding;
        text
    };
    let (isbn, title) = (cell(Some(layout.isbn)), cell(Some(layout.title)));
    let (authors, publisher) = (cell(layout.authors), cell(layout.publisher));
    let (class_no, year, volume) = (cell(layout.class_no), cell(layout.year), cell(layout.volume));
    let (loans, registered) = (cell(layout.loans), cell(layout.registered));
    let library = cell(layout.library.as_ref().ok().copied());
    if damaged {
        gathered.note(line, "", Kind::BytesUndecodable, &all(raw, layout), None);
    }
    if foreign {
        gathered.note(line, "", Kind::OtherEncoding, &all(raw, layout), None);
    }

    if isbn.trim() == columns::ISBN.name && title.trim() == columns::TITLE.name {
        gathered.report.rows -= 1;
        gathered.note(line, "", Kind::HeaderRepeated, &title, None);
        return None;
    }
    let isbn13 = gathered.isbn(line, columns::ISBN, &isbn)?;
    let title_id = gathered.text_id(line, columns::TITLE, &title, false);
    if title_id == crate::catalogue::TextId::EMPTY {
        gathered.reject(line, columns::TITLE.name, Kind::TitleMissing, &title);
        return None;
    }
    let library = match whole_file {
        Some(library) => library,
        None => {
            let name = gathered.text(line, columns::LIBRARY, &library, false);
            if name.is_empty() {
                gathered.reject(line, columns::LIBRARY.name, Kind::LibraryMissing, &library);
                return None;
            }
            gathered.library(&name)
        }
    };
    let mut row = gathered.row(line, isbn13, title_id);
    row.library = library;
    row.authors = text(gathered, line, columns::AUTHORS, &authors, true);
    row.publisher = text(gathered, line, columns::PUBLISHER, &publisher, false);
    row.class_no = gathered.class_id(line, columns::CLASS, &class_no);
    row.volume = gathered.short_text_id(line, columns::VOLUME, &volume);
    row.year = gathered.year(line, columns::YEAR, &year);
    row.loans = gathered.loans(line, &loans);
    row.registered = gathered.registered(line, &registered, layout.latest);
    Some(row)
}

fn text(
    gathered: &mut Gathered,
    line: u32,
    column: Column,
    cell: &str,
    names: bool,
) -> crate::catalogue::TextId {
    if cell.is_empty() {
        return crate::catalogue::TextId::EMPTY;
    }
    gathered.text_id(line, column, cell, names)
}

/// The whole row, for a message.
fn all(raw: &RawRow<'_>, layout: &Layout) -> String {
    decode(&raw.joined(), layout.encoding).0.into_owned()
}
