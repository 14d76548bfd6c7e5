//! Where the repository lies, and which files it has.
//!
//! For tests that read sources. Invariant: paths come sorted, and nothing that a build made is among them.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// Folders of builds and packages, wherever they lie, and those that lie in the root alone.
const MADE: [&str; 3] = ["node_modules", "target", ".git"];
const MADE_IN_ROOT: [&str; 4] = ["build", "dist", "published", ".wrangler"];

/// Returns the folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_owned).unwrap_or_default()
}

/// Reads all files below `folder`; gives their bytes by their paths in it.
///
/// # Errors
/// When a folder or a file cannot be read.
pub fn contents_below(folder: &Path) -> std::io::Result<BTreeMap<String, Vec<u8>>> {
    let mut contents = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            let inner = contents_below(&entry.path())?.into_iter();
            contents.extend(inner.map(|(file, bytes)| (format!("{name}/{file}"), bytes)));
        } else {
            contents.insert(name, fs::read(entry.path())?);
        }
    }
    Ok(contents)
}

/// Lists the files below `folder` with one of these extensions, sorted.
///
/// # Errors
/// When a folder cannot be read.
pub fn files_below(folder: &Path, extensions: &[&str]) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() {
                let made = MADE.contains(&name) || (folder == root() && MADE_IN_ROOT.contains(&name));
                if !made {
                    folders.push(path);
                }
            } else if path.extension().and_then(OsStr::to_str).is_some_and(|own| extensions.contains(&own)) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
