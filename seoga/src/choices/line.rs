//! A line of an export, read whole: what a report counts and what Parquet holds.
//!
//! The worker decides which lines there are (`seoga_app::StoredChoice`). Invariant: a member that this program does not know, or
//! one that is missing, is an error and never a loss.

use std::path::Path;

use anyhow::{Context, Result};
use seoga_text::day;
use serde::{Deserialize, Serialize};

use super::file::{Identity, lines};

/// A choice with what was asked. The order of the members is that of the worker's lines.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportLine {
    pub(crate) user_id: String,
    pub(crate) query_id: String,
    /// The book; `None` when the visitor said that none of the answer was it. A line from before there were ids has the ISBN here.
    #[serde(default)]
    pub(crate) id: Option<String>,
    /// The id where it is an ISBN.
    #[serde(deserialize_with = "Option::deserialize")]
    pub(crate) isbn13: Option<String>,
    /// The question in lower case, its words parted by one space each.
    pub(crate) query: String,
    /// The libraries asked for, all when empty; `None` when their names are gone.
    #[serde(deserialize_with = "Option::deserialize")]
    pub(crate) libraries: Option<Vec<String>>,
    /// The class asked for, where it was one: a KDC number or its beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) class: Option<String>,
    /// The classes asked for, where they were several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) classes: Option<Vec<String>>,
    /// Where the book stood in the list, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rank: Option<u32>,
    /// The index that answered.
    pub(crate) generation: String,
    /// When it was stored: RFC 3339 in UTC, to the second.
    pub(crate) chosen_at: String,
}

impl ExportLine {
    /// Reads a line.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut line: Self =
            serde_json::from_str(text).context("not a line of an export as this program knows it")?;
        line.id = line.id.or_else(|| line.isbn13.clone());
        day::parse_instant(&line.chosen_at).with_context(|| {
            format!("chosen_at is {:?}, no time such as 2026-11-29T01:02:03Z", line.chosen_at)
        })?;
        Ok(line)
    }

    /// Gives what tells it from other choices.
    pub(crate) fn identity(&self) -> Identity {
        let (user_id, query_id) = (self.user_id.clone(), self.query_id.clone());
        Identity { user_id, query_id, id: self.id.clone(), isbn13: self.isbn13.clone() }
    }

    /// The UTC date of its time, `YYYY-MM-DD`.
    pub(crate) fn date(&self) -> &str {
        self.chosen_at.get(..10).unwrap_or_default()
    }
}

/// The lines of a file of NDJSON, each read; an error names the file and the number of the line.
pub(crate) fn export_lines(file: &Path) -> Result<impl Iterator<Item = Result<ExportLine>>> {
    let name = file.display().to_string();
    Ok(lines(file)?.filter(|line| !matches!(line, Ok((_, text)) if text.trim().is_empty())).map(
        move |line| {
            let (number, text) = line?;
            ExportLine::parse(&text).with_context(|| format!("{name}, line {number}"))
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"user_id":"u","query_id":"q","id":null,"isbn13":null,"query":"양자 컴퓨터","libraries":["강남"],"class":"420","generation":"g","chosen_at":"2026-11-29T01:02:03Z"}"#;

    #[test]
    fn a_line_reads_and_is_written_as_it_was() {
        let line = ExportLine::parse(LINE).unwrap();
        assert_eq!((line.isbn13.as_deref(), line.date()), (None, "2026-11-29"));
        assert_eq!(serde_json::to_string(&line).unwrap(), LINE);
        let several = LINE.replace(r#""class":"420""#, r#""classes":["005","420"]"#);
        let line = ExportLine::parse(&several).unwrap();
        assert_eq!((line.class.as_deref(), serde_json::to_string(&line).unwrap()), (None, several));
    }

    #[test]
    fn a_line_from_before_there_were_ids_has_its_isbn_for_one() {
        let old = LINE.replace(r#""id":null,"isbn13":null"#, r#""isbn13":"9788966260959""#);
        let line = ExportLine::parse(&old).unwrap();
        assert_eq!(line.id.as_deref(), Some("9788966260959"));
        let new = old.replace(r#""isbn13""#, r#""id":"9788966260959","isbn13""#);
        assert_eq!(ExportLine::parse(&new).unwrap().identity().key(), line.identity().key());
        let made = LINE.replace(r#""id":null"#, r#""id":"xabcdefghijkl""#);
        assert_ne!(
            ExportLine::parse(&made).unwrap().identity().key(),
            ExportLine::parse(LINE).unwrap().identity().key()
        );
    }

    #[test]
    fn what_is_missing_or_unknown_is_said_and_not_lost() {
        for (from, to, said) in [
            (r#""isbn13":null,"#, "", "isbn13"),
            (r#""libraries":["강남"],"#, "", "libraries"),
            (r#""class""#, r#""klass""#, "klass"),
            ("T01:02:03Z", "", "chosen_at"),
        ] {
            let error = format!("{:#}", ExportLine::parse(&LINE.replace(from, to)).unwrap_err());
            assert!(error.contains(said), "{error}");
        }
    }
}
