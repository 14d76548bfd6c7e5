//! Puts all hits in an order other than that of relevance: walks the lists of books in that order, from the first on,
//! until the page is full.
//!
//! Of few hits the records are read instead, which holds what they are sorted by. Hits of one value stand in the order of
//! relevance, those without a value last. Invariant: no hit is left out of the order for its place in another.

use seoga_index::DocId;
use seoga_index::dictionary::Entry;
use seoga_index::key::{after_prefix, in_space, space};
use seoga_index::record::Record;
use seoga_text::title;

use crate::answer::Tier;
use crate::docset::{DocSet, Gathering};
use crate::keyspace::series_key;
use crate::postings::Payloads;
use crate::reader::Reader;
use crate::request::{MAX_REACH, Sort};
use crate::search::ordered::{FUZZY_ORDER_FILES, Ordered, touch_likely, within_files};
use crate::search::registered;
use crate::search::state::{Matches, Search};
use crate::search::top_k::ScoredDoc;
use crate::search::works::Works;
use seoga_text::sorting;

/// Hits up to which their records are read to sort them.
const READ: usize = 24;
/// Libraries beyond which fewer files are read of the lists of their days, and how many then.
const FEW_LIBRARIES: usize = 4;
const FILES_OF_MANY: usize = 8;
/// Shards of the dictionary that name the lists of an order.
const ORDER_SHARDS: usize = 4;

impl Search {
    /// Tells whether another order than that of relevance is asked for.
    pub(super) fn is_ordered(&self) -> bool {
        !matches!(self.request.sort, Sort::Relevance | Sort::Cooccurrence)
    }

    /// Tells whether so many hits are sorted by their records.
    pub(super) fn orders_by_records(&self, hits: usize) -> bool {
        let few = hits <= READ.max(self.request.limit as usize);
        few && self.sought.is_none() && self.request.sort != Sort::Series
    }

    /// Has what names the lists of the order fetched in this round.
    pub(super) fn touch_order(&self, reader: &Reader<'_>) {
        if self.is_ordered() {
            reader.prefetch(|reader| self.order_lists(reader));
        }
    }

    /// Has the lists of the order fetched in this round, where fuzzy expansions took the round that would be theirs.
    pub(super) fn touch_whole_order(&self, reader: &Reader<'_>) {
        if self.is_ordered() {
            let mut lists = self.order_lists(reader);
            within_files(reader, FUZZY_ORDER_FILES, &mut lists);
            lists.iter().for_each(|entry| reader.touch(*entry, Payloads::All));
        }
    }

    /// Finds the lists of the order asked for, the first of it first.
    fn order_lists(&self, reader: &Reader<'_>) -> Vec<Entry> {
        if let Some(libraries) = self.dated_by() {
            return registered::lists(reader, libraries).into_iter().map(|list| list.entry).collect();
        }
        if self.request.sort == Sort::Series {
            let series = self.request.filters.series.as_deref().unwrap_or_default();
            return reader.get(&in_space(space::SERIES, &series_key(series))).into_iter().collect();
        }
        let by_year = self.request.sort == Sort::Year;
        let from = if by_year { vec![space::YEAR] } else { vec![space::ORDER, self.request.sort.number()] };
        let mut found = Vec::new();
        reader.range(&from, after_prefix(&from).as_deref(), ORDER_SHARDS, &mut |key, entry| {
            // Years have four digits; centuries and decades have lists, too.
            if !by_year || key.len() == 5 {
                found.push(entry);
            }
            true
        });
        if by_year {
            found.reverse();
        }
        found
    }

    /// Gives the libraries by whose days hits are put in order: those asked for, where not all are.
    pub(super) fn dated_by(&self) -> Option<&[u16]> {
        let libraries = &self.request.filters.libraries;
        let some = !libraries.is_empty() && libraries.len() < self.manifest.libraries.len();
        (self.request.sort == Sort::Newest && some).then_some(libraries)
    }

    /// Orders hits up to the end of the page asked for; `docs` are all of them, `matches.hits` those that were weighed. Of each work
    /// the first has its place.
    pub(super) fn order(
        &self,
        reader: &Reader<'_>,
        matches: &Matches,
        docs: &DocSet,
        works: &Works,
    ) -> Ordered {
        let mut weighed: Vec<(DocId, ScoredDoc)> = matches.hits.iter().map(|hit| (hit.doc(), *hit)).collect();
        weighed.sort_unstable();
        let best = weighed.iter().map(|(_, hit)| hit.tier()).min().unwrap_or(Tier::Exact);
        let is_added = |hit: &ScoredDoc| hit.tier() >= Tier::Partial && hit.tier() > best;
        let mut added: Vec<ScoredDoc> = weighed.iter().map(|(_, hit)| *hit).filter(is_added).collect();
        added.sort_unstable();
        // One that was not weighed stands behind all that were.
        let by_relevance = |doc: DocId| {
            let found = weighed.binary_search_by_key(&doc, |(doc, _)| *doc).ok();
            found
                .and_then(|at| weighed.get(at))
                .map_or(ScoredDoc::new(doc, Tier::Related, 0), |(_, hit)| *hit)
        };
        let mut docs = docs.clone();
        docs.subtract(&self.documents_of(&added));
        let last = if self.sought.is_some() { MAX_REACH as usize } else { self.page().1 };
        let total = docs.len();
        let mut ordered = if self.orders_by_records(total) {
            self.by_records(reader, &docs, &by_relevance)
        } else {
            let (last, files) = (last.min(total.saturating_sub(works.surplus())), matches.order_files);
            match self.dated_by() {
                Some(libraries) => {
                    // The whole lists of many libraries were read besides.
                    let files =
                        if libraries.len() > FEW_LIBRARIES { files.min(FILES_OF_MANY) } else { files };
                    self.by_days(reader, libraries, (&docs, files, works), last, &by_relevance)
                }
                None => self.by_lists(reader, (&docs, files, works), last, &by_relevance),
            }
        };
        let mut seen = works.unseen();
        ordered.hits.extend(added);
        ordered.hits.retain(|hit| seen.is_first(hit.doc()));
        ordered
    }

