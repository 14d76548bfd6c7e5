//! Filters as sets of documents.

use seoga_index::dictionary::Entry;
use seoga_index::key::{after_prefix, in_space, space};

use crate::docset::DocSet;
use crate::query::Query;
use crate::reader::Reader;
use crate::request::{Filters, YearRange};

/// Years a range may list before it is taken for open.
const MOST_YEARS: usize = 400;

/// Lists to be united within each filter, and the unions intersected.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    filters: Vec<Vec<Entry>>,
    /// The books that no library holds, where every library was asked for: one
    /// list instead of all.
    pub(crate) unheld: Option<Entry>,
}

impl Plan {
    /// Finds the lists of a request's filters and of the fields in its box.
    pub(crate) fn resolve(reader: &Reader<'_>, asked: &Filters, query: &Query) -> Self {
        let mut plan = Plan::default();
        let every = asked.libraries.len() == reader.manifest.libraries.len();
        if every && !asked.libraries.is_empty() {
            plan.unheld = reader.get(&[space::LIBRARY]);
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
            plan.one(reader, space::PUBLISHER, &crate::publisher_key(publisher));
        }
        if let Some(language) = asked.language {
            plan.one(reader, space::LANGUAGE, language.code().as_bytes());
        }
        plan
    }

    /// Whether everything passes.
    pub(crate) fn is_empty(&self) -> bool {
        self.filters.is_empty()
    }

    /// The documents that pass; `None` when there is no filter.
    /// The second value tells whether all lists were read to their end.
    pub(crate) fn documents(&self, reader: &Reader<'_>) -> (Option<DocSet>, bool) {
        let mut whole = true;
        let mut passing: Option<DocSet> = None;
        for filter in &self.filters {
            let mut documents = DocSet::none(reader.manifest.documents);
            for entry in filter {
                whole &= reader.documents(*entry, &mut documents);
            }
            match &mut passing {
                None => passing = Some(documents),
                Some(passing) => passing.intersect(&documents),
            }
        }
        (passing, whole)
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
        let digits = |year: u16| in_space(space::YEAR, format!("{year:04}").as_bytes());
        let from = digits(range.from.unwrap_or(0));
        let to = range.to.map_or_else(|| after_prefix(&[space::YEAR]), |year| after_prefix(&digits(year)));
        let mut entries = Vec::new();
        reader.range(&from, to.as_deref(), 2, &mut |_, entry| {
            entries.push(entry);
            entries.len() < MOST_YEARS
        });
        self.filters.push(entries);
    }
}
