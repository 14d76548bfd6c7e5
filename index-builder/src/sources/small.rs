//! The smaller files beside the holdings: keywords, synonyms, libraries.
//!
//! Invariant: as with holdings, a row is used or counted as rejected with the reason.

use std::collections::BTreeMap;
use std::io::BufRead;

use super::batch::{BATCH_ROWS, Batch};
use super::columns::{self, Places};
use super::encoding::{Decoded, Encoding, decode};
use super::error::{Problem, WrongFile};
use super::sink::{Sink, SourceFile};
use super::table::{RawRow, Rows, Shape, Table};
use crate::catalogue::{Library, Synonym};
use crate::report::{FileReport, FindingKind};

/// Reads `isbn13,keywords`, the keywords best first and joined by `|`.
///
/// # Errors
/// When the file as a whole is not usable.
pub(super) fn read_keywords<R: BufRead>(
    file: &SourceFile,
    mut table: Table<R>,
    sink: &mut Sink<'_>,
) -> Result<(), WrongFile> {
    let encoding = table.encoding();
    sink.report.read_as(encoding.name());
    let places = Places::new(&file.path, table.header());
    let [isbn, keywords] = places.needed([columns::ISBN, columns::KEYWORDS], &mut sink.report)?;
    sink.collect(file, &mut table, |rows: Rows, batch| {
        for row in rows.iter().filter(|row| !row.is_blank()) {
            let Some([isbn, words]) = cells(&row, encoding, [isbn, keywords], batch) else { continue };
            let Some(isbn13) = batch.reference(row.line, &isbn) else { continue };
            let words = words.split('|').map(str::to_owned).collect();
            let words = batch.clean_keywords(row.line, columns::KEYWORDS, words);
            batch.add_keywords(isbn13, row.line, words);
        }
    })?;
    sink.judge(file)
}

/// Reads `eng,kor`: pairs of words that mean the same.
///
/// # Errors
/// When the file as a whole is not usable.
pub(super) fn read_synonyms<R: BufRead>(
    file: &SourceFile,
    table: Table<R>,
    sink: &mut Sink<'_>,
) -> Result<Vec<Synonym>, WrongFile> {
    let places = Places::new(&file.path, table.header());
    let places = places.needed([columns::ENGLISH, columns::KOREAN], &mut sink.report)?;
    let mut synonyms = Vec::new();
    each_row(file, table, &mut sink.report, |line, row, encoding, batch| {
        let Some([from, to]) = cells(row, encoding, places, batch) else { return };
        let from = batch.text(line, columns::ENGLISH, &from, false).into_owned();
        let to = batch.text(line, columns::KOREAN, &to, false).into_owned();
        if from.is_empty() || to.is_empty() {
            batch.reject(line, "", FindingKind::SynonymIncomplete, &format!("{from},{to}"));
        } else if from.to_lowercase() == to.to_lowercase() {
            batch.reject(line, "", FindingKind::SynonymOfItself, &format!("{from},{to}"));
        } else {
            synonyms.push(Synonym { from, to });
        }
    })?;
    Ok(synonyms)
}

