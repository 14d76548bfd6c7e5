//! Bounds the files and the rounds of questions, at 20,000 books of the make general, whatever words and filters.
//!
//! Each question is asked of an index that has nothing at hand. Larger indexes read more, and are not bounded here.
//! Invariant: the questions are the worst that are known, and more are added as they become known.

use std::path::Path;
use std::sync::Arc;

use index_builder::catalogue::Catalogue;
use index_builder::local::LocalIndex;
use seoga_index::columns::Language;
use seoga_search::{Filters, Request, Search, Sort, YearRange};
use seoga_tests::words::{Words, plain_words, slip};
use seoga_text::{fold, keys};

use crate::made::{build, folder, inputs, invent_general};
use crate::noted::Noted;

const BOOKS: u32 = 20_000;
/// The most files that a question with a page of twenty reads, the opening among them: half of the subrequests of a free plan are
/// kept for others.
const MOST_FILES: u64 = 45;
/// The most of eight words, each of which takes a shard and a list of its own.
const MOST_FILES_OF_EIGHT: u64 = 46;
/// The most of five classes and five publishers beside every other filter and four words: each takes a list of its own.
const MOST_FILES_OF_ALL: u64 = 60;
/// The hits of a page for which that holds; each hit more may lie in a file of records of its own.
const PAGE: u32 = 20;
/// Rounds of fetching, that for the opening counted.
const MOST_ROUNDS: usize = 6;
/// As many of words that many books have: the opening, the dictionary with the lists, what is shown.
const MOST_ROUNDS_OF_KNOWN: usize = 3;
/// The kinds of those.
const KNOWN: [&str; 3] = ["a word, whole", "a word being typed", "a word in two libraries"];
/// Questions of each kind.
const EACH: usize = 8;

fn request(text: &str) -> Request {
    Request {
        text: fold::canonical_query(text),
        typed: text.to_owned(),
        page: 1,
        limit: PAGE,
        ..Request::default()
    }
}

/// Every filter at once, as wide as may be.
fn every_filter(catalogue: &Catalogue, number: usize) -> Filters {
    let libraries = catalogue.libraries.len() as u16;
    let publisher =
        catalogue.books.iter().map(|book| &book.publisher).filter(|name| !name.is_empty()).nth(number);
    Filters {
        libraries: (0..libraries).filter(|library| library % 3 == 0).collect(),
        classes: vec!["8".to_owned()],
        year: Some(YearRange { from: Some(1987), to: Some(2023) }),
        publishers: publisher.cloned().into_iter().collect(),
        language: Some(Language::Korean),
        ..Filters::default()
    }
}

/// As many classes and publishers as a search takes, as wide as may be, beside other filters.
fn several(catalogue: &Catalogue, number: usize, beside: Filters) -> Filters {
    let publishers = catalogue.books.iter().map(|book| &book.publisher).filter(|name| !name.is_empty());
    Filters {
        classes: ["0", "1", "3", "60", "8"].map(str::to_owned).to_vec(),
        publishers: publishers.skip(number).take(5).cloned().collect(),
        ..beside
    }
}

