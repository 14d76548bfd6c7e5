//! Tables of books: who holds which (the monthly lists of 정보나루, lists that libraries publish), or exports of records.
//!
//! Not the mechanics of cells (`table`), nor what a column is called (`columns`), nor the merging (`catalogue`). Invariant: a row
//! either becomes one row of the catalogue or is counted as rejected with the reason.

use std::borrow::Cow;
use std::io::BufRead;

use super::batch::Batch;
use super::clean;
use super::columns::{self, Column, Places};
use super::encoding::{Decoded, Encoding, decode};
use super::error::{Problem, WrongFile};
use super::library_name::library_of;
use super::sink::{Sink, SourceFile};
use super::table::{RawRow, Rows, Shape, Table};
use crate::catalogue::{Date, FactKind, Row, Shelf, TextId};
use crate::report::{FileReport, FindingKind, Role};

/// Where the columns are.
#[derive(Debug)]
struct Layout {
    encoding: Encoding,
    /// The names of the columns of titles and of ISBNs, which a repeated header has again.
    repeated: [String; 2],
    title: usize,
    subtitle: Option<usize>,
    other_title: Option<usize>,
    isbns: Vec<usize>,
    /// The columns of ISBNs may hold ISSNs too.
    has_issns: bool,
    authors: Option<usize>,
    publisher: Option<usize>,
    year: Option<usize>,
    volume: Option<usize>,
    class_no: Option<usize>,
    call_number: Option<usize>,
    /// The call number begins with a KDC number: its column has a Korean name.
    is_class: bool,
    room: Option<usize>,
    copies: Option<usize>,
    control: Option<usize>,
    series: Option<usize>,
    language: Option<usize>,
    loans: Option<usize>,
    registered: Option<usize>,
    library: Holder,
    /// No registration in this file is later.
    latest: Option<Date>,
}

/// Who holds the books of a file.
#[derive(Debug)]
enum Holder {
    /// The library that a column names.
    Column(usize),
    /// One library, all of them.
    All(String),
    /// Nobody: the file is one of records.
    Nobody,
}

/// Reads a table of books into the catalogue.
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
    let header = table.header();
    if !columns::names_books(header) {
        let beside = [columns::TITLE, columns::ISBN].into_iter();
        let missing = beside.filter(|column| !columns::names(header, &[*column])).map(|column| column.name);
        let problem = Problem::MissingColumns { missing: missing.collect(), found: header.to_vec() };
        return Err(file.wrong(problem));
    }
    if let Some((line, text)) = table.above() {
        report.add(line, "", FindingKind::LinesAboveHeader, || text.to_owned(), || None);
    }
    let places = Places::new(&file.path, header);
    let [title] = places.needed([columns::TITLE], report)?;
    let isbns = places.find_all(columns::ISBN, report);
    if isbns.is_empty() {
        report.add(
            0,
            columns::ISBN.name,
            FindingKind::ColumnMissing,
            || columns::ISBN.name.to_owned(),
            || None,
        );
    }
    let named = library_of(&file.path);
    let latest = named.latest();
    let library = match (places.find(columns::LIBRARY, report), &file.declared.library) {
        (_, Some(name)) => Holder::All(name.clone()),
        (Some(place), None) => Holder::Column(place),
        (None, None) if file.role == Role::Records => Holder::Nobody,
        (None, None) if named.name.is_empty() => return Err(file.wrong(Problem::NamelessLibrary)),
        (None, None) => Holder::All(named.name),
    };
    if let Holder::All(name) = &library {
        report.library = Some(name.clone());
    }
    // Records seldom have a day of registration or a class; lists of holdings mostly do.
    let wanted = |column, report: &mut FileReport| match file.role {
        Role::Holdings => places.wanted(column, report),
        _ => places.find(column, report),
    };
    let call_number = places.find(columns::CALL_NUMBER, report);
    let layout = Layout {
        encoding: table.encoding(),
        repeated: [Some(title), isbns.first().copied()]
            .map(|place| place.and_then(|place| header.get(place)).cloned().unwrap_or_default()),
        title,
        subtitle: places.find(columns::SUBTITLE, report),
        other_title: places.find(columns::OTHER_TITLE, report),
        has_issns: isbns
            .iter()
            .filter_map(|&place| header.get(place))
            .any(|name| name.to_uppercase().contains("ISSN")),
        isbns,
        authors: wanted(columns::AUTHORS, report),
        publisher: wanted(columns::PUBLISHER, report),
        year: wanted(columns::YEAR, report),
        class_no: places.find(columns::CLASS, report),
        is_class: call_number.and_then(|place| header.get(place)).is_some_and(|name| !name.is_ascii()),
        call_number,
        room: places.find(columns::ROOM, report),
        copies: places.find(columns::COPIES, report),
        control: places.find(columns::CONTROL, report),
        series: places.find(columns::SERIES, report),
        registered: wanted(columns::REGISTERED, report),
        volume: places.find(columns::VOLUME, report),
        language: places.find(columns::LANGUAGE, report),
        loans: places.find(columns::LOANS, report),
        library,
        latest,
    };
    if layout.class_no.is_none() && !layout.is_class {
        wanted(columns::CLASS, report);
    }
    places.pass_over_others(report);
    Ok(layout)
}

