//! Reads what a library's own system says of loans (`availability.csv`): a book, a library, whether a copy is on the shelf, as of which day.
//!
//! Invariant: as with holdings, a row is used or counted as rejected with the reason. Whether the index has the book and the library is for
//! [`crate::loans`] to say.

use std::io::BufRead;

use seoga_index::book_id::BookId;

use super::columns::{self, Places};
use super::error::WrongFile;
use super::library_list::day;
use super::sink::{Sink, SourceFile};
use super::small::{cells, each_row};
use super::table::Table;
use crate::catalogue::isbn;
use crate::report::FindingKind;

/// A row: what is known of a library's copies of a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoanRow {
    /// Its line in the file, from 1.
    pub line: u32,
    /// The book, by its id or any of its ISBNs.
    pub book: BookId,
    /// The library, by its name or its code.
    pub library: String,
    /// Whether a copy is on the shelf.
    pub is_in: bool,
    /// The day it is told of, as days since 1970-01-01.
    pub day: u32,
}

/// Reads `library,isbn13,available,date`, all of which are needed.
///
/// # Errors
/// When the file as a whole is not usable.
pub(super) fn read_table<R: BufRead>(
    file: &SourceFile,
    table: Table<R>,
    sink: &mut Sink<'_>,
) -> Result<Vec<LoanRow>, WrongFile> {
    let places = Places::new(&file.path, table.header());
    let wanted = [columns::LIBRARY, columns::ISBN, columns::AVAILABLE, columns::AS_OF];
    let places = places.needed(wanted, &mut sink.report)?;
    let mut rows = Vec::new();
    each_row(file, table, &mut sink.report, |line, row, encoding, batch| {
        let Some([library, book, available, date]) = cells(row, encoding, places, batch) else { return };
        let library = batch.text(line, columns::LIBRARY, &library, false).into_owned();
        if library.is_empty() {
            return batch.reject(line, columns::LIBRARY.name, FindingKind::LibraryMissing, "");
        }
        let Some(book) = BookId::parse(book.trim())
            .or_else(|| isbn::read(&book).ok().map(|isbn| BookId::isbn(isbn.isbn13)))
        else {
            return batch.reject(line, columns::ISBN.name, FindingKind::ReferenceUnreadable, &book);
        };
        let Some(is_in) = yes_or_no(&available) else {
            return batch.reject(line, columns::AVAILABLE.name, FindingKind::LoanUnreadable, &available);
        };
        let Some(day) = day(&date) else {
            return batch.reject(line, columns::AS_OF.name, FindingKind::LoanDayUnreadable, &date);
        };
        rows.push(LoanRow { line, book, library, is_in, day });
    })?;
    Ok(rows)
}

/// Reads whether a copy is on the shelf.
fn yes_or_no(text: &str) -> Option<bool> {
    const YES: [&str; 8] = ["y", "yes", "true", "1", "대출가능", "가능", "비치중", "예"];
    const NO: [&str; 8] = ["n", "no", "false", "0", "대출불가", "불가", "대출중", "아니요"];
    let text: String = text.to_lowercase().split_whitespace().collect();
    if YES.contains(&text.as_str()) { Some(true) } else { NO.contains(&text.as_str()).then_some(false) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Quiet;
    use crate::report::FileReport;
    use crate::sources::read_loans;

    fn read(text: &str) -> (Vec<LoanRow>, FileReport) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("availability.csv");
        std::fs::write(&path, text).unwrap();
        read_loans(&path, &Quiet).unwrap()
    }

    #[test]
    fn rows_are_read_in_both_languages_and_a_wrong_one_is_named_with_its_line() {
        let (rows, report) = read(
            "도서관,ISBN,대출가능,기준일\n가온도서관,9791158083397,Y,2026-11-28\n가온도서관,89-349-0490-9,대출 중,20261127\n\
             ,9791158083397,Y,2026-11-28\n가온도서관,12,Y,2026-11-28\n가온도서관,9791158083397,아마,2026-11-28\n가온도서관,9791158083397,N,어제\n",
        );
        let told: Vec<_> = rows.iter().map(|row| (row.line, row.is_in, row.day)).collect();
        assert_eq!(told, [(2, true, 20_785), (3, false, 20_784)]);
        assert_eq!(rows[1].book, BookId::isbn(9_788_934_904_908));
        let found: Vec<_> = report.findings.iter().map(|finding| (finding.line, finding.kind)).collect();
        assert_eq!(
            found,
            [
                (4, FindingKind::LibraryMissing),
                (5, FindingKind::ReferenceUnreadable),
                (6, FindingKind::LoanUnreadable),
                (7, FindingKind::LoanDayUnreadable),
            ]
        );
        assert_eq!((report.rows, report.rejected), (6, 4));
    }

    #[test]
    fn a_file_without_a_column_of_days_is_refused_and_the_column_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("availability.csv");
        std::fs::write(&path, "library,isbn13,available\nA,9791158083397,Y\n").unwrap();
        let refused = read_loans(&path, &Quiet).unwrap_err().to_string();
        assert!(refused.contains("date"), "{refused}");
    }
}
