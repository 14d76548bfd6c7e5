//! Intersects posting lists: from expansions to the documents that match every term.
//!
//! Documents are met whole, as short lists or as bits, the rarest term first; how a term occurs is read only of the
//! documents that are weighed: then each term keeps for each of them its best match, for [`crate::search::score`] to score.

use seoga_index::DocId;
use seoga_index::dictionary::Entry;
use seoga_index::postings::{Posting, is_long};

use crate::answer::{ExpansionKind, Tier};
use crate::docset::{DocSet, Gathering};
use crate::postings::Payloads;
use crate::reader::Reader;
use crate::search::boost::{FieldBoosts, TermMatch, adjacency_boost, shared_df_class};
use crate::search::expansion::{Expansion, QueryTerm};
use crate::search::packed::{PackedBoosts, PackedMatch};
use crate::search::query::Fields;
use crate::search::score::TermMatches;
use seoga_text::sorting;

/// Long lists up to which several files of payloads are read of each; of more one each.
const TOLD_WELL: usize = 2;

/// The posting lists of all expansions of all terms.
pub(crate) struct PostingLists<'a> {
    reader: &'a Reader<'a>,
    /// By term and expansion.
    expansions: Vec<Vec<ExpansionLists>>,
    /// Of each term whether books need not have it.
    framing: Vec<bool>,
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
    /// Its best tier.
    tier: Tier,
    /// About how many books match it, at most.
    books: u64,
}

/// A posting list with the boosts of its postings.
#[derive(Debug)]
struct TermList {
    entry: Entry,
    payloads: Payloads,
    boosts: FieldBoosts,
}

impl TermList {
    /// Tells whether documents that have the term in another field than those searched may be on the list.
    fn is_restricted(&self) -> bool {
        self.payloads == Payloads::All
    }

    /// Scores the best of a document's payloads; `None` where none is in a searched field.
    fn best(&self, doc: DocId, payloads: &[u16]) -> Option<TermMatch> {
        let postings = payloads.iter().map(|payload| Posting { doc, payload: *payload });
        postings.filter_map(|posting| self.boosts.score(posting)).reduce(|mut best, other| {
            best.keep_better(&other);
            best
        })
    }
}

/// Tells how much is read of the payloads of an expansion's lists.
pub(crate) fn payloads_of(term: &QueryTerm, expansion: &Expansion) -> Payloads {
    match expansion.kind {
        _ if term.fields != Fields::ALL && expansion.kind != ExpansionKind::Infix => Payloads::All,
        ExpansionKind::Prefix | ExpansionKind::Typo => Payloads::First,
        _ => Payloads::Few,
    }
}

impl ExpansionLists {
    fn new(documents: u32, expansion: &Expansion, number: u16, term: &QueryTerm) -> Self {
        let common = shared_df_class(term, expansion);
        let payloads = payloads_of(term, expansion);
        let list = |entry: &Entry| {
            let class = entry.df_class().max(common);
            TermList {
                entry: *entry,
                payloads,
                boosts: FieldBoosts::new(documents, expansion, number, term, class),
            }
        };
        let books = expansion.entries.iter().map(|entry| u64::from(entry.df())).min();
        Self {
            spans: expansion.spans.max(1),
            lists: expansion.entries.iter().map(list).collect(),
            apart: if expansion.kind == ExpansionKind::Infix { expansion.tier } else { Tier::Infix },
            tier: expansion.tier,
            books: books.unwrap_or(0),
        }
    }
}

impl<'a> PostingLists<'a> {
    /// Names the lists of these terms, and has them fetched in this round.
    pub(crate) fn new(reader: &'a Reader<'a>, terms: &[QueryTerm]) -> Self {
        let documents = reader.manifest.documents;
        let expansions = terms.iter().map(|term| {
            let expansions = term.expansions.iter().enumerate();
            expansions.map(|(number, one)| ExpansionLists::new(documents, one, number as u16, term)).collect()
        });
        let mut expansions: Vec<Vec<ExpansionLists>> = expansions.collect();
        let told = |list: &TermList| list.payloads == Payloads::Few && is_long(list.entry.df_class());
        let lists = |expansion: &ExpansionLists| expansion.lists.iter().filter(|list| told(list)).count();
        if expansions.iter().flatten().map(lists).sum::<usize>() > TOLD_WELL {
            let lists = expansions.iter_mut().flatten().flat_map(|expansion| &mut expansion.lists);
            lists.filter(|list| told(list)).for_each(|list| list.payloads = Payloads::First);
        }
        for list in expansions.iter().flatten().flat_map(|expansion| &expansion.lists) {
            reader.touch(list.entry, list.payloads);
        }
        let framing = terms.iter().map(|term| term.framing).collect();
        Self { reader, expansions, framing }
    }

    /// Iterates the expansions that span a term, those of earlier terms first, each with how many terms before it begins.
    fn spanning(&self, place: usize) -> impl Iterator<Item = (usize, &ExpansionLists)> {
        let before = self.expansions.iter().enumerate().take(place + 1);
        before.flat_map(move |(from, read)| {
            read.iter().filter(move |read| from + read.spans > place).map(move |read| (place - from, read))
        })
    }

    /// Intersects all terms that do not frame the question: the documents that match every one.
    pub(crate) fn intersect(&self) -> DocSet {
        let books = |place: usize| self.spanning(place).map(|(_, read)| read.books).sum::<u64>();
        let asked = self.framing.iter().enumerate().filter(|(_, framing)| !**framing);
        let mut places: Vec<(u64, usize)> = asked.map(|(place, _)| (books(place), place)).collect();
        sorting::sort_by(&mut places, Ord::cmp);
        let mut found: Option<DocSet> = None;
        for (_, place) in places {
            found = Some(self.term_docs(place, found.as_ref(), &|_| true));
        }
        found.unwrap_or_default()
    }

