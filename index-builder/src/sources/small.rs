//! The smaller files beside the holdings: keywords, synonyms, libraries.
//!
//! Invariant: as with holdings, a row is used or counted as rejected with the reason.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::Path;
use std::sync::Mutex;

use super::columns::{self, Places};
use super::encoding::{Decoded, Encoding, decode};
use super::error::{Problem, WrongFile};
use super::gather::{BATCH_ROWS, Gathered, gather};
use super::holdings::{Stop, judge};
use super::records;
use super::table::{RawRow, Rows, Shape, Table};
use crate::catalogue::{Library, Merge, Synonym};
use crate::progress::Progress;
use crate::report::{FileReport, Kind};

/// Reads `isbn13,keywords`, the keywords best first and joined by `|`.
///
/// # Errors
/// When the file as a whole is not usable.
pub(crate) fn read_keywords<R: BufRead>(
    path: &Path,
    mut table: Table<R>,
    file: u16,
    merge: &Mutex<Merge>,
    report: &mut FileReport,
    progress: &dyn Progress,
) -> Result<(), WrongFile> {
    report.encoding = table.encoding().name();
    let encoding = table.encoding();
    let places = Places::new(path, table.header());
    let [isbn, keywords] = places.needed([columns::ISBN, columns::KEYWORDS], report)?;
    let mut told = 0;
    gather(
        || {
            let mut rows = Rows::default();
            let more = table.next_into(&mut rows, BATCH_ROWS)?;
            progress.advance(table.bytes_read() - told);
            told = table.bytes_read();
            Ok(more.then_some(rows))
        },
        |rows| {
            let mut gathered = Gathered::new(file);
            for row in rows.iter().filter(|row| !row.is_blank()) {
                let Some([isbn, words]) = cells(&row, encoding, [isbn, keywords], &mut gathered) else {
                    continue;
                };
                let Some(isbn13) = gathered.reference(row.line, &isbn) else { continue };
                let words = words.split('|').map(str::to_owned).collect();
                let words = records::keywords(words, row.line, columns::KEYWORDS, &mut gathered);
                gathered.keywords(isbn13, row.line, words);
            }
            gathered
        },
        merge,
        report,
    )
    .map_err(|error: Stop| error.at(path))?;
    judge(path, report)
}

/// Reads `eng,kor`: pairs of words that mean the same.
///
/// # Errors
/// When the file as a whole is not usable.
pub(crate) fn read_synonyms<R: BufRead>(
    path: &Path,
    table: Table<R>,
    file: u16,
    report: &mut FileReport,
) -> Result<Vec<Synonym>, WrongFile> {
    let places = Places::new(path, table.header());
    let places = places.needed([columns::ENGLISH, columns::KOREAN], report)?;
    let mut synonyms = Vec::new();
    each_row(path, table, file, report, |line, row, encoding, gathered| {
        let Some([from, to]) = cells(row, encoding, places, gathered) else { return };
        let from = gathered.text(line, columns::ENGLISH, &from, false).into_owned();
        let to = gathered.text(line, columns::KOREAN, &to, false).into_owned();
        if from.is_empty() || to.is_empty() {
            gathered.reject(line, "", Kind::SynonymIncomplete, &format!("{from},{to}"));
        } else if from.to_lowercase() == to.to_lowercase() {
            gathered.reject(line, "", Kind::SynonymOfItself, &format!("{from},{to}"));
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
pub(crate) fn read_libraries<R: BufRead>(
    path: &Path,
    table: Table<R>,
    file: u16,
    report: &mut FileReport,
) -> Result<(BTreeMap<String, Library>, bool), WrongFile> {
    let places = Places::new(path, table.header());
    let [name] = places.needed([columns::NAME], report)?;
    let optional = [
        columns::CODE,
        columns::ADDRESS,
        columns::LATITUDE,
        columns::LONGITUDE,
        columns::HOMEPAGE,
        columns::INVENTED,
    ]
    .map(|column| places.find(column, report));
    let mut libraries: BTreeMap<String, Library> = BTreeMap::new();
    let mut invented = false;
    each_row(path, table, file, report, |line, row, encoding, gathered| {
        let places = [Some(name)].into_iter().chain(optional);
        let places: Vec<usize> = places.map(|place| place.unwrap_or(usize::MAX)).collect();
        let Ok(places) = <[usize; 7]>::try_from(places) else { return };
        let Some(cells) = cells(row, encoding, places, gathered) else { return };
        let cells = cells.map(|cell| gathered.text(line, columns::NAME, &cell, false).into_owned());
        let [name, code, address, latitude, longitude, homepage, mark] = cells;
        if name.is_empty() {
            gathered.reject(line, columns::NAME.name, Kind::LibraryMissing, "");
            return;
        }
        if libraries.contains_key(&name) {
            gathered.reject(line, columns::NAME.name, Kind::LibraryTwice, &name);
            return;
        }
        invented |= matches!(mark.to_lowercase().as_str(), "yes" | "true" | "1" | "예");
        let some = |text: String| (!super::clean::is_placeholder(&text)).then_some(text);
        let mut degrees = |text: &str, most: f64, column: columns::Column| {
            let number: Option<f64> =
                text.parse().ok().filter(|number: &f64| number.abs() <= most && *number != 0.0);
            if number.is_none() && !super::clean::is_placeholder(text) {
                gathered.note(line, column.name, Kind::LibraryDetailUnusable, text, None);
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
                gathered.note(line, columns::HOMEPAGE.name, Kind::LibraryDetailUnusable, address, None);
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
    path: &Path,
    mut table: Table<R>,
    file: u16,
    report: &mut FileReport,
    mut each: impl FnMut(u32, &RawRow<'_>, Encoding, &mut Gathered),
) -> Result<(), WrongFile> {
    report.encoding = table.encoding().name();
    let encoding = table.encoding();
    let mut gathered = Gathered::new(file);
    let mut rows = Rows::default();
    while table.next_into(&mut rows, BATCH_ROWS)? {
        for row in rows.iter().filter(|row| !row.is_blank()) {
            each(row.line, &row, encoding, &mut gathered);
        }
    }
    report.absorb(gathered.report);
    if report.rows == 0 {
        return Err(WrongFile::new(path, Problem::NoRows));
    }
    Ok(())
}

/// The decoded cells of a row; counts it, and rejects it when it cannot be told which cell is which.
fn cells<const N: usize>(
    row: &RawRow<'_>,
    encoding: Encoding,
    places: [usize; N],
    gathered: &mut Gathered,
) -> Option<[String; N]> {
    gathered.report.rows += 1;
    let all = || decode(&row.joined(), encoding).0.into_owned();
    match row.shape {
        Shape::Whole => {}
        Shape::Short => gathered.note(row.line, "", Kind::CellsMissing, &all(), None),
        Shape::StrayQuote => gathered.note(row.line, "", Kind::StrayQuote, &all(), None),
        Shape::Unreadable => {
            gathered.reject(row.line, "", Kind::RowUnreadable, &all());
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
        Decoded::OtherEncoding => gathered.note(row.line, "", Kind::OtherEncoding, &all(), None),
        Decoded::WithLosses => gathered.note(row.line, "", Kind::BytesUndecodable, &all(), None),
    }
    Some(cells)
}
