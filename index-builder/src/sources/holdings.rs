//! Holdings files as 정보나루 (the national library data service) ships them monthly: who holds which books.
//!
//! Not the CSV mechanics (`table`) nor the merging (`catalogue`). Invariant: a row either becomes one row of the
//! catalogue or is counted as rejected with the reason.

use std::borrow::Cow;
use std::io::BufRead;

use super::batch::Batch;
use super::columns::{self, Column, Places};
use super::encoding::{Decoded, Encoding, decode};
use super::error::{Problem, WrongFile};
use super::library_name::library_of;
use super::sink::{Sink, SourceFile};
use super::table::{RawRow, Rows, Shape, Table};
use crate::catalogue::{Date, Row, TextId};
use crate::report::{FileReport, FindingKind};

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

/// Reads a holdings file into the catalogue.
///
/// # Errors
/// When the file as a whole is not usable.
pub(super) fn read<R: BufRead>(
    file: &SourceFile,
    mut table: Table<R>,
    sink: &mut Sink<'_>,
) -> Result<(), WrongFile> {
    sink.report.read_as(table.encoding().name());
    let layout = layout(file, &table, &mut sink.report)?;
    sink.collect(file, &mut table, |rows, batch| read_rows(&rows, &layout, batch))?;
    sink.judge(file)
}

/// Finds the columns, and the library of a file without a column for it.
fn layout<R: BufRead>(
    file: &SourceFile,
    table: &Table<R>,
    report: &mut FileReport,
) -> Result<Layout, WrongFile> {
    let places = Places::new(&file.path, table.header());
    let [title, isbn] = places.needed([columns::TITLE, columns::ISBN], report)?;
    let named = library_of(&file.path);
    let latest = named.latest();
    let library = match (places.find(columns::LIBRARY, report), &file.declared.library) {
        (_, Some(name)) => {
            report.library = Some(name.clone());
            Err(name.clone())
        }
        (Some(place), None) => Ok(place),
        (None, None) if named.name.is_empty() => return Err(file.wrong(Problem::NamelessLibrary)),
        (None, None) => {
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
        latest,
    })
}

fn read_rows(rows: &Rows, layout: &Layout, batch: &mut Batch) {
    let whole_file = layout.library.as_ref().err().map(|name| batch.library(name));
    for row in rows.iter() {
        if !row.is_blank() {
            batch.report.rows += 1;
            if let Some(row) = read_row(&row, layout, whole_file, batch) {
                batch.rows.push(row);
            }
        }
    }
}

fn read_row(raw: &RawRow<'_>, layout: &Layout, whole_file: Option<u16>, batch: &mut Batch) -> Option<Row> {
    let line = raw.line;
    match raw.shape {
        Shape::Whole => {}
        Shape::Short => batch.note(line, "", FindingKind::CellsMissing, &all(raw, layout), None),
        Shape::StrayQuote => batch.note(line, "", FindingKind::StrayQuote, &all(raw, layout), None),
        Shape::Unreadable => {
            batch.reject(line, "", FindingKind::RowUnreadable, &all(raw, layout));
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
        batch.note(line, "", FindingKind::BytesUndecodable, &all(raw, layout), None);
    }
    if foreign {
        batch.note(line, "", FindingKind::OtherEncoding, &all(raw, layout), None);
    }

    if isbn.trim() == columns::ISBN.name && title.trim() == columns::TITLE.name {
        batch.report.rows -= 1;
        batch.note(line, "", FindingKind::HeaderRepeated, &title, None);
        return None;
    }
    let isbn13 = batch.isbn(line, columns::ISBN, &isbn)?;
    let title_id = batch.text_id(line, columns::TITLE, &title, false);
    if title_id == TextId::EMPTY {
        batch.reject(line, columns::TITLE.name, FindingKind::TitleMissing, &title);
        return None;
    }
    let library = match whole_file {
        Some(library) => library,
        None => {
            let name = batch.text(line, columns::LIBRARY, &library, false);
            if name.is_empty() {
                batch.reject(line, columns::LIBRARY.name, FindingKind::LibraryMissing, &library);
                return None;
            }
            batch.library(&name)
        }
    };
    let mut row = batch.row(line, isbn13, title_id);
    row.library = library;
    row.authors = text(batch, line, columns::AUTHORS, &authors, true);
    row.publisher = text(batch, line, columns::PUBLISHER, &publisher, false);
    row.class_no = batch.class_id(line, columns::CLASS, &class_no);
    row.volume = batch.short_text_id(line, columns::VOLUME, &volume);
    row.year = batch.year(line, columns::YEAR, &year);
    row.loans = batch.loans(line, &loans);
    row.registered = batch.registered(line, &registered, layout.latest);
    Some(row)
}

fn text(batch: &mut Batch, line: u32, column: Column, cell: &str, names: bool) -> TextId {
    if cell.is_empty() {
        return TextId::EMPTY;
    }
    batch.text_id(line, column, cell, names)
}

/// The whole row, for a message.
fn all(raw: &RawRow<'_>, layout: &Layout) -> String {
    decode(&raw.joined(), layout.encoding).0.into_owned()
}
