//! CSV rows as raw cells, robust against what spreadsheets and downloads do to them.
//!
//! `csv-core` splits one row into cells; this module decides where a row ends. Libraries' files have stray quotation
//! marks, and a plain CSV reader would take everything up to the next one for one cell. Here a row that does not
//! fit the header when several lines are joined is read as one line, so an unclosed quote costs one row at most.
//! Knows nothing of what a column means. Invariant: every non-blank line is in exactly one row.

use std::io::{self, BufRead};
use std::path::Path;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};

use super::batch::BATCH_ROWS;
use super::clean::{self, nfc};
use super::encoding::{self, Encoding};
use super::error::{Problem, WrongFile};
use super::lines::{Line, Lines};
use super::sink::Batches;

/// A quoted cell may hold line ends, but not more than this many lines are joined to one row.
const MOST_LINES_A_ROW: usize = 16;
/// A row may not have more cells than this; the header of a real file has 14.
const MOST_CELLS: usize = 1_024;

/// How well a row fits the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A cell for each column.
    Whole,
    /// Cells for the first columns only.
    Short,
    /// A quotation mark was never closed; the line was read alone, and fits.
    StrayQuote,
    /// It cannot be told which cell belongs to which column.
    Unreadable,
}

/// Rows of raw cells, one after the other in one buffer.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    bytes: Vec<u8>,
    /// Where each cell ends in `bytes`.
    ends: Vec<usize>,
    rows: Vec<(u32, Shape, usize)>,
}

/// One row of [`Rows`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct RawRow<'a> {
    /// The line it begins on.
    pub(crate) line: u32,
    /// How well it fits the header.
    pub(crate) shape: Shape,
    bytes: &'a [u8],
    start: usize,
    ends: &'a [usize],
}

impl<'a> RawRow<'a> {
    /// The bytes of a cell; none when the row has no such cell.
    pub(crate) fn cell(&self, column: usize) -> &'a [u8] {
        let Some(&end) = self.ends.get(column) else { return &[] };
        let start = match column.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or(end),
            None => self.start,
        };
        self.bytes.get(start..end).unwrap_or(&[])
    }

    /// Whether no cell holds anything.
    pub(crate) fn is_blank(&self) -> bool {
        let end = self.ends.last().copied().unwrap_or(self.start);
        self.bytes.get(self.start..end).is_none_or(|bytes| bytes.trim_ascii().is_empty())
    }

    /// All cells, for a message.
    pub(crate) fn joined(&self) -> Vec<u8> {
        (0..self.ends.len().min(30)).map(|column| self.cell(column)).collect::<Vec<_>>().join(&b","[..])
    }
}

impl Rows {
    /// The rows in the order of the file.
    pub(crate) fn iter(&self) -> impl Iterator<Item = RawRow<'_>> {
        let mut first = 0;
        self.rows.iter().map(move |&(line, shape, end)| {
            let ends = self.ends.get(first..end).unwrap_or(&[]);
            let start = first.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
            first = end;
            RawRow { line, shape, bytes: &self.bytes, start, ends }
        })
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.rows.clear();
    }
}

/// A CSV file whose header has been read.
#[derive(Debug)]
pub(crate) struct Table<R> {
    lines: Lines<R>,
    splitter: Splitter,
    encoding: Encoding,
    header: Vec<String>,
}

