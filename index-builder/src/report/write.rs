//! The report as files: JSON for programs, Korean text for librarians; and a summary for the terminal.
//!
//! Invariant: a report file is written whole or not at all, and the same report gives the same bytes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::Serialize;

use super::findings::{EXAMPLES, FileReport, Finding, Report, Role, Stop};
use super::kind::{FindingKind, Severity};
use super::lists::Language;
use crate::catalogue::Catalogue;
use crate::changes::{Earlier, LibraryChange};
use seoga_text::number::grouped as n;

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{path} cannot be written: {source}")]
pub struct WriteError {
    /// The file.
    pub path: PathBuf,
    /// The system's error.
    pub source: io::Error,
}

/// Totals of the catalogue, for the head of a report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Distinct books.
    pub books: usize,
    /// Libraries that hold something.
    pub libraries: usize,
    /// Pairs of book and library.
    pub holdings: usize,
    /// Distinct keywords.
    pub keywords: usize,
    /// Pairs of synonyms.
    pub synonyms: usize,
    /// The newest registration, as `YYYY-MM-DD`.
    pub newest_registration: Option<String>,
    /// Whether the catalogue is invented.
    pub invented: bool,
    /// The differences from the index before, by library, where there is one.
    #[serde(skip)]
    pub changes: Option<Vec<LibraryChange>>,
}

impl Outcome {
    /// Takes the totals of a catalogue, and its differences from an earlier index.
    pub fn after(catalogue: &Catalogue, earlier: Option<&Earlier>) -> Self {
        Self { changes: earlier.map(|earlier| earlier.changes(catalogue)), ..Self::from(catalogue) }
    }
}

impl From<&Catalogue> for Outcome {
    fn from(catalogue: &Catalogue) -> Self {
        Self {
            books: catalogue.books.len(),
            libraries: catalogue.libraries.len(),
            holdings: catalogue.holdings(),
            keywords: catalogue.keywords.len(),
            synonyms: catalogue.synonyms.len(),
            newest_registration: catalogue.data_date.map(|date| date.to_string()),
            invented: catalogue.invented,
            changes: None,
        }
    }
}

#[derive(Serialize)]
struct Json<'a> {
    /// Null when there is none: `stopped` says why.
    catalogue: Option<&'a Outcome>,
    stopped: Vec<JsonStop<'a>>,
    rows: u64,
    rejected: u64,
    /// The differences from the index before; null when there is none.
    libraries: Option<&'a [LibraryChange]>,
    /// The news of libraries as the terminal has it, line by line.
    lines: Vec<String>,
    kinds: Vec<JsonKind>,
    files: Vec<JsonFile<'a>>,
    findings: Vec<JsonFinding<'a>>,
    /// Counted above, but not listed.
    findings_left_out: u64,
}

#[derive(Serialize)]
struct JsonStop<'a> {
    file: Option<&'a str>,
    library: Option<&'a str>,
    why: &'a str,
    why_korean: &'a str,
}

#[derive(Serialize)]
struct JsonKind {
    kind: &'static str,
    severity: Severity,
    count: u64,
    title: &'static str,
    done: &'static str,
    advice: &'static str,
}

#[derive(Serialize)]
struct JsonFile<'a> {
    file: &'a str,
    role: &'static str,
    format: &'a str,
    encoding: String,
    columns: Vec<JsonColumn<'a>>,
    passed_over: &'a [String],
    library: Option<&'a str>,
    list: &'a str,
    as_of: Option<&'a str>,
    standing: &'static str,
    why: Option<String>,
    why_korean: Option<String>,
    by_record: bool,
    rows: u64,
    rejected: u64,
    kinds: BTreeMap<&'static str, u64>,
}

#[derive(Serialize)]
struct JsonColumn<'a> {
    /// As the file names it.
    name: &'a str,
    /// The usual name of such a column.
    meaning: &'static str,
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    file: &'a str,
    /// The line in the file, the first being 1; null when the whole file is meant.
    line: Option<u32>,
    /// The record in a file of MARC, the first being 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<u32>,
    column: Option<&'a str>,
    kind: &'static str,
    severity: Severity,
    found: &'a str,
    made: Option<&'a str>,
}

