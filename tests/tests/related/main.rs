//! Related words, from the catalogue to the answer.
//!
//! A shelf of invented books whose words are met together in known ways is compiled and asked. How near words are is
//! held to floats beside the code (`compile::related::score`); how much related words help on a real catalogue is
//! measured by the example `masked_topics`.

use index_builder::catalogue::{Book, Catalogue, Holding, KeywordId, Library, LibraryId};
use index_builder::compile::compile;
use index_builder::local::{LocalIndex, request};
use index_builder::progress::Quiet;
use seoga_index::book_id::BookId;
use seoga_search::{Answer, ExpansionKind, Filters, HighlightField, Hit, Request, Sort, Tier};
use tempfile::TempDir;

/// Title, keywords, and the libraries that hold it.
type Row = (&'static str, &'static [&'static str], &'static [u16]);

/// Books on 도커, on 쿠버네티스 and on both; three on 젠킨스, which is only ever met with 도커 and 배포; and many on
/// cooking. 보안 and 해킹 are related, and each is met with 도커 now and then.
fn rows() -> Vec<Row> {
    let books: [(usize, Row); 9] = [
        (100, ("맛있는 요리", &["요리", "재료"], &[0])),
        (6, ("도커 시작하기", &["도커", "컨테이너"], &[0, 1])),
        (6, ("쿠버네티스 운영", &["쿠버네티스", "컨테이너"], &[1])),
        (8, ("도커와 쿠버네티스", &["도커", "쿠버네티스", "컨테이너"], &[0])),
        (3, ("젠킨스 실무", &["젠킨스", "도커", "배포"], &[0])),
        (4, ("무중단 서비스", &["배포"], &[0])),
        (2, ("안전한 도커", &["도커", "보안"], &[0])),
        (8, ("보안 첫걸음", &["보안", "해킹"], &[0])),
        (3, ("해킹 연습", &["도커", "해킹"], &[0])),
    ];
    books.into_iter().flat_map(|(count, row)| std::iter::repeat_n(row, count)).collect()
}

struct Shelf {
    catalogue: Catalogue,
    index: LocalIndex,
    _folder: TempDir,
}

impl Shelf {
    fn new(rows: &[Row]) -> Self {
        let mut keywords: Vec<Box<str>> =
            rows.iter().flat_map(|row| row.1).map(|word| Box::from(*word)).collect();
        keywords.sort_unstable();
        keywords.dedup();
        let id =
            |word: &&str| KeywordId(keywords.binary_search_by(|known| (**known).cmp(word)).unwrap() as u32);
        let holding = |library: &u16| Holding { library: LibraryId(*library), registered: None };
        let book = |(place, (title, words, libraries)): (usize, &Row)| Book {
            id: BookId::isbn(9_790_000_000_000 + place as u64),
            title: (*title).to_owned(),
            keywords: words.iter().map(id).collect(),
            holdings: libraries.iter().map(holding).collect(),
            ..Book::default()
        };
        let books = rows.iter().enumerate().map(book).collect();
        let library = |name: &str| Library { name: name.to_owned(), ..Library::default() };
        let libraries = vec![library("가람"), library("나래")];
        let catalogue = Catalogue { libraries, books, keywords: keywords.clone(), ..Catalogue::default() };
        let folder = tempfile::tempdir().unwrap();
        compile(&catalogue, folder.path(), &Quiet).unwrap();
        let index = LocalIndex::open(folder.path(), 64 << 20).unwrap();
        Self { catalogue, index, _folder: folder }
    }

    fn ask(&self, text: &str) -> Answer {
        self.search(request(&self.index, text, &[], 50).unwrap())
    }

    fn search(&self, request: Request) -> Answer {
        self.index.search(request).unwrap()
    }

    /// The keywords of a hit's book.
    fn keywords(&self, hit: &Hit) -> Vec<&str> {
        let book = self.catalogue.books.iter().find(|book| book.id == hit.record.id).unwrap();
        book.keywords.iter().map(|id| self.catalogue.keyword(*id)).collect()
    }
}

fn isbns<'a>(hits: impl IntoIterator<Item = &'a Hit>) -> Vec<BookId> {
    hits.into_iter().map(|hit| hit.record.id).collect()
}

#[test]
fn an_answer_tells_the_related_words_nearest_first() {
    let shelf = Shelf::new(&rows());
    assert_eq!(shelf.ask("도커").related, ["컨테이너", "쿠버네티스"]);
    assert_eq!(shelf.ask("쿠버네티").related, ["컨테이너", "도커"], "of the word that is being typed");
    assert_eq!(shelf.ask("도커 컨테이너").related, ["쿠버네티스"], "not the words asked");
    assert_eq!(shelf.ask("도커와").related, ["컨테이너", "쿠버네티스"], "of the stem");
    assert_eq!(shelf.ask("엉뚱한말").related, Vec::<String>::new());
    assert_eq!(shelf.ask("9790000000000").related, Vec::<String>::new());
    assert_eq!(
        shelf.ask("맛있는 요리 도커 시작하기").related,
        Vec::<String>::new(),
        "so many words name a book"
    );
}