/// Reads `code,name,address,latitude,longitude,homepage` (and `invented`, which `generate` writes), by name; says
/// whether any library is marked as invented.
///
/// # Errors
/// When the file as a whole is not usable.
pub(super) fn read_libraries<R: BufRead>(
    file: &SourceFile,
    table: Table<R>,
    sink: &mut Sink<'_>,
) -> Result<(BTreeMap<String, Library>, bool), WrongFile> {
    let places = Places::new(&file.path, table.header());
    let [name] = places.needed([columns::NAME], &mut sink.report)?;
    let optional = [
        columns::CODE,
        columns::ADDRESS,
        columns::LATITUDE,
        columns::LONGITUDE,
        columns::HOMEPAGE,
        columns::INVENTED,
    ]
    .map(|column| places.find(column, &mut sink.report));
    let mut libraries: BTreeMap<String, Library> = BTreeMap::new();
    let mut invented = false;
    each_row(file, table, &mut sink.report, |line, row, encoding, batch| {
        let places = [Some(name)].into_iter().chain(optional);
        let places: Vec<usize> = places.map(|place| place.unwrap_or(usize::MAX)).collect();
        let Ok(places) = <[usize; 7]>::try_from(places) else { return };
        let Some(cells) = cells(row, encoding, places, batch) else { return };
        let cells = cells.map(|cell| batch.text(line, columns::NAME, &cell, false).into_owned());
        let [name, code, address, latitude, longitude, homepage, mark] = cells;
        if name.is_empty() {
            batch.reject(line, columns::NAME.name, FindingKind::LibraryMissing, "");
            return;
        }
        if libraries.contains_key(&name) {
            batch.reject(line, columns::NAME.name, FindingKind::LibraryTwice, &name);
            return;
        }
        invented |= matches!(mark.to_lowercase().as_str(), "yes" | "true" | "1" | "예");
        let some = |text: String| (!super::clean::is_placeholder(&text)).then_some(text);
        let mut degrees = |text: &str, most: f64, column: columns::Column| {
            let number: Option<f64> =
                text.parse().ok().filter(|number: &f64| number.abs() <= most && *number != 0.0);
            if number.is_none() && !super::clean::is_placeholder(text) {
                batch.note(line, column.name, FindingKind::LibraryDetailUnusable, text, None);
            }
            number
        };
        let latitude = degrees(&latitude, 90.0, columns::LATITUDE);
        let longitude = degrees(&longitude, 180.0, columns::LONGITUDE);
        let homepage = some(homepage).filter(|address| {
            let usable =
                ["http://", "https://"].iter().any(|scheme| address.to_ascii_lowercase().starts_with(scheme))
                    && !address.contains([' ', '"', '<', '>']);
            if !usable {
                batch.note(line, columns::HOMEPAGE.name, FindingKind::LibraryDetailUnusable, address, None);
            }
            usable
        });
        let library = Library {
            code: some(code),
            name: name.clone(),
            address: some(address),
            // A point needs both.
            latitude: latitude.filter(|_| longitude.is_some()),
            longitude: longitude.filter(|_| latitude.is_some()),
            homepage,
        };
        libraries.insert(name, library);
    })?;
    Ok((libraries, invented))
}

/// Goes through a small table row by row.
fn each_row<R: BufRead>(
    file: &SourceFile,
    mut table: Table<R>,
    report: &mut FileReport,
    mut each: impl FnMut(u32, &RawRow<'_>, Encoding, &mut Batch),
) -> Result<(), WrongFile> {
    report.read_as(table.encoding().name());
    let encoding = table.encoding();
    let mut batch = Batch::new(file.number);
    let mut rows = Rows::default();
    while table.next_into(&mut rows, BATCH_ROWS).map_err(file.unreadable())? {
        for row in rows.iter().filter(|row| !row.is_blank()) {
            each(row.line, &row, encoding, &mut batch);
        }
    }
    report.absorb(batch.report);
    if report.rows == 0 {
        return Err(file.wrong(Problem::NoRows));
    }
    Ok(())
}

/// The decoded cells of a row; counts it, and rejects it when it cannot be told which cell is which.
fn cells<const N: usize>(
    row: &RawRow<'_>,
    encoding: Encoding,
    places: [usize; N],
    batch: &mut Batch,
) -> Option<[String; N]> {
    batch.report.rows += 1;
    let all = || decode(&row.joined(), encoding).0.into_owned();
    match row.shape {
        Shape::Whole => {}
        Shape::Short => batch.note(row.line, "", FindingKind::CellsMissing, &all(), None),
        Shape::StrayQuote => batch.note(row.line, "", FindingKind::StrayQuote, &all(), None),
        Shape::Unreadable => {
            batch.reject(row.line, "", FindingKind::RowUnreadable, &all());
            return None;
        }
    }
    let mut worst = Decoded::Plainly;
    let cells = places.map(|place| {
        let (text, how) = decode(row.cell(place), encoding);
        if how != Decoded::Plainly {
            worst = how;
        }
        text.into_owned()
    });
    match worst {
        Decoded::Plainly => {}
        Decoded::OtherEncoding => batch.note(row.line, "", FindingKind::OtherEncoding, &all(), None),
        Decoded::WithLosses => batch.note(row.line, "", FindingKind::BytesUndecodable, &all(), None),
    }
    Some(cells)
}
