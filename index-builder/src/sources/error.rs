//! A file that is not what it should be: the build ends, nothing is written.
//!
//! Not for rows (those go into the report). Invariant: each message says which file, what is wrong with it and
//! what to do about it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::foreign::Foreign;
use crate::report::{Report, Stop};

/// A wrong file.
#[derive(Debug)]
pub struct WrongFile {
    /// The file, as it was named to the program.
    pub path: PathBuf,
    /// The fault.
    pub problem: Problem,
}

/// A fault of a whole file.
#[derive(Debug)]
#[non_exhaustive]
pub enum Problem {
    /// It cannot be opened or read.
    Io(io::Error),
    /// It has no bytes, or nothing but blank lines.
    Empty,
    /// It has a header and no row.
    NoRows,
    /// It is in a format that is known by name and not read.
    OtherFormat(Foreign),
    /// It is XML of a kind that is not known; `root` is its first element.
    OtherXml {
        /// The name of the element.
        root: String,
    },
    /// It is an answer of an OAI-PMH service that tells of an error.
    OaiError {
        /// The code of the error, such as `noRecordsMatch`.
        code: String,
        /// The service's words.
        message: String,
    },
    /// It is an archive in which there is not exactly one file.
    NotOneInside {
        /// The first of their names.
        names: Vec<String>,
        /// How many there are.
        count: usize,
    },
    /// It is a workbook, or an archive within an archive, too large to be held in memory.
    TooLargeInside {
        /// Bytes that are held.
        most: u64,
    },
    /// Columns that must be there are not; `found` is the first line.
    MissingColumns {
        /// The names of the columns missing.
        missing: Vec<&'static str>,
        /// The names found.
        found: Vec<String>,
    },
    /// So many of its rows could not be decoded that it is no text in CP949 or UTF-8.
    Undecodable {
        /// Rows with bytes that are no characters.
        damaged: u64,
        /// All rows.
        rows: u64,
    },
    /// Nearly all of its rows or records are damaged; `most` is the commonest fault.
    Damaged {
        /// Rows that could not be read.
        unreadable: u64,
        /// All rows.
        rows: u64,
        /// The commonest fault, as the report names it.
        most: &'static str,
    },
    /// A folder in which there is no file to read.
    NothingToRead,
    /// Of all the rows in all files none made a book.
    NoBook {
        /// All rows.
        rows: u64,
        /// The commonest reason, as the report names it, and how many rows it holds for; nothing where no row was rejected.
        most: Option<(&'static str, u64)>,
    },
    /// It is read, but not in this role: records where a table of words or libraries is meant.
    NotATable {
        /// The format found.
        found: &'static str,
    },
    /// The name of the file does not say which library it belongs to.
    NamelessLibrary,
    /// More libraries than the index can number (65,534).
    TooManyLibraries,
    /// More files than the report can number (65,535).
    TooManyFiles,
    /// A configuration that says something that is not understood.
    BadConfig {
        /// The line, the first being 1; 0 when the whole file is meant.
        line: usize,
        /// The fault there.
        message: String,
    },
    /// None of its records is one of MARC.
    NotMarc {
        /// The fault of the first.
        first: String,
    },
    /// Its encoding cannot be told.
    EncodingUnknown,
    /// None of its lines is a choice as the service exports it.
    NotChoices {
        /// The fault of the first line.
        first: String,
    },
    /// None of its lines is a JSON object.
    NotJsonLines {
        /// The JSON parser's error on the first line.
        first: String,
    },
}

/// Every wrong file found in one run; never empty.
#[derive(Debug)]
pub struct WrongFiles(pub Vec<WrongFile>);

/// A reading that came to no catalogue.
#[derive(Debug)]
pub struct Refused {
    /// Every wrong file; empty where libraries lost too much.
    pub wrong: WrongFiles,
    /// Every library that lost too much of what the index before had.
    pub lost: Vec<Lost>,
    /// The findings in all files up to there.
    pub report: Report,
}

/// A library that has lost more than a fifth of its books since the index before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// The library.
    pub library: String,
    /// Books it had.
    pub before: u32,
    /// Books it has.
    pub now: u32,
}

impl WrongFile {
    pub(crate) fn new(path: &Path, problem: Problem) -> Self {
        Self { path: path.to_path_buf(), problem }
    }

    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        |error| Self::new(path, Problem::Io(error))
    }
}

