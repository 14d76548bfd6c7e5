//! Reads posting lists: the documents of a list whole, how the key occurs in those of them that are weighed.
//!
//! The documents of any list are always in reach. Of a very long list's payloads, which lie in files of their own, only
//! the first files are read, those of the likeliest books; a document behind them is weighed as the list's commonest
//! payload ([`likeliest`](seoga_index::occurrences::Coding::likeliest)), which moves its rank and never whether it answers. All files that a list is read from
//! follow from its dictionary entry, so they are fetched in one round.

use std::ops::Range;
use std::sync::Arc;

use seoga_index::DocId;
use seoga_index::block::Block;
use seoga_index::bytes::Damaged;
use seoga_index::dictionary::Entry;
use seoga_index::file::Kind;
use seoga_index::occurrences::{Occurrence, Reached};
use seoga_index::postings::{
    self, List, LongDocuments, Posting, Postings, document_files, is_long, payload_files,
};

use crate::docset::{DocSet, Gathering};
use crate::reader::Reader;

/// How much is read of the payloads of a long list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Payloads {
    /// None: documents alone count.
    None,
    /// The first file: of an expansion that is one of many.
    First,
    /// The first few files.
    Few,
    /// All, to tell in which fields every document has the key.
    All,
}

/// Files of payloads that are read of a long list.
const PAYLOAD_FILES: u32 = 3;

impl Payloads {
    /// Counts the files that are read of any list at most.
    fn most_files(self) -> usize {
        match self {
            Payloads::None => 0,
            Payloads::First => 1,
            Payloads::Few => PAYLOAD_FILES as usize,
            Payloads::All => usize::MAX,
        }
    }

    /// Counts the files that are read of a list of this class of document frequency.
    fn files(self, class: u8) -> u32 {
        let all = payload_files(class);
        match self {
            Payloads::None => 0,
            Payloads::First => all.min(1),
            Payloads::Few => all.min(PAYLOAD_FILES),
            Payloads::All => all,
        }
    }
}

/// A decoded posting list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PostingList {
    /// Ascending by document.
    pub(crate) postings: Vec<Posting>,
    /// Documents in it.
    pub(crate) df: u32,
}

