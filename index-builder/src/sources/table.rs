//! Rows of a table as raw cells, robust against what spreadsheets and downloads do to them.
//!
//! Cells are parted by commas, tabs or semicolons, whichever shows known columns; lines above those names are titles.
//! `csv-core` splits one row into cells; this module decides where a row ends. Libraries' files have stray quotation
//! marks, and a plain CSV reader would take everything up to the next one for one cell. Here a row that does not
//! fit the header when several lines are joined is read as one line, so an unclosed quote costs one row at most.
//! Knows nothing of what a column means. Invariant: every non-blank line is in exactly one row.

use std::io::{self, BufRead};
use std::path::Path;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};
use seoga_text::normal::nfc;

use super::batch::BATCH_ROWS;
use super::clean;
use super::encoding::{self, Encoding};
use super::error::{Problem, WrongFile};
use super::lines::{Line, Lines};
use super::sink::Batches;

/// A quoted cell may hold line ends, but not more than this many lines are joined to one row.
const MOST_LINES_A_ROW: usize = 16;
/// Lines among which the header is looked for: titles, dates and empty lines stand above it.
const MOST_LINES_ABOVE: usize = 20;
/// The signs that part cells.
const DELIMITERS: [u8; 3] = [b',', b'\t', b';'];
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

/// A table whose header has been read.
#[derive(Debug)]
pub(crate) struct Table<R> {
    lines: Lines<R>,
    splitter: Splitter,
    encoding: Encoding,
    header: Vec<String>,
    above: Option<(u32, String)>,
}

impl<R: BufRead> Table<R> {
    /// Reads the header of a table: the first line whose cells `is_header` knows, or else the first line. `again` gives the bytes
    /// once more, when the header alone does not tell their encoding and none is `declared`. `path` is for messages.
    ///
    /// # Errors
    /// When it cannot be read, or is empty.
    pub(super) fn read<A: io::Read>(
        path: &Path,
        reader: R,
        again: impl FnOnce() -> Result<A, WrongFile>,
        declared: Option<Encoding>,
        is_header: impl Fn(&[String]) -> bool,
    ) -> Result<Self, WrongFile> {
        let io = |error| WrongFile::new(path, Problem::Io(error));
        let mut lines = Lines::new(reader).map_err(io)?;
        let mut head: Vec<Line> = Vec::new();
        let mut line = Line { number: 0, bytes: Vec::new() };
        while head.len() <= MOST_LINES_ABOVE && lines.next_into(&mut line).map_err(io)? {
            if head.is_empty()
                && let Some(rest) = line.bytes.strip_prefix(b"\xEF\xBB\xBF")
            {
                line.bytes = rest.to_vec();
            }
            if !line.bytes.trim_ascii().is_empty() {
                head.push(line.clone());
            }
        }
        let Some(found) = Header::find(&head, declared, is_header) else {
            return Err(WrongFile::new(path, Problem::Empty));
        };
        let Header { first, lines: of_header, delimiter, bytes, .. } = found;
        let encoding = match declared {
            Some(encoding) => encoding,
            None => encoding::detect(&bytes, again()?)
                .map_err(io)?
                .ok_or_else(|| WrongFile::new(path, Problem::EncodingUnknown))?,
        };
        let mut splitter = Splitter::new(delimiter);
        let mut header = named(&mut splitter, &bytes, encoding);
        // The comma at the end of each line makes a column without a name.
        while header.last().is_some_and(String::is_empty) {
            header.pop();
        }
        lines.put_back(head.split_off(first + of_header));
        let above = head.first().filter(|_| first > 0);
        let above = above.map(|line| (line.number, encoding::decode(&line.bytes, encoding).0.into_owned()));
        Ok(Self { lines, splitter, encoding, header, above })
    }

    /// Returns the first of the lines above the header, with its number; `None` where the header comes first.
    pub(super) fn above(&self) -> Option<(u32, &str)> {
        self.above.as_ref().map(|(line, text)| (*line, text.as_str()))
    }

