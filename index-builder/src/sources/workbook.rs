//! Reads an Excel workbook (.xlsx) as CSV: the first sheet that holds something, a line for each of its rows.
//!
//! Knows no meaning of a column. Invariants: line `n` of the CSV is row `n` of the sheet; the workbook's parts are measured,
//! unpacked, before they are taken into memory.

use std::io::{BufReader, Read};

use calamine::{DataRef, DataType, Reader, SheetVisible, Xlsx, XlsxError};
use quick_xml::events::Event;
use quick_xml::reader::Reader as XmlReader;
use zip::ZipArchive;

use super::error::Problem;
use super::filesystem::Input;
use super::foreign::Foreign;

/// Bytes of all parts of a workbook, unpacked.
const MOST_UNPACKED_BYTES: u64 = 1 << 30;
/// Bytes of the CSV made of a sheet.
const MOST_CSV_BYTES: usize = 256 << 20;
/// Rows and columns of a sheet, by the file format.
const MOST_ROWS: u32 = 1 << 20;
const MOST_COLUMNS: u32 = 1 << 14;

/// A sheet as CSV.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    /// Its rows, in UTF-8.
    pub(super) csv: Vec<u8>,
    /// The names of the other sheets that are shown.
    pub(super) others: Vec<String>,
}

/// Reads the first sheet that is shown and holds something.
///
/// # Errors
/// When it is no workbook, is locked, or is too large to be held in memory.
pub(super) fn read(mut file: Box<dyn Input + '_>) -> Result<Sheet, Problem> {
    measure(&mut file)?;
    file.rewind().map_err(Problem::Io)?;
    let mut workbook = Xlsx::new(file).map_err(|error| problem(&error))?;
    let shown = workbook.sheets_metadata().iter().filter(|sheet| sheet.visible == SheetVisible::Visible);
    let names: Vec<String> = shown.map(|sheet| sheet.name.clone()).collect();
    for name in &names {
        let csv = sheet(&mut workbook, name)?;
        if !csv.is_empty() {
            let others = names.iter().filter(|other| *other != name).cloned().collect();
            return Ok(Sheet { csv, others });
        }
    }
    Err(Problem::Empty)
}

/// Unpacks every part once, so that what is taken into memory later is known to fit.
fn measure(file: &mut Box<dyn Input + '_>) -> Result<(), Problem> {
    let broken = |error: zip::result::ZipError| {
        Problem::Io(std::io::Error::new(std::io::ErrorKind::InvalidData, error.to_string()))
    };
    let mut archive = ZipArchive::new(file).map_err(broken)?;
    let mut left = MOST_UNPACKED_BYTES;
    for number in 0..archive.len() {
        let part = archive.by_index(number).map_err(broken)?;
        let is_strings =
            part.name().is_ok_and(|name| name.to_ascii_lowercase().ends_with("sharedstrings.xml"));
        let mut part = part.take(left.saturating_add(1));
        if is_strings {
            let claimed = claimed_strings(&mut part);
            let size = left + 1 - part.limit()
                + std::io::copy(&mut part, &mut std::io::sink()).map_err(Problem::Io)?;
            // A string takes more than one byte; the reader makes room for as many as are claimed.
            if claimed > size {
                return Err(Problem::Io(std::io::Error::new(
                    std::io::ErrorKind::InvalidData,
                    format!("the workbook claims {claimed} texts in {size} bytes"),
                )));
            }
        } else {
            std::io::copy(&mut part, &mut std::io::sink()).map_err(Problem::Io)?;
        }
        if part.limit() == 0 {
            return Err(Problem::TooLargeInside { most: MOST_UNPACKED_BYTES });
        }
        left = part.limit() - 1;
    }
    Ok(())
}

/// Returns the number of texts that the head of the table of shared texts claims.
fn claimed_strings(part: &mut impl Read) -> u64 {
    let mut reader = XmlReader::from_reader(BufReader::new(part));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(start)) if start.local_name().as_ref() == "sst" => {
                let counts = start.attributes().flatten();
                let claimed = counts.filter(|attribute| attribute.key.as_ref() == "uniqueCount");
                return claimed
                    .filter_map(|attribute| attribute.value.trim().parse().ok())
                    .max()
                    .unwrap_or(0);
            }
            Ok(Event::Eof) | Err(_) => return 0,
            Ok(_) => {}
        }
    }
}

/// Writes one sheet as CSV; nothing for one without a value.
fn sheet(workbook: &mut Xlsx<Box<dyn Input + '_>>, name: &str) -> Result<Vec<u8>, Problem> {
    let mut cells = match workbook.worksheet_cells_reader(name) {
        Ok(cells) => cells,
        // A chart on a sheet of its own.
        Err(XlsxError::NotAWorksheet(_)) => return Ok(Vec::new()),
        Err(error) => return Err(problem(&error)),
    };
    let mut csv: Vec<u8> = Vec::new();
    let (mut row, mut column, mut holds) = (0, 0, false);
    while let Some(cell) = cells.next_cell().map_err(|error| problem(&error))? {
        let (cell_row, cell_column) = cell.get_position();
        let text = text(cell.get_value());
        let behind = (cell_row, cell_column) < (row, column);
        if text.is_empty() || behind || cell_row >= MOST_ROWS || cell_column >= MOST_COLUMNS {
            continue;
        }
        while row < cell_row {
            csv.push(b'\n');
            (row, column) = (row + 1, 0);
        }
        while column < cell_column {
            csv.push(b',');
            column += 1;
        }
        holds = true;
        csv.push(b'"');
        // A row of the sheet is a line of the CSV.
        for byte in text.bytes() {
            match byte {
                b'"' => csv.extend_from_slice(b"\"\""),
                b'\n' | b'\r' => csv.push(b' '),
                other => csv.push(other),
            }
        }
        csv.push(b'"');
        if csv.len() > MOST_CSV_BYTES {
            return Err(Problem::TooLargeInside { most: MOST_CSV_BYTES as u64 });
        }
    }
    if holds {
        csv.push(b'\n');
    }
    Ok(if holds { csv } else { Vec::new() })
}

/// Writes a cell as a person reads it: whole numbers without a point, days as `2026-11-29`.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::DateTime(date) if date.is_datetime() => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::Empty | DataRef::Error(_) => String::new(),
        other => other.as_string().unwrap_or_default(),
    }
}

fn problem(error: &XlsxError) -> Problem {
    match error {
        XlsxError::Password => Problem::OtherFormat(Foreign::Locked),
        other => Problem::Io(std::io::Error::new(std::io::ErrorKind::InvalidData, other.to_string())),
    }
}
