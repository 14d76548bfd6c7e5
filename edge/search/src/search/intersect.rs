//! Intersects posting lists: from expansions to the documents that match every term.
//!
//! Terms are intersected as bit sets, the rarest term first: of every further list only the chunks that may hold a
//! candidate are decoded. Then each term keeps for each candidate its best match, for [`crate::search::score`] to score.

use std::cell::Cell;

use seoga_index::dictionary::Entry;
use seoga_index::postings::{CHUNK_DOCS, Column, Unpacked};

use crate::answer::{ExpansionKind, Tier};
use crate::docset::{DocOrdinals, DocSet};
use crate::postings::{ListKind, Scope};
use crate::reader::Reader;
use crate::search::boost::{FieldBoosts, TermMatch, adjacency_boost, shared_df_class};
use crate::search::expansion::{Expansion, QueryTerm};
use crate::search::packed::{PackedBoosts, PackedMatch};
use crate::search::score::TermMatches;
use crate::sorting;

/// The posting lists of all expansions of all terms.
pub(crate) struct PostingLists<'a> {
    reader: &'a Reader<'a>,
    /// By term and expansion.
    expansions: Vec<Vec<ExpansionLists>>,
    /// Candidates for which long lists are read past their prefix.
    seek: Option<DocSet>,
    /// Whether no list was left unread where it may count.
    complete: Cell<bool>,
}

/// The documents that match every term, as far as lists were read.
pub(crate) struct Conjunction {
    pub(crate) docs: DocSet,
    /// Where some list was not read to its end: the documents that match the rarest terms, whose lists were; no other
    /// one can match. `None` where there is no such term.
    pub(crate) candidates: Option<DocSet>,
}

/// The posting lists of one expansion.
#[derive(Debug)]
struct ExpansionLists {
    /// Terms of the query that it stands for.
    spans: usize,
    /// A document must be on all of these.
    lists: Vec<TermList>,
    /// The best tier where one word of several does not stand right behind the other.
    apart: Tier,
    /// About how many books match it, at most.
    books: u64,
}

/// A posting list with the boosts of its postings.
#[derive(Debug)]
struct TermList {
    entry: Entry,
    kind: ListKind,
    boosts: FieldBoosts,
}

impl ExpansionLists {
    fn new(documents: u32, expansion: &Expansion, number: u16, term: &QueryTerm) -> Self {
        let common = shared_df_class(term, expansion);
        let kind = match expansion.kind {
            ExpansionKind::Prefix | ExpansionKind::Typo => ListKind::FuzzyTerm,
            _ => ListKind::Term,
        };
        let list = |entry: &Entry| {
            let class = entry.df_class().max(common);
            TermList {
                entry: *entry,
                kind,
                boosts: FieldBoosts::new(documents, expansion, number, term, class),
            }
        };
        let books = expansion.entries.iter().map(|entry| u64::from(entry.df())).min();
        Self {
            spans: expansion.spans.max(1),
            lists: expansion.entries.iter().map(list).collect(),
            apart: if expansion.kind == ExpansionKind::Infix { expansion.tier } else { Tier::Infix },
            books: books.unwrap_or(0),
        }
    }
}

impl<'a> PostingLists<'a> {
    /// Names the lists of these terms; none is read yet.
    pub(crate) fn new(reader: &'a Reader<'a>, terms: &[QueryTerm]) -> Self {
        let documents = reader.manifest.documents;
        let expansions = terms.iter().map(|term| {
            let expansions = term.expansions.iter().enumerate();
            expansions.map(|(number, one)| ExpansionLists::new(documents, one, number as u16, term)).collect()
        });
        Self { reader, expansions: expansions.collect(), seek: None, complete: Cell::new(true) }
    }

    /// Gives the candidates for which lists are read past their prefix, if any.
    pub(crate) fn seek(&self) -> Option<&DocSet> {
        self.seek.as_ref()
    }

    /// Reads lists past their prefix from now on, for these candidates.
    pub(crate) fn seek_to(&mut self, docs: DocSet) {
        self.seek = Some(docs);
    }

    /// Tells whether no list was left unread where it may count.
    pub(crate) fn are_complete(&self) -> bool {
        self.complete.get()
    }

    /// Iterates the expansions that span a term, those of earlier terms first, each with how many terms before it begins.
    fn spanning(&self, place: usize) -> impl Iterator<Item = (usize, &ExpansionLists)> {
        let before = self.expansions.iter().enumerate().take(place + 1);
        before.flat_map(move |(from, read)| {
            read.iter().filter(move |read| from + read.spans > place).map(move |read| (place - from, read))
        })
    }

