//! Reads posting lists: whole, or the impact-ordered prefix of a very long one and the segments past it that may hold a
//! candidate.

use seoga_index::DocId;
use seoga_index::block::Block;
use seoga_index::bytes::Damaged;
use seoga_index::dictionary::{Entry, df_of_class};
use seoga_index::file::Kind;
use seoga_index::postings::{self, CHUNK_DOCS, Head, PART_POSTINGS, Part, Plain, Posting, Unpacked};

use crate::docset::DocSet;
use crate::reader::Reader;

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

impl Reader<'_> {
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
}
