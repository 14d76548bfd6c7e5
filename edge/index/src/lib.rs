//! The index format, both ways.
//!
//! An index is a folder of small, immutable files, each named by the generation that wrote it first (see
//! `docs/INDEX_FORMAT.md`). This crate owns every byte of it: [`mod@file`] is the
//! one checked door, the other modules read what the door let through, and
//! [`mod@write`] (feature `write`) makes it all. It is not a search engine: it knows
//! keys, lists, blocks and columns, and no words.
//!
//! Invariant: no function here panics, whatever bytes it is given; damage is an
//! error that names the file.
//!
//! From the opening to the record of a book, by way of a posting list:
//! ```no_run
//! use seoga_index::block::Block;
//! use seoga_index::dictionary::Entry;
//! use seoga_index::file::Kind;
//! use seoga_index::key::{in_space, space};
//! use seoga_index::opening;
//! use seoga_index::postings::List;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // An index of 152 invented books, as the tests of the format have it.
//! let read = |name: &str| std::fs::read(format!("index/{name}"));
//! let (_, manifest) = opening::open(&read(opening::FILE_NAME)?)?;
//! let directory = &manifest.directory;
//! assert_eq!(manifest.documents, 152);
//!
//! let open = |kind: Kind, number: u32| -> Result<Block, Box<dyn std::error::Error>> {
//!     let name = manifest.file(kind, number).ok_or("no such file")?;
//!     Ok(Block::open(&name, read(&name.to_string())?)?)
//! };
//! let key = in_space(space::LANGUAGE, b"en");
//! let shard = open(Kind::Dictionary, directory.dictionary.find(&key).ok_or("no shard")?)?;
//! let Some(Entry::List { address, .. }) = shard.dictionary()?.get(&key)? else { panic!("no list") };
//!
//! let (number, first) = directory.postings.find(address).ok_or("no file")?;
//! let file = open(Kind::Postings, number)?;
//! let books = List::open(file.postings()?.list_at(address - first)?)?.postings()?;
//! assert_eq!(books.len(), 3);
//!
//! let doc = books[0].doc;
//! let (number, _) = directory.records.find(doc.into()).ok_or("no file")?;
//! let record = open(Kind::Records, number)?.records()?.get(doc, manifest.shared())?.ok_or("no record")?;
//! assert_eq!(record.publisher, "Tin Drum Press");
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]
#![warn(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr
)]

pub mod alike;
pub mod answers;
pub mod availability;
mod bit_stream;
mod bits;
pub mod block;
pub mod book_id;
pub mod bytes;
pub mod choices;
pub mod columns;
mod crc32c;
mod deflate;
mod df;
pub mod dictionary;
pub mod directory;
pub mod documents;
mod entry;
pub mod file;
mod file_name;
pub mod isbns;
pub mod items;
pub mod key;
mod key_table;
mod kind;
pub mod libraries;
pub mod limits;
mod list_files;
pub mod manifest;
pub mod names;
pub mod occurrences;
pub mod opening;
pub mod payload;
pub mod phrases;
pub mod pointer;
pub mod postings;
mod prefix_code;
pub mod record;
pub mod related;
pub mod shelf;
pub mod suggest;
mod values;
#[cfg(feature = "write")]
pub mod write;

/// A book's number in one index: 0 is the likeliest book. Dense, and good for
/// one generation only.
pub type DocId = u32;

/// The format's version, in every file's header. A reader refuses any other;
/// the remedy is to rebuild the index.
pub const FORMAT_VERSION: u8 = 2;
