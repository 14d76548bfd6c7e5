//! Proves that every file of an index is there, whole, and opens.

use std::collections::BTreeMap;
use std::path::Path;

use seoga_index::block::Block;
use seoga_index::file::Kind;

use super::local::{LocalIndex, ToolError};

/// What was proved: files and bytes by kind.
///
/// # Errors
/// The first [`ToolError`]: the file and what is wrong with it.
pub fn run(folder: &Path) -> Result<BTreeMap<Kind, (usize, u64)>, ToolError> {
    let index = LocalIndex::open(folder, 0)?;
    let mut sizes: BTreeMap<Kind, (usize, u64)> = BTreeMap::new();
    for name in index.manifest.files() {
        let path = folder.join(name.to_string());
        let bytes = std::fs::read(&path).map_err(|source| ToolError::Read { path: path.clone(), source })?;
        let block = Block::open(&name, &bytes, &index.manifest.phrases)
            .map_err(|source| ToolError::Open { path: path.clone(), source })?;
        if let Block::Records(records) = &block {
            for doc in records.documents() {
                let damaged = |damaged: seoga_index::bytes::Damaged| ToolError::Open {
                    path: path.clone(),
                    source: damaged.into(),
                };
                records.get(doc).map_err(damaged)?;
            }
        }
        let (files, total) = sizes.entry(name.kind).or_default();
        *files += 1;
        *total += bytes.len() as u64;
    }
    Ok(sizes)
}
