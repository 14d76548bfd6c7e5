//! The table of contents of one generation.
//!
//! Payload: strings `name` and `built`, `u8 flags` (1 invented sample),
//! `varint documents`; then, each behind a varint count: libraries (name, code,
//! address, homepage as strings, empty for none; latitude and longitude as
//! `u32` microdegrees + 180 000 000, 0 for none; `varint books`; `varint
//! address` of its postings list and `u8` its df class), class numbers
//! (strings), synonym groups (`varint n` and n strings). Then per file kind of
//! [`Directory`] order the files: `varint n`, and for each `varint` key length
//! and key (dictionaries, suggestions) or `varint` distance of its first
//! address, document or number from the one before, and ten bytes of hash.
//! Where something was learned from choices, or the index has a shelf, there
//! follows: a keyed directory of those files, `block` filter, and a list of
//! picks (see [`crate::choices`]), then the directory of shelf files.

use crate::bytes::{Bytes, Damaged};
use crate::choices::{Filter, Learned, read_picks};
use crate::file::{self, FileName, Kind, OpenError};

/// A library, as the pages show it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Library {
    /// Its name, unique.
    pub name: String,
    /// Its code in the national list, or empty.
    pub code: String,
    /// Its address, or empty.
    pub address: String,
    /// Its homepage, or empty.
    pub homepage: String,
    /// Latitude and longitude in millionths of a degree.
    pub place: Option<(i32, i32)>,
    /// Books it holds.
    pub books: u32,
    /// Where the list of its books lies.
    pub postings: u64,
    /// The df class of that list (see [`crate::dictionary::df_class`]).
    pub df_class: u8,
}

/// The files of a kind that are found by a key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyedFiles {
    files: Vec<(Vec<u8>, FileName)>,
}

impl KeyedFiles {
    /// Takes files with the first key of each, ascending.
    #[must_use]
    pub fn new(files: Vec<(Vec<u8>, FileName)>) -> Self {
        Self { files }
    }

    /// The number of the file whose range holds `key`.
    #[must_use]
    pub fn find(&self, key: &[u8]) -> Option<u32> {
        let after = self.files.partition_point(|(first, _)| first.as_slice() <= key);
        after.checked_sub(1).map(|number| number as u32)
    }

    /// The first key of a file.
    #[must_use]
    pub fn first_key(&self, number: u32) -> Option<&[u8]> {
        self.files.get(number as usize).map(|(first, _)| first.as_slice())
    }

    /// The numbers of the files that may hold keys from `from` (inclusive) to
    /// `to` (exclusive).
    #[must_use]
    pub fn between(&self, from: &[u8], to: Option<&[u8]>) -> std::ops::Range<u32> {
        let start = self.find(from).unwrap_or(0);
        let end = match to {
            Some(to) => self.files.partition_point(|(first, _)| first.as_slice() < to),
            None => self.files.len(),
        };
        start..(end as u32).max(start)
    }

