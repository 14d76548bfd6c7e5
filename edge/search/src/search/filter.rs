//! Filters: their posting lists, and the set of documents that passes all of them.

use seoga_index::DocId;
use seoga_index::dictionary::Entry;
use seoga_index::key::{after_prefix, in_space, space};
use seoga_index::postings::PART_POSTINGS;

use crate::docset::DocSet;
use crate::postings::{DOCS_PREFIX, ListKind, Scope};
use crate::reader::Reader;
use crate::request::{Filters, YearRange};
use crate::search::query::Query;

/// Lists that a range of years may have; more are not read.
const MOST_YEARS: usize = 400;
/// Parts of long lists that a filter of several lists reads, but one of each at least.
const PARTS_OF_SEVERAL: u64 = 8;

/// The posting lists of a request's filters: those of one filter are united, the filters intersected.
#[derive(Debug, Clone, Default)]
pub(crate) struct FilterPlan {
    filters: Vec<Vec<Entry>>,
    /// The list of books that no library holds, where every library was asked for: one
    /// list instead of all.
    pub(crate) held_nowhere: Option<Entry>,
}

/// The documents that pass a request's filters, as far as lists were read.
#[derive(Debug)]
pub(crate) struct FilterSet {
    /// The documents; `None` where there is no filter.
    docs: Option<DocSet>,
    /// Those that pass the filters whose lists were read to their end, where others were not.
    complete: Option<DocSet>,
    /// The last document up to which all lists are complete.
    reach: DocId,
}

impl FilterSet {
    /// Gives the documents that pass; `None` where there is no filter.
    pub(crate) fn docs(&self) -> Option<&DocSet> {
        self.docs.as_ref()
    }

    /// Tells whether it is known of every document if it passes.
    pub(crate) fn is_complete(&self) -> bool {
        self.reach == DocId::MAX
    }

    /// Gives a set outside of which no document passes; `None` where no filter was read to its end.
    pub(crate) fn upper_bound(&self) -> Option<&DocSet> {
        if self.is_complete() { self.docs.as_ref() } else { self.complete.as_ref() }
    }

    /// Tells whether it is known of all of these documents if they pass.
    pub(crate) fn is_complete_for(&self, docs: &DocSet) -> bool {
        self.is_complete() || !docs.any(self.reach, DocId::MAX)
    }

    /// Tells whether a document is known to pass.
    pub(crate) fn contains(&self, doc: DocId) -> bool {
        self.docs.as_ref().is_none_or(|docs| docs.contains(doc))
    }

    /// Removes the documents that do not pass.
    pub(crate) fn retain_in(&self, docs: &mut DocSet) {
        self.docs.iter().for_each(|passing| docs.intersect(passing));
    }
}

impl FilterPlan {
    /// Finds the lists of a request's filters and of the fields in its box.
    pub(crate) fn new(reader: &Reader<'_>, asked: &Filters, query: &Query) -> Self {
        let mut plan = FilterPlan::default();
        let every = asked.libraries.len() == reader.manifest.libraries.len();
        if every && !asked.libraries.is_empty() {
            plan.held_nowhere = reader.get(&[space::LIBRARY]);
        } else if !asked.libraries.is_empty() {
            plan.libraries(reader, &asked.libraries);
        }
        if !query.libraries.is_empty() {
            let named: Vec<u16> =
                query.libraries.iter().filter_map(|name| reader.manifest.library(name)).collect();
            plan.libraries(reader, &named);
        }
        for class in [&asked.class, &query.class].into_iter().flatten() {
            plan.one(reader, space::CLASS, class.trim_end_matches('.').as_bytes());
        }
        for year in [asked.year, query.year].into_iter().flatten() {
            plan.years(reader, year);
        }
        if let Some(publisher) = &asked.publisher {
            plan.one(reader, space::PUBLISHER, &crate::keyspace::publisher_key(publisher));
        }
        if let Some(language) = asked.language {
            plan.one(reader, space::LANGUAGE, language.code().as_bytes());
        }
        plan
    }

