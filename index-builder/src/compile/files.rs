//! The folder of an index: content-named files, the pointer, and their sizes.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use seoga_index::file::{FileName, Kind};
use seoga_index::manifest::Manifest;
use seoga_index::write;

/// Why an index could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CompileError {
    /// Nothing to index.
    #[error("the catalogue has no books: nothing to index")]
    Empty,
    /// More libraries than a library mask may have.
    #[error("{0} libraries, an index holds at most 4096: build one index a region")]
    TooManyLibraries(usize),
    /// More books than a posting's document number can tell apart while compiling.
    #[error("{0} books, an index holds at most 4194304: build one index a region")]
    TooManyBooks(usize),
    /// A file could not be written.
    #[error("cannot write {path}: {source}; check space and permissions")]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The generation: 16 letters of the manifest's name.
    pub generation: String,
    /// The manifest's file name.
    pub manifest: String,
    /// Books in the index.
    pub books: u32,
    /// Files and bytes by kind, as stored.
    pub sizes: BTreeMap<Kind, (usize, u64)>,
}

/// Writes files as they are finished; the first failure is kept and told at the end.
pub(super) struct Folder<'a> {
    out: &'a Path,
    sizes: BTreeMap<Kind, (usize, u64)>,
    failed: Option<CompileError>,
}

impl<'a> Folder<'a> {
    pub(super) fn new(out: &'a Path) -> Self {
        Self { out, sizes: BTreeMap::new(), failed: None }
    }

    pub(super) fn sink(&mut self) -> impl FnMut(FileName, Vec<u8>) + use<'_, 'a> {
        |name, bytes| self.put(name.kind, &name.to_string(), &bytes)
    }

    fn put(&mut self, kind: Kind, name: &str, bytes: &[u8]) {
        let (files, total) = self.sizes.entry(kind).or_default();
        *files += 1;
        *total += bytes.len() as u64;
        self.write(name, bytes);
    }

    fn write(&mut self, name: &str, bytes: &[u8]) {
        if self.failed.is_none() {
            let path = self.out.join(name);
            self.failed =
                std::fs::write(&path, bytes).err().map(|source| CompileError::Write { path, source });
        }
    }

    /// Writes the manifest, and last of all the pointer to it.
    pub(super) fn finish(mut self, manifest: &Manifest) -> Result<Summary, CompileError> {
        let (name, bytes) = write::manifest(manifest);
        self.put(Kind::Manifest, &name.to_string(), &bytes);
        let generation = name.letters();
        let pointer = serde_json::json!({
            "generation": generation, "manifest": name.to_string(), "previous": [],
        });
        self.write(POINTER, format!("{pointer}\n").as_bytes());
        match self.failed {
            Some(error) => Err(error),
            None => Ok(Summary {
                generation,
                manifest: name.to_string(),
                books: manifest.documents,
                sizes: self.sizes,
            }),
        }
    }
}

/// The file that names the generation in force.
pub const POINTER: &str = "current.json";
