//! Counts facets over the hits.
//!
//! A value's count is that of the hits that pass its filter: a class counts with all classes that begin with its number, a work
//! for each value that any of its editions has.
//! Hits that all stand on the page are counted by their records, others by columns.

use std::ops::Range;

use seoga_index::DocId;
use seoga_index::columns::{FacetRow, Language, UNKNOWN16};
use seoga_index::manifest::Manifest;
use seoga_index::names::NAMES_PER_FILE;
use seoga_index::record::Record;

use crate::answer::{Facet, FacetCount};
use crate::docset::DocSet;
use crate::keyspace::publisher_key;
use crate::reader::Reader;
use crate::search::top_k::ScoredDoc;
use crate::search::works::Works;
use seoga_text::sorting;

/// Files of facet columns that are read: of other books only the best-placed are counted.
const COLUMN_FILES: usize = 3;
/// Values shown of a facet; all libraries are shown.
const VALUES: usize = 10;
/// Names files read: the publishers with most books. Others are not offered.
const NAME_FILES: u32 = 1;

/// Hits by their values.
struct Tally<'a> {
    manifest: &'a Manifest,
    libraries: Vec<u32>,
    /// By place in the manifest's table.
    classes: Vec<u32>,
    /// Of works with editions of several classes: the beginnings that two neighbours of them, in their order, share.
    shared: Vec<String>,
    /// By year, as far as any book has one.
    years: Vec<u32>,
    languages: [u32; 3],
    /// By number.
    publishers: Vec<u32>,
}

/// The values of the editions of a work.
#[derive(Default)]
struct WorkValues {
    libraries: Vec<u8>,
    classes: Vec<u16>,
    years: Vec<u16>,
    languages: Vec<Language>,
    publishers: Vec<u32>,
}

impl WorkValues {
    /// Adds an edition.
    fn add(&mut self, row: &FacetRow<'_>) {
        if self.libraries.len() < row.libraries.len() {
            self.libraries.resize(row.libraries.len(), 0);
        }
        self.libraries.iter_mut().zip(row.libraries).for_each(|(all, own)| *all |= own);
        put(&mut self.classes, row.class);
        put(&mut self.years, row.year);
        put(&mut self.languages, row.language);
        put(&mut self.publishers, row.publisher);
    }
}

/// Adds a value, unless it is there.
fn put<T: PartialEq>(values: &mut Vec<T>, value: T) {
    if !values.contains(&value) {
        values.push(value);
    }
}

impl<'a> Tally<'a> {
    fn new(manifest: &'a Manifest) -> Self {
        let (libraries, classes) = (vec![0; manifest.libraries.len()], vec![0; manifest.classes.len()]);
        let publishers = vec![0; (NAME_FILES * NAMES_PER_FILE) as usize];
        let (shared, years) = (Vec::new(), Vec::new());
        Self { manifest, libraries, classes, shared, years, languages: [0; 3], publishers }
    }

    fn year(&mut self, year: u16) {
        let year = usize::from(year);
        if year >= self.years.len() {
            self.years.resize(year + 1, 0);
        }
        bump(self.years.get_mut(year));
    }

    fn libraries(&mut self, masks: &[u8]) {
        for (byte, mask) in masks.iter().enumerate() {
            let mut bits = *mask;
            while bits != 0 {
                bump(self.libraries.get_mut(byte * 8 + bits.trailing_zeros() as usize));
                bits &= bits - 1;
            }
        }
    }

    /// Counts a row of the columns.
    fn row(&mut self, row: &FacetRow<'_>) {
        self.libraries(row.libraries);
        bump(self.classes.get_mut(usize::from(row.class)));
        if row.year != UNKNOWN16 {
            self.year(row.year);
        }
        bump(self.languages.get_mut(row.language as usize));
        bump(self.publishers.get_mut(row.publisher as usize));
    }

