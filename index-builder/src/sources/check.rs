//! Reads files without building: each alone, in the role that its content shows.
//!
//! Invariant: a file is refused here where a build of it alone would refuse it, for the same reason.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::door::{read_file, role_of};
use super::error::{Problem, Refused, WrongFiles};
use super::filesystem::FileSystem;
use super::inputs::{self, Declared};
use super::note_findings;
use super::sink::SourceFile;
use crate::catalogue::Merge;
use crate::progress::{Progress, Unit};
use crate::report::{FileReport, Report, Role};

/// Reads each of some files alone and reports what is in it; `stopped` of the report has those that a build would refuse.
pub fn check(files: &dyn FileSystem, paths: &[PathBuf], progress: &dyn Progress) -> Report {
    let paths = inputs::sorted(paths.to_vec());
    progress.begin("reading", paths.iter().map(|path| files.size(path)).sum(), Unit::Bytes);
    let mut report = Report::default();
    let mut wrong = Vec::new();
    for path in &paths {
        let file = SourceFile {
            number: 0,
            path: path.clone(),
            role: role_of(files, path),
            declared: Declared::default(),
        };
        let (of_file, refused) = alone(files, &file, progress);
        wrong.extend(refused.map(|problem| file.wrong(problem)));
        report.files.push(of_file);
    }
    progress.end();
    Refused { wrong: WrongFiles(wrong), lost: Vec::new(), report }.told().report
}

/// Reads one file; gives its report, and why it is refused.
fn alone(
    files: &dyn FileSystem,
    file: &SourceFile,
    progress: &dyn Progress,
) -> (FileReport, Option<Problem>) {
    let merge = Mutex::new(Merge::new());
    let (of_file, outcome) = read_file(files, file, &merge, progress);
    let mut report = Report { files: vec![of_file], ..Report::default() };
    let refused = match outcome {
        Err(wrong) => Some(wrong.problem),
        Ok(_) if matches!(file.role, Role::Holdings | Role::Records) => {
            let merge = merge.into_inner().unwrap_or_else(PoisonError::into_inner);
            let (catalogue, findings) = merge.finish(&BTreeMap::new(), Vec::new(), false);
            note_findings(&mut report, &findings);
            catalogue.books.is_empty().then(|| Problem::no_book(&report))
        }
        Ok(_) => None,
    };
    let mut of_file = report.files.pop().unwrap_or_default();
    of_file.sort();
    (of_file, refused)
}
