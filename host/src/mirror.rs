//! A folder that holds the very files of others, while servers and uploads read it.
//!
//! Invariant: until a file that points to others is in its place, all that the one before points to is there.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::files;

/// Files by their place below the root of a folder.
pub type Files = BTreeMap<PathBuf, PathBuf>;

/// Adds the files of a folder, where there is one, by their place below the root.
///
/// # Errors
/// When the folder cannot be listed.
pub fn take(dir: &Path, under: &Path, wanted: &mut Files) -> Result<()> {
    if !dir.is_dir() {
        return Ok(());
    }
    for file in files::list(dir)? {
        let place = file.strip_prefix(dir).context("a listed file lies in its folder")?;
        wanted.insert(under.join(place), file);
    }
    Ok(())
}

/// Makes `to` hold the wanted files and no other; those that are there already stay untouched. What is new comes first, then
/// the files of the names `last`, which point to it, in that order, and at the end goes what nothing needs any more.
///
/// # Errors
/// When a file cannot be listed, linked or removed; `to` serves what it served before, or more.
pub fn mirror(wanted: &Files, last: &[&str], to: &Path) -> Result<()> {
    files::make_dir(to)?;
    let turn = |place: &Path| last.iter().position(|name| place.ends_with(name));
    let mut in_turn: Vec<_> = wanted.iter().collect();
    // `None` comes before any place among the last.
    in_turn.sort_by_key(|(place, _)| turn(place));
    for (place, from) in in_turn {
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

/// Tells whether two paths are one file, or a copy that is no older.
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
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("from"), dir.path().join("to"));
        files::write(&make(&from, "a"), "one").unwrap();
        files::write(&make(&from, "deep/b"), "two").unwrap();
        let sync = || {
            let mut wanted = Files::new();
            take(&from, Path::new("x"), &mut wanted).unwrap();
            mirror(&wanted, &["current.bin", "current.json"], &to).unwrap();
        };
        sync();
        assert_eq!(files::read_text(&to.join("x/deep/b")).unwrap(), "two");
        fs::remove_file(from.join("a")).unwrap();
        files::write(&from.join("a"), "changed").unwrap();
        files::remove_dir(&from.join("deep")).unwrap();
        sync();
        assert_eq!(files::read_text(&to.join("x/a")).unwrap(), "changed");
        assert!(!to.join("x/deep/b").exists());
    }

    fn make(folder: &Path, name: &str) -> PathBuf {
        let file = folder.join(name);
        files::make_dir(file.parent().unwrap()).unwrap();
        file
    }
}
