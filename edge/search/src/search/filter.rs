//! Filters: their posting lists, and the set of documents that passes all of them.

use seoga_index::dictionary::Entry;
use seoga_index::key::{after_prefix, in_space, space};
use seoga_index::postings::{Field, MAX_WEIGHT, Posting};

use crate::docset::{DocSet, Gathering};
use crate::postings::Payloads;
use crate::reader::Reader;
use crate::request::{Filters, YearRange};
use crate::search::query::Query;
use seoga_text::sorting;

/// Lists that a range of years may have; more are not read.
const MOST_YEARS: usize = 400;
/// Files of the lists of all years up to which they are fetched before it is known which years are asked.
const FORESEEN_YEARS: usize = 2;

/// A list, and which of its postings pass.
type FieldList = (Entry, fn(&Posting) -> bool);

/// The shelves on one of which a book must be.
#[derive(Debug, Clone)]
enum OnShelf {
    /// Those of all libraries.
    Anywhere,
    /// Those of some, by their numbers and lists.
    Of(Vec<(u16, Entry)>),
}

/// The posting lists of a request's filters: those of one filter are united, the filters intersected.
#[derive(Debug, Clone, Default)]
pub(crate) struct FilterPlan {
    filters: Vec<Vec<Entry>>,
    /// Lists of which only some postings pass.
    fields: Vec<FieldList>,
    /// The shelves of which a book must be on one, where only books that are on the shelf count.
    on_shelf: Option<OnShelf>,
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
            reader.foresee_list(&[space::LIBRARY], Payloads::None);
            plan.held_nowhere = reader.get(&[space::LIBRARY]);
        } else if !asked.libraries.is_empty() {
            plan.libraries(reader, &asked.libraries);
        }
        let named: Vec<u16> =
            query.libraries.iter().filter_map(|name| reader.manifest.library(name)).collect();
        if !query.libraries.is_empty() {
            plan.libraries(reader, &named);
        }
        if asked.available.is_some() {
            plan.on_shelf =
                Some(match [&asked.libraries, &named].into_iter().find(|some| !some.is_empty()) {
                    Some(some) if !every => {
                        let shelf = |number: &u16| Some((*number, reader.held_by(*number)?));
                        OnShelf::Of(some.iter().filter_map(shelf).collect())
                    }
                    _ => OnShelf::Anywhere,
                });
            reader.prefetch(Reader::loans);
        }
        let class = |class: &String| in_space(space::CLASS, class.trim_end_matches('.').as_bytes());
        plan.any(reader, &mut asked.classes.iter().map(class));
        plan.any(reader, &mut query.class.iter().map(class));
        for year in [asked.year, query.year].into_iter().flatten() {
            plan.years(reader, year);
        }
        let publisher = |name: &String| in_space(space::PUBLISHER, &crate::keyspace::publisher_key(name));
        plan.any(reader, &mut asked.publishers.iter().map(publisher));
        let one = [
            asked.language.map(|language| in_space(space::LANGUAGE, language.code().as_bytes())),
            asked.volume.as_ref().map(|volume| in_space(space::VOLUME, volume.as_bytes())),
            asked.series.as_ref().map(|name| in_space(space::SERIES, &crate::keyspace::series_key(name))),
        ];
        one.into_iter().for_each(|key| plan.any(reader, &mut key.into_iter()));
        if let Some(person) = &asked.person {
            plan.field(reader, person, is_whole_name);
        }
        if let Some(subject) = &asked.subject {
            plan.field(reader, subject, is_subject);
        }
        plan
    }

    /// Tells whether every document passes.
    pub(crate) fn is_empty(&self) -> bool {
        self.filters.is_empty() && self.fields.is_empty() && self.on_shelf.is_none()
    }

    /// Has the lists fetched in this round.
    pub(crate) fn touch(&self, reader: &Reader<'_>) {
        self.filters.iter().flatten().for_each(|entry| reader.touch(*entry, Payloads::None));
        self.fields.iter().for_each(|(entry, _)| reader.prefetch(|reader| reader.list(*entry)));
        self.on_shelf.iter().for_each(|shelves| reader.prefetch(|reader| shelves.documents(reader)));
    }

    /// Keeps the documents that pass, the filter of fewest books first.
    pub(crate) fn retain_in(&self, reader: &Reader<'_>, docs: &mut DocSet) {
        let mut filters: Vec<&Vec<Entry>> = self.filters.iter().collect();
        sorting::sort_by_cached_key(&mut filters, |filter| books(filter));
        filters.into_iter().for_each(|filter| reader.intersect_any(filter, docs));
        self.fields.iter().for_each(|field| docs.intersect(&with_field(reader, field)));
        self.on_shelf.iter().for_each(|shelves| docs.intersect(&shelves.documents(reader)));
    }

    /// Finds the documents that pass; all of the index where there is no filter.
    pub(crate) fn documents(&self, reader: &Reader<'_>) -> DocSet {
        let least = self.filters.iter().min_by_key(|filter| books(filter));
        let Some(least) = least else {
            let mut docs = match (self.fields.split_first(), &self.on_shelf) {
                (Some((first, _)), _) => with_field(reader, first),
                (None, Some(shelves)) => return shelves.documents(reader),
                (None, None) => return DocSet::all(reader.manifest.documents),
            };
            self.retain_in(reader, &mut docs);
            return docs;
        };
        let mut gathered = Gathering::new(reader.manifest.documents);
        least.iter().for_each(|entry| reader.gather(*entry, &mut gathered));
        let mut docs = gathered.finish();
        if self.filters.len() + self.fields.len() + usize::from(self.on_shelf.is_some()) > 1 {
            self.retain_in(reader, &mut docs);
        }
        docs
    }

    fn libraries(&mut self, reader: &Reader<'_>, numbers: &[u16]) {
        self.filters.push(numbers.iter().filter_map(|number| reader.held_by(*number)).collect());
    }

    /// Adds a filter of the lists of these keys; none where there is no key.
    fn any(&mut self, reader: &Reader<'_>, keys: &mut dyn ExactSizeIterator<Item = Vec<u8>>) {
        if keys.len() == 0 {
            return;
        }
        let mut entries = Vec::with_capacity(keys.len());
        for key in keys {
            reader.foresee_list(&key, Payloads::None);
            entries.extend(reader.get(&key));
        }
        self.filters.push(entries);
    }

    /// Adds the list of a text's letters, of which the postings that are `meant` pass.
    fn field(&mut self, reader: &Reader<'_>, text: &str, meant: fn(&Posting) -> bool) {
        let key = crate::keyspace::text_key(text);
        reader.foresee_list(&key, Payloads::Few);
        match reader.get(&key) {
            Some(entry) => self.fields.push((entry, meant)),
            None => self.filters.push(Vec::new()),
        }
    }

    fn years(&mut self, reader: &Reader<'_>, range: YearRange) {
        let (from, to) = (u32::from(range.from.unwrap_or(0)), u32::from(range.to.unwrap_or(u16::MAX)));
        let mut entries = Vec::new();
        // A century comes before its decades, a decade before its years.
        let mut taken = None;
        let end = after_prefix(&[space::YEAR]);
        reader.foresee_range(&[space::YEAR], end.as_deref(), FORESEEN_YEARS);
        reader.range(&[space::YEAR], end.as_deref(), 2, &mut |key, entry| {
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

impl OnShelf {
    /// Finds the documents that are on one of the shelves.
    fn documents(&self, reader: &Reader<'_>) -> DocSet {
        let mut gathered = Gathering::new(reader.manifest.documents);
        let Some(contents) = reader.loans() else { return gathered.finish() };
        match self {
            Self::Anywhere => reader.shelf_now(&contents, contents.anywhere(), &mut |bits| {
                let word =
                    |bytes: &[u8]| bytes.iter().rev().fold(0u64, |word, byte| word << 8 | u64::from(*byte));
                gathered.add_words(0, &bits.chunks(8).map(word).collect::<Vec<_>>());
            }),
            Self::Of(shelves) => {
                for (number, entry) in shelves {
                    let mut held = Gathering::new(reader.manifest.documents);
                    reader.gather(*entry, &mut held);
                    let held = held.finish().first(usize::MAX);
                    reader.shelf_now(&contents, (*number).into(), &mut |bits| {
                        let is_in =
                            |at: usize| bits.get(at / 8).is_some_and(|byte| byte >> (at % 8) & 1 == 1);
                        let here = held.iter().enumerate().filter(|(at, _)| is_in(*at)).map(|(_, doc)| *doc);
                        gathered.add(&here.collect::<Vec<_>>());
                    });
                }
            }
        }
        gathered.finish()
    }
}

/// Gathers the documents of a list whose postings pass.
fn with_field(reader: &Reader<'_>, (entry, meant): &FieldList) -> DocSet {
    let list = reader.list(*entry);
    let mut docs: Vec<_> =
        list.postings.iter().filter(|posting| meant(posting)).map(|posting| posting.doc).collect();
    docs.dedup();
    let mut gathered = Gathering::new(reader.manifest.documents);
    gathered.add(&docs);
    gathered.finish()
}

/// Tells whether a key is the whole name of a person.
fn is_whole_name(posting: &Posting) -> bool {
    posting.field() == Field::Author && posting.weight() == MAX_WEIGHT
}

/// Tells whether a key is a keyword or stands in a title.
fn is_subject(posting: &Posting) -> bool {
    posting.field() == Field::Keyword || posting.field().is_title()
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
