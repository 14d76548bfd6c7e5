//! Tells the program what its compiler of indexes is made of: a fingerprint of the sources of index-builder.
//!
//! A rebuild goes by it: the same catalogue under another compiler is compiled anew. Contents count, not times or places, so
//! that the same sources built elsewhere are the same.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// Sources of the compiler of indexes, below the root of the workspace.
const SOURCES: [&str; 6] =
    ["index-builder/src", "index-builder/Cargo.toml", "edge/text", "edge/index", "edge/search", "Cargo.lock"];

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut hash = Sha256::new();
    for source in SOURCES {
        let path = root.join(source);
        println!("cargo::rerun-if-changed={}", path.display());
        for file in files(&path)? {
            let place = file.strip_prefix(&root).unwrap_or(&file);
            hash.update(Sha256::digest(place.as_os_str().as_encoded_bytes()));
            hash.update(Sha256::digest(fs::read(&file)?));
        }
    }
    let fingerprint: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    println!("cargo::rustc-env=SEOGA_COMPILER={fingerprint}");
    Ok(())
}

/// Lists a file, or every file below a folder in the order of their paths.
fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut entries = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    let mut all = Vec::new();
    for entry in entries {
        all.extend(files(&entry)?);
    }
    Ok(all)
}