impl<R: BufRead> Table<R> {
    /// Reads the header of CSV text; `again` gives the same bytes once more, when the header alone does not tell
    /// their encoding and none is `declared`. `path` is for messages.
    ///
    /// # Errors
    /// When it cannot be read, is empty, or plainly is something else than CSV text.
    pub(crate) fn read(
        path: &Path,
        mut reader: R,
        again: impl io::Read,
        declared: Option<Encoding>,
    ) -> Result<Self, WrongFile> {
        let io = |error| WrongFile::new(path, Problem::Io(error));
        let start = reader.fill_buf().map_err(io)?;
        if let Some(format) = encoding::other_format(start) {
            return Err(WrongFile::new(path, Problem::OtherFormat(format)));
        }
        let mut lines = Lines::new(reader).map_err(io)?;
        let mut line = Line { number: 0, bytes: Vec::new() };
        loop {
            if !lines.next_into(&mut line).map_err(io)? {
                return Err(WrongFile::new(path, Problem::Empty));
            }
            if let Some(rest) = line.bytes.strip_prefix(b"\xEF\xBB\xBF") {
                line.bytes = rest.to_vec();
            }
            if !line.bytes.trim_ascii().is_empty() {
                break;
            }
        }
        if line.bytes.trim_ascii_start().starts_with(b"{") {
            let what = "JSON; give it as records (--records, or the folder records/)";
            return Err(WrongFile::new(path, Problem::OtherFormat(what)));
        }
        let encoding = match declared {
            Some(encoding) => encoding,
            None => encoding::detect(&line.bytes, again)
                .map_err(io)?
                .ok_or_else(|| WrongFile::new(path, Problem::EncodingUnknown))?,
        };
        let mut splitter = Splitter::new();
        splitter.split(&line.bytes, true);
        let mut header: Vec<String> = splitter
            .cells()
            .map(|cell| nfc(clean::text(&encoding::decode(cell, encoding).0, false).0.as_ref()).into_owned())
            .collect();
        // The comma at the end of each line makes a column without a name.
        while header.last().is_some_and(String::is_empty) {
            header.pop();
        }
        Ok(Self { lines, splitter, encoding, header })
    }

    /// Returns the names of the columns, trimmed.
    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    /// Returns the encoding of the cells.
    pub(crate) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Reads the next rows, at most `most`, in place of what `rows` held; false when there are no more.
    ///
    /// # Errors
    /// When the file can no longer be read.
    pub(super) fn next_into(&mut self, rows: &mut Rows, most: usize) -> io::Result<bool> {
        rows.clear();
        let mut line = Line { number: 0, bytes: Vec::new() };
        while rows.rows.len() < most && self.lines.next_into(&mut line)? {
            if line.bytes.trim_ascii().is_empty() {
                continue;
            }
            let shape = self.row(&line)?;
            let base = rows.bytes.len();
            rows.bytes.extend_from_slice(self.splitter.bytes());
            rows.ends.extend(self.splitter.ends().iter().map(|end| base + end));
            rows.rows.push((line.number, shape, rows.ends.len()));
        }
        Ok(!rows.rows.is_empty())
    }

    /// Splits the row that begins with `line`, taking further lines while a quotation mark is open.
    fn row(&mut self, line: &Line) -> io::Result<Shape> {
        if self.splitter.split(&line.bytes, false) {
            return Ok(self.fit());
        }
        let mut joined = line.bytes.clone();
        let mut taken: Vec<Line> = Vec::new();
        while taken.len() + 1 < MOST_LINES_A_ROW {
            let mut next = Line { number: 0, bytes: Vec::new() };
            if !self.lines.next_into(&mut next)? {
                break;
            }
            joined.push(b'\n');
            joined.extend_from_slice(&next.bytes);
            taken.push(next);
            if self.splitter.split(&joined, false) {
                if self.fit() == Shape::Whole {
                    return Ok(Shape::Whole);
                }
                break;
            }
        }
        self.lines.put_back(taken);
        self.splitter.split(&line.bytes, true);
        Ok(if self.fit() == Shape::Whole { Shape::StrayQuote } else { Shape::Unreadable })
    }

    /// Compares the row in the splitter with the header.
    fn fit(&self) -> Shape {
        let (cells, columns) = (self.splitter.ends().len(), self.header.len());
        if self.splitter.overfull || self.splitter.cells().skip(columns).any(|cell| !cell.is_empty()) {
            Shape::Unreadable
        } else if cells < columns {
            Shape::Short
        } else {
            Shape::Whole
        }
    }
}

