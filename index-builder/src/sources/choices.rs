//! Reads choices of visitors as the service exports them: NDJSON, one choice a line.
//!
//! Invariants: a line becomes a pick, repeats one, says that none of the results was it (which is counted and moves no
//! book), or is counted as rejected with the reason; no finding quotes a
//! visitor's id, a query or a query id, since reports are passed around.

use std::collections::HashMap;
use std::io::BufRead;
use std::path::{Path, PathBuf};

use ahash::RandomState;
use seoga_index::book_id::BookId;
use serde::Deserialize;

use super::columns::ISBN;
use super::error::{Problem, WrongFile, WrongFiles};
use super::filesystem::{Disk, FileSystem};
use super::inputs;
use super::lines::{LONGEST_LINE, Line, Lines};
use crate::catalogue::{Catalogue, Date, isbn};
use crate::hash::fixed_state;
use crate::interner::Interner;
use crate::learn::Choice;
use crate::progress::{Progress, Unit};
use crate::report::{FileReport, FindingKind, Role};

/// Lines from which on a file without one usable line is no export.
const LINES_TO_JUDGE_A_FILE: u64 = 10;
/// Characters of a user id, and of a query, by the service's contract.
const LONGEST_USER_ID: usize = 64;
const LONGEST_QUERY: usize = 200;

/// A line of the export, as far as learning needs it.
#[derive(Debug, Deserialize)]
struct ExportedChoice {
    user_id: String,
    query_id: String,
    /// The book, in exports that tell ids; else `isbn13` names it.
    #[serde(default)]
    id: Option<String>,
    isbn13: Chosen,
    query: String,
    #[serde(default)]
    rank: Option<u64>,
    chosen_at: String,
}

/// The book chosen, its number in quotes or not; null where none of the results was it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Chosen {
    Text(String),
    Plain(u64),
    None,
}

/// The picks of all files, each once, and what was wrong with the files.
#[derive(Debug, Default)]
pub struct ChoicesReading {
    /// The picks, those for books the catalogue does not have too.
    pub choices: Vec<Choice>,
    /// Lines that say that none of the results was what was looked for.
    pub none: u64,
    /// One for each file, by name.
    pub files: Vec<FileReport>,
}

/// Reads exported choices. A file without lines is a service nobody used yet, and no fault.
///
/// # Errors
/// Every file that cannot be read or is no export.
pub fn read_choices(
    paths: &[PathBuf],
    catalogue: &Catalogue,
    progress: &dyn Progress,
) -> Result<ChoicesReading, WrongFiles> {
    read_choices_from(&Disk, paths, catalogue, progress)
}

/// Reads exported choices out of `files`.
///
/// # Errors
/// As [`read_choices`].
pub fn read_choices_from(
    files: &dyn FileSystem,
    paths: &[PathBuf],
    catalogue: &Catalogue,
    progress: &dyn Progress,
) -> Result<ChoicesReading, WrongFiles> {
    let paths = inputs::sorted(paths.to_vec());
    progress.begin("choices", 0, Unit::Items);
    let mut reader = ChoiceReader::new(catalogue);
    let mut reading = ChoicesReading::default();
    let mut wrong = Vec::new();
    for path in &paths {
        let mut report = FileReport::new(path.display().to_string(), Role::Choices);
        let opened = files.open(path).map_err(WrongFile::io(path));
        let read = opened.and_then(|file| reader.read(path, file, &mut report, progress));
        wrong.extend(read.err());
        report.sort();
        reading.files.push(report);
    }
    progress.end();
    reading.none = reader.none;
    reading.choices = reader.settle();
    if wrong.is_empty() { Ok(reading) } else { Err(WrongFiles(wrong)) }
}

/// Identity of a pick: visitor, query id, book.
type PickKey = (u32, u32, BookId);
/// Why a line is not taken: the column, the kind of finding, and what was found there.
type Rejection = (&'static str, FindingKind, String);

struct ChoiceReader<'a> {
    catalogue: &'a Catalogue,
    visitors: Interner,
    query_ids: Interner,
    hashes: HashMap<Box<str>, Option<u64>, RandomState>,
    picks: HashMap<PickKey, Choice, RandomState>,
    /// The ids of books by further ids that lead to them and to no other.
    leads: HashMap<BookId, BookId, RandomState>,
    none: u64,
}

impl<'a> ChoiceReader<'a> {
    fn new(catalogue: &'a Catalogue) -> Self {
        Self {
            catalogue,
            visitors: Interner::default(),
            query_ids: Interner::default(),
            hashes: HashMap::with_hasher(fixed_state()),
            picks: HashMap::with_hasher(fixed_state()),
            leads: leads(catalogue),
            none: 0,
        }
    }

    fn settle(self) -> Vec<Choice> {
        let mut choices: Vec<Choice> = self.picks.into_values().collect();
        choices.sort_unstable();
        choices
    }

