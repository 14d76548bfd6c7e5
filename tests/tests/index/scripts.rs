//! Words in the other script: found by their sound where few books have them as typed, below all that was typed.

use index_builder::catalogue::{Book, Catalogue, Library};
use index_builder::compile::compile;
use index_builder::local::LocalIndex;
use index_builder::progress::Quiet;
use seoga_index::book_id::BookId;
use seoga_search::{Answer, ExpansionKind, Request, Tier};
use tempfile::TempDir;

use crate::made::folder;

/// Invented books: title, authors.
const BOOKS: [(&str, &str); 12] = [
    ("하모니카 교실", "한가람 지음"),
    ("하모니카로 부르는 노래", "민들레 지음"),
    ("Ceramics in the Garden", "A. Potter"),
    ("체스 첫걸음", "한가람 지음"),
    ("Chess Endings", "B. Bishop"),
    ("호숫가의 나날", "마크 트웨인 지음"),
    ("정원의 나날", "마크 그린 지음"),
    ("SBN 길잡이", "민들레 지음"),
    ("나무의 노래", "민들레 지음"),
    ("물결의 神", "한가람 지음"),
    ("三國志演義", "민들레 지음"),
    ("서예 초(超)입문", "민들레 지음"),
];

/// Builds the books into a folder, and gives what an empty cache answers.
fn ask(place: &TempDir, text: &str) -> Answer {
    let index = LocalIndex::open(place.path(), 1 << 30).unwrap();
    let answer = index.search(Request { text: text.to_owned(), limit: 20, ..Request::default() }).unwrap();
    assert!(answer.work.rounds <= 5, "{text}: {} rounds", answer.work.rounds);
    answer
}

fn built() -> TempDir {
    let place = folder();
    let book = |(number, (title, authors)): (usize, &(&str, &str))| Book {
        id: BookId::isbn(9_790_000_000_000 + number as u64),
        title: (*title).to_owned(),
        authors: (*authors).to_owned(),
        ..Book::default()
    };
    let catalogue = Catalogue {
        libraries: vec![Library { name: "가람".to_owned(), ..Library::default() }],
        books: BOOKS.iter().enumerate().map(book).collect(),
        invented: true,
        ..Catalogue::default()
    };
    compile(&catalogue, place.path(), &Quiet).unwrap();
    place
}

fn found(answer: &Answer) -> Vec<(&str, Tier)> {
    answer.hits.iter().map(|hit| (hit.record.title.as_str(), hit.tier)).collect()
}

#[test]
fn a_word_is_found_by_its_spelling_in_the_other_script_and_the_answer_says_so() {
    let place = built();
    let answer = ask(&place, "harmonica");
    let titles: Vec<&str> = found(&answer).into_iter().map(|(title, _)| title).collect();
    assert_eq!(titles, ["하모니카 교실", "하모니카로 부르는 노래"]);
    assert!(answer.hits.iter().all(|hit| hit.tier == Tier::OtherScript));
    let told =
        answer.interpretation.first().map(|told| (told.input.as_str(), told.expansion.as_str(), told.by));
    assert_eq!(told, Some(("harmonica", "하모니카", ExpansionKind::Transliteration)));
    assert_eq!(found(&ask(&place, "세라믹스")), [("Ceramics in the Garden", Tier::OtherScript)]);
}

#[test]
fn what_was_typed_stands_first() {
    let place = built();
    let both = [("Chess Endings", Tier::Exact), ("체스 첫걸음", Tier::OtherScript)];
    assert_eq!(found(&ask(&place, "chess")), both);
}

#[test]
fn of_a_name_every_word_agrees() {
    let place = built();
    assert_eq!(found(&ask(&place, "mark twain")), [("호숫가의 나날", Tier::OtherScript)]);
    assert_eq!(found(&ask(&place, "twain")), [("호숫가의 나날", Tier::OtherScript)]);
}

#[test]
fn letters_are_read_by_their_names() {
    let place = built();
    assert_eq!(found(&ask(&place, "에스비엔")), [("SBN 길잡이", Tier::OtherScript)]);
}

#[test]
fn no_word_is_found_by_a_sound_of_another() {
    let place = built();
    for text in ["hamper", "cheese", "plywood", "qzxv", "하마", "지하철"] {
        assert_eq!(found(&ask(&place, text)), [], "{text}");
    }
}

#[test]
fn hanja_are_read_and_brackets_with_a_reading_do_not_divide() {
    let place = built();
    for (text, title) in [
        ("물결의 신", "물결의 神"),
        ("물결의 神", "물결의 神"),
        ("삼국지연의", "三國志演義"),
        ("서예 초입문", "서예 초(超)입문"),
    ] {
        let answer = ask(&place, text);
        let first = found(&answer).first().copied();
        assert!(first.is_some_and(|(found, tier)| found == title && tier <= Tier::Form), "{text}: {first:?}");
    }
}