impl<R: BufRead> Batches for Table<R> {
    type Raw = Rows;

    fn next_batch(&mut self) -> io::Result<Option<Rows>> {
        let mut rows = Rows::default();
        Ok(self.next_into(&mut rows, BATCH_ROWS)?.then_some(rows))
    }

    fn bytes_read(&self) -> u64 {
        self.lines.bytes_read()
    }
}

/// Splits one row into cells.
#[derive(Debug)]
struct Splitter {
    reader: Reader,
    output: Vec<u8>,
    written: usize,
    ends: Vec<usize>,
    cells: usize,
    overfull: bool,
}

impl Splitter {
    fn new() -> Self {
        let reader = ReaderBuilder::new().terminator(Terminator::Any(b'\n')).build();
        Self { reader, output: Vec::new(), written: 0, ends: vec![0; MOST_CELLS], cells: 0, overfull: false }
    }

    /// Splits `row`, which has no line end. False when a quotation mark is open at its end, unless `whole` says
    /// that nothing follows.
    fn split(&mut self, row: &[u8], whole: bool) -> bool {
        self.reader.reset();
        (self.written, self.cells, self.overfull) = (0, 0, false);
        // Cells are never longer than the row they come from.
        if self.output.len() <= row.len() {
            self.output.resize(row.len() + 1, 0);
        }
        // The end of the input stands for the end of the line: a line end appended would be one more copy.
        for input in [row, b"\n", b""] {
            if input.is_empty() && !whole {
                return false;
            }
            let mut rest = input;
            loop {
                let (output, ends) = (self.output.get_mut(self.written..), self.ends.get_mut(self.cells..));
                let (Some(output), Some(ends)) = (output, ends) else { break };
                let (result, read, written, cells) = self.reader.read_record(rest, output, ends);
                self.written += written;
                self.cells += cells;
                rest = rest.get(read..).unwrap_or(&[]);
                match result {
                    ReadRecordResult::InputEmpty => break,
                    ReadRecordResult::Record | ReadRecordResult::End => return true,
                    ReadRecordResult::OutputEndsFull => {
                        self.overfull = true;
                        return true;
                    }
                    ReadRecordResult::OutputFull => {
                        let longer = self.output.len() * 2 + 1;
                        self.output.resize(longer, 0);
                    }
                }
            }
        }
        true
    }

    fn bytes(&self) -> &[u8] {
        self.output.get(..self.written).unwrap_or(&[])
    }

    fn ends(&self) -> &[usize] {
        self.ends.get(..self.cells).unwrap_or(&[])
    }

    fn cells(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends().iter().copied());
        starts.zip(self.ends()).map(|(start, &end)| self.output.get(start..end).unwrap_or(&[]))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The rows of a text: line, shape and cells.
    fn rows(text: &str) -> Vec<(u32, Shape, Vec<String>)> {
        let mut table = Table::read(Path::new("t.csv"), text.as_bytes(), text.as_bytes(), None).unwrap();
        let columns = table.header().len();
        let mut rows = Rows::default();
        let mut found = Vec::new();
        while table.next_into(&mut rows, 3).unwrap() {
            for row in rows.iter() {
                let cells = (0..columns).map(|column| String::from_utf8_lossy(row.cell(column)).into_owned());
                found.push((row.line, row.shape, cells.collect()));
            }
        }
        found
    }

    fn check(text: &str, expected: &[(u32, Shape, &[&str])]) {
        let expected: Vec<_> = expected
            .iter()
            .map(|&(line, shape, cells)| (line, shape, cells.iter().map(|&cell| cell.to_owned()).collect()))
            .collect();
        assert_eq!(rows(text), expected, "{text}");
    }

