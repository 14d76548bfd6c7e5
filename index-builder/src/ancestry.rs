//! Reads from an earlier index which ids its books had.
//!
//! The `catalogue` decides who has them now. Changes nothing.

use std::path::Path;

use seoga_index::bytes::Damaged;
use seoga_index::file::Kind;
use seoga_index::isbns::BookNumber;
use seoga_index::record::Record;

use crate::catalogue::{Ancestor, Date, Told};
use crate::local::{self, LocalIndex, ToolError};

/// Reads the books of the generation in force of an index in a folder, as far as ids are handed on.
///
/// # Errors
/// [`ToolError`] when a file of it is missing, damaged, or of another version of the format.
pub fn ancestors(folder: &Path) -> Result<Vec<Ancestor>, ToolError> {
    let index = LocalIndex::open(folder, 0)?;
    let manifest = &index.manifest;
    let libraries: Vec<&str> = manifest.libraries.iter().map(|library| library.name.as_str()).collect();
    let mut ancestors = index.records(|record| ancestor(record, &libraries))?;
    let names = manifest.files().into_iter().filter(|name| name.kind == Kind::Isbns);
    let numbers = names.map(|name| -> Result<Vec<BookNumber>, ToolError> {
        let (block, _) = local::open(folder, &name)?;
        let damaged =
            |source: Damaged| ToolError::Open { path: folder.join(name.to_string()), source: source.into() };
        Ok(block.isbns().map_err(damaged)?.iter().collect())
    });
    let numbers: Vec<Vec<BookNumber>> = numbers.collect::<Result<_, _>>()?;
    for number in numbers.into_iter().flatten().filter(|number| !number.own) {
        if let Some(ancestor) = ancestors.get_mut(number.doc as usize) {
            ancestor.leads.push(number.id);
        }
    }
    Ok(ancestors)
}

fn ancestor(record: &Record, libraries: &[&str]) -> Ancestor {
    let day = |days: Option<u16>| days.and_then(|days| Date::from_days_since_1970(days.into()));
    let held = || record.holdings.iter().map(|holding| (holding.library, day(holding.registered)));
    let told = record.id.isbn13().is_none().then(|| {
        let name = |place: u16| libraries.get(usize::from(place)).copied().unwrap_or_default().to_owned();
        Box::new(Told {
            title: record.title.clone(),
            authors: record.authors.clone(),
            publisher: record.publisher.clone(),
            volume: record.volume.clone().unwrap_or_default(),
            year: record.year.unwrap_or(0),
            holdings: held().map(|(library, day)| (name(library), day)).collect(),
        })
    });
    Ancestor { id: record.id, leads: Vec::new(), registered: held().filter_map(|held| held.1).min(), told }
}