    /// Counts the terms.
    pub(super) fn terms(&self) -> usize {
        self.expansions.len()
    }

    /// Counts the documents of the index.
    pub(super) fn documents(&self) -> u32 {
        self.reader.manifest.documents
    }

    /// Finds the documents that match a term by expansions of some tiers, of those within another set.
    pub(super) fn term_docs(
        &self,
        place: usize,
        within: Option<&DocSet>,
        tiers: &dyn Fn(Tier) -> bool,
    ) -> DocSet {
        let documents = self.reader.manifest.documents;
        let mut gathered = Gathering::new(documents);
        let expansions = || self.spanning(place).map(|(_, read)| read).filter(|read| tiers(read.tier));
        if let Some(DocSet::Few(docs)) = within {
            let mut kept = vec![false; docs.len()];
            let mut keep = |at: usize| kept.get_mut(at).into_iter().for_each(|kept| *kept = true);
            for read in expansions() {
                match read.lists.as_slice() {
                    [list] if !list.is_restricted() => self.reader.meet(list.entry, docs, &mut keep),
                    lists => {
                        let found = self.on_all(lists, within);
                        let found = found.first(usize::MAX);
                        found.iter().filter_map(|doc| docs.binary_search(doc).ok()).for_each(&mut keep);
                    }
                }
            }
            let kept = docs.iter().zip(kept).filter(|(_, kept)| *kept);
            return DocSet::Few(kept.map(|(doc, _)| *doc).collect());
        }
        for read in expansions() {
            match read.lists.as_slice() {
                [list] if !list.is_restricted() => self.reader.gather(list.entry, &mut gathered),
                lists => gathered.add_set(&self.on_all(lists, within)),
            }
        }
        let mut found = gathered.finish();
        within.into_iter().for_each(|within| found.intersect(within));
        found.thin(documents);
        found
    }

    /// Finds the documents on all lists of an expansion, in the fields searched, of those within another set.
    fn on_all(&self, lists: &[TermList], within: Option<&DocSet>) -> DocSet {
        let documents = self.reader.manifest.documents;
        let mut shortest_first: Vec<&TermList> = lists.iter().collect();
        sorting::sort_by(&mut shortest_first, |a, b| a.entry.df().cmp(&b.entry.df()));
        let mut found = within.cloned();
        for list in shortest_first {
            let docs = match found {
                Some(mut docs) => {
                    self.reader.intersect(list.entry, &mut docs);
                    docs
                }
                None => {
                    let mut gathered = Gathering::new(documents);
                    self.reader.gather(list.entry, &mut gathered);
                    gathered.finish()
                }
            };
            found = Some(if list.is_restricted() { self.in_fields(list, &docs) } else { docs });
        }
        found.unwrap_or_default()
    }

    /// Keeps the documents of a list that have the term in a searched field.
    fn in_fields(&self, list: &TermList, docs: &DocSet) -> DocSet {
        let docs = docs.first(usize::MAX);
        let mut kept = Vec::new();
        self.reader.weigh(list.entry, list.payloads, &docs, &mut |at, payloads| {
            let doc = docs.get(at).copied().unwrap_or_default();
            kept.extend(list.best(doc, payloads).map(|found| found.doc));
        });
        let mut gathered = Gathering::new(self.reader.manifest.documents);
        gathered.add(&kept);
        gathered.finish()
    }

    /// Collects the best match of each term in each of these documents, which ascend.
    pub(crate) fn collect(&self, docs: Vec<DocId>) -> TermMatches {
        let mut terms = Vec::with_capacity(self.expansions.len());
        for place in 0..self.expansions.len() {
            let mut hits = vec![PackedMatch::NONE; docs.len()];
            self.spanning(place)
                .for_each(|(back, read)| self.collect_expansion(read, back, &docs, &mut hits));
            terms.push(hits);
        }
        TermMatches { docs, terms, framing: self.framing.clone() }
    }

    /// Finds the matches of documents on all lists of one expansion, with scores and coverage added up.
    fn meet_all(&self, lists: &[TermList], apart: Tier, docs: &[DocId]) -> Vec<TermMatch> {
        let of_list = |list: &TermList| {
            let mut hits: Vec<TermMatch> = Vec::new();
            self.reader.weigh(list.entry, list.payloads, docs, &mut |at, payloads| {
                hits.extend(docs.get(at).and_then(|doc| list.best(*doc, payloads)));
            });
            hits
        };
        let mut each = lists.iter().map(of_list);
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
        docs: &[DocId],
        into: &mut [PackedMatch],
    ) {
        match expansion.lists.as_slice() {
            [list] if expansion.spans == 1 => {
                let boosts = PackedBoosts::new(&list.boosts);
                self.reader.weigh(list.entry, list.payloads, docs, &mut |at, payloads| {
                    if let Some(best) = into.get_mut(at) {
                        for payload in payloads {
                            best.keep_better(boosts.score((payload >> 8) as u8, *payload as u8));
                        }
                    }
                });
            }
            lists => {
                let spans = expansion.spans as u32;
                for hit in self.meet_all(lists, expansion.apart, docs) {
                    let (score, coverage) = (hit.score / spans, hit.coverage / spans);
                    let share = TermMatch { score, coverage, back: back as u8, ..hit };
                    let at = docs.binary_search(&hit.doc).ok();
                    if let Some(best) = at.and_then(|at| into.get_mut(at)) {
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
