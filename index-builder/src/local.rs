//! An index in a folder, read as an isolate reads it from its static files.

use std::cell::RefCell;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use seoga_index::availability;
use seoga_index::block::Block;
use seoga_index::bytes::Damaged;
use seoga_index::file::{FileName, Kind, OpenError};
use seoga_index::manifest::Manifest;
use seoga_index::opening;
use seoga_index::pointer::{self, Pointer, PointerError};
use seoga_index::record::Record;
use seoga_search::explanation::Explanation;
use seoga_search::{Answer, Cache, FileId, Machine, PinnedBlocks, Request, Search, SearchError, Step};

/// Why a tool could not go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ToolError {
    /// A file could not be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file could not be written.
    #[error("cannot write {path}: {source}; check space and permissions")]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is not what its name promises.
    #[error("{path}: {source}")]
    Open {
        /// Which.
        path: PathBuf,
        /// Why.
        source: OpenError,
    },
    /// The pointer names no manifest.
    #[error("{path}: {source}; build the index again")]
    Pointer {
        /// The pointer's path.
        path: PathBuf,
        /// The reason.
        source: PointerError,
    },
    /// A block is malformed inside.
    #[error("{0}")]
    Search(#[from] SearchError),
    /// An input file of the tool itself is wrong.
    #[error("{path}, line {line}: {reason}")]
    Input {
        /// Which.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// The reason.
        reason: String,
    },
    /// The request cannot be asked of this index.
    #[error("{0}")]
    Request(String),
}

/// An opened index.
#[derive(Debug)]
pub struct LocalIndex {
    folder: PathBuf,
    /// The generation's name.
    pub generation: String,
    /// The table of contents.
    pub manifest: Arc<Manifest>,
    cache: RefCell<Cache>,
    /// Bytes and files read to open it.
    opening: (u64, u32),
    /// Bytes and files read from the folder so far, the opening included.
    read: RefCell<(u64, u32)>,
}

impl LocalIndex {
    /// Opens the generation in force, keeping at most `budget_bytes` of blocks.
    ///
    /// # Errors
    /// [`ToolError`] when there is no index, or one of another version of the format, or its opening is damaged.
    pub fn open(folder: &Path, budget_bytes: usize) -> Result<Self, ToolError> {
        let path = folder.join(opening::FILE_NAME);
        let file = match std::fs::read(&path) {
            Ok(file) => file,
            Err(source) => {
                // Without it, of another version: then its pointer says which.
                pointer(folder)?;
                return Err(ToolError::Read { path, source });
            }
        };
        let (pointer, manifest) = opening::open(&file).map_err(|source| ToolError::Open { path, source })?;
        let opening = (file.len() as u64, 1);
        Ok(Self {
            folder: folder.to_owned(),
            generation: pointer.current.letters(),
            manifest: Arc::new(manifest),
            cache: RefCell::new(Cache::new(budget_bytes)),
            opening,
            read: RefCell::new(opening),
        })
    }

