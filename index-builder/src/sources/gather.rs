//! Batches of rows, worked on by all threads, gathered into one [`Merge`].
//!
//! Knows neither CSV, JSON nor MARC. Invariant: a batch is worked on without looking at any other, and what is found in
//! a file is put together in the order of its lines, so the number of threads changes nothing.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use ahash::RandomState;
use rayon::prelude::*;

use super::clean::{self, Changes};
use super::columns::Column;
use super::error::Problem;
use crate::catalogue::isbn::{self, Fault, Repair};
use crate::catalogue::{Date, Merge, Row, RowOrigin, TextId, Texts};
use crate::report::{FileReport, Kind};

/// Rows in a batch: enough to keep a thread busy for some 20 ms.
pub(crate) const BATCH_ROWS: usize = 8_192;

/// What one batch gives: rows, their texts, and what was found.
#[derive(Debug)]
pub(crate) struct Gathered {
    pub(crate) texts: Texts,
    pub(crate) rows: Vec<Row>,
    pub(crate) report: FileReport,
    other_titles: Vec<(u64, TextId)>,
    other_authors: Vec<(u64, TextId)>,
    keywords: Vec<(u64, u32, Vec<String>)>,
    libraries: Vec<String>,
    library_ids: HashMap<String, u16, RandomState>,
    file: u16,
}

impl Gathered {
    /// Nothing yet, of the file with this place in the report.
    pub(crate) fn new(file: u16) -> Self {
        Self {
            texts: Texts::new(),
            rows: Vec::new(),
            report: FileReport::default(),
            other_titles: Vec::new(),
            other_authors: Vec::new(),
            keywords: Vec::new(),
            libraries: Vec::new(),
            library_ids: HashMap::with_hasher(RandomState::with_seeds(1, 2, 3, 4)),
            file,
        }
    }

    /// A row with nothing but its ISBN, its title and where it came from.
    pub(crate) fn row(&self, line: u32, isbn13: u64, title: TextId) -> Row {
        Row {
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

    /// A further title of a book.
    pub(crate) fn other_title(&mut self, isbn13: u64, title: TextId) {
        self.other_titles.push((isbn13, title));
    }

    /// Further authors of a book.
    pub(crate) fn other_authors(&mut self, isbn13: u64, authors: TextId) {
        self.other_authors.push((isbn13, authors));
    }

    /// The keywords of a book, best first, clean.
    pub(crate) fn keywords(&mut self, isbn13: u64, line: u32, words: Vec<String>) {
        if !words.is_empty() {
            self.keywords.push((isbn13, line, words));
        }
    }

    /// Counts a row that is not used.
    pub(crate) fn reject(&mut self, line: u32, column: &'static str, kind: Kind, found: &str) {
        self.report.rejected += 1;
        self.report.add(line, column, kind, || found.to_owned(), || None);
    }

    /// Counts something that was changed in a row, or should be looked at.
    pub(crate) fn note(
        &mut self,
        line: u32,
        column: &'static str,
        kind: Kind,
        found: &str,
        made: Option<&str>,
    ) {
        self.report.add(line, column, kind, || found.to_owned(), || made.map(str::to_owned));
    }

    /// The ISBN of a row; when there is none the row is rejected.
    pub(crate) fn isbn(&mut self, line: u32, column: Column, cell: &str) -> Option<u64> {
        match isbn::read(cell) {
            Ok(isbn) => {
                let made = || isbn.isbn13.to_string();
                match isbn.repair {
                    Some(Repair::Tidied) => {
                        self.note(line, column.name, Kind::IsbnTidied, cell, Some(&made()));
                    }
                    Some(Repair::FromIsbn10) => {
                        self.note(line, column.name, Kind::IsbnFromTen, cell, Some(&made()));
                    }
                    None => {}
                }
                if !isbn.checked {
                    self.note(line, column.name, Kind::IsbnWrongCheckDigit, cell, None);
                }
                Some(isbn.isbn13)
            }
            Err(fault) => {
                self.reject(line, column.name, fault.into(), cell);
                None
            }
        }
    }

    /// The ISBN of a row that only adds to a book another row is about; nothing is said of how it is written.
    pub(crate) fn reference(&mut self, line: u32, cell: &str) -> Option<u64> {
        match isbn::read(cell) {
            Ok(isbn) => Some(isbn.isbn13),
            Err(fault) => {
                self.reject(line, super::columns::ISBN.name, fault.into(), cell);
                None
            }
        }
    }

    /// A cleaned text, with notes on what was done to it.
    pub(crate) fn text<'a>(&mut self, line: u32, column: Column, cell: &'a str, names: bool) -> Cow<'a, str> {
        let (text, changes) = clean::text(cell, names);
        if changes != Changes::default() {
            for (happened, kind) in [
                (changes.white_space, Kind::WhiteSpace),
                (changes.mark_up, Kind::MarkUp),
                (changes.entity, Kind::Entity),
                (changes.marc_code, Kind::MarcCode),
                (changes.control, Kind::ControlCharacter),
                (changes.composed, Kind::Decomposed),
                (changes.cut, Kind::TextCut),
                (changes.lost, Kind::LostCharacter),
            ] {
                if happened {
                    let made = || (kind != Kind::LostCharacter).then(|| text.clone().into_owned());
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
                    self.note(line, column.name, Kind::ClassTidied, cell, Some(&class_no));
                }
                self.texts.id(&class_no)
            }
            None => {
                self.note(line, column.name, Kind::ClassUnreadable, cell, None);
                TextId::EMPTY
            }
        }
    }

