//! Invented books as the rows of holdings files.
//!
//! In the form 정보나루 ships: a bare header, every value in quotation marks, a comma at the end of each line, CP949
//! (three libraries of twenty have UTF-8, one of them with a byte order mark). A general library's file has more columns
//! at the end; one of English books has those of goodbooks-10k, in UTF-8.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::PathBuf;

use encoding_rs::EUC_KR;
use seoga_text::isbn::Isbn13;

use super::book::{Invented, Record, with_check_digit};
use super::chance::Chance;
use super::general::{Cells, General, Kind};

/// The kind of books in holdings files.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shelf {
    /// Of computing, in so many libraries.
    Computing(usize),
    /// Of every subject.
    General(Kind),
    /// Of every subject, English alone.
    English(Kind),
}

/// The columns of a holdings file.
const COMPUTING: &str =
    "번호,도서명,저자,출판사,발행년도,ISBN,세트 ISBN,부가기호,권,주제분류번호,도서권수,대출건수,등록일자,";
const GENERAL: &str = "번호,도서명,저자,출판사,발행년도,ISBN,세트 ISBN,부가기호,권,주제분류번호,도서권수,대출건수,등록일자,\
    판사항,총서명,총서번호,청구기호,자료실,등록번호,";
const ENGLISH: &str = "book_id,isbn,isbn13,authors,original_publication_year,title,language_code,publisher,";

impl Shelf {
    pub(super) fn libraries(self) -> usize {
        match self {
            Self::Computing(libraries) => libraries,
            Self::General(kind) | Self::English(kind) => kind.libraries,
        }
    }

    fn header(self) -> &'static str {
        match self {
            Self::Computing(_) => COMPUTING,
            Self::General(_) => GENERAL,
            Self::English(_) => ENGLISH,
        }
    }

    fn form(self, library: usize) -> Form {
        match (self, library % 20) {
            (Self::English(_), _) | (_, 6 | 13) => Form::Utf8,
            (_, 17) => Form::Utf8WithMark,
            _ => Form::Cp949,
        }
    }
}

/// How a library's system writes its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Cp949,
    Utf8,
    Utf8WithMark,
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
    pub(super) fn make(shelf: Shelf, seed: u64, numbers: Range<u32>) -> Self {
        let mut texts = vec![(String::new(), Vec::new()); shelf.libraries()];
        let mut keywords = String::new();
        let books = numbers.end - numbers.start;
        for number in numbers {
            match shelf {
                Shelf::Computing(_) => computing(seed, number, &mut texts, &mut keywords),
                Shelf::General(kind) | Shelf::English(kind) => {
                    let book = General::draw(seed, number, &kind);
                    let english = matches!(shelf, Shelf::English(_));
                    general(&book, seed, number, english, &mut texts, &mut keywords);
                }
            }
        }
        let rows = texts
            .into_iter()
            .enumerate()
            .map(|(library, (text, ends))| encoded(shelf.form(library), text, ends))
            .collect();
        Self { books, rows, keywords }
    }
}

/// Rows of libraries as they grow.
type Texts = Vec<(String, Vec<usize>)>;

fn computing(seed: u64, number: u32, texts: &mut Texts, keywords: &mut String) {
    let book = Invented::draw(seed, number);
    let mut chance = Chance::new(seed ^ 0x6469_7274, u64::from(number));
    for (which, &(library, ..)) in book.copies.iter().enumerate() {
        let record = book.record(which, seed);
        push_record(&mut texts[library], &record);
        // A second copy is a second row.
        if chance.per_mille(26) {
            push_record(&mut texts[library], &record);
        }
        if chance.per_mille(1) {
            push_record(&mut texts[library], &spoiled(record, &mut chance));
        }
    }
    if !book.keywords.is_empty() {
        keywords.push_str(&format!("{},{}\n", book.isbn13, book.keywords.join("|")));
    }
}

