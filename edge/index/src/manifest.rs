//! The table of contents of one generation.
//!
//! Layout: "The manifest" in `docs/INDEX_FORMAT.md`.

use crate::availability;
use crate::bytes::{Bytes, Damaged};
use crate::choices::{Filter, Learned, read_picks};
use crate::deflate;
pub use crate::directory::{KeyedFiles, PlacedFiles};
use crate::file::{self, FileName, Kind, ORIGIN_BYTES, OpenError};
pub use crate::list_files::ListFiles;
use crate::phrases::{MOST_PHRASES, Phrases};
use crate::record::Shared;

/// A library, as far as every answer needs it; the rest is in [`crate::libraries`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Library {
    /// Its name, unique.
    pub name: String,
    /// Its name in Latin letters, or empty.
    pub romanised: String,
    /// Books it holds.
    pub books: u32,
    /// Where the list of its books lies.
    pub postings: u64,
    /// The df class of that list (see [`crate::dictionary::df_class`]).
    pub df_class: u8,
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
    /// Book numbers, by their first twelve digits.
    pub isbns: PlacedFiles,
    /// Names, by first number.
    pub names: PlacedFiles,
    /// Books like each, by first document; none in an index that does not say.
    pub alike: PlacedFiles,
    /// The shelf, by first document and place; none in an index that does not say.
    pub shelf: PlacedFiles,
    /// Where copies stand, by first document; none in an index that does not say.
    pub items: PlacedFiles,
    /// The keywords of documents, by first document; none in an index that does not say.
    pub subjects: PlacedFiles,
    /// Details of libraries, by first number.
    pub libraries: PlacedFiles,
    /// The picks of visitors, by first hash of a query.
    pub choices: KeyedFiles,
    /// Postings once more, by key; empty in an index that does not say.
    pub lists: ListFiles,
    /// Compiled answers, by the place of the first in the manifest's list of their questions.
    pub answers: PlacedFiles,
}

impl Directory {
    /// Gives the directories that every manifest has, in their order; choices, the shelf, items and subjects come after, where there are any.
    fn always(&self) -> ([&KeyedFiles; 3], [&PlacedFiles; 8]) {
        (
            [&self.dictionary, &self.reversed, &self.suggest],
            [
                &self.postings,
                &self.records,
                &self.facets,
                &self.names,
                &self.isbns,
                &self.alike,
                &self.answers,
                &self.libraries,
            ],
        )
    }
}

#[cfg(feature = "write")]
impl Directory {
    /// Lists the generations whose files these are, `own` first, then in the order in which files of theirs come.
    fn origins(&self, own: [u8; ORIGIN_BYTES]) -> Vec<[u8; ORIGIN_BYTES]> {
        let (keyed, placed) = self.always();
        let keyed = keyed.into_iter().chain([&self.choices]).flat_map(KeyedFiles::origins);
        let placed = placed
            .into_iter()
            .chain([&self.shelf, &self.items, &self.subjects])
            .flat_map(PlacedFiles::origins);
        let mut origins = vec![own];
        let mut seen = std::collections::BTreeSet::from([own]);
        origins.extend(keyed.chain(placed).filter(|origin| seen.insert(*origin)));
        origins
    }

    /// Names all files anew, each in its place in the list of its kind.
    #[must_use]
    pub fn renamed(self, mut name: impl FnMut((u32, FileName)) -> FileName) -> Self {
        Self {
            dictionary: self.dictionary.renamed(&mut name),
            reversed: self.reversed.renamed(&mut name),
            suggest: self.suggest.renamed(&mut name),
            choices: self.choices.renamed(&mut name),
            postings: self.postings.renamed(&mut name),
            records: self.records.renamed(&mut name),
            facets: self.facets.renamed(&mut name),
            names: self.names.renamed(&mut name),
            isbns: self.isbns.renamed(&mut name),
            alike: self.alike.renamed(&mut name),
            shelf: self.shelf.renamed(&mut name),
            items: self.items.renamed(&mut name),
            subjects: self.subjects.renamed(&mut name),
            lists: self.lists,
            answers: self.answers.renamed(&mut name),
            libraries: self.libraries.renamed(&mut name),
        }
    }
}