    /// The name of a file.
    #[must_use]
    pub fn name(&self, number: u32) -> Option<FileName> {
        self.files.get(number as usize).map(|(_, name)| *name)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// The first key of each.
    pub fn starts(&self) -> impl Iterator<Item = &[u8]> {
        self.files.iter().map(|(first, _)| first.as_slice())
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// The files of a kind that are found by a position (address, document, number).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlacedFiles {
    files: Vec<(u64, FileName)>,
}

impl PlacedFiles {
    /// Takes files with the first position of each, ascending.
    #[must_use]
    pub fn new(files: Vec<(u64, FileName)>) -> Self {
        Self { files }
    }

    /// The number of the file that holds a position, and the position it
    /// begins at.
    #[must_use]
    pub fn find(&self, position: u64) -> Option<(u32, u64)> {
        let after = self.files.partition_point(|(first, _)| *first <= position);
        let number = after.checked_sub(1)?;
        self.files.get(number).map(|(first, _)| (number as u32, *first))
    }

    /// The positions that the file of a position holds.
    #[must_use]
    pub fn range(&self, position: u64) -> Option<std::ops::Range<u64>> {
        let (number, first) = self.find(position)?;
        Some(first..self.files.get(number as usize + 1).map_or(u64::MAX, |(next, _)| *next))
    }

    /// The name of a file.
    #[must_use]
    pub fn name(&self, number: u32) -> Option<FileName> {
        self.files.get(number as usize).map(|(_, name)| *name)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// The first position of each.
    pub fn starts(&self) -> impl Iterator<Item = u64> {
        self.files.iter().map(|(first, _)| *first)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// Every file of a generation but the manifest itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    /// Term dictionary, by first key.
    pub dictionary: KeyedFiles,
    /// Reversed terms, by first key.
    pub reversed: KeyedFiles,
    /// Suggestions, by first key.
    pub suggest: KeyedFiles,
    /// Postings, by first address.
    pub postings: PlacedFiles,
    /// Records, by first document.
    pub records: PlacedFiles,
    /// Facet columns, by first document.
    pub facets: PlacedFiles,
    /// Sort columns, by first document.
    pub order: PlacedFiles,
    /// Names, by first number.
    pub names: PlacedFiles,
    /// Books like each, by first document; none in an index that does not say.
    pub alike: PlacedFiles,
    /// Neighbours on the shelf, by first document; none in an index that does not say.
    pub shelf: PlacedFiles,
    /// What visitors picked, by first hash of a query.
    pub choices: KeyedFiles,
}

/// The table of contents.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Manifest {
    /// What the catalogue is called, or empty.
    pub name: String,
    /// The date of the newest record, `YYYY-MM-DD`, or empty: an index knows no other time.
    pub built: String,
    /// Whether the catalogue is an invented sample.
    pub invented: bool,
    /// How many books there are.
    pub documents: u32,
    /// The libraries, by name.
    pub libraries: Vec<Library>,
    /// Class numbers that occur, ascending; a facet row counts into them.
    pub classes: Vec<String>,
    /// Groups of words that mean the same (folded).
    pub synonyms: Vec<Vec<String>>,
    /// The files.
    pub directory: Directory,
    /// What was learned from choices, nothing where none were given.
    pub learned: Learned,
}

impl Manifest {
    /// Opens a manifest file.
    ///
    /// # Errors
    /// Any [`OpenError`].
    pub fn open(name: &FileName, file: &[u8]) -> Result<Self, OpenError> {
        let payload = file::open(Kind::Manifest, Some(name), file)?;
        Ok(Self::read(&mut Bytes::new(&payload)).ok_or(Damaged("manifest"))?)
    }

    /// The name of any file of the index.
    #[must_use]
    pub fn file(&self, kind: Kind, number: u32) -> Option<FileName> {
        let files = &self.directory;
        match kind {
            Kind::Manifest => None,
            Kind::Dictionary => files.dictionary.name(number),
            Kind::Reversed => files.reversed.name(number),
            Kind::Suggest => files.suggest.name(number),
            Kind::Postings => files.postings.name(number),
            Kind::Records => files.records.name(number),
            Kind::Facets => files.facets.name(number),
            Kind::Order => files.order.name(number),
            Kind::Names => files.names.name(number),
            Kind::Alike => files.alike.name(number),
            Kind::Shelf => files.shelf.name(number),
            Kind::Choices => files.choices.name(number),
        }
    }

    /// The names of all files but the manifest, kind by kind.
    #[must_use]
    pub fn files(&self) -> Vec<FileName> {
        let files = &self.directory;
        let keyed = [&files.dictionary, &files.reversed, &files.suggest, &files.choices];
        let placed = [
            &files.postings,
            &files.records,
            &files.facets,
            &files.order,
            &files.names,
            &files.alike,
            &files.shelf,
        ];
        let keyed = keyed.into_iter().flat_map(|list| list.files.iter().map(|(_, name)| *name));
        keyed.chain(placed.into_iter().flat_map(|list| list.files.iter().map(|(_, name)| *name))).collect()
    }

    /// The number of a library.
    #[must_use]
    pub fn library(&self, name: &str) -> Option<u16> {
        self.libraries.iter().position(|library| library.name == name).map(|number| number as u16)
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        let mut manifest = Manifest {
            name: bytes.str()?.to_owned(),
            built: bytes.str()?.to_owned(),
            invented: bytes.u8()? & 1 == 1,
            documents: bytes.varint32()?,
            ..Manifest::default()
        };
        for _ in 0..bytes.len()? {
            manifest.libraries.push(Library {
                name: bytes.str()?.to_owned(),
                code: bytes.str()?.to_owned(),
                address: bytes.str()?.to_owned(),
                homepage: bytes.str()?.to_owned(),
                place: match (bytes.u32()?, bytes.u32()?) {
                    (0, _) => None,
                    (lat, lon) => Some((degrees(lat), degrees(lon))),
                },
                books: bytes.varint32()?,
                postings: bytes.varint()?,
                df_class: bytes.u8()?,
            });
        }
        for _ in 0..bytes.len()? {
            manifest.classes.push(bytes.str()?.to_owned());
        }
        for _ in 0..bytes.len()? {
            let mut group = Vec::new();
            for _ in 0..bytes.len()? {
                group.push(bytes.str()?.to_owned());
            }
            manifest.synonyms.push(group);
        }
        manifest.directory = Directory {
            dictionary: keyed(bytes, Kind::Dictionary)?,
            reversed: keyed(bytes, Kind::Reversed)?,
            suggest: keyed(bytes, Kind::Suggest)?,
            postings: placed(bytes, Kind::Postings)?,
            records: placed(bytes, Kind::Records)?,
            facets: placed(bytes, Kind::Facets)?,
            order: placed(bytes, Kind::Order)?,
            names: placed(bytes, Kind::Names)?,
            alike: placed(bytes, Kind::Alike)?,
            shelf: PlacedFiles::default(),
            choices: KeyedFiles::default(),
        };
        if !bytes.is_empty() {
            manifest.directory.choices = keyed(bytes, Kind::Choices)?;
            manifest.learned =
                Learned { filter: Filter::new(bytes.block()?.to_vec()), prior: read_picks(bytes)? };
        }
        if !bytes.is_empty() {
            manifest.directory.shelf = placed(bytes, Kind::Shelf)?;
        }
        Some(manifest)
    }

    /// The payload.
    #[cfg(feature = "write")]
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        use crate::bytes::{put_block, put_str, put_varint};
        let mut out = Vec::new();
        put_str(&mut out, &self.name);
        put_str(&mut out, &self.built);
        out.push(u8::from(self.invented));
        put_varint(&mut out, self.documents.into());
        put_varint(&mut out, self.libraries.len() as u64);
        for library in &self.libraries {
            for text in [&library.name, &library.code, &library.address, &library.homepage] {
                put_str(&mut out, text);
            }
            let (lat, lon) =
                library.place.map_or((0, 0), |(lat, lon)| (microdegrees(lat), microdegrees(lon)));
            out.extend_from_slice(&lat.to_le_bytes());
            out.extend_from_slice(&lon.to_le_bytes());
            put_varint(&mut out, library.books.into());
            put_varint(&mut out, library.postings);
            out.push(library.df_class);
        }
        put_varint(&mut out, self.classes.len() as u64);
        self.classes.iter().for_each(|class| put_str(&mut out, class));
        put_varint(&mut out, self.synonyms.len() as u64);
        for group in &self.synonyms {
            put_varint(&mut out, group.len() as u64);
            group.iter().for_each(|word| put_str(&mut out, word));
        }
        let files = &self.directory;
        for list in [&files.dictionary, &files.reversed, &files.suggest] {
            put_keyed(&mut out, list);
        }
        for list in [&files.postings, &files.records, &files.facets, &files.order, &files.names, &files.alike]
        {
            put_placed(&mut out, list);
        }
        if !files.choices.is_empty() || !files.shelf.is_empty() || self.learned != Learned::default() {
            put_keyed(&mut out, &files.choices);
            put_block(&mut out, self.learned.filter.bits());
            crate::choices::put_picks(&mut out, &self.learned.prior);
        }
        if !files.shelf.is_empty() {
            put_placed(&mut out, &files.shelf);
        }
        out
    }
}

const HALF_TURN: i32 = 180_000_000;

fn degrees(stored: u32) -> i32 {
    i32::try_from(stored).unwrap_or(HALF_TURN).saturating_sub(HALF_TURN)
}

#[cfg(feature = "write")]
fn microdegrees(degrees: i32) -> u32 {
    u32::try_from(degrees.saturating_add(HALF_TURN)).unwrap_or(0)
}

#[cfg(feature = "write")]
fn put_keyed(out: &mut Vec<u8>, list: &KeyedFiles) {
    use crate::bytes::{put_block, put_varint};
    put_varint(out, list.files.len() as u64);
    for (first, name) in &list.files {
        put_block(out, first);
        out.extend_from_slice(&name.hash);
    }
}

#[cfg(feature = "write")]
fn put_placed(out: &mut Vec<u8>, list: &PlacedFiles) {
    use crate::bytes::put_varint;
    put_varint(out, list.files.len() as u64);
    let mut previous = 0;
    for (first, name) in &list.files {
        put_varint(out, first.saturating_sub(previous));
        out.extend_from_slice(&name.hash);
        previous = *first;
    }
}

fn hash(bytes: &mut Bytes<'_>, kind: Kind) -> Option<FileName> {
    Some(FileName { kind, hash: bytes.take(10)?.try_into().ok()? })
}

fn keyed(bytes: &mut Bytes<'_>, kind: Kind) -> Option<KeyedFiles> {
    let mut files = Vec::new();
    for _ in 0..bytes.len()? {
        files.push((bytes.block()?.to_vec(), hash(bytes, kind)?));
    }
    Some(KeyedFiles { files })
}

fn placed(bytes: &mut Bytes<'_>, kind: Kind) -> Option<PlacedFiles> {
    let mut files = Vec::new();
    let mut first = 0u64;
    for _ in 0..bytes.len()? {
        first = first.checked_add(bytes.varint()?)?;
        files.push((first, hash(bytes, kind)?));
    }
    Some(PlacedFiles { files })
}
