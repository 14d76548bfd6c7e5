//! Filters: their posting lists, and the set of documents that passes all of them.

use seoga_index::dictionary::Entry;
use seoga_index::key::{after_prefix, in_space, space};

use crate::docset::{DocSet, Gathering};
use crate::postings::Payloads;
use crate::reader::Reader;
use crate::request::{Filters, YearRange};
use crate::search::query::Query;
use crate::sorting;

/// Lists that a range of years may have; more are not read.
const MOST_YEARS: usize = 400;

/// The posting lists of a request's filters: those of one filter are united, the filters intersected.
#[derive(Debug, Clone, Default)]
pub(crate) struct FilterPlan {
    filters: Vec<Vec<Entry>>,
    /// The list of books that no library holds, where every library was asked for: one
    /// list instead of all.
    pub(crate) held_nowhere: Option<Entry>,
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
        if let Some(volume) = &asked.volume {
            plan.one(reader, space::VOLUME, volume.as_bytes());
        }
        if let Some(series) = &asked.series {
            plan.one(reader, space::SERIES, &crate::keyspace::series_key(series));
        }
        plan
    }

    /// Tells whether every document passes.
    pub(crate) fn is_empty(&self) -> bool {
        self.filters.is_empty()
    }

    /// Has the lists fetched in this round.
    pub(crate) fn touch(&self, reader: &Reader<'_>) {
        self.filters.iter().flatten().for_each(|entry| reader.touch(*entry, Payloads::None));
    }

    /// Keeps the documents that pass, the filter of fewest books first.
    pub(crate) fn retain_in(&self, reader: &Reader<'_>, docs: &mut DocSet) {
        let mut filters: Vec<&Vec<Entry>> = self.filters.iter().collect();
        sorting::sort_by_cached_key(&mut filters, |filter| books(filter));
        filters.into_iter().for_each(|filter| reader.intersect_any(filter, docs));
    }

    /// Finds the documents that pass; all of the index where there is no filter.
    pub(crate) fn documents(&self, reader: &Reader<'_>) -> DocSet {
        let least = self.filters.iter().min_by_key(|filter| books(filter));
        let Some(least) = least else { return DocSet::all(reader.manifest.documents) };
        let mut gathered = Gathering::new(reader.manifest.documents);
        least.iter().for_each(|entry| reader.gather(*entry, &mut gathered));
        let mut docs = gathered.finish();
        if self.filters.len() > 1 {
            self.retain_in(reader, &mut docs);
        }
        docs
    }

    fn libraries(&mut self, reader: &Reader<'_>, numbers: &[u16]) {
        self.filters.push(numbers.iter().filter_map(|number| reader.held_by(*number)).collect());
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

/// Estimates the books in the lists of a filter.
fn books(filter: &[Entry]) -> u64 {
    filter.iter().map(|entry| u64::from(entry.df())).sum()
}
