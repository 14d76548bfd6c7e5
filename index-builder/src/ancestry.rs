//! Reads from an earlier index which ids its books had.
//!
//! What becomes of them, `catalogue` decides. Changes nothing.

use std::path::Path;

use rayon::prelude::*;
use seoga_index::block::Block;
use seoga_index::file::Kind;
use seoga_index::isbns::BookNumber;
use seoga_index::record::Record;

use crate::catalogue::{Ancestor, Date, Told};
use crate::local::{self, LocalIndex, ToolError};

/// The contents of one file, as far as they are asked for.
enum Contents {
    Books(Vec<Ancestor>),
    Numbers(Vec<BookNumber>),
}

/// Reads the books of the generation in force of an index in a folder, as far as ids are handed on.
///
/// # Errors
/// [`ToolError`] when a file of it is missing, damaged, or of another version of the format.
pub fn ancestors(folder: &Path) -> Result<Vec<Ancestor>, ToolError> {
    let index = LocalIndex::open(folder, 0)?;
    let manifest = &index.manifest;
    let libraries: Vec<&str> = manifest.libraries.iter().map(|library| library.name.as_str()).collect();
    let read = |name| -> Result<Option<Contents>, ToolError> {
        let (block, _) = local::open(folder, name)?;
        Ok(match block {
            Block::Records(records) => {
                let records = records.all(manifest.shared()).map_err(|source| ToolError::Open {
                    path: folder.join(name.to_string()),
                    source: source.into(),
                })?;
                Some(Contents::Books(records.iter().map(|record| ancestor(record, &libraries)).collect()))
            }
            Block::Isbns(numbers) => Some(Contents::Numbers(numbers.iter().collect())),
            _ => None,
        })
    };
    let is_asked = |kind| matches!(kind, Kind::Records | Kind::Isbns);
    let names: Vec<_> = manifest.files().into_iter().filter(|name| is_asked(name.kind)).collect();
    let files: Vec<Option<Contents>> = names.par_iter().map(read).collect::<Result<_, _>>()?;
    let (mut ancestors, mut numbers) = (Vec::new(), Vec::new());
    // Files of records come in the order of the documents.
    for file in files.into_iter().flatten() {
        match file {
            Contents::Books(books) => ancestors.extend(books),
            Contents::Numbers(more) => numbers.extend(more),
        }
    }
    for number in numbers.into_iter().filter(|number| !number.own) {
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
