//! Reads index-builder's report on a build: for the chat, and for the senders of files.
//!
//! index-builder owns its form. Invariant: a report of an earlier build is never taken for that of this one.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use seoga_host::files;
use serde::{Deserialize, Serialize};

/// A report, as far as it is told on.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct BuildReport {
    /// Why there is no index; empty where there is one.
    #[serde(default)]
    pub(crate) stopped: Vec<Stop>,
    /// The news of libraries, a line each.
    #[serde(default)]
    pub(crate) lines: Vec<String>,
    #[serde(default)]
    pub(crate) files: Vec<ReadFile>,
    /// Rows in which something was found, up to 100 of a kind and file.
    #[serde(default)]
    pub(crate) findings: Vec<Finding>,
    #[serde(default)]
    pub(crate) kinds: Vec<Kind>,
    /// The differences from the index before, where there is one.
    #[serde(default)]
    pub(crate) libraries: Option<Vec<Change>>,
}

/// A reason for which a build ended without an index.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Stop {
    pub(crate) file: Option<String>,
    pub(crate) library: Option<String>,
    pub(crate) why: String,
    pub(crate) why_korean: String,
}

/// A file of the catalogue.
#[derive(Debug, Deserialize)]
pub(crate) struct ReadFile {
    pub(crate) file: String,
    /// The library whose list it is, or the name of a list of several.
    pub(crate) list: String,
    pub(crate) as_of: Option<String>,
    /// `taken`, `superseded` or `refused`.
    pub(crate) standing: String,
    pub(crate) why: Option<String>,
    pub(crate) why_korean: Option<String>,
    /// Its rows are records.
    pub(crate) by_record: bool,
    pub(crate) rows: u64,
    pub(crate) rejected: u64,
    /// How many findings of each kind, by its code.
    pub(crate) kinds: BTreeMap<String, u64>,
}

/// A row in which something was found.
#[derive(Debug, Deserialize)]
pub(crate) struct Finding {
    pub(crate) file: String,
    pub(crate) line: Option<u32>,
    pub(crate) record: Option<u32>,
    pub(crate) column: Option<String>,
    pub(crate) kind: String,
    /// `rejected`, `repaired` or `kept`.
    pub(crate) severity: String,
    pub(crate) found: String,
}

/// A kind of finding, in Korean.
#[derive(Debug, Deserialize)]
pub(crate) struct Kind {
    pub(crate) kind: String,
    pub(crate) severity: String,
    pub(crate) title: String,
    pub(crate) advice: String,
}

/// The difference of a library from the index before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) library: String,
    pub(crate) books: u64,
    pub(crate) arrived: u64,
    pub(crate) withdrawn: u64,
    pub(crate) changed: u64,
}

impl BuildReport {
    /// Takes away what an earlier build left, so that a report that is there afterwards is this build's.
    pub(crate) fn clear(json: &Path) -> Result<()> {
        for file in [json.to_owned(), json.with_extension("txt")] {
            if file.exists() {
                files::remove_file(&file)?;
            }
        }
        Ok(())
    }

    /// Reads the report; `None` where the build wrote none.
    pub(crate) fn read(json: &Path) -> Result<Option<Self>> {
        if !json.exists() {
            return Ok(None);
        }
        let read = serde_json::from_str(&files::read_text(json)?);
        read.map(Some).with_context(|| format!("reading {}", json.display()))
    }

    /// Says why there is no index, a line for each reason.
    pub(crate) fn why(&self) -> String {
        let line = |Stop { file, why, .. }: &Stop| match file {
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
        assert!(BuildReport::read(&json).unwrap().is_none());
        let text = r#"{"stopped":[{"file":"a.csv","library":null,"why":"is empty","why_korean":""},
            {"file":null,"library":"강남","why":"refused","why_korean":""}],"lines":["강남: 1 arrived"],"rows":1}"#;
        files::write(&json, text).unwrap();
        files::write(&dir.path().join("report.txt"), "").unwrap();
        let report = BuildReport::read(&json).unwrap().unwrap();
        assert_eq!((report.why().as_str(), report.lines.len()), ("a.csv is empty\nrefused", 1));
        BuildReport::clear(&json).unwrap();
        assert!(std::fs::read_dir(dir.path()).unwrap().next().is_none());
    }
}
