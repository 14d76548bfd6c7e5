//! Bibliographic records as JSON Lines: one object a line; and editions of Open Library, with or without the columns of its dump.
//!
//! Takes our own names (`isbn13`, `title`, `other_titles`, `authors`, `publisher`, `year`, `class_no`, `volume`, `series`,
//! `language`, `keywords`, `loans`, `libraries`), those other exports use for the same, and those of Open Library
//! (<https://openlibrary.org/dev/docs/json_api>: `isbn_13`, `publishers`, `publish_date`, `by_statement` …). Names that are not known are
//! named in the report. Invariant: a line either becomes rows of the catalogue or is counted as rejected with the reason.

use std::io::{self, BufRead};

use serde::Deserialize;

use super::batch::{BATCH_ROWS, Batch};
use super::columns;
use super::description::{Description, Holding};
use super::encoding::{self, Encoding};
use super::error::{Problem, WrongFile};
use super::inputs::Declared;
use super::lines::{LONGEST_LINE, Line, Lines};
use super::sink::{Batches, Sink, SourceFile};
use crate::report::{ColumnUse, FindingKind};

macro_rules! record {
    ($($field:ident $meaning:expr;)*) => {
        /// One record. Each value may be missing or null.
        #[derive(Debug, Default, Deserialize)]
        struct Record {
            $(#[serde(default)] $field: Value,)*
        }

        /// The names that are read, with their meaning.
        const NAMES: &[(&str, &str)] = &[$((stringify!($field), $meaning.name)),*];
    };
}

record! {
    isbn13 columns::ISBN;
    isbn columns::ISBN;
    isbn_13 columns::ISBN;
    isbn10 columns::ISBN;
    isbn_10 columns::ISBN;
    title columns::TITLE;
    bookname columns::TITLE;
    subtitle columns::SUBTITLE;
    original_title columns::OTHER_TITLE;
    other_titles columns::OTHER_TITLE;
    authors columns::AUTHORS;
    author columns::AUTHORS;
    by_statement columns::AUTHORS;
    publisher columns::PUBLISHER;
    publishers columns::PUBLISHER;
    year columns::YEAR;
    publication_year columns::YEAR;
    publish_date columns::YEAR;
    class_no columns::CLASS;
    kdc columns::CLASS;
    volume columns::VOLUME;
    vol columns::VOLUME;
    series columns::SERIES;
    edition_name columns::EDITION;
    language columns::LANGUAGE;
    lang columns::LANGUAGE;
    languages columns::LANGUAGE;
    keywords columns::KEYWORDS;
    subjects columns::KEYWORDS;
    loans columns::LOANS;
    loan_count columns::LOANS;
    libraries columns::LIBRARY;
    key columns::CONTROL;
    lccn columns::CONTROL;
    oclc_numbers columns::CONTROL;
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
    /// A reference of Open Library, such as `{"key": "/languages/kor"}`.
    Key {
        key: String,
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
            Self::Library { .. } | Self::Key { .. } | Self::Nothing | Self::Other(_) => Vec::new(),
        }
    }

    /// The last part of the first reference in it.
    fn reference(&self) -> String {
        match self {
            Self::Key { key } => key.rsplit('/').next().unwrap_or("").to_owned(),
            Self::List(values) => values.first().map(Self::reference).unwrap_or_default(),
            _ => String::new(),
        }
    }
}

/// The texts of the first of several values that has any, joined by `, `.
fn text(values: &[&Value]) -> String {
    let texts =
        values.iter().map(|value| value.texts(false)).find(|texts| texts.iter().any(|text| !text.is_empty()));
    texts.unwrap_or_default().join(", ")
}

/// Reads a file of JSON Lines into the catalogue; `start` is its beginning.
///
/// # Errors
/// When the file as a whole is not usable.
pub(super) fn read<R: BufRead>(
    file: &SourceFile,
    start: &[u8],
    reader: R,
    sink: &mut Sink<'_>,
) -> Result<(), WrongFile> {
    sink.report.read_as(file.declared.encoding.unwrap_or(Encoding::Utf8).name());
    name_columns(start, sink);
    let mut lines = Lines::new(reader).map_err(file.unreadable())?;
    sink.collect(file, &mut lines, |lines, batch| read_lines(&lines, &file.declared, batch))?;
    let unreadable = sink.report.counts.get(&FindingKind::RowUnreadable).copied().unwrap_or(0);
    if unreadable == sink.report.rows && unreadable > 0 {
        let first = sink.report.findings.first().map(|finding| finding.found.clone()).unwrap_or_default();
        return Err(file.wrong(Problem::NotJsonLines { first }));
    }
    sink.judge(file)
}