impl Role {
    /// Every role, in the order of a report.
    pub const ALL: &[Self] =
        &[Self::Holdings, Self::Records, Self::Keywords, Self::Synonyms, Self::Libraries, Self::Choices];

    /// The name programs use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Holdings => "holdings",
            Self::Records => "records",
            Self::Keywords => "keywords",
            Self::Synonyms => "synonyms",
            Self::Libraries => "libraries",
            Self::Holidays => "holidays",
            Self::Choices => "choices",
            Self::Loans => "loans",
        }
    }

    fn korean(self) -> &'static str {
        match self {
            Self::Holdings => "소장 목록",
            Self::Records => "서지 레코드",
            Self::Keywords => "키워드",
            Self::Synonyms => "동의어",
            Self::Libraries => "도서관 목록",
            Self::Holidays => "공휴일",
            Self::Choices => "선택 기록",
            Self::Loans => "대출 상태",
        }
    }
}

impl Report {
    /// The report as JSON, with a line end.
    pub fn to_json(&self, outcome: &Outcome) -> String {
        let listed: u64 = self.files.iter().map(|file| file.findings.len() as u64).sum();
        let counts = self.counts();
        let json = Json {
            catalogue: self.stopped.is_empty().then_some(outcome),
            stopped: self.stopped.iter().map(json_stop).collect(),
            libraries: outcome.changes.as_deref(),
            lines: self.lines(outcome.changes.as_deref(), Language::English),
            rows: self.files.iter().map(|file| file.rows).sum(),
            rejected: self.files.iter().map(|file| file.rejected).sum(),
            kinds: counts.iter().map(|(&kind, &count)| json_kind(kind, count)).collect(),
            files: self.files.iter().map(json_file).collect(),
            findings: self.findings().map(|(file, finding)| json_finding(file, finding)).collect(),
            findings_left_out: counts.values().sum::<u64>() - listed,
        };
        let mut text = serde_json::to_string_pretty(&json).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The report as text for librarians: counts by kind, then by file, then the rows of each kind.
    pub fn to_text(&self, outcome: &Outcome) -> String {
        let mut text = String::new();
        // Writing to a `String` cannot fail.
        let _ = self.write_text(outcome, &mut text);
        text
    }

    fn write_text(&self, outcome: &Outcome, out: &mut String) -> std::fmt::Result {
        writeln!(out, "목록 점검 보고서")?;
        writeln!(out, "================")?;
        writeln!(out)?;
        if outcome.invented {
            writeln!(out, "※ 지어낸 견본 목록입니다. 실제 도서관의 자료가 아닙니다.")?;
            writeln!(out)?;
        }
        self.write_head(outcome, out)?;
        let counts = self.counts();
        if counts.is_empty() {
            return writeln!(out, "고칠 것이 없습니다.");
        }
        self.write_counts(&counts, out)?;
        writeln!(out)?;
        writeln!(out, "2. 파일별 건수")?;
        writeln!(out)?;
        for file in &self.files {
            if let Some(why) = file.standing.why(Language::Korean) {
                writeln!(out, "  {} ({}): {why}", file.file, file.role.korean())?;
                continue;
            }
            file.write_totals(out)?;
            file.write_columns(out)?;
        }
        writeln!(out)?;
        writeln!(out, "3. 행별 내용 (파일과 종류마다 {EXAMPLES}건까지)")?;
        self.write_rows(&counts, out)
    }

    /// The report on files that were read without building, for librarians: of each file whether it can be used, then what to do
    /// about its rows.
    pub fn to_check_text(&self) -> String {
        let mut text = String::new();
        // Writing to a `String` cannot fail.
        let _ = self.write_check(&mut text);
        text
    }

    fn write_check(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "파일 점검")?;
        writeln!(out, "=========")?;
        for file in &self.files {
            writeln!(out)?;
            file.write_totals(out)?;
            file.write_columns(out)?;
            match self.stopped.iter().find(|stop| stop.file.as_ref() == Some(&file.file)) {
                Some(stop) => writeln!(out, "    ✗ 쓸 수 없습니다: {}", stop.why_korean)?,
                None if file.rows > 0 && file.rows == file.rejected => {
                    writeln!(out, "    △ 이 파일에서 나온 책이 없습니다. 아래를 봐 주세요.")?;
                }
                None => writeln!(out, "    ✓ 쓸 수 있습니다.")?,
            }
        }
        let counts = self.counts();
        if counts.is_empty() {
            return Ok(());
        }
        writeln!(out)?;
        self.write_counts(&counts, out)?;
        writeln!(out)?;
        writeln!(out, "2. 행별 내용 (파일과 종류마다 {EXAMPLES}건까지)")?;
        self.write_rows(&counts, out)
    }

