//! What an index is made of, as one fingerprint: the catalogue's files and the sources of its compiler.
//!
//! Contents count, not times or places: another checkout or another runner gives the same. Invariant: whatever could
//! change a byte of the index changes the fingerprint.

use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::files;
use crate::workspace::Workspace;

/// The sources of index-builder and of the crates it is made of.
const SOURCES: [&str; 6] =
    ["index-builder/src", "index-builder/Cargo.toml", "edge/text", "edge/index", "edge/search", "Cargo.lock"];

/// The fingerprint of a catalogue under this checkout's index-builder.
pub(super) fn fingerprint(workspace: &Workspace, catalogue: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    take(&mut hash, catalogue)?;
    for source in SOURCES {
        take(&mut hash, &workspace.root.join(source))?;
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Takes in a file, or every file below a folder with its place there.
fn take(hash: &mut Sha256, path: &Path) -> Result<()> {
    let listed = if path.is_dir() { files::list(path)? } else { vec![path.to_owned()] };
    hash.update((listed.len() as u64).to_le_bytes());
    for file in listed {
        let place = file.strip_prefix(path).context("a listed file lies in its folder")?;
        hash.update(Sha256::digest(place.as_os_str().as_encoded_bytes()));
        hash.update(Sha256::digest(files::read(&file)?));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(dir: &Path) -> Vec<u8> {
        let mut hash = Sha256::new();
        take(&mut hash, dir).unwrap();
        hash.finalize().to_vec()
    }

    #[test]
    fn contents_and_names_count_and_nothing_else() {
        let [one, other] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        for dir in [&one, &other] {
            std::fs::create_dir(dir.path().join("holdings")).unwrap();
            std::fs::write(dir.path().join("holdings/a.csv"), "rows").unwrap();
        }
        assert_eq!(of(one.path()), of(other.path()));
        std::fs::rename(other.path().join("holdings/a.csv"), other.path().join("holdings/b.csv")).unwrap();
        assert_ne!(of(one.path()), of(other.path()));
        std::fs::rename(other.path().join("holdings/b.csv"), other.path().join("holdings/a.csv")).unwrap();
        std::fs::write(other.path().join("holdings/a.csv"), "rowz").unwrap();
        assert_ne!(of(one.path()), of(other.path()));
    }
}
