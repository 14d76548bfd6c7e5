//! Reads posting lists: whole, or the impact-ordered prefix of a very long one and the parts past it that may hold a
//! candidate.
//!
//! A long list is stored in parts of [`PART_POSTINGS`] postings, those of the likeliest books first. Within a part the
//! chunks of 128 postings that no wanted document lies in are skipped.

use seoga_index::DocId;
use seoga_index::bytes::Damaged;
use seoga_index::dictionary::{Entry, df_of_class};
use seoga_index::file::Kind;
use seoga_index::postings::{self, CHUNK_DOCS, Head, PART_POSTINGS, Part, Plain, Posting, Unpacked};

use crate::docset::DocSet;
use crate::reader::Reader;

/// Parts in the prefix of a list of documents alone.
pub(crate) const DOCS_PREFIX: usize = 6;
/// Parts in the prefix of a term's list, whose postings take four times the bytes.
const TERM_PREFIX: usize = 3;
/// Parts past the prefix that are read for candidates, of a term's list and of one of documents alone: some 300 kB at
/// most either way.
const TERM_SEEKS: usize = 6;
const DOCS_SEEKS: usize = 32;

/// The kind of a posting list, which decides how many of its parts are read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ListKind {
    /// Of a term: its postings say how it occurs, too.
    Term,
    /// Of a fuzzy expansion, one of many: its likeliest books alone.
    FuzzyTerm,
    /// Documents alone: of a filter or of initials.
    Docs,
    /// Documents alone, with a prefix of so many parts.
    DocsPrefix(usize),
}

impl ListKind {
    /// Counts the parts of the prefix.
    fn prefix_parts(self) -> usize {
        match self {
            ListKind::Term => TERM_PREFIX,
            ListKind::FuzzyTerm => 1,
            ListKind::Docs => DOCS_PREFIX,
            ListKind::DocsPrefix(most) => most,
        }
    }

    /// Counts the parts past the prefix that are read for candidates at most.
    fn seek_parts(self) -> usize {
        match self {
            ListKind::Term => TERM_SEEKS,
            ListKind::FuzzyTerm => 0,
            ListKind::Docs | ListKind::DocsPrefix(_) => DOCS_SEEKS,
        }
    }
}

/// Restricts how much of a posting list is decoded.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Scope<'s> {
    /// Skip chunks that hold none of these; `None` decodes every chunk.
    pub(crate) within: Option<&'s DocSet>,
    /// Read parts past the prefix where they may hold one of these.
    pub(crate) seek: Option<&'s DocSet>,
}

/// A decoded posting list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PostingList {
    /// Ascending by document.
    pub(crate) postings: Vec<Posting>,
    /// Postings in the whole list.
    pub(crate) df: u32,
}

/// Estimates the bytes of a part of a long list of `df` documents and nothing else, so that its files can be fetched
/// before its head was read. The widest of 128 distances, which all take the bits of, is some five times the mean one. A
/// part of a term's list is longer than a file is meant to be, so each has its own.
fn docs_part_bytes(documents: u32, df: u64) -> u64 {
    let distance = u64::from(documents) / df.max(1);
    u64::from(PART_POSTINGS) * (u64::from(distance.max(1).ilog2()) + 3) / 8
}

/// How far a posting list was read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReadExtent {
    /// Postings in the whole list.
    pub(crate) df: u32,
    /// Whether nothing within the scope was left unread.
    pub(crate) complete: bool,
    /// The last document up to which nothing was left unread.
    pub(crate) reach: DocId,
}

impl ReadExtent {
    /// Describes a list that was read to its end.
    fn all(df: u32) -> Self {
        Self { df, complete: true, reach: DocId::MAX }
    }
}

/// A visitor of decoded chunks with the scope it cares for.
struct Visitor<'v> {
    scope: Scope<'v>,
    visit: &'v mut dyn FnMut(&Unpacked<'_, '_>),
}

