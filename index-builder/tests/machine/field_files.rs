//! A folder of files of records as libraries have them, read one by one.

use std::fs;

use index_builder::progress::Quiet;
use index_builder::report::FindingKind;
use index_builder::sources::{InMemory, Inputs, read_from};

use super::field_tables::folder;

/// Prints what becomes of each file and holds that hardly a record is lost to what it is written in.
pub(crate) fn hardly_a_record_is_lost_to_its_encoding_or_lengths() {
    let folder = folder();
    let mut names: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .collect();
    names.retain(|name| [".mrc", ".dat", ".marc", ".xml", ".mrx"].iter().any(|end| name.ends_with(end)));
    names.sort();
    let (mut records, mut kept, mut lost) = (0, 0, 0);
    for name in names {
        let files = InMemory::default().with(&name, fs::read(folder.join(&name)).unwrap());
        let inputs = Inputs { records: vec![name.as_str().into()], ..Inputs::default() };
        match read_from(&files, &inputs, &Quiet) {
            Ok(reading) => {
                let file = &reading.report.files[0];
                (records, kept) = (records + file.rows, kept + file.rows - file.rejected);
                lost += reading.report.count(FindingKind::EncodingUnknown);
                lost += reading.report.count(FindingKind::RecordUnreadable);
                let titles: Vec<&str> =
                    reading.catalogue.books.iter().map(|book| book.title.as_str()).take(3).collect();
                println!(
                    "{name}: {} of {}; {titles:?}; {:?}",
                    file.rows - file.rejected,
                    file.rows,
                    file.counts
                );
            }
            Err(wrong) => println!("{name}: {wrong}"),
        }
    }
    println!("{kept} of {records} records kept, {lost} lost to encoding or lengths");
    assert!(records > 0 && lost * 50 <= records, "more than 2 of 100 records are lost");
}
