//! Bibliographic records: MARC is passed on to `marc`, JSON Lines (one object a line) is read here.
//!
//! Takes our own names (`isbn13`, `title`, `other_titles`, `authors`, `publisher`, `year`, `class_no`, `volume`,
//! `language`, `keywords`, `loans`, `libraries`) and those other exports use for the same. Unknown names are ignored.
//! Invariant: a line either becomes rows of the catalogue or is counted as rejected with the reason.

use std::io::{self, BufRead};
use std::path::Path;
use std::sync::Mutex;

use serde::Deserialize;

use super::columns::{self, Column};
use super::encoding::{self, Encoding};
use super::error::{Problem, WrongFile};
use super::gather::{BATCH_ROWS, Gathered, gather};
use super::holdings::{Stop, judge};
use super::inputs::Said;
use super::lines::{LONGEST_LINE, Line, Lines};
use super::marc::{self, Format};
use crate::catalogue::{Merge, Row, TextId};
use crate::progress::Progress;
use crate::report::{FileReport, Kind};

/// One record. Each value may be missing or null.
#[derive(Debug, Deserialize)]
struct Record {
    #[serde(default, alias = "isbn")]
    isbn13: Value,
    #[serde(default, alias = "bookname")]
    title: Value,
    #[serde(default)]
    original_title: Value,
    #[serde(default)]
    other_titles: Value,
    #[serde(default, alias = "author")]
    authors: Value,
    #[serde(default)]
    publisher: Value,
    #[serde(default, alias = "publication_year")]
    year: Value,
    #[serde(default, alias = "kdc")]
    class_no: Value,
    #[serde(default, alias = "vol")]
    volume: Value,
    #[serde(default, alias = "lang")]
    language: Value,
    #[serde(default)]
    keywords: Value,
    #[serde(default, alias = "loan_count")]
    loans: Value,
    #[serde(default)]
    libraries: Value,
}

/// A JSON value, as far as records need it.
#[derive(Debug, Default, Deserialize)]
#[serde(untagged)]
enum Value {
    Text(String),
    Number(serde_json::Number),
    List(Vec<Value>),
    Library {
        #[serde(alias = "lib_name", alias = "library")]
        name: String,
        #[serde(default, alias = "reg_date")]
        registered: Box<Value>,
    },
    #[default]
    Nothing,
    /// Something a record has no use for.
    Other(serde::de::IgnoredAny),
}

impl Value {
    /// Its texts: itself, or those in the list, or those between the signs `|` of a text when `split`.
    fn texts(&self, split: bool) -> Vec<String> {
        match self {
            Self::Text(text) if split => text.split('|').map(str::to_owned).collect(),
            Self::Text(text) => vec![text.clone()],
            Self::Number(number) => vec![number.to_string()],
            Self::List(values) => values.iter().flat_map(|value| value.texts(false)).collect(),
            Self::Library { .. } | Self::Nothing | Self::Other(_) => Vec::new(),
        }
    }

    /// Its one text; several are joined by `, `.
    fn text(&self) -> String {
        self.texts(false).join(", ")
    }
}

/// Reads a file of records into `merge`; `file` is its place in the report.
///
/// # Errors
/// When the file as a whole is not usable.
pub(crate) fn read<R: BufRead>(
    path: &Path,
    mut reader: R,
    said: &Said,
    file: u16,
    merge: &Mutex<Merge>,
    report: &mut FileReport,
    progress: &dyn Progress,
) -> Result<(), WrongFile> {
    let start = reader.fill_buf().map_err(WrongFile::io(path))?;
    if start.trim_ascii().is_empty() {
        return Err(WrongFile::new(path, Problem::Empty));
    }
    let format = marc::format(start);
    // A stray zero byte is no reason to take MARC for something else.
    let other = encoding::other_format(start).filter(|_| format != Some(Format::Iso2709));
    if let Some(other) = other {
        return Err(WrongFile::new(path, Problem::OtherFormat(other)));
    }
    if let Some(format) = format {
        return marc::read(path, reader, format, said, file, merge, report, progress);
    }
    if start.trim_ascii_start().starts_with(b"=LDR") {
        let what = "MARC as text (.mrk); export it as ISO 2709 (.mrc) or MARCXML";
        return Err(WrongFile::new(path, Problem::OtherFormat(what)));
    }
    if start.trim_ascii_start().starts_with(b"[") {
        let what = "a JSON array; write one object a line (JSON Lines)";
        return Err(WrongFile::new(path, Problem::OtherFormat(what)));
    }
    report.encoding = said.encoding.unwrap_or(Encoding::Utf8).name();
    let mut lines = Lines::new(reader).map_err(WrongFile::io(path))?;
    let mut told = 0;
    gather(
        || {
            let batch = next_batch(&mut lines).map_err(WrongFile::io(path))?;
            progress.advance(lines.bytes_read() - told);
            told = lines.bytes_read();
            Ok((!batch.is_empty()).then_some(batch))
        },
        |batch| work(&batch, said, file),
        merge,
        report,
    )
    .map_err(|error: Stop| error.at(path))?;
    let unreadable = report.counts.get(&Kind::RowUnreadable).copied().unwrap_or(0);
    if unreadable == report.rows && unreadable > 0 {
        let first = report.findings.first().map(|finding| finding.found.clone()).unwrap_or_default();
        return Err(WrongFile::new(path, Problem::NotJsonLines { first }));
    }
    judge(path, report)
}

