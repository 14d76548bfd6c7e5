//! The file of an export: NDJSON lines, each choice once. No network here.
//!
//! Invariant: the file is replaced whole by a rename, so it holds a whole export at any moment, and its owner alone may read it.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use seoga_host::files;
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// Tells one choice from another: the store's own key is made of these three.
#[derive(Debug, Deserialize)]
pub(crate) struct Identity {
    pub(crate) user_id: String,
    pub(super) query_id: String,
    /// The book, in lines that tell ids.
    #[serde(default)]
    pub(super) id: Option<String>,
    /// Null where the book has no ISBN or none of the results was it; never left out.
    #[serde(deserialize_with = "Option::deserialize")]
    pub(super) isbn13: Option<String>,
}

impl Identity {
    /// Reads it out of a line.
    pub(super) fn of(line: &str) -> Result<Self> {
        serde_json::from_str(line).context("no choice: a JSON object with user_id, query_id and isbn13")
    }

    pub(crate) fn key(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let book = self.id.as_deref().or(self.isbn13.as_deref()).unwrap_or("none");
        for part in [&self.user_id, &self.query_id, book] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        hash.finalize().into()
    }
}

/// A file beside another, of its name and an ending.
pub(super) fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Lines of a file, each with its number from 1; none when there is no such file.
pub(super) fn lines(file: &Path) -> Result<impl Iterator<Item = Result<(usize, String)>>> {
    let reader = match File::open(file) {
        Ok(opened) => Some(BufReader::new(opened)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(|| format!("reading {}", file.display())),
    };
    let name = file.display().to_string();
    let lines = reader.into_iter().flat_map(BufRead::lines).enumerate();
    Ok(lines.map(move |(at, line)| Ok((at + 1, line.with_context(|| format!("reading {name}"))?))))
}

/// Puts the lines of `parts`, in their order, into `file`, leaving out repeats and what `keep` refuses. Gives how many
/// lines the file has then.
pub(super) fn replace(file: &Path, parts: &[&Path], keep: impl Fn(&Identity) -> bool) -> Result<usize> {
    let fresh = beside(file, ".new");
    let opened = files::create_private(&fresh)?;
    let mut out = BufWriter::new(opened);
    let mut seen = HashSet::new();
    for part in parts {
        for line in lines(part)? {
            let (number, line) = line?;
            let identity = match Identity::of(&line) {
                Ok(identity) => identity,
                Err(error) => bail!("{}, line {number}: {error:#}; mend or move the file", part.display()),
            };
            if keep(&identity) && seen.insert(identity.key()) {
                writeln!(out, "{line}").with_context(|| format!("writing {}", fresh.display()))?;
            }
        }
    }
    let written =
        out.into_inner().map_err(std::io::IntoInnerError::into_error).and_then(|file| file.sync_all());
    written.with_context(|| format!("writing {}", fresh.display()))?;
    std::fs::rename(&fresh, file).with_context(|| format!("moving {} into place", fresh.display()))?;
    Ok(seen.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(user: &str, isbn: &str, more: &str) -> String {
        format!(r#"{{"user_id":"{user}","query_id":"q","isbn13":"{isbn}","chosen_at":"{more}"}}"#)
    }

    #[test]
    fn a_choice_stands_in_the_file_once_as_it_came_first() {
        let dir = tempfile::tempdir().unwrap();
        let (out, part) = (dir.path().join("out"), dir.path().join("part"));
        std::fs::write(&out, format!("{}\n{}\n", line("a", "1", "first"), line("b", "1", "x"))).unwrap();
        std::fs::write(&part, format!("{}\n{}\n", line("a", "1", "again"), line("a", "2", "x"))).unwrap();
        assert_eq!(replace(&out, &[&out, &part], |_| true).unwrap(), 3);
        let text = std::fs::read_to_string(&out).unwrap();
        assert!(text.contains("first") && !text.contains("again"), "{text}");
        assert_eq!(replace(&out, &[&out], |identity| identity.user_id != "a").unwrap(), 1);
        assert_eq!(std::fs::read_to_string(&out).unwrap(), format!("{}\n", line("b", "1", "x")));
    }

    #[test]
    fn a_choice_without_a_book_is_another_and_is_erased_like_any() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        let none = |user: &str| line(user, "1", "x").replace("\"1\"", "null");
        std::fs::write(&out, [none("a"), line("a", "1", "x"), none("a"), none("b")].join("\n")).unwrap();
        assert_eq!(replace(&out, &[&out], |_| true).unwrap(), 3);
        assert_eq!(replace(&out, &[&out], |identity| identity.user_id != "a").unwrap(), 1);
        assert_eq!(std::fs::read_to_string(&out).unwrap(), format!("{}\n", none("b")));
        assert!(Identity::of(r#"{"user_id":"a","query_id":"q"}"#).is_err(), "it says that there is none");
    }

    #[test]
    fn a_line_that_is_no_choice_is_named_and_the_file_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        let text = format!("{}\nnothing\n", line("a", "1", "x"));
        std::fs::write(&out, &text).unwrap();
        let refused = replace(&out, &[&out], |_| true).unwrap_err().to_string();
        assert!(refused.contains("line 2"), "{refused}");
        assert_eq!(std::fs::read_to_string(&out).unwrap(), text);
    }
}
