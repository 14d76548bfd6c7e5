//! Holds what questions find, kind by kind, from files of rows and questions: one of invented books that lies here, and one that the
//! machine may name.
//!
//! A line of such a file is `book`, then a title, authors, volume, year and class number; or `ask`, then a name, the question, `first`,
//! `found` (among ten), `hidden` (not among ten) or `none` (no book), and titles; or `catalogue` and a folder, whose books then are the rows.
//! Fields are separated by tabs; a line that begins with `#` is a note.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use index_builder::catalogue::Catalogue;
use index_builder::compile::compile;
use index_builder::local::LocalIndex;
use index_builder::progress::Quiet;
use index_builder::sources::{InMemory, Inputs, read, read_from};
use seoga_index::book_id::check_digit;
use seoga_search::Request;
use seoga_text::fold;

/// The variable that names a file.
const VARIABLE: &str = "SEOGA_FIELD_QUESTIONS";
/// How far down a book may stand.
const DEPTH: u32 = 10;

/// Returns the file that the machine names; a path that is nowhere where it names none.
pub(crate) fn file() -> PathBuf {
    std::env::var_os(VARIABLE).map_or_else(|| PathBuf::from("no such file"), PathBuf::from)
}

/// The rows as lines of records, each with a number of its own.
fn catalogue(text: &str) -> Catalogue {
    if let Some(folder) = text.lines().find_map(|line| line.strip_prefix("catalogue\t")) {
        return read(&Inputs::in_catalogue(Path::new(folder)).unwrap().files, &Quiet).unwrap().catalogue;
    }
    let mut lines = String::new();
    let books = text.lines().filter_map(|line| line.strip_prefix("book\t"));
    for (number, book) in (0..).zip(books) {
        let mut fields = book.split('\t').chain(std::iter::repeat(""));
        let mut field = |name: &str| match fields.next().unwrap_or_default() {
            "" => String::new(),
            value if name == "authors" => format!(",\"authors\":[{}]", serde_json::json!(value)),
            value => format!(",\"{name}\":{}", serde_json::json!(value)),
        };
        let twelve = 978_690_000_000_u64 + number;
        let isbn = twelve * 10 + check_digit(twelve);
        let fields: String = ["title", "authors", "volume", "year", "class_no"].map(&mut field).concat();
        writeln!(lines, "{{\"isbn13\":\"{isbn}\",\"libraries\":[\"가온\"]{fields}}}").unwrap();
    }
    let files = InMemory::default().with(Path::new("records.jsonl"), lines.into_bytes());
    let inputs = Inputs { records: vec!["records.jsonl".into()], ..Inputs::default() };
    read_from(&files, &inputs, &Quiet).unwrap().catalogue
}

/// Asks every question of a file; gives how many there are, and what went wrong.
fn wrong(text: &str) -> (usize, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    compile(&catalogue(text), folder.path(), &Quiet).unwrap();
    let index = LocalIndex::open(folder.path(), 1 << 30).unwrap();
    let (mut asked, mut wrong) = (0, Vec::new());
    for line in text.lines().filter_map(|line| line.strip_prefix("ask\t")) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, question, how, titles @ ..] = fields.as_slice() else { panic!("no question: {line}") };
        asked += 1;
        let request = Request {
            text: fold::canonical_query(question),
            typed: (*question).to_owned(),
            page: 1,
            limit: DEPTH,
            ..Request::default()
        };
        let hits = index.search(request).unwrap().hits;
        let found: Vec<&str> = hits.iter().map(|hit| hit.record.title.as_str()).collect();
        let right = match *how {
            "first" => titles.len() == 1 && found.first() == titles.first(),
            "found" => !titles.is_empty() && titles.iter().all(|title| found.contains(title)),
            "hidden" => !titles.is_empty() && !titles.iter().any(|title| found.contains(title)),
            "none" => found.is_empty(),
            other => panic!("{other} is no expectation: {line}"),
        };
        if !right {
            wrong.push(format!("{name} {question}: {how} {titles:?}, but {found:?}"));
        }
    }
    (asked, wrong)
}

fn every_question_is_answered(text: &str) {
    let (asked, wrong) = wrong(text);
    assert!(asked > 0, "a file of questions has some");
    assert!(wrong.is_empty(), "{} of {asked}: {wrong:#?}", wrong.len());
}

pub(crate) fn every_kind_of_question_finds_its_books() {
    every_question_is_answered(include_str!("questions.tsv"));
}

pub(crate) fn every_question_of_the_field_finds_its_books() {
    every_question_is_answered(&std::fs::read_to_string(file()).unwrap());
}
