//! Works: of every order and on every page each work stands once, by its first edition, and what is counted are works.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use index_builder::catalogue::{Book, Catalogue, Works};
use index_builder::compile::compile;
use index_builder::local::LocalIndex;
use index_builder::progress::Quiet;
use index_builder::sources::{InMemory, Inputs, read_from};
use seoga_index::book_id::{BookId, check_digit};
use seoga_search::{Filters, Group, Hit, Lookup, Request, Search, Sort};

use crate::made::folder;

/// Works of one to five editions, years apart, of several publishers, classes and libraries.
const WORKS: usize = 700;

fn isbn(number: usize) -> String {
    let twelve = 978_690_000_000 + number as u64;
    format!("{twelve}{}", check_digit(twelve))
}

fn catalogue() -> Catalogue {
    let mut lists: Vec<String> = vec![
        "도서명,저자,출판사,발행년도,ISBN,주제분류번호,대출건수,등록일자\n"
            .to_owned();
        4
    ];
    let mut number = 0;
    for work in 0..WORKS {
        let word = ["강", "산", "들", "섬", "숲"][work % 5];
        let title = format!("{word} 이야기 모음 {}", char::from_u32(0xAC00 + work as u32 * 7).unwrap());
        for edition in 0..=work * work % 5 {
            number += 1;
            let mark = if edition % 2 == 1 { " : 개정판" } else { "" };
            let year = 1990 + edition * 7 + work % 6;
            let (class, loans) = (["813.7", "813.8", "911"][(work + edition) % 3], (number * 37) % 91);
            let publisher = ["서가", "나루", "가람"][(work / 2 + edition) % 3];
            for (library, list) in lists.iter_mut().enumerate() {
                if (number + library) % 3 != 0 {
                    let day = 1 + (number + library) % 28;
                    let isbn = isbn(number);
                    *list += &format!(
                        "{title}{mark},한가온{} 지음,{publisher},{year},{isbn},{class},{loans},{year}-03-{day:02}\n",
                        work % 40
                    );
                }
            }
        }
    }
    let names = ["가온.csv", "나루.csv", "다솜.csv", "라온.csv"].map(PathBuf::from);
    let files = names
        .iter()
        .zip(lists)
        .fold(InMemory::default(), |files, (name, list)| files.with(name, list.into_bytes()));
    let inputs = Inputs { holdings: names.to_vec(), ..Inputs::default() };
    read_from(&files, &inputs, &Quiet).unwrap().catalogue
}

/// The work of each book that has other editions, by a number.
fn works(catalogue: &Catalogue) -> BTreeMap<BookId, u32> {
    let books: Vec<&Book> = catalogue.books.iter().collect();
    let works = Works::find(&books);
    let of = |(place, book): (u32, &&Book)| Some((book.id, works.of(place)?));
    (0..).zip(&books).filter_map(of).collect()
}

#[test]
fn every_work_stands_once_by_its_first_edition_in_every_order_on_every_page() {
    let (place, catalogue) = (folder(), catalogue());
    compile(&catalogue, place.path(), &Quiet).unwrap();
    let index = LocalIndex::open(place.path(), 1 << 30).unwrap();
    let works = works(&catalogue);
    assert!(works.len() > WORKS, "{} books have other editions", works.len());
    let library = |name: &str| index.manifest.library(name).unwrap();
    let one = Filters { libraries: vec![library("가온")], ..Filters::default() };
    let two = Filters { libraries: vec![library("가온"), library("라온")], ..Filters::default() };
    let asked = [
        ("섬", Filters::default()),
        ("이야기", Filters::default()),
        ("숲 이야기", one),
        ("산", two.clone()),
        ("\"들 이야기\"", Filters::default()),
        ("한가온7", Filters::default()),
        ("", two),
        ("", Filters { classes: vec!["813".to_owned()], ..Filters::default() }),
    ];
    for (text, filters) in asked {
        for sort in Sort::ALL {
            let ask = |group, page, limit| {
                let filters = filters.clone();
                let text = text.to_owned();
                index
                    .search(Request { text, filters, sort, page, limit, group, ..Request::default() })
                    .unwrap()
            };
            let listed = |group| {
                let total = ask(group, 1, 1).total;
                let pages = (1..=total.min(1_000).div_ceil(20)).map(|page| ask(group, page, 20));
                (total, pages.flat_map(|answer| answer.hits).collect::<Vec<Hit>>())
            };
            let (books, all) = listed(Group::None);
            let (total, shown) = listed(Group::Work);
            let mut seen = BTreeSet::new();
            let id = |hit: &Hit| hit.record.id;
            let is_first = |id: &BookId| works.get(id).is_none_or(|work| seen.insert(*work));
            let expected: Vec<BookId> = all.iter().map(id).filter(is_first).collect();
            let got: Vec<BookId> = shown.iter().map(id).collect();
            if books <= 1_000 {
                assert_eq!(got, expected, "{text} {sort:?}");
                assert_eq!(total as usize, expected.len(), "{text} {sort:?}");
            } else {
                assert_eq!(
                    got[..expected.len().min(got.len())],
                    expected[..expected.len().min(got.len())],
                    "{text} {sort:?}"
                );
                assert!(total < books && got.len() == total.min(1_000) as usize, "{text} {sort:?}");
            }
            let ranks: Vec<u32> = shown.iter().map(|hit| hit.rank).collect();
            assert_eq!(ranks, (1..=got.len() as u32).collect::<Vec<_>>(), "{text} {sort:?}");
        }
    }
}