#[test]
fn a_poor_answer_gets_books_with_related_words_below() {
    let shelf = Shelf::new(&rows());
    let answer = shelf.ask("젠킨스");
    let (direct, related): (Vec<&Hit>, Vec<&Hit>) =
        answer.hits.iter().partition(|hit| hit.tier < Tier::Related);
    assert_eq!(isbns(direct.iter().copied()), isbns(answer.hits.iter().take(3)), "direct hits stand first");
    assert_eq!(direct.len(), 3);
    assert_eq!(answer.total as usize, answer.hits.len());
    assert!(!related.is_empty());
    for hit in related {
        let keywords = shelf.keywords(hit);
        assert!(keywords.contains(&"도커") || keywords.contains(&"배포"), "{keywords:?}");
        assert!(
            hit.highlights.iter().all(|mark| mark.by == ExpansionKind::Related) && !hit.highlights.is_empty()
        );
    }
    assert!(
        answer.interpretation.iter().any(|told| told.by == ExpansionKind::Related && told.input == "젠킨스")
    );
    // 20 books have 도커 or 쿠버네티스, enough.
    assert!(shelf.ask("컨테이너").hits.iter().all(|hit| hit.tier < Tier::Related));
}

#[test]
fn every_word_of_the_query_is_met_by_itself_or_a_related_one() {
    let shelf = Shelf::new(&rows());
    let answer = shelf.ask("도커 보안");
    let titles: Vec<(Tier, &str)> =
        answer.hits.iter().map(|hit| (hit.tier, hit.record.title.as_str())).collect();
    assert!(titles[..2].iter().all(|(tier, title)| *tier < Tier::Partial && *title == "안전한 도커"));
    // Few books have both words, so those that have the one that tells most follow, and behind them 도커 itself with 해킹 for 보안.
    let (partial, related) = titles[2..].split_at(titles.len() - 5);
    assert!(
        partial.iter().all(|hit| *hit == (Tier::Partial, "보안 첫걸음")) && !partial.is_empty(),
        "{titles:?}"
    );
    assert!(
        related.iter().all(|hit| *hit == (Tier::Related, "해킹 연습")) && related.len() == 3,
        "{titles:?}"
    );
    assert!(shelf.ask("젠킨스 엉뚱한말").hits.iter().all(|hit| hit.tier < Tier::Related));
    assert!(shelf.ask("ㅁㄴㅇㄹ").hits.is_empty() && shelf.ask("wpszlstm2x").hits.is_empty());
}

#[test]
fn filters_and_orders_take_away_or_reorder_but_add_nothing() {
    let shelf = Shelf::new(&rows());
    let all = shelf.ask("젠킨스");
    let plain = request(&shelf.index, "젠킨스", &[], 50).unwrap();
    for library in [0, 1] {
        let filters = Filters { libraries: vec![library], ..Filters::default() };
        let held = |hit: &&Hit| hit.record.holdings.iter().any(|holding| holding.library == library);
        let some = shelf.search(Request { filters, ..plain.clone() });
        if library == 0 {
            assert_eq!(isbns(&some.hits), isbns(all.hits.iter().filter(held)));
        } else {
            assert!(some.hits.iter().all(|hit| hit.tier < Tier::Related), "no book on 젠킨스 is there");
        }
    }
    for sort in Sort::ALL {
        let sorted = shelf.search(Request { sort, ..plain.clone() });
        let related = |answer: &Answer| isbns(answer.hits.iter().filter(|hit| hit.tier == Tier::Related));
        assert_eq!(related(&sorted), related(&all), "{sort:?}");
        assert!(sorted.hits.iter().map(|hit| hit.tier == Tier::Related).is_sorted(), "{sort:?}");
    }
}

#[test]
fn topics_count_three_for_words_asked_and_one_for_related_words() {
    let shelf = Shelf::new(&rows());
    let request = Request { sort: Sort::Cooccurrence, ..request(&shelf.index, "도커", &[], 50).unwrap() };
    let answer = shelf.search(request);
    let worth = |hit: &Hit| {
        let has =
            |word: &str| u32::from(shelf.keywords(hit).contains(&word) || hit.record.title.contains(word));
        3 * has("도커") + has("쿠버네티스") + has("컨테이너")
    };
    let worths: Vec<u32> = answer.hits.iter().map(worth).collect();
    assert!(worths.is_sorted_by(|a, b| a >= b), "{worths:?}");
    assert_eq!(worths.iter().filter(|worth| **worth == 5).count(), 8, "도커와 쿠버네티스");
    assert_eq!(worths.iter().filter(|worth| **worth == 2).count(), 6, "쿠버네티스 without 도커");
    assert!(worths.iter().all(|worth| *worth > 0) && answer.hits.len() == 28, "and no other book");
    assert!(Sort::from_code("topics").is_none(), "no parameter asks for it");
}

#[test]
fn words_unknown_to_topics_are_searched_as_ever() {
    let shelf = Shelf::new(&rows());
    let ask =
        |text: &str, sort| shelf.search(Request { sort, ..request(&shelf.index, text, &[], 50).unwrap() });
    assert_eq!(
        isbns(&ask("쿠버네티쓰", Sort::Cooccurrence).hits),
        isbns(&ask("쿠버네티쓰", Sort::Relevance).hits)
    );
    assert!(!ask("쿠버네티쓰", Sort::Cooccurrence).hits.is_empty());
    assert!(ask("엉뚱한말", Sort::Cooccurrence).hits.is_empty());
}

#[test]
fn a_related_word_is_marked_where_the_title_has_it() {
    let shelf = Shelf::new(&rows());
    let answer = shelf.ask("젠킨스");
    let hit = answer
        .hits
        .iter()
        .find(|hit| hit.tier == Tier::Related && hit.record.title.starts_with("도커"))
        .unwrap();
    let mark = hit.highlights.iter().find(|mark| mark.field == HighlightField::Title).unwrap();
    assert_eq!((mark.start, mark.end, mark.by), (0, 2, ExpansionKind::Related));
}

#[test]
fn the_same_books_in_another_order_give_the_same_words() {
    let mut rows = rows();
    let forwards = Shelf::new(&rows).ask("도커").related;
    rows.reverse();
    assert_eq!(Shelf::new(&rows).ask("도커").related, forwards);
}
