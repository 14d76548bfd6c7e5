//! Counts facets over the hits.

use seoga_index::DocId;
use seoga_index::columns::{Language, UNKNOWN16};
use seoga_index::names::NAMES_PER_FILE;

use crate::answer::{Facet, FacetCount};
use crate::docset::DocSet;
use crate::reader::Reader;
use crate::search::top_k::{COLUMN_FILES, ScoredDoc};
use crate::sorting;

/// Values shown of a facet; all libraries are shown.
const VALUES: usize = 10;
/// Names files read: the publishers with most books. Others are not offered.
const NAME_FILES: u32 = 2;

/// Counts the values of each facet over all documents that match, `docs`: those in the column files of the best of them,
/// `hits`, best first. Returns the facets and how many documents were counted.
pub(crate) fn count(reader: &Reader<'_>, hits: &[ScoredDoc], docs: &DocSet) -> (Vec<Facet>, u32) {
    let most = reader.files_at_most(COLUMN_FILES);
    let mut files: Vec<std::ops::Range<u64>> = Vec::new();
    for doc in hits.iter().map(|hit| u64::from(hit.doc())) {
        if !files.iter().any(|range| range.contains(&doc)) {
            files.extend(reader.manifest.directory.facets.range(doc));
        }
        if files.len() == most {
            break;
        }
    }
    let manifest = reader.manifest;
    let mut libraries = vec![0u32; manifest.libraries.len()];
    let mut classes = vec![0u32; manifest.classes.len()];
    // By year and by number, as far as any book has them.
    let mut years: Vec<u32> = Vec::new();
    let mut publishers = vec![0u32; (NAME_FILES * NAMES_PER_FILE) as usize];
    let mut languages = [0u32; 3];
    let mut reached = 0;
    for range in &files {
        let last = |end: u64| DocId::try_from(end).unwrap_or(DocId::MAX).min(manifest.documents);
        let docs = docs.between(last(range.start), last(range.end));
        reached += docs.len() as u32;
        reader.facets(&docs, &mut |row| {
            for (byte, mask) in row.libraries.iter().enumerate() {
                let mut bits = *mask;
                while bits != 0 {
                    let library = byte * 8 + bits.trailing_zeros() as usize;
                    bump(libraries.get_mut(library));
                    bits &= bits - 1;
                }
            }
            bump(classes.get_mut(usize::from(row.class)));
            if row.year != UNKNOWN16 {
                if usize::from(row.year) >= years.len() {
                    years.resize(usize::from(row.year) + 1, 0);
                }
                bump(years.get_mut(usize::from(row.year)));
            }
            bump(publishers.get_mut(row.publisher as usize));
            bump(languages.get_mut(row.language as usize));
        });
    }
    let libraries = manifest.libraries.iter().map(|library| library.name.clone()).zip(libraries);
    let classes = manifest.classes.iter().cloned().zip(classes);
    let years = years.into_iter().enumerate().filter(|(_, count)| *count > 0);
    let years = years.map(|(year, count)| (year.to_string(), count));
    let languages = Language::ALL.map(Language::code).map(str::to_owned).into_iter().zip(languages);
    let facets = vec![
        Facet { name: "library", counts: largest(libraries, usize::MAX) },
        Facet { name: "class", counts: largest(classes, VALUES) },
        Facet { name: "year", counts: largest(years, VALUES) },
        Facet { name: "publisher", counts: named(reader, publishers) },
        Facet { name: "lang", counts: largest(languages, VALUES) },
    ];
    (facets, reached)
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
