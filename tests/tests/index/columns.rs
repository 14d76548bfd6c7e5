//! Facets over all files of the columns: an index of several is counted as if they were one.

use std::collections::BTreeMap;
use std::sync::Arc;

use index_builder::local::LocalIndex;
use seoga_search::{FACET_VALUES, Filters, Request, Search};

use crate::made::{build, folder, inputs, invent};

/// Enough for several files of the facet columns, the last of them shorter.
const BOOKS: u32 = 9_000;

#[test]
fn facets_count_every_book_of_an_index_of_several_files() {
    let place = folder();
    let out = place.path().join("index");
    let catalogue = build(&inputs(&invent(place.path(), BOOKS, 3)), &out);
    let index = LocalIndex::open(&out, 1 << 30).unwrap();
    let files = index.manifest.directory.facets.len();
    assert!(files > 1, "{files} files of facets");
    // Without words and filters all books answer.
    let answer = index.search(Request { limit: 1, ..Request::default() }).unwrap();
    let books = catalogue.books.len() as u32;
    assert!(books >= BOOKS);
    assert_eq!((answer.total, answer.facets_over), (books, books));
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

#[test]
fn every_value_is_told_where_it_is_asked_for_and_counts_what_its_filter_gives() {
    let place = folder();
    let out = place.path().join("index");
    build(&inputs(&invent(place.path(), BOOKS, 3)), &out);
    let index = LocalIndex::open(&out, 1 << 30).unwrap();
    let request =
        |filters: Filters| Request { text: "파이썬".to_owned(), filters, limit: 1, ..Request::default() };
    let ask = |request: Request| Search::new(Arc::clone(&index.manifest), request);
    let few = index.ask(ask(request(Filters::default()))).unwrap();
    let all = index.ask(ask(request(Filters::default())).with_every_value()).unwrap();
    let facet = |answer: &seoga_search::Answer, name: &str| {
        answer.facets.iter().find(|facet| facet.name == name).unwrap().counts.clone()
    };
    for name in ["class", "publisher"] {
        let (few, all) = (facet(&few, name), facet(&all, name));
        assert!(
            few.len() == FACET_VALUES && all.len() > FACET_VALUES,
            "{} of {} {name}",
            few.len(),
            all.len()
        );
        assert_eq!(all[..FACET_VALUES], few, "{name}");
        for count in all {
            let value = vec![count.value.clone()];
            let filters = match name {
                "class" => Filters { classes: value, ..Filters::default() },
                _ => Filters { publishers: value, ..Filters::default() },
            };
            assert_eq!(index.search(request(filters)).unwrap().total, count.count, "{name} {}", count.value);
        }
    }
}

#[test]
fn a_class_counts_what_its_filter_gives() {
    let place = folder();
    let out = place.path().join("index");
    build(&inputs(&invent(place.path(), BOOKS, 3)), &out);
    let index = LocalIndex::open(&out, 1 << 30).unwrap();
    let ask = |text: &str, classes: Vec<String>, limit: u32| {
        let filters = Filters { classes, ..Filters::default() };
        index.search(Request { text: text.to_owned(), filters, limit, ..Request::default() }).unwrap()
    };
    let mut checked = [0; 2];
    // Of many books by columns, of few by their records.
    for (text, few) in [("", 0), ("파이썬", 0), ("파이썬 머신러닝 도커", 1), ("리눅스 쿠버네티스", 1)]
    {
        let answer = ask(text, Vec::new(), 50);
        let classes = answer.facets.iter().find(|facet| facet.name == "class").unwrap();
        for count in &classes.counts {
            let there = ask(text, vec![count.value.clone()], 1);
            assert_eq!((there.total, &count.value), (count.count, &count.value), "{text}");
            checked[few] += 1;
        }
    }
    assert!(checked[0] >= 20, "{checked:?}");
}
