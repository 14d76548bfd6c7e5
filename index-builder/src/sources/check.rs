//! Reads files without building: each alone, in the role that its content shows; a table of libraries among them says whose codes
//! the others name.
//!
//! Invariant: a file is refused here for what a build would refuse it for.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::door::{described, read_file, role_of};
use super::error::{Problem, Refused, WrongFile, WrongFiles};
use super::filesystem::FileSystem;
use super::inputs::{self, Declared};
use super::notes::note_findings;
use super::sink::SourceFile;
use crate::catalogue::{Library, Merge};
use crate::progress::{Progress, Unit};
use crate::report::{FileReport, Report, Role};

/// Reads each of some files alone and reports what is in it; `stopped` of the report has those that a build would refuse, and the
/// first where none of them gives a book.
pub fn check(files: &dyn FileSystem, paths: &[PathBuf], progress: &dyn Progress) -> Report {
    let paths = inputs::sorted(paths.to_vec());
    progress.begin("reading", paths.iter().map(|path| files.size(path)).sum(), Unit::Bytes);
    let mut report = Report::default();
    let mut wrong = Vec::new();
    let (mut of_books, mut books) = (None, 0);
    let file = |path: PathBuf| {
        let role = role_of(files, &path);
        SourceFile { number: 0, path, role, declared: Declared::default() }
    };
    let sources: Vec<SourceFile> = paths.into_iter().map(file).collect();
    let described = described(files, &sources);
    for file in sources {
        let role = file.role;
        match alone(files, &file, &described, progress) {
            (of_file, Ok(found)) => {
                report.files.push(of_file);
                books += found;
            }
            (of_file, Err(refused)) => {
                report.files.push(of_file);
                wrong.push(refused);
            }
        }
        if matches!(role, Role::Holdings | Role::Records) {
            of_books.get_or_insert(file);
        }
    }
    progress.end();
    if let Some(first) = of_books.filter(|_| books == 0 && wrong.is_empty()) {
        wrong.push(first.wrong(Problem::no_book(&report)));
    }
    Refused::after(report, WrongFiles(wrong)).report
}

/// Reads one file; gives its report, and how many books are in it or why it is refused.
fn alone(
    files: &dyn FileSystem,
    file: &SourceFile,
    described: &BTreeMap<String, Library>,
    progress: &dyn Progress,
) -> (FileReport, Result<usize, WrongFile>) {
    let merge = Mutex::new(Merge::new());
    let (of_file, outcome) = read_file(files, file, &merge, progress);
    let mut report = Report { files: vec![of_file], ..Report::default() };
    let books = outcome.map(|_| {
        let merge = merge.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (catalogue, findings) = merge.finish(described, Vec::new(), false);
        if matches!(file.role, Role::Holdings | Role::Records) {
            note_findings(&mut report, &findings);
        }
        catalogue.books.len()
    });
    let mut of_file = report.files.pop().unwrap_or_default();
    of_file.sort();
    (of_file, books)
}