    /// Intersects all terms: the documents that match every one.
    pub(crate) fn intersect(&self) -> Conjunction {
        let books = |place: usize| self.spanning(place).map(|(_, read)| read.books).sum::<u64>();
        let mut places: Vec<(u64, usize)> =
            (0..self.expansions.len()).map(|place| (books(place), place)).collect();
        sorting::sort_by(&mut places, Ord::cmp);
        self.complete.set(true);
        let (mut found, mut candidates): (Option<DocSet>, Option<DocSet>) = (None, None);
        for (_, place) in places {
            let were_complete = self.are_complete();
            let mut own = self.none();
            self.spanning(place).for_each(|(_, read)| self.expansion_docs(read, found.as_ref(), &mut own));
            found.iter().for_each(|found| own.intersect(found));
            let before = found.replace(own);
            if were_complete && !self.are_complete() {
                candidates = before;
            }
        }
        Conjunction { docs: found.unwrap_or_else(|| self.none()), candidates }
    }

    /// Unites all terms: the documents that match any.
    pub(crate) fn unite(&self) -> DocSet {
        let mut found = self.none();
        self.expansions.iter().flatten().for_each(|read| self.expansion_docs(read, None, &mut found));
        found
    }

    /// Collects the best match of each term in each of these documents.
    pub(crate) fn collect(&self, docs: DocSet) -> TermMatches {
        let ordinals = DocOrdinals::new(docs);
        let docs = ordinals.documents();
        let mut terms = Vec::with_capacity(self.expansions.len());
        for place in 0..self.expansions.len() {
            let mut hits = vec![PackedMatch::NONE; docs.len()];
            self.spanning(place)
                .for_each(|(back, read)| self.collect_expansion(read, back, &ordinals, &mut hits));
            terms.push(hits);
        }
        TermMatches { docs, terms }
    }

    fn none(&self) -> DocSet {
        DocSet::none(self.reader.manifest.documents)
    }

    fn visit(&self, list: &TermList, within: Option<&DocSet>, visit: &mut dyn FnMut(&Unpacked<'_, '_>)) {
        let scope = Scope { within, seek: self.seek.as_ref() };
        let extent = self.reader.read_chunks(list.entry, list.kind, scope, visit);
        self.complete.set(self.complete.get() && extent.complete);
    }

    /// Puts the documents of an expansion into a set: all, or those within another set and perhaps others.
    fn expansion_docs(&self, expansion: &ExpansionLists, within: Option<&DocSet>, into: &mut DocSet) {
        match expansion.lists.as_slice() {
            [list] => self.collect_docs(list, within, into),
            lists => self
                .intersect_lists(lists, expansion.apart, within)
                .iter()
                .for_each(|hit| into.insert(hit.doc)),
        }
    }

    /// Puts the documents of a list into a set, those with a posting in a searched field.
    fn collect_docs(&self, list: &TermList, within: Option<&DocSet>, into: &mut DocSet) {
        // A bit for each field.
        let fields = list
            .boosts
            .by_field
            .iter()
            .rev()
            .fold(0, |fields, boosts| fields << 1 | u8::from(boosts.is_some()));
        let counts = |occurrence: u8| fields >> (occurrence >> 5) & 1 == 1;
        self.visit(list, within, &mut |chunk| match chunk.occurrences {
            Column::Same(occurrence) if counts(occurrence) => into.insert_all(chunk.docs),
            Column::Same(_) => {}
            Column::Each(each) => {
                let docs = chunk.docs.iter().zip(each);
                into.insert_where(docs.map(|(doc, occurrence)| (*doc, counts(*occurrence))), chunk.docs);
            }
            Column::Few(few) if few.values().iter().all(|occurrence| counts(*occurrence)) => {
                into.insert_all(chunk.docs);
            }
            Column::Few(few) => {
                let docs = chunk.docs.iter().enumerate();
                into.insert_where(docs.map(|(at, doc)| (*doc, counts(few.get(at)))), chunk.docs);
            }
        });
    }

