//! What the targets share: a small invented index in a folder.

use std::path::Path;

use index_builder::compile::compile;
use index_builder::generate::{Sample, generate};
use index_builder::progress::Quiet;
use index_builder::sources::{self, Inputs};

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
