//! The pages of the repository and their text.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold no page of ours, wherever they lie, and those in the root.
const PASSED_OVER: [&str; 3] = [".git", "target", "node_modules"];
const PASSED_OVER_IN_ROOT: [&str; 4] = ["build", "dist", "published", ".wrangler"];

/// Returns the root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// Lists every file below `folder` whose name has one of `endings`, in order of path.
pub(crate) fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    let mut found = Vec::new();
    for path in entries {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            let made = folder == root() && PASSED_OVER_IN_ROOT.contains(&name);
            if !made && !PASSED_OVER.contains(&name) {
                found.extend(files(&path, endings));
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(path);
        }
    }
    found
}

/// Returns the lines of a page outside fenced blocks, with their numbers from 1.
pub(crate) fn prose(page: &str) -> Vec<(usize, &str)> {
    let mut fenced = false;
    let mut lines = Vec::new();
    for (at, line) in page.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            lines.push((at + 1, line));
        }
    }
    lines
}

/// Reads a file of the repository, by its path from the root.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns the part of a page below the heading `heading` (its text without the marks), up to the next of the same level.
pub(crate) fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let title =
        page.lines().find(|line| line.trim_start_matches('#').trim() == heading && line.starts_with('#'));
    let title = title.unwrap_or_else(|| panic!("no heading {heading:?}"));
    let level = title.len() - title.trim_start_matches('#').len();
    let begin = page.find(title).unwrap_or_default() + title.len();
    let rest = &page[begin..];
    let next = format!("\n{} ", "#".repeat(level));
    &rest[..rest.find(&next).unwrap_or(rest.len())]
}