/// Bytes of the phrases and their code at most, unpacked.
const PHRASES_END: usize = 4 * MOST_PHRASES;

/// The table of contents.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Manifest {
    /// The name of the catalogue, or empty.
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
    /// Phrases that the texts of records are made of; none where there are no records.
    pub phrases: Phrases,
    /// The files.
    pub directory: Directory,
    /// The picks learned from choices; empty where none were given.
    pub learned: Learned,
    /// The hashes of the questions whose answers are compiled, ascending.
    pub answered: Vec<u32>,
    /// The overlay of loans that is in force over this generation. No part of the file: whoever read a pointer sets it.
    pub availability: Option<[u8; ORIGIN_BYTES]>,
}

impl Manifest {
    /// Gives what records are read with.
    #[must_use]
    pub fn shared(&self) -> Shared<'_> {
        Shared { phrases: &self.phrases, classes: &self.classes }
    }

    /// Opens a manifest file.
    ///
    /// # Errors
    /// Any [`OpenError`].
    pub fn open(name: &FileName, file: &[u8]) -> Result<Self, OpenError> {
        if name.kind != Kind::Manifest {
            return Err(OpenError::WrongKind { got: name.kind as u8 });
        }
        let (got, payload) = file::open_borrowed(name.kind, file)?;
        if got != *name {
            return Err(OpenError::Swapped { got });
        }
        Ok(Self::read(&mut Bytes::new(&payload), name.origin).ok_or(Damaged("manifest"))?)
    }

    /// Names the file of a kind and number.
    #[must_use]
    pub fn file(&self, kind: Kind, number: u32) -> Option<FileName> {
        let files = &self.directory;
        match kind {
            Kind::Manifest | Kind::Opening => None,
            Kind::Availability => self.availability.map(|overlay| availability::file(overlay, number)),
            Kind::Dictionary => files.dictionary.name(number),
            Kind::Reversed => files.reversed.name(number),
            Kind::Suggest => files.suggest.name(number),
            Kind::Postings => files.postings.name(number),
            Kind::Records => files.records.name(number),
            Kind::Facets => files.facets.name(number),
            Kind::Names => files.names.name(number),
            Kind::Isbns => files.isbns.name(number),
            Kind::Alike => files.alike.name(number),
            Kind::Shelf => files.shelf.name(number),
            Kind::Items => files.items.name(number),
            Kind::Subjects => files.subjects.name(number),
            Kind::Answers => files.answers.name(number),
            Kind::Libraries => files.libraries.name(number),
            Kind::Choices => files.choices.name(number),
        }
    }

    /// Lists the names of all files but the manifest, kind by kind.
    #[must_use]
    pub fn files(&self) -> Vec<FileName> {
        let files = &self.directory;
        let (keyed, placed) = files.always();
        let keyed = keyed.into_iter().chain([&files.choices]);
        let placed = placed.into_iter().chain([&files.shelf, &files.items, &files.subjects]);
        let keyed = keyed.flat_map(|list| (0..).map_while(|number| list.name(number)));
        keyed.chain(placed.flat_map(|list| (0..).map_while(|number| list.name(number)))).collect()
    }

    /// Finds the number of a library by its name.
    #[must_use]
    pub fn library(&self, name: &str) -> Option<u16> {
        self.libraries.iter().position(|library| library.name == name).map(|number| number as u16)
    }

    /// Reads the payload of the table of contents of the generation `own`.
    pub(crate) fn read(bytes: &mut Bytes<'_>, own: [u8; ORIGIN_BYTES]) -> Option<Self> {
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
                romanised: bytes.str()?.to_owned(),
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
        manifest.phrases = match bytes.len()? {
            0 => Phrases::default(),
            length if length <= PHRASES_END => Phrases::read(&deflate::unpack(bytes.block()?, length)?)?,
            _ => return None,
        };
        let mut origins = vec![own];
        for _ in 0..bytes.len()? {
            origins.push(bytes.take(ORIGIN_BYTES)?.try_into().ok()?);
        }
        manifest.directory = Directory {
            dictionary: KeyedFiles::read(bytes, Kind::Dictionary, &origins)?,
            reversed: KeyedFiles::read(bytes, Kind::Reversed, &origins)?,
            suggest: KeyedFiles::read(bytes, Kind::Suggest, &origins)?,
            postings: PlacedFiles::read(bytes, Kind::Postings, &origins)?,
            records: PlacedFiles::read(bytes, Kind::Records, &origins)?,
            facets: PlacedFiles::read(bytes, Kind::Facets, &origins)?,
            names: PlacedFiles::read(bytes, Kind::Names, &origins)?,
            isbns: PlacedFiles::read(bytes, Kind::Isbns, &origins)?,
            alike: PlacedFiles::read(bytes, Kind::Alike, &origins)?,
            answers: PlacedFiles::read(bytes, Kind::Answers, &origins)?,
            libraries: PlacedFiles::read(bytes, Kind::Libraries, &origins)?,
            lists: ListFiles::read(bytes)?,
            shelf: PlacedFiles::default(),
            items: PlacedFiles::default(),
            subjects: PlacedFiles::default(),
            choices: KeyedFiles::default(),
        };
        let mut answered = 0u32;
        for _ in 0..bytes.len()? {
            answered = answered.checked_add(bytes.varint32()?)?;
            manifest.answered.push(answered);
        }
        if !bytes.is_empty() {
            manifest.directory.choices = KeyedFiles::read(bytes, Kind::Choices, &origins)?;
            manifest.learned =
                Learned { filter: Filter::new(bytes.block()?.to_vec()), prior: read_picks(bytes)? };
        }
        if !bytes.is_empty() {
            manifest.directory.shelf = PlacedFiles::read(bytes, Kind::Shelf, &origins)?;
        }
        if !bytes.is_empty() {
            manifest.directory.items = PlacedFiles::read(bytes, Kind::Items, &origins)?;
        }
        if !bytes.is_empty() {
            manifest.directory.subjects = PlacedFiles::read(bytes, Kind::Subjects, &origins)?;
        }
        Some(manifest)
    }

    /// Encodes the payload of the table of contents of the generation `own`.
    #[cfg(feature = "write")]
    #[must_use]
    pub(crate) fn encode(&self, own: [u8; ORIGIN_BYTES]) -> Vec<u8> {
        use crate::bytes::{put_block, put_str, put_varint};
        let mut out = Vec::new();
        put_str(&mut out, &self.name);
        put_str(&mut out, &self.built);
        out.push(u8::from(self.invented));
        put_varint(&mut out, self.documents.into());
        put_varint(&mut out, self.libraries.len() as u64);
        for library in &self.libraries {
            put_str(&mut out, &library.name);
            put_str(&mut out, &library.romanised);
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
        let phrases = if self.phrases.is_empty() { Vec::new() } else { self.phrases.encode() };
        put_varint(&mut out, phrases.len() as u64);
        if !phrases.is_empty() {
            put_block(&mut out, &miniz_oxide::deflate::compress_to_vec(&phrases, 9));
        }
        let files = &self.directory;
        let origins = files.origins(own);
        put_varint(&mut out, origins.len().saturating_sub(1) as u64);
        origins.iter().skip(1).for_each(|origin| out.extend_from_slice(origin));
        let (keyed, placed) = files.always();
        keyed.into_iter().for_each(|list| list.put(&mut out, &origins));
        placed.into_iter().for_each(|list| list.put(&mut out, &origins));
        files.lists.put(&mut out);
        put_varint(&mut out, self.answered.len() as u64);
        let before = std::iter::once(0).chain(self.answered.iter().copied());
        let steps = self.answered.iter().zip(before).map(|(hash, before)| hash.saturating_sub(before));
        steps.for_each(|step| put_varint(&mut out, step.into()));
        let places = [&files.shelf, &files.items, &files.subjects].iter().any(|list| !list.is_empty());
        if !files.choices.is_empty() || places || self.learned != Learned::default() {
            files.choices.put(&mut out, &origins);
            put_block(&mut out, self.learned.filter.bits());
            crate::choices::put_picks(&mut out, &self.learned.prior);
        }
        if places {
            files.shelf.put(&mut out, &origins);
        }
        if !files.items.is_empty() || !files.subjects.is_empty() {
            files.items.put(&mut out, &origins);
        }
        if !files.subjects.is_empty() {
            files.subjects.put(&mut out, &origins);
        }
        out
    }
}
