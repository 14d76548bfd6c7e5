//! Corrections of a word that was typed with a slip: followed to its synonyms, and made beside a few books that share the slip.

use index_builder::catalogue::{Book, Catalogue, Library, Synonym};
use index_builder::compile::compile;
use index_builder::local::LocalIndex;
use index_builder::progress::Quiet;
use seoga_index::book_id::BookId;
use seoga_search::{Answer, Request, Tier};

use crate::made::folder;

/// Books by the word of their titles: many by either spelling of one thing, two with a slip in it, and two words that
/// are alike by chance.
const BOOKS: [(&str, u64); 5] =
    [("다큐멘터리", 150), ("documentary", 140), ("다큐맨터리", 2), ("수채물감", 1), ("수채물갑", 20)];

fn catalogue() -> Catalogue {
    let words = BOOKS.iter().flat_map(|(word, books)| (0..*books).map(move |number| (*word, number)));
    let book = |(place, (word, number)): (usize, (&str, u64))| Book {
        id: BookId::isbn(9_790_000_000_000 + place as u64),
        title: format!("{word} 이야기 {number}"),
        ..Book::default()
    };
    Catalogue {
        libraries: vec![Library { name: "가람".to_owned(), ..Library::default() }],
        books: words.enumerate().map(book).collect(),
        synonyms: vec![Synonym { from: "documentary".to_owned(), to: "다큐멘터리".to_owned() }],
        invented: true,
        ..Catalogue::default()
    }
}

/// Hits of a tier among the first fifty.
fn of(answer: &Answer, tier: Tier) -> usize {
    answer.hits.iter().filter(|hit| hit.tier == tier).count()
}

#[test]
fn a_corrected_word_is_followed_to_its_synonyms_and_stands_behind_what_was_typed() {
    let place = folder();
    compile(&catalogue(), place.path(), &Quiet).unwrap();
    let ask = |text: &str| {
        let index = LocalIndex::open(place.path(), 1 << 30).unwrap();
        let answer =
            index.search(Request { text: text.to_owned(), limit: 50, ..Request::default() }).unwrap();
        assert!(answer.work.rounds <= 5, "{text}: {} rounds", answer.work.rounds);
        answer
    };
    let both = 150 + 140;
    // Two letters changed places; no book has it so.
    let answer = ask("docuemntary");
    assert_eq!((answer.total, of(&answer, Tier::Typo)), (both, 50));
    // The other way round the correction is the word with the synonym.
    assert_eq!(ask("다큐멘토리").total, both, "the spelling with a slip is two away");
    // Two books share the slip: they stand first, and what was meant behind them.
    let answer = ask("다큐맨터리");
    assert_eq!((answer.total, of(&answer, Tier::Exact), of(&answer, Tier::Typo)), (both + 2, 2, 48));
    // Twenty books are not far more than one: another word, and no slip.
    let answer = ask("수채물감");
    assert_eq!((answer.total, of(&answer, Tier::Exact), of(&answer, Tier::Typo)), (1, 1, 0));
}