    #[test]
    fn rows_come_with_and_without_quotes_and_trailing_commas() {
        check(
            "가,나,\n\"1\",\"2\",\n3,4\n\n5,6,\r\n",
            &[(2, Shape::Whole, &["1", "2"]), (3, Shape::Whole, &["3", "4"]), (5, Shape::Whole, &["5", "6"])],
        );
        check("\u{FEFF}가,나\n\"a\"\"b\",\"c,d\"\n", &[(2, Shape::Whole, &["a\"b", "c,d"])]);
    }

    #[test]
    fn a_line_end_within_quotes_belongs_to_the_cell() {
        check(
            "가,나\n\"1\n2\",3\n4,5\n",
            &[(2, Shape::Whole, &["1\n2", "3"]), (4, Shape::Whole, &["4", "5"])],
        );
    }

    #[test]
    fn an_unclosed_quote_costs_one_row_at_most() {
        let mut text = String::from("가,나,다\n1,\"2,3\n");
        for n in 0..40 {
            text.push_str(&format!("\"{n}\",\"b\",\"c\"\n"));
        }
        let found = rows(&text);
        assert_eq!(found.len(), 41);
        assert_eq!(found[0].1, Shape::Unreadable);
        assert!(found[1..].iter().all(|row| row.1 == Shape::Whole && row.2[1] == "b"));
        let last_cell = rows("가,나\n1,\"2\n3,4\n");
        assert_eq!(last_cell[0].1, Shape::StrayQuote);
        assert_eq!(last_cell[1], (3, Shape::Whole, vec!["3".to_owned(), "4".to_owned()]));
    }

    #[test]
    fn quotes_within_a_cell_do_no_harm() {
        check(
            "가,나\n1,17\" 모니터\n2,3\n",
            &[(2, Shape::Whole, &["1", "17\" 모니터"]), (3, Shape::Whole, &["2", "3"])],
        );
    }

    #[test]
    fn rows_that_do_not_fit_the_header_are_told_apart() {
        check(
            "가,나,다\n1,2\n1,2,3,4\n1,2,3,,\n",
            &[
                (2, Shape::Short, &["1", "2", ""]),
                (3, Shape::Unreadable, &["1", "2", "3"]),
                (4, Shape::Whole, &["1", "2", "3"]),
            ],
        );
        let wide = format!("가,나\n{}\n3,4\n", ",".repeat(2 * MOST_CELLS));
        let shapes: Vec<Shape> = rows(&wide).into_iter().map(|row| row.1).collect();
        assert_eq!(shapes, [Shape::Unreadable, Shape::Whole]);
    }

    #[test]
    fn what_is_no_csv_is_said_to_be_something_else() {
        let read = |bytes: &[u8]| {
            Table::read(Path::new("t.csv"), bytes, bytes, None).map(|_| ()).unwrap_err().problem
        };
        for bytes in [&b""[..], b"\n \n", b"\xEF\xBB\xBF"] {
            assert!(matches!(read(bytes), Problem::Empty), "{bytes:?}");
        }
        for bytes in [
            &b"PK\x03\x04rest"[..],
            b"\xD0\xCF\x11\xE0",
            b"\xFF\xFEa\0",
            b"<!DOCTYPE html>",
            b"\xEF\xBB\xBF <html>",
            b"a\0b",
            b"{\"a\":1}",
            b"%PDF-1.4",
        ] {
            assert!(matches!(read(bytes), Problem::OtherFormat(_)), "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn every_line_that_holds_something_is_in_one_row(
            lines in prop::collection::vec("[a-c\",]{1,12}", 1..60),
        ) {
            let text = format!("가,나,다\n{}\n", lines.join("\n"));
            let found = rows(&text);
            let starts: Vec<u32> = found.iter().map(|row| row.0).collect();
            prop_assert!(starts.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert_eq!(starts.first(), Some(&2));
            prop_assert!(starts.windows(2).all(|pair| (pair[1] - pair[0]) as usize <= MOST_LINES_A_ROW));
        }
    }
}
