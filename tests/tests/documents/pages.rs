//! The pages of the repository and their text.

use std::fs;

use seoga_tests::repository::root;

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
