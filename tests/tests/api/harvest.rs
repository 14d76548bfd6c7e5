//! OAI-PMH, by a harvester that follows tokens, over generations of a catalogue.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use index_builder::compile::{Previous, compile, compile_after};
use index_builder::generate::{Form, Make, Plan, Sample, generate_make};
use index_builder::learn::Learned;
use index_builder::progress::Quiet;
use index_builder::sources::{InMemory, Inputs, read, read_from};
use seoga_tests::core::Core;
use seoga_tests::repository::contents_below;
use seoga_text::isbn::Isbn13;

/// A book of a test's catalogue: its number and the day on which a library registered it.
type Held = (u64, &'static str);

fn isbn(number: u64) -> String {
    let start = (978_600_000_000 + number) * 10;
    (start..start + 10).find_map(Isbn13::new).unwrap().get().to_string()
}

/// Compiles an index of two libraries after another one; the newest day is that of the catalogue.
fn index(place: &Path, name: &str, before: Option<&Path>, libraries: [&[Held]; 2]) -> PathBuf {
    let mut files = InMemory::default();
    for (library, held) in ["가온", "나루"].iter().zip(libraries) {
        let mut list = "도서명,저자,ISBN,등록일자\n".to_owned();
        for (number, day) in held {
            list.push_str(&format!("책 {number},한가온,{},{day}\n", isbn(*number)));
        }
        files = files.with(format!("{library}.csv"), list);
    }
    let inputs = Inputs { holdings: vec!["가온.csv".into(), "나루.csv".into()], ..Inputs::default() };
    let reading = read_from(&files, &inputs, &Quiet).unwrap();
    let out = place.join(name);
    std::fs::create_dir_all(&out).unwrap();
    let previous = before.map_or_else(Previous::default, |folder| Previous::read(folder).unwrap());
    compile_after(&previous, &reading.catalogue, &Learned::default(), &out, &Quiet).unwrap();
    out
}

fn core(index: &Path) -> Core {
    let files = contents_below(index).unwrap().into_iter();
    Core::new(files.map(|(name, bytes)| (format!("/index/{name}"), bytes)).collect())
}

fn ask(core: &Core, query: &str) -> String {
    let response = core.get("/oai", query);
    assert_eq!(response.status, 200, "{query}");
    String::from_utf8(response.body).unwrap()
}

/// The texts between an element's tags.
fn within<'a>(text: &'a str, tag: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    text.split(&open).skip(1).filter_map(|rest| rest.split(&close).next()).collect()
}

/// The books of an answer with their datestamps, `-` before one that is deleted.
fn books(text: &str) -> Vec<(String, String)> {
    let headers = text.split("<header").skip(1).filter_map(|rest| rest.split("</header>").next());
    let book = |header: &str| {
        let gone = if header.starts_with(" status=\"deleted\"") { "-" } else { "" };
        let id = within(header, "identifier")[0].rsplit(':').next().unwrap();
        (format!("{gone}{id}"), within(header, "datestamp")[0].to_owned())
    };
    headers.map(book).collect()
}

/// Follows the tokens to the end: every book with its datestamp, and how many answers there were.
fn harvest(core: &Core, query: &str) -> (BTreeMap<String, String>, usize) {
    let (mut all, mut answers) = (BTreeMap::new(), 0);
    let mut next = format!("verb=ListIdentifiers&metadataPrefix=oai_dc{query}");
    loop {
        let text = ask(core, &next);
        answers += 1;
        for (id, day) in books(&text) {
            assert!(all.insert(id.clone(), day).is_none(), "{id} comes twice");
        }
        match within(&text, "resumptionToken").first() {
            Some(token) if !token.is_empty() => {
                next = format!("verb=ListIdentifiers&resumptionToken={token}");
            }
            _ => return (all, answers),
        }
    }
}

fn ids(numbers: impl IntoIterator<Item = u64>) -> BTreeSet<String> {
    numbers.into_iter().map(isbn).collect()
}

