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
use seoga_index::block::Block;
use seoga_index::bytes::Damaged;
use seoga_index::choices::{Pick, file_key};
use seoga_index::columns::{FacetRow, OrderRow};
use seoga_index::dictionary::{Automaton, Dictionary, Entry, df_of_class};
use seoga_index::file::Kind;
use seoga_index::isbns::position;
use seoga_index::limits::LARGE_INDEX_DOCUMENTS;
use seoga_index::manifest::Manifest;
use seoga_index::postings::{self, CHUNK_DOCS, Head, PART_POSTINGS, Part, Plain, Posting, Unpacked};
use seoga_index::record::Record;
use seoga_index::shelf::Shelf;

use crate::docset::DocSet;
use crate::step::{SearchError, Step};
use crate::store::{FileId, Store};

/// Parts of a long list of documents alone that a search reads: the head of a list holds the
/// likeliest books, and a part holds 12,800 postings.
pub(crate) const MOST_PARTS: usize = 6;
/// Parts of a word's long list, whose postings take four times the bytes.
const MOST_WORD_PARTS: usize = 3;
/// Parts behind these heads that are read for books in question, of a word's list and of one of documents alone: some
/// 300 kB at most either way.
const WORD_PARTS_BEYOND: usize = 6;
const BARE_PARTS_BEYOND: usize = 32;

/// What a long list holds, which says how long its parts are.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Parts {
    /// A word's: how it occurs, too.
    OfWord,
    /// That of a word that was guessed, one of many: its likeliest books.
    OfGuess,
    /// Documents alone: of a filter or of initials.
    Bare,
    /// Documents alone, of so many parts at most.
    Head(usize),
}

impl Parts {
    /// How many are read.
    fn most(self) -> usize {
        match self {
            Parts::OfWord => MOST_WORD_PARTS,
            Parts::OfGuess => 1,
            Parts::Bare => MOST_PARTS,
            Parts::Head(most) => most,
        }
    }

    /// How many are read behind those where books are in question.
    fn beyond(self) -> usize {
        match self {
            Parts::OfWord => WORD_PARTS_BEYOND,
            Parts::OfGuess => 0,
            Parts::Bare | Parts::Head(_) => BARE_PARTS_BEYOND,
        }
    }
}

/// Which documents of a list count, and for which the list is read further than its head.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Scope<'s> {
    /// Only these, where some are named: chunks without any are passed over.
    pub(crate) within: Option<&'s DocSet>,
    /// Parts behind the head of a long list are read where they may hold some of these.
    pub(crate) beyond: Option<&'s DocSet>,
}

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
    /// Whether more readings existed than were taken.
    pub(crate) capped: Cell<bool>,
}

/// A decoded list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct List {
    /// Ascending by document.
    pub(crate) postings: Vec<Posting>,
    /// Postings in the whole list.
    pub(crate) df: u32,
    /// Whether the whole list was read.
    pub(crate) whole: bool,
}

/// About the bytes of a part of a long list of `df` documents and nothing else, to estimate which files it lies in before
/// its head was read. The widest of 128 distances, which all take the bits of, is some five times the mean one. A part of
/// a word's list is longer than a file is meant to be, so each has its own.
fn bare_part_bytes(documents: u32, df: u64) -> u64 {
    let distance = u64::from(documents) / df.max(1);
    u64::from(PART_POSTINGS) * (u64::from(distance.max(1).ilog2()) + 3) / 8
}

/// What was read of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extent {
    /// Postings in the whole list.
    pub(crate) df: u32,
    /// Whether nothing that may count was left unread.
    pub(crate) whole: bool,
    /// The last document up to which nothing was left unread.
    pub(crate) reach: DocId,
}

impl Extent {
    /// All of a list.
    fn whole(df: u32) -> Self {
        Self { df, whole: true, reach: DocId::MAX }
    }
}

/// Who visits a list, and which documents count.
struct Visitor<'v> {
    scope: Scope<'v>,
    visit: &'v mut dyn FnMut(&Unpacked<'_, '_>),
}

impl<'a> Reader<'a> {
    pub(crate) fn new(manifest: &'a Manifest, store: &'a dyn Store) -> Self {
        Self {
            manifest,
            store,
            missing: RefCell::default(),
            touched: RefCell::default(),
            damaged: RefCell::default(),
            keys: Cell::new(0),
            postings: Cell::new(0),
            capped: Cell::new(false),
        }
    }

