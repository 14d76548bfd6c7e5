//! A batch: rows of one file that are cleaned together, with their texts and what was found in them.
//!
//! Knows neither CSV, JSON nor MARC. Invariant: a batch depends on no other; texts and libraries are numbered within it.

use std::borrow::Cow;
use std::collections::HashMap;

use ahash::RandomState;
use seoga_index::book_id::BookId;

use super::clean::{self, Changes};
use super::columns::{self, Column};
use crate::catalogue::isbn::{self, Fault, Repair};
use crate::catalogue::{Date, Fact, FactKind, Facts, Row, RowOrigin, Shelf, TextId, Texts};
use crate::hash::fixed_state;
use crate::report::{FileReport, FindingKind};

/// Rows in a batch: enough to keep a thread busy for some 20 ms.
pub(crate) const BATCH_ROWS: usize = 8_192;

/// Clean rows, their texts, and what was found while cleaning them.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) texts: Texts,
    pub(crate) rows: Vec<Row>,
    pub(crate) report: FileReport,
    pub(super) facts: Vec<Fact>,
    pub(super) keywords: Vec<(u64, u32, Vec<String>)>,
    pub(super) libraries: Vec<String>,
    library_ids: HashMap<String, u16, RandomState>,
    pub(super) file: u16,
}

impl Batch {
    /// Nothing yet, of the file with this place in the report.
    pub(crate) fn new(file: u16) -> Self {
        Self {
            texts: Texts::new(),
            rows: Vec::new(),
            report: FileReport::default(),
            facts: Vec::new(),
            keywords: Vec::new(),
            libraries: Vec::new(),
            library_ids: HashMap::with_hasher(fixed_state()),
            file,
        }
    }

    /// A row with nothing but its ISBN, its title and where it came from.
    pub(crate) fn row(&self, line: u32, isbn13: u64, title: TextId) -> Row {
        Row {
            id: BookId::default(),
            isbn13,
            title,
            authors: TextId::EMPTY,
            publisher: TextId::EMPTY,
            class_no: TextId::EMPTY,
            volume: TextId::EMPTY,
            language: TextId::EMPTY,
            loans: Row::UNSAID,
            year: 0,
            library: Row::NO_LIBRARY,
            registered: None,
            origin: RowOrigin { file: self.file, line },
            shelf: Shelf::default(),
            facts: Facts::default(),
        }
    }

    /// The number of a library within this batch; `name` is clean.
    pub(crate) fn library(&mut self, name: &str) -> u16 {
        if let Some(&id) = self.library_ids.get(name) {
            return id;
        }
        // A batch has fewer rows than a `u16` has values.
        let id = u16::try_from(self.libraries.len()).unwrap_or(Row::NO_LIBRARY);
        self.libraries.push(name.to_owned());
        self.library_ids.insert(name.to_owned(), id);
        id
    }

    /// Adds a fact to the record under way; nothing for an empty text. [`Batch::facts_since`] gives them to its rows.
    pub(crate) fn fact(&mut self, kind: FactKind, text: TextId, more: TextId) {
        if text != TextId::EMPTY {
            self.facts.push(Fact { kind, text, more });
        }
    }

    /// Counts the facts so far: where those of the next record begin.
    pub(crate) fn facts_so_far(&self) -> usize {
        self.facts.len()
    }

    /// The facts of the record that began at `start`.
    pub(crate) fn facts_since(&self, start: usize) -> Facts {
        Facts::since(start, &self.facts)
    }

    /// Adds the keywords of a book, best first, clean.
    pub(crate) fn add_keywords(&mut self, isbn13: u64, line: u32, words: Vec<String>) {
        if !words.is_empty() {
            self.keywords.push((isbn13, line, words));
        }
    }

    /// Cleans keywords: HTML left-overs and doubles go.
    pub(crate) fn clean_keywords(&mut self, line: u32, column: Column, words: Vec<String>) -> Vec<String> {
        let mut kept: Vec<String> = Vec::with_capacity(words.len());
        for word in words {
            let clean = self.text(line, column, &word, false);
            if matches!(&*clean, "amp" | "gt" | "lt" | "nbsp" | "quot" | "apos" | "br") {
                self.note(line, column.name, FindingKind::KeywordLeftOver, &word, None);
            } else if !clean.is_empty() && !kept.iter().any(|kept| *kept == *clean) {
                kept.push(clean.into_owned());
            }
        }
        kept
    }