#[test]
fn a_facet_counts_the_works_that_its_click_gives() {
    let (place, catalogue) = (folder(), catalogue());
    compile(&catalogue, place.path(), &Quiet).unwrap();
    let index = LocalIndex::open(place.path(), 1 << 30).unwrap();
    for text in ["섬", "한가온7"] {
        let ask = |filters: Filters| {
            let (group, text) = (Group::Work, text.to_owned());
            index.search(Request { text, filters, group, limit: 20, ..Request::default() }).unwrap()
        };
        let answer = ask(Filters::default());
        assert_eq!(answer.facets_over, answer.total);
        let mut checked = 0;
        for facet in &answer.facets {
            for count in &facet.counts {
                let value = vec![count.value.clone()];
                let filters = match facet.name {
                    "library" => Filters {
                        libraries: vec![index.manifest.library(&count.value).unwrap()],
                        ..Filters::default()
                    },
                    "class" => Filters { classes: value, ..Filters::default() },
                    "year" | "years" => {
                        Filters { year: seoga_search::year_range(&count.value), ..Filters::default() }
                    }
                    "publisher" => Filters { publishers: value, ..Filters::default() },
                    _ => continue,
                };
                assert_eq!(ask(filters).total, count.count, "{text} {}={}", facet.name, count.value);
                checked += 1;
            }
        }
        assert!(checked > 10, "{text}");
    }
}

#[test]
fn a_work_tells_its_editions_and_the_libraries_of_all_and_costs_at_most_two_files() {
    let (place, catalogue) = (folder(), catalogue());
    compile(&catalogue, place.path(), &Quiet).unwrap();
    let index = LocalIndex::open(place.path(), 1 << 30).unwrap();
    let works = works(&catalogue);
    // Each with nothing at hand.
    let ask = |group| {
        let index = LocalIndex::open(place.path(), 1 << 30).unwrap();
        let text = "섬 이야기".to_owned();
        index.search(Request { text, group, limit: 20, ..Request::default() }).unwrap()
    };
    let (books, grouped) = (ask(Group::None), ask(Group::Work));
    assert_eq!((books.work.rounds, books.group), (grouped.work.rounds, Group::None));
    for hit in &grouped.hits {
        let same: Vec<&Book> = catalogue
            .books
            .iter()
            .filter(|book| works.contains_key(&book.id) && works.get(&book.id) == works.get(&hit.record.id))
            .collect();
        let libraries: BTreeSet<_> =
            same.iter().flat_map(|book| &book.holdings).map(|held| held.library).collect();
        let told = hit.record.editions.map_or((0, 0), |told| (told.count as usize, told.libraries as usize));
        assert_eq!(
            told,
            (same.len(), if same.is_empty() { 0 } else { libraries.len() }),
            "{}",
            hit.record.title
        );
        // Of an edition that is not listed the rank is its work's.
        for book in same {
            let lookup = Lookup::new(std::sync::Arc::clone(&index.manifest), book.id);
            let (doc, _) = index.ask(lookup).unwrap().unwrap();
            let request =
                Request {
                    text: "섬 이야기".to_owned(), group: Group::Work, limit: 1, ..Request::default()
                };
            let search = Search::new(std::sync::Arc::clone(&index.manifest), request).seeking(doc);
            assert_eq!(index.ask(search).unwrap().rank, Some(hit.rank));
        }
    }
    assert!(grouped.hits.iter().filter(|hit| hit.record.editions.is_some()).count() > 5);
    let files = |group| {
        let index = LocalIndex::open(place.path(), 1 << 30).unwrap();
        // A page of one hit, so that other records do not hide what works cost.
        let request = Request { text: "한가온7 섬".to_owned(), group, limit: 1, ..Request::default() };
        index.search(request).unwrap().work.files
    };
    let (without, with) = (files(Group::None), files(Group::Work));
    assert!(with <= without + 2, "{with} files with works, {without} without");
}