    /// Finds one match for each document within a set: the best of its postings.
    fn best_matches(&self, list: &TermList, within: &DocSet) -> Vec<TermMatch> {
        let mut hits: Vec<TermMatch> = Vec::new();
        self.visit(list, Some(within), &mut |chunk| {
            let postings = chunk.postings().filter(|posting| within.contains(posting.doc));
            for hit in postings.filter_map(|posting| list.boosts.score(posting)) {
                match hits.last_mut() {
                    Some(last) if last.doc == hit.doc => last.keep_better(&hit),
                    _ => hits.push(hit),
                }
            }
        });
        hits
    }

    /// Intersects the lists of one expansion, with scores and coverage added up.
    fn intersect_lists(&self, lists: &[TermList], apart: Tier, within: Option<&DocSet>) -> Vec<TermMatch> {
        let mut shortest_first: Vec<&TermList> = lists.iter().collect();
        sorting::sort_by(&mut shortest_first, |a, b| a.entry.df().cmp(&b.entry.df()));
        let mut both: Option<DocSet> = None;
        for list in shortest_first {
            let mut own = self.none();
            let within = both.as_ref().or(within);
            self.collect_docs(list, within, &mut own);
            within.into_iter().for_each(|within| own.intersect(within));
            both = Some(own);
        }
        let Some(both) = both else { return Vec::new() };
        let mut each = lists.iter().map(|list| self.best_matches(list, &both));
        let mut all = each.next().unwrap_or_default();
        for hits in each {
            all = intersect_hits(&all, &hits, apart);
        }
        if lists.len() > 1 {
            all.iter_mut().for_each(|hit| hit.score /= lists.len() as u32);
        }
        all
    }

    /// Offers the matches of an expansion to each candidate; `back` terms after the one it begins at.
    fn collect_expansion(
        &self,
        expansion: &ExpansionLists,
        back: usize,
        ordinals: &DocOrdinals,
        into: &mut [PackedMatch],
    ) {
        match expansion.lists.as_slice() {
            [list] if expansion.spans == 1 => {
                let boosts = PackedBoosts::new(&list.boosts);
                // Of one term alone all documents are candidates, of several few.
                let few = self.expansions.len() > 1;
                self.visit(list, Some(ordinals.set()), &mut |chunk| {
                    if few {
                        for (at, doc) in chunk.docs.iter().enumerate() {
                            if let Some(best) = ordinals.get(*doc).and_then(|at| into.get_mut(at)) {
                                best.keep_better(
                                    boosts.score(chunk.occurrences.get(at), chunk.places.get(at)),
                                );
                            }
                        }
                        return;
                    }
                    let (mut same_occurrence, mut same_place) = ([0; CHUNK_DOCS], [0; CHUNK_DOCS]);
                    let occurrences = chunk.occurrences.each(&mut same_occurrence);
                    let stands = occurrences.iter().zip(chunk.places.each(&mut same_place));
                    for (doc, (occurrence, stands)) in chunk.docs.iter().zip(stands) {
                        if let Some(best) = ordinals.get(*doc).and_then(|at| into.get_mut(at)) {
                            best.keep_better(boosts.score(*occurrence, *stands));
                        }
                    }
                });
            }
            lists => {
                let spans = expansion.spans as u32;
                for hit in self.intersect_lists(lists, expansion.apart, Some(ordinals.set())) {
                    let (score, coverage) = (hit.score / spans, hit.coverage / spans);
                    let share = TermMatch { score, coverage, back: back as u8, ..hit };
                    if let Some(best) = ordinals.get(hit.doc).and_then(|at| into.get_mut(at)) {
                        best.keep_better(PackedMatch::new(&share));
                    }
                }
            }
        }
    }
}

/// Merges the matches of documents on both lists, with scores and coverage added up; at best in tier
/// `apart` where one word does not stand right behind the other.
fn intersect_hits(a: &[TermMatch], b: &[TermMatch], apart: Tier) -> Vec<TermMatch> {
    let mut out = Vec::with_capacity(a.len().min(b.len()));
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
        match x.doc.cmp(&y.doc) {
            std::cmp::Ordering::Less => {
                a.next();
            }
            std::cmp::Ordering::Greater => {
                b.next();
            }
            std::cmp::Ordering::Equal => {
                out.push(TermMatch {
                    // Typed as one, they should stand together.
                    tier: if adjacency_boost(x, y) > 0 {
                        x.tier.max(y.tier)
                    } else {
                        apart.max(x.tier.max(y.tier))
                    },
                    score: x.score + y.score,
                    coverage: x.coverage + y.coverage,
                    place: y.place,
                    field: x.field.min(y.field),
                    ..**x
                });
                a.next();
                b.next();
            }
        }
    }
    out
}