    /// Answers a request.
    ///
    /// # Errors
    /// [`ToolError`] when a file is missing or damaged.
    ///
    /// # Examples
    /// ```
    /// use index_builder::compile::compile;
    /// use index_builder::generate::{Sample, generate};
    /// use index_builder::local::{LocalIndex, request};
    /// use index_builder::progress::Quiet;
    /// use index_builder::sources::{self, Inputs};
    ///
    /// let folder = tempfile::tempdir()?;
    /// let (catalogue, index) = (folder.path().join("catalogue"), folder.path().join("index"));
    /// generate(Sample { books: 50, seed: 1 }, &catalogue, &Quiet)?;
    /// let reading = sources::read(&Inputs::in_catalogue(&catalogue)?.files, &Quiet)?;
    /// std::fs::create_dir(&index)?;
    /// compile(&reading.catalogue, &index, &Quiet)?;
    ///
    /// // Blocks of at most a megabyte are kept between requests.
    /// let index = LocalIndex::open(&index, 1 << 20)?;
    /// let answer = index.search(request(&index, "파이썬", &[], 10)?)?;
    /// assert!(answer.total > 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn search(&self, request: Request) -> Result<Answer, ToolError> {
        self.ask(Search::new(Arc::clone(&self.manifest), request))
    }

    /// Answers a request and says how the answer came about.
    ///
    /// # Errors
    /// [`ToolError`] when a file is missing or damaged.
    pub fn explain(&self, request: Request) -> Result<(Answer, Explanation), ToolError> {
        let mut search = Search::new(Arc::clone(&self.manifest), request).explained();
        let answer = self.ask(&mut search)?;
        Ok((answer, search.explanation()))
    }

    /// Steps a machine to its end, reading the files that it needs.
    ///
    /// # Errors
    /// [`ToolError`] when a file is missing or damaged.
    pub fn ask<M: Machine>(&self, mut machine: M) -> Result<M::Answer, ToolError> {
        let desk = PinnedBlocks::new(&self.cache);
        loop {
            match machine.step(&desk)? {
                Step::Done(answer) => return Ok(answer),
                Step::Need(files) => {
                    for file in files {
                        desk.put(file, Arc::new(self.fetch(file)?));
                    }
                }
            }
        }
    }

    /// Reads all records in the order of documents, and gives what `each` makes of them.
    ///
    /// # Errors
    /// [`ToolError`] when a file is missing or damaged.
    pub(crate) fn records<T: Send>(&self, each: impl Fn(&Record) -> T + Sync) -> Result<Vec<T>, ToolError> {
        let (folder, manifest) = (self.folder.as_path(), self.manifest.as_ref());
        let read = |name: &FileName| -> Result<Vec<T>, ToolError> {
            let damaged = |source: Damaged| ToolError::Open {
                path: folder.join(name.to_string()),
                source: source.into(),
            };
            let (block, _) = open(folder, name)?;
            let records = block.records().and_then(|records| records.all(manifest.shared()));
            Ok(records.map_err(damaged)?.iter().map(&each).collect())
        };
        let names: Vec<FileName> =
            manifest.files().into_iter().filter(|name| name.kind == Kind::Records).collect();
        let files: Vec<Vec<T>> = names.par_iter().map(read).collect::<Result<_, _>>()?;
        Ok(files.into_iter().flatten().collect())
    }

    /// Bytes and files read from the folder so far.
    #[must_use]
    pub fn read_so_far(&self) -> (u64, u32) {
        *self.read.borrow()
    }

    /// Bytes and files of the opening.
    #[must_use]
    pub fn opening(&self) -> (u64, u32) {
        self.opening
    }

    /// Bytes of a file as it is stored.
    ///
    /// # Errors
    /// [`ToolError`] when there is no such file.
    pub fn stored_bytes(&self, file: FileId) -> Result<u64, ToolError> {
        let path = self.path(file)?.1;
        let told = std::fs::metadata(&path).map_err(|source| ToolError::Read { path, source })?;
        Ok(told.len())
    }

    fn path(&self, file: FileId) -> Result<(FileName, PathBuf), ToolError> {
        let name = self
            .manifest
            .file(file.kind, file.number)
            .ok_or_else(|| ToolError::Request(format!("the manifest lists no file {file:?}")))?;
        Ok((name, self.folder.join(name.to_string())))
    }

    fn fetch(&self, file: FileId) -> Result<Block, ToolError> {
        let (name, _) = self.path(file)?;
        let (block, bytes) = open(&self.folder, &name)?;
        let mut read = self.read.borrow_mut();
        *read = (read.0 + bytes, read.1 + 1);
        Ok(block)
    }
}

/// Reads the pointer of a folder.
///
/// # Errors
/// [`ToolError`] when there is none, or one that cannot be read.
pub(crate) fn pointer(folder: &Path) -> Result<Pointer, ToolError> {
    let path = folder.join(pointer::FILE_NAME);
    let bytes = std::fs::read(&path).map_err(|source| ToolError::Read { path: path.clone(), source })?;
    Pointer::parse(&bytes).map_err(|source| ToolError::Pointer { path, source })
}

/// Lists the files of the overlay of loans that a pointer names.
///
/// # Errors
/// [`ToolError`] when its table of contents cannot be read.
pub(crate) fn overlay_files(folder: &Path, pointer: &Pointer) -> Result<Vec<FileName>, ToolError> {
    let Some(overlay) = pointer.availability else { return Ok(Vec::new()) };
    let path = folder.join(availability::file(overlay, 0).to_string());
    let first = std::fs::read(&path).map_err(|source| ToolError::Read { path: path.clone(), source })?;
    availability::files(overlay, first).map_err(|source| ToolError::Open { path, source })
}

/// Opens a file of an index in a folder, and says how many bytes it has as stored.
///
/// # Errors
/// [`ToolError`] when it is missing or not what its name promises.
pub(crate) fn open(folder: &Path, name: &FileName) -> Result<(Block, u64), ToolError> {
    let path = folder.join(name.to_string());
    let bytes = std::fs::read(&path).map_err(|source| ToolError::Read { path: path.clone(), source })?;
    let length = bytes.len() as u64;
    let block = Block::open(name, bytes).map_err(|source| ToolError::Open { path, source })?;
    Ok((block, length))
}

/// A request for words in some libraries, by name.
///
/// # Errors
/// [`ToolError::Request`] for a library that the index does not have.
pub fn request(
    index: &LocalIndex,
    text: &str,
    libraries: &[String],
    limit: u32,
) -> Result<Request, ToolError> {
    let mut numbers = Vec::new();
    for name in libraries {
        let unknown = || {
            let known: Vec<&str> = index.manifest.libraries.iter().map(|l| l.name.as_str()).collect();
            ToolError::Request(format!("no library is called {name}; there are: {}", known.join(", ")))
        };
        numbers.push(index.manifest.library(name).ok_or_else(unknown)?);
    }
    numbers.sort_unstable();
    numbers.dedup();
    Ok(Request {
        text: seoga_text::fold::canonical_query(text),
        typed: text.to_owned(),
        filters: seoga_search::Filters { libraries: numbers, ..Default::default() },
        page: 1,
        limit,
        ..Request::default()
    })
}