    /// Counts a work, once for each value.
    fn work(&mut self, work: &WorkValues) {
        self.libraries(&work.libraries);
        let known = |class: &u16| self.manifest.classes.get(usize::from(*class)).map(String::as_str);
        let mut numbers: Vec<&str> = work.classes.iter().filter_map(known).collect();
        sorting::sort_by(&mut numbers, Ord::cmp);
        for pair in numbers.windows(2) {
            let [a, b] = pair else { continue };
            let alike = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
            self.shared.extend(a.get(..alike).map(str::to_owned));
        }
        work.classes.iter().for_each(|class| bump(self.classes.get_mut(usize::from(*class))));
        work.years.iter().filter(|year| **year != UNKNOWN16).for_each(|year| self.year(*year));
        work.languages.iter().for_each(|language| bump(self.languages.get_mut(*language as usize)));
        work.publishers.iter().for_each(|number| bump(self.publishers.get_mut(*number as usize)));
    }

    /// Counts a record, all but its publisher.
    fn record(&mut self, record: &Record) {
        for holding in &record.holdings {
            bump(self.libraries.get_mut(usize::from(holding.library)));
        }
        let place = |class: &String| self.manifest.classes.iter().position(|other| other == class);
        if let Some(place) = record.class_no.as_ref().and_then(place) {
            bump(self.classes.get_mut(place));
        }
        record.year.into_iter().for_each(|year| self.year(year));
        let language = Language::of(record.language.as_deref(), &record.title);
        bump(self.languages.get_mut(language as usize));
    }

    /// Counts classes as their filter takes them: each with all that begin with its number.
    fn inclusive(&self) -> impl Iterator<Item = (String, u32)> {
        let counts = self.classes.iter().copied();
        let mut classes: Vec<(&str, u32)> =
            self.manifest.classes.iter().map(String::as_str).zip(counts).collect();
        // They ascend already, but for those that an index after another one had to add.
        sorting::sort_by(&mut classes, |a, b| a.0.cmp(b.0));
        let mut shared: Vec<&str> = self.shared.iter().map(String::as_str).collect();
        sorting::sort_by(&mut shared, Ord::cmp);
        let count = |(number, _): &(&str, u32)| {
            let prefix = number.trim_end_matches('.');
            // A work with two classes below this one counts once.
            let from = shared.partition_point(|other| *other < prefix);
            let twice = shared.iter().skip(from).take_while(|other| other.starts_with(prefix)).count() as u32;
            let from = classes.partition_point(|(other, _)| *other < prefix);
            let below = classes.iter().skip(from).take_while(|(other, _)| other.starts_with(prefix));
            let all = below.map(|(_, count)| count).sum::<u32>();
            ((*number).to_owned(), all.saturating_sub(twice))
        };
        classes.iter().map(count).filter(|(_, count)| *count > 0).collect::<Vec<_>>().into_iter()
    }

    /// Lists the facets, with the counts of publishers, which are named elsewhere.
    fn facets(self, publishers: Vec<FacetCount>) -> Vec<Facet> {
        let classes = largest(self.inclusive(), VALUES);
        let names = self.manifest.libraries.iter().map(|library| library.name.clone());
        let years = self.years.into_iter().enumerate().filter(|(_, count)| *count > 0);
        let years = years.map(|(year, count)| (year.to_string(), count));
        let languages = Language::ALL.map(Language::code).map(str::to_owned).into_iter().zip(self.languages);
        vec![
            Facet { name: "library", counts: largest(names.zip(self.libraries), usize::MAX) },
            Facet { name: "class", counts: classes },
            Facet { name: "year", counts: largest(years, VALUES) },
            Facet { name: "publisher", counts: publishers },
            Facet { name: "lang", counts: largest(languages, VALUES) },
        ]
    }
}

/// Counts the values of each facet over all documents that match, `docs`: those in the column files of the best of them,
/// `hits`, best first. Returns the facets and how many documents, or works, were counted.
pub(crate) fn count(
    reader: &Reader<'_>,
    hits: &[ScoredDoc],
    docs: &DocSet,
    works: &Works,
) -> (Vec<Facet>, u32) {
    let files = column_files(reader, hits, docs);
    let mut tally = Tally::new(reader.manifest);
    let mut of_works: Vec<Option<WorkValues>> = Vec::new();
    of_works.resize_with(works.count(), || None);
    let mut reached = 0;
    for range in files {
        reader.facets(&docs.between(range.start, range.end), &mut |doc, row| match works
            .of(doc)
            .and_then(|work| of_works.get_mut(work as usize))
        {
            Some(work) => work.get_or_insert_default().add(&row),
            None => {
                reached += 1;
                tally.row(&row);
            }
        });
    }
    for work in of_works.iter().flatten() {
        reached += 1;
        tally.work(work);
    }
    let publishers = named(reader, std::mem::take(&mut tally.publishers));
    (tally.facets(publishers), reached)
}