fn read_rows(rows: &Rows, layout: &Layout, batch: &mut Batch) {
    let whole_file = match &layout.library {
        Holder::All(name) => Some(batch.library(name)),
        Holder::Nobody => Some(Row::NO_LIBRARY),
        Holder::Column(_) => None,
    };
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
        without_formula(text)
    };
    let isbns: Vec<Cow<'_, str>> = layout.isbns.iter().map(|&place| cell(Some(place))).collect();
    let (title, subtitle, other_title) =
        (cell(Some(layout.title)), cell(layout.subtitle), cell(layout.other_title));
    let (call_number, room, copies) = (cell(layout.call_number), cell(layout.room), cell(layout.copies));
    let (control, series, language) = (cell(layout.control), cell(layout.series), cell(layout.language));
    let (authors, publisher) = (cell(layout.authors), cell(layout.publisher));
    let (class_no, year, volume) = (cell(layout.class_no), cell(layout.year), cell(layout.volume));
    let (loans, registered) = (cell(layout.loans), cell(layout.registered));
    let library = match layout.library {
        Holder::Column(place) => cell(Some(place)),
        Holder::All(_) | Holder::Nobody => Cow::Borrowed(""),
    };
    if damaged {
        batch.note(line, "", FindingKind::BytesUndecodable, &all(raw, layout), None);
    }
    if foreign {
        batch.note(line, "", FindingKind::OtherEncoding, &all(raw, layout), None);
    }

    let first_isbn =
        layout.isbns.first().map_or(Cow::Borrowed(""), |&place| decode(raw.cell(place), layout.encoding).0);
    if [title.trim(), first_isbn.trim()] == [layout.repeated[0].as_str(), layout.repeated[1].as_str()] {
        batch.report.rows -= 1;
        batch.note(line, "", FindingKind::HeaderRepeated, &title, None);
        return None;
    }
    let facts = batch.facts_so_far();
    let isbn13 = batch.isbn_among(line, columns::ISBN, &isbns, layout.has_issns);
    let title = match subtitle.trim() {
        "" => title,
        subtitle => Cow::Owned(format!("{} : {subtitle}", title.trim())),
    };
    let title_id = batch.text_id(line, columns::TITLE, &title, false);
    if title_id == TextId::EMPTY {
        batch.reject(line, columns::TITLE.name, FindingKind::TitleMissing, &title);
        return None;
    }
    let holder = match whole_file {
        Some(holder) => holder,
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
    row.library = holder;
    row.authors = text(batch, line, columns::AUTHORS, &authors, true);
    row.publisher = text(batch, line, columns::PUBLISHER, &publisher, false);
    row.class_no = match clean::is_placeholder(class_no.trim()) && layout.is_class {
        true => batch.class_of_call_number(&call_number),
        false => batch.class_id(line, columns::CLASS, &class_no),
    };
    row.volume = batch.short_text_id(line, columns::VOLUME, &volume);
    row.year = batch.year(line, columns::YEAR, &year);
    row.loans = batch.loans(line, &loans);
    row.registered = batch.registered(line, &registered, layout.latest);
    let language = seoga_text::language::short(&language);
    row.language = batch.texts.id(&language);
    row.shelf = Shelf {
        call_number: batch.short_text_id(line, columns::CALL_NUMBER, &call_number),
        room: batch.short_text_id(line, columns::ROOM, &room),
        copies: batch.copies(&copies),
    };
    let other = batch.short_text_id(line, columns::OTHER_TITLE, &other_title);
    batch.fact(FactKind::OtherTitle, other, TextId::EMPTY);
    let series = batch.short_text_id(line, columns::SERIES, &series);
    batch.fact(FactKind::Series, series, TextId::EMPTY);
    if !clean::is_placeholder(control.trim()) {
        // Two libraries may number their copies alike.
        let source = layout.name_of_holder(&library);
        let number =
            if source.is_empty() { control } else { Cow::Owned(format!("({source}){}", control.trim())) };
        let number = batch.text_id(line, columns::CONTROL, &number, false);
        batch.fact(FactKind::Control, number, TextId::EMPTY);
    }
    row.facts = batch.facts_since(facts);
    Some(row)
}

impl Layout {
    /// The library of a row whose column of libraries holds `cell`; nothing where nobody holds the books.
    fn name_of_holder<'a>(&'a self, cell: &'a str) -> &'a str {
        match &self.library {
            Holder::Column(_) => cell.trim(),
            Holder::All(name) => name,
            Holder::Nobody => "",
        }
    }
}

/// A cell as `="9791199990012"`, by which exports keep spreadsheets from making numbers of it, without that.
fn without_formula(cell: Cow<'_, str>) -> Cow<'_, str> {
    let inside = |text: &str| Some(text.trim().strip_prefix("=\"")?.strip_suffix('"')?.to_owned());
    match inside(&cell) {
        Some(inside) => Cow::Owned(inside),
        None => cell,
    }
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
