//! Any bytes as a library's file of each role, and as an export of choices: read or refused, never a panic.
#![no_main]

use index_builder::catalogue::Catalogue;
use index_builder::report::Role;
use index_builder::sources::{read_bytes, read_choices_bytes};
use libfuzzer_sys::fuzz_target;

const ROLES: [Role; 5] = [Role::Holdings, Role::Records, Role::Keywords, Role::Synonyms, Role::Libraries];

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, file)) = bytes.split_first() else { return };
    if *choice == u8::MAX {
        drop(read_choices_bytes(file, &Catalogue::default()));
        return;
    }
    if let Ok(reading) = read_bytes(ROLES[usize::from(*choice) % ROLES.len()], file) {
        for book in &reading.catalogue.books {
            assert!(!book.title.is_empty(), "a book without a title is rejected");
        }
    }
});
