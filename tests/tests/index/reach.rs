//! Books far down in long lists: found whatever else is asked for, and every one counted.

use index_builder::catalogue::{Book, Catalogue, Holding, Library, LibraryId};
use index_builder::compile::compile;
use index_builder::local::LocalIndex;
use index_builder::progress::Quiet;
use seoga_index::book_id::BookId;
use seoga_index::columns::Language;
use seoga_search::{Answer, Filters, Request, Sort, Tier};

use crate::made::folder;

/// So many that the lists of common words are long ones, in files of their own, of several blocks.
const BOOKS: u64 = 90_000;
/// Books that have the rare word; the last ones, being in one library only.
const RARE: u64 = 8;
/// Of those the books without the word that all others have.
const WITHOUT: u64 = 3;
const FIRST: u64 = 9_790_000_000_000;

fn catalogue() -> Catalogue {
    let of = |library: u16| Holding { library: LibraryId(library), registered: None };
    let book = |number: u64| {
        let left = BOOKS - number;
        let (word, last) =
            (if left > RARE { "물결" } else { "노을" }, if left > WITHOUT { "이야기" } else { "사전" });
        Book {
            id: BookId::isbn(FIRST + number),
            title: format!("바다 {word} {last}"),
            authors: if left == 1 { "김가온".to_owned() } else { "이나루".to_owned() },
            language: Some("ko".to_owned()),
            holdings: if left > RARE { Box::new([of(0), of(1)]) } else { Box::new([of(0)]) },
            ..Book::default()
        }
    };
    let library = |name: &str| Library { name: name.to_owned(), ..Library::default() };
    Catalogue {
        libraries: vec![library("가람"), library("나래")],
        books: (0..BOOKS).map(book).collect(),
        invented: true,
        ..Catalogue::default()
    }
}

/// Book numbers of those that have all words, ascending, as far as shown.
fn found(answer: &Answer) -> Vec<u64> {
    let hits = answer.hits.iter().filter(|hit| hit.tier < Tier::Partial);
    let mut isbns: Vec<u64> = hits.filter_map(|hit| hit.record.id.isbn13()).collect();
    isbns.sort_unstable();
    isbns
}

#[test]
fn what_is_far_down_in_a_long_list_is_found_beside_something_rare() {
    let place = folder();
    compile(&catalogue(), place.path(), &Quiet).unwrap();
    let ask = |text: &str, filters: Filters, sort: Sort| {
        // Nothing is at hand for any of them.
        let index = LocalIndex::open(place.path(), 1 << 30).unwrap();
        let answer =
            index.search(Request { text: text.to_owned(), filters, sort, limit: 20, ..Request::default() });
        let answer = answer.unwrap();
        assert!(answer.work.rounds <= 5, "{text}: {} rounds", answer.work.rounds);
        answer
    };
    let rare: Vec<u64> = (FIRST + BOOKS - RARE..FIRST + BOOKS).collect();
    let (with, without) = rare.split_at((RARE - WITHOUT) as usize);
    let last = std::slice::from_ref(rare.last().unwrap());
    let korean = || Filters { language: Some(Language::Korean), ..Filters::default() };
    let held = |library: u16| Filters { libraries: vec![library], ..Filters::default() };
    let cases: [(&str, Filters, &[u64]); 12] = [
        ("노을 바다", Filters::default(), &rare),
        ("바다 이야기 노을", Filters::default(), with),
        ("노을", korean(), &rare),
        ("노을", held(0), &rare),
        ("노을 이야기", held(0), with),
        ("김가온 바다", korean(), last),
        ("노을 -이야기", Filters::default(), without),
        ("노을 바다 -이야기", korean(), without),
        ("노을 -물결", Filters::default(), &rare),
        ("ㄴㅇ ㅅㅈ", korean(), without),
        ("\"노을 이야기\"", held(0), with),
        (&last[0].to_string(), held(0), last),
    ];
    for sort in [Sort::Relevance, Sort::Title] {
        for (text, filters, expected) in &cases {
            let answer = ask(text, filters.clone(), sort);
            assert_eq!(found(&answer), *expected, "{text} with {filters:?}");
            // Few are followed by some that have some of the words, 50 at most.
            let counted = expected.len() as u32..=expected.len() as u32 + 50;
            assert!(
                counted.contains(&answer.total) && answer.total_exact,
                "{text} with {filters:?}: {}",
                answer.total
            );
        }
    }
    // Of words that nearly all books have every one is counted.
    let answer = ask("바다 이야기", held(0), Sort::Relevance);
    assert_eq!((u64::from(answer.total), answer.total_exact), (BOOKS - WITHOUT, true));
    let answer = ask("바다 -노을", Filters::default(), Sort::Relevance);
    assert_eq!((u64::from(answer.total), answer.total_exact), (BOOKS - RARE, true));
    let answer = ask("", Filters::default(), Sort::Holdings);
    assert_eq!((u64::from(answer.total), answer.total_exact), (BOOKS, true));
    // None of the books far down has this word, however it is read.
    let answer = ask("노을 물결", Filters::default(), Sort::Relevance);
    assert!(answer.hits.iter().all(|hit| hit.tier > Tier::Infix), "{:?}", answer.hits.first());
}
