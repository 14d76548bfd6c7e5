//! Takes the fingerprint of what an index is made of: the catalogue's files, and the compiler (`build.rs`).
//!
//! Contents count, not times or places: another checkout or another runner gives the same. Invariant: whatever could
//! change a byte of the index changes the fingerprint.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use toml::{Table, Value};

use seoga_host::files;

/// The fingerprint of index-builder and of the crates it is made of.
const COMPILER: &str = env!("SEOGA_COMPILER");

/// The file that names sources, in a catalogue's folder.
const CONFIG: &str = "catalogue.toml";

/// Takes the fingerprint of a catalogue, of the choices to learn from and of this program's index-builder.
pub(super) fn fingerprint(catalogue: &Path, choices: &[PathBuf]) -> Result<String> {
    let mut hash = Sha256::new();
    take(&mut hash, catalogue)?;
    for named in named_elsewhere(catalogue)?.iter().chain(choices) {
        take(&mut hash, named)?;
    }
    hash.update(COMPILER);
    Ok(seoga_text::encoding::hex(&hash.finalize()))
}

/// Lists what the catalogue's configuration names outside the catalogue's folder: every text in it that is the path of
/// something there.
fn named_elsewhere(catalogue: &Path) -> Result<Vec<PathBuf>> {
    let config = catalogue.join(CONFIG);
    if !config.is_file() {
        return Ok(Vec::new());
    }
    // One that does not read is index-builder's to refuse; it is an input by its own bytes already.
    let Ok(table) = files::read_text(&config)?.parse::<Table>() else { return Ok(Vec::new()) };
    let mut values = vec![Value::Table(table)];
    let mut found = Vec::new();
    while let Some(value) = values.pop() {
        match value {
            Value::String(text) if !text.is_empty() => {
                if let Ok(path) = catalogue.join(text).canonicalize()
                    && !path.starts_with(catalogue)
                {
                    found.push(path);
                }
            }
            Value::Array(items) => values.extend(items),
            Value::Table(table) => values.extend(table.into_iter().map(|(_, value)| value)),
            _ => {}
        }
    }
    found.sort();
    Ok(found)
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
    fn what_the_configuration_names_elsewhere_counts_too() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let catalogue = root.join("catalogue");
        std::fs::create_dir_all(catalogue.join("holdings")).unwrap();
        std::fs::write(root.join("far.mrc"), "records").unwrap();
        assert!(named_elsewhere(&catalogue).unwrap().is_empty());
        let config =
            "[[holdings]]\npath = \"holdings\"\n[[records]]\npath = \"../far.mrc\"\nlibrary = \"가온\"\n";
        std::fs::write(catalogue.join(CONFIG), config).unwrap();
        assert_eq!(named_elsewhere(&catalogue).unwrap(), [root.join("far.mrc")]);
        std::fs::write(catalogue.join(CONFIG), "no configuration").unwrap();
        assert!(named_elsewhere(&catalogue).unwrap().is_empty());
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