/// Chooses the column files that are read, as the documents in each: those of the best hits, then those of other documents.
fn column_files(reader: &Reader<'_>, hits: &[ScoredDoc], docs: &DocSet) -> Vec<Range<DocId>> {
    let most = reader.files_at_most(COLUMN_FILES);
    let documents = reader.manifest.documents;
    let file_of = |doc: DocId| {
        let last = |end: u64| DocId::try_from(end).unwrap_or(DocId::MAX).min(documents);
        reader.manifest.directory.facets.range(doc.into()).map(|range| last(range.start)..last(range.end))
    };
    let mut files: Vec<Range<DocId>> = Vec::new();
    for hit in hits {
        if files.len() == most {
            return files;
        }
        if !files.iter().any(|file| file.contains(&hit.doc())) {
            files.extend(file_of(hit.doc()));
        }
    }
    // Documents that were not weighed are no hits with a score.
    let mut next = 0;
    while let (true, Some(file)) = (next < documents && files.len() < most, file_of(next)) {
        next = file.end.max(next + 1);
        if !files.contains(&file) && !docs.between(file.start, file.end).is_empty() {
            files.push(file);
        }
    }
    files
}

/// Counts the values of each facet over these records, which are all that match.
pub(crate) fn of_records<'a>(
    manifest: &Manifest,
    records: impl Iterator<Item = &'a Record>,
) -> (Vec<Facet>, u32) {
    let mut tally = Tally::new(manifest);
    // Spellings of the same letters are one publisher, named as the best of its books has it.
    let mut publishers: Vec<(Vec<u8>, &str, u32)> = Vec::new();
    let mut counted = 0;
    for record in records {
        counted += 1;
        tally.record(record);
        let key = publisher_key(&record.publisher);
        match publishers.iter_mut().find(|(known, ..)| *known == key) {
            Some((.., count)) => *count += 1,
            None if !key.is_empty() => publishers.push((key, &record.publisher, 1)),
            None => {}
        }
    }
    let publishers = publishers.into_iter().map(|(_, name, count)| (name.to_owned(), count));
    (tally.facets(largest(publishers, VALUES)), counted)
}

/// Adds one to a count, where there is one.
fn bump(count: Option<&mut u32>) {
    if let Some(count) = count {
        *count += 1;
    }
}

/// Keeps the largest counts that are not zero, ties by value.
fn largest(counts: impl Iterator<Item = (String, u32)>, most: usize) -> Vec<FacetCount> {
    let counts = counts.filter(|(_, count)| *count > 0).map(|(value, count)| FacetCount { value, count });
    let mut counts: Vec<FacetCount> = counts.collect();
    sorting::sort_by(&mut counts, |a, b| b.count.cmp(&a.count).then(a.value.cmp(&b.value)));
    counts.truncate(most);
    counts
}

/// Names the publishers with the largest counts.
fn named(reader: &Reader<'_>, counts: Vec<u32>) -> Vec<FacetCount> {
    // Whether needed or not, so that they come in the same round as the columns.
    let files = reader.manifest.directory.names.len() as u32;
    for file in 0..files.min(NAME_FILES) {
        reader.prefetch(|reader| reader.name(file * NAMES_PER_FILE));
    }
    let mut counts: Vec<(u32, u32)> = (0..).zip(counts).filter(|(_, count)| *count > 0).collect();
    sorting::sort_by(&mut counts, |a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    counts.truncate(VALUES);
    let counts = counts.into_iter().filter_map(|(number, count)| Some((reader.name(number)?, count)));
    largest(counts, VALUES)
}
