//! Lines of a text file, with the numbers an editor shows.
//!
//! Knows nothing of cells or encodings. Invariant: every byte of the file is in exactly one line, and a line has
//! at most [`LONGEST_LINE`] bytes (a longer one comes in pieces, which no reader takes for a row).

use std::collections::VecDeque;
use std::io::{self, BufRead};

/// Bytes of the longest line given in one piece. The longest real row seen has 900.
pub(crate) const LONGEST_LINE: usize = 1 << 20;

/// One line without its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// The number of the line, the first being 1.
    pub(crate) number: u32,
    /// Its bytes, without `\n`, `\r\n` or `\r`.
    pub(crate) bytes: Vec<u8>,
}

/// Reads lines; lines can be put back.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    reader: R,
    end: u8,
    number: u32,
    /// The piece before did not end its line.
    amid_line: bool,
    put_back: VecDeque<Line>,
    bytes_read: u64,
}

impl<R: BufRead> Lines<R> {
    /// Lines of `reader`, which end in `\n` or, when its first 64 KB hold none, in `\r`.
    pub(crate) fn new(mut reader: R) -> io::Result<Self> {
        let start = reader.fill_buf()?;
        let end = if !start.contains(&b'\n') && start.contains(&b'\r') { b'\r' } else { b'\n' };
        Ok(Self { reader, end, number: 0, amid_line: false, put_back: VecDeque::new(), bytes_read: 0 })
    }

    /// The next line, in `line`; false at the end of the file.
    pub(crate) fn next_into(&mut self, line: &mut Line) -> io::Result<bool> {
        if let Some(back) = self.put_back.pop_front() {
            *line = back;
            return Ok(true);
        }
        line.bytes.clear();
        let limit = LONGEST_LINE as u64;
        let read = io::Read::take(&mut self.reader, limit).read_until(self.end, &mut line.bytes)?;
        if read == 0 {
            return Ok(false);
        }
        self.bytes_read += read as u64;
        if !self.amid_line {
            self.number = self.number.saturating_add(1);
        }
        line.number = self.number;
        self.amid_line = line.bytes.last() != Some(&self.end);
        if !self.amid_line {
            line.bytes.pop();
            if line.bytes.last() == Some(&b'\r') {
                line.bytes.pop();
            }
        }
        Ok(true)
    }

    /// Lines read and not used, in order; they come again next.
    pub(crate) fn put_back(&mut self, lines: Vec<Line>) {
        for line in lines.into_iter().rev() {
            self.put_back.push_front(line);
        }
    }

    /// Bytes taken from the file so far.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.bytes_read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(u32, String)> {
        let mut lines = Lines::new(text.as_bytes()).unwrap();
        let mut line = Line { number: 0, bytes: Vec::new() };
        let mut found = Vec::new();
        while lines.next_into(&mut line).unwrap() {
            found.push((line.number, String::from_utf8(line.bytes.clone()).unwrap()));
        }
        found
    }

    #[test]
    fn every_line_end_is_an_end() {
        let expected =
            vec![(1, "a".to_owned()), (2, "b".to_owned()), (3, String::new()), (4, "c".to_owned())];
        assert_eq!(all("a\nb\n\nc\n"), expected);
        assert_eq!(all("a\r\nb\r\n\r\nc"), expected);
        assert_eq!(all("a\rb\r\rc\r"), expected);
    }

    #[test]
    fn a_line_too_long_comes_in_pieces_under_one_number() {
        let text = format!("{}\nb", "a".repeat(LONGEST_LINE + 5));
        let numbers: Vec<u32> = all(&text).into_iter().map(|(number, _)| number).collect();
        assert_eq!(numbers, [1, 1, 2]);
    }

    #[test]
    fn lines_put_back_come_again() {
        let mut lines = Lines::new("a\nb\nc".as_bytes()).unwrap();
        let mut line = Line { number: 0, bytes: Vec::new() };
        let mut taken = Vec::new();
        while lines.next_into(&mut line).unwrap() {
            taken.push(line.clone());
        }
        lines.put_back(taken.split_off(1));
        assert!(lines.next_into(&mut line).unwrap());
        assert_eq!((line.number, line.bytes.as_slice()), (2, &b"b"[..]));
    }
}
