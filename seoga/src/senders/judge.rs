//! Judges from the report on a build what became of one file.
//!
//! Invariant: the rows to mend that are listed, and those that are only counted, add up to the rows left out.

use std::path::Path;

use super::notice::{Noted, RowToMend, SentFile, State, Words};
use crate::build_report::{BuildReport, ReadFile};

/// Judges a file; `None` where the build has not seen it.
pub(super) fn judge(sent: &SentFile, report: &BuildReport, published: Option<&str>) -> Option<SentFile> {
    let name = |file: &str| Path::new(file).file_name().map(|name| name.to_string_lossy().into_owned());
    let read = report.files.iter().find(|file| name(&file.file).as_ref() == Some(&sent.stored_as))?;
    let (state, why) = fate(read, report, published);
    let kind = |code: &str| report.kinds.iter().find(|kind| kind.kind == code);
    let to_mend = (report.findings.iter())
        .filter(|finding| finding.file == read.file && finding.severity == "rejected")
        .map(|finding| {
            let kind = kind(&finding.kind);
            RowToMend {
                line: finding.line.or(finding.record),
                column: finding.column.clone(),
                kind: finding.kind.clone(),
                found: finding.found.clone(),
                title: kind.map(|kind| kind.title.clone()).unwrap_or_default(),
                advice: kind.map(|kind| kind.advice.clone()).unwrap_or_default(),
            }
        })
        .collect();
    let noted = (read.kinds.iter())
        .filter_map(|(code, count)| Some((kind(code)?, *count)))
        .filter(|(kind, _)| kind.severity != "rejected")
        .map(|(kind, count)| Noted { kind: kind.kind.clone(), title: kind.title.clone(), count })
        .collect();
    let changes = report.libraries.iter().flatten();
    let change =
        changes.filter(|_| state == State::Taken).find(|change| change.library == read.list).cloned();
    Some(SentFile {
        file: sent.file.clone(),
        stored_as: sent.stored_as.clone(),
        state,
        why,
        as_of: read.as_of.clone(),
        by_record: read.by_record,
        rows: read.rows,
        left_out: read.rejected,
        to_mend,
        noted,
        change,
        generation: published.filter(|_| state == State::Taken).map(str::to_owned),
    })
}

fn fate(read: &ReadFile, report: &BuildReport, published: Option<&str>) -> (State, Option<Words>) {
    let words = |ko: &str, en: &str| Some(Words { ko: ko.to_owned(), en: en.to_owned() });
    let why = match (&read.why_korean, &read.why) {
        (Some(ko), Some(en)) => words(ko, en),
        _ => None,
    };
    let own = report.stopped.iter().find(|stop| {
        stop.file.as_ref() == Some(&read.file)
            || stop.library.as_ref().is_some_and(|library| *library == read.list)
    });
    match (read.standing.as_str(), own) {
        ("superseded", _) => (State::Superseded, why),
        ("refused", _) => (State::Refused, why),
        (_, Some(stop)) => (State::Refused, words(&stop.why_korean, &stop.why)),
        _ if !report.stopped.is_empty() => (
            State::Waiting,
            words(
                "다른 파일에 잘못이 있어 색인을 새로 만들지 못했습니다. 이 파일은 다음 색인에 들어갑니다. 지금은 하실 일이 없습니다.",
                "another file kept the index from being made; this one will be in the next. There is nothing to do for you",
            ),
        ),
        _ if published.is_none() => (
            State::Waiting,
            words(
                "파일은 읽었으나 새 색인이 검사를 통과하지 못해 아직 공개되지 않았습니다. 운영자가 알고 있습니다. 지금은 하실 일이 없습니다.",
                "it was read, but the new index did not pass the checks and is not published. The operator was told; there is \
                 nothing to do for you",
            ),
        ),
        _ => (State::Taken, None),
    }
}