fn keys(books: &BTreeMap<String, String>) -> BTreeSet<String> {
    books.keys().cloned().collect()
}

const FIRST: &str = "2026-11-01";
const SECOND: &str = "2026-11-09";

/// Two generations: of 400 books, 300 of one library, one of which leaves, one of which the other library gets, and a new one.
fn generations() -> (tempfile::TempDir, Core, Core) {
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let mut first: Vec<Held> = (0..300).map(|number| (number, FIRST)).collect();
    let mut second: Vec<Held> = (200..400).map(|number| (number, FIRST)).collect();
    let before = index(place.path(), "first", None, [&first, &second]);
    first.retain(|(number, _)| *number != 7);
    second.extend([(5, SECOND), (1000, SECOND)]);
    let after = index(place.path(), "second", Some(&before), [&first, &second]);
    let (before, after) = (core(&before), core(&after));
    (place, before, after)
}

#[test]
fn a_harvest_has_every_book_once_and_a_set_those_of_its_library() {
    let (_place, core, _) = generations();
    let (all, answers) = harvest(&core, "");
    assert_eq!(keys(&all), ids(0..400));
    assert_eq!(answers, 3, "160 in an answer");
    assert!(all.values().all(|day| day == FIRST));
    let sets = ask(&core, "verb=ListSets");
    assert_eq!(within(&sets, "setName"), ["가온", "나루"]);
    for (set, numbers) in within(&sets, "setSpec").iter().zip([0..300, 200..400]) {
        assert_eq!(keys(&harvest(&core, &format!("&set={set}")).0), ids(numbers));
    }
    assert!(ask(&core, "verb=ListRecords&metadataPrefix=oai_dc&set=none").contains("noRecordsMatch"));
}

#[test]
fn after_a_rebuild_only_what_changed_has_another_day() {
    let (_place, _, core) = generations();
    let (new, _) = harvest(&core, "&from=2026-11-02");
    let changed = ids([5, 1000]).into_iter().chain([format!("-{}", isbn(7))]);
    assert_eq!(new, changed.map(|id| (id, SECOND.to_owned())).collect());
    let (old, _) = harvest(&core, "&until=2026-11-08");
    assert_eq!(keys(&old), ids((0..400).filter(|number| ![5, 7].contains(number))));
    assert!(ask(&core, "verb=ListRecords&metadataPrefix=oai_dc&from=2026-11-10").contains("noRecordsMatch"));
    assert!(ask(&core, "verb=Identify").contains("<earliestDatestamp>2026-11-01</earliestDatestamp>"));
}

#[test]
fn a_harvest_goes_on_in_the_next_generation_and_loses_nothing() {
    let (_place, before, after) = generations();
    let first = ask(&before, "verb=ListIdentifiers&metadataPrefix=oai_dc");
    let mut met: BTreeSet<String> = books(&first).into_iter().map(|(id, _)| id).collect();
    let mut token = within(&first, "resumptionToken")[0].to_owned();
    while !token.is_empty() {
        let text = ask(&after, &format!("verb=ListIdentifiers&resumptionToken={token}"));
        met.extend(books(&text).into_iter().map(|(id, _)| id));
        token = within(&text, "resumptionToken").first().map_or(String::new(), |token| (*token).to_owned());
    }
    let missed: Vec<_> =
        ids((0..400).chain([1000]).filter(|number| *number != 7)).difference(&met).cloned().collect();
    assert_eq!(missed, Vec::<String>::new());
    assert!(met.contains(&format!("-{}", isbn(7))));
}

#[test]
fn one_record_is_the_record_that_a_list_gives() {
    let (_place, _, core) = generations();
    for form in ["oai_dc", "marcxml"] {
        let list = ask(&core, &format!("verb=ListRecords&metadataPrefix={form}&from=2026-11-02"));
        let listed = within(&list, "record");
        for record in listed.iter().copied() {
            let identifier = within(record, "identifier")[0];
            let one = ask(&core, &format!("verb=GetRecord&metadataPrefix={form}&identifier={identifier}"));
            assert!(one.contains(record), "{record}\n{one}");
        }
        assert!(list.contains(" status=\"deleted\"") && !listed.is_empty());
    }
}

