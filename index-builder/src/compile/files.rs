//! The folder of an index: content-named files, the pointer, and their sizes.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

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
    /// Those of them that the earlier index does not have.
    pub new: BTreeMap<Kind, (usize, u64)>,
    /// Why books were numbered afresh though there was an earlier index, if they were.
    pub renumbered: Option<String>,
}

/// Writes files as they are finished; the first failure is kept and told at the end.
pub(super) struct Folder<'a> {
    out: &'a Path,
    /// Files of the earlier index.
    there: &'a HashSet<FileName>,
    written: Mutex<Written>,
}

/// Files and bytes by kind, all and new ones.
#[derive(Default)]
struct Written {
    sizes: BTreeMap<Kind, (usize, u64)>,
    new: BTreeMap<Kind, (usize, u64)>,
    failed: Option<CompileError>,
}

impl<'a> Folder<'a> {
    pub(super) fn new(out: &'a Path, there: &'a HashSet<FileName>) -> Self {
        Self { out, there, written: Mutex::default() }
    }

    /// Takes files; several may do so at a time.
    pub(super) fn sink(&self) -> impl FnMut(FileName, Vec<u8>) + use<'_, 'a> {
        |name, bytes| self.put(name, &bytes)
    }

    fn put(&self, name: FileName, bytes: &[u8]) {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let Written { sizes, new, .. } = &mut *written;
        let new = (!self.there.contains(&name)).then_some(new);
        for sizes in [Some(sizes), new].into_iter().flatten() {
            let (files, total) = sizes.entry(name.kind).or_default();
            *files += 1;
            *total += bytes.len() as u64;
        }
        drop(written);
        self.write(&name.to_string(), bytes);
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.out.join(name);
        if let Err(source) = std::fs::write(&path, bytes) {
            let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
            written.failed.get_or_insert(CompileError::Write { path, source });
        }
    }

    /// Writes the manifest, and last of all the pointer to it.
    pub(super) fn finish(
        self,
        manifest: &Manifest,
        renumbered: Option<String>,
    ) -> Result<Summary, CompileError> {
        let (name, bytes) = write::manifest(manifest);
        self.put(name, &bytes);
        let generation = name.letters();
        let pointer = serde_json::json!({
            "generation": generation, "manifest": name.to_string(), "previous": [],
        });
        self.write(POINTER, format!("{pointer}\n").as_bytes());
        let written = self.written.into_inner().unwrap_or_else(PoisonError::into_inner);
        match written.failed {
            Some(error) => Err(error),
            None => Ok(Summary {
                generation,
                manifest: name.to_string(),
                books: manifest.documents,
                sizes: written.sizes,
                new: written.new,
                renumbered,
            }),
        }
    }
}

/// The file that names the generation in force.
pub const POINTER: &str = "current.json";
