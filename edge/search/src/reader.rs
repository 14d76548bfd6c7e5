//! Reads an index through a store, and remembers what was not at hand.
//!
//! Look-ups answer as if an absent block were empty and note it as missing; a
//! stage runs to its end, and if anything was missing its result is thrown
//! away and everything missing is asked for in one round.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::sync::Arc;

use seoga_index::DocId;
use seoga_index::alike::Alike;
use seoga_index::availability::{Availability, Contents, State, states_file};
use seoga_index::block::Block;
use seoga_index::book_id::BookId;
use seoga_index::bytes::Damaged;
use seoga_index::choices::{Pick, file_key};
use seoga_index::columns::FacetRow;
use seoga_index::dictionary::{Automaton, Dictionary, Entry};
use seoga_index::file::Kind;
use seoga_index::isbns::position;
use seoga_index::items::Item;
use seoga_index::key::after_prefix;
use seoga_index::limits::LARGE_INDEX_DOCUMENTS;
use seoga_index::manifest::Manifest;
use seoga_index::record::Record;
use seoga_index::shelf::Shelf;

use crate::step::{SearchError, Step};
use crate::store::{FileId, Store};
use crate::told::ToldLibraries;

/// A view of an index for one stage.
pub(crate) struct Reader<'a> {
    pub(crate) manifest: &'a Manifest,
    store: &'a dyn Store,
    missing: RefCell<BTreeSet<FileId>>,
    touched: RefCell<BTreeSet<FileId>>,
    damaged: RefCell<Option<SearchError>>,
    /// Keys visited by ranges and automata.
    pub(crate) keys: Cell<u32>,
    /// Postings decoded.
    pub(crate) postings: Cell<u32>,
    /// Whether more expansions existed than were taken.
    pub(crate) truncated: Cell<bool>,
}

impl<'a> Reader<'a> {
    /// Begins a stage; nothing is missing yet.
    pub(crate) fn new(manifest: &'a Manifest, store: &'a dyn Store) -> Self {
        Self {
            manifest,
            store,
            missing: RefCell::default(),
            touched: RefCell::default(),
            damaged: RefCell::default(),
            keys: Cell::new(0),
            postings: Cell::new(0),
            truncated: Cell::new(false),
        }
    }

    /// Limits the files of a kind that are read, where those of a small index would be `files`.
    pub(crate) fn files_at_most(&self, files: usize) -> usize {
        if self.is_large() { files.div_ceil(2) } else { files }
    }

    /// Tells whether what a small index has in one file lies in several.
    pub(crate) fn is_large(&self) -> bool {
        self.manifest.documents > LARGE_INDEX_DOCUMENTS
    }

    /// Ends the stage: the files that were missing, if any, or the error.
    pub(crate) fn finish(self) -> Result<Vec<FileId>, SearchError> {
        match self.damaged.into_inner() {
            Some(error) => Err(error),
            None => Ok(self.missing.into_inner().into_iter().collect()),
        }
    }

    /// Ends a look-up: its answer, or the files that were missing.
    pub(crate) fn answer<T>(self, answer: T) -> Result<Step<T>, SearchError> {
        let missing = self.finish()?;
        Ok(if missing.is_empty() { Step::Done(answer) } else { Step::Need(missing) })
    }

    /// Lists the files looked into so far, found or not.
    pub(crate) fn touched(&self) -> BTreeSet<FileId> {
        self.touched.borrow().clone()
    }

    /// Tells whether any file looked into so far was not at hand: what was read as unknown
    /// may be known.
    pub(crate) fn lacks(&self) -> bool {
        !self.missing.borrow().is_empty()
    }

    /// Notes a file as wanted, and gives it if it is at hand.
    pub(crate) fn block(&self, kind: Kind, number: u32) -> Option<Arc<Block>> {
        let file = FileId { kind, number };
        self.touched.borrow_mut().insert(file);
        let block = self.store.get(file);
        if block.is_none() {
            self.missing.borrow_mut().insert(file);
        }
        block
    }

    /// Has what `read` looks into fetched in this round, though nothing of it is needed before the next.
    pub(crate) fn prefetch<T>(&self, read: impl FnOnce(&Self) -> T) {
        drop(read(self));
    }