    fn write_counts(&self, counts: &BTreeMap<FindingKind, u64>, out: &mut String) -> std::fmt::Result {
        writeln!(out, "1. 종류별 건수")?;
        for severity in Severity::IN_REPORTS {
            let of_severity: Vec<_> = counts.iter().filter(|(kind, _)| kind.severity() == severity).collect();
            if of_severity.is_empty() {
                continue;
            }
            writeln!(out)?;
            writeln!(out, "[{}]", severity.korean())?;
            for (kind, count) in of_severity {
                writeln!(out, "  {:>9}건  {}: {}", n(*count), kind.title(), kind.done())?;
                writeln!(out, "               할 일: {}", kind.advice())?;
            }
        }
        Ok(())
    }

    fn write_rows(&self, counts: &BTreeMap<FindingKind, u64>, out: &mut String) -> std::fmt::Result {
        for severity in Severity::IN_REPORTS {
            for (&kind, &count) in counts.iter().filter(|(kind, _)| kind.severity() == severity) {
                self.write_kind(kind, count, out)?;
            }
        }
        Ok(())
    }

    /// The totals, whose rejected rows are the rows listed further down; and what is to be said of libraries.
    fn write_head(&self, outcome: &Outcome, out: &mut String) -> std::fmt::Result {
        if !self.stopped.is_empty() {
            writeln!(out, "■ 색인을 만들지 못했습니다. 지금 쓰는 색인은 그대로 쓰입니다.")?;
            for stop in &self.stopped {
                let whose = stop.file.as_ref().or(stop.library.as_ref()).map_or("", String::as_str);
                writeln!(out, "  {whose}: {}", stop.why_korean)?;
            }
            writeln!(out)?;
        }
        let (rows, rejected) = self.rows(Role::Holdings);
        writeln!(
            out,
            "소장 행 {}개를 읽어 {}개를 쓰고 {}개를 제외했습니다.",
            n(rows),
            n(rows - rejected),
            n(rejected)
        )?;
        for role in Role::ALL.iter().filter(|&&role| role != Role::Holdings) {
            let (rows, rejected) = self.rows(*role);
            let unit = if *role == Role::Records { "건" } else { "행" };
            if rejected > 0 || *role == Role::Records && rows > 0 {
                let (used, name) = (rows - rejected, role.korean());
                let [rows, used, rejected] = [rows, used, rejected].map(n);
                writeln!(
                    out,
                    "{name} {rows}{unit}을 읽어 {used}{unit}을 쓰고 {rejected}{unit}을 제외했습니다."
                )?;
            }
        }
        if self.stopped.is_empty() {
            writeln!(
                out,
                "책 {}권, 도서관 {}곳, 소장 {}건. 가장 늦은 등록일자: {}",
                n(outcome.books as u64),
                n(outcome.libraries as u64),
                n(outcome.holdings as u64),
                outcome.newest_registration.as_deref().unwrap_or("없음")
            )?;
        }
        writeln!(out)?;
        let lines = self.lines(outcome.changes.as_deref(), Language::Korean);
        if !lines.is_empty() {
            writeln!(out, "도서관별 변동")?;
            lines.iter().try_for_each(|line| writeln!(out, "  {line}"))?;
            writeln!(out)?;
        }
        Ok(())
    }