/// Questions by kind, made from the catalogue.
fn questions(catalogue: &Catalogue) -> Vec<(&'static str, Vec<Request>)> {
    let words = Words::of(catalogue, plain_words, 200, 300);
    let common = &words.common;
    let run = |from: usize, count: usize| -> String {
        common.iter().cycle().skip(from * 5).take(count).cloned().collect::<Vec<_>>().join(" ")
    };
    let long: Vec<&String> = common.iter().filter(|word| keys::encode(word).len() >= 7).collect();
    let slipped = |at: usize| slip(at, long[at % long.len()]);
    let of = |make: &dyn Fn(usize) -> Request| (0..EACH).map(make).collect::<Vec<_>>();
    let some = |most: u16| (0..most.min(catalogue.libraries.len() as u16)).collect::<Vec<_>>();
    let held = |libraries: u16| Filters { libraries: some(libraries), ..Filters::default() };
    let mut kinds = vec![
        ("a word, whole", of(&|n| request(&format!("{} ", run(n, 1))))),
        // None of these is a question whose answer is compiled.
        ("a word being typed", of(&|n| Request { limit: PAGE - 1, ..request(&run(n, 1)) })),
        ("a word in two libraries", of(&|n| Request { filters: held(2), ..request(&run(n, 1)) })),
        ("four words", of(&|n| request(&run(n, 4)))),
        ("eight words", of(&|n| request(&run(n, 8)))),
        (
            "four words, every filter",
            of(&|n| Request { filters: every_filter(catalogue, n), ..request(&run(n, 4)) }),
        ),
        (
            "a word, every filter",
            of(&|n| Request { filters: every_filter(catalogue, n), ..request(&run(n, 1)) }),
        ),
        ("every filter", of(&|n| Request { filters: every_filter(catalogue, n), ..request("") })),
        (
            "a word, several",
            of(&|n| Request { filters: several(catalogue, n, Filters::default()), ..request(&run(n, 1)) }),
        ),
        ("several", of(&|n| Request { filters: several(catalogue, n, Filters::default()), ..request("") })),
        (
            "four words, all filters",
            of(&|n| Request {
                filters: several(catalogue, n, every_filter(catalogue, n)),
                ..request(&run(n, 4))
            }),
        ),
        ("phrase", of(&|n| request(&format!("\"{}\"", run(n, 2))))),
        (
            "word without three",
            of(&|n| request(&format!("{} -{}", run(n, 1), run(n + 1, 3).replace(' ', " -")))),
        ),
        ("letter", of(&|n| request(&run(n, 1).chars().take(1).collect::<String>()))),
        ("slips in two words", of(&|n| request(&format!("{} {}", slipped(n), slipped(n + 1))))),
        ("slip in four words", of(&|n| request(&format!("{} {}", run(n, 3), slipped(n))))),
        ("page 5", of(&|n| Request { page: 5, ..request(&run(n, 2)) })),
    ];
    for sort in [Sort::Newest, Sort::Year, Sort::Title, Sort::Holdings, Sort::Loans] {
        kinds.push(("a word, ordered", of(&|n| Request { sort, ..request(&run(n, 1)) })));
        kinds.push(("two words, ordered", of(&|n| Request { sort, ..request(&run(n, 2)) })));
        kinds.push(("a slip, ordered", of(&|n| Request { sort, ..request(&slipped(n)) })));
        kinds
            .push(("a library, ordered", of(&|n| Request { sort, filters: held(1), ..request(&run(n, 1)) })));
        kinds.push((
            "ten libraries, ordered",
            of(&|n| Request { sort, filters: held(10), ..request(&run(n, 1)) }),
        ));
        kinds.push((
            "every filter, ordered",
            of(&|n| Request { sort, filters: every_filter(catalogue, n), ..request(&run(n, 1)) }),
        ));
    }
    kinds
}

/// Files, the opening among them, and rounds of a question asked of an index that has nothing at hand.
fn read(folder: &Path, request: &Request) -> (u64, usize) {
    let index = LocalIndex::open(folder, 64 << 20).unwrap();
    let mut machine = Noted::new(Search::new(Arc::clone(&index.manifest), request.clone()));
    index.ask(&mut machine).unwrap();
    (index.read_so_far().1.into(), machine.rounds.len() + 1)
}

#[test]
fn no_question_reads_more_than_46_files_unless_it_has_ten_classes_and_publishers() {
    let place = folder();
    let out = place.path().join("index");
    let catalogue = build(&inputs(&invent_general(place.path(), BOOKS, 5)), &out);
    let mut over = Vec::new();
    for (kind, requests) in questions(&catalogue) {
        let allowed = match kind {
            "eight words" => MOST_FILES_OF_EIGHT,
            "four words, all filters" => MOST_FILES_OF_ALL,
            _ => MOST_FILES,
        };
        let mut most = (0, 0);
        for request in &requests {
            let (files, rounds) = read(&out, request);
            most = (most.0.max(files), most.1.max(rounds));
            let most_rounds = if KNOWN.contains(&kind) { MOST_ROUNDS_OF_KNOWN } else { MOST_ROUNDS };
            if files > allowed || rounds > most_rounds {
                over.push(format!("{kind}: {files} files, {rounds} rounds: {request:?}"));
            }
            // A larger page reads no more than a file for each hit more.
            let larger = Request { limit: 50, page: 1, ..request.clone() };
            let (files, _) = read(&out, &larger);
            if files > allowed + u64::from(larger.limit - PAGE) {
                over.push(format!("{kind}, a page of {}: {files} files: {larger:?}", larger.limit));
            }
        }
        println!("{kind:28} {:3} files {:2} rounds", most.0, most.1);
    }
    assert!(over.is_empty(), "{over:#?}");
}
