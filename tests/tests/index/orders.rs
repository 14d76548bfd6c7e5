//! The order of an answer is that of all its hits, on any page, of a word of many books and of one of few.

use index_builder::local::LocalIndex;
use seoga_index::record::Record;
use seoga_search::{Answer, Filters, Request, Sort};
use seoga_text::title;

use crate::made::{build, folder, inputs, invent};

/// Enough for several lists of every order, and for hits that are many of the index and few.
const BOOKS: u32 = 9_000;

/// Gives the value that a record is ordered by, ascending, by the days of these libraries or of all; without a value last.
fn value(record: &Record, sort: Sort, libraries: &[u16]) -> (bool, i64, String) {
    let most_first = |value: Option<i64>| (value.is_none(), -value.unwrap_or(0), String::new());
    match sort {
        Sort::Newest => {
            let counts = |library: &u16| libraries.is_empty() || libraries.contains(library);
            let held = record.holdings.iter().filter(|holding| counts(&holding.library));
            let days = held.filter_map(|holding| holding.registered);
            most_first(days.min().map(i64::from))
        }
        Sort::Year => most_first(record.year.map(i64::from)),
        Sort::Title => (false, 0, title::sort_key(&record.title)),
        Sort::Holdings => most_first(Some(record.holdings.len() as i64)),
        Sort::Loans => most_first(record.loans.map(i64::from)),
        Sort::Relevance | Sort::Cooccurrence | Sort::Series => most_first(None),
    }
}

#[test]
fn every_page_is_in_the_order_of_all_hits() {
    let place = folder();
    let out = place.path().join("index");
    let catalogue = build(&inputs(&invent(place.path(), BOOKS, 4)), &out);
    let index = LocalIndex::open(&out, 1 << 30).unwrap();
    let library = |number: usize| index.manifest.library(&catalogue.libraries[number].name).unwrap();
    let one = Filters { libraries: vec![library(0)], ..Filters::default() };
    let three = Filters { libraries: [1, 2, 5].map(library).to_vec(), ..Filters::default() };
    let since = Filters { year: seoga_search::year_range("2024-"), ..Filters::default() };
    let asked = [
        ("알고리즘", Filters::default()),
        ("파이썬 입문", Filters::default()),
        ("머신러닝", one.clone()),
        ("데이터", Filters { year: since.year, ..one }),
        ("파이썬", three.clone()),
        ("", three),
        ("네트워크", since.clone()),
        ("도커 -쿠버네티스", Filters::default()),
        ("", since),
    ];
    let mut sizes = Vec::new();
    for (text, filters) in asked {
        let ask = |sort: Sort, page: u32, limit: u32| -> Answer {
            let request = Request {
                text: text.to_owned(),
                filters: filters.clone(),
                sort,
                page,
                limit,
                ..Request::default()
            };
            let answer = index.search(request).unwrap();
            // Fifty hits may lie in as many files of records.
            assert!(limit > 10 || answer.work.files <= 45, "{text} {sort:?}: {} files", answer.work.files);
            answer
        };
        let total = ask(Sort::Relevance, 1, 1).total;
        sizes.push(total);
        let reached = total.min(1_000);
        let pages = |sort: Sort, limit: u32| {
            let pages = (1..=reached.div_ceil(limit)).map(|page| ask(sort, page, limit));
            pages.flat_map(|answer| answer.hits).map(|hit| hit.record).collect::<Vec<Record>>()
        };
        let words = text.split(' ').filter(|word| !word.starts_with('-')).collect::<Vec<_>>();
        for sort in [Sort::Newest, Sort::Year, Sort::Title, Sort::Holdings, Sort::Loans] {
            let shown = pages(sort, 50);
            let values: Vec<_> = shown.iter().map(|record| value(record, sort, &filters.libraries)).collect();
            assert!(values.is_sorted(), "{text} {sort:?}");
            assert_eq!(shown.len() as u32, reached, "{text} {sort:?}: every hit once");
            let last = values.last();
            // Every book with the words in its title that would stand before the last one shown is shown.
            for book in catalogue.books.iter().filter(|_| filters == Filters::default() && words.len() == 1) {
                let has = book.title.split(' ').any(|word| word == words[0]);
                let days = book.registered().map(|date| i64::from(date.days_since_1970()));
                if has && sort == Sort::Newest && total > 1_000 {
                    let before =
                        last.is_some_and(|last| (days.is_none(), -days.unwrap_or(0), String::new()) < *last);
                    assert!(!before || shown.iter().any(|record| record.id == book.id), "{}", book.title);
                }
            }
            // A page is a piece of the whole.
            let second = ask(sort, 2, 7).hits;
            let piece = shown.iter().skip(7).map(|record| record.id).take(7);
            assert!(second.iter().map(|hit| hit.record.id).eq(piece), "{text} {sort:?}");
        }
    }
    assert!(sizes.iter().any(|size| *size > 1_000) && sizes.iter().any(|size| *size < 100), "{sizes:?}");
}
