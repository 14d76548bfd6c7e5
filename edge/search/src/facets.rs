//! Facet counts over the hits.

use std::collections::BTreeMap;

use seoga_index::DocId;
use seoga_index::columns::{Language, UNKNOWN16, UNKNOWN24};
use seoga_index::names::NAMES_PER_FILE;

use crate::answer::{Facet, FacetCount};
use crate::order;
use crate::reader::Reader;

/// Column files read for facets: 8,192 books, twice as many of a very large index. Of a larger one the
/// best-placed hits are counted, and `facets_over` says how many.
const MOST_FILES: usize = 4;
/// Values told of a facet; all libraries are told.
const VALUES: usize = 10;
/// Names files read: the publishers with most books. Others are not offered.
const NAME_FILES: u32 = 2;

/// Counts over hits, best first, and over how many of them.
pub(crate) fn count(reader: &Reader<'_>, hits: &[DocId]) -> (Vec<Facet>, u32) {
    let mut files: Vec<u32> = Vec::new();
    let mut reached: Vec<DocId> = Vec::with_capacity(hits.len());
    for doc in hits {
        let Some((file, _)) = reader.manifest.directory.facets.find(u64::from(*doc)) else { continue };
        if !files.contains(&file) {
            if files.len() == MOST_FILES {
                continue;
            }
            files.push(file);
        }
        reached.push(*doc);
    }
    let manifest = reader.manifest;
    let mut libraries = vec![0u32; manifest.libraries.len()];
    let mut classes = vec![0u32; manifest.classes.len()];
    let mut years: BTreeMap<u16, u32> = BTreeMap::new();
    let mut publishers: BTreeMap<u32, u32> = BTreeMap::new();
    let mut languages = [0u32; 3];
    for doc in &reached {
        reader.facets(*doc, &mut |row| {
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
                *years.entry(row.year).or_default() += 1;
            }
            if row.publisher != UNKNOWN24 {
                *publishers.entry(row.publisher).or_default() += 1;
            }
            bump(languages.get_mut(row.language as usize));
        });
    }
    let libraries = manifest.libraries.iter().map(|library| library.name.clone()).zip(libraries);
    let classes = manifest.classes.iter().cloned().zip(classes);
    let years = years.into_iter().map(|(year, count)| (year.to_string(), count));
    let languages = Language::ALL.map(Language::code).map(str::to_owned).into_iter().zip(languages);
    let facets = vec![
        Facet { name: "library", counts: largest(libraries, usize::MAX) },
        Facet { name: "class", counts: largest(classes, VALUES) },
        Facet { name: "year", counts: largest(years, VALUES) },
        Facet { name: "publisher", counts: named(reader, publishers) },
        Facet { name: "lang", counts: largest(languages, VALUES) },
    ];
    (facets, reached.len() as u32)
}

fn bump(count: Option<&mut u32>) {
    if let Some(count) = count {
        *count += 1;
    }
}

fn largest(counts: impl Iterator<Item = (String, u32)>, most: usize) -> Vec<FacetCount> {
    let counts = counts.filter(|(_, count)| *count > 0).map(|(value, count)| FacetCount { value, count });
    let mut counts: Vec<FacetCount> = counts.collect();
    order::sort_by(&mut counts, |a, b| b.count.cmp(&a.count).then(a.value.cmp(&b.value)));
    counts.truncate(most);
    counts
}

fn named(reader: &Reader<'_>, counts: BTreeMap<u32, u32>) -> Vec<FacetCount> {
    // Asked for whether needed or not, so that they come in the same round as the columns.
    let files = reader.manifest.directory.names.len() as u32;
    for file in 0..files.min(NAME_FILES) {
        let _ = reader.name(file * NAMES_PER_FILE);
    }
    let mut counts: Vec<(u32, u32)> =
        counts.into_iter().filter(|(number, _)| *number < NAME_FILES * NAMES_PER_FILE).collect();
    order::sort_by(&mut counts, |a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    counts.truncate(VALUES);
    let counts = counts.into_iter().filter_map(|(number, count)| Some((reader.name(number)?, count)));
    largest(counts, VALUES)
}