    fn write_kind(&self, kind: FindingKind, count: u64, out: &mut String) -> std::fmt::Result {
        writeln!(out)?;
        writeln!(out, "■ {} ({}, {}건)", kind.title(), kind.severity().korean(), n(count))?;
        let mut listed = 0;
        for (file, finding) in self.findings().filter(|(_, finding)| finding.kind == kind) {
            listed += 1;
            write!(out, "  {}", file.file)?;
            if finding.line > 0 {
                write!(out, " {}째 {}", finding.line, if file.by_record { "레코드" } else { "줄" })?;
            }
            if !finding.column.is_empty() {
                write!(out, " [{}]", file.name_in_file(finding.column))?;
            }
            let found = finding.found.replace(['\n', '\r', '\t'], " ");
            if !found.is_empty() {
                write!(out, " \"{found}\"")?;
            }
            match &finding.made {
                Some(made) => writeln!(out, " → \"{made}\"")?,
                None => writeln!(out, " → {}", kind.done())?,
            }
        }
        if count > listed {
            writeln!(out, "  … 그 밖에 {}건", n(count - listed))?;
        }
        Ok(())
    }

    /// A few lines for the terminal.
    pub fn to_summary(&self, outcome: &Outcome) -> String {
        let ((rows, _), (records, _)) = (self.rows(Role::Holdings), self.rows(Role::Records));
        let rejected: Vec<String> = (Role::ALL.iter())
            .map(|role| (role.code(), self.rows(*role).1))
            .filter(|(_, rejected)| *rejected > 0)
            .map(|(role, rejected)| format!("{} of {role}", n(rejected)))
            .collect();
        let rejected = if rejected.is_empty() { "none".to_owned() } else { rejected.join(", ") };
        let mut out = format!(
            "{} books, {} libraries, {} holdings, newest registration {}{}\nread {} holdings rows and {} records, \
             rejected {}\n",
            n(outcome.books as u64),
            n(outcome.libraries as u64),
            n(outcome.holdings as u64),
            outcome.newest_registration.as_deref().unwrap_or("unknown"),
            if outcome.invented { " (an invented sample)" } else { "" },
            n(rows),
            n(records),
            rejected,
        );
        out.push_str(&self.to_kinds());
        for line in self.lines(outcome.changes.as_deref(), Language::English) {
            let _ = writeln!(out, "{line}");
        }
        out
    }

    /// The counts of findings by kind for the terminal, the reason for most rejections first; they stand where there is no catalogue too.
    pub fn to_kinds(&self) -> String {
        let mut out = String::new();
        if let Some((kind, count)) = self.most_rejected() {
            let _ = writeln!(out, "most rejected for {} ({}): {}", kind.code(), kind.title(), n(count));
        }
        for (kind, count) in self.counts() {
            let severity = match kind.severity() {
                Severity::Rejected => "rejected",
                Severity::Repaired => "repaired",
                Severity::Kept => "kept",
            };
            let _ = writeln!(out, "  {severity:<8} {:<26} {:>10}", kind.code(), n(count));
        }
        out
    }

    /// Writes the JSON to `json` and the text beside it, as [`text_path`] names it.
    ///
    /// # Errors
    /// When one of the two cannot be written.
    pub fn write(&self, outcome: &Outcome, json: &Path) -> Result<(), WriteError> {
        write_whole(json, &self.to_json(outcome))?;
        write_whole(&text_path(json), &self.to_text(outcome))
    }

    /// Every finding kept, with its file.
    fn findings(&self) -> impl Iterator<Item = (&FileReport, &Finding)> {
        self.files.iter().flat_map(|file| file.findings.iter().map(move |finding| (file, finding)))
    }
}

impl FileReport {
    /// Says what the file is, and how many of its rows were read.
    fn write_totals(&self, out: &mut String) -> std::fmt::Result {
        let findings: u64 = self.counts.values().sum();
        let unit = if self.by_record { "건" } else { "행" };
        let encoding = self.encoding();
        let what = [self.role.korean(), &self.format, &encoding];
        let what: Vec<&str> = what.into_iter().filter(|part| !part.is_empty()).collect();
        writeln!(
            out,
            "  {} ({}): {}{unit}, 제외 {}{unit}, 지적 {}건",
            self.file,
            what.join(", "),
            n(self.rows),
            n(self.rejected),
            n(findings)
        )
    }