fn next_batch<R: BufRead>(lines: &mut Lines<R>) -> io::Result<Vec<Line>> {
    let mut batch = Vec::new();
    let mut line = Line { number: 0, bytes: Vec::new() };
    while batch.len() < BATCH_ROWS && lines.next_into(&mut line)? {
        if line.number == 1
            && let Some(rest) = line.bytes.strip_prefix(b"\xEF\xBB\xBF")
        {
            line.bytes = rest.to_vec();
        }
        if !line.bytes.trim_ascii().is_empty() {
            batch.push(line.clone());
        }
    }
    Ok(batch)
}

fn work(batch: &[Line], said: &Said, file: u16) -> Gathered {
    let mut gathered = Gathered::new(file);
    for line in batch {
        gathered.report.rows += 1;
        let parsed = if line.bytes.len() < LONGEST_LINE {
            parse(&line.bytes, said.encoding).map_err(|error| error.to_string())
        } else {
            Err(format!("longer than {LONGEST_LINE} bytes"))
        };
        match parsed {
            Ok(record) => read_record(&record, line.number, said, &mut gathered),
            Err(error) => {
                let start: String = String::from_utf8_lossy(&line.bytes).chars().take(60).collect();
                gathered.reject(line.number, "", Kind::RowUnreadable, &format!("{error}: {start}"));
            }
        }
    }
    gathered
}

/// JSON is UTF-8, unless the configuration says otherwise.
fn parse(line: &[u8], encoding: Option<Encoding>) -> serde_json::Result<Record> {
    match encoding {
        Some(Encoding::Cp949) => serde_json::from_str(&encoding::decode(line, Encoding::Cp949).0),
        Some(Encoding::Utf8) | None => serde_json::from_slice(line),
    }
}

fn read_record(record: &Record, line: u32, said: &Said, gathered: &mut Gathered) {
    let Some(isbn13) = gathered.isbn(line, columns::ISBN, &record.isbn13.text()) else { return };
    let title = record.title.text();
    let title_id = gathered.text_id(line, columns::TITLE, &title, false);
    if title_id == TextId::EMPTY {
        gathered.reject(line, columns::TITLE.name, Kind::TitleMissing, &title);
        return;
    }
    for other in [&record.original_title, &record.other_titles].iter().flat_map(|value| value.texts(false)) {
        let id = gathered.text_id(line, columns::TITLE, &other, false);
        if id != TextId::EMPTY {
            gathered.other_title(isbn13, id);
        }
    }
    let mut row = gathered.row(line, isbn13, title_id);
    row.authors = gathered.text_id(line, columns::AUTHORS, &record.authors.text(), true);
    row.publisher = gathered.text_id(line, columns::PUBLISHER, &record.publisher.text(), false);
    row.class_no = gathered.class_id(line, columns::CLASS, &record.class_no.text());
    row.volume = gathered.short_text_id(line, columns::VOLUME, &record.volume.text());
    row.year = gathered.year(line, columns::YEAR, &record.year.text());
    row.loans = gathered.loans(line, &record.loans.text());
    let language = language_code(&record.language.text());
    row.language = gathered.texts.id(&language);
    let words = keywords(record.keywords.texts(true), line, columns::KEYWORDS, gathered);
    gathered.keywords(isbn13, line, words);
    match &said.library {
        Some(name) => {
            let library = gathered.library(name);
            gathered.rows.push(Row { library, ..row });
        }
        None => push_for_each_library(record, row, line, gathered),
    }
}

/// Cleans keywords: HTML left-overs and doubles go.
pub(crate) fn keywords(
    words: Vec<String>,
    line: u32,
    column: Column,
    gathered: &mut Gathered,
) -> Vec<String> {
    let mut kept: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        let clean = gathered.text(line, column, &word, false);
        if matches!(&*clean, "amp" | "gt" | "lt" | "nbsp" | "quot" | "apos" | "br") {
            gathered.note(line, column.name, Kind::KeywordLeftOver, &word, None);
        } else if !clean.is_empty() && !kept.iter().any(|kept| *kept == *clean) {
            kept.push(clean.into_owned());
        }
    }
    kept
}

/// One row for each library of a record, or one without a library when it names none.
fn push_for_each_library(record: &Record, row: Row, line: u32, gathered: &mut Gathered) {
    let single = std::slice::from_ref(&record.libraries);
    let libraries = match &record.libraries {
        Value::List(libraries) => libraries.as_slice(),
        _ => single,
    };
    let mut held = false;
    for library in libraries {
        let (name, registered) = match library {
            Value::Text(name) => (name, None),
            Value::Library { name, registered } => (name, Some(registered.text())),
            Value::Number(_) | Value::List(_) | Value::Nothing | Value::Other(_) => continue,
        };
        let name = gathered.text(line, columns::LIBRARY, name, false);
        if name.is_empty() {
            continue;
        }
        held = true;
        let library = gathered.library(&name);
        let registered = gathered.registered(line, registered.as_deref().unwrap_or(""), None);
        gathered.rows.push(Row { library, registered, ..row });
    }
    if !held {
        gathered.rows.push(row);
    }
}

/// The ISO 639-1 code of a language given in any ISO 639 form: `eng`, `en-US` and `EN` are `en`.
pub(crate) fn language_code(text: &str) -> String {
    let primary = text.split(['-', '_']).next().unwrap_or("").trim().to_ascii_lowercase();
    let two = match primary.as_str() {
        "kor" => "ko",
        "eng" => "en",
        "jpn" => "ja",
        "chi" | "zho" => "zh",
        "fre" | "fra" => "fr",
        "ger" | "deu" => "de",
        "spa" => "es",
        "ita" => "it",
        "por" => "pt",
        "rus" => "ru",
        "dut" | "nld" => "nl",
        "ara" => "ar",
        "vie" => "vi",
        other => other,
    };
    let is_code = (2..=3).contains(&two.len()) && two.bytes().all(|b| b.is_ascii_lowercase());
    if is_code { two.to_owned() } else { String::new() }
}
