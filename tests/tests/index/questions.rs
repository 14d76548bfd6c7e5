//! Questions in sentences: what frames them is not asked for, and few books that have all words are followed by some that have
//! what tells most.

use index_builder::catalogue::{Book, Catalogue, Library};
use index_builder::compile::compile;
use index_builder::local::LocalIndex;
use index_builder::progress::Quiet;
use seoga_index::book_id::BookId;
use seoga_search::{Answer, ExpansionKind, Request, Sort, Tier};
use seoga_text::isbn::Isbn13;
use tempfile::TempDir;

use crate::made::folder;

/// Invented titles. 물결 is rare and says which book is meant; every other book has 이야기.
const TITLES: [&str; 21] = [
    "물결을 그리기",
    "물결 사전",
    "연 날리기 입문",
    "연 만들기 :종이로",
    "바구니 엮기",
    "책 추천 시스템",
    "쪽배 타는 법",
    "강가의 이야기",
    "들판의 이야기",
    "산골의 이야기",
    "Kites of the North",
    "A Book of Baskets",
    "돛배의 기억 -바람이라는 기적-",
    "도서관:나무의 숲",
    "등대 자격 1급",
    "Boats & Harbours",
    "두루미 성북구 나들이",
    "数据结构与算法分析",
    "ではじめるデータ分析",
    "C++ 뜰",
    "엮기 바구니 :개정판",
];

/// The ISBN of a book by its place.
fn isbn(number: u64) -> u64 {
    let all = (0..10).map(|check| (979_000_000_000 + number) * 10 + check);
    all.into_iter().find(|isbn| Isbn13::new(*isbn).is_some()).unwrap()
}

fn index(others: usize) -> (TempDir, LocalIndex) {
    let titles = TITLES.iter().map(|title| (*title).to_owned());
    let titles = titles.chain((0..others).map(|number| format!("마을의 이야기 {number}")));
    let book = |(number, title): (usize, String)| Book {
        id: BookId::isbn(isbn(number as u64)),
        title,
        authors: if number % 2 == 0 { "김가온 지음" } else { "ABC지음 ;이나루 옮김" }.to_owned(),
        class_no: Some(if number == 4 { "633.8" } else { "813.6" }.to_owned()),
        year: Some(2000 + (number % 20) as u16),
        ..Book::default()
    };
    let catalogue = Catalogue {
        libraries: vec![Library { name: "가람".to_owned(), ..Library::default() }],
        books: titles.enumerate().map(book).collect(),
        invented: true,
        ..Catalogue::default()
    };
    let place = folder();
    compile(&catalogue, place.path(), &Quiet).unwrap();
    let index = LocalIndex::open(place.path(), 1 << 30).unwrap();
    (place, index)
}

fn ask(index: &LocalIndex, text: &str, sort: Sort) -> Answer {
    let answer =
        index.search(Request { text: text.to_owned(), limit: 100, sort, ..Request::default() }).unwrap();
    assert!(answer.work.rounds <= 5, "{text}: {} rounds", answer.work.rounds);
    assert_eq!(answer.total.min(50) as usize, answer.hits.len(), "{text}");
    answer
}

fn first(answer: &Answer) -> (&str, Tier) {
    answer.hits.first().map_or(("", Tier::Related), |hit| (hit.record.title.as_str(), hit.tier))
}

#[test]
fn what_frames_a_question_is_not_asked_for() {
    let (_place, index) = index(30);
    for (text, title, tier) in [
        ("바구니 관련 책 있나요", "바구니 엮기", Tier::Exact),
        ("연 날리는 방법 알려 주세요", "연 날리기 입문", Tier::Form),
        ("a good book about kites", "Kites of the North", Tier::Exact),
        // What frames a question elsewhere is what is asked here.
        ("책 추천 시스템", "책 추천 시스템", Tier::Exact),
        ("쪽배 타는 법", "쪽배 타는 법", Tier::Exact),
        ("a book of baskets", "A Book of Baskets", Tier::Exact),
    ] {
        let answer = ask(&index, text, Sort::Relevance);
        assert_eq!(first(&answer), (title, tier), "{text}");
        assert_eq!(answer.did_you_mean, None, "{text}: nothing is guessed at");
    }
}

#[test]
fn some_words_weigh_more_than_many() {
    let (_place, index) = index(30);
    // Two of three words are in all the stories; one, with an ending, is in two books.
    let answer = ask(&index, "물결처럼 마을의 이야기는", Sort::Relevance);
    assert!(answer.hits.iter().all(|hit| hit.tier == Tier::Partial));
    // No book has what nobody wrote, and it takes nothing from the words that are known.
    let answer = ask(&index, "바구니 흐흐흐 호호호 후후후", Sort::Relevance);
    assert_eq!(first(&answer), ("바구니 엮기", Tier::Partial));
}

