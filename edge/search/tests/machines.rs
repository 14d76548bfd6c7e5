//! Every machine answers from nothing but the files it asked for.

mod tiny;

use std::sync::Arc;

use seoga_index::book_id::BookId;
use seoga_search::{
    ArrivalScope, Arrivals, Beside, ExpansionKind, IsbnPage, ListLookup, Lookup, Request, Search, Suggest,
    TermLookup,
};
use seoga_text::keys;
use tiny::{ISBN13, tiny_index};

fn request(text: &str) -> Request {
    Request { text: text.to_owned(), page: 1, limit: 10, ..Request::default() }
}

#[test]
fn a_search_finds_highlights_and_counts() {
    let index = tiny_index();
    let answer = index.ask(Search::new(Arc::clone(&index.manifest), request("파이썬"))).unwrap();
    assert_eq!((answer.total, answer.total_exact), (1, true));
    let hit = &answer.hits[0];
    assert_eq!((hit.record.id, hit.highlights[0].start, hit.highlights[0].end), (BookId::isbn(ISBN13), 0, 3));
    let library = answer.facets.iter().find(|facet| facet.name == "library").unwrap();
    assert_eq!((library.counts[0].value.as_str(), library.counts[0].count), ("강남", 1));
    assert!(answer.work.rounds > 0);
    let none = index.ask(Search::new(Arc::clone(&index.manifest), request("자바"))).unwrap();
    assert_eq!(none.total, 0);
}

#[test]
fn lookups_find_the_book_and_nothing_else() {
    let index = tiny_index();
    let manifest = || Arc::clone(&index.manifest);
    let found = index.ask(Lookup::new(manifest(), BookId::isbn(ISBN13))).unwrap();
    assert_eq!(found.map(|(doc, record)| (doc, record.id)), Some((0, BookId::isbn(ISBN13))));
    assert_eq!(index.ask(Lookup::new(manifest(), BookId::isbn(9_788_966_260_997))).unwrap(), None);
    let book =
        index.ask(Lookup::new(manifest(), BookId::isbn(ISBN13)).with_more_like_this()).unwrap().unwrap();
    assert_eq!((book.doc, book.left.len(), book.right.len()), (0, 0, 0));
    let list = index
        .ask(ListLookup::new(manifest(), [9_788_966_260_997, ISBN13].map(BookId::isbn).to_vec()))
        .unwrap();
    assert_eq!(list.iter().map(Option::is_some).collect::<Vec<_>>(), [false, true]);
    let isbns = index.ask(IsbnPage::new(manifest(), 0)).unwrap();
    assert_eq!((isbns, IsbnPage::count(&index.manifest)), (vec![BookId::isbn(ISBN13)], 1));
    let suggestions = index.ask(Suggest::new(manifest(), "파잇", 5)).unwrap();
    assert_eq!(suggestions[0].matched.2, ExpansionKind::Typo, "nothing begins so");
    let suggestions = index.ask(Suggest::new(manifest(), "바다사자", 5)).unwrap();
    assert_eq!(suggestions.len(), 0, "a suggestion continues what was typed");
    let suggestions = index.ask(Suggest::new(manifest(), "파이", 5)).unwrap();
    assert_eq!(suggestions[0].text, "파이썬 첫걸음");
    let arrivals = index.ask(Arrivals::new(manifest(), ArrivalScope::All, 5)).unwrap();
    assert_eq!(arrivals[0].id, BookId::isbn(ISBN13));
    let term = index.ask(TermLookup::new(manifest(), keys::encode("파이썬"))).unwrap();
    assert_eq!(term.map(|(_, postings)| postings.len()), Some(1));
}

#[test]
fn questions_side_by_side_answer_as_alone_within_their_rounds() {
    let index = tiny_index();
    let search = |text: &str| {
        let request = Request { text: text.to_owned(), page: 1, limit: 10, ..Request::default() };
        Search::new(Arc::clone(&index.manifest), request)
    };
    let alone: Vec<u32> = ["파이썬", "없는말"].map(|text| index.ask(search(text)).unwrap().total).to_vec();
    assert_eq!(alone, [1, 0]);
    let asked = || [search("파이썬").counting(), search("없는말").counting()];
    let beside = index.ask(Beside::new(asked(), 5)).unwrap();
    let totals: Vec<Option<u32>> =
        beside.iter().map(|answer| answer.as_ref().map(|answer| answer.total)).collect();
    assert_eq!(totals, [Some(1), Some(0)]);
    assert!(beside.iter().flatten().all(|answer| answer.hits.is_empty()), "only counted");
    let cut = index.ask(Beside::new(asked(), 0)).unwrap();
    assert!(cut.iter().all(Option::is_none), "nothing is answered from an empty store without a round");
    assert!(index.ask(Beside::<Search>::new([], 5)).unwrap().is_empty());
}
