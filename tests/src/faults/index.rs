//! An index in a folder, asked natively, with a note of the files each question needs.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use seoga_index::block::Block;
use seoga_index::file::FileName;
use seoga_index::manifest::Manifest;
use seoga_index::opening;
use seoga_search::{FileId, Machine, Request, Search, Step, Store};

/// Results that each question asks for.
pub(super) const LIMIT: u32 = 2;

/// A whole index.
#[derive(Debug)]
pub struct Index {
    /// Where it lies.
    pub folder: PathBuf,
    /// Its generation.
    pub generation: String,
    /// Its table of contents.
    pub manifest: Arc<Manifest>,
}

/// A question's answer, and the files that it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The question.
    pub text: String,
    /// The books found, in order, at most [`LIMIT`].
    pub isbns: Vec<String>,
    /// The files that an isolate without any reads besides the opening.
    pub files: Vec<FileName>,
}

#[derive(Default)]
struct Blocks(RefCell<BTreeMap<FileId, Arc<Block>>>);

impl Store for Blocks {
    fn get(&self, file: FileId) -> Option<Arc<Block>> {
        self.0.borrow().get(&file).cloned()
    }
}

impl Index {
    /// Opens the index in force in a folder.
    ///
    /// # Errors
    /// When its opening cannot be read.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join(opening::FILE_NAME);
        let bytes = std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        let (pointer, manifest) = opening::open(&bytes).with_context(|| path.display().to_string())?;
        let generation = pointer.current.letters();
        Ok(Self { folder: folder.to_owned(), generation, manifest: Arc::new(manifest) })
    }

    /// Answers a question as an isolate does that has nothing at hand.
    ///
    /// # Errors
    /// When a file is missing or damaged: this index is to be whole.
    pub fn ask(&self, text: &str) -> Result<Answered> {
        let request = Request { text: text.to_owned(), page: 1, limit: LIMIT, ..Request::default() };
        let mut search = Search::new(Arc::clone(&self.manifest), request);
        let blocks = Blocks::default();
        let mut files = Vec::new();
        loop {
            let needed = match search.step(&blocks).map_err(|error| anyhow::anyhow!("{text}: {error}"))? {
                Step::Done(answer) => {
                    let isbns = answer.hits.iter().map(|hit| hit.record.id.to_string()).collect();
                    files.sort();
                    return Ok(Answered { text: text.to_owned(), isbns, files });
                }
                Step::Need(needed) if needed.is_empty() => bail!("{text}: needs nothing, and goes on"),
                Step::Need(needed) => needed,
            };
            for id in needed {
                let name =
                    self.manifest.file(id.kind, id.number).context("the manifest names no such file")?;
                let bytes = std::fs::read(self.folder.join(name.to_string()))
                    .with_context(|| format!("reading {name}"))?;
                let block = Block::open(&name, bytes).map_err(|error| anyhow::anyhow!("{name}: {error}"))?;
                blocks.0.borrow_mut().insert(id, Arc::new(block));
                files.push(name);
            }
        }
    }
}
