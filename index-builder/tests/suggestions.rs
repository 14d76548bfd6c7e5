//! Suggestions: in every way the search itself understands what is typed, and never one that leads to nothing.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use index_builder::catalogue::Catalogue;
use index_builder::compile::compile;
use index_builder::generate::{Sample, generate};
use index_builder::local::LocalIndex;
use index_builder::progress::Quiet;
use index_builder::sources::{InMemory, Inputs, read, read_from};
use seoga_index::book_id::check_digit;
use seoga_index::suggest::SuggestionKind;
use seoga_search::{Completion, ExpansionKind, Lookup, Request, Suggest};

struct Shelf {
    index: LocalIndex,
    _folder: tempfile::TempDir,
}

impl Shelf {
    fn of(catalogue: &Catalogue) -> Self {
        let folder = tempfile::tempdir().unwrap();
        compile(catalogue, folder.path(), &Quiet).unwrap();
        Self { index: LocalIndex::open(folder.path(), 64 << 20).unwrap(), _folder: folder }
    }

    fn suggested(&self, typed: &str) -> Vec<Completion> {
        self.index.ask(Suggest::new(Arc::clone(&self.index.manifest), typed, 20)).unwrap()
    }

    fn texts(&self, typed: &str) -> Vec<String> {
        self.suggested(typed).into_iter().map(|found| found.text).collect()
    }

    /// The first suggestion, and the part of it that was typed.
    fn first(&self, typed: &str) -> (String, String, ExpansionKind) {
        let found = self.suggested(typed);
        let Completion { text, matched: (start, end, by), .. } =
            found.into_iter().next().unwrap_or_else(|| panic!("{typed} suggests nothing"));
        let part = text.chars().skip(start as usize).take((end - start) as usize).collect();
        (text, part, by)
    }

    fn found(&self, query: &str) -> usize {
        let request = Request {
            text: seoga_text::fold::canonical_query(query),
            typed: query.to_owned(),
            page: 1,
            limit: 20,
            ..Request::default()
        };
        self.index.search(request).unwrap().hits.len()
    }
}

fn isbn(number: u64) -> u64 {
    let twelve = 978_690_000_000 + number;
    twelve * 10 + check_digit(twelve)
}

const TITLES: [&str; 14] = [
    "갈대숲 도감",
    "갈대숲 산책",
    "노을 사진 2020",
    "4차 산업의 노을",
    "C++ 물결",
    "다시 쓰는 C++",
    "C# 물결",
    "다시 쓰는 C#",
    "C 물결",
    "다시 쓰는 C",
    "Quartz로 짜는 그물",
    "Quartz 안내서",
    "HTML5 물결",
    "물결과 그물",
];

fn shelf() -> Shelf {
    let mut list = "도서명,저자,출판사,발행년도,ISBN,권,도서권수,대출건수,등록일자\n".to_owned();
    for (number, title) in (0..).zip(TITLES) {
        let author = if number % 2 == 0 { "나루터" } else { "로빈 J. 가온" };
        list += &format!("{title},{author},모래시계,2015,{},,1,3,2020-01-02\n", isbn(number));
    }
    let keywords: Vec<String> = (0..4).map(|number| format!("{},갈대숲|석영\n", isbn(number))).collect();
    let path = PathBuf::from("가온도서관.csv");
    let files = InMemory::default()
        .with(&path, list.into_bytes())
        .with("keywords.csv", format!("isbn13,keywords\n{}", keywords.concat()).into_bytes())
        .with("synonyms.csv", "eng,kor\nreed,갈대숲\n".to_owned().into_bytes());
    let inputs = Inputs {
        holdings: vec![path],
        keywords: Some("keywords.csv".into()),
        synonyms: Some("synonyms.csv".into()),
        ..Inputs::default()
    };
    Shelf::of(&read_from(&files, &inputs, &Quiet).unwrap().catalogue)
}

#[test]
fn initials_and_the_other_keyboard_layout_are_understood() {
    let shelf = shelf();
    assert_eq!(shelf.first("ㄱㄷㅅ"), ("갈대숲".into(), "갈대숲".into(), ExpansionKind::Initials));
    assert_eq!(shelf.first("ㄱㄷㅅ ㄷ"), ("갈대숲 도감".into(), "갈대숲 도".into(), ExpansionKind::Initials));
    assert_eq!(shelf.first("rkfeo"), ("갈대숲".into(), "갈대".into(), ExpansionKind::Keyboard));
    let latin = seoga_text::layout::to_hangul("quar").is_none().then_some("ㅂㅕㅁㄱ").unwrap();
    assert_eq!(shelf.first(latin), ("Quartz".into(), "Quar".into(), ExpansionKind::Keyboard));
}