impl Problem {
    /// No book came of all the rows that a report tells of.
    pub(super) fn no_book(report: &Report) -> Self {
        Self::NoBook {
            rows: report.files.iter().map(|file| file.rows).sum(),
            most: report.most_rejected().map(|(kind, count)| (kind.title(), count)),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "cannot be read: {error}"),
            Self::Empty => write!(f, "is empty; download it again, or take it away"),
            Self::NoRows => {
                write!(
                    f,
                    "has a header and no row; export it again, or take it away if the library holds nothing"
                )
            }
            Self::OtherFormat(foreign) => write!(f, "is {}; {}", foreign.name(), foreign.remedy()),
            Self::OtherXml { root } => write!(
                f,
                "is XML of a kind that is not read (<{root}>); export MARCXML, MODS, ONIX 3 or Dublin Core"
            ),
            Self::OaiError { code, message } => {
                write!(f, "is an OAI-PMH error, {code}")?;
                if !message.trim().is_empty() {
                    write!(f, " ({})", message.trim())?;
                }
                write!(f, "; ask the service again, with dates and a set that have records")
            }
            Self::NotOneInside { count: 0, .. } => {
                write!(f, "is an archive with no file in it; pack the list into it")
            }
            Self::NotOneInside { names, count } => write!(
                f,
                "is an archive of {count} files ({}); unpack it, or make an archive of each",
                listed(names)
            ),
            Self::TooLargeInside { most } => write!(
                f,
                "holds more than {} MiB that would have to be in memory at once; save it as CSV",
                most >> 20
            ),
            Self::MissingColumns { missing, found } => {
                write!(f, "has no column {}; its first line reads {}", listed(missing), listed(found))?;
                match found.as_slice() {
                    [one] if one.contains('|') => {
                        write!(f, ": the cells must be separated by commas")
                    }
                    _ => write!(f, ": the first line must name the columns"),
                }
            }
            Self::Undecodable { damaged, rows } => write!(
                f,
                "is neither UTF-8 nor CP949 text: {damaged} of {rows} rows hold bytes that are no characters; \
                 save it as UTF-8"
            ),
            Self::Damaged { unreadable, rows, most } => write!(
                f,
                "is damaged: {unreadable} of its {rows} rows cannot be read, mostly because of: {most}; export it again"
            ),
            Self::NothingToRead => {
                write!(
                    f,
                    "holds no holdings (holdings/*.csv, or *.csv) and no records (records/*.jsonl, *.mrc, *.xml)"
                )
            }
            Self::NoBook { rows, most: Some((most, count)) } => write!(
                f,
                "and any other files hold no book: {rows} rows were read, {count} of them rejected because of: {most}; \
                 --report FILE lists them"
            ),
            Self::NoBook { rows, most: None } => {
                write!(f, "and any other files hold no book: {rows} rows were read")
            }
            Self::NotATable { found } => {
                write!(
                    f,
                    "is {found}, and a table is meant here; give it as records (--records, or the folder records/)"
                )
            }
            Self::NamelessLibrary => {
                write!(
                    f,
                    "does not say whose holdings it lists; name it after the library, or add a column 도서관"
                )
            }
            Self::TooManyLibraries => write!(f, "brings the libraries to more than 65,534"),
            Self::TooManyFiles => write!(f, "is one of more than 65,535 files; join some"),
            Self::BadConfig { line: 0, message } => write!(f, "cannot be used: {message}"),
            Self::BadConfig { line, message } => write!(f, "line {line}: {message}"),
            Self::NotMarc { first } => {
                write!(f, "holds no MARC record, neither ISO 2709 nor MARCXML")?;
                if first.is_empty() { Ok(()) } else { write!(f, " (record 1: {first})") }
            }
            Self::EncodingUnknown => {
                f.write_str("is in an encoding that cannot be told; save or export it as UTF-8")
            }
            Self::NotChoices { first } => write!(
                f,
                "is no export of choices: no line is a JSON object with user_id, query_id, isbn13, query and \
                 chosen_at (line 1: {first})"
            ),
            Self::NotJsonLines { first } => {
                write!(f, "is not JSON Lines: no line is a JSON object with a title (line 1: {first})")
            }
        }
    }
}

impl fmt::Display for WrongFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.path.display(), self.problem)
    }
}

impl std::error::Error for WrongFile {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.problem {
            Problem::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for WrongFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, file) in self.0.iter().enumerate() {
            if n > 0 {
                writeln!(f)?;
            }
            write!(f, "{file}")?;
        }
        Ok(())
    }
}

impl std::error::Error for WrongFiles {}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { library, before, now } = self;
        write!(
            f,
            "refused: {library} has {now} books and had {before} in the index before, and no earlier file of it is here. Put \
             the whole list there, or, if it is as it should be, build once with --allow-loss '{library}'"
        )
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.wrong.fmt(f)?;
        for (n, lost) in self.lost.iter().enumerate() {
            if n > 0 {
                writeln!(f)?;
            }
            lost.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Refused {}

impl Refused {
    /// Refuses the build for further files that were read after all books.
    #[must_use]
    pub fn after(report: Report, wrong: WrongFiles) -> Self {
        Self { wrong, lost: Vec::new(), report }.told()
    }

    /// Enters into the report why there is no catalogue.
    pub(super) fn told(mut self) -> Self {
        let files = self.wrong.0.iter().map(|WrongFile { path, problem }| Stop {
            file: Some(path.display().to_string()),
            library: None,
            why: problem.to_string(),
            why_korean: problem.korean(),
        });
        let libraries = self.lost.iter().map(|lost| Stop {
            file: None,
            library: Some(lost.library.clone()),
            why: lost.to_string(),
            why_korean: lost.korean(),
        });
        self.report.stopped = files.chain(libraries).collect();
        self
    }
}

/// `A, B, C`, at most twenty names of at most forty characters.
fn listed(names: &[impl AsRef<str>]) -> String {
    let shown: Vec<String> =
        names.iter().take(20).map(|name| name.as_ref().chars().take(40).collect()).collect();
    shown.join(", ")
}
