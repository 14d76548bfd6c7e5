//! Long titles, typed to their end.

use index_builder::catalogue::{Book, Catalogue, Holding, Library, LibraryId};
use index_builder::compile::compile;
use index_builder::local::LocalIndex;
use index_builder::progress::Quiet;
use seoga_index::book_id::BookId;
use seoga_search::Request;

use crate::made::folder;

/// More words than are looked for, of which the last, a short one, tells the books apart.
const WORDS: &str = "바람소리 물결소리 노을소리 하늘소리 구름소리 안개소리 새벽소리 저녁소리";

#[test]
fn a_long_title_typed_to_its_end_is_found_before_likelier_books_of_its_words() {
    let of = |library: u16| Holding { library: LibraryId(library), registered: None };
    let book = |number: u64, title: String, libraries: u16| Book {
        id: BookId::isbn(9_790_000_000_000 + number),
        title,
        holdings: (0..libraries).map(of).collect(),
        ..Book::default()
    };
    let library = |name: &str| Library { name: name.to_owned(), ..Library::default() };
    let catalogue = Catalogue {
        libraries: vec![library("가람"), library("나래")],
        books: vec![
            book(1, format!("{WORDS} 하나"), 1),
            book(2, format!("{WORDS} 둘"), 2),
            book(3, format!("[큰글자] {WORDS} 셋"), 1),
        ],
        invented: true,
        ..Catalogue::default()
    };
    let place = folder();
    compile(&catalogue, place.path(), &Quiet).unwrap();
    for last in ["하나", "둘", "셋"] {
        for text in [format!("{WORDS} {last}"), format!("{WORDS}{last} ").replace("소리 ", "소리")] {
            let index = LocalIndex::open(place.path(), 1 << 30).unwrap();
            let request = Request { text: text.clone(), typed: text, limit: 3, ..Request::default() };
            let first = index.search(request).unwrap().hits.into_iter().next().unwrap();
            assert!(
                first.record.title.ends_with(&format!("{WORDS} {last}")),
                "{last}: {}",
                first.record.title
            );
        }
    }
}
