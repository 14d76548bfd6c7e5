//! Facets over all files of the columns: an index of several is counted as if they were one.

use std::collections::BTreeMap;

use index_builder::local::LocalIndex;
use seoga_search::Request;

use crate::made::{build, folder, inputs, invent};

/// Enough for three files of the facet columns, the last of them shorter.
const BOOKS: u32 = 5_000;

#[test]
fn facets_count_every_book_of_an_index_of_several_files() {
    let place = folder();
    let out = place.path().join("index");
    let catalogue = build(&inputs(&invent(place.path(), BOOKS, 3)), &out);
    let index = LocalIndex::open(&out, 1 << 30).unwrap();
    let files = index.manifest.directory.facets.len();
    assert!(files > 2, "{files} files of facets");
    // Without words and filters all books answer.
    let answer = index.search(Request { limit: 1, ..Request::default() }).unwrap();
    assert_eq!((answer.total, answer.facets_over), (BOOKS, BOOKS));
    let told: BTreeMap<String, u32> = answer
        .facets
        .iter()
        .filter(|facet| facet.name == "library")
        .flat_map(|facet| facet.counts.iter().map(|count| (count.value.clone(), count.count)))
        .collect();
    let mut counted: BTreeMap<String, u32> = BTreeMap::new();
    for holding in catalogue.books.iter().flat_map(|book| &book.holdings) {
        let library = &catalogue.libraries[holding.library.0 as usize];
        *counted.entry(library.name.to_string()).or_default() += 1;
    }
    assert_eq!(told, counted);
}
