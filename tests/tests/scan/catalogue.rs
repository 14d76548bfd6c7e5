//! Small random catalogues.

use std::collections::BTreeMap;

use index_builder::catalogue::{Book, Catalogue, Date, Holding, KeywordId, Library, LibraryId, Synonym};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use seoga_index::book_id::BookId;

/// Words of titles: alone, as parts of each other, with particles, of several scripts.
pub(crate) const WORDS: [&str; 30] = [
    "파이썬",
    "파이썬으로",
    "머신",
    "러닝",
    "머신러닝",
    "데이터",
    "분석",
    "데이터분석",
    "자바",
    "자바스크립트",
    "스크립트",
    "딥러닝",
    "입문",
    "처음부터",
    "알고리즘",
    "네트워크의",
    "웹",
    "웹개발",
    "개발",
    "코딩을",
    "python",
    "java",
    "script",
    "javascript",
    "data",
    "c++",
    "c",
    "r",
    "2판",
    "go",
];
/// Separators of a title's words; an empty one makes compounds.
const BETWEEN: [&str; 8] = [" ", " ", " ", " ", "", ": ", " = ", ", "];
/// Authors' statements, as catalogues have them.
const AUTHORS: [&str; 7] = [
    "김가온",
    "이나루 지음",
    "김가온, 박다솜 공저",
    "John Smith",
    "이나루 지음 ;데이터 옮김",
    "",
    "파이썬연구회",
];
/// Publishers, one of them in two spellings, one that is a word of titles.
const PUBLISHERS: [&str; 6] = ["한빛나루", "한빛 나루", "가온출판", "Data Press", "코딩", ""];
const CLASSES: [&str; 5] = ["004.73", "005.133", "005", "813.7", "000"];
const KEYWORDS: [&str; 8] =
    ["파이썬", "머신러닝", "python", "데이터", "웹개발", "신경망", "인공 지능", "c++"];
const LIBRARIES: [&str; 3] = ["가람", "나래", "다솜"];
const LANGUAGES: [&str; 3] = ["ko", "en", "ja"];

fn title() -> impl Strategy<Value = String> {
    let word = (0..WORDS.len(), 0..BETWEEN.len());
    (vec(word, 1..5), prop::bool::weighted(0.1)).prop_map(|(words, leading)| {
        let mut title = String::new();
        for (place, (word, between)) in words.into_iter().enumerate() {
            if place > 0 {
                title.push_str(BETWEEN[between]);
            }
            title.push_str(WORDS[word]);
        }
        if leading { format!("(처음 만나는) {title}") } else { title }
    })
}

fn pick(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(of).prop_map(str::to_owned)
}

prop_compose! {
    fn book()(
        title in title(),
        others in btree_set(title(), 0..3),
        authors in pick(&AUTHORS),
        other_authors in btree_set(pick(&AUTHORS), 0..2),
        publisher in pick(&PUBLISHERS),
        year in prop::option::weighted(0.9, 2015u16..2024),
        class_no in prop::option::weighted(0.9, pick(&CLASSES)),
        loans in prop::option::of(0u32..5),
        language in prop::option::weighted(0.2, pick(&LANGUAGES)),
        keywords in btree_set(0..KEYWORDS.len() as u32, 0..4),
        holdings in btree_map(0..LIBRARIES.len() as u16, prop::option::weighted(0.9, 18_000..18_010), 0..4),
    ) -> Book {
        let apart = |all: std::collections::BTreeSet<String>, shown: &String| -> Vec<String> {
            all.into_iter().filter(|text| text != shown && !text.is_empty()).collect()
        };
        let holding = |(library, day): (u16, Option<i32>)| Holding {
            library: LibraryId(library),
            registered: day.and_then(Date::from_days_since_1970),
        };
        Book {
            other_titles: apart(others, &title),
            other_authors: apart(other_authors, &authors),
            title,
            authors,
            publisher,
            year,
            class_no,
            loans,
            language,
            keywords: keywords.into_iter().map(KeywordId).collect(),
            holdings: holdings.into_iter().map(holding).collect(),
            ..Book::default()
        }
    }
}

/// A catalogue with the invariants that `Catalogue` promises.
pub(crate) fn catalogue() -> impl Strategy<Value = Catalogue> {
    let synonym = prop::sample::subsequence(
        vec![
            ("python", "파이썬"),
            ("data", "데이터"),
            ("ml", "머신러닝"),
            ("java", "자바"),
            ("자바", "스크립트"),
        ],
        0..4,
    );
    (vec(book(), 1..70), synonym).prop_map(|(mut books, synonyms)| {
        for (place, book) in books.iter_mut().enumerate() {
            book.id = BookId::isbn(9_790_000_000_000 + place as u64);
        }
        let library = |name: &&str| Library { name: (*name).to_owned(), ..Library::default() };
        let pair = |(from, to): (&str, &str)| Synonym { from: from.to_owned(), to: to.to_owned() };
        let mut synonyms: Vec<Synonym> = synonyms.into_iter().map(pair).collect();
        synonyms.sort();
        Catalogue {
            libraries: LIBRARIES.iter().map(library).collect(),
            books,
            keywords: sorted_keywords(),
            synonyms,
            publisher_names: BTreeMap::new(),
            invented: true,
            holidays: Vec::new(),
            data_date: None,
        }
    })
}

fn sorted_keywords() -> Vec<Box<str>> {
    let mut keywords: Vec<Box<str>> = KEYWORDS.iter().map(|&word| word.into()).collect();
    keywords.sort();
    keywords
}