/// Every record that a harvest of one form gives, by its identifier, and the answers as they came.
fn records(core: &Core, form: &str) -> (BTreeMap<String, String>, Vec<String>) {
    let (mut records, mut answers) = (BTreeMap::new(), Vec::new());
    let mut next = format!("verb=ListRecords&metadataPrefix={form}");
    loop {
        let text = ask(core, &next);
        for record in within(&text, "record") {
            records.insert(within(record, "identifier")[0].to_owned(), record.to_owned());
        }
        let token =
            within(&text, "resumptionToken").first().map_or(String::new(), |token| (*token).to_owned());
        answers.push(text);
        if token.is_empty() {
            return (records, answers);
        }
        next = format!("verb=ListRecords&resumptionToken={token}");
    }
}

/// Maps the identifiers of a harvest to its records.
type Records = BTreeMap<String, String>;

/// Harvests an invented catalogue, builds one of the answers alone, and gives what it gives, before and after.
fn round_trip(make: Make) -> (Records, Records) {
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (catalogue, first, second) =
        (place.path().join("catalogue"), place.path().join("first"), place.path().join("second"));
    generate_make(Sample { books: 500, seed: 3 }, make, &catalogue, &Quiet).unwrap();
    let build = |inputs: &Inputs, out: &Path| {
        std::fs::create_dir_all(out).unwrap();
        compile(&read(inputs, &Quiet).unwrap().catalogue, out, &Quiet).unwrap();
        core(out)
    };
    let before = build(&Inputs::in_catalogue(&catalogue).unwrap().files, &first);
    let (harvested, answers) = records(&before, "marcxml");
    assert!(
        harvested.len() >= 500 && answers.len() == harvested.len().div_ceil(160),
        "{} books in {} answers",
        harvested.len(),
        answers.len()
    );
    let files: Vec<PathBuf> =
        (0..answers.len()).map(|number| place.path().join(format!("{number}.xml"))).collect();
    for (file, answer) in files.iter().zip(&answers) {
        std::fs::write(file, answer).unwrap();
    }
    let after = build(&Inputs { records: files, ..Inputs::default() }, &second);
    (harvested, records(&after, "marcxml").0)
}

/// The records that are not the same again, each with what it became.
fn differences(harvested: &Records, again: &Records) -> Vec<String> {
    let others = harvested.iter().filter(|(identifier, record)| again.get(*identifier) != Some(*record));
    others
        .map(|(identifier, record)| format!("{record}\n{}", again.get(identifier).map_or("", String::as_str)))
        .collect()
}

#[test]
fn a_catalogue_made_of_a_harvest_gives_the_harvest() {
    let (harvested, again) = round_trip(Make::Computing);
    let differences = differences(&harvested, &again);
    assert!(
        differences.is_empty(),
        "{} records differ:\n{}",
        differences.len(),
        differences[..differences.len().min(3)].join("\n\n")
    );
    assert_eq!(again.len(), harvested.len());
}

#[test]
fn sets_and_series_come_back_from_a_harvest_and_books_without_an_isbn_under_an_id_made_anew() {
    let plan = Plan { without_isbn: 30, libraries: 8, form: Form::Table };
    let (harvested, again) = round_trip(Make::General(plan));
    let is_of_isbn = |record: &str| record.contains("oai:localhost:97");
    let differences = differences(&harvested, &again);
    let (of_isbn, others): (Vec<&String>, Vec<&String>) =
        differences.iter().partition(|record| is_of_isbn(record));
    let old = harvested.values().filter(|record| !is_of_isbn(record)).count();
    println!("{} of {old} books without an ISBN differ, {} are books anew", others.len(), again.len());
    assert!(of_isbn.is_empty(), "{of_isbn:?}");
    // An id is made of the leading record, which a harvest does not tell from what was elected of all.
    assert!(old > 100 && others.len() * 4 < old, "{} of {old}", others.len());
}