#[test]
fn a_slip_is_forgiven_and_a_number_is_none() {
    let shelf = shelf();
    assert_eq!(shelf.first("갈대숩"), ("갈대숲".into(), "갈대숲".into(), ExpansionKind::Typo));
    assert_eq!(shelf.first("qaurtz").2, ExpansionKind::Typo);
    assert_eq!(shelf.texts("노을 사진 2021"), Vec::<String>::new());
    assert_eq!(shelf.first("갈대").2, ExpansionKind::Prefix, "nothing is guessed where it is meant as typed");
}

#[test]
fn every_title_is_suggested_and_opens_its_book() {
    let shelf = shelf();
    for (number, title) in (0..).zip(TITLES) {
        let found = shelf.suggested(title);
        let title =
            found.iter().find(|found| found.text == title).unwrap_or_else(|| panic!("{title}: {found:?}"));
        if title.kind == SuggestionKind::Title {
            assert_eq!(title.book.map(|book| book.to_string()), Some(isbn(number).to_string()), "{title:?}");
        }
    }
    assert_eq!(shelf.texts("4차 산"), ["4차 산업의 노을"]);
    assert_eq!(shelf.texts("html5 물"), ["HTML5 물결"]);
}

#[test]
fn latin_words_are_topics_and_what_is_typed_to_its_end_is_first() {
    let shelf = shelf();
    assert_eq!(shelf.texts("quartz")[0], "Quartz");
    assert_eq!(shelf.texts("c")[0], "C");
    assert_eq!(shelf.texts("c+")[0], "C++");
    assert_eq!(shelf.texts("c ++")[0], "C++");
    assert_eq!(shelf.texts("c#")[0], "C#");
    // A synonym that no book has stands right behind the word it stands for.
    let reed = shelf.suggested("reed").remove(0);
    assert_eq!((reed.text.as_str(), reed.count, reed.kind), ("reed", 3, SuggestionKind::Keyword));
}

#[test]
fn an_author_is_searched_for_as_the_author() {
    let shelf = shelf();
    let author = shelf.suggested("로빈").remove(0);
    assert_eq!((author.query().as_str(), author.count), ("author:\"로빈 J. 가온\"", 7));
    assert_eq!(shelf.found(&author.query()), 7);
}

#[test]
fn nothing_suggested_leads_to_nothing() {
    let folder = tempfile::tempdir().unwrap();
    generate(Sample { books: 2_000, seed: 1 }, folder.path(), &Quiet).unwrap();
    let invented = read(&Inputs::in_catalogue(folder.path()).unwrap().files, &Quiet).unwrap().catalogue;
    let beginnings =
        |text: &str| (1..=4).map(|length| text.chars().take(length).collect()).collect::<Vec<String>>();
    let mut typed: Vec<String> =
        ["ㄱㄷ", "ㄴㅇ", "ㅁㄹ", "ㅍㅇ", "rkf", "vkdl", "갈대숩", "파이썽"].map(str::to_owned).to_vec();
    for book in invented.books.iter().step_by(100) {
        typed.extend(
            [&book.title, &book.authors, &book.publisher].into_iter().flat_map(|text| beginnings(text)),
        );
    }
    typed.extend(TITLES.iter().flat_map(|title| beginnings(title)));
    let (mut kinds, mut ways) = (BTreeSet::new(), BTreeSet::new());
    for shelf in [shelf(), Shelf::of(&invented)] {
        for (typed, found) in
            typed.iter().flat_map(|typed| shelf.suggested(typed).into_iter().map(move |f| (typed, f)))
        {
            kinds.insert(found.kind);
            ways.insert(found.matched.2);
            let book = found.book.map(|book| Lookup::new(Arc::clone(&shelf.index.manifest), book));
            let opens = book.is_none_or(|book| shelf.index.ask(book).unwrap().is_some());
            assert!(opens && shelf.found(&found.query()) > 0, "{typed}: {found:?}");
        }
    }
    assert_eq!((kinds.len(), ways.len()), (SuggestionKind::ALL.len(), 4));
}
