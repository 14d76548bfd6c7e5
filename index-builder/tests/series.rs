//! Series: from the columns of lists, MARC fields and titles to the words and numbers that find a book.

use std::path::Path;

use index_builder::catalogue::{Catalogue, Series};
use index_builder::compile::compile;
use index_builder::local::LocalIndex;
use index_builder::progress::Quiet;
use index_builder::sources::{InMemory, Inputs, read_from};
use seoga_search::{Filters, Group, Request, Sort};

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

/// A series named in full and by number comes before books whose title or series only begins so, and an acronym finds a title of
/// three words and more, or a series.
#[test]
fn a_series_named_in_full_and_an_acronym_find_their_books() {
    let rows = [
        (9_786_900_000_012_u64, "Harbour: The Drawn Book, Vol. 2 (Harbour: The Drawn Book, #2)"),
        (9_786_900_000_029, "Low Tide (Harbour, #2)"),
        (9_786_900_000_036, "The Keeper of Small Lamps"),
        (9_786_900_000_043, "Ksl Cookery"),
        (9_786_900_000_050, "Fifty Ways of Salt"),
        (9_786_900_000_067, "Ways of Salt"),
    ];
    let line = |(isbn, title): &(u64, &str)| {
        format!(
            "{{\"isbn13\":\"{isbn}\",\"title\":\"{title}\",\"authors\":[\"Nora Lodge\"],\"libraries\":[\"가온\"]}}\n"
        )
    };
    let lines: String = rows.iter().map(line).collect();
    let lines = lines + &line(&(9_786_900_000_074, "Nights")).replace("Nora Lodge", "Ivan Karamovsky");
    let lines = lines + &line(&(9_786_900_000_081, "Lodge by Water")).replace("Nora Lodge", "Ann Quay");
    let files = InMemory::default().with(Path::new("records.jsonl"), lines.into_bytes());
    let inputs = Inputs { records: vec!["records.jsonl".into()], ..Inputs::default() };
    let catalogue = read_from(&files, &inputs, &Quiet).unwrap().catalogue;
    let folder = tempfile::tempdir().unwrap();
    compile(&catalogue, folder.path(), &Quiet).unwrap();
    let index = LocalIndex::open(folder.path(), 64 << 20).unwrap();
    let ask = |text: &str| titles(&index, text, Filters::default());
    assert_eq!(ask("harbour 2")[0], "Low Tide (Harbour, #2)");

    assert_eq!(ask("tkosl"), ["The Keeper of Small Lamps"]);
    assert_eq!(ask("kosl")[0], "The Keeper of Small Lamps");
    // What was typed comes first; of two letters alone nothing is guessed.
    assert_eq!(ask("ksl")[0], "Ksl Cookery");
    assert_eq!(ask("50 ways of salt")[0], "Fifty Ways of Salt");
    // Behind "by" a name is meant, and a long one is known with a slip beside a word that no book has.
    assert_ne!(ask("books by lodge")[0], "Lodge by Water");
    assert_eq!(ask("lodge")[0], "Lodge by Water");
    assert_eq!(ask("gloomy novels karamowsky"), ["Nights"]);
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
    let leads = |title: &str, questions: &[&str]| {
        for text in questions {
            assert_eq!(ask(text)[0], title, "{text}");
        }
    };
    let (first, second) = ("Night Ferry (Harbour Tales, #1)", "The Lamp Keeper (Harbour Tales, #2)");
    leads(second, &["harbour tales 2", "harbour tales book two", "second harbour tales"]);
    leads(second, &["harbour tales #2", "harbour tales ii"]);
    leads("Low Tide (Harbour Tales, #3)", &["last harbour tales", "ht 3"]);
    // What says which volume is meant, and its number, are no subject.
    leads(second, &["sequel to night ferry", "what comes after the night ferry", "night ferry sequel"]);
    leads(second, &["second book of harbour tales"]);
    leads(first, &["first harbour tales", "harbour tales in order", "harbour tales reading order"]);
    leads(first, &["what order do harbour tales books go in", "harbour tales 시리즈 순서"]);
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

#[test]
fn a_series_is_in_the_order_of_its_numbers_on_every_page() {
    let numbers: Vec<String> =
        (1..=41).map(|number| number.to_string()).chain(["7-1", "7-2", ""].map(str::to_owned)).collect();
    let lines: String = (0..numbers.len())
        // Those that come first in the catalogue are neither the first nor the last of the series.
        .map(|place| (place * 17 % numbers.len(), place))
        .map(|(at, place)| {
            let (number, holders) = (&numbers[at], ["가온", "나루", "다솜"][..place % 3 + 1].join("\",\""));
            let volume = if number.is_empty() { String::new() } else { format!(",\"volume\":\"{number}\"") };
            let title: String = "모래강숲길별".chars().cycle().skip(at % 6).take(2 + at / 6).collect();
            format!(
                "{{\"title\":\"{title}\",\"authors\":[\"나루 지음\"],\"libraries\":[\"{holders}\"],\"series\":[\"시계 문고\"]{volume}}}\n"
            )
        })
        .collect();
    let files = InMemory::default().with(Path::new("records.jsonl"), lines.into_bytes());
    let inputs = Inputs { records: vec!["records.jsonl".into()], ..Inputs::default() };
    let catalogue = read_from(&files, &inputs, &Quiet).unwrap().catalogue;
    let folder = tempfile::tempdir().unwrap();
    compile(&catalogue, folder.path(), &Quiet).unwrap();
    let index = LocalIndex::open(folder.path(), 64 << 20).unwrap();
    let filters = Filters { series: Some("시계문고".to_owned()), ..Filters::default() };
    let request =
        Request { filters, group: Group::Work, sort: Sort::Series, limit: 20, ..Request::default() };
    let page = |page| index.search(Request { page, ..request.clone() }).unwrap().hits;
    let shown: Vec<String> =
        (1..=3).flat_map(page).map(|hit| hit.record.volume.unwrap_or_default()).collect();
    let mut expected = numbers.clone();
    let first = expected.drain(41..43).collect::<Vec<_>>();
    expected.splice(7..7, first);
    assert_eq!(shown, expected);
}