    /// Returns the sign that parts its cells.
    pub(super) fn delimiter(&self) -> u8 {
        self.splitter.delimiter
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

/// A line that names columns.
#[derive(Debug)]
struct Header {
    /// Its place among the lines looked at.
    first: usize,
    /// How many lines it takes: a name in quotation marks may hold line ends.
    lines: usize,
    delimiter: u8,
    cells: usize,
    bytes: Vec<u8>,
}

impl Header {
    /// Finds the first line that `is_header` knows, by the sign that makes the most cells of it; `None` where there is no line.
    fn find(
        head: &[Line],
        declared: Option<Encoding>,
        is_header: impl Fn(&[String]) -> bool,
    ) -> Option<Self> {
        let mut fallback: Option<Self> = None;
        for first in 0..head.len() {
            let mut best: Option<Self> = None;
            for delimiter in DELIMITERS {
                let (found, cells) = Self::at(head, first, delimiter, declared)?;
                let known = is_header(&cells);
                let place = if known { &mut best } else { &mut fallback };
                let better =
                    place.as_ref().is_none_or(|other| other.first == first && other.cells < found.cells);
                if better {
                    *place = Some(found);
                }
            }
            if best.is_some() {
                return best;
            }
        }
        fallback
    }

    /// Reads the line at a place as a header, and further ones while a quotation mark is open.
    fn at(
        head: &[Line],
        first: usize,
        delimiter: u8,
        declared: Option<Encoding>,
    ) -> Option<(Self, Vec<String>)> {
        let mut splitter = Splitter::new(delimiter);
        let alone = &head.get(first)?.bytes;
        let mut bytes = alone.clone();
        let mut lines = 1;
        while !splitter.split(&bytes, false) {
            let Some(next) = head.get(first + lines).filter(|_| lines < MOST_LINES_A_ROW) else {
                (bytes, lines) = (alone.clone(), 1);
                break;
            };
            bytes.push(b'\n');
            bytes.extend_from_slice(&next.bytes);
            lines += 1;
        }
        let encoding = declared.unwrap_or_else(|| encoding::of_header(&bytes));
        let cells = named(&mut splitter, &bytes, encoding);
        Some((Self { first, lines, delimiter, cells: cells.len(), bytes }, cells))
    }
}

/// Splits a header into the names of its columns, trimmed.
fn named(splitter: &mut Splitter, bytes: &[u8], encoding: Encoding) -> Vec<String> {
    splitter.split(bytes, true);
    let name = |cell| nfc(clean::text(&encoding::decode(cell, encoding).0, false).0.as_ref()).into_owned();
    splitter.cells().map(name).collect()
}

/// Splits one row into cells.
#[derive(Debug)]
struct Splitter {
    reader: Reader,
    delimiter: u8,
    output: Vec<u8>,
    written: usize,
    ends: Vec<usize>,
    cells: usize,
    overfull: bool,
}

impl Splitter {
    fn new(delimiter: u8) -> Self {
        let reader = ReaderBuilder::new().delimiter(delimiter).terminator(Terminator::Any(b'\n')).build();
        Self {
            reader,
            delimiter,
            output: Vec::new(),
            written: 0,
            ends: vec![0; MOST_CELLS],
            cells: 0,
            overfull: false,
        }
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

    /// Reads bytes as a table whose header names 가.
    fn read(bytes: &[u8]) -> Result<Table<&[u8]>, WrongFile> {
        Table::read(
            Path::new("t.csv"),
            bytes,
            || Ok(bytes),
            None,
            |cells| cells.iter().any(|cell| cell == "가"),
        )
    }

    /// The rows of a text: line, shape and cells.
    fn rows(text: &str) -> Vec<(u32, Shape, Vec<String>)> {
        let mut table = read(text.as_bytes()).unwrap();
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
    fn what_holds_no_line_is_empty() {
        for bytes in [&b""[..], b"\n \n", b"\xEF\xBB\xBF"] {
            assert!(matches!(read(bytes).unwrap_err().problem, Problem::Empty), "{bytes:?}");
        }
    }

    #[test]
    fn cells_are_parted_by_the_sign_that_shows_known_columns() {
        for (text, delimiter) in
            [("가,나\n1,2\n", b','), ("가\t나\n1\t2\n", b'\t'), ("가;\"나;다\"\n1;2\n", b';')]
        {
            let table = read(text.as_bytes()).unwrap();
            assert_eq!(table.delimiter(), delimiter, "{text}");
            assert_eq!(table.header().len(), 2, "{text}");
            check(text, &[(2, Shape::Whole, &["1", "2"])]);
        }
        let commas_in_cells = read("가\t나,다,라\n1\t2,3\n".as_bytes()).unwrap();
        assert_eq!(
            commas_in_cells.header(),
            ["가", "나,다,라"],
            "a sign that hides the known column does not count"
        );
    }

    #[test]
    fn lines_above_the_header_are_titles() {
        let text = "소장 목록,,\n\n2026년 11월,,\n가,나,다\n1,2,3\n";
        check(text, &[(5, Shape::Whole, &["1", "2", "3"])]);
        assert_eq!(read(text.as_bytes()).unwrap().above(), Some((1, "소장 목록,,")));
        check("sep=;\n가;나\n1;2\n", &[(3, Shape::Whole, &["1", "2"])]);
        check("\"가\n(쪽)\",나\n1,2\n", &[(3, Shape::Whole, &["1", "2"])]);
        let none = read(b"a,b\n1,2\n").unwrap();
        assert_eq!((none.header(), none.above()), (&["a".to_owned(), "b".to_owned()][..], None));
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
