//! Walks the books by the day on which their records changed, for programs that copy a catalogue: page by page, and from
//! a day on only what is new since.
//!
//! The days are lists of the dictionary ([`space::CHANGED`]), books that left are keys of it ([`space::GONE`]). Invariant: what
//! changes while a walk is under way gets a later day, so it is met further on; nothing is passed over.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use seoga_index::DocId;
use seoga_index::book_id::BookId;
use seoga_index::dictionary::Entry;
use seoga_index::key::space;
use seoga_index::manifest::Manifest;
use seoga_index::record::Record;

use crate::docset::{DocSet, Gathering};
use crate::postings::Payloads;
use crate::reader::Reader;
use crate::step::{Machine, SearchError, Step};
use crate::store::Store;

/// Shards of the dictionary that name the days, and of those that name the books that left.
const SHARDS: usize = 4;
/// Lists of days that are fetched in one round.
const DAYS: usize = 16;
/// Files of records that a page is read from; it ends before one more.
const RECORD_FILES: usize = 24;

/// A day, in days since 1970-01-01.
pub type ChangeDay = u16;

/// Encodes the key of the list of books whose records last changed on a day.
#[must_use]
pub fn changed_key(day: ChangeDay) -> Vec<u8> {
    let [high, low] = day.to_be_bytes();
    vec![space::CHANGED, high, low]
}

/// Encodes the key that says that a book left on a day.
#[must_use]
pub fn gone_key(day: ChangeDay, id: BookId) -> Vec<u8> {
    let mut key = vec![space::GONE];
    key.extend(day.to_be_bytes());
    key.extend(id.bits().to_be_bytes());
    key
}

/// Reads the day of a key that [`changed_key`] wrote.
fn changed_day(key: &[u8]) -> Option<ChangeDay> {
    match key {
        [space::CHANGED, high, low] => Some(u16::from_be_bytes([*high, *low])),
        _ => None,
    }
}

/// Reads a key that [`gone_key`] wrote.
fn gone_book(key: &[u8]) -> Option<(ChangeDay, BookId)> {
    let rest = key.strip_prefix(&[space::GONE])?;
    let (day, bits) = rest.split_first_chunk::<2>()?;
    Some((u16::from_be_bytes(*day), BookId::from_bits(u64::from_be_bytes(bits.try_into().ok()?))?))
}

/// A place in the walk: those of one day are the books that changed on it, by document, then those that left on it, by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The day.
    pub day: ChangeDay,
    /// The book.
    pub book: WalkedBook,
}

/// A book in the walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WalkedBook {
    /// One of the index.
    Here(DocId),
    /// One that left.
    Gone(BookId),
}

/// The part of the walk that is asked for.
#[derive(Debug, Clone, Default)]
pub struct HarvestRequest {
    /// Days before this one are not walked.
    pub from: ChangeDay,
    /// Days after this one are not walked.
    pub until: Option<ChangeDay>,
    /// Books that this library does not hold are passed over, and so are all that left.
    pub library: Option<u16>,
    /// The walk goes on behind this place, at which this book stood; where another stands there now, from the day's first
    /// book on.
    pub after: Option<(Place, BookId)>,
    /// Books given at most.
    pub most: usize,
}

/// A page of the walk.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Harvested {
    /// The books with their days, in the order of the walk; of one that left the id alone.
    pub books: Vec<(ChangeDay, HarvestedBook)>,
    /// The place of the last of them and its id, where more follow.
    pub next: Option<(Place, BookId)>,
    /// The earliest day of the walk, whatever is asked.
    pub earliest: Option<ChangeDay>,
}

/// A book as a harvester gets it.
#[derive(Debug, Clone, PartialEq)]
pub enum HarvestedBook {
    /// One of the index.
    Here(Box<Record>),
    /// One that left.
    Gone(BookId),
}

/// Walks one page.
#[derive(Debug)]
pub struct Harvest {
    manifest: Arc<Manifest>,
    request: HarvestRequest,
}

/// The part of the walk that is asked for, as far as the index has it.
struct Walk<'a> {
    manifest: &'a Manifest,
    request: &'a HarvestRequest,
    after: Option<Place>,
}

impl Harvest {
    /// Begins to walk.
    #[must_use]
    pub fn new(manifest: Arc<Manifest>, request: HarvestRequest) -> Self {
        Self { manifest, request }
    }