    /// Notes a file as wanted, and reads it if it is at hand; one that cannot be read, or is of another kind, is damage.
    pub(crate) fn read<T>(
        &self,
        kind: Kind,
        number: u32,
        read: impl FnOnce(&Block) -> Result<T, Damaged>,
    ) -> Option<T> {
        let block = self.block(kind, number)?;
        read(&block).map_err(|damaged| self.damage(kind, number, damaged)).ok()
    }

    /// Notes that a file is malformed: the stage ends with an error.
    pub(crate) fn damage(&self, kind: Kind, number: u32, damaged: Damaged) {
        let file = Some(FileId { kind, number });
        self.damaged.borrow_mut().get_or_insert(SearchError { file, damaged });
    }

    /// Looks a key of the term dictionary up.
    pub(crate) fn get(&self, key: &[u8]) -> Option<Entry> {
        let number = self.manifest.directory.dictionary.find(key)?;
        self.read(Kind::Dictionary, number, |block| block.dictionary()?.get(key))?
    }

    /// Has the shard of the term dictionary fetched in this round that holds a key or would.
    pub(crate) fn foresee_shard(&self, key: &[u8]) {
        if let Some(number) = self.manifest.directory.dictionary.find(key) {
            self.prefetch(|reader| reader.block(Kind::Dictionary, number));
        }
    }

    /// Tells whether a file need not be fetched.
    pub(crate) fn is_at_hand(&self, kind: Kind, number: u32) -> bool {
        self.store.get(FileId { kind, number }).is_some()
    }

    /// Does something of which alone [`Reader::shards_read`] tells meanwhile.
    pub(crate) fn apart<T>(&self, what: impl FnOnce() -> T) -> T {
        let before = self.touched.take();
        let done = what();
        self.touched.borrow_mut().extend(before);
        done
    }

    /// Counts the shards of the dictionary, both ways, that were looked into so far.
    pub(crate) fn shards_read(&self) -> usize {
        let touched = self.touched.borrow();
        touched.iter().filter(|file| matches!(file.kind, Kind::Dictionary | Kind::Reversed)).count()
    }

    /// Counts the shards of the term dictionary that may hold keys of a range.
    pub(crate) fn shards(&self, from: &[u8], to: Option<&[u8]>) -> usize {
        self.manifest.directory.dictionary.between(from, to).len()
    }

    /// Visits the keys of a range in at most `most` shards.
    pub(crate) fn range(
        &self,
        from: &[u8],
        to: Option<&[u8]>,
        most: usize,
        each: &mut dyn FnMut(&[u8], Entry) -> bool,
    ) {
        let mut go = true;
        self.each_shard(Kind::Dictionary, from, to, most, &mut |shard| {
            if !go {
                return Ok(());
            }
            shard.range(from, to, &mut |key, entry| {
                self.keys.set(self.keys.get() + 1);
                go = each(key, entry);
                go
            })
        });
    }

    /// Visits the keys of a range that an automaton accepts, in at most `most` shards.
    #[expect(clippy::type_complexity, reason = "a visitor reads best where it is taken")]
    pub(crate) fn search<A: Automaton>(
        &self,
        kind: Kind,
        automaton: &A,
        from: &[u8],
        to: Option<&[u8]>,
        most: usize,
        each: &mut dyn FnMut(&[u8], &A::State, Entry),
    ) {
        self.each_shard(kind, from, to, most, &mut |shard| {
            shard.search(automaton, from, to, &mut |key, state, entry| {
                self.keys.set(self.keys.get() + 1);
                each(key, state, entry);
                true
            })
        });
    }

    /// Visits the keys of a key's namespace that an automaton accepts, in the one shard that holds the key or would.
    pub(crate) fn search_around<A: Automaton>(
        &self,
        key: &[u8],
        automaton: &A,
        each: &mut dyn FnMut(&[u8], Entry),
    ) {
        let Some(number) = self.manifest.directory.dictionary.find(key) else { return };
        let space = key.get(..1).unwrap_or_default();
        self.read(Kind::Dictionary, number, |block| {
            block.dictionary()?.search(
                automaton,
                space,
                after_prefix(space).as_deref(),
                &mut |key, _, entry| {
                    self.keys.set(self.keys.get() + 1);
                    each(key, entry);
                    true
                },
            )
        });
    }

