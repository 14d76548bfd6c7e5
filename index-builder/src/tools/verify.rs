//! Proves that every file of an index is there, whole, and opens.

use std::collections::BTreeMap;
use std::path::Path;

use seoga_index::block::Block;
use seoga_index::file::Kind;
use seoga_index::{opening, pointer};

use crate::local::{self, LocalIndex, ToolError, overlay_files};

/// Opens every file of an index, and sees that opening, pointer and table of contents say the same; returns files and bytes by
/// kind, the pointer with the opening.
///
/// # Errors
/// The first [`ToolError`]: the file and what is wrong with it.
pub fn run(folder: &Path) -> Result<BTreeMap<Kind, (usize, u64)>, ToolError> {
    let index = LocalIndex::open(folder, 0)?;
    let mut sizes: BTreeMap<Kind, (usize, u64)> = BTreeMap::new();
    let read = |name: &str| {
        let path = folder.join(name);
        std::fs::read(&path).map_err(|source| ToolError::Read { path, source })
    };
    let pointer = local::pointer(folder)?;
    let (contents, opened) = (read(&pointer.current.to_string())?, read(opening::FILE_NAME)?);
    let told = opening::seal(&pointer, &contents);
    let told =
        told.map_err(|source| ToolError::Open { path: folder.join(pointer.current.to_string()), source })?;
    if told != opened {
        return Err(ToolError::Request(format!(
            "{} says something else than {}; publish the index again, which mends it",
            folder.join(opening::FILE_NAME).display(),
            pointer::FILE_NAME
        )));
    }
    sizes.insert(Kind::Manifest, (1, contents.len() as u64));
    sizes.insert(Kind::Opening, (2, (opened.len() + read(pointer::FILE_NAME)?.len()) as u64));
    let mut overlay = None;
    for name in index.manifest.files() {
        let (block, length) = local::open(folder, &name)?;
        if let Block::Records(records) = &block {
            records.all(index.manifest.shared()).map_err(|damaged| ToolError::Open {
                path: folder.join(name.to_string()),
                source: damaged.into(),
            })?;
        }
        let (files, total) = sizes.entry(name.kind).or_default();
        *files += 1;
        *total += length;
    }
    for name in overlay_files(folder, &pointer)? {
        let (_, length) = local::open(folder, &name)?;
        let (files, total) = overlay.get_or_insert((0, 0));
        *files += 1;
        *total += length;
    }
    let counted: u64 =
        sizes.iter().filter(|(kind, _)| **kind != Kind::Opening).map(|(_, (_, bytes))| *bytes).sum();
    if pointer.bytes.is_some_and(|told| told != counted) {
        return Err(ToolError::Request(format!(
            "{} counts {} bytes of files, there are {counted}; publish the index again, which mends it",
            folder.join(pointer::FILE_NAME).display(),
            pointer.bytes.unwrap_or_default()
        )));
    }
    sizes.extend(overlay.map(|sizes| (Kind::Availability, sizes)));
    Ok(sizes)
}
