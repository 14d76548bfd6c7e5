//! A file that was packed for others, and what tells it apart.

use std::path::PathBuf;

use anyhow::Result;
use seoga_host::files;
use sha2::{Digest, Sha256};

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Packaged {
    pub(crate) file: PathBuf,
    pub(crate) bytes: usize,
    /// In hexadecimal.
    pub(crate) sha256: String,
}

impl Packaged {
    /// Reads a file that was written.
    pub(crate) fn of(file: PathBuf) -> Result<Self> {
        let content = files::read(&file)?;
        let sha256 = seoga_text::encoding::hex(&Sha256::digest(&content));
        Ok(Self { file, bytes: content.len(), sha256 })
    }
}
