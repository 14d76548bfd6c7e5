//! Findings that only the whole catalogue shows, put into the reports of the files they came from.

use std::collections::BTreeMap;

use super::columns;
use crate::catalogue::{Catalogue, Library, MergeFindings};
use crate::report::{FileReport, FindingKind, Report, Role};

/// Puts what only the whole catalogue shows into the reports of the files it came from.
pub(super) fn note_findings(report: &mut Report, findings: &MergeFindings) {
    let mut note = |file: u16, line, column, kind, found: String| {
        if let Some(report) = report.files.get_mut(usize::from(file)) {
            report.add(line, column, kind, || found, || None);
        }
    };
    let isbn = columns::ISBN.name;
    for &(at, id) in &findings.surplus {
        note(at.file, at.line, isbn, FindingKind::HeldTwice, id.to_string());
    }
    for found in &findings.contradictions {
        let said = format!("{} ({})", found.isbn13, found.kept_by);
        note(found.origin.file, found.origin.line, isbn, FindingKind::TitleContradicts, said);
    }
    for &(at, date) in &findings.late_dates {
        note(at.file, at.line, columns::REGISTERED.name, FindingKind::DateImplausible, date.to_string());
    }
    for &(at, year) in &findings.late_years {
        note(at.file, at.line, columns::YEAR.name, FindingKind::YearUnreadable, year.to_string());
    }
    for (at, label, rows) in &findings.unnamed_libraries {
        note(
            at.file,
            at.line,
            columns::LIBRARY.name,
            FindingKind::LibraryUnnamed,
            format!("{label} ({rows}행)"),
        );
    }
    for &(at, isbn13) in &findings.keywords_without_book {
        note(at.file, at.line, isbn, FindingKind::KeywordsWithoutBook, isbn13.to_string());
    }
}

/// Says which libraries come in several files, and where holdings and the libraries file do not agree.
pub(super) fn note_libraries(
    report: &mut Report,
    catalogue: &Catalogue,
    described: &BTreeMap<String, Library>,
) {
    let mut files_of: BTreeMap<String, usize> = BTreeMap::new();
    // A file may be named after the library's code; its list has the name.
    let named = |file: &FileReport| file.library.is_some().then(|| file.list.clone());
    for name in report.files.iter().filter_map(named) {
        *files_of.entry(name).or_default() += 1;
    }
    for file in &mut report.files {
        if let Some(name) = named(file).filter(|name| files_of.get(name).is_some_and(|&count| count > 1)) {
            file.add(0, "", FindingKind::LibraryInSeveralFiles, || name, || None);
        }
    }
    let Some(file) = report.files.iter_mut().find(|file| file.role == Role::Libraries) else { return };
    for name in described.keys() {
        if catalogue.libraries.binary_search_by(|library| library.name.as_str().cmp(name)).is_err() {
            file.add(0, columns::NAME.name, FindingKind::LibraryWithoutBooks, || name.clone(), || None);
        }
    }
    for library in catalogue.libraries.iter().filter(|library| !described.contains_key(&library.name)) {
        file.add(0, columns::NAME.name, FindingKind::LibraryNotDescribed, || library.name.clone(), || None);
    }
}
