//! The files of a catalogue in the order in which they are reported, each with its number.

use super::error::{Problem, WrongFile, WrongFiles};
use super::inputs::{self, Inputs};
use super::sink::SourceFile;
use crate::report::Role;

/// Numbers the files in the order in which they are reported.
pub(super) fn numbered(inputs: &Inputs) -> Result<Vec<SourceFile>, WrongFiles> {
    let roles = [
        (Role::Holdings, inputs.holdings.clone()),
        (Role::Records, inputs.records.clone()),
        (Role::Keywords, inputs.keywords.iter().cloned().collect()),
        (Role::Synonyms, inputs.synonyms.iter().cloned().collect()),
        (Role::Libraries, inputs.libraries.iter().cloned().collect()),
        (Role::Holidays, inputs.holidays.iter().cloned().collect()),
    ];
    let mut files = Vec::with_capacity(inputs.len());
    for (role, paths) in roles {
        for path in inputs::sorted(paths) {
            match u16::try_from(files.len()) {
                Ok(number) => {
                    let declared = inputs.declared.get(&path).cloned().unwrap_or_default();
                    files.push(SourceFile { number, path, role, declared });
                }
                Err(_) => return Err(WrongFiles(vec![WrongFile::new(&path, Problem::TooManyFiles)])),
            }
        }
    }
    Ok(files)
}
