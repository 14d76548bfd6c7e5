//! The folder of an index: content-named files, the pointer, and their sizes.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use seoga_index::file::{self, FileName, Kind};
use seoga_index::limits::{MAX_DOCUMENTS, MAX_LIBRARIES};
use seoga_index::manifest::Manifest;
use seoga_index::pointer::{self, Pointer};
use seoga_index::write;

/// Why an index could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CompileError {
    /// Nothing to index.
    #[error("the catalogue has no books: nothing to index")]
    Empty,
    /// More libraries than a library mask may have.
    #[error("{0} libraries, an index holds at most {MAX_LIBRARIES}: build one index a region")]
    TooManyLibraries(usize),
    /// More books than a posting's document number can tell apart while compiling.
    #[error("{0} books, an index holds at most {MAX_DOCUMENTS}: build one index a region")]
    TooManyBooks(usize),
    /// Two files of the index have the same name.
    #[error(
        "two files of the index are named {0}, which happens to one index in millions: leave one book out"
    )]
    SameName(String),
    /// A file could not be written.
    #[error("cannot write {path}: {source}; check space and permissions")]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The finished index.
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
    /// The checksum each name was given to: a name tells less than the one in the file's header.
    checksums: HashMap<FileName, [u8; 16]>,
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
        let Written { sizes, new, checksums, failed } = &mut *written;
        if let Some(checksum) = file::checksum_in(bytes)
            && checksums.insert(name, checksum).is_some_and(|other| other != checksum)
        {
            failed.get_or_insert(CompileError::SameName(name.to_string()));
        }
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
        let pointer = Pointer { current: name, previous: Vec::new() };
        self.write(pointer::FILE_NAME, pointer.to_json().as_bytes());
        let written = self.written.into_inner().unwrap_or_else(PoisonError::into_inner);
        match written.failed {
            Some(error) => Err(error),
            None => Ok(Summary {
                generation: name.letters(),
                manifest: name.to_string(),
                books: manifest.documents,
                sizes: written.sizes,
                new: written.new,
                renumbered,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_files_of_one_name_are_refused_and_the_same_file_twice_is_not() {
        let folder = std::env::temp_dir().join(format!("seoga-same-name-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let there = HashSet::new();
        let (name, bytes) = file::seal(Kind::Names, b"one", false);
        let (_, others) = file::seal(Kind::Names, b"other", false);
        let twice = Folder::new(&folder, &there);
        twice.put(name, &bytes);
        twice.put(name, &bytes);
        assert!(twice.finish(&Manifest::default(), None).is_ok());
        let same = Folder::new(&folder, &there);
        same.put(name, &bytes);
        same.put(name, &others);
        assert!(matches!(same.finish(&Manifest::default(), None), Err(CompileError::SameName(_))));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
