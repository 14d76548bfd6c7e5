//! The smaller files beside the holdings: keywords, synonyms; and how any small table is gone through.
//!
//! Invariant: as with holdings, a row is used or counted as rejected with the reason.

use std::io::BufRead;

use super::batch::{BATCH_ROWS, Batch};
use super::columns::{self, Places};
use super::encoding::{Decoded, Encoding, decode};
use super::error::{Problem, WrongFile};
use super::sink::{Sink, SourceFile};
use super::table::{RawRow, Rows, Shape, Table};
use crate::catalogue::Synonym;
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

/// Goes through a small table row by row.
pub(super) fn each_row<R: BufRead>(
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
pub(super) fn cells<const N: usize>(
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
