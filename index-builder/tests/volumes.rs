//! Volumes of a set, recorded in a column of their own or in the title: found by number in any writing, and told apart.

use std::path::PathBuf;
use std::sync::Arc;

use index_builder::compile::compile;
use index_builder::local::LocalIndex;
use index_builder::progress::Quiet;
use index_builder::sources::{InMemory, Inputs, read_from};
use seoga_index::book_id::check_digit;
use seoga_search::{ExpansionKind, Hit, Request, Suggest};

/// An index of the rows of a list: title, author, volume.
struct Shelf {
    index: LocalIndex,
    _folder: tempfile::TempDir,
}

fn isbn(number: u64) -> u64 {
    let twelve = 978_690_000_000 + number;
    twelve * 10 + check_digit(twelve)
}

fn shelf(rows: &[(&str, &str, &str)]) -> Shelf {
    let mut list = "도서명,저자,출판사,발행년도,ISBN,권,도서권수,대출건수,등록일자\n".to_owned();
    for (number, (title, author, volume)) in (0..).zip(rows) {
        list += &format!("\"{title}\",{author},모래시계,2015,{},{volume},1,3,2020-01-02\n", isbn(number));
    }
    let path = PathBuf::from("가온도서관.csv");
    let files = InMemory::default().with(&path, list.into_bytes());
    let inputs = Inputs { holdings: vec![path], ..Inputs::default() };
    let catalogue = read_from(&files, &inputs, &Quiet).unwrap().catalogue;
    assert_eq!(catalogue.books.len(), rows.len());
    let folder = tempfile::tempdir().unwrap();
    compile(&catalogue, folder.path(), &Quiet).unwrap();
    Shelf { index: LocalIndex::open(folder.path(), 64 << 20).unwrap(), _folder: folder }
}

impl Shelf {
    fn hits(&self, text: &str) -> Vec<Hit> {
        let (typed, text) = (text.to_owned(), seoga_text::fold::canonical_query(text));
        let request = Request { text, typed, page: 1, limit: 50, ..Request::default() };
        self.index.search(request).unwrap().hits
    }

    /// The title and volume of the first hit.
    fn first(&self, text: &str) -> (String, Option<String>) {
        let hits = self.hits(text);
        let hit = hits.first().unwrap_or_else(|| panic!("{text} finds nothing"));
        (hit.record.title.clone(), hit.record.volume.clone())
    }
}

/// Lists twenty volumes of which the last are held and lent most, and a likelier book before and behind.
#[test]
fn volumes_of_a_set_are_listed_in_their_order_however_likely_each_is() {
    let mut list = "도서명,저자,출판사,발행년도,ISBN,권,도서권수,대출건수,등록일자\n".to_owned();
    for number in 1..=20 {
        let (isbn, loans) = (isbn(number * 7 % 23), number * 5 % 17);
        list += &format!("갈대숲,나루터,모래시계,2015,{isbn},{number},1,{loans},2020-01-02\n");
    }
    for (title, number, loans) in [("갈대숲", 31, 99), ("갈대숲", 32, 0)] {
        list += &format!("{title},다른이,모래시계,2015,{},,1,{loans},2020-01-02\n", isbn(number));
    }
    let path = PathBuf::from("가온도서관.csv");
    let files = InMemory::default().with(&path, list.into_bytes());
    let catalogue =
        read_from(&files, &Inputs { holdings: vec![path], ..Inputs::default() }, &Quiet).unwrap().catalogue;
    let folder = tempfile::tempdir().unwrap();
    compile(&catalogue, folder.path(), &Quiet).unwrap();
    let shelf = Shelf { index: LocalIndex::open(folder.path(), 64 << 20).unwrap(), _folder: folder };
    let volumes: Vec<Option<String>> =
        shelf.hits("갈대숲").into_iter().map(|hit| hit.record.volume).collect();
    let numbered = (1..=20).map(|number: u32| Some(number.to_string()));
    let expected: Vec<Option<String>> = std::iter::once(None).chain(numbered).chain([None]).collect();
    assert_eq!(volumes, expected);
}

/// A set of twenty volumes in a column, and books whose titles have numbers.
fn set() -> Shelf {
    let numbers: Vec<String> = (1..=20).map(|number| number.to_string()).collect();
    let mut rows: Vec<(&str, &str, &str)> =
        numbers.iter().map(|number| ("갈대숲", "나루터", number.as_str())).collect();
    rows.extend([
        ("등대 이야기 제3권", "한가온", ""),
        ("갈대숲 해설 3판", "이슬비", ""),
        ("갈대숲 읽기", "이슬비", "3판"),
        ("3일 만에 읽는 갈대숲", "다솜", ""),
        ("그림으로 보는 우리 옛이야기", "새벽", "1"),
        ("그림으로 보는 우리 옛이야기", "새벽", "2"),
        ("그림으로 보는 우리 옛이야기", "새벽", "11"),
        ("1984", "오웰", ""),
        ("바다의 역사", "하늘", "상"),
        ("바다의 역사", "하늘", "하"),
        ("은하 전기 Ⅲ", "별", ""),
        ("은하 전기 Ⅱ", "별", ""),
        ("달빛 검객 3", "그믐", ""),
        ("달빛 검객(4)", "그믐", ""),
        ("숲의 노래 하", "바람", ""),
        ("숲의 노래 상", "바람", ""),
    ]);
    shelf(&rows)
}

