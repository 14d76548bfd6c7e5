//! Generated catalogues and their indexes, for the tests of this crate.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use index_builder::catalogue::Catalogue;
use index_builder::compile::{compile, compile_learned};
use index_builder::generate::{Form, Make, Plan, Sample, generate, generate_make};
use index_builder::learn::Learned;
use index_builder::local::LocalIndex;
use index_builder::progress::Quiet;
use index_builder::sources::{Inputs, read};
use seoga_index::file::{self, FileName, Kind};
use seoga_tests::repository::contents_below;
use tempfile::TempDir;

/// A folder that goes away with the value, below cargo's own folder for tests.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// Invents a catalogue in a new folder below `place`.
pub(crate) fn invent(place: &Path, books: u32, seed: u64) -> PathBuf {
    let folder = place.join(format!("catalogue-{books}-{seed}"));
    generate(Sample { books, seed }, &folder, &Quiet).unwrap();
    folder
}

/// Invents a catalogue of the make general, of twenty libraries, in a new folder below `place`.
pub(crate) fn invent_general(place: &Path, books: u32, seed: u64) -> PathBuf {
    let folder = place.join(format!("general-{books}-{seed}"));
    let make = Make::General(Plan { without_isbn: 0, libraries: 20, form: Form::Table });
    generate_make(Sample { books, seed }, make, &folder, &Quiet).unwrap();
    folder
}

/// The files of a catalogue's folder.
pub(crate) fn inputs(catalogue: &Path) -> Inputs {
    Inputs::in_catalogue(catalogue).unwrap().files
}

/// Compiles what `inputs` give into `out`.
pub(crate) fn build(inputs: &Inputs, out: &Path) -> Catalogue {
    let catalogue = read(inputs, &Quiet).unwrap().catalogue;
    std::fs::create_dir_all(out).unwrap();
    compile(&catalogue, out, &Quiet).unwrap();
    catalogue
}

/// Makes an index with what choices taught, which is made of the catalogue.
pub(crate) fn build_learned(inputs: &Inputs, learn: impl Fn(&Catalogue) -> Learned, out: &Path) -> Catalogue {
    let catalogue = read(inputs, &Quiet).unwrap().catalogue;
    std::fs::create_dir_all(out).unwrap();
    compile_learned(&catalogue, &learn(&catalogue), out, &Quiet).unwrap();
    catalogue
}

/// Every file of a folder by name.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    contents_below(folder).unwrap()
}

/// The contents of an index's files, kind by kind in the order of its lists, wherever they lie.
pub(crate) fn contents(folder: &Path) -> Vec<(Kind, [u8; 16])> {
    let names = LocalIndex::open(folder, 0).unwrap().manifest.files();
    let content = |name: FileName| {
        let bytes = std::fs::read(folder.join(name.to_string())).unwrap();
        (name.kind, file::content_in(&bytes).unwrap())
    };
    names.into_iter().map(content).collect()
}