    /// Counts a row that is not used.
    pub(crate) fn reject(&mut self, line: u32, column: &'static str, kind: FindingKind, found: &str) {
        self.report.rejected += 1;
        self.report.add(line, column, kind, || found.to_owned(), || None);
    }

    /// Counts something that was changed in a row, or should be looked at.
    pub(crate) fn note(
        &mut self,
        line: u32,
        column: &'static str,
        kind: FindingKind,
        found: &str,
        made: Option<&str>,
    ) {
        self.report.add(line, column, kind, || found.to_owned(), || made.map(str::to_owned));
    }

    /// The ISBN of a row, 0 where there is none; what cannot be read as one is a fact of the record under way.
    pub(crate) fn isbn(&mut self, line: u32, column: Column, cell: &str) -> u64 {
        match isbn::read(cell) {
            Ok(isbn) => {
                let made = || isbn.isbn13.to_string();
                match isbn.repair {
                    Some(Repair::Tidied) => {
                        self.note(line, column.name, FindingKind::IsbnTidied, cell, Some(&made()));
                    }
                    Some(Repair::FromIsbn10) => {
                        self.note(line, column.name, FindingKind::IsbnFromTen, cell, Some(&made()));
                    }
                    Some(Repair::ZerosPutBack) => {
                        self.note(line, column.name, FindingKind::IsbnZerosPutBack, cell, Some(&made()));
                    }
                    None => {}
                }
                if !isbn.checked {
                    self.note(line, column.name, FindingKind::IsbnWrongCheckDigit, cell, None);
                }
                isbn.isbn13
            }
            Err(fault) => self.no_isbn(line, column, fault, cell),
        }
    }

    /// Notes that a row has no ISBN, and keeps what stands in its place; returns 0.
    fn no_isbn(&mut self, line: u32, column: Column, fault: Fault, cell: &str) -> u64 {
        self.note(line, column.name, fault.into(), cell, None);
        if fault != Fault::Missing {
            let id = self.text_id(line, column, cell, false);
            self.fact(FactKind::Number, id, TextId::EMPTY);
        }
        0
    }

