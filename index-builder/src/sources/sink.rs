//! Carries the rows of one source file into the catalogue and their findings into its report.
//!
//! Knows neither CSV, JSON nor MARC: a reader gives batches and parses them, each without looking at any other.
//! Invariant: batches are absorbed in the order of the file, so the number of threads changes nothing.

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::batch::Batch;
use super::error::{Problem, WrongFile};
use super::inputs::Declared;
use crate::catalogue::{Fact, Merge, Row, RowOrigin, Shelf, Texts};
use crate::progress::Progress;
use crate::report::{FileReport, FindingKind, Role};

/// With fewer rows a file is not judged: a few bad rows are a few bad rows.
const ROWS_TO_JUDGE_A_FILE: u64 = 10;

/// One file of the catalogue.
#[derive(Debug)]
pub(super) struct SourceFile {
    /// Its place among the reports.
    pub(super) number: u16,
    /// Where it lies, as it was named to the program.
    pub(super) path: PathBuf,
    /// The role it is read in.
    pub(super) role: Role,
    /// The configuration's declaration about it.
    pub(super) declared: Declared,
}

impl SourceFile {
    /// Refuses the file as a whole.
    pub(super) fn wrong(&self, problem: Problem) -> WrongFile {
        WrongFile::new(&self.path, problem)
    }

    /// Refuses the file because it cannot be read.
    pub(super) fn unreadable(&self) -> impl FnOnce(io::Error) -> WrongFile + '_ {
        WrongFile::io(&self.path)
    }
}

/// Gives the raw rows of a file in batches.
pub(super) trait Batches {
    /// Raw rows, some 20 ms of work.
    type Raw: Send;

    /// Reads the next batch; `None` at the end of the file.
    fn next_batch(&mut self) -> io::Result<Option<Self::Raw>>;

    /// Returns how many bytes of the file have been read.
    fn bytes_read(&self) -> u64;
}

/// Takes what the reader of one file gives: rows for the catalogue, findings for the report, bytes read.
pub(super) struct Sink<'a> {
    /// The catalogue under way, shared by the readers of all files.
    pub(super) merge: &'a Mutex<Merge>,
    /// The report on this file.
    pub(super) report: FileReport,
    /// Hears how many bytes have been read.
    pub(super) progress: &'a dyn Progress,
}

impl Sink<'_> {
    /// Reads all batches of `file`, has several parsed at a time, and absorbs them in order.
    ///
    /// # Errors
    /// When the file cannot be read, or names more libraries than the index can number.
    pub(super) fn collect<B: Batches>(
        &mut self,
        file: &SourceFile,
        batches: &mut B,
        parse: impl Fn(B::Raw, &mut Batch) + Sync,
    ) -> Result<(), WrongFile> {
        let mut reported = 0;
        loop {
            let mut raw = Vec::new();
            while raw.len() < rayon::current_num_threads().max(1) {
                let next = batches.next_batch().map_err(file.unreadable())?;
                self.progress.advance(batches.bytes_read() - reported);
                reported = batches.bytes_read();
                match next {
                    Some(next) => raw.push(next),
                    None => break,
                }
            }
            if raw.is_empty() {
                return Ok(());
            }
            let parse = |raw| {
                let mut batch = Batch::new(file.number);
                parse(raw, &mut batch);
                batch
            };
            let parsed: Vec<Batch> = raw.into_par_iter().map(parse).collect();
            let mut merge = self.merge.lock().unwrap_or_else(PoisonError::into_inner);
            for batch in parsed {
                absorb(&mut merge, batch, &mut self.report).map_err(|problem| file.wrong(problem))?;
            }
        }
    }

    /// Judges, when all rows have been read, whether the file is what it was read as. What rows lack says nothing against it.
    ///
    /// # Errors
    /// When it has no row, is no text in a known encoding, or nearly all of its many rows are damaged.
    pub(super) fn judge(&self, file: &SourceFile) -> Result<(), WrongFile> {
        let report = &self.report;
        let rows = report.rows;
        if rows == 0 {
            return Err(file.wrong(Problem::NoRows));
        }
        if rows < ROWS_TO_JUDGE_A_FILE {
            return Ok(());
        }
        let count = |kind: FindingKind| report.counts.get(&kind).copied().unwrap_or(0);
        let damaged = count(FindingKind::BytesUndecodable);
        if damaged * 2 > rows {
            return Err(file.wrong(Problem::Undecodable { damaged, rows }));
        }
        let faults = FindingKind::ALL.iter().copied().filter(|kind| kind.speaks_against_the_file());
        let unreadable: u64 = faults.clone().map(count).sum();
        if unreadable * 10 >= rows * 9 {
            let most = faults.max_by_key(|&kind| count(kind)).map_or("", FindingKind::title);
            return Err(file.wrong(Problem::Damaged { unreadable, rows, most }));
        }
        Ok(())
    }
}

/// Adds a batch to the catalogue, its texts and libraries renumbered, and its findings to the report.
fn absorb(merge: &mut Merge, batch: Batch, report: &mut FileReport) -> Result<(), Problem> {
    let file = batch.file;
    let libraries: Vec<u16> = batch
        .libraries
        .iter()
        .map(|name| merge.library(name).ok_or(Problem::TooManyLibraries))
        .collect::<Result<_, _>>()?;
    let translation = merge.texts.absorb(&batch.texts);
    let text = |id| Texts::translate(&translation, id);
    let facts = batch.facts.iter();
    let base =
        merge.push_facts(facts.map(|fact| Fact { text: text(fact.text), more: text(fact.more), ..*fact }));
    for row in batch.rows {
        merge.push(Row {
            title: text(row.title),
            authors: text(row.authors),
            publisher: text(row.publisher),
            class_no: text(row.class_no),
            volume: text(row.volume),
            language: text(row.language),
            library: libraries.get(usize::from(row.library)).copied().unwrap_or(Row::NO_LIBRARY),
            shelf: Shelf {
                call_number: text(row.shelf.call_number),
                room: text(row.shelf.room),
                copies: row.shelf.copies,
            },
            facts: row.facts.after(base),
            ..row
        });
    }
    for (isbn13, line, words) in batch.keywords {
        merge.push_keywords(isbn13, RowOrigin { file, line }, words.iter().map(String::as_str));
    }
    report.absorb(batch.report);
    Ok(())
}
