//! Where the libraries are and how to reach them (`libraries.csv`), and the public holidays (`holidays.csv`).
//!
//! Invariant: as with holdings, a row is used or counted as rejected with the reason; a cell that is of no use is left out and told
//! with its row, and never stops a build.

use std::collections::BTreeMap;
use std::io::BufRead;

use seoga_index::libraries::{Detail, Holiday};
use seoga_text::day::Day;

use super::batch::Batch;
use super::clean::is_placeholder;
use super::columns::{self, Column, Places};
use super::error::WrongFile;
use super::sink::{Sink, SourceFile};
use super::small::{cells, each_row};
use super::table::Table;
use crate::catalogue::Library;
use crate::report::FindingKind;

/// Characters of a text that is told of a library.
const LONGEST: usize = 300;

/// How a cell is judged.
#[derive(Debug, Clone, Copy)]
enum Judged {
    /// Any text.
    Text,
    /// An address of the web.
    Web,
    /// An address by https with a book in it.
    Pattern,
}

/// The columns that are told as they are, and how each is judged.
const TOLD: [(Column, Detail, Judged); 10] = [
    (columns::FULL_NAME, Detail::FullName, Judged::Text),
    (columns::REGION, Detail::Region, Judged::Text),
    (columns::TELEPHONE, Detail::Telephone, Judged::Text),
    (columns::HOURS, Detail::Hours, Judged::Text),
    (columns::CLOSED, Detail::Closed, Judged::Text),
    (columns::CATALOGUE, Detail::Catalogue, Judged::Web),
    (columns::HOLDINGS_LINK, Detail::HoldingsLink, Judged::Pattern),
    (columns::RESERVATION, Detail::Reservation, Judged::Web),
    (columns::INTERLIBRARY_LOAN, Detail::InterlibraryLoan, Judged::Web),
    (columns::PURCHASE_REQUEST, Detail::PurchaseRequest, Judged::Web),
];

/// Reads a table of libraries by the names of its columns, of which `name` alone is needed; says whether any library is marked as
/// invented, as `generate` does.
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
    let mut find = |column| places.find(column, &mut sink.report).unwrap_or(usize::MAX);
    let own = [
        columns::CODE,
        columns::ADDRESS,
        columns::LATITUDE,
        columns::LONGITUDE,
        columns::HOMEPAGE,
        columns::ROMANISED,
        columns::INVENTED,
    ]
    .map(&mut find);
    let told = TOLD.map(|(column, ..)| find(column));
    let mut libraries: BTreeMap<String, Library> = BTreeMap::new();
    let mut invented = false;
    each_row(file, table, &mut sink.report, |line, row, encoding, batch| {
        let mut places = [name; 18];
        places.iter_mut().skip(1).zip(own.into_iter().chain(told)).for_each(|(to, place)| *to = place);
        let Some(cells) = cells(row, encoding, places, batch) else { return };
        let mut cells =
            cells.map(|cell| batch.text(line, columns::NAME, &cell, false).into_owned()).into_iter();
        let [name, code, address, latitude, longitude, homepage, romanised, mark] =
            std::array::from_fn(|_| cells.next().unwrap_or_default());
        if name.is_empty() {
            batch.reject(line, columns::NAME.name, FindingKind::LibraryMissing, "");
            return;
        }
        if libraries.contains_key(&name) {
            batch.reject(line, columns::NAME.name, FindingKind::LibraryTwice, &name);
            return;
        }
        invented |= matches!(mark.to_lowercase().as_str(), "yes" | "true" | "1" | "예");
        let mut told = |column, judged, text| usable(line, column, judged, text, batch);
        let code = told(columns::CODE, Judged::Text, code);
        let address = told(columns::ADDRESS, Judged::Text, address);
        let homepage = told(columns::HOMEPAGE, Judged::Web, homepage);
        let romanised = told(columns::ROMANISED, Judged::Text, romanised);
        let details = TOLD
            .into_iter()
            .zip(cells)
            .filter_map(|((column, detail, judged), cell)| Some((detail, told(column, judged, cell)?)));
        let details = details.collect();
        let latitude = degrees(line, columns::LATITUDE, &latitude, 90.0, batch);
        let longitude = degrees(line, columns::LONGITUDE, &longitude, 180.0, batch);
        let library = Library {
            code,
            name: name.clone(),
            address,
            // A point needs both.
            latitude: latitude.filter(|_| longitude.is_some()),
            longitude: longitude.filter(|_| latitude.is_some()),
            homepage,
            romanised,
            told: details,
        };
        libraries.insert(name, library);
    })?;
    Ok((libraries, invented))
}

