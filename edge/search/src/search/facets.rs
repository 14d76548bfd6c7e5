//! Counts facets over the hits.
//!
//! A value's count is that of the hits that pass its filter: a class counts with all classes that begin with its number, a work
//! for each value that any of its editions has.
//! Hits that all stand on the page are counted by their records, others by columns.
//! Beside each year stand spans of years, a bar of a histogram each.

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
/// Values shown of a facet, unless every one is asked for; all libraries are shown.
pub const VALUES: usize = 10;
/// Bars of the histogram of years at most: as many as a phone has room for.
const BARS: usize = 8;
/// Years that a bar may have.
const STEPS: [usize; 7] = [1, 5, 10, 20, 50, 100, 1000];
/// Of so many hits one at most is older than the bars of a number of years reach; what is older is one bar.
const OLDER: u32 = 8;
/// Names files read: the publishers with most books. Others are not offered.
const NAME_FILES: u32 = 1;

/// Hits by their values.
struct Tally<'a> {
    manifest: &'a Manifest,
    /// Values that are told of a facet.
    most: usize,
    libraries: Vec<u32>,
    /// By place in the manifest's table.
    classes: Vec<u32>,
    /// Of works with editions of several classes: the beginnings that two neighbours of them, in their order, share.
    shared: Vec<String>,
    /// By year, as far as any book has one.
    years: Vec<u32>,
    /// Of works with editions of several years: each year with the one before it.
    neighbours: Vec<(u16, u16)>,
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
    fn new(manifest: &'a Manifest, most: usize) -> Self {
        let (libraries, classes) = (vec![0; manifest.libraries.len()], vec![0; manifest.classes.len()]);
        let publishers = vec![0; (NAME_FILES * NAMES_PER_FILE) as usize];
        let (shared, years, neighbours) = (Vec::new(), Vec::new(), Vec::new());
        Self { manifest, most, libraries, classes, shared, years, neighbours, languages: [0; 3], publishers }
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
        for year in work.years.iter().filter(|year| **year != UNKNOWN16) {
            self.year(*year);
            let before = work.years.iter().filter(|other| *other < year).max();
            self.neighbours.extend(before.map(|before| (*before, *year)));
        }
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

    /// Counts spans of years, the earliest first: a bar of a histogram each, of as few years as show most of the hits.
    fn spans(&self) -> Vec<FacetCount> {
        let sum = |years: Range<usize>| self.years.get(years).map_or(0, |counts| counts.iter().sum::<u32>());
        let Some(last) = self.years.iter().rposition(|count| *count > 0) else { return Vec::new() };
        let first = self.years.iter().position(|count| *count > 0).unwrap_or(last);
        // The first year of the bar before which so many others stand.
        let begin = |step: usize, bars: usize| (last - last % step).saturating_sub(bars * step);
        let suits = |step: &&usize| {
            let older = sum(0..begin(**step, BARS - 2));
            begin(**step, BARS - 1) <= first || older <= sum(0..self.years.len()) / OLDER
        };
        let step = STEPS.iter().find(suits).copied().unwrap_or(1000);
        let second = begin(step, BARS - 2);
        let mut spans = Vec::with_capacity(BARS);
        let mut from = first;
        while from <= last {
            let end = if from < second { second } else { from - from % step + step };
            let end = end.min(last + 1);
            // A work of two years of a span counts once.
            let within = |year: u16| (from..end).contains(&usize::from(year));
            let twice = self.neighbours.iter().filter(|(a, b)| within(*a) && within(*b)).count() as u32;
            let count = sum(from..end).saturating_sub(twice);
            let to = end - 1;
            let value = if from == to { format!("{from:04}") } else { format!("{from:04}-{to:04}") };
            spans.extend((count > 0).then_some(FacetCount { value, count }));
            from = end;
        }
        spans
    }

    /// Lists the facets, with the counts of publishers, which are named elsewhere.
    fn facets(self, publishers: Vec<FacetCount>) -> Vec<Facet> {
        let (classes, spans) = (largest(self.inclusive(), self.most), self.spans());
        let names = self.manifest.libraries.iter().map(|library| library.name.clone());
        let years = self.years.into_iter().enumerate().filter(|(_, count)| *count > 0);
        let years = years.map(|(year, count)| (year.to_string(), count));
        let languages = Language::ALL.map(Language::code).map(str::to_owned).into_iter().zip(self.languages);
        vec![
            Facet { name: "library", counts: largest(names.zip(self.libraries), usize::MAX) },
            Facet { name: "class", counts: classes },
            Facet { name: "year", counts: largest(years, self.most) },
            Facet { name: "publisher", counts: publishers },
            Facet { name: "lang", counts: largest(languages, VALUES) },
            Facet { name: "years", counts: spans },
        ]
    }
}

