//! Tells those who sent files what became of each: a notice for every upload, under its id.
//!
//! A notice is `ID.json`, and `ID.html` for people, in `uploads/reports/` of the incoming bucket. `seoga upload` puts the first one,
//! which says that the files are waited for; a rebuild writes the others into a folder that a job copies from there and back.
//! Invariants: a notice has nothing of another upload than its own; a file that was taken or refused is told of again only when that
//! has changed.

mod judge;
mod notice;
mod page;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use index_builder::sources::UploadMark;
use seoga_host::files;

use crate::build_report::BuildReport;
pub(crate) use notice::{Notice, SentFile, State};

/// Where the notices lie in the bucket.
pub(crate) const FOLDER: &str = "uploads/reports/";

/// Gives a notice's two files by name, type and text, the one for programs first.
pub(crate) fn written(notice: &Notice) -> Result<[(String, &'static str, String); 2]> {
    let json = serde_json::to_string_pretty(notice).context("writing the notice")? + "\n";
    Ok([
        (format!("{}.json", notice.id), "application/json", json),
        (format!("{}.html", notice.id), "text/html; charset=utf-8", page::html(notice)),
    ])
}

/// Says in a few lines what became of an upload's files.
pub(crate) fn lines(notice: &Notice) -> Vec<String> {
    notice.files.iter().map(page::line).collect()
}

/// Brings the notices in a folder up to date after a build. `published` is the generation in force that was made of it; without
/// one, what the build took is still waited for. Gives how many have changed.
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
        let mut news = false;
        for (name, _, text) in written(notice)? {
            let path = folder.join(name);
            if !files::read(&path).is_ok_and(|there| there == text.as_bytes()) {
                files::replace(&path, text.as_bytes())?;
                news = true;
            }
        }
        told += usize::from(news);
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
