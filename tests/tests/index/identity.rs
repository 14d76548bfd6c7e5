//! The same input gives the same bytes.

use std::collections::BTreeMap;

use crate::made::{build, files, folder, inputs, invent};
use index_builder::sources::Inputs;

/// Enough for several pieces of parallel work in every part of the builder.
const BOOKS: u32 = 6_000;

fn built(inputs: &Inputs, threads: usize) -> BTreeMap<String, Vec<u8>> {
    let out = folder();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| build(inputs, out.path()));
    files(out.path())
}

#[test]
fn two_builds_are_identical_whatever_the_order_of_files_and_the_number_of_threads() {
    let place = folder();
    let forward = inputs(&invent(place.path(), BOOKS, 7));
    let mut backward = forward.clone();
    backward.holdings.reverse();
    let mut turned = forward.clone();
    turned.holdings.rotate_left(5);
    assert!(forward.holdings.len() > 5, "the generated catalogue has several holdings files");
    let expected = built(&forward, 1);
    for (what, inputs, threads) in [
        ("two threads", &forward, 2),
        ("files backwards", &backward, 1),
        ("five threads, files turned", &turned, 5),
    ] {
        let got = built(inputs, threads);
        let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&got), names(&expected), "{what}");
        let different: Vec<&String> = got.keys().filter(|name| got[*name] != expected[*name]).collect();
        assert!(different.is_empty(), "{what}: {different:?} differ");
    }
}

#[test]
fn another_catalogue_gives_another_generation() {
    let place = folder();
    let pointer = |seed| built(&inputs(&invent(place.path(), 200, seed)), 1)["current.json"].clone();
    assert_ne!(pointer(1), pointer(2));
}

#[test]
fn a_catalogue_is_invented_the_same_by_any_number_of_threads() {
    let invented = |threads: usize| {
        let place = folder();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let catalogue = pool.install(|| invent(place.path(), BOOKS, 3));
        let mut all = files(&catalogue.join("holdings"));
        for name in ["keywords.csv", "synonyms.csv", "libraries.csv"] {
            all.insert(name.to_owned(), std::fs::read(catalogue.join(name)).unwrap());
        }
        all
    };
    assert!(invented(1) == invented(3));
}