impl Reader<'_> {
    /// Decodes the posting list of `entry`: whole, or the prefix of a very long one.
    pub(crate) fn list(&self, entry: Entry) -> PostingList {
        self.list_for(entry, Scope::default())
    }

    /// Decodes the postings of `entry` that lie in `scope`, among others of their chunks.
    pub(crate) fn list_for(&self, entry: Entry, scope: Scope<'_>) -> PostingList {
        let mut postings = Vec::new();
        let extent =
            self.read_chunks(entry, ListKind::Term, scope, &mut |chunk| postings.extend(chunk.postings()));
        PostingList { postings, df: extent.df }
    }

    /// Puts the documents of a list of documents alone into a set; true when the whole list was read.
    pub(crate) fn all_docs(&self, entry: Entry, into: &mut DocSet) -> bool {
        self.read_docs(entry, ListKind::Docs, Scope::default(), into).complete
    }

    /// Puts the documents of a list that lie in `scope`, among others of their chunks, into a set; returns how far the
    /// list was read.
    pub(crate) fn read_docs(
        &self,
        entry: Entry,
        kind: ListKind,
        scope: Scope<'_>,
        into: &mut DocSet,
    ) -> ReadExtent {
        self.read_chunks(entry, kind, scope, &mut |chunk| into.insert_all(chunk.docs))
    }

    /// Decodes the chunks of a list that lie in `scope`, and hands each to `visit`.
    pub(crate) fn read_chunks(
        &self,
        entry: Entry,
        kind: ListKind,
        scope: Scope<'_>,
        visit: &mut dyn FnMut(&Unpacked<'_, '_>),
    ) -> ReadExtent {
        match entry {
            Entry::Inline(posting) => {
                self.postings.set(self.postings.get() + 1);
                visit(&Unpacked::alike(&[posting.doc], posting.payload));
                ReadExtent::all(1)
            }
            Entry::List { address, df_class } => {
                self.prefetch_parts(address, df_class, kind);
                let mut visitor = Visitor { scope, visit };
                self.read_list(address, kind, &mut visitor)
            }
        }
    }

    fn read_list(&self, address: u64, kind: ListKind, visitor: &mut Visitor<'_>) -> ReadExtent {
        let mut extent = ReadExtent { df: 0, complete: false, reach: 0 };
        self.open_at(address, &mut |number, bytes| match postings::open(bytes, address, 0) {
            Ok(Head::Plain(plain)) => {
                extent = ReadExtent::all(plain.df);
                self.read_plain(number, &plain, visitor);
            }
            Ok(Head::Parts { df, parts: all }) => {
                extent = ReadExtent::all(df);
                let Scope { within, seek } = visitor.scope;
                let mut more = if seek.is_some() { kind.seek_parts() } else { 0 };
                let mut before = 0;
                for (number, part) in all.iter().enumerate() {
                    let in_prefix = number < kind.prefix_parts();
                    let counts = || seek.or(within).is_none_or(|docs| docs.any(before, part.last));
                    if in_prefix || more > 0 && counts() {
                        more -= usize::from(!in_prefix);
                        self.read_part(part, before, visitor);
                    } else if counts() {
                        extent = ReadExtent { df, complete: false, reach: extent.reach.min(before) };
                    }
                    before = part.last;
                }
            }
            Err(damaged) => self.damage(Kind::Postings, number, damaged),
        });
        extent
    }

    fn read_plain(&self, number: u32, plain: &Plain<'_>, visitor: &mut Visitor<'_>) {
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

    /// Reads the value stored before a posting list: the neighbours of its term, where it has any.
    pub(crate) fn neighbours_value(&self, entry: Entry) -> Option<Vec<u8>> {
        let Entry::List { address, .. } = entry else { return None };
        let mut value = None;
        self.open_at(address, &mut |_, bytes| value = postings::value(bytes).map(<[u8]>::to_vec));
        value
    }

    fn read_part(&self, part: &Part, before: DocId, visitor: &mut Visitor<'_>) {
        self.open_at(part.address, &mut |number, bytes| match postings::open(bytes, part.address, before) {
            Ok(Head::Plain(plain)) => self.read_plain(number, &plain, visitor),
            Ok(Head::Parts { .. }) => self.damage(Kind::Postings, number, Damaged("postings list")),
            Err(damaged) => self.damage(Kind::Postings, number, damaged),
        });
    }

    fn open_at(&self, address: u64, read: &mut dyn FnMut(u32, &[u8])) {
        let Some((number, start)) = self.manifest.directory.postings.find(address) else { return };
        self.read(Kind::Postings, number, |block| {
            let offset = usize::try_from(address - start).unwrap_or(usize::MAX);
            match block.postings()?.get(offset..) {
                Some(bytes) if !bytes.is_empty() => read(number, bytes),
                _ => return Err(Damaged("postings address")),
            }
            Ok(())
        });
    }

    /// Estimates which postings files the prefix of a fuzzy term's list lies in, before its head was read.
    pub(crate) fn files_of(&self, entry: Entry) -> std::ops::Range<u32> {
        match entry {
            Entry::Inline(_) => 0..0,
            Entry::List { address, df_class } => self.files_at(address, df_class, ListKind::FuzzyTerm),
        }
    }

    fn files_at(&self, address: u64, df_class: u8, kind: ListKind) -> std::ops::Range<u32> {
        let files = &self.manifest.directory.postings;
        let Some((first, _)) = files.find(address) else { return 0..0 };
        // A class reaches up to where the next one begins.
        let df = u64::from(df_of_class(df_class.saturating_add(1)));
        let more = df.div_ceil(u64::from(PART_POSTINGS)).clamp(1, kind.prefix_parts() as u64) - 1;
        let last = match kind {
            ListKind::Term | ListKind::FuzzyTerm => {
                first.saturating_add(more as u32).min((files.len() as u32).saturating_sub(1))
            }
            ListKind::Docs | ListKind::DocsPrefix(_) => {
                let bytes = more * docs_part_bytes(self.manifest.documents, df);
                files.find(address.saturating_add(bytes)).map_or(first, |(last, _)| last)
            }
        };
        first..last + 1
    }

    /// Has the later files of a list in parts fetched together with its first.
    fn prefetch_parts(&self, address: u64, df_class: u8, kind: ListKind) {
        for number in self.files_at(address, df_class, kind).skip(1) {
            self.prefetch(|reader| reader.block(Kind::Postings, number));
        }
    }
}
