//! Any bytes as a file of records, above all MARC in its file formats, dialects and encodings: each record becomes a book or is
//! counted, never a panic.
#![no_main]

use index_builder::report::{Role, Severity};
use libfuzzer_sys::fuzz_target;
use seoga_fuzz::read_alone;

fuzz_target!(|bytes: &[u8]| {
    let Ok(reading) = read_alone(Role::Records, bytes) else { return };
    for book in &reading.catalogue.books {
        assert!(!book.title.is_empty(), "a book without a title is rejected");
        assert!(book.id.isbn13().is_none_or(|isbn13| matches!(isbn13 / 10_000_000_000, 978 | 979)));
    }
    for file in &reading.report.files {
        let rejections = file.counts.iter().filter(|(kind, _)| kind.severity() == Severity::Rejected);
        let rejections: u64 = rejections.map(|(_, count)| count).sum();
        assert_eq!(rejections, file.rejected, "a rejected record has exactly one reason");
    }
});
