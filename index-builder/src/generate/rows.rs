//! Invented books as the rows of holdings files.
//!
//! In the form 정보나루 ships: a bare header, every value in quotation marks, a comma at the end of each line, CP949
//! (three libraries of twenty have UTF-8, one of them with a byte order mark).

use std::io::{self, Write};
use std::ops::Range;

use encoding_rs::EUC_KR;

use super::book::{Invented, Record};
use super::chance::Chance;
use super::words::WORDS;

/// The columns of a holdings file.
pub(super) const HEADER: &str =
    "번호,도서명,저자,출판사,발행년도,ISBN,세트 ISBN,부가기호,권,주제분류번호,도서권수,대출건수,등록일자,";

/// How a library's system writes its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Cp949,
    Utf8,
    Utf8WithMark,
}

fn form(library: usize) -> Form {
    match library % 20 {
        6 | 13 => Form::Utf8,
        17 => Form::Utf8WithMark,
        _ => Form::Cp949,
    }
}

/// Rows of one library: the bytes after the running number, and where each row ends.
#[derive(Debug, Default)]
pub(super) struct LibraryRows {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

/// The rows one thread makes at a time.
#[derive(Debug)]
pub(super) struct Chunk {
    pub(super) books: u32,
    /// By library.
    pub(super) rows: Vec<LibraryRows>,
    /// Rows of the keywords file.
    pub(super) keywords: String,
}

impl Chunk {
    /// Makes the books of a range of numbers.
    pub(super) fn make(seed: u64, numbers: Range<u32>) -> Self {
        let mut texts = vec![(String::new(), Vec::new()); WORDS.libraries.len()];
        let mut keywords = String::new();
        let books = numbers.end - numbers.start;
        for number in numbers {
            let book = Invented::draw(seed, number);
            let mut chance = Chance::new(seed ^ 0x6469_7274, u64::from(number));
            for (which, &(library, ..)) in book.copies.iter().enumerate() {
                let record = book.record(which, seed);
                push_row(&mut texts[library], &record);
                // A second copy is a second row.
                if chance.per_mille(26) {
                    push_row(&mut texts[library], &record);
                }
                if chance.per_mille(1) {
                    push_row(&mut texts[library], &spoiled(record, &mut chance));
                }
            }
            if !book.keywords.is_empty() {
                keywords.push_str(&format!("{},{}\n", book.isbn13, book.keywords.join("|")));
            }
        }
        let rows = texts
            .into_iter()
            .enumerate()
            .map(|(library, (text, ends))| encoded(library, text, ends))
            .collect();
        Self { books, rows, keywords }
    }
}

/// A row that cannot be used, beside the one that can.
fn spoiled(record: Record, chance: &mut Chance) -> Record {
    match chance.below(5) {
        0 => Record { isbn: String::new(), ..record },
        1 => Record { isbn: format!("880{:010}", chance.below(1_000_000_000)), ..record },
        2 => Record { isbn: "9.78692E+12".to_owned(), ..record },
        3 => Record { title: " ".to_owned(), ..record },
        _ => Record { isbn: "비도서".to_owned(), ..record },
    }
}

fn push_row((text, ends): &mut (String, Vec<usize>), record: &Record) {
    let cells = [
        record.title.as_str(),
        &record.authors,
        &record.publisher,
        &record.year,
        &record.isbn,
        "",
        "",
        "",
        &record.class_no,
        "1",
        &record.loans,
        &record.registered,
    ];
    for cell in cells {
        text.push('"');
        if cell.contains('"') {
            text.push_str(&cell.replace('"', "\"\""));
        } else {
            text.push_str(cell);
        }
        text.push_str("\",");
    }
    text.push('\n');
    ends.push(text.len());
}

fn encoded(library: usize, text: String, ends: Vec<usize>) -> LibraryRows {
    if form(library) != Form::Cp949 {
        return LibraryRows { bytes: text.into_bytes(), ends };
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut start = 0;
    let ends = ends
        .into_iter()
        .map(|end| {
            bytes.extend_from_slice(&EUC_KR.encode(text.get(start..end).unwrap_or("")).0);
            start = end;
            bytes.len()
        })
        .collect();
    LibraryRows { bytes, ends }
}

/// The holdings file of one library, being written.
#[derive(Debug)]
pub(super) struct LibraryFile<W: Write> {
    writer: W,
    rows: u64,
}

impl<W: Write> LibraryFile<W> {
    /// Writes the header.
    pub(super) fn begin(library: usize, mut writer: W) -> io::Result<Self> {
        match form(library) {
            Form::Cp949 => writer.write_all(&EUC_KR.encode(HEADER).0)?,
            Form::Utf8 => writer.write_all(HEADER.as_bytes())?,
            Form::Utf8WithMark => writer.write_all(format!("\u{FEFF}{HEADER}").as_bytes())?,
        }
        writer.write_all(b"\n")?;
        Ok(Self { writer, rows: 0 })
    }

    /// Writes rows, numbering them.
    pub(super) fn write(&mut self, rows: &LibraryRows) -> io::Result<()> {
        let mut start = 0;
        for &end in &rows.ends {
            self.rows += 1;
            write!(self.writer, "\"{}\",", self.rows)?;
            self.writer.write_all(rows.bytes.get(start..end).unwrap_or(&[]))?;
            start = end;
        }
        Ok(())
    }

    /// Writes what is still held back.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
