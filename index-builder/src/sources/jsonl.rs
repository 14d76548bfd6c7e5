//! Bibliographic records as JSON Lines: one object a line.
//!
//! Takes our own names (`isbn13`, `title`, `other_titles`, `authors`, `publisher`, `year`, `class_no`, `volume`,
//! `language`, `keywords`, `loans`, `libraries`) and those other exports use for the same. Unknown names are ignored.
//! Invariant: a line either becomes rows of the catalogue or is counted as rejected with the reason.

use std::io::{self, BufRead};

use serde::Deserialize;

use super::batch::{BATCH_ROWS, Batch};
use super::encoding::{self, Encoding};
use super::error::{Problem, WrongFile};
use super::inputs::Declared;
use super::lines::{LONGEST_LINE, Line, Lines};
use super::sink::{Batches, Sink, SourceFile};
use super::{clean, columns};
use crate::catalogue::{FactKind, Row, TextId};
use crate::report::FindingKind;

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

/// Reads a file of JSON Lines into the catalogue.
///
/// # Errors
/// When the file as a whole is not usable.
pub(super) fn read<R: BufRead>(file: &SourceFile, reader: R, sink: &mut Sink<'_>) -> Result<(), WrongFile> {
    sink.report.read_as(file.declared.encoding.unwrap_or(Encoding::Utf8).name());
    let mut lines = Lines::new(reader).map_err(file.unreadable())?;
    sink.collect(file, &mut lines, |lines, batch| read_lines(&lines, &file.declared, batch))?;
    let unreadable = sink.report.counts.get(&FindingKind::RowUnreadable).copied().unwrap_or(0);
    if unreadable == sink.report.rows && unreadable > 0 {
        let first = sink.report.findings.first().map(|finding| finding.found.clone()).unwrap_or_default();
        return Err(file.wrong(Problem::NotJsonLines { first }));
    }
    sink.judge(file)
}

impl<R: BufRead> Batches for Lines<R> {
    type Raw = Vec<Line>;

    /// Reads lines that hold something, the first without a byte order mark.
    fn next_batch(&mut self) -> io::Result<Option<Vec<Line>>> {
        let mut batch = Vec::new();
        let mut line = Line { number: 0, bytes: Vec::new() };
        while batch.len() < BATCH_ROWS && self.next_into(&mut line)? {
            if line.number == 1
                && let Some(rest) = line.bytes.strip_prefix(b"\xEF\xBB\xBF")
            {
                line.bytes = rest.to_vec();
            }
            if !line.bytes.trim_ascii().is_empty() {
                batch.push(line.clone());
            }
        }
        Ok((!batch.is_empty()).then_some(batch))
    }

    fn bytes_read(&self) -> u64 {
        self.bytes_read()
    }
}

fn read_lines(lines: &[Line], declared: &Declared, batch: &mut Batch) {
    for line in lines {
        batch.report.rows += 1;
        let parsed = if line.bytes.len() < LONGEST_LINE {
            parse(&line.bytes, declared.encoding).map_err(|error| error.to_string())
        } else {
            Err(format!("longer than {LONGEST_LINE} bytes"))
        };
        match parsed {
            Ok(record) => read_record(&record, line.number, declared, batch),
            Err(error) => {
                let start: String = String::from_utf8_lossy(&line.bytes).chars().take(60).collect();
                batch.reject(line.number, "", FindingKind::RowUnreadable, &format!("{error}: {start}"));
            }
        }
    }
}

/// JSON is UTF-8, unless the configuration says otherwise.
fn parse(line: &[u8], encoding: Option<Encoding>) -> serde_json::Result<Record> {
    match encoding {
        Some(Encoding::Utf8) | None => serde_json::from_slice(line),
        Some(encoding) => serde_json::from_str(&encoding::decode(line, encoding).0),
    }
}

fn read_record(record: &Record, line: u32, declared: &Declared, batch: &mut Batch) {
    let Some(isbn13) = batch.isbn(line, columns::ISBN, &record.isbn13.text()) else { return };
    let title = record.title.text();
    let title_id = batch.text_id(line, columns::TITLE, &title, false);
    if title_id == TextId::EMPTY {
        batch.reject(line, columns::TITLE.name, FindingKind::TitleMissing, &title);
        return;
    }
    let facts = batch.facts_so_far();
    for other in [&record.original_title, &record.other_titles].iter().flat_map(|value| value.texts(false)) {
        let id = batch.text_id(line, columns::TITLE, &other, false);
        batch.fact(FactKind::OtherTitle, id, TextId::EMPTY);
    }
    let mut row = batch.row(line, isbn13, title_id);
    row.facts = batch.facts_since(facts);
    row.authors = batch.text_id(line, columns::AUTHORS, &record.authors.text(), true);
    row.publisher = batch.text_id(line, columns::PUBLISHER, &record.publisher.text(), false);
    row.class_no = batch.class_id(line, columns::CLASS, &record.class_no.text());
    row.volume = batch.short_text_id(line, columns::VOLUME, &record.volume.text());
    row.year = batch.year(line, columns::YEAR, &record.year.text());
    row.loans = batch.loans(line, &record.loans.text());
    let language = clean::language_code(&record.language.text());
    row.language = batch.texts.id(&language);
    let words = batch.clean_keywords(line, columns::KEYWORDS, record.keywords.texts(true));
    batch.add_keywords(isbn13, line, words);
    match &declared.library {
        Some(name) => {
            let library = batch.library(name);
            batch.rows.push(Row { library, ..row });
        }
        None => push_for_each_library(record, row, line, batch),
    }
}

/// One row for each library of a record, or one without a library when it names none.
fn push_for_each_library(record: &Record, row: Row, line: u32, batch: &mut Batch) {
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
        let name = batch.text(line, columns::LIBRARY, name, false);
        if name.is_empty() {
            continue;
        }
        held = true;
        let library = batch.library(&name);
        let registered = batch.registered(line, registered.as_deref().unwrap_or(""), None);
        batch.rows.push(Row { library, registered, ..row });
    }
    if !held {
        batch.rows.push(row);
    }
}