#[test]
fn few_that_have_all_words_are_followed_by_some_that_have_what_tells_most() {
    let (_place, index) = index(90);
    for sort in [Sort::Relevance, Sort::Year] {
        let answer = ask(&index, "물결 사전 이야기는", sort);
        // None has all three: those with the rare ones first.
        assert_eq!(answer.hits.iter().filter(|hit| hit.tier < Tier::Partial).count(), 0);
        // Whoever types a title has found it.
        assert_eq!(ask(&index, "산골의 이야기", sort).total, 1);
        let answer = ask(&index, "이야기 산골의", sort);
        assert!(answer.total > 1, "{sort:?}");
        let direct: Vec<&str> = answer
            .hits
            .iter()
            .filter(|hit| hit.tier < Tier::Partial)
            .map(|hit| hit.record.title.as_str())
            .collect();
        assert_eq!(direct, ["산골의 이야기"]);
        assert_eq!(first(&answer).0, "산골의 이야기", "what was added stays below in any order");
    }
    // Where enough books have all words, none is added.
    let answer = ask(&index, "마을의 이야기", Sort::Relevance);
    assert!(answer.hits.iter().all(|hit| hit.tier < Tier::Partial), "{:?}", answer.hits.last());
    // In quotes every word was meant.
    assert_eq!(ask(&index, "\"물결 책\"", Sort::Relevance).total, 0);
}

#[test]
fn what_the_index_drops_costs_a_query_nothing() {
    let (_place, index) = index(30);
    let all = ask(&index, "김가온", Sort::Relevance);
    for text in ["김가온 지음", "저자: 김가온 지음", "김가온 글", "김가온 저"] {
        let answer = ask(&index, text, Sort::Relevance);
        assert_eq!((answer.total, first(&answer)), (all.total, first(&all)), "{text}");
    }
    // A role glued to a name is no name.
    assert_eq!(ask(&index, "ABC", Sort::Relevance).total, ask(&index, "이나루 옮김", Sort::Relevance).total);
    for text in
        ["바구니 엮기 개정판", "바구니 엮기 2판", "바구니 엮기 제3판", "바구니 엮기 1권", "바구니 엮기 책"]
    {
        assert_eq!(first(&ask(&index, text, Sort::Relevance)), ("바구니 엮기", Tier::Exact), "{text}");
    }
}

#[test]
fn numbers_are_read_for_what_they_are() {
    let (_place, index) = index(30);
    let own = isbn(4);
    let points = own.to_string().replace("979000", "979.000.");
    for text in [format!("{own}."), format!("EAN {own} 93000"), format!("연 ({own})"), format!("{points} 연")]
    {
        let answer = ask(&index, &text, Sort::Relevance);
        assert_eq!((answer.total, first(&answer).0), (1, "바구니 엮기"), "{text}");
    }
    assert_eq!(ask(&index, &format!("{own}, {}", isbn(11)), Sort::Relevance).total, 2);
    for text in ["633.8", "kdc 633.8"] {
        let answer = ask(&index, text, Sort::Relevance);
        assert_eq!((answer.total, first(&answer)), (1, ("바구니 엮기", Tier::Form)), "{text}");
        assert_eq!(answer.interpretation[0].expansion, "class:633.8");
    }
    assert_eq!(first(&ask(&index, "바구니 2004", Sort::Relevance)), ("바구니 엮기", Tier::Form));
    // Another number is no slip of this one.
    let answer = ask(&index, "등대 자격 3급", Sort::Relevance);
    assert!(answer.hits.iter().all(|hit| hit.tier == Tier::Partial), "{:?}", first(&answer));
    assert_eq!(answer.did_you_mean, None);
}

#[test]
fn commands_that_make_no_sense_are_words_and_said_to_be() {
    let (_place, index) = index(30);
    for text in ["돛배의 기억 -바람이라는 기적-", "돛배의 기억 -바람이라는", "도서관:나무의 숲"]
    {
        let answer = ask(&index, text, Sort::Relevance);
        assert!(["돛배의 기억 -바람이라는 기적-", "도서관:나무의 숲"].contains(&first(&answer).0), "{text}");
        let words = answer.interpretation.iter().filter(|part| part.by == ExpansionKind::Words);
        assert_eq!(words.count(), 1, "{text}: {:?}", answer.interpretation);
    }
    // What leaves books is obeyed.
    let answer = ask(&index, "이야기 -마을의", Sort::Relevance);
    assert_eq!(
        (answer.total, answer.interpretation.iter().any(|part| part.by == ExpansionKind::Words)),
        (3, false)
    );
    assert_eq!(ask(&index, "이야기 NOT 마을의", Sort::Relevance).total, 3);
    assert_eq!(first(&ask(&index, "물결 AND 사전", Sort::Relevance)), ("물결 사전", Tier::Exact));
    assert_eq!(ask(&index, "바구니 OR 쪽배", Sort::Relevance).total, 3);
    assert_eq!(first(&ask(&index, "boats and harbours", Sort::Relevance)).0, "Boats & Harbours");
}

#[test]
fn initials_signs_and_runs_without_spaces_are_looked_into() {
    let (_place, index) = index(30);
    for (text, title, tier) in [
        ("두루미 ㅅㅂㄱ", "두루미 성북구 나들이", Tier::Keyboard),
        ("算法", "数据结构与算法分析", Tier::Infix),
        ("データ分析", "ではじめるデータ分析", Tier::Infix),
        ("でーた分析", "ではじめるデータ分析", Tier::Infix),
        ("c ++", "C++ 뜰", Tier::Exact),
    ] {
        let answer = ask(&index, text, Sort::Relevance);
        assert_eq!(first(&answer), (title, tier), "{text}");
    }
    let answer = ask(&index, "두루미 ㅅㅂㄱ", Sort::Relevance);
    assert!(answer.hits[0].highlights.iter().any(|mark| mark.by == ExpansionKind::Initials));
}
