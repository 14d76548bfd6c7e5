//! The notice to those who sent files: all that is told of an upload.
//!
//! Invariant: a notice reads as it was written.

use anyhow::{Context, Result};
use index_builder::sources::UploadMark;
use serde::{Deserialize, Serialize};

use crate::build_report::Change;

/// The notice of an upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Notice {
    /// The upload's id.
    pub(crate) id: String,
    /// When it was begun, in UTC: `20261129T101500Z`.
    pub(crate) begun: String,
    /// Its files.
    pub(crate) files: Vec<SentFile>,
}

/// A file that was sent, or is to be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SentFile {
    /// The name it was sent by.
    pub(crate) file: String,
    /// The name it has in the catalogue.
    pub(crate) stored_as: String,
    pub(crate) state: State,
    /// Why it waits or was refused, and what to do.
    pub(crate) why: Option<Words>,
    /// The month of its data, as `2026-11`.
    pub(crate) as_of: Option<String>,
    /// Its rows are MARC records.
    pub(crate) by_record: bool,
    pub(crate) rows: u64,
    /// Rows that are not in the index.
    pub(crate) left_out: u64,
    /// These rows, up to 100 of a kind.
    pub(crate) to_mend: Vec<RowToMend>,
    /// Kinds of other findings, with their counts.
    pub(crate) noted: Vec<Noted>,
    /// The difference of its library from the index before.
    pub(crate) change: Option<Change>,
    /// The generation of the index that has it.
    pub(crate) generation: Option<String>,
}

/// The fate of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    /// It has not arrived, or no index was made since.
    #[default]
    Waiting,
    /// It is in the index.
    Taken,
    /// A newer file stands in its place.
    Superseded,
    /// The file before it goes on.
    Refused,
}

/// Words for the sender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Words {
    pub(crate) ko: String,
    pub(crate) en: String,
}

/// A row that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RowToMend {
    /// The line in the file, or the record, the first being 1; none where the whole file is meant.
    pub(crate) line: Option<u32>,
    pub(crate) column: Option<String>,
    /// The code of the kind of fault.
    pub(crate) kind: String,
    pub(crate) found: String,
    /// The fault, in Korean.
    pub(crate) title: String,
    /// The remedy, in Korean.
    pub(crate) advice: String,
}

/// Findings of a kind that cost no row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Noted {
    pub(crate) kind: String,
    pub(crate) title: String,
    pub(crate) count: u64,
}

impl Notice {
    /// The first notice: the files are waited for. They are given as sent and as stored.
    pub(crate) fn waiting(mark: &UploadMark, files: &[(String, String)]) -> Self {
        let waiting = |(file, stored_as): &(String, String)| SentFile {
            file: file.clone(),
            stored_as: stored_as.clone(),
            ..SentFile::default()
        };
        Self { id: mark.id.clone(), begun: mark.time.clone(), files: files.iter().map(waiting).collect() }
    }

    /// Reads a notice.
    pub(crate) fn parse(json: &str) -> Result<Self> {
        serde_json::from_str(json).context("reading the notice")
    }
}