impl Reader<'_> {
    /// Has the list of a key fetched along with the shard that says where it lies, if there is one.
    pub(crate) fn foresee_list(&self, key: &[u8], payloads: Payloads) {
        self.foresee_list_kept(key, key, payloads);
    }

    /// Has the list of a key fetched so where it lies among the lists by another key.
    pub(crate) fn foresee_list_kept(&self, key: &[u8], by: &[u8], payloads: Payloads) {
        let shard = self.manifest.directory.dictionary.find(key);
        if shard.is_some_and(|number| !self.is_at_hand(Kind::Dictionary, number)) {
            self.foresee(self.manifest.directory.lists.of(by), payloads);
        }
    }

    /// Has the files of the lists of a range of keys fetched along with its shards, where they lie in at most `most`.
    pub(crate) fn foresee_range(&self, from: &[u8], to: Option<&[u8]>, most: usize) {
        let files = self.manifest.directory.lists.between(from, to);
        let mut shards = self.manifest.directory.dictionary.between(from, to);
        if files.len() <= most && !shards.all(|number| self.is_at_hand(Kind::Dictionary, number)) {
            files.for_each(|files| self.foresee(files, Payloads::First));
        }
    }

    /// Has files fetched in this round that a list lies in, if it is there: the first of its documents, and as many of its payloads
    /// as are read.
    fn foresee(&self, files: Range<u32>, payloads: Payloads) {
        for number in files.take(payloads.most_files().saturating_add(1)) {
            self.prefetch(|reader| reader.block(Kind::Postings, number));
        }
    }

    /// Decodes a posting list; where its payloads are not read, they are its commonest.
    pub(crate) fn list(&self, entry: Entry) -> PostingList {
        let mut documents = Gathering::new(self.manifest.documents);
        self.gather(entry, &mut documents);
        let docs = documents.finish().first(usize::MAX);
        let mut postings = Vec::with_capacity(docs.len());
        self.weigh(entry, Payloads::Few, &docs, &mut |at, payloads| {
            let doc = docs.get(at).copied().unwrap_or_default();
            postings.extend(payloads.iter().map(|payload| Posting { doc, payload: *payload }));
        });
        PostingList { postings, df: docs.len() as u32 }
    }

    /// Finds the list of a library's books, where it holds any.
    pub(crate) fn held_by(&self, number: u16) -> Option<Entry> {
        let library = self.manifest.libraries.get(usize::from(number)).filter(|library| library.books > 0)?;
        Some(Entry::List { address: library.postings, df_class: library.df_class })
    }

    /// Has the files of a list fetched in this round.
    pub(crate) fn touch(&self, entry: Entry, payloads: Payloads) {
        for number in self.files_of(entry, payloads) {
            self.prefetch(|reader| reader.block(Kind::Postings, number));
        }
    }

    /// Lists the postings files that are read of a list.
    pub(crate) fn files_of(&self, entry: Entry, payloads: Payloads) -> Range<u32> {
        let Entry::List { address, df_class } = entry else { return 0..0 };
        let files = &self.manifest.directory.postings;
        let Some((first, _)) = files.find(address) else { return 0..0 };
        let all = match is_long(df_class) {
            true => document_files(df_class, self.manifest.documents) + payloads.files(df_class),
            false => 1,
        };
        first..first.saturating_add(all).min(files.len() as u32)
    }

    /// Adds the documents of a list to others.
    pub(crate) fn gather(&self, entry: Entry, into: &mut Gathering) {
        match entry {
            Entry::Inline(posting) => {
                self.count(1);
                into.add(&[posting.doc]);
            }
            Entry::List { df_class, .. } if is_long(df_class) => {
                self.long_documents(entry, &mut |documents| {
                    self.count(documents.count());
                    let (first, words) = documents.words();
                    into.add_words(first, words);
                });
            }
            Entry::List { address, .. } => self.short(address, &mut |list| {
                self.count(list.df);
                list.documents.each(&mut |docs| into.add(docs))
            }),
        }
    }

    /// Keeps the documents of a set that are on a list.
    pub(crate) fn intersect(&self, entry: Entry, set: &mut DocSet) {
        match (set, entry) {
            (DocSet::Few(docs), entry) => {
                let mut kept = Vec::new();
                self.meet(entry, docs, &mut |at| kept.extend(docs.get(at)));
                *docs = kept;
            }
            (DocSet::Many(words), Entry::List { df_class, .. }) if is_long(df_class) => {
                // Between the files, and before and behind them, no document is on the list.
                let mut done = 0;
                self.long_documents(entry, &mut |documents| {
                    self.count(documents.count());
                    let (first, others) = documents.words();
                    if others.is_empty() {
                        return;
                    }
                    words.iter_mut().take(first).skip(done).for_each(|word| *word = 0);
                    words.iter_mut().skip(first).zip(others).for_each(|(word, other)| *word &= other);
                    done = first + others.len();
                });
                words.iter_mut().skip(done).for_each(|word| *word = 0);
            }
            (set, entry) => {
                let mut listed = Gathering::new(self.manifest.documents);
                self.gather(entry, &mut listed);
                set.intersect(&listed.finish());
            }
        }
    }

    /// Keeps the documents of a set that are on any of these lists.
    pub(crate) fn intersect_any(&self, entries: &[Entry], set: &mut DocSet) {
        match (&mut *set, entries) {
            (set, [entry]) => self.intersect(*entry, set),
            (DocSet::Few(docs), _) => {
                let mut kept = vec![false; docs.len()];
                for entry in entries {
                    self.meet(*entry, docs, &mut |at| {
                        kept.get_mut(at).into_iter().for_each(|kept| *kept = true);
                    });
                }
                let mut kept = kept.into_iter();
                docs.retain(|_| kept.next().unwrap_or(false));
            }
            (set, _) => {
                let mut listed = Gathering::new(self.manifest.documents);
                entries.iter().for_each(|entry| self.gather(*entry, &mut listed));
                set.intersect(&listed.finish());
            }
        }
        set.thin(self.manifest.documents);
    }

    /// Tells the index of each of `docs`, which ascend, that is on a list.
    pub(crate) fn meet(&self, entry: Entry, docs: &[DocId], each: &mut dyn FnMut(usize)) {
        self.count(docs.len() as u32);
        match entry {
            Entry::Inline(posting) => docs.binary_search(&posting.doc).into_iter().for_each(each),
            Entry::List { df_class, .. } if is_long(df_class) => {
                self.long_documents(entry, &mut |documents| {
                    let docs = docs.iter().enumerate();
                    docs.filter(|(_, doc)| documents.place(**doc).is_some()).for_each(|(at, _)| each(at));
                });
            }
            Entry::List { address, .. } => {
                self.short(address, &mut |list| list.documents.meet(docs, &mut |at, _| each(at)));
            }
        }
    }

    /// Tells the index of each of `docs`, which ascend, that is on a list, and its payloads.
    pub(crate) fn weigh(
        &self,
        entry: Entry,
        payloads: Payloads,
        docs: &[DocId],
        each: &mut dyn FnMut(usize, &[u16]),
    ) {
        self.count(docs.len() as u32);
        match entry {
            Entry::Inline(posting) => {
                docs.binary_search(&posting.doc).into_iter().for_each(|at| each(at, &[posting.payload]));
            }
            Entry::List { df_class, .. } if is_long(df_class) => self.weigh_long(entry, payloads, docs, each),
            Entry::List { address, .. } => self.short(address, &mut |list| {
                let mut reached = Reached::default();
                list.documents
                    .meet(docs, &mut |at, place| each(at, list.occurrence(place, &mut reached).payloads()))
            }),
        }
    }

    fn weigh_long(
        &self,
        entry: Entry,
        payloads: Payloads,
        docs: &[DocId],
        each: &mut dyn FnMut(usize, &[u16]),
    ) {
        let mut coding = None;
        let mut places: Vec<(usize, u32)> = Vec::new();
        self.long_documents(entry, &mut |documents| {
            coding = coding.take().or(documents.head().map(|(_, coding)| coding.clone()));
            let docs = docs.iter().enumerate();
            places.extend(docs.filter_map(|(at, doc)| Some((at, documents.place(*doc)?))));
        });
        let Some(coding) = coding else { return };
        let files = self.files_of(entry, payloads);
        let of_documents = self.files_of(entry, Payloads::None).len();
        let stored: Vec<Arc<Block>> = if coding.is_stored() {
            files.skip(of_documents).filter_map(|number| self.block(Kind::Postings, number)).collect()
        } else {
            Vec::new()
        };
        let likeliest = coding.likeliest();
        let mut stored = stored.iter().filter_map(|block| match block.postings() {
            Ok(Postings::Payloads(stored)) => Some(stored),
            _ => None,
        });
        let (mut file, mut reached) = (stored.next(), Reached::default());
        for (at, place) in places {
            let mut found: Option<Occurrence> = None;
            // Places ascend, and so do the files.
            while let Some(own) = file
                && {
                    found = own.get(&coding, place, &mut reached);
                    found.is_none()
                }
            {
                file = stored.next();
            }
            each(at, found.unwrap_or(likeliest).payloads());
        }
    }

    /// Reads the value stored before a posting list: the neighbours of its term, where it has any.
    pub(crate) fn neighbours_value(&self, entry: Entry) -> Option<Vec<u8>> {
        let Entry::List { address, df_class } = entry else { return None };
        let mut value = None;
        if is_long(df_class) {
            self.long_documents(entry, &mut |documents| {
                value = value.take().or(documents.value().map(<[u8]>::to_vec));
            });
        } else {
            self.at(address, &mut |file, offset| {
                value = postings::value(file.list_at(offset)?).map(<[u8]>::to_vec);
                Ok(())
            });
        }
        value
    }

    fn count(&self, postings: u32) {
        self.postings.set(self.postings.get().saturating_add(postings));
    }

    /// Reads a list that lies in a file with others.
    fn short(&self, address: u64, read: &mut dyn FnMut(&List<'_>) -> Result<(), Damaged>) {
        self.at(address, &mut |file, offset| read(&List::open(file.list_at(offset)?)?));
    }

    /// Reads the file at an address, and how far behind its beginning that is.
    fn at(&self, address: u64, read: &mut dyn FnMut(&Postings, u64) -> Result<(), Damaged>) {
        if let Some((number, start)) = self.manifest.directory.postings.find(address) {
            self.read(Kind::Postings, number, |block| read(block.postings()?, address - start));
        }
    }

    /// Reads the documents of a long list, file by file.
    fn long_documents(&self, entry: Entry, read: &mut dyn FnMut(&LongDocuments)) {
        for number in self.files_of(entry, Payloads::None) {
            self.read(Kind::Postings, number, |block| match block.postings()? {
                Postings::Documents(documents) => {
                    read(documents);
                    Ok(())
                }
                _ => Err(Damaged("postings list")),
            });
        }
    }
}