    /// Finds the place behind which the walk goes on.
    fn after(&self, reader: &Reader<'_>) -> Option<Place> {
        let (place, id) = self.request.after?;
        match place.book {
            WalkedBook::Here(doc) if reader.record(doc).is_some_and(|record| record.id != id) => {
                let before = place.day.checked_sub(1)?;
                Some(Place { day: before, book: WalkedBook::Gone(BookId::LAST) })
            }
            _ => Some(place),
        }
    }
}

impl Walk<'_> {
    /// The days of the part asked for, each with its list, if one has it.
    fn days(&self, reader: &Reader<'_>) -> (BTreeMap<ChangeDay, Option<Entry>>, Option<ChangeDay>) {
        let first = self.first_day();
        let mut earliest = None;
        let mut days = BTreeMap::new();
        let until = self.request.until.unwrap_or(ChangeDay::MAX);
        reader.range(&[space::CHANGED], Some(&[space::CHANGED + 1]), SHARDS, &mut |key, entry| {
            let Some(day) = changed_day(key) else { return true };
            earliest.get_or_insert(day);
            if (first..=until).contains(&day) {
                days.insert(day, Some(entry));
            }
            true
        });
        if self.request.library.is_none() {
            let from = self.first_gone();
            let mut most = self.request.most + 1;
            reader.range(&from, Some(&[space::GONE + 1]), SHARDS, &mut |key, _| {
                match gone_book(key) {
                    Some((day, _)) if day <= until => drop(days.entry(day).or_default()),
                    _ => return false,
                }
                most -= 1;
                most > 0
            });
        }
        (days, earliest)
    }

    fn first_day(&self) -> ChangeDay {
        self.after.map_or(self.request.from, |place| place.day.max(self.request.from))
    }

    /// The first key of a book that left and may be walked.
    fn first_gone(&self) -> Vec<u8> {
        match self.after {
            Some(Place { day, book: WalkedBook::Gone(id) }) if day >= self.request.from => {
                let mut key = gone_key(day, id);
                key.push(0);
                key
            }
            _ => [[space::GONE].as_slice(), &self.first_day().to_be_bytes()].concat(),
        }
    }

    /// Those that left on a day, from the place asked for on.
    fn gone(&self, reader: &Reader<'_>, day: ChangeDay, most: usize, into: &mut Vec<Place>) {
        if self.request.library.is_some() {
            return;
        }
        let from = self.first_gone().max(gone_key(day, BookId::isbn(0)));
        reader.range(&from, Some(&[space::GONE + 1]), SHARDS, &mut |key, _| match gone_book(key) {
            Some((of, id)) if of == day && into.len() < most => {
                into.push(Place { day, book: WalkedBook::Gone(id) });
                true
            }
            _ => false,
        });
    }

    /// The first books of a day's list that the walk has not come to, so many at most, those of the library alone.
    fn here(
        &self,
        reader: &Reader<'_>,
        (day, entry): (ChangeDay, Entry),
        held: Option<&DocSet>,
        most: usize,
    ) -> Vec<DocId> {
        let mut listed = Gathering::new(self.manifest.documents);
        reader.gather(entry, &mut listed);
        let mut docs = listed.finish();
        if let Some(held) = held {
            docs.intersect(held);
        }
        let from = match self.after {
            Some(Place { day: last, book }) if last == day => match book {
                WalkedBook::Here(doc) => doc.saturating_add(1),
                WalkedBook::Gone(_) => DocId::MAX,
            },
            _ => 0,
        };
        docs.from(from, most)
    }

    /// The places of a page and one more.
    fn places(&self, reader: &Reader<'_>, days: &BTreeMap<ChangeDay, Option<Entry>>) -> Vec<Place> {
        let wanted = self.request.most + 1;
        let held = self.request.library.map(|number| {
            let mut held = Gathering::new(self.manifest.documents);
            reader.held_by(number).into_iter().for_each(|entry| reader.gather(entry, &mut held));
            held.finish()
        });
        let mut places = Vec::new();
        let mut fetched = 0;
        for (&day, entry) in days {
            if places.len() >= wanted || (reader.lacks() && fetched == 0) {
                break;
            }
            if fetched == 0 {
                // The lists of the next days, in one round.
                fetched = DAYS;
                let next = days.range(day..).take(DAYS).filter_map(|(_, entry)| *entry);
                next.for_each(|entry| reader.touch(entry, Payloads::None));
            }
            fetched -= 1;
            if let Some(entry) = entry {
                let docs = self.here(reader, (day, *entry), held.as_ref(), wanted - places.len());
                places.extend(docs.into_iter().map(|doc| Place { day, book: WalkedBook::Here(doc) }));
            }
            self.gone(reader, day, wanted, &mut places);
        }
        places
    }
}

impl Machine for Harvest {
    type Answer = Harvested;