    /// Visits the shards that may hold keys of a range.
    fn each_shard(
        &self,
        kind: Kind,
        from: &[u8],
        to: Option<&[u8]>,
        most: usize,
        each: &mut dyn FnMut(&Dictionary) -> Result<(), Damaged>,
    ) {
        let files = match kind {
            Kind::Reversed => &self.manifest.directory.reversed,
            _ => &self.manifest.directory.dictionary,
        };
        for number in files.between(from, to).take(most) {
            self.read(kind, number, |block| each(block.dictionary()?));
        }
    }

    /// Decodes the record of a document.
    pub(crate) fn record(&self, doc: DocId) -> Option<Record> {
        let (number, _) = self.manifest.directory.records.find(doc.into())?;
        let shared = self.manifest.shared();
        self.read(Kind::Records, number, |block| block.records()?.get(doc, shared))?
    }

    /// Decodes the record of a document with what is known of its copies.
    pub(crate) fn record_now(&self, doc: DocId) -> Option<Record> {
        // The file of states in the same round as that of records.
        self.prefetch_states(doc);
        let mut record = self.record(doc)?;
        self.add_states(doc, &mut record);
        Some(record)
    }

    /// Has the files fetched in this round that say what is known of a document's copies, where anything is of any.
    pub(crate) fn prefetch_states(&self, doc: DocId) {
        if self.manifest.availability.is_some() {
            self.prefetch(|reader| reader.block(Kind::Availability, 0));
            self.prefetch(|reader| reader.block(Kind::Availability, states_file(doc)));
        }
    }

    /// Says in a record what is known of its copies.
    pub(crate) fn add_states(&self, doc: DocId, record: &mut Record) {
        if self.manifest.availability.is_none() {
            return;
        }
        let held: Vec<usize> = record.holdings.iter().map(|holding| holding.library.into()).collect();
        let days = self.contents(|contents| {
            held.iter().map(|library| contents.days.get(*library).copied().flatten()).collect::<Vec<_>>()
        });
        let states = self.read(Kind::Availability, states_file(doc), |block| match block.availability()? {
            Availability::States(states) => states.get(doc, held.len()),
            _ => Err(Damaged("states of documents")),
        });
        let known = states.unwrap_or_default().into_iter().zip(days.unwrap_or_default());
        for (holding, (state, day)) in record.holdings.iter_mut().zip(known) {
            (holding.state, holding.as_of) = (state, day.filter(|_| state != State::Unknown));
        }
    }

    /// Gives the table of contents of the overlay of loans to `read`, where there is one at hand.
    fn contents<T>(&self, read: impl FnOnce(&Contents) -> T) -> Option<T> {
        self.manifest.availability?;
        self.read(Kind::Availability, 0, |block| match block.availability()? {
            Availability::Contents(contents) => Ok(read(contents)),
            _ => Err(Damaged("table of contents of availability")),
        })
    }

    /// Reads the table of contents of the overlay of loans, where there is one.
    pub(crate) fn loans(&self) -> Option<Contents> {
        self.contents(Contents::clone)
    }

    /// Gives the bits of a library's shelf, or of that of all libraries together, to `read`, if its file is at hand.
    pub(crate) fn shelf_now(&self, contents: &Contents, library: u32, read: &mut dyn FnMut(&[u8])) {
        let Some(number) = contents.shelves_file(library) else { return };
        self.read(Kind::Availability, number, |block| match block.availability()? {
            Availability::Shelves(shelves) => {
                read(shelves.of(library));
                Ok(())
            }
            _ => Err(Damaged("shelves of libraries")),
        });
    }

    /// Has the file of a document's record fetched in this round; the record is not decoded.
    pub(crate) fn prefetch_record(&self, doc: DocId) {
        if let Some((number, _)) = self.manifest.directory.records.find(doc.into()) {
            self.prefetch(|reader| reader.block(Kind::Records, number));
        }
    }

