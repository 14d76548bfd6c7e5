//! Reads a catalogue for which of its records are one book, and no further.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::door::read_file;
use super::error::WrongFiles;
use super::filesystem::FileSystem;
use super::inputs::Inputs;
use super::numbered::numbered;
use crate::catalogue::{Matched, Merge};
use crate::progress::Progress;
use crate::report::Role;

/// Reads the holdings and records of `inputs`, and matches them as a build does, the numbers of some taken away: of as many libraries in
/// a hundred as `without_isbn` says, taken evenly by name.
///
/// # Errors
/// Every file that is not what it should be.
pub fn matched(
    files: &dyn FileSystem,
    inputs: &Inputs,
    without_isbn: usize,
    progress: &dyn Progress,
) -> Result<Vec<Matched>, WrongFiles> {
    let sources = numbered(inputs)?;
    let merge = Mutex::new(Merge::new());
    let mut wrong = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for file in &sources {
        names.push(file.path.display().to_string());
        if matches!(file.role, Role::Holdings | Role::Records) {
            wrong.extend(read_file(files, file, &merge, progress).1.err());
        }
    }
    if !wrong.is_empty() {
        return Err(WrongFiles(wrong));
    }
    let merge = merge.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(merge.matched(&BTreeMap::new(), &names, |library| library * without_isbn % 100 < without_isbn))
}