    fn read<R: BufRead>(
        &mut self,
        path: &Path,
        reader: R,
        report: &mut FileReport,
        progress: &dyn Progress,
    ) -> Result<(), WrongFile> {
        report.read_as("UTF-8");
        let mut lines = Lines::new(reader).map_err(WrongFile::io(path))?;
        let mut line = Line { number: 0, bytes: Vec::new() };
        let mut first = None;
        let (mut unreadable, mut used) = (0u64, 0u64);
        while lines.next_into(&mut line).map_err(WrongFile::io(path))? {
            let bytes = line.bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&line.bytes).trim_ascii();
            if bytes.is_empty() {
                continue;
            }
            report.rows += 1;
            progress.advance(1);
            let parsed = if bytes.len() < LONGEST_LINE {
                // The parser's own words may quote the line; where it failed is enough.
                serde_json::from_slice::<ExportedChoice>(bytes)
                    .map_err(|error| format!("{:?} error at column {}", error.classify(), error.column()))
            } else {
                Err(format!("longer than {LONGEST_LINE} bytes"))
            };
            match parsed
                .map_err(|why| ("", FindingKind::RowUnreadable, why))
                .and_then(|line| self.check(&line))
            {
                Ok(None) => {
                    used += 1;
                    self.none += 1;
                }
                Ok(Some((key, choice))) => {
                    used += 1;
                    self.take(line.number, key, choice, report);
                }
                Err((column, kind, found)) => {
                    unreadable += u64::from(kind == FindingKind::RowUnreadable);
                    if kind == FindingKind::RowUnreadable {
                        first.get_or_insert(found.clone());
                    }
                    report.rejected += 1;
                    report.add(line.number, column, kind, || found, || None);
                }
            }
        }
        if report.rows > 0 && unreadable == report.rows {
            return Err(WrongFile::new(path, Problem::NotChoices { first: first.unwrap_or_default() }));
        }
        if used == 0 && report.rows >= LINES_TO_JUDGE_A_FILE {
            let most = report.counts.iter().max_by_key(|&(kind, count)| (*count, *kind));
            let most = most.map_or("", |(kind, _)| kind.title());
            return Err(WrongFile::new(
                path,
                Problem::Damaged { unreadable: report.rejected, rows: report.rows, most },
            ));
        }
        Ok(())
    }

    /// Checks a line against the contract of the export; `None` for one without a book.
    fn check(&mut self, line: &ExportedChoice) -> Result<Option<(PickKey, Choice)>, Rejection> {
        let bad = |column, what: &str| Err((column, FindingKind::ChoiceUnusable, what.to_owned()));
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if !(1..=LONGEST_USER_ID).contains(&line.user_id.len()) || !line.user_id.bytes().all(plain) {
            return bad("user_id", "not 1 to 64 of A-Z a-z 0-9 _ -");
        }
        if line.query_id.is_empty() {
            return bad("query_id", "empty");
        }
        if line.query.chars().count() > LONGEST_QUERY {
            return bad("query", "longer than 200 characters");
        }
        let rank = match line.rank {
            None => None,
            Some(rank) => match u16::try_from(rank) {
                Ok(rank) if rank > 0 && u32::from(rank) <= seoga_search::request::MAX_REACH => Some(rank),
                _ => return bad("rank", &rank.to_string()),
            },
        };
        let Some(day) = Date::parse(&line.chosen_at) else { return bad("chosen_at", &line.chosen_at) };
        let cell = match (&line.id, &line.isbn13) {
            (Some(id), _) => id.clone(),
            (None, Chosen::Text(text)) => text.clone(),
            (None, Chosen::Plain(number)) => number.to_string(),
            (None, Chosen::None) => return Ok(None),
        };
        let book = match BookId::parse(&cell) {
            Some(id) => id,
            None => BookId::isbn(
                isbn::read(&cell)
                    .map_err(|_| (ISBN.name, FindingKind::ReferenceUnreadable, cell.clone()))?
                    .isbn13,
            ),
        };
        // A pick from before a book's id changed counts for the book.
        let book = self.leads.get(&book).copied().unwrap_or(book);
        let visitor = self.visitors.number(line.user_id.as_bytes());
        let query = match self.hashes.get(line.query.as_str()) {
            Some(hash) => *hash,
            None => {
                let hash = seoga_search::choice_hash(&line.query);
                self.hashes.insert(line.query.as_str().into(), hash);
                hash
            }
        };
        let key = (visitor, self.query_ids.number(line.query_id.as_bytes()), book);
        Ok(Some((key, Choice { query, book, visitor, day, rank })))
    }

    /// Keeps a pick; of one sent several times the earliest, and of those the one that says least.
    fn take(&mut self, line: u32, key: PickKey, choice: Choice, report: &mut FileReport) {
        let book = choice.book;
        if let Some(kept) = self.picks.get_mut(&key) {
            *kept = (*kept).min_by_day(choice);
            report.add(line, "", FindingKind::ChoiceRepeated, || book.to_string(), || None);
            return;
        }
        self.picks.insert(key, choice);
        if self.catalogue.books.binary_search_by_key(&book, |book| book.id).is_err() {
            report.add(line, ISBN.name, FindingKind::ChoiceWithoutBook, || book.to_string(), || None);
        }
    }
}

/// Maps every further id that leads to one book alone to the id of that book.
fn leads(catalogue: &Catalogue) -> HashMap<BookId, BookId, RandomState> {
    let mut leads: HashMap<BookId, BookId, RandomState> = HashMap::with_hasher(fixed_state());
    for book in &catalogue.books {
        for lead in &book.leads {
            // Of several books the number is nobody's, and a pick of it says nothing.
            leads.entry(*lead).and_modify(|id| *id = *lead).or_insert(book.id);
        }
    }
    for book in &catalogue.books {
        leads.remove(&book.id);
    }
    leads
}

impl Choice {
    fn min_by_day(self, other: Self) -> Self {
        let key = |choice: &Self| (choice.day, choice.rank, choice.query);
        if key(&other) < key(&self) { other } else { self }
    }
}