/// Counts the values of each facet over all documents that match, `docs`: those in the column files of the best of them,
/// `hits`, best first; tells so many values of each at most. Returns the facets and how many documents, or works, were counted.
pub(crate) fn count(
    reader: &Reader<'_>,
    hits: &[ScoredDoc],
    docs: &DocSet,
    works: &Works,
    most: usize,
) -> (Vec<Facet>, u32) {
    let files = column_files(reader, hits, docs);
    let mut tally = Tally::new(reader.manifest, most);
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
    let publishers = named(reader, std::mem::take(&mut tally.publishers), most);
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

/// Counts the values of each facet over these records, which are all that match; tells so many of each at most.
pub(crate) fn of_records<'a>(
    manifest: &Manifest,
    records: impl Iterator<Item = &'a Record>,
    most: usize,
) -> (Vec<Facet>, u32) {
    let mut tally = Tally::new(manifest, most);
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
    (tally.facets(largest(publishers, most)), counted)
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
fn named(reader: &Reader<'_>, counts: Vec<u32>, most: usize) -> Vec<FacetCount> {
    // Whether needed or not, so that they come in the same round as the columns.
    let files = reader.manifest.directory.names.len() as u32;
    for file in 0..files.min(NAME_FILES) {
        reader.prefetch(|reader| reader.name(file * NAMES_PER_FILE));
    }
    let mut counts: Vec<(u32, u32)> = (0..).zip(counts).filter(|(_, count)| *count > 0).collect();
    sorting::sort_by(&mut counts, |a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    counts.truncate(most);
    let counts = counts.into_iter().filter_map(|(number, count)| Some((reader.name(number)?, count)));
    largest(counts, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts books of these years, and works of these.
    fn spans(books: &[(u16, u32)], works: &[&[u16]]) -> Vec<(String, u32)> {
        let manifest = Manifest::default();
        let mut tally = Tally::new(&manifest, VALUES);
        for (year, count) in books {
            (0..*count).for_each(|_| tally.year(*year));
        }
        for years in works {
            tally.work(&WorkValues { years: years.to_vec(), ..WorkValues::default() });
        }
        tally.spans().into_iter().map(|count| (count.value, count.count)).collect()
    }

    fn told(spans: &[(String, u32)]) -> String {
        spans.iter().map(|(value, count)| format!("{value}:{count}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn few_years_have_a_bar_each_and_many_share_one() {
        assert_eq!(told(&spans(&[], &[])), "");
        assert_eq!(told(&spans(&[(2020, 3)], &[])), "2020:3");
        assert_eq!(told(&spans(&[(2016, 1), (2018, 2), (2023, 3)], &[])), "2016:1 2018:2 2023:3");
        let even: Vec<(u16, u32)> = (1990..=2025).map(|year| (year, 2)).collect();
        assert_eq!(
            told(&spans(&even, &[])),
            "1990-1994:10 1995-1999:10 2000-2004:10 2005-2009:10 2010-2014:10 2015-2019:10 2020-2024:10 2025:2"
        );
        let centuries: Vec<(u16, u32)> = (0..40).map(|n| (1800 + n * 5, 1)).collect();
        assert!(spans(&centuries, &[]).len() <= BARS);
    }

    #[test]
    fn a_few_old_books_are_one_bar_and_leave_the_others_their_years() {
        let told = told(&spans(&[(1, 1), (1935, 1), (2018, 9), (2020, 9), (2024, 9)], &[]));
        assert_eq!(told, "0001-2017:2 2018:9 2020:9 2024:9");
    }

    #[test]
    fn a_work_counts_once_in_a_span() {
        let old = [(1990, 8), (2020, 8)];
        let told = told(&spans(&old, &[&[2021, UNKNOWN16, 2024], &[2012, 2013, 2020], &[UNKNOWN16]]));
        assert_eq!(told, "1990-1994:8 2010-2014:1 2020-2024:10");
    }

    #[test]
    fn every_year_lies_in_one_bar() {
        for (from, to) in [(0, 9999), (1, 2), (1994, 2026), (1900, 2026), (2009, 2016)] {
            let years: Vec<(u16, u32)> = (from..=to).map(|year| (year, 1)).collect();
            let spans = spans(&years, &[]);
            assert!(spans.len() <= BARS, "{spans:?}");
            assert_eq!(spans.iter().map(|(_, count)| count).sum::<u32>(), u32::from(to - from) + 1);
        }
    }
}
