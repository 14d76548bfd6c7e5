//! Any bytes as a library's file of each role, and as an export of choices: read or refused, never a panic.
#![no_main]

use index_builder::catalogue::Catalogue;
use index_builder::progress::Quiet;
use index_builder::report::Role;
use index_builder::sources::{InMemory, read_choices_from};
use libfuzzer_sys::fuzz_target;
use seoga_fuzz::read_alone;

const ROLES: [Role; 6] =
    [Role::Holdings, Role::Records, Role::Keywords, Role::Synonyms, Role::Libraries, Role::Holidays];

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, file)) = bytes.split_first() else { return };
    if *choice == u8::MAX {
        let files = InMemory::default().with("choices.ndjson", file);
        drop(read_choices_from(&files, &["choices.ndjson".into()], &Catalogue::default(), &Quiet));
        return;
    }
    if let Ok(reading) = read_alone(ROLES[usize::from(*choice) % ROLES.len()], file) {
        for book in &reading.catalogue.books {
            assert!(!book.title.is_empty(), "a book without a title is rejected");
        }
    }
});
