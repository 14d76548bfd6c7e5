//! Opens source files: those on disk, or files held in memory.
//!
//! Knows nothing of what is in them. Invariant: opening a path twice gives the same bytes.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor, Seek};
use std::path::{Path, PathBuf};

/// Bytes read from a file on disk at a time.
const BUFFER_BYTES: usize = 1 << 18;

/// Bytes read from the front, in which one can go to another place: archives have their directory at the end.
pub trait Input: BufRead + Seek {}

impl<T: BufRead + Seek + ?Sized> Input for T {}

/// Opens files by their path. Called from several threads.
pub trait FileSystem: Sync {
    /// Opens the file at `path` from its first byte.
    ///
    /// # Errors
    /// When there is no such file, or it cannot be read.
    fn open(&self, path: &Path) -> io::Result<Box<dyn Input + '_>>;

    /// Returns the size of the file in bytes; 0 when it is not known.
    fn size(&self, path: &Path) -> u64;
}

/// The file system of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl FileSystem for Disk {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Input + '_>> {
        Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, File::open(path)?)))
    }

    fn size(&self, path: &Path) -> u64 {
        fs::metadata(path).map_or(0, |metadata| metadata.len())
    }
}

/// Files held in memory, each under a path that exists nowhere else.
#[derive(Debug, Clone, Default)]
pub struct InMemory(BTreeMap<PathBuf, Vec<u8>>);

impl InMemory {
    /// Adds a file, or replaces the one at this path.
    #[must_use]
    pub fn with(mut self, path: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>) -> Self {
        self.0.insert(path.into(), bytes.into());
        self
    }
}

impl FileSystem for InMemory {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Input + '_>> {
        let bytes = self.0.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(Cursor::new(bytes.as_slice())))
    }

    fn size(&self, path: &Path) -> u64 {
        self.0.get(path).map_or(0, |bytes| bytes.len() as u64)
    }
}
