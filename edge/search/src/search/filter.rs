//! Filters as sets of documents.

use seoga_index::DocId;
use seoga_index::dictionary::Entry;
use seoga_index::key::{after_prefix, in_space, space};
use seoga_index::postings::PART_POSTINGS;

use crate::docset::DocSet;
use crate::postings::{MOST_PARTS, Parts, Scope};
use crate::reader::Reader;
use crate::request::{Filters, YearRange};
use crate::search::query::Query;

/// Lists a range of years may have; more are not read.
const MOST_YEARS: usize = 400;
/// Parts of long lists that a filter of several lists reads, but one of each at least.
const PARTS_OF_SEVERAL: u64 = 8;

/// Lists to be united within each filter, and the unions intersected.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    filters: Vec<Vec<Entry>>,
    /// The books that no library holds, where every library was asked for: one
    /// list instead of all.
    pub(crate) unheld: Option<Entry>,
}

/// What passes a request's filters, as far as lists were read.
#[derive(Debug)]
pub(crate) struct Passing {
    /// The documents; `None` where there is no filter.
    docs: Option<DocSet>,
    /// Those that pass the filters whose lists were read to their end, where others were not.
    told_wholly: Option<DocSet>,
    /// The last document up to which all lists tell.
    reach: DocId,
}

impl Passing {
    /// The documents; `None` where there is no filter.
    pub(crate) fn docs(&self) -> Option<&DocSet> {
        self.docs.as_ref()
    }

    /// Whether it is known of every document.
    pub(crate) fn is_whole(&self) -> bool {
        self.reach == DocId::MAX
    }

    /// No document passes that is not here; `None` where no filter tells.
    pub(crate) fn sure(&self) -> Option<&DocSet> {
        if self.is_whole() { self.docs.as_ref() } else { self.told_wholly.as_ref() }
    }

    /// Whether it is known of all of these.
    pub(crate) fn tells_of(&self, docs: &DocSet) -> bool {
        self.is_whole() || !docs.any(self.reach, DocId::MAX)
    }

    /// Whether a document is known to pass.
    pub(crate) fn has(&self, doc: DocId) -> bool {
        self.docs.as_ref().is_none_or(|docs| docs.contains(doc))
    }

    /// Keeps what passes.
    pub(crate) fn keep(&self, docs: &mut DocSet) {
        self.docs.iter().for_each(|passing| docs.intersect(passing));
    }
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
            plan.one(reader, space::PUBLISHER, &crate::keyspace::publisher_key(publisher));
        }
        if let Some(language) = asked.language {
            plan.one(reader, space::LANGUAGE, language.code().as_bytes());
        }
        plan
    }

    /// The documents that pass, as far as heads of lists tell, and further for those in question.
    pub(crate) fn documents(&self, reader: &Reader<'_>, in_question: Option<&DocSet>) -> Passing {
        let tightest = self.filters.iter().max_by_key(|filter| books(filter) / parts_of(filter));
        let scope = Scope { within: None, beyond: in_question };
        let (mut sure, mut heads): (Option<DocSet>, Vec<DocSet>) = (None, Vec::new());
        let mut reach = DocId::MAX;
        for filter in &self.filters {
            let mut documents = DocSet::none(reader.manifest.documents);
            let mut whole = true;
            for entry in filter {
                let most = tightest.map_or(MOST_PARTS, |tightest| share(*entry, tightest));
                let extent = reader.documents_of(*entry, Parts::Head(most), scope, &mut documents);
                whole &= extent.whole;
                reach = reach.min(extent.reach);
            }
            match &mut sure {
                _ if !whole => heads.push(documents),
                None => sure = Some(documents),
                Some(sure) => sure.intersect(&documents),
            }
        }
        let told_wholly = if heads.is_empty() { None } else { sure.clone() };
        let docs = heads.into_iter().chain(sure).reduce(|mut docs, other| {
            docs.intersect(&other);
            docs
        });
        Passing { docs, told_wholly, reach }
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

/// The years of a key of years: of two digits a century, of three a decade.
fn years_of(key: &[u8]) -> Option<(u32, u32)> {
    let digits = key.get(1..)?;
    let number: u32 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    let years = 10u32.checked_pow(4u32.checked_sub(digits.len() as u32)?)?;
    Some((number * years, number * years + (years - 1)))
}

/// Parts of long lists that a filter reads.
fn parts_of(filter: &[Entry]) -> u64 {
    if filter.len() > 1 { PARTS_OF_SEVERAL } else { MOST_PARTS as u64 }
}

/// Books in the lists of a filter, about.
fn books(filter: &[Entry]) -> u64 {
    filter.iter().map(|entry| u64::from(entry.df())).sum()
}

/// How many parts are read of a list beside the filter that reaches least far: no further than that one, for what one
/// filter does not reach, no other one needs to tell.
fn share(entry: Entry, tightest: &[Entry]) -> usize {
    let (all, parts) = (books(tightest), parts_of(tightest));
    if all <= parts * u64::from(PART_POSTINGS) {
        return MOST_PARTS;
    }
    let share = (2 * u64::from(entry.df()) * parts / all).div_ceil(2);
    share.clamp(1, MOST_PARTS as u64) as usize
}