    /// Gives the facets of documents of one column file to `read`, if it is at hand.
    pub(crate) fn facets(&self, docs: &[DocId], read: &mut dyn FnMut(DocId, FacetRow<'_>)) {
        let first = docs.first().and_then(|doc| self.manifest.directory.facets.find((*doc).into()));
        if let Some((number, _)) = first {
            self.read(Kind::Facets, number, |block| {
                let columns = block.facets()?;
                docs.iter()
                    .filter_map(|doc| Some((*doc, columns.get(*doc)?)))
                    .for_each(|(doc, row)| read(doc, row));
                Ok(())
            });
        }
    }

    /// Reads the prior of the query with this hash; no file is read for a query
    /// that the manifest's filter does not know.
    pub(crate) fn query_prior(&self, hash: u64) -> Vec<Pick> {
        if !self.manifest.learned.filter.may_hold(hash) {
            return Vec::new();
        }
        let number = self.manifest.directory.choices.find(&file_key(hash));
        let picks = |number| self.read(Kind::Choices, number, |block| Ok(block.choices()?.get(hash)));
        number.and_then(picks).unwrap_or_default()
    }

    /// Reads the books like a document.
    pub(crate) fn more_like_this(&self, doc: DocId) -> Option<Alike> {
        let (number, _) = self.manifest.directory.alike.find(doc.into())?;
        self.read(Kind::Alike, number, |block| Ok(block.alike()?.get(doc)))?
    }

    /// Reads the order by call number, in the file of a document or of a place.
    pub(crate) fn call_numbers(&self, of: u32, read: impl Fn(&Shelf) -> Option<u32>) -> Option<u32> {
        let (number, _) = self.manifest.directory.shelf.find(of.into())?;
        self.read(Kind::Shelf, number, |block| Ok(read(block.shelf()?)))?
    }

    /// Reads where the copies of a document stand.
    pub(crate) fn items(&self, doc: DocId) -> Vec<Item> {
        let file = self.manifest.directory.items.find(doc.into());
        let read = |(file, _)| self.read(Kind::Items, file, |block| Ok(block.items()?.get(doc)));
        file.and_then(read).unwrap_or_default()
    }

    /// Reads the keywords of a document, best first.
    pub(crate) fn subjects(&self, doc: DocId) -> Vec<String> {
        let file = self.manifest.directory.subjects.find(doc.into());
        let words = |block: &Block| {
            let words = block.names()?.get(doc).unwrap_or_default();
            Ok(words.lines().map(str::to_owned).collect())
        };
        file.and_then(|(file, _)| self.read(Kind::Subjects, file, words)).unwrap_or_default()
    }

    /// Reads what is told of libraries, and the holidays.
    pub(crate) fn told(&self, numbers: impl IntoIterator<Item = u16>) -> ToldLibraries {
        let mut told = ToldLibraries::default();
        for number in numbers {
            let file = self.manifest.directory.libraries.find(number.into());
            let read = |(file, _)| {
                self.read(Kind::Libraries, file, |block| {
                    let libraries = block.libraries()?;
                    let days =
                        if told.holidays.is_empty() { libraries.holidays().to_vec() } else { Vec::new() };
                    Ok((libraries.get(number).cloned().unwrap_or_default(), days))
                })
            };
            if let Some((details, holidays)) = file.and_then(read) {
                told.libraries.push((number, details));
                told.holidays.extend(holidays);
            }
        }
        told
    }

    /// Finds the document that a book number leads to: the one whose id it is, else the first.
    pub(crate) fn numbered(&self, id: BookId) -> Option<DocId> {
        self.all_numbered(id).first().copied()
    }

    /// Finds every document that a book number leads to, the one whose id it is first.
    pub(crate) fn all_numbered(&self, id: BookId) -> Vec<DocId> {
        let file = self.manifest.directory.isbns.find(position(id));
        let read = |(file, _)| self.read(Kind::Isbns, file, |block| Ok(block.isbns()?.all(id).collect()));
        file.and_then(read).unwrap_or_default()
    }

    /// Lists the ids of books in a file of book numbers.
    pub(crate) fn ids(&self, file: u32) -> Vec<BookId> {
        let own = |block: &Block| {
            let numbers = block.isbns()?.iter().filter(|number| number.own);
            Ok(numbers.map(|number| number.id).collect())
        };
        self.read(Kind::Isbns, file, own).unwrap_or_default()
    }

    /// Reads a publisher's name.
    pub(crate) fn name(&self, number: u32) -> Option<String> {
        let (file, _) = self.manifest.directory.names.find(number.into())?;
        self.read(Kind::Names, file, |block| Ok(block.names()?.get(number).map(str::to_owned)))?
    }
}
