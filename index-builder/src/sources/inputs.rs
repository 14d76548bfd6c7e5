//! Selects the files to read: a catalogue folder or files by name.
//!
//! Opens none of them. Invariant: nothing is passed over in silence; what is not read is named.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use seoga_text::normal::nfc;

use super::encoding::Encoding;
use super::error::{Problem, WrongFile};

/// The configuration that a catalogue folder may hold.
pub const CONFIG_NAME: &str = "catalogue.toml";
/// Extensions of files in the folder `holdings`; which format each is in, its content says.
pub(super) const HOLDINGS: &[&str] = &["csv", "tsv", "xlsx", "gz", "zip"];
/// Extensions of files in the folder `records`.
pub(super) const RECORDS: &[&str] =
    &["jsonl", "ndjson", "json", "mrc", "marc", "iso2709", "xml", "csv", "tsv", "xlsx", "gz", "zip"];

/// The files a catalogue is read from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inputs {
    /// Lists of holdings, and other files whose books the library of their name holds.
    pub holdings: Vec<PathBuf>,
    /// Records, in any format that is read.
    pub records: Vec<PathBuf>,
    /// Where the libraries are.
    pub libraries: Option<PathBuf>,
    /// Public holidays.
    pub holidays: Option<PathBuf>,
    /// Keywords of books.
    pub keywords: Option<PathBuf>,
    /// Pairs of words that mean the same.
    pub synonyms: Option<PathBuf>,
    /// The configuration's declarations about some of the holdings and records.
    pub declared: BTreeMap<PathBuf, Declared>,
}

/// A configuration's declaration about a file; it stands above what the file itself suggests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declared {
    /// The library that holds everything in it.
    pub library: Option<String>,
    /// The encoding of its bytes.
    pub encoding: Option<Encoding>,
}

/// Files selected for reading, and those beside them that are left alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection<T> {
    /// The files to read.
    pub files: T,
    /// The files that lie there and are not read, sorted.
    pub left_alone: Vec<PathBuf>,
}

impl Inputs {
    /// Finds the files of a catalogue folder: `holdings/*` by [`HOLDINGS`], `records/*` by [`RECORDS`], `keywords.csv`,
    /// `synonyms.csv`, `libraries.csv`, `holidays.csv`, each if it is there.
    ///
    /// # Errors
    /// When the folder cannot be read, or holds neither holdings nor records.
    pub fn in_catalogue(folder: &Path) -> Result<Selection<Self>, WrongFile> {
        let mut selection = Selection::<Self>::default();
        for path in entries(folder)? {
            match (file_name(&path).as_str(), path.is_dir()) {
                ("holdings", true) => {
                    selection.files.holdings = with_extension(&path, HOLDINGS, &mut selection.left_alone)?;
                }
                ("records", true) => {
                    selection.files.records = with_extension(&path, RECORDS, &mut selection.left_alone)?;
                }
                ("libraries.csv", false) => selection.files.libraries = Some(path),
                ("holidays.csv", false) => selection.files.holidays = Some(path),
                ("keywords.csv", false) => selection.files.keywords = Some(path),
                ("synonyms.csv", false) => selection.files.synonyms = Some(path),
                _ => selection.left_alone.push(path),
            }
        }
        if selection.files.holdings.is_empty() && selection.files.records.is_empty() {
            return Err(WrongFile::new(folder, Problem::NothingToRead));
        }
        selection.left_alone.sort();
        Ok(selection)
    }

    /// Lists what lies in a catalogue folder, or in its folders `holdings` and `records`, and is not among these files.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn left_alone_in(&self, folder: &Path) -> Result<Vec<PathBuf>, WrongFile> {
        let single = self.single();
        let read: BTreeSet<&PathBuf> = self.holdings.iter().chain(&self.records).chain(single).collect();
        let mut left = Vec::new();
        for path in entries(folder)? {
            let name = file_name(&path);
            if path.is_dir() && matches!(name.as_str(), "holdings" | "records") {
                left.extend(entries(&path)?.into_iter().filter(|path| !read.contains(path)));
            } else if name != CONFIG_NAME && !read.iter().any(|file| file.starts_with(&path)) {
                left.push(path);
            }
        }
        Ok(left)
    }

    /// Counts the files.
    pub(crate) fn len(&self) -> usize {
        self.holdings.len() + self.records.len() + self.single().count()
    }

    /// Goes through the files that a catalogue has once at most.
    fn single(&self) -> impl Iterator<Item = &PathBuf> {
        [&self.libraries, &self.holidays, &self.keywords, &self.synonyms].into_iter().flatten()
    }
}

/// Finds holdings named one by one or by folder: of a folder those by [`HOLDINGS`].
///
/// # Errors
/// When a folder cannot be read or has none. A file that is missing shows when it is opened.
pub fn holdings(paths: &[PathBuf]) -> Result<Selection<Vec<PathBuf>>, WrongFile> {
    let mut selection = Selection::<Vec<PathBuf>>::default();
    for path in paths {
        if path.is_dir() {
            let files = with_extension(path, HOLDINGS, &mut selection.left_alone)?;
            if files.is_empty() {
                return Err(WrongFile::new(path, Problem::NothingToRead));
            }
            selection.files.extend(files);
        } else {
            selection.files.push(path.clone());
        }
    }
    selection.left_alone.sort();
    Ok(selection)
}

/// Sorts files into the order in which they are reported and numbered: by name, then by path.
pub(crate) fn sorted(mut paths: Vec<PathBuf>) -> Vec<PathBuf> {
    paths.sort_by_cached_key(|path| (file_name(path), path.clone()));
    paths.dedup();
    paths
}

/// Lists the files of a folder with one of these extensions; adds the others to `left_alone`.
pub(super) fn with_extension(
    folder: &Path,
    extensions: &[&str],
    left_alone: &mut Vec<PathBuf>,
) -> Result<Vec<PathBuf>, WrongFile> {
    let is_wanted = |path: &Path| {
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
        // macOS leaves `._name` beside files it copies to other disks.
        !path.is_dir()
            && !file_name(path).starts_with('.')
            && extension.is_some_and(|e| extensions.contains(&&*e))
    };
    let (wanted, others) = entries(folder)?.into_iter().partition(|path| is_wanted(path));
    left_alone.extend::<Vec<PathBuf>>(others);
    Ok(wanted)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, WrongFile> {
    let entries = fs::read_dir(folder).map_err(WrongFile::io(folder))?;
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .map_err(WrongFile::io(folder))?;
    paths.sort();
    Ok(paths)
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| nfc(&name.to_string_lossy()).into_owned()).unwrap_or_default()
}