/// Gives the text of a cell where it is of use; tells in the report where it is not, and why not.
fn usable(line: u32, column: Column, judged: Judged, text: String, batch: &mut Batch) -> Option<String> {
    if is_placeholder(&text) {
        return None;
    }
    let fault = match judged {
        _ if text.chars().count() > LONGEST => Some(FindingKind::LibraryDetailUnusable),
        Judged::Text => None,
        Judged::Web => (!is_web(&text)).then_some(FindingKind::LibraryDetailUnusable),
        Judged::Pattern => (!is_pattern(&text)).then_some(FindingKind::LibraryLinkUnusable),
    };
    match fault {
        None => Some(text),
        Some(kind) => {
            batch.note(line, column.name, kind, &text, None);
            None
        }
    }
}

/// Tells whether a text is an address of the web.
fn is_web(text: &str) -> bool {
    let schemes = ["http://", "https://"];
    schemes.iter().any(|scheme| text.to_ascii_lowercase().starts_with(scheme))
        && !text.contains([' ', '"', '<', '>', '\\'])
}

/// Tells whether a text is an address by https in whose path or parameters `{isbn}` or `{id}` stands once, and no other brace.
fn is_pattern(text: &str) -> bool {
    let Some((host, behind)) = text.strip_prefix("https://").and_then(|rest| rest.split_once('/')) else {
        return false;
    };
    let named = |name: &str| behind.matches(name).count();
    let filled = behind.replace("{isbn}", "").replace("{id}", "");
    !host.is_empty()
        && is_web(text)
        && named("{isbn}") + named("{id}") == 1
        && !host.contains(['{', '}', '@', '?', '#'])
        && !filled.contains(['{', '}'])
}

fn degrees(line: u32, column: Column, text: &str, most: f64, batch: &mut Batch) -> Option<f64> {
    let number = text.parse().ok().filter(|number: &f64| number.abs() <= most && *number != 0.0);
    if number.is_none() && !is_placeholder(text) {
        batch.note(line, column.name, FindingKind::LibraryDetailUnusable, text, None);
    }
    number
}

/// Reads `date,name`: the public holidays, each day `YYYY-MM-DD`, `YYYY.MM.DD` or `YYYYMMDD`.
///
/// # Errors
/// When the file as a whole is not usable.
pub(super) fn read_holidays<R: BufRead>(
    file: &SourceFile,
    table: Table<R>,
    sink: &mut Sink<'_>,
) -> Result<Vec<Holiday>, WrongFile> {
    let places = Places::new(&file.path, table.header());
    let [date] = places.needed([columns::DATE], &mut sink.report)?;
    let name = places.find(columns::HOLIDAY, &mut sink.report).unwrap_or(usize::MAX);
    let mut holidays = Vec::new();
    each_row(file, table, &mut sink.report, |line, row, encoding, batch| {
        let Some([date, name]) = cells(row, encoding, [date, name], batch) else { return };
        match day(&date) {
            Some(day) => {
                let name = batch.text(line, columns::HOLIDAY, &name, false).into_owned();
                holidays.push(Holiday { day, name });
            }
            None => batch.reject(line, columns::DATE.name, FindingKind::HolidayUnreadable, &date),
        }
    })?;
    Ok(holidays)
}

/// Reads a day, in days since 1970-01-01.
pub(super) fn day(text: &str) -> Option<u32> {
    let text = text.trim().trim_end_matches('.');
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let (year, rest) = digits.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2)?;
    let whole = text.len() == 8 || text.split(['-', '.', '/']).map(|part| part.trim().len()).eq([4, 2, 2]);
    let iso = format!("{year}-{month}-{day}");
    Day::parse(&iso).filter(|_| whole && day.len() == 2).map(|day| day.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_a_book_is_by_https_and_names_the_book_once_behind_the_host() {
        for good in ["https://lib.example/s?isbn={isbn}", "https://lib.example/b/{id}"] {
            assert!(is_pattern(good), "{good}");
        }
        for bad in [
            "http://lib.example/s?isbn={isbn}",
            "https://lib.example/s?isbn=",
            "https://lib.example/{isbn}/{isbn}",
            "https://lib.example/{isbn}{x}",
            "https://{isbn}.example/",
            "https://a@b.example/{isbn}",
            "https://lib.example/s?q={isbn}&x=\"",
            "javascript:alert({isbn})",
            "https:///{isbn}",
        ] {
            assert!(!is_pattern(bad), "{bad}");
        }
    }

    #[test]
    fn days_of_holidays_are_read_in_three_ways_and_no_other() {
        let new_year = day("2027-01-01");
        assert_eq!(new_year, Some(20_819));
        for same in ["2027.01.01", "20270101", " 2027.01.01. "] {
            assert_eq!(day(same), new_year, "{same}");
        }
        for bad in ["", "2027", "2027-13-01", "2027-02-30", "27-01-01", "2027-1-1", "내일"] {
            assert_eq!(day(bad), None, "{bad}");
        }
    }
}
