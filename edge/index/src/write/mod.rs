//! The writer: lists, keys, records and columns into files.
//!
//! A finished file is named by its content until the whole generation is written and has a name.
//! Every writer takes a sink and hands it finished files as they fill, so an
//! index larger than memory can be written. Nothing here does I/O or knows what
//! a word is. The same calls give the same bytes.

mod alike;
mod availability;
mod choices;
mod columns;
mod dictionary;
mod isbns;
mod items;
mod libraries;
mod lists;
mod postings;
mod records;
mod shelf;
mod sink;
mod starts;
mod suggest;

pub use alike::AlikeWriter;
pub use availability::availability;
pub use choices::ChoicesWriter;
pub use columns::{ColumnsWriter, FacetValues};
pub use dictionary::DictionaryWriter;
pub use isbns::IsbnsWriter;
pub use items::ItemsWriter;
pub use libraries::libraries;
pub use postings::PostingsWriter;
pub use records::{NamesWriter, RecordsWriter};
pub use shelf::shelf;
pub use sink::Sink;
pub use suggest::SuggestWriter;

use xxhash_rust::xxh3::Xxh3;

use crate::file::{self, FileName, Kind, ORIGIN_BYTES, seal};
use crate::manifest::Manifest;

/// Stands for the generation that is being written, until its files tell its name.
pub const UNNAMED: [u8; ORIGIN_BYTES] = [0; ORIGIN_BYTES];

/// Seals a table of contents, whose name is the generation's: it is made of the table, in which the generation is called `own`,
/// and of the `contents` of its files ([`file::content_in`]) in their order.
#[must_use]
pub fn generation(
    manifest: &Manifest,
    own: [u8; ORIGIN_BYTES],
    contents: impl IntoIterator<Item = [u8; 16]>,
) -> (FileName, Vec<u8>) {
    let (_, mut file) = seal(Kind::Manifest, &manifest.encode(own), true);
    let mut hasher = Xxh3::new();
    for content in file::content_in(&file).into_iter().chain(contents) {
        hasher.update(&content);
    }
    let name = FileName::of_content(Kind::Manifest, hasher.digest128().to_be_bytes());
    file::place(&mut file, &name);
    (name, file)
}

/// Seals a table of contents of files that are still named by their content.
#[must_use]
pub fn manifest(manifest: &Manifest) -> (FileName, Vec<u8>) {
    generation(manifest, UNNAMED, [])
}