#[test]
fn a_number_behind_a_title_finds_that_volume_in_any_writing() {
    let shelf = set();
    let volume = |text: &str| shelf.first(text).1.unwrap_or_default();
    for text in [
        "갈대숲 3",
        "갈대숲 제3권",
        "갈대숲 3권",
        "갈대숲 3권 나루터",
        "갈대숲 v.3",
        "갈대숲 vol. 3",
        "갈대숲 Vol 3",
        "갈대숲 III",
        "갈대숲 iii",
        "갈대숲 Ⅲ",
        "갈대숲 삼",
        "갈대숲 삼권",
        "갈대숲 제 3 권",
        "갈대숲 (3)",
        "갈대숲 03",
        "갈대숲 셋째 권",
        "갈대숲 세번째",
        "갈대숲 book three",
        "갈대숲 #3",
        "나루터 갈대숲 3",
        "갈대숲3",
        "갈대숲3권",
    ] {
        assert_eq!(shelf.first(text), ("갈대숲".to_owned(), Some("3".to_owned())), "{text}");
    }
    for number in 1..=20 {
        assert_eq!(volume(&format!("갈대숲 {number}")), number.to_string());
        assert_eq!(volume(&format!("갈대숲 제{number}권")), number.to_string());
    }
    for last in ["갈대숲 마지막 권", "갈대숲 마지막권", "나루터 갈대숲 마지막 권"] {
        assert_eq!(volume(last), "20", "{last}");
    }
    assert_eq!(volume("그림으로 보는 우리 옛이야기 11"), "11");
    assert_eq!(volume("그림으로 보는 우리 옛이야기 1"), "1");
    for (text, part) in [
        ("바다의 역사 하", "하"),
        ("바다의 역사 상권", "상"),
        ("바다의 역사 下", "하"),
        ("바다의 역사 (상)", "상"),
    ] {
        assert_eq!(volume(text), part, "{text}");
    }
}

#[test]
fn a_volume_in_a_title_is_found_in_any_writing_too() {
    let shelf = set();
    for (text, title) in [
        ("은하 전기 3", "은하 전기 Ⅲ"),
        ("은하 전기 제2권", "은하 전기 Ⅱ"),
        ("등대 이야기 3", "등대 이야기 제3권"),
        ("등대 이야기 vol.3", "등대 이야기 제3권"),
        ("달빛 검객 4권", "달빛 검객(4)"),
        ("달빛 검객 III", "달빛 검객 3"),
        ("숲의 노래 하권", "숲의 노래 하"),
        ("숲의 노래 상", "숲의 노래 상"),
    ] {
        assert_eq!(shelf.first(text).0, title, "{text}");
    }
}

#[test]
fn titles_with_numbers_editions_and_years_stay_what_they_are() {
    let shelf = set();
    assert_eq!(shelf.first("1984").0, "1984");
    assert_eq!(shelf.first("갈대숲 해설 3판").0, "갈대숲 해설 3판");
    assert_eq!(shelf.first("3일 만에 읽는 갈대숲").0, "3일 만에 읽는 갈대숲");
    assert_eq!(shelf.first("갈대숲 읽기").0, "갈대숲 읽기");
    // A volume alone names no book, and an edition is no volume.
    assert!(shelf.hits("3권").iter().all(|hit| hit.record.title != "갈대숲"));
    let edition = shelf.hits("갈대숲 3판");
    assert_eq!(edition[0].record.title, "갈대숲 해설 3판");
    let as_volume = |hit: &Hit| hit.highlights.iter().any(|highlight| highlight.by == ExpansionKind::Volume);
    assert!(!edition.iter().any(as_volume));
}

#[test]
fn a_volume_is_suggested_with_its_number() {
    let shelf = set();
    let texts = |typed: &str| {
        let found = shelf.index.ask(Suggest::new(Arc::clone(&shelf.index.manifest), typed, 20)).unwrap();
        found.into_iter().map(|suggestion| suggestion.text).collect::<Vec<_>>()
    };
    assert_eq!(texts("갈대숲 7"), ["갈대숲 7"]);
    assert_eq!(texts("달빛 검객 3"), ["달빛 검객 3"], "a title that says it is suggested once");
}

#[test]
fn the_volume_that_matched_is_told() {
    let shelf = set();
    let hits = shelf.hits("갈대숲 3권");
    let fields: Vec<&str> = hits[0].highlights.iter().map(|highlight| highlight.field.code()).collect();
    assert_eq!(fields, ["title", "volume"]);
    let all = shelf.hits("갈대숲");
    let mut volumes: Vec<_> = all.iter().filter_map(|hit| hit.record.volume.as_deref()).collect();
    volumes.sort_unstable();
    volumes.dedup();
    assert_eq!(volumes.iter().filter(|volume| volume.parse::<u32>().is_ok()).count(), 20);
}

#[test]
fn a_volume_that_is_part_of_a_part_is_found_by_both_numbers() {
    let shelf = shelf(&[
        ("갈대숲", "나루터", "3-1"),
        ("갈대숲", "나루터", "3-2"),
        ("갈대숲", "나루터", "3"),
        ("갈대숲", "나루터", "1"),
        ("모래시계 3-1", "서가", ""),
        ("모래시계 3-2", "서가", ""),
    ]);
    for (text, title, volume) in [
        ("갈대숲 3-1", "갈대숲", Some("3-1")),
        ("갈대숲 3-2권", "갈대숲", Some("3-2")),
        ("갈대숲 3", "갈대숲", Some("3")),
        ("모래시계 3-2", "모래시계 3-2", None),
        ("모래시계 제3-1권", "모래시계 3-1", None),
    ] {
        assert_eq!(shelf.first(text), (title.to_owned(), volume.map(str::to_owned)), "{text}");
    }
}