    /// A year of publication; 0 when there is none.
    pub(crate) fn year(&mut self, line: u32, column: Column, cell: &str) -> u16 {
        if clean::is_placeholder(cell.trim()) {
            return 0;
        }
        match clean::year(cell) {
            Some((year, false)) => year,
            Some((year, true)) => {
                self.note(line, column.name, Kind::YearTidied, cell, Some(&year.to_string()));
                year
            }
            None => {
                self.note(line, column.name, Kind::YearUnreadable, cell, None);
                0
            }
        }
    }

    /// A number of loans; [`Row::UNSAID`] when there is none.
    pub(crate) fn loans(&mut self, line: u32, cell: &str) -> u32 {
        const NAME: &str = super::columns::LOANS.name;
        if clean::is_placeholder(cell.trim()) {
            return Row::UNSAID;
        }
        clean::count(cell).unwrap_or_else(|| {
            self.note(line, NAME, Kind::LoansUnreadable, cell, None);
            Row::UNSAID
        })
    }

    /// A day of registration, which is not after `latest`.
    pub(crate) fn registered(&mut self, line: u32, cell: &str, latest: Option<Date>) -> Option<Date> {
        const NAME: &str = super::columns::REGISTERED.name;
        if clean::is_placeholder(cell.trim()) {
            return None;
        }
        match Date::parse(cell) {
            Some(date) if latest.is_none_or(|latest| date <= latest) => Some(date),
            Some(_) => {
                self.note(line, NAME, Kind::DateImplausible, cell, None);
                None
            }
            None => {
                self.note(line, NAME, Kind::DateUnreadable, cell, None);
                None
            }
        }
    }
}

impl From<Fault> for Kind {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Missing => Self::IsbnMissing,
            Fault::NotABook => Self::IsbnNotABook,
            Fault::Rounded => Self::IsbnRounded,
            Fault::Unreadable => Self::IsbnUnreadable,
        }
    }
}

/// Works through a file: `next` gives batches, `work` is done on several at a time, and all goes into `merge`.
pub(crate) fn gather<B: Send, E: From<Problem>>(
    mut next: impl FnMut() -> Result<Option<B>, E>,
    work: impl Fn(B) -> Gathered + Sync,
    merge: &Mutex<Merge>,
    report: &mut FileReport,
) -> Result<(), E> {
    loop {
        let mut batches = Vec::new();
        while batches.len() < rayon::current_num_threads().max(1) {
            match next()? {
                Some(batch) => batches.push(batch),
                None => break,
            }
        }
        if batches.is_empty() {
            return Ok(());
        }
        let done: Vec<Gathered> = batches.into_par_iter().map(&work).collect();
        let mut merge = merge.lock().unwrap_or_else(PoisonError::into_inner);
        for gathered in done {
            absorb(&mut merge, gathered, report)?;
        }
    }
}

fn absorb(merge: &mut Merge, gathered: Gathered, report: &mut FileReport) -> Result<(), Problem> {
    let file = gathered.file;
    let libraries: Vec<u16> = gathered
        .libraries
        .iter()
        .map(|name| merge.library(name).ok_or(Problem::TooManyLibraries))
        .collect::<Result<_, _>>()?;
    let translation = merge.texts.absorb(&gathered.texts);
    let text = |id| Texts::translate(&translation, id);
    for row in gathered.rows {
        merge.push(Row {
            title: text(row.title),
            authors: text(row.authors),
            publisher: text(row.publisher),
            class_no: text(row.class_no),
            volume: text(row.volume),
            language: text(row.language),
            library: libraries.get(usize::from(row.library)).copied().unwrap_or(Row::NO_LIBRARY),
            ..row
        });
    }
    for (isbn13, title) in gathered.other_titles {
        merge.push_other_title(isbn13, text(title));
    }
    for (isbn13, authors) in gathered.other_authors {
        merge.push_other_authors(isbn13, text(authors));
    }
    for (isbn13, line, words) in gathered.keywords {
        merge.push_keywords(isbn13, RowOrigin { file, line }, words.iter().map(String::as_str));
    }
    report.absorb(gathered.report);
    Ok(())
}
