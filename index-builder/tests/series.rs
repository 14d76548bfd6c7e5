//! Series: from the columns of lists, MARC fields and titles to the words and numbers that find a book.

use std::path::Path;

use index_builder::catalogue::{Catalogue, Series};
use index_builder::compile::compile;
use index_builder::local::LocalIndex;
use index_builder::progress::Quiet;
use index_builder::sources::{InMemory, Inputs, read_from};
use seoga_search::{Filters, Request};

/// Lines of records: title, series as a member, volume as a member.
fn catalogue() -> Catalogue {
    let rows = [
        (9_786_900_000_012_u64, "Night Ferry (Harbour Tales, #1)", ""),
        (9_786_900_000_029, "The Lamp Keeper (Harbour Tales, #2)", ""),
        (9_786_900_000_036, "Low Tide (Harbour Tales, #3)", ""),
        (9_786_900_000_043, "Harbour Engineering", ""),
        (9_786_900_000_050, "씨앗의 물리학", r#","series":["모래시계 총서"]"#),
        (9_786_900_000_067, "강의 화학", r#","series":["모래시계 총서"],"volume":"3""#),
        (9_786_900_000_074, "모래시계 만들기", ""),
    ];
    let lines: String = rows
        .iter()
        .map(|(isbn, title, more)| {
            format!("{{\"isbn13\":\"{isbn}\",\"title\":\"{title}\",\"authors\":[\"나루 지음\"],\"libraries\":[\"가온\"]{more}}}\n")
        })
        .collect();
    let files = InMemory::default().with(Path::new("records.jsonl"), lines.into_bytes());
    let inputs = Inputs { records: vec!["records.jsonl".into()], ..Inputs::default() };
    read_from(&files, &inputs, &Quiet).unwrap().catalogue
}

fn titles(index: &LocalIndex, text: &str, filters: Filters) -> Vec<String> {
    let request = Request { text: text.to_owned(), filters, page: 1, limit: 20, ..Request::default() };
    index.search(request).unwrap().hits.into_iter().map(|hit| hit.record.title).collect()
}

#[test]
fn series_are_kept_searched_and_filtered_by_and_their_numbers_are_volumes() {
    let catalogue = catalogue();
    let series =
        |title: &str| catalogue.books.iter().find(|book| book.title == title).unwrap().series.clone();
    let of = |name: &str, number: Option<&str>| {
        vec![Series { name: name.to_owned(), number: number.map(str::to_owned) }]
    };
    assert_eq!(series("The Lamp Keeper (Harbour Tales, #2)"), of("Harbour Tales", Some("2")));
    assert_eq!(series("씨앗의 물리학"), of("모래시계 총서", None));
    assert_eq!(series("Harbour Engineering"), []);

    let folder = tempfile::tempdir().unwrap();
    compile(&catalogue, folder.path(), &Quiet).unwrap();
    let index = LocalIndex::open(folder.path(), 64 << 20).unwrap();
    let request = Request { text: "lamp keeper".to_owned(), page: 1, limit: 1, ..Request::default() };
    let shown = &index.search(request).unwrap().hits[0].record.series;
    assert_eq!((shown[0].name.as_str(), shown[0].number.as_str()), ("Harbour Tales", "2"));
    let ask = |text: &str| titles(&index, text, Filters::default());
    for text in [
        "harbour tales 2",
        "harbour tales book two",
        "second harbour tales",
        "harbour tales #2",
        "harbour tales ii",
    ] {
        assert_eq!(ask(text)[0], "The Lamp Keeper (Harbour Tales, #2)", "{text}");
    }
    assert_eq!(ask("last harbour tales")[0], "Low Tide (Harbour Tales, #3)");
    assert_eq!(ask("first harbour tales")[0], "Night Ferry (Harbour Tales, #1)");
    // A word of a title comes before one of a series.
    let found = ask("모래시계");
    assert_eq!(found[0], "모래시계 만들기");
    assert_eq!(found.len(), 3);

    let within = |series: &str| Filters { series: Some(series.to_owned()), ..Filters::default() };
    assert_eq!(titles(&index, "", within("harbour  TALES")).len(), 3);
    assert_eq!(titles(&index, "물리학", within("모래시계총서")), ["씨앗의 물리학"]);
    let third = Filters { volume: Some("3".to_owned()), ..within("Harbour Tales") };
    assert_eq!(titles(&index, "", third), ["Low Tide (Harbour Tales, #3)"]);
    assert!(titles(&index, "", within("없는 총서")).is_empty());
}