    /// The ISBN of a row with several columns of them, 0 where there is none: the first that reads as one, else the first that holds
    /// anything is judged. `has_issns` says that numbers of serials stand among them.
    pub(super) fn isbn_among(
        &mut self,
        line: u32,
        column: Column,
        cells: &[Cow<'_, str>],
        has_issns: bool,
    ) -> u64 {
        let reads = |cell: &&Cow<'_, str>| isbn::read(cell).is_ok_and(|isbn| isbn.checked);
        let holds = |cell: &&Cow<'_, str>| !clean::is_placeholder(cell.trim());
        let cell = cells.iter().find(reads).or_else(|| cells.iter().find(holds)).map_or("", |cell| cell);
        if has_issns && isbn::is_issn(cell) {
            return self.no_isbn(line, column, Fault::NotABook, cell);
        }
        self.isbn(line, column, cell)
    }

    /// The ISBN of a row that only adds to a book another row is about; nothing is said of how it is written.
    pub(crate) fn reference(&mut self, line: u32, cell: &str) -> Option<u64> {
        match isbn::read(cell) {
            Ok(isbn) => Some(isbn.isbn13),
            Err(_) => {
                self.reject(line, columns::ISBN.name, FindingKind::ReferenceUnreadable, cell);
                None
            }
        }
    }

    /// A cleaned text, with notes on what was done to it.
    pub(crate) fn text<'a>(&mut self, line: u32, column: Column, cell: &'a str, names: bool) -> Cow<'a, str> {
        let (text, changes) = clean::text(cell, names);
        if changes != Changes::default() {
            for (happened, kind) in [
                (changes.white_space, FindingKind::WhiteSpace),
                (changes.mark_up, FindingKind::MarkUp),
                (changes.entity, FindingKind::Entity),
                (changes.marc_code, FindingKind::MarcCode),
                (changes.control, FindingKind::ControlCharacter),
                (changes.composed, FindingKind::Decomposed),
                (changes.cut, FindingKind::TextCut),
                (changes.lost, FindingKind::LostCharacter),
            ] {
                if happened {
                    let made = || (kind != FindingKind::LostCharacter).then(|| text.clone().into_owned());
                    self.report.add(line, column.name, kind, || cell.to_owned(), made);
                }
            }
        }
        text
    }

    /// The id of a cleaned text.
    pub(crate) fn text_id(&mut self, line: u32, column: Column, cell: &str, names: bool) -> TextId {
        let text = self.text(line, column, cell, names);
        self.texts.id(&text)
    }

    /// The id of a cleaned text, nothing for a cell that says `없음` or the like.
    pub(crate) fn short_text_id(&mut self, line: u32, column: Column, cell: &str) -> TextId {
        let text = self.text(line, column, cell, false);
        if clean::is_placeholder(&text) { TextId::EMPTY } else { self.texts.id(&text) }
    }

    /// The id of a cleaned class number.
    pub(crate) fn class_id(&mut self, line: u32, column: Column, cell: &str) -> TextId {
        if clean::is_placeholder(cell.trim()) {
            return TextId::EMPTY;
        }
        match clean::class_no(cell) {
            Some((class_no, changed)) => {
                if changed {
                    self.note(line, column.name, FindingKind::ClassTidied, cell, Some(&class_no));
                }
                self.texts.id(&class_no)
            }
            None => {
                self.note(line, column.name, FindingKind::ClassUnreadable, cell, None);
                TextId::EMPTY
            }
        }
    }

    /// The class that a call number begins with, as `813.7` in `813.7-김16ㅅ` and `청 911.075-최16ㅂ`; nothing where it begins with
    /// none, as call numbers of other schemes do.
    pub(super) fn class_of_call_number(&mut self, cell: &str) -> TextId {
        let class = cell.split_whitespace().find(|part| part.starts_with(|c: char| c.is_ascii_digit()));
        let class = class.filter(|class| class.bytes().take_while(u8::is_ascii_digit).count() == 3);
        match class.and_then(clean::class_no) {
            Some((class_no, _)) => self.texts.id(&class_no),
            None => TextId::EMPTY,
        }
    }

    /// A number of copies; 0 when there is none.
    pub(super) fn copies(&mut self, cell: &str) -> u16 {
        clean::count(cell).and_then(|count| u16::try_from(count).ok()).unwrap_or(0)
    }

    /// A year of publication; 0 when there is none.
    pub(crate) fn year(&mut self, line: u32, column: Column, cell: &str) -> u16 {
        if clean::is_placeholder(cell.trim()) {
            return 0;
        }
        match clean::year(cell) {
            Some((year, false)) => year,
            Some((year, true)) => {
                self.note(line, column.name, FindingKind::YearTidied, cell, Some(&year.to_string()));
                year
            }
            None => {
                self.note(line, column.name, FindingKind::YearUnreadable, cell, None);
                0
            }
        }
    }

    /// A number of loans; [`Row::UNSAID`] when there is none.
    pub(crate) fn loans(&mut self, line: u32, cell: &str) -> u32 {
        const NAME: &str = columns::LOANS.name;
        if clean::is_placeholder(cell.trim()) {
            return Row::UNSAID;
        }
        clean::count(cell).unwrap_or_else(|| {
            self.note(line, NAME, FindingKind::LoansUnreadable, cell, None);
            Row::UNSAID
        })
    }

    /// A day of registration, which is not after `latest`.
    pub(crate) fn registered(&mut self, line: u32, cell: &str, latest: Option<Date>) -> Option<Date> {
        const NAME: &str = columns::REGISTERED.name;
        if clean::is_placeholder(cell.trim()) {
            return None;
        }
        match Date::parse(cell) {
            Some(date) if latest.is_none_or(|latest| date <= latest) => Some(date),
            Some(_) => {
                self.note(line, NAME, FindingKind::DateImplausible, cell, None);
                None
            }
            None => {
                self.note(line, NAME, FindingKind::DateUnreadable, cell, None);
                None
            }
        }
    }
}

impl From<Fault> for FindingKind {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Missing => Self::IsbnMissing,
            Fault::NotABook => Self::IsbnNotABook,
            Fault::Rounded => Self::IsbnRounded,
            Fault::Unreadable => Self::IsbnUnreadable,
        }
    }
}