    /// How many files of a kind are read where those of a small index would be `files`.
    pub(crate) fn files_at_most(&self, files: usize) -> usize {
        if self.is_large() { files.div_ceil(2) } else { files }
    }

    /// Whether what a small index has in one file lies in several.
    pub(crate) fn is_large(&self) -> bool {
        self.manifest.documents > LARGE_INDEX_DOCUMENTS
    }

    /// Ends the stage: what was missing, if anything, or what was damaged.
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

    /// Files looked into so far, found or not.
    pub(crate) fn touched(&self) -> BTreeSet<FileId> {
        self.touched.borrow().clone()
    }

    /// Whether anything wanted so far was not at hand: what was read as unknown
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

    fn damage(&self, kind: Kind, number: u32, damaged: Damaged) {
        let file = Some(FileId { kind, number });
        self.damaged.borrow_mut().get_or_insert(SearchError { file, damaged });
    }

    /// The entry of a key.
    pub(crate) fn get(&self, key: &[u8]) -> Option<Entry> {
        let number = self.manifest.directory.dictionary.find(key)?;
        match &*self.block(Kind::Dictionary, number)? {
            Block::Dictionary(shard) => shard.get(key),
            _ => None,
        }
    }

    /// How many shards may hold keys of a range.
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
            if go {
                shard.range(from, to, &mut |key, entry| {
                    self.keys.set(self.keys.get() + 1);
                    go = each(key, entry);
                    go
                });
            }
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
            });
        });
    }

    fn each_shard(
        &self,
        kind: Kind,
        from: &[u8],
        to: Option<&[u8]>,
        most: usize,
        each: &mut dyn FnMut(&Dictionary),
    ) {
        let files = match kind {
            Kind::Reversed => &self.manifest.directory.reversed,
            _ => &self.manifest.directory.dictionary,
        };
        for number in files.between(from, to).take(most) {
            if let Some(block) = self.block(kind, number)
                && let Block::Dictionary(shard) | Block::Reversed(shard) = &*block
            {
                each(shard);
            }
        }
    }

    /// The list of a word: whole, or the head of a very long one.
    pub(crate) fn list(&self, entry: Entry) -> List {
        self.list_for(entry, Scope::default())
    }

    /// The same of a scope.
    pub(crate) fn list_for(&self, entry: Entry, scope: Scope<'_>) -> List {
        let mut postings = Vec::new();
        let read = self.each(entry, Parts::OfWord, scope, &mut |chunk| postings.extend(chunk.postings()));
        List { postings, df: read.df, whole: read.whole }
    }

    /// Puts the documents of a list that tells no more (of a filter or of initials) into a set; whether the whole list was read.
    pub(crate) fn documents(&self, entry: Entry, into: &mut DocSet) -> bool {
        self.documents_of(entry, Parts::Bare, Scope::default(), into).whole
    }

    /// The same of so much of it; how much that was.
    pub(crate) fn documents_of(
        &self,
        entry: Entry,
        parts: Parts,
        scope: Scope<'_>,
        into: &mut DocSet,
    ) -> Extent {
        self.each(entry, parts, scope, &mut |chunk| into.insert_all(chunk.docs))
    }

    /// Visits a list chunk by chunk.
    pub(crate) fn each(
        &self,
        entry: Entry,
        parts: Parts,
        scope: Scope<'_>,
        visit: &mut dyn FnMut(&Unpacked<'_, '_>),
    ) -> Extent {
        match entry {
            Entry::Inline(posting) => {
                self.postings.set(self.postings.get() + 1);
                visit(&Unpacked::alike(&[posting.doc], posting.payload));
                Extent::whole(1)
            }
            Entry::List { address, df_class } => {
                self.prefetch_parts(address, df_class, parts);
                let mut visitor = Visitor { scope, visit };
                self.list_at(address, parts, &mut visitor)
            }
        }
    }

    fn list_at(&self, address: u64, parts: Parts, visitor: &mut Visitor<'_>) -> Extent {
        let mut extent = Extent { df: 0, whole: false, reach: 0 };
        self.at(address, &mut |number, bytes| match postings::open(bytes, address, 0) {
            Ok(Head::Plain(plain)) => {
                extent = Extent::whole(plain.df);
                self.plain(number, &plain, visitor);
            }
            Ok(Head::Parts { df, parts: all }) => {
                extent = Extent::whole(df);
                let Scope { within, beyond } = visitor.scope;
                let mut more = if beyond.is_some() { parts.beyond() } else { 0 };
                let mut before = 0;
                for (number, part) in all.iter().enumerate() {
                    let is_head = number < parts.most();
                    let counts = || beyond.or(within).is_none_or(|docs| docs.any(before, part.last));
                    if is_head || more > 0 && counts() {
                        more -= usize::from(!is_head);
                        self.part(part, before, visitor);
                    } else if counts() {
                        extent = Extent { df, whole: false, reach: extent.reach.min(before) };
                    }
                    before = part.last;
                }
            }
            Err(damaged) => self.damage(Kind::Postings, number, damaged),
        });
        extent
    }

    fn plain(&self, number: u32, plain: &Plain<'_>, visitor: &mut Visitor<'_>) {
        let mut docs = [0; CHUNK_DOCS];
        for chunk in &plain.chunks {
            // The only chunk of a list says nothing of where it ends.
            let bounded = visitor.scope.within.filter(|_| chunk.last != DocId::MAX);
            if bounded.is_some_and(|within| !within.any(chunk.before, chunk.last)) {
                continue;
            }
            match chunk.unpack(&mut docs) {
                Ok(unpacked) => {
                    self.postings.set(self.postings.get() + unpacked.docs.len() as u32);
                    (visitor.visit)(&unpacked);
                }
                Err(damaged) => self.damage(Kind::Postings, number, damaged),
            }
        }
    }

    /// The value before a list, where there is one.
    pub(crate) fn value(&self, entry: Entry) -> Option<Vec<u8>> {
        let Entry::List { address, .. } = entry else { return None };
        let mut value = None;
        self.at(address, &mut |_, bytes| value = postings::value(bytes).map(<[u8]>::to_vec));
        value
    }

    fn part(&self, part: &Part, before: DocId, visitor: &mut Visitor<'_>) {
        self.at(part.address, &mut |number, bytes| match postings::open(bytes, part.address, before) {
            Ok(Head::Plain(plain)) => self.plain(number, &plain, visitor),
            Ok(Head::Parts { .. }) => self.damage(Kind::Postings, number, Damaged("postings list")),
            Err(damaged) => self.damage(Kind::Postings, number, damaged),
        });
    }

    fn at(&self, address: u64, read: &mut dyn FnMut(u32, &[u8])) {
        let Some((number, start)) = self.manifest.directory.postings.find(address) else { return };
        let Some(block) = self.block(Kind::Postings, number) else { return };
        if let Block::Postings(bytes) = &*block {
            let offset = usize::try_from(address - start).unwrap_or(usize::MAX);
            match bytes.get(offset..) {
                Some(bytes) if !bytes.is_empty() => read(number, bytes),
                _ => self.damage(Kind::Postings, number, Damaged("postings address")),
            }
        }
    }

    /// The postings files that the list of a word that was guessed lies in, as far as can be
    /// foreseen before its head was read.
    pub(crate) fn files_of(&self, entry: Entry) -> std::ops::Range<u32> {
        match entry {
            Entry::Inline(_) => 0..0,
            Entry::List { address, df_class } => self.files_at(address, df_class, Parts::OfGuess),
        }
    }

    fn files_at(&self, address: u64, df_class: u8, parts: Parts) -> std::ops::Range<u32> {
        let files = &self.manifest.directory.postings;
        let Some((first, _)) = files.find(address) else { return 0..0 };
        // A class reaches up to where the next one begins.
        let df = u64::from(df_of_class(df_class.saturating_add(1)));
        let more = df.div_ceil(u64::from(PART_POSTINGS)).clamp(1, parts.most() as u64) - 1;
        let last = match parts {
            Parts::OfWord | Parts::OfGuess => {
                first.saturating_add(more as u32).min((files.len() as u32).saturating_sub(1))
            }
            Parts::Bare | Parts::Head(_) => {
                let bytes = more * bare_part_bytes(self.manifest.documents, df);
                files.find(address.saturating_add(bytes)).map_or(first, |(last, _)| last)
            }
        };
        first..last + 1
    }

    /// Has the later files of a list in parts fetched together with its first.
    fn prefetch_parts(&self, address: u64, df_class: u8, parts: Parts) {
        for number in self.files_at(address, df_class, parts).skip(1) {
            self.prefetch(|reader| reader.block(Kind::Postings, number));
        }
    }

    /// The record of a document.
    pub(crate) fn record(&self, doc: DocId) -> Option<Record> {
        let (number, _) = self.manifest.directory.records.find(doc.into())?;
        let block = self.block(Kind::Records, number)?;
        let Block::Records(records) = &*block else { return None };
        match records.get(doc) {
            Ok(record) => record,
            Err(damaged) => {
                self.damage(Kind::Records, number, damaged);
                None
            }
        }
    }

    /// Has the file of a document's record fetched in this round; the record is not decoded.
    pub(crate) fn prefetch_record(&self, doc: DocId) {
        if let Some((number, _)) = self.manifest.directory.records.find(doc.into()) {
            self.prefetch(|reader| reader.block(Kind::Records, number));
        }
    }

    /// Gives the facets of documents of one column file to `read`, if it is at hand.
    pub(crate) fn facets(&self, docs: &[DocId], read: &mut dyn FnMut(FacetRow<'_>)) {
        let first = docs.first().and_then(|doc| self.manifest.directory.facets.find((*doc).into()));
        if let Some((number, _)) = first
            && let Some(block) = self.block(Kind::Facets, number)
            && let Block::Facets(columns) = &*block
        {
            docs.iter().filter_map(|doc| columns.get(*doc)).for_each(read);
        }
    }

    /// The sort values of a document.
    pub(crate) fn order(&self, doc: DocId) -> Option<OrderRow> {
        let (number, _) = self.manifest.directory.order.find(doc.into())?;
        match &*self.block(Kind::Order, number)? {
            Block::Order(columns) => columns.get(doc),
            _ => None,
        }
    }

    /// What visitors picked for the query with this hash; no file is wanted for
    /// a query that the manifest's filter does not know.
    pub(crate) fn picks(&self, hash: u64) -> Vec<Pick> {
        if !self.manifest.learned.filter.may_hold(hash) {
            return Vec::new();
        }
        let number = self.manifest.directory.choices.find(&file_key(hash));
        match number.and_then(|number| self.block(Kind::Choices, number)).as_deref() {
            Some(Block::Choices(choices)) => choices.get(hash).to_vec(),
            _ => Vec::new(),
        }
    }

    /// The books like a document.
    pub(crate) fn alike(&self, doc: DocId) -> Option<Alike> {
        let (number, _) = self.manifest.directory.alike.find(doc.into())?;
        match &*self.block(Kind::Alike, number)? {
            Block::Alike(columns) => columns.get(doc),
            _ => None,
        }
    }

    /// What the file of the shelf that tells of a document or of a place says.
    pub(crate) fn shelf(&self, of: u32, told: impl Fn(&Shelf) -> Option<u32>) -> Option<u32> {
        let (number, _) = self.manifest.directory.shelf.find(of.into())?;
        match &*self.block(Kind::Shelf, number)? {
            Block::Shelf(shelf) => told(shelf),
            _ => None,
        }
    }

    /// The document of a book number.
    pub(crate) fn isbn(&self, isbn13: u64) -> Option<DocId> {
        let (file, _) = self.manifest.directory.isbns.find(position(isbn13))?;
        match &*self.block(Kind::Isbns, file)? {
            Block::Isbns(isbns) => isbns.get(isbn13),
            _ => None,
        }
    }

    /// The book numbers of a file.
    pub(crate) fn isbns(&self, file: u32) -> Vec<u64> {
        match self.block(Kind::Isbns, file).as_deref() {
            Some(Block::Isbns(isbns)) => isbns.iter().collect(),
            _ => Vec::new(),
        }
    }

    /// A publisher's name.
    pub(crate) fn name(&self, number: u32) -> Option<String> {
        let (file, _) = self.manifest.directory.names.find(number.into())?;
        match &*self.block(Kind::Names, file)? {
            Block::Names(names) => names.get(number).map(str::to_owned),
            _ => None,
        }
    }
}
