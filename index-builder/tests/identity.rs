//! Books keep their ids from index to index, and ids left behind lead to them.

use std::collections::BTreeMap;
use std::path::Path;

use index_builder::ancestry::ancestors;
use index_builder::compile::{Previous, compile_after};
use index_builder::learn::Learned;
use index_builder::progress::Quiet;
use index_builder::sources::{self, InMemory, Inputs};
use seoga_index::book_id::BookId;

const HEADER: &str = "도서명,저자,출판사,발행년도,ISBN,등록일자,도서관";

/// Builds an index of rows after another and gives, by title, the ids and leads that it has.
fn build(rows: &[&str], previous: Option<&Path>, out: &Path) -> BTreeMap<String, (String, Vec<String>)> {
    let files = InMemory::default().with("목록.csv", [&[HEADER], rows].concat().join("\n"));
    let inputs = Inputs { holdings: vec!["목록.csv".into()], ..Inputs::default() };
    let mut catalogue = sources::read_from(&files, &inputs, &Quiet).unwrap().catalogue;
    let mut before = Previous::default();
    if let Some(folder) = previous {
        catalogue.keep_ids(&ancestors(folder).unwrap());
        before = Previous::read(folder).unwrap();
    }
    compile_after(&before, &catalogue, &Learned::default(), out, &Quiet).unwrap();
    let titles: BTreeMap<BookId, &str> =
        catalogue.books.iter().map(|book| (book.id, book.title.as_str())).collect();
    ancestors(out)
        .unwrap()
        .into_iter()
        .map(|book| {
            let leads = book.leads.iter().map(BookId::to_string).collect();
            (titles[&book.id].to_owned(), (book.id.to_string(), leads))
        })
        .collect()
}

#[test]
fn books_keep_their_ids_for_three_generations() {
    let folders: Vec<tempfile::TempDir> = (0..4).map(|_| tempfile::tempdir().unwrap()).collect();
    let first = build(
        &[
            "옛 서가,한가온,서가,1975,,2020-01-02,가온",
            "바다의 노레,이나래,서가,1960,,2020-01-03,가온",
            "먼 섬,박다솜,가을책방,1970,,2019-05-01,가온",
            "먼 섬 이야기,박다솜,가을책방,1970,,2021-05-01,나래",
            "들의 책,정라온,서가,1999,,2020-01-04,가온",
            "사라질 책,정라온,서가,1998,,2020-01-04,가온",
        ],
        None,
        folders[0].path(),
    );
    let second = [
        // Libraries come, and most have another form of the title.
        "옛 서가,한가온,서가,1975,,2020-01-02,가온",
        "옛 서가 : 동화,한가온,서가,1975,,2022-01-02,다솜",
        "옛 서가 : 동화,한가온,서가,1975,,2022-01-02,나래",
        // Corrected: the title; another, by which two meet; a number that was missing.
        "바다의 노래,이나래,서가,1960,,2020-01-03,가온",
        "먼 섬,박다솜,가을책방,1970,,2019-05-01,가온",
        "먼 섬,박다솜,가을책방,1970,,2021-05-01,나래",
        "들의 책,정라온,서가,1999,9786900000012,2020-01-04,가온",
    ];
    let alone = build(&second, None, folders[1].path());
    let kept = build(&second, Some(folders[0].path()), folders[2].path());
    let old = |title: &str| first[title].0.clone();

    assert_ne!(alone["옛 서가 : 동화"].0, old("옛 서가"), "or there is nothing to keep");
    assert_eq!(kept["옛 서가 : 동화"].0, old("옛 서가"));
    assert!(kept["옛 서가 : 동화"].1.contains(&alone["옛 서가 : 동화"].0));
    assert_eq!(kept["바다의 노래"].0, old("바다의 노레"));
    assert_eq!(kept["들의 책"], ("9786900000012".to_owned(), vec![old("들의 책")]));
    let met = &kept["먼 섬"];
    assert_eq!(met.0, alone["먼 섬"].0, "the one that was registered first");
    assert_eq!(met.1, [old("먼 섬 이야기")]);

    // Nothing changes once more, and what was left behind still leads.
    let third = build(&second, Some(folders[2].path()), folders[3].path());
    assert_eq!(third, kept);
}

#[test]
fn what_only_resembles_a_book_that_went_does_not_take_its_id() {
    let folder = tempfile::tempdir().unwrap();
    let rows = |title: &str, day: &str| format!("{title},한가온,서가,1975,,{day},가온");
    let first = build(&[&rows("셈의 길 1", "2020-01-02")], None, folder.path());
    for (title, day) in
        [("셈의 길 2", "2020-01-02"), ("셈의 길들 1", "2020-01-03"), ("바다 노래", "2020-01-02")]
    {
        let out = tempfile::tempdir().unwrap();
        let next = build(&[&rows(title, day)], Some(folder.path()), out.path());
        assert_ne!(next[title].0, first["셈의 길 1"].0, "{title}");
        assert!(next[title].1.is_empty());
    }
}