fn general(book: &General, seed: u64, number: u32, english: bool, texts: &mut Texts, keywords: &mut String) {
    let mut chance = Chance::new(seed ^ 0x6469_7274, u64::from(number));
    for (which, &(library, ..)) in book.copies.iter().enumerate() {
        let cells = book.record(which, seed);
        for _ in 0..1 + usize::from(chance.per_mille(26)) {
            match english {
                true => push_row(&mut texts[library], &goodbooks(book, &cells)),
                false => push_row(&mut texts[library], &columns(&cells)),
            }
        }
    }
    if let Some(isbn13) = book.isbn13.filter(|_| !book.keywords.is_empty()) {
        keywords.push_str(&format!("{isbn13},{}\n", book.keywords.join("|")));
    }
}

/// The cells of a general library's row, without its number.
fn columns(cells: &Cells) -> [&str; 18] {
    [
        &cells.title,
        &cells.authors,
        &cells.written.publisher,
        &cells.written.year,
        &cells.isbn,
        &cells.set_isbn,
        &cells.addition,
        &cells.volume,
        &cells.written.class_no,
        &cells.copies,
        &cells.loans,
        &cells.written.registered,
        &cells.edition,
        &cells.series,
        &cells.series_number,
        &cells.call_number,
        &cells.room,
        &cells.accession,
    ]
}

/// The cells of a row as goodbooks-10k has them: the series in brackets behind the title, a year with a point.
fn goodbooks<'a>(book: &General, cells: &'a Cells) -> [std::borrow::Cow<'a, str>; 7] {
    let title = match &book.work.series {
        Some((name, number)) => format!("{} ({name}, #{number})", book.work.main).into(),
        None => cells.title.as_str().into(),
    };
    // The number of ten digits has a check digit of its own, so that a slip in the other is not in it.
    let right = book.isbn13.map(|isbn| with_check_digit(isbn / 10));
    let ten = right.and_then(Isbn13::new).and_then(Isbn13::to_isbn10).unwrap_or_default();
    [
        ten.into(),
        cells.isbn.as_str().into(),
        book.authors(0).into(),
        format!("{}.0", book.year).into(),
        title,
        "eng".into(),
        cells.written.publisher.as_str().into(),
    ]
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

fn push_record(to: &mut (String, Vec<usize>), record: &Record) {
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
    push_row(to, &cells);
}

fn push_row((text, ends): &mut (String, Vec<usize>), cells: &[impl AsRef<str>]) {
    for cell in cells {
        let cell = cell.as_ref();
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

fn encoded(form: Form, text: String, ends: Vec<usize>) -> LibraryRows {
    if form != Form::Cp949 {
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

/// The holdings file of one library, being written; open only while rows are added, for there may be thousands.
#[derive(Debug)]
pub(super) struct LibraryFile {
    path: PathBuf,
    rows: u64,
}

impl LibraryFile {
    /// Writes the header.
    pub(super) fn begin(shelf: Shelf, library: usize, path: PathBuf) -> io::Result<Self> {
        let mut file = File::create(&path)?;
        let header = shelf.header();
        match shelf.form(library) {
            Form::Cp949 => file.write_all(&EUC_KR.encode(header).0)?,
            Form::Utf8 => file.write_all(header.as_bytes())?,
            Form::Utf8WithMark => file.write_all(format!("\u{FEFF}{header}").as_bytes())?,
        }
        file.write_all(b"\n")?;
        Ok(Self { path, rows: 0 })
    }

    /// Writes rows, numbering them.
    pub(super) fn write<'a>(&mut self, chunks: impl Iterator<Item = &'a LibraryRows>) -> io::Result<()> {
        let file = OpenOptions::new().append(true).open(&self.path)?;
        let mut writer = BufWriter::with_capacity(1 << 18, file);
        for rows in chunks {
            let mut start = 0;
            for &end in &rows.ends {
                self.rows += 1;
                write!(writer, "\"{}\",", self.rows)?;
                writer.write_all(rows.bytes.get(start..end).unwrap_or(&[]))?;
                start = end;
            }
        }
        writer.flush()
    }
}