    /// Its columns that were read, where they have other names than the usual ones, and those that were not.
    fn write_columns(&self, out: &mut String) -> std::fmt::Result {
        let renamed: Vec<String> = (self.columns.iter().filter(|column| column.name != column.meaning))
            .map(|column| format!("{} → {}", column.name, column.meaning))
            .collect();
        if !renamed.is_empty() {
            writeln!(out, "    다르게 적힌 열: {}", renamed.join(", "))?;
        }
        if !self.passed_over.is_empty() {
            writeln!(out, "    쓰지 않은 열: {}", self.passed_over.join(", "))?;
        }
        Ok(())
    }
}

/// Where the text beside a JSON report goes: the same name with `.txt` for its extension.
pub fn text_path(json: &Path) -> PathBuf {
    if json.extension().is_some_and(|extension| extension == "txt") {
        let mut name = json.as_os_str().to_owned();
        name.push(".txt");
        return PathBuf::from(name);
    }
    json.with_extension("txt")
}

/// Writes a file beside its final place and then moves it there.
fn write_whole(path: &Path, text: &str) -> Result<(), WriteError> {
    let write = || -> io::Result<()> {
        let path = std::path::absolute(path)?;
        let name = path.file_name().ok_or_else(|| io::Error::other("is not the name of a file"))?;
        let partial =
            path.with_file_name(format!(".{}.partial-{}", name.to_string_lossy(), std::process::id()));
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let done = fs::write(&partial, text).and_then(|()| fs::rename(&partial, &path));
        if done.is_err() {
            // The first error is told; that the rest cannot be removed either is no news.
            let _ = fs::remove_file(&partial);
        }
        done
    };
    write().map_err(|source| WriteError { path: path.to_path_buf(), source })
}

fn json_kind(kind: FindingKind, count: u64) -> JsonKind {
    JsonKind {
        kind: kind.code(),
        severity: kind.severity(),
        count,
        title: kind.title(),
        done: kind.done(),
        advice: kind.advice(),
    }
}

fn json_stop(stop: &Stop) -> JsonStop<'_> {
    let Stop { file, library, why, why_korean } = stop;
    JsonStop { file: file.as_deref(), library: library.as_deref(), why, why_korean }
}

fn json_file(file: &FileReport) -> JsonFile<'_> {
    JsonFile {
        file: &file.file,
        role: file.role.code(),
        format: &file.format,
        encoding: file.encoding(),
        columns: (file.columns.iter())
            .map(|column| JsonColumn { name: &column.name, meaning: column.meaning })
            .collect(),
        passed_over: &file.passed_over,
        library: file.library.as_deref(),
        list: &file.list,
        as_of: file.as_of.as_deref(),
        standing: file.standing.code(),
        why: file.standing.why(Language::English),
        why_korean: file.standing.why(Language::Korean),
        by_record: file.by_record,
        rows: file.rows,
        rejected: file.rejected,
        kinds: file.counts.iter().map(|(kind, &count)| (kind.code(), count)).collect(),
    }
}

fn json_finding<'a>(file: &'a FileReport, finding: &'a Finding) -> JsonFinding<'a> {
    JsonFinding {
        file: &file.file,
        line: (finding.line > 0 && !file.by_record).then_some(finding.line),
        record: (finding.line > 0 && file.by_record).then_some(finding.line),
        column: (!finding.column.is_empty()).then(|| file.name_in_file(finding.column)),
        kind: finding.kind.code(),
        severity: finding.kind.severity(),
        found: &finding.found,
        made: finding.made.as_deref(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_lies_beside_the_json() {
        assert_eq!(text_path(Path::new("a/report.json")), Path::new("a/report.txt"));
        assert_eq!(text_path(Path::new("report")), Path::new("report.txt"));
        assert_eq!(text_path(Path::new("report.txt")), Path::new("report.txt.txt"));
    }

    #[test]
    fn codes_are_distinct() {
        let mut codes: Vec<&str> = FindingKind::ALL.iter().map(|kind| kind.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), FindingKind::ALL.len());
    }
}