/// Says in the report which names of the first object are read, and which are passed over.
fn name_columns(start: &[u8], sink: &mut Sink<'_>) {
    let line = start.split(|&byte| byte == b'\n').next().unwrap_or(start);
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    let object = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(json(line));
    for name in object.iter().flat_map(serde_json::Map::keys) {
        match NAMES.iter().find(|(known, _)| known == name) {
            Some((_, meaning)) => sink.report.columns.push(ColumnUse { name: name.clone(), meaning }),
            None => sink.report.passed_over.push(name.clone()),
        }
    }
}

/// The JSON in a line: all of it, or the last of the five columns of an Open Library dump.
fn json(line: &[u8]) -> &[u8] {
    match line.starts_with(b"/type/") {
        true => line.splitn(5, |&byte| byte == b'\t').nth(4).unwrap_or(&[]),
        false => line,
    }
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
        // Dumps hold what was deleted, or moved elsewhere, beside the editions.
        if line.bytes.starts_with(b"/type/") && !line.bytes.starts_with(b"/type/edition\t") {
            continue;
        }
        batch.report.rows += 1;
        let parsed = if line.bytes.len() < LONGEST_LINE {
            parse(json(&line.bytes), declared.encoding).map_err(|error| error.to_string())
        } else {
            Err(format!("longer than {LONGEST_LINE} bytes"))
        };
        match parsed {
            Ok(record) => describe(&record).push(line.number, declared, batch),
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

fn describe(record: &Record) -> Description {
    let isbns = [&record.isbn13, &record.isbn_13, &record.isbn, &record.isbn10, &record.isbn_10];
    let mut controls = Vec::new();
    let key = text(&[&record.key]);
    if let Some(key) = key.strip_prefix("/books/") {
        controls.push(format!("(OL){key}"));
    }
    controls
        .extend(record.lccn.texts(false).iter().map(|number| format!("(DLC){}", number.replace(' ', ""))));
    controls.extend(record.oclc_numbers.texts(false).iter().map(|number| format!("(OCoLC){number}")));
    let language = text(&[&record.language, &record.lang]);
    let keywords = [record.keywords.texts(true), record.subjects.texts(false)].concat();
    Description {
        isbns: isbns.iter().flat_map(|value| value.texts(false)).collect(),
        title: text(&[&record.title, &record.bookname]),
        subtitle: text(&[&record.subtitle]),
        other_titles: [&record.original_title, &record.other_titles]
            .iter()
            .flat_map(|value| value.texts(false))
            .collect(),
        authors: text(&[&record.authors, &record.author, &record.by_statement]),
        publisher: text(&[&record.publisher, &record.publishers]),
        year: text(&[&record.year, &record.publication_year, &record.publish_date]),
        class_no: text(&[&record.class_no, &record.kdc]),
        volume: text(&[&record.volume, &record.vol]),
        series: record.series.texts(false).into_iter().map(|name| (name, String::new())).collect(),
        edition: text(&[&record.edition_name]),
        language: if language.is_empty() { record.languages.reference() } else { language },
        keywords,
        loans: text(&[&record.loans, &record.loan_count]),
        controls,
        holdings: holdings(&record.libraries),
        ..Description::default()
    }
}

/// The libraries that a record names, by name alone or with the day of registration.
fn holdings(libraries: &Value) -> Vec<Holding> {
    let libraries = match libraries {
        Value::List(libraries) => libraries.as_slice(),
        single => std::slice::from_ref(single),
    };
    let held = |library: &Value| match library {
        Value::Text(name) => Some(Holding { library: name.clone(), ..Holding::default() }),
        Value::Library { name, registered } => {
            Some(Holding { library: name.clone(), registered: text(&[registered]), ..Holding::default() })
        }
        Value::Number(_) | Value::List(_) | Value::Key { .. } | Value::Nothing | Value::Other(_) => None,
    };
    libraries.iter().filter_map(held).collect()
}
