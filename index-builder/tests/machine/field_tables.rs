//! Holds what comes of a folder of files as libraries hand them in, where the machine has such a folder: lists, workbooks, archives,
//! XML and JSON. Each kind has a test of its own, of invented rows, in `formats`.

use std::path::PathBuf;

use index_builder::progress::Quiet;
use index_builder::report::{FileReport, Finding, FindingKind};
use index_builder::sources::{Disk, Inputs, Reading, check, read_from};

/// The variable that names the folder.
pub(crate) const VARIABLE: &str = "SEOGA_FIELD_FILES";

/// Returns where the files lie; a path that is nowhere where the variable is not set.
pub(crate) fn folder() -> PathBuf {
    std::env::var_os(VARIABLE).map_or_else(|| PathBuf::from("no such folder"), PathBuf::from)
}

fn read(name: &str) -> Result<Reading, String> {
    let path = folder().join(name);
    let mut inputs = Inputs::default();
    match path.extension().is_some_and(|extension| extension == "csv") {
        true => inputs.holdings.push(path),
        false => inputs.records.push(path),
    }
    read_from(&Disk, &inputs, &Quiet).map_err(|wrong| wrong.to_string())
}

/// The title, the library and the class of each book of a file.
fn books(name: &str) -> Vec<(String, Option<String>, Option<String>)> {
    let catalogue = read(name).unwrap_or_else(|why| panic!("{why}")).catalogue;
    let library = |number: usize| catalogue.libraries[number].name.clone();
    (catalogue.books.iter())
        .map(|book| {
            let held = book.holdings.first().map(|holding| library(usize::from(holding.library.0)));
            (book.title.clone(), held, book.class_no.clone())
        })
        .collect()
}

fn file(name: &str) -> FileReport {
    let mut report = check(&Disk, &[folder().join(name)], &Quiet);
    report.files.pop().unwrap()
}

pub(crate) fn lists_are_read_whatever_their_header() {
    let some = |text: &str| Some(text.to_owned());
    let two = books("k2-songpa-header.csv");
    assert_eq!(two.len(), 1);
    assert_eq!((&two[0].1, &two[0].2), (&some("가온도서관"), &some("813.7")));
    let eleven = books("k11-library-and-class-columns.csv");
    let libraries: Vec<_> = eleven.iter().map(|book| book.1.clone()).collect();
    assert_eq!(libraries, [some("가온도서관"), some("나루도서관")]);
    assert!(eleven.iter().all(|book| book.2 == some("813.7")));
    // The codes of two libraries are no names, until the table of libraries knows them.
    let coded = read("h2-evergreen-852b.mrc").unwrap();
    assert_eq!((coded.catalogue.books.len(), coded.catalogue.libraries.len()), (2, 0));
    assert_eq!(coded.report.count(FindingKind::LibraryUnnamed), 2);
    let popular = read("k5-naru-popular.csv").unwrap().catalogue;
    assert_eq!((popular.books.len(), popular.books[0].loans), (1, Some(120)));
    assert_eq!(popular.books[0].class_no.as_deref(), Some("813.7"));
    assert_eq!(books("k9-quoted-formula.csv").len(), 1);
    assert_eq!(books("k6-tabs.csv").len(), 1, "tabs are read, so that nobody need be told of commas");
    assert!(read("k7-pipes.csv").unwrap_err().contains("separated by commas"));
    for name in ["k10-excel-leading-zero.csv", "j3-isbn-number-leading-zero.jsonl"] {
        let reading = read(name).unwrap();
        assert_eq!(reading.catalogue.books[0].id.bits(), 9_780_306_406_157, "{name}");
        assert_eq!(reading.report.count(FindingKind::IsbnZerosPutBack), 1, "{name}");
    }
    let without_isbn = file("k3-datagokr-no-isbn.csv");
    let missing = |finding: &Finding| finding.kind == FindingKind::ColumnMissing && finding.column == "ISBN";
    assert!(without_isbn.rows == 2 && without_isbn.findings.iter().any(missing));
}

pub(crate) fn records_are_read_or_named() {
    for name in [
        "j1-openlibrary-keys-20.jsonl",
        "j2-isbn-list.jsonl",
        "m22-openlibrary-dump.txt",
        "m23-openlibrary-lines.jsonl",
        "m18-dc.xml",
    ] {
        assert!(!books(name).is_empty(), "{name}");
    }
    assert_eq!(file("m17-onix.xml").format, "ONIX 3");
    assert!(read("m19-oai-error.xml").unwrap_err().contains("noRecordsMatch"));
    assert!(read("m20-bibframe.rdf.xml").unwrap_err().contains("BIBFRAME"));
    let (zip, gzip) = (file("m24-marc.zip"), file("m25-marc.mrc.gz"));
    assert_eq!((zip.format.as_str(), zip.rows), ("MARC (ISO 2709) in a ZIP archive", 12));
    assert_eq!((gzip.format.as_str(), gzip.rows), ("MARC (ISO 2709) in gzip", 240));
}

pub(crate) fn old_books_beside_new_ones_end_no_build() {
    let paths = ["m9-twelve-old-books.mrc", "m10-one-with-isbn.mrc"].map(|name| folder().join(name));
    let inputs = Inputs { records: paths.to_vec(), ..Inputs::default() };
    let reading = read_from(&Disk, &inputs, &Quiet).unwrap();
    assert!(reading.catalogue.books.iter().any(|book| book.title.starts_with("새 서가 이야기")));
    let old = reading.report.files.iter().find(|file| file.file.contains("m9-")).unwrap();
    assert_eq!(old.rows, 12);
}

pub(crate) fn every_file_has_a_report() {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_none_or(|extension| extension != "md"));
    let report = check(&Disk, &paths, &Quiet);
    assert_eq!(report.files.len(), paths.len());
    for stop in &report.stopped {
        assert!(!stop.why.contains("none can be used") && !stop.why_korean.is_empty(), "{stop:?}");
    }
}
