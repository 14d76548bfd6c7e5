//! Reads index-builder's report on a build: for the chat, and for the senders of files.
//!
//! index-builder owns its form. Invariant: a report of an earlier build is never taken for that of this one.

use std::path::Path;

use anyhow::{Context, Result};
use seoga_host::files;
use serde::Deserialize;

/// A report, as far as it is told on.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Report {
    /// Why there is no index; empty where there is one.
    pub(crate) stopped: Vec<Stop>,
    /// The news of libraries, a line each.
    pub(crate) lines: Vec<String>,
}

/// A reason for which a build ended without an index.
#[derive(Debug, Deserialize)]
pub(crate) struct Stop {
    pub(crate) file: Option<String>,
    pub(crate) why: String,
}

impl Report {
    /// Takes away what an earlier build left, so that a report that is there afterwards is this build's.
    pub(super) fn clear(json: &Path) -> Result<()> {
        for file in [json.to_owned(), json.with_extension("txt")] {
            if file.exists() {
                files::remove_file(&file)?;
            }
        }
        Ok(())
    }

    /// Reads the report; `None` where the build wrote none.
    pub(super) fn read(json: &Path) -> Result<Option<Self>> {
        if !json.exists() {
            return Ok(None);
        }
        let read = serde_json::from_str(&files::read_text(json)?);
        read.map(Some).with_context(|| format!("reading {}", json.display()))
    }

    /// Says why there is no index, a line for each reason.
    pub(super) fn why(&self) -> String {
        let line = |Stop { file, why }: &Stop| match file {
            Some(file) => format!("{file} {why}"),
            None => why.clone(),
        };
        self.stopped.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_of_an_earlier_build_is_gone_before_the_next() {
        let dir = tempfile::tempdir().unwrap();
        let json = dir.path().join("report.json");
        assert!(Report::read(&json).unwrap().is_none());
        let text = r#"{"stopped":[{"file":"a.csv","library":null,"why":"is empty","why_korean":""},
            {"file":null,"library":"강남","why":"refused","why_korean":""}],"lines":["강남: 1 arrived"],"rows":1}"#;
        files::write(&json, text).unwrap();
        files::write(&dir.path().join("report.txt"), "").unwrap();
        let report = Report::read(&json).unwrap().unwrap();
        assert_eq!((report.why().as_str(), report.lines.len()), ("a.csv is empty\nrefused", 1));
        Report::clear(&json).unwrap();
        assert!(std::fs::read_dir(dir.path()).unwrap().next().is_none());
    }
}
