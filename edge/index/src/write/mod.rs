//! The writer: lists, keys, records and columns into content-named files.
//!
//! Every writer takes a sink and hands it finished files as they fill, so an
//! index larger than memory can be written. Nothing here does I/O or knows what
//! a word is. The same calls give the same bytes.

mod alike;
mod choices;
mod columns;
mod dictionary;
mod isbns;
mod postings;
mod records;
mod shelf;
mod sink;
mod starts;
mod suggest;

pub use alike::AlikeWriter;
pub use choices::ChoicesWriter;
pub use columns::{ColumnsWriter, FacetValues};
pub use dictionary::DictionaryWriter;
pub use isbns::IsbnsWriter;
pub use postings::PostingsWriter;
pub use records::{NamesWriter, RecordsWriter};
pub use shelf::shelf;
pub use sink::Sink;
pub use suggest::SuggestWriter;

use crate::file::{FileName, Kind, seal};
use crate::manifest::Manifest;

/// Seals the manifest: its name begins the generation's.
#[must_use]
pub fn manifest(manifest: &Manifest) -> (FileName, Vec<u8>) {
    seal(Kind::Manifest, &manifest.encode(), true)
}
