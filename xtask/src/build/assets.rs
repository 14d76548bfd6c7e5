//! The folder that wrangler serves as static assets: the site's files at its root, the index under `/index/`.
//!
//! Invariant: when this returns, the folder holds those files and no other; until then a server on it finds every file
//! that the pointer there names.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::POINTER;
use crate::files;
use crate::options::Flavour;
use crate::workspace::Workspace;

/// Where the index lies under the root of the assets.
const INDEX: &str = "index";

/// Lays the folder out; gives it.
pub(crate) fn lay_out(workspace: &Workspace, index: &Path, flavour: Flavour) -> Result<PathBuf> {
    let assets = workspace.root.join("dist").join(if flavour.for_tests() { "test" } else { "assets" });
    lay_out_at(workspace, index, &assets)?;
    Ok(assets)
}

/// Lays out any folder in the same way.
pub(crate) fn lay_out_at(workspace: &Workspace, index: &Path, assets: &Path) -> Result<()> {
    let mut wanted = BTreeMap::new();
    take(&workspace.root.join("site"), Path::new(""), &mut wanted)?;
    take(index, Path::new(INDEX), &mut wanted)?;
    mirror(&wanted, assets)
}

/// Adds the files of a folder, by their place below the root of the assets.
fn take(dir: &Path, under: &Path, wanted: &mut BTreeMap<PathBuf, PathBuf>) -> Result<()> {
    if !dir.is_dir() {
        return Ok(());
    }
    for file in files::list(dir)? {
        let place = file.strip_prefix(dir).context("a listed file lies in its folder")?;
        wanted.insert(under.join(place), file);
    }
    Ok(())
}

/// Makes `to` hold the wanted files and no other; those that are there already stay untouched. What is new comes first,
/// then the pointer to it, and last goes what nothing needs any more.
fn mirror(wanted: &BTreeMap<PathBuf, PathBuf>, to: &Path) -> Result<()> {
    files::make_dir(to)?;
    let is_pointer = |place: &Path| place.ends_with(POINTER);
    let (pointers, others): (Vec<_>, Vec<_>) = wanted.iter().partition(|(place, _)| is_pointer(place));
    for (place, from) in others.into_iter().chain(pointers) {
        let file = to.join(place);
        if !(file.exists() && same(from, &file)) {
            put(from, &file)?;
        }
    }
    for file in files::list(to)? {
        let place = file.strip_prefix(to).context("a listed file lies in its folder")?;
        if !wanted.contains_key(place) {
            files::remove_file(&file)?;
        }
    }
    Ok(())
}

/// Puts a file in its place whole, by a rename.
fn put(from: &Path, to: &Path) -> Result<()> {
    let mut name = to.as_os_str().to_owned();
    name.push(".new");
    let fresh = PathBuf::from(name);
    files::remove_file(&fresh)?;
    files::link(from, &fresh)?;
    // Between two names of one file a rename does nothing; then the place is right already.
    fs::rename(&fresh, to).with_context(|| format!("moving {} into place", fresh.display()))?;
    files::remove_file(&fresh)
}

/// Whether two paths are one file, or a copy that is no older.
fn same(from: &Path, to: &Path) -> bool {
    let (Ok(from), Ok(to)) = (from.metadata(), to.metadata()) else { return false };
    let linked = from.dev() == to.dev() && from.ino() == to.ino();
    linked || from.len() == to.len() && from.modified().ok() <= to.modified().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mirroring_replaces_what_changed_and_drops_what_went() {
        let dir = std::env::temp_dir().join(format!("seoga-assets-{}", std::process::id()));
        let (from, to) = (dir.join("from"), dir.join("to"));
        files::make_dir(&from.join("deep")).unwrap();
        files::write(&from.join("a"), "one").unwrap();
        files::write(&from.join("deep/b"), "two").unwrap();
        let sync = || {
            let mut wanted = BTreeMap::new();
            take(&from, Path::new("x"), &mut wanted).unwrap();
            mirror(&wanted, &to).unwrap();
        };
        sync();
        assert_eq!(files::read_text(&to.join("x/deep/b")).unwrap(), "two");
        fs::remove_file(from.join("a")).unwrap();
        files::write(&from.join("a"), "changed").unwrap();
        files::remove_dir(&from.join("deep")).unwrap();
        sync();
        assert_eq!(files::read_text(&to.join("x/a")).unwrap(), "changed");
        assert!(!to.join("x/deep/b").exists());
        files::remove_dir(&dir).unwrap();
    }
}