    fn by_records(
        &self,
        reader: &Reader<'_>,
        docs: &DocSet,
        by_relevance: &dyn Fn(DocId) -> ScoredDoc,
    ) -> Ordered {
        let mut hits = Vec::new();
        for doc in docs.first(usize::MAX) {
            let value = reader.record(doc).map(|record| value(self.request.sort, &record, self.dated_by()));
            hits.push((value.unwrap_or_default(), by_relevance(doc)));
        }
        sorting::sort_by(&mut hits, |a, b| a.0.cmp(&b.0).then(a.1.cmp(&b.1)));
        Ordered { hits: hits.into_iter().map(|(_, hit)| hit).collect(), exact: true }
    }

    fn by_lists(
        &self,
        reader: &Reader<'_>,
        (docs, files, works): (&DocSet, usize, &Works),
        last: usize,
        by_relevance: &dyn Fn(DocId) -> ScoredDoc,
    ) -> Ordered {
        let mut lists = self.order_lists(reader);
        let all = lists.len();
        within_files(reader, files, &mut lists);
        let reach = works.books(last, docs.len());
        touch_likely(reader, &lists, docs.len(), reach, reader.manifest.documents.into());
        let mut hits: Vec<ScoredDoc> = Vec::new();
        let (mut seen, mut reached) = (works.unseen(), 0);
        let mut left = docs.clone();
        for entry in &lists {
            if reached >= last || reader.lacks() {
                break;
            }
            let mut own = match docs {
                DocSet::Few(_) => left.clone(),
                DocSet::Many(_) => {
                    let mut listed = Gathering::new(reader.manifest.documents);
                    reader.gather(*entry, &mut listed);
                    listed.finish()
                }
            };
            own.intersect(&left);
            let own = own.first(usize::MAX);
            let mut found: Vec<(u16, ScoredDoc)> = Vec::new();
            reader.weigh(*entry, Payloads::All, &own, &mut |at, payloads| {
                let doc = own.get(at).copied().unwrap_or_default();
                found.push((payloads.first().copied().unwrap_or(0), by_relevance(doc)));
            });
            if reader.lacks() {
                // The first guess was too small: all that may be needed, in one round.
                lists.iter().for_each(|entry| reader.touch(*entry, Payloads::All));
                break;
            }
            found.sort_unstable();
            let found: Vec<ScoredDoc> = found.into_iter().map(|(_, hit)| hit).collect();
            left.subtract(&self.documents_of(&found));
            reached += found.iter().filter(|hit| seen.is_first(hit.doc())).count();
            hits.extend(found);
        }
        let exact = reached >= last || lists.len() == all;
        if reached < last {
            // Those without a value, or behind what was read.
            let mut rest: Vec<ScoredDoc> = left.first(usize::MAX).into_iter().map(by_relevance).collect();
            rest.sort_unstable();
            hits.extend(rest);
        }
        Ordered { hits, exact }
    }
}

/// Reads what a record is sorted by, the first of the order the least; one without a value comes last. `libraries` are those
/// whose days count, where not all do.
fn value(sort: Sort, record: &Record, libraries: Option<&[u16]>) -> (u32, String) {
    let most_first =
        |value: Option<u32>| (value.map_or(u32::MAX, |value| u32::MAX - 1 - value), String::new());
    match sort {
        Sort::Relevance | Sort::Cooccurrence | Sort::Series => Default::default(),
        Sort::Newest => {
            let counts = |library| libraries.is_none_or(|libraries| libraries.contains(&library));
            let held = record.holdings.iter().filter(|holding| counts(holding.library));
            let days = held.filter_map(|holding| holding.registered);
            most_first(days.min().map(u32::from))
        }
        Sort::Year => most_first(record.year.map(u32::from)),
        Sort::Title => (0, title::sort_key(&record.title)),
        Sort::Holdings => most_first(Some(record.holdings.len() as u32)),
        Sort::Loans => most_first(record.loans),
    }
}