    fn step(&mut self, store: &dyn Store) -> Result<Step<Self::Answer>, SearchError> {
        let reader = Reader::new(&self.manifest, store);
        let walk = Walk { manifest: &self.manifest, request: &self.request, after: self.after(&reader) };
        let (days, earliest) = walk.days(&reader);
        let places = walk.places(&reader, &days);
        let mut page = Harvested { earliest, ..Harvested::default() };
        if reader.lacks() {
            return reader.answer(page);
        }
        let mut files = BTreeSet::new();
        let mut last = None;
        for place in places {
            let file = match place.book {
                WalkedBook::Here(doc) => self.manifest.directory.records.find(doc.into()),
                WalkedBook::Gone(_) => None,
            };
            files.extend(file.map(|(number, _)| number));
            if page.books.len() == self.request.most || files.len() > RECORD_FILES {
                page.next = last;
                break;
            }
            let (id, book) = match place.book {
                // One that is not at hand yet keeps its place, so that the page ends where it will.
                WalkedBook::Here(doc) => {
                    let record = reader.record(doc).unwrap_or_default();
                    (record.id, HarvestedBook::Here(Box::new(record)))
                }
                WalkedBook::Gone(id) => (id, HarvestedBook::Gone(id)),
            };
            last = Some((place, id));
            page.books.push((place.day, book));
        }
        reader.answer(page)
    }
}

/// Finds the record of a book with the day on which it changed; of one that left the day alone.
#[derive(Debug)]
pub struct HarvestOne {
    manifest: Arc<Manifest>,
    id: BookId,
}

impl HarvestOne {
    /// Begins to look for a book by its id; by a number that leads to it there is none.
    #[must_use]
    pub fn new(manifest: Arc<Manifest>, id: BookId) -> Self {
        Self { manifest, id }
    }
}

impl Machine for HarvestOne {
    type Answer = Option<(ChangeDay, HarvestedBook)>;

    fn step(&mut self, store: &dyn Store) -> Result<Step<Self::Answer>, SearchError> {
        let reader = Reader::new(&self.manifest, store);
        let mut gone = None;
        let mut days = Vec::new();
        reader.range(&[space::CHANGED], Some(&[space::CHANGED + 1]), SHARDS, &mut |key, entry| {
            days.extend(changed_day(key).map(|day| (day, entry)));
            true
        });
        reader.range(&[space::GONE], Some(&[space::GONE + 1]), SHARDS, &mut |key, _| {
            gone = gone.or(gone_book(key).filter(|(_, id)| *id == self.id));
            gone.is_none()
        });
        let doc = reader.numbered(self.id);
        let record = doc.and_then(|doc| reader.record(doc)).filter(|record| record.id == self.id);
        let found = record.zip(doc).map(|(record, doc)| {
            let listed = days.iter().find(|(_, entry)| {
                let mut found = false;
                reader.meet(*entry, &[doc], &mut |_| found = true);
                found
            });
            (listed.map_or(0, |(day, _)| *day), HarvestedBook::Here(Box::new(record)))
        });
        let gone = gone.map(|(day, id)| (day, HarvestedBook::Gone(id)));
        reader.answer(found.or(gone))
    }
}

/// The days on which the records of an index last changed, and which books left when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Days, ascending, each with its documents.
    pub days: Vec<(ChangeDay, Vec<DocId>)>,
    /// Books that left, by day.
    pub gone: Vec<(ChangeDay, BookId)>,
}

/// Reads all of them, for the builder of the next index.
#[derive(Debug)]
pub struct History {
    manifest: Arc<Manifest>,
}

impl History {
    /// Begins to read.
    #[must_use]
    pub fn new(manifest: Arc<Manifest>) -> Self {
        Self { manifest }
    }
}

impl Machine for History {
    type Answer = Changes;

    fn step(&mut self, store: &dyn Store) -> Result<Step<Self::Answer>, SearchError> {
        let reader = Reader::new(&self.manifest, store);
        let mut changes = Changes::default();
        reader.range(&[space::CHANGED], Some(&[space::CHANGED + 1]), usize::MAX, &mut |key, entry| {
            if let Some(day) = changed_day(key) {
                let mut listed = Gathering::new(self.manifest.documents);
                reader.gather(entry, &mut listed);
                changes.days.push((day, listed.finish().first(usize::MAX)));
            }
            true
        });
        reader.range(&[space::GONE], Some(&[space::GONE + 1]), usize::MAX, &mut |key, _| {
            changes.gone.extend(gone_book(key));
            true
        });
        reader.answer(changes)
    }
}
