//! Builds a small invented index for the targets, and reads one file held in memory.

use std::path::{Path, PathBuf};

use index_builder::compile::compile;
use index_builder::generate::{Sample, generate};
use index_builder::progress::Quiet;
use index_builder::report::Role;
use index_builder::sources::{self, InMemory, Inputs, Reading, WrongFiles};

/// Reads `bytes` as the only file of a catalogue, in its role.
///
/// # Errors
/// When the file is not usable as a whole.
pub fn read_alone(role: Role, bytes: &[u8]) -> Result<Reading, WrongFiles> {
    let path = PathBuf::from("가온.csv");
    let files = InMemory::default().with(&path, bytes);
    let mut inputs = Inputs::default();
    match role {
        Role::Holdings => inputs.holdings.push(path),
        Role::Records => inputs.records.push(path),
        Role::Keywords => inputs.keywords = Some(path),
        Role::Synonyms => inputs.synonyms = Some(path),
        Role::Libraries => inputs.libraries = Some(path),
        Role::Holidays => inputs.holidays = Some(path),
        Role::Choices | Role::Loans => {}
    }
    sources::read_from(&files, &inputs, &Quiet)
}

/// Builds an index of 200 invented books; the folder lives as long as what is returned.
///
/// # Panics
/// When the temporary folder cannot be written: there is nothing to fuzz then.
pub fn sample_index() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let build = |catalogue: &Path, out: &Path| {
        generate(Sample { books: 200, seed: 1 }, catalogue, &Quiet).expect("an invented catalogue");
        let inputs = Inputs::in_catalogue(catalogue).expect("its files");
        let reading = sources::read(&inputs.files, &Quiet).expect("a clean catalogue");
        std::fs::create_dir(out).expect("a folder for the index");
        compile(&reading.catalogue, out, &Quiet).expect("an index");
    };
    build(&folder.path().join("catalogue"), &folder.path().join("index"));
    folder
}
