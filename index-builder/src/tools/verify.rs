//! Proves that every file of an index is there, whole, and opens.

use std::collections::BTreeMap;
use std::path::Path;

use seoga_index::block::Block;
use seoga_index::file::Kind;

use crate::local::{self, LocalIndex, ToolError};

/// Opens every file of an index; returns files and bytes by kind.
///
/// # Errors
/// The first [`ToolError`]: the file and what is wrong with it.
pub fn run(folder: &Path) -> Result<BTreeMap<Kind, (usize, u64)>, ToolError> {
    let index = LocalIndex::open(folder, 0)?;
    let mut sizes: BTreeMap<Kind, (usize, u64)> = BTreeMap::new();
    for name in index.manifest.files() {
        let (block, length) = local::open(folder, &name, &index.manifest.phrases)?;
        if let Block::Records(records) = &block {
            for doc in records.documents() {
                records.get(doc).map_err(|damaged| ToolError::Open {
                    path: folder.join(name.to_string()),
                    source: damaged.into(),
                })?;
            }
        }
        let (files, total) = sizes.entry(name.kind).or_default();
        *files += 1;
        *total += length;
    }
    Ok(sizes)
}
