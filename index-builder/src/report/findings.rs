//! The findings of each file: all counted, examples kept.
//!
//! Not how they are written down. Invariant: reading a file in parts gives the report that reading it whole gives.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::kind::{FindingKind, Severity};

/// How many findings of one kind are kept in full for one file. All are counted.
pub const EXAMPLES: u64 = 100;
/// Examples kept of white space: nearly half of all rows end in a blank, and nobody needs to see them all.
const EXAMPLES_OF_WHITE_SPACE: u64 = 5;

/// How many findings of a kind are kept for one file.
fn examples(kind: FindingKind) -> u64 {
    if kind == FindingKind::WhiteSpace { EXAMPLES_OF_WHITE_SPACE } else { EXAMPLES }
}

/// Findings in all files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The files read: holdings, records, keywords, synonyms, libraries, choices; by name within each.
    pub files: Vec<FileReport>,
    /// Why there is no catalogue; empty where there is one.
    pub stopped: Vec<Stop>,
}

/// A reason for which a build came to no catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// The wrong file, as it was named to the program; nothing where a library is meant.
    pub file: Option<String>,
    /// The library that lost too much; nothing where a file is meant.
    pub library: Option<String>,
    /// The fault and the remedy, in English.
    pub why: String,
    /// That in Korean.
    pub why_korean: String,
}

/// Findings in one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileReport {
    /// The file, as it was named to the program.
    pub file: String,
    /// The role it was read in.
    pub role: Role,
    /// The format its content shows, and the wrappings around it: `CSV`, `CSV in gzip`. Empty where none was recognised.
    pub format: String,
    /// How its bytes were read, by the names of encodings: several where each record has its own.
    pub encodings: BTreeSet<&'static str>,
    /// The columns that were used, as the file names them.
    pub columns: Vec<ColumnUse>,
    /// The columns, and the sheets of a workbook, that were not read.
    pub passed_over: Vec<String>,
    /// Its rows are records and counted as such; [`Finding::line`] is a record's place in the file.
    pub by_record: bool,
    /// The library the file is named after, when no column says which.
    pub library: Option<String>,
    /// The list it is a snapshot of: its name without the month. Empty where files have no months.
    pub list: String,
    /// The month or day of its data, as `2026-11` or `2026-11-15`, where its name or the time of its upload says.
    pub as_of: Option<String>,
    /// Whether it was read, or which other file of its list stands.
    pub standing: FileStanding,
    /// Rows that held something, header not counted.
    pub rows: u64,
    /// Rows not in the catalogue.
    pub rejected: u64,
    /// How many findings of each kind.
    pub counts: BTreeMap<FindingKind, u64>,
    /// The findings kept in full, by line.
    pub findings: Vec<Finding>,
}

/// A column of a file and the meaning it was read in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnUse {
    /// Its name in the file.
    pub name: String,
    /// The usual name of such a column, which [`Finding::column`] has.
    pub meaning: &'static str,
}

/// The fate of a whole file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum FileStanding {
    /// It is in the catalogue.
    #[default]
    Taken,
    /// A later file of the same list stands in its place.
    Superseded {
        /// The month or day of that one, where it has one.
        by: Option<String>,
    },
    /// It came last, and the file before it stands all the same.
    Refused(Refusal),
}

/// A reason not to take the last file of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A library would lose more than a fifth of its rows.
    Fewer {
        /// The library.
        library: String,
        /// Its usable rows in the file that stands.
        before: u64,
        /// Its usable rows in this one.
        now: u64,
    },
    /// The month in its name lies a year or more ahead.
    MonthAhead,
}

/// The role of a file in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Role {
    /// Who holds which books (정보나루 CSV).
    #[default]
    Holdings,
    /// Bibliographic records (JSON Lines, MARC).
    Records,
    /// Keywords of books.
    Keywords,
    /// Pairs of words that mean the same.
    Synonyms,
    /// Where the libraries are.
    Libraries,
    /// Public holidays.
    Holidays,
    /// Picks of visitors.
    Choices,
    /// Whether copies are on loan.
    Loans,
}

/// One thing found in one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Line (or record, see [`FileReport::by_record`]) in the file, the first being 1; 0 when the whole file is meant.
    pub line: u32,
    /// The column's name in the file, or empty when the whole row is meant.
    pub column: &'static str,
    /// The kind of finding.
    pub kind: FindingKind,
    /// The text of the cell, shortened.
    pub found: String,
    /// The text it was replaced by, when the kind alone does not say.
    pub made: Option<String>,
}

impl FileReport {
    /// A report on a file of which nothing has been read yet.
    pub(crate) fn new(file: String, role: Role) -> Self {
        Self { file, role, ..Self::default() }
    }

