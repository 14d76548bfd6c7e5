//! Tells those who sent files what became of each: a notice for every upload, under its id.
//!
//! A notice is `ID.json`, and `ID.html` for people, in `uploads/reports/` of the incoming bucket. `seoga upload` puts the first one,
//! which says that the files are waited for; a rebuild writes the others into a folder that a job copies from there and back.
//! Invariants: an id that cannot be guessed is all that leads to a notice; a file that was taken or refused is told of again only
//! when that has changed.

mod judge;
mod page;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use index_builder::sources::UploadMark;
use seoga_host::files;
use serde::{Deserialize, Serialize};

use crate::build_report::{BuildReport, Change};

/// Where the notices lie in the bucket.
pub(crate) const FOLDER: &str = "uploads/reports/";

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
    /// What to do, in Korean.
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

    /// Gives the names and bytes of its two files, for programs first.
    pub(crate) fn written(&self) -> Result<[(String, &'static str, String); 2]> {
        let json = serde_json::to_string_pretty(self).context("writing the notice")? + "\n";
        Ok([
            (format!("{}.json", self.id), "application/json", json),
            (format!("{}.html", self.id), "text/html; charset=utf-8", page::html(self)),
        ])
    }

    /// Says in a few lines what became of its files.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.files.iter().map(page::line).collect()
    }
}

/// Brings the notices in a folder up to date after a build. `published` is the generation in force that was made of it; without
/// one, what the build took is still waited for.
pub(crate) fn tell(folder: &Path, report: &BuildReport, published: Option<&str>) -> Result<usize> {
    files::make_dir(folder)?;
    let mut notices = read(folder)?;
    for file in &report.files {
        if let (sent, Some(mark)) = UploadMark::read(Path::new(&file.file)) {
            let id = mark.id.clone();
            let notice = notices.entry(id).or_insert_with(|| Notice::waiting(&mark, &[]));
            let stored_as = mark.put_on(&sent);
            if !notice.files.iter().any(|file| file.stored_as == stored_as) {
                notice.files.push(SentFile { file: sent, stored_as, ..SentFile::default() });
            }
        }
    }
    let mut told = 0;
    for notice in notices.values_mut() {
        for file in &mut notice.files {
            if let Some(now) = judge::judge(file, report, published)
                && (file.state == State::Waiting || file.state != now.state)
            {
                *file = now;
            }
        }
        for (name, _, text) in notice.written()? {
            let path = folder.join(name);
            if !files::read(&path).is_ok_and(|there| there == text.as_bytes()) {
                files::replace(&path, text.as_bytes())?;
                told += 1;
            }
        }
    }
    Ok(told)
}

/// Reads the notices of a folder by id; what is none is left alone.
fn read(folder: &Path) -> Result<BTreeMap<String, Notice>> {
    let mut notices = BTreeMap::new();
    for path in files::list(folder)? {
        let is_notice = path.extension().is_some_and(|extension| extension == "json");
        if let Some(notice) = is_notice.then(|| files::read_text(&path).and_then(|text| Notice::parse(&text)))
            && let Ok(notice) = notice
            && UploadMark::new(&notice.begun, &notice.id).is_some()
        {
            notices.insert(notice.id.clone(), notice);
        }
    }
    Ok(notices)
}