    /// Reads the documents that pass by the prefixes of their lists, and further for the seek targets.
    pub(crate) fn documents(&self, reader: &Reader<'_>, targets: Option<&DocSet>) -> FilterSet {
        let tightest = self.filters.iter().max_by_key(|filter| books(filter) / parts_of(filter));
        let scope = Scope { within: None, seek: targets };
        let (mut bound, mut prefixes): (Option<DocSet>, Vec<DocSet>) = (None, Vec::new());
        let mut reach = DocId::MAX;
        for filter in &self.filters {
            let mut documents = DocSet::none(reader.manifest.documents);
            let mut complete = true;
            for entry in filter {
                let most = tightest.map_or(DOCS_PREFIX, |tightest| share(*entry, tightest));
                let extent = reader.read_docs(*entry, ListKind::DocsPrefix(most), scope, &mut documents);
                complete &= extent.complete;
                reach = reach.min(extent.reach);
            }
            match &mut bound {
                _ if !complete => prefixes.push(documents),
                None => bound = Some(documents),
                Some(bound) => bound.intersect(&documents),
            }
        }
        let complete = if prefixes.is_empty() { None } else { bound.clone() };
        let docs = prefixes.into_iter().chain(bound).reduce(|mut docs, other| {
            docs.intersect(&other);
            docs
        });
        FilterSet { docs, complete, reach }
    }

    fn libraries(&mut self, reader: &Reader<'_>, numbers: &[u16]) {
        let of = |number: &u16| {
            let library = reader.manifest.libraries.get(usize::from(*number))?;
            (library.books > 0)
                .then_some(Entry::List { address: library.postings, df_class: library.df_class })
        };
        self.filters.push(numbers.iter().filter_map(of).collect());
    }

    fn one(&mut self, reader: &Reader<'_>, space: u8, rest: &[u8]) {
        self.filters.push(reader.get(&in_space(space, rest)).into_iter().collect());
    }

    fn years(&mut self, reader: &Reader<'_>, range: YearRange) {
        let (from, to) = (u32::from(range.from.unwrap_or(0)), u32::from(range.to.unwrap_or(u16::MAX)));
        let mut entries = Vec::new();
        // A century comes before its decades, a decade before its years.
        let mut taken = None;
        reader.range(&[space::YEAR], after_prefix(&[space::YEAR]).as_deref(), 2, &mut |key, entry| {
            if let Some((first, last)) = years_of(key)
                && from <= first
                && last <= to
                && taken.is_none_or(|taken| first > taken)
            {
                entries.push(entry);
                taken = Some(last);
            }
            entries.len() < MOST_YEARS
        });
        self.filters.push(entries);
    }
}

/// Reads the years of a key: of two digits a century, of three a decade.
fn years_of(key: &[u8]) -> Option<(u32, u32)> {
    let digits = key.get(1..)?;
    let number: u32 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    let years = 10u32.checked_pow(4u32.checked_sub(digits.len() as u32)?)?;
    Some((number * years, number * years + (years - 1)))
}

/// Counts the parts of long lists that a filter reads.
fn parts_of(filter: &[Entry]) -> u64 {
    if filter.len() > 1 { PARTS_OF_SEVERAL } else { DOCS_PREFIX as u64 }
}

/// Estimates the books in the lists of a filter.
fn books(filter: &[Entry]) -> u64 {
    filter.iter().map(|entry| u64::from(entry.df())).sum()
}

/// Counts the parts that are read of a list beside the filter that reaches least far: no further than that one, for
/// what one filter does not reach no other one needs to reach.
fn share(entry: Entry, tightest: &[Entry]) -> usize {
    let (all, parts) = (books(tightest), parts_of(tightest));
    if all <= parts * u64::from(PART_POSTINGS) {
        return DOCS_PREFIX;
    }
    let share = (2 * u64::from(entry.df()) * parts / all).div_ceil(2);
    share.clamp(1, DOCS_PREFIX as u64) as usize
}