    /// Returns the name that the file itself gives a column; for one that it does not name, the usual one.
    pub fn name_in_file(&self, column: &'static str) -> &str {
        let own = self.columns.iter().find(|own| own.meaning == column);
        own.map_or(column, |own| own.name.as_str())
    }

    /// Counts a finding, and keeps it while there are few of its kind. `found` and `made` are asked only then.
    pub(crate) fn add(
        &mut self,
        line: u32,
        column: &'static str,
        kind: FindingKind,
        found: impl FnOnce() -> String,
        made: impl FnOnce() -> Option<String>,
    ) {
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        if *count <= examples(kind) {
            self.findings.push(Finding { line, column, kind, found: shortened(&found()), made: made() });
        }
    }

    /// Says how some of its records were read.
    pub(crate) fn read_as(&mut self, encoding: &'static str) {
        self.encodings.insert(encoding);
    }

    /// Names its encodings: `CP949, UTF-8`; UTF-8 where nothing but ASCII was read.
    pub(crate) fn encoding(&self) -> String {
        match self.encodings.is_empty() {
            true => "UTF-8".to_owned(),
            false => self.encodings.iter().copied().collect::<Vec<_>>().join(", "),
        }
    }

    /// Adds what was found further down in the same file.
    pub(crate) fn absorb(&mut self, later: Self) {
        self.rows += later.rows;
        self.rejected += later.rejected;
        self.encodings.extend(later.encodings);
        self.library = self.library.take().or(later.library);
        // Both sides keep min(count, examples) findings of a kind, and so does their union.
        let mut room: BTreeMap<FindingKind, u64> = BTreeMap::new();
        for finding in later.findings {
            let counted = self.counts.get(&finding.kind).copied().unwrap_or(0);
            let left = room.entry(finding.kind).or_insert(examples(finding.kind).saturating_sub(counted));
            if *left > 0 {
                *left -= 1;
                self.findings.push(finding);
            }
        }
        for (kind, count) in later.counts {
            *self.counts.entry(kind).or_default() += count;
        }
    }

    /// Puts the findings in the order of the lines.
    pub(crate) fn sort(&mut self) {
        self.findings.sort_by(|a, b| (a.line, a.kind, a.column).cmp(&(b.line, b.kind, b.column)));
    }
}

impl Report {
    /// How many findings of each kind over all files.
    pub fn counts(&self) -> BTreeMap<FindingKind, u64> {
        let mut counts = BTreeMap::new();
        for (&kind, count) in self.files.iter().flat_map(|file| &file.counts) {
            *counts.entry(kind).or_default() += count;
        }
        counts
    }

    /// How many findings of one kind over all files.
    pub fn count(&self, kind: FindingKind) -> u64 {
        self.files.iter().filter_map(|file| file.counts.get(&kind)).sum()
    }

    /// The commonest reason for which rows were rejected, and how many; `None` where none was.
    pub fn most_rejected(&self) -> Option<(FindingKind, u64)> {
        let counts = self.counts();
        let rejected = counts.into_iter().filter(|(kind, _)| kind.severity() == Severity::Rejected);
        rejected.max_by_key(|&(kind, count)| (count, Reverse(kind)))
    }

    /// Rows read and rows rejected, over the files of a role.
    pub fn rows(&self, role: Role) -> (u64, u64) {
        let files = self.files.iter().filter(|file| file.role == role);
        files.fold((0, 0), |(rows, rejected), file| (rows + file.rows, rejected + file.rejected))
    }
}

/// At most 120 characters of a cell.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 120;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(lines: std::ops::Range<u32>) -> FileReport {
        let mut report = FileReport::new("가.csv".to_owned(), Role::Holdings);
        for line in lines {
            report.add(line, "ISBN", FindingKind::IsbnMissing, || line.to_string(), || None);
        }
        report
    }

    #[test]
    fn every_finding_is_counted_and_the_first_are_kept() {
        let whole = found(0..1_000);
        assert_eq!(whole.counts[&FindingKind::IsbnMissing], 1_000);
        assert_eq!(whole.findings.len() as u64, EXAMPLES);
        for cut in [0, 1, 50, EXAMPLES as u32, EXAMPLES as u32 + 1, 999] {
            let mut parts = found(0..cut);
            parts.absorb(found(cut..1_000));
            assert_eq!(parts, whole, "read in two parts, cut at {cut}");
        }
    }

    #[test]
    fn long_cells_are_shortened_between_characters() {
        assert_eq!(shortened("가"), "가");
        assert_eq!(shortened(&"가".repeat(200)).chars().count(), 121);
    }
}
