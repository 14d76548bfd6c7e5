//! Choices change orders within tiers, for enough visitors, and nothing else.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use index_builder::catalogue::{Catalogue, Date};
use index_builder::compile::{compile, compile_learned};
use index_builder::generate::{Sample, generate};
use index_builder::learn::{Learned, Rules, learn};
use index_builder::local::{LocalIndex, request};
use index_builder::progress::Quiet;
use index_builder::report::FindingKind;
use index_builder::sources::{
    ChoicesReading, InMemory, Inputs, WrongFiles, read, read_choices, read_choices_from,
};
use proptest::prelude::*;
use seoga_index::book_id::BookId;
use seoga_index::file::Kind as FileKind;
use seoga_search::{Answer, Hit, Machine, Search, SearchError, Step, Store};
use tempfile::TempDir;

const QUERY: &str = "파이썬 머신러닝";

fn folder() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

fn invented(books: u32) -> Catalogue {
    let place = folder();
    generate(Sample { books, seed: 1 }, place.path(), &Quiet).unwrap();
    read(&Inputs::in_catalogue(place.path()).unwrap().files, &Quiet).unwrap().catalogue
}

fn index(catalogue: &Catalogue, learned: &Learned) -> (TempDir, LocalIndex) {
    let out = folder();
    compile_learned(catalogue, learned, out.path(), &Quiet).unwrap();
    let index = LocalIndex::open(out.path(), 1 << 30).unwrap();
    (out, index)
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            let inner = self::files(&entry.path()).into_iter();
            files.extend(inner.map(|(file, bytes)| (format!("{name}/{file}"), bytes)));
        } else {
            files.insert(name, std::fs::read(entry.path()).unwrap());
        }
    }
    files
}

/// The contents of the files of the generation in a folder, by kind and number.
fn contents(folder: &Path) -> BTreeMap<String, [u8; 16]> {
    let files = files(folder).into_iter();
    let own = files.filter_map(|(path, bytes)| {
        Some((path.split_once('/')?.1.to_owned(), seoga_index::file::content_in(&bytes)?))
    });
    own.collect()
}

fn hits(index: &LocalIndex, query: &str) -> Vec<Hit> {
    index.search(request(index, query, &[], 50).unwrap()).unwrap().hits
}

/// A line as the service exports it.
fn line(visitor: u32, query: &str, book: BookId, rank: u32, day: u32) -> String {
    let day = Date::from_days_since_1970(20_400 + day as i32).unwrap();
    format!(
        "{{\"user_id\":\"visitor-{visitor}\",\"query_id\":\"{query}-{day}\",\"isbn13\":\"{book}\",\"query\":\"{query}\",\
         \"libraries\":[],\"rank\":{rank},\"generation\":\"g\",\"chosen_at\":\"{day}T01:02:03Z\"}}\n"
    )
}

fn crowd(visitors: u32, query: &str, book: BookId, rank: u32) -> String {
    (0..visitors).map(|visitor| line(visitor, query, book, rank, visitor % 4)).collect()
}

/// Reads an export held in memory.
fn read_export(bytes: &[u8], catalogue: &Catalogue) -> Result<ChoicesReading, WrongFiles> {
    let files = InMemory::default().with("choices.ndjson", bytes);
    read_choices_from(&files, &["choices.ndjson".into()], catalogue, &Quiet)
}

fn learned(export: &str, catalogue: &Catalogue) -> Learned {
    let reading = read_export(export.as_bytes(), catalogue).unwrap();
    learn(&reading.choices, catalogue, &Rules::default())
}

#[test]
fn a_picked_book_rises_to_the_head_of_its_tier_and_no_further() {
    let catalogue = invented(700);
    let (_without, index_without) = index(&catalogue, &Learned::default());
    let before = hits(&index_without, QUERY);
    let (best, worst) = (before.first().unwrap().tier, before.last().unwrap());
    assert!(before.len() > 8 && best < worst.tier, "the query has answers in several tiers");
    // Words in another order are the same query.
    let export = crowd(60, "머신러닝 파이썬", worst.record.id, worst.rank);
    let learned = learned(&export, &catalogue);
    let (_with, index_with) = index(&catalogue, &learned);
    let after = hits(&index_with, QUERY);
    assert!(after.is_sorted_by_key(|hit| hit.tier));
    let risen = after.iter().find(|hit| hit.doc == worst.doc).unwrap();
    let rules = Rules::default();
    assert_eq!(risen.tier, worst.tier);
    assert_eq!(risen.score, worst.score + risen.prior_boost);
    assert!(
        risen.prior_boost > 90 && risen.prior_boost <= u32::from(rules.most) + u32::from(rules.most_prior)
    );
    assert!(risen.rank < worst.rank, "from {} to {}", worst.rank, risen.rank);
    for hit in &after {
        let was = before.iter().find(|other| other.doc == hit.doc);
        assert!(was.is_none_or(|was| was.tier == hit.tier));
    }
    assert!(after.iter().all(|hit| hit.doc == worst.doc || hit.prior_boost == 0));
}

#[test]
fn four_visitors_change_no_order_however_often_they_pick() {
    let catalogue = invented(700);
    let (_without, index_without) = index(&catalogue, &Learned::default());
    let before = hits(&index_without, QUERY);
    let export: String = (0..20_000u32)
        .map(|n| {
            let hit = &before[n as usize % before.len()];
            line(n % 4, QUERY, hit.record.id, hit.rank, n / 4 % 60)
        })
        .collect();
    assert_eq!(learned(&export, &catalogue), Learned::default());
}

#[test]
fn only_the_manifest_choices_and_compiled_answers_differ_from_an_index_without() {
    let catalogue = invented(200);
    let plain = folder();
    compile(&catalogue, plain.path(), &Quiet).unwrap();
    let (nothing, _) = index(&catalogue, &Learned::default());
    assert_eq!(files(plain.path()), files(nothing.path()));
    let export = crowd(9, "데이터", catalogue.books[3].id, 4);
    let (with, _) = index(&catalogue, &learned(&export, &catalogue));
    let mut rest = contents(with.path());
    let choices = rest.keys().filter(|name| name.starts_with('c')).count();
    // Answers compiled by the search are ordered by what was learned.
    rest.retain(|name, _| !name.starts_with(['c', 'm', 'q']));
    let mut expected = contents(plain.path());
    expected.retain(|name, _| !name.starts_with(['m', 'q']));
    assert_eq!(choices, 1);
    assert_eq!(rest, expected);
}

#[test]
fn the_same_choices_in_any_files_and_order_give_the_same_bytes() {
    let catalogue = invented(200);
    let mut export = String::new();
    for (n, book) in catalogue.books.iter().take(60).enumerate() {
        export += &crowd(5 + n as u32 % 7, ["데이터", "자바", "인공지능 수학"][n % 3], book.id, n as u32 + 1);
    }
    let lines: Vec<&str> = export.lines().collect();
    let built = |files_of: &[Vec<&str>]| {
        let place = folder();
        let paths: Vec<_> = (0..files_of.len()).map(|n| place.path().join(format!("{n}.ndjson"))).collect();
        for (path, lines) in paths.iter().zip(files_of) {
            std::fs::write(path, lines.join("\n")).unwrap();
        }
        let reading = read_choices(&paths, &catalogue, &Quiet).unwrap();
        let (out, _) = index(&catalogue, &learn(&reading.choices, &catalogue, &Rules::default()));
        files(out.path())
    };
    let expected = built(std::slice::from_ref(&lines));
    assert!(expected.keys().any(|name| name.contains("/c")));
    let backward: Vec<&str> = lines.iter().rev().copied().collect();
    let odd: Vec<&str> = lines.iter().skip(1).step_by(2).copied().collect();
    let even: Vec<&str> = lines.iter().step_by(2).copied().collect();
    assert_eq!(built(std::slice::from_ref(&backward)), expected, "backwards");
    assert_eq!(built(&[odd.clone(), even.clone()]), expected, "two files");
    assert_eq!(built(&[even, odd, backward]), expected, "three files, everything twice");
}

/// Counts the files of choices that a search asks for, by round.
struct ChoiceFiles {
    search: Search,
    rounds: Vec<usize>,
}

impl Machine for ChoiceFiles {
    type Answer = Answer;

    fn step(&mut self, store: &dyn Store) -> Result<Step<Answer>, SearchError> {
        let step = self.search.step(store);
        if let Ok(Step::Need(files)) = &step {
            self.rounds.push(files.iter().filter(|file| file.kind == FileKind::Choices).count());
        }
        step
    }
}

#[test]
fn only_a_query_with_picks_reads_a_file_more_and_in_the_first_round() {
    let catalogue = invented(700);
    let (_out, index) =
        index(&catalogue, &learned(&crowd(9, "데이터", catalogue.books[3].id, 4), &catalogue));
    for (query, expected) in [("데이터", 1), ("자바", 0), ("\"데이터\" 자바", 0), ("데이터 year:2020", 0)]
    {
        let search = Search::new(Arc::clone(&index.manifest), request(&index, query, &[], 10).unwrap());
        let mut counted = ChoiceFiles { search, rounds: Vec::new() };
        index.ask(&mut counted).unwrap();
        let rounds = counted.rounds;
        assert_eq!(rounds.iter().sum::<usize>(), expected, "{query}: {rounds:?}");
        assert!(rounds.iter().skip(1).all(|files| *files == 0), "{query}: {rounds:?}");
    }
}

#[test]
fn bad_lines_are_told_without_quoting_visitors_and_repeats_count_once() {
    let catalogue = invented(60);
    let isbn13 = catalogue.books[0].id;
    let good = line(1, "데이터", isbn13, 3, 1);
    let mut export = format!("{good}{good}\n");
    export += "{\"user_id\":\"secret-visitor\",\n";
    export += &good.replace("visitor-1", "secret visitor");
    export += &good.replace("\"rank\":3", "\"rank\":0");
    export += &good.replace("T01:02:03Z", "").replace("2025", "20x5");
    export += &good.replace(&isbn13.to_string(), "12");
    export += &good.replace(&isbn13.to_string(), "9780306406157");
    export += &good.replace("\"rank\":3,", "\"rank\":null,").replace("visitor-1", "visitor-2");
    export += &good.replace("데이터", &"가".repeat(201));
    let reading = read_export(export.as_bytes(), &catalogue).unwrap();
    let report = &reading.files[0];
    assert_eq!((report.rows, report.rejected), (10, 6));
    let expected = [
        (FindingKind::RowUnreadable, 1),
        (FindingKind::ReferenceUnreadable, 1),
        (FindingKind::ChoiceUnusable, 4),
        (FindingKind::ChoiceRepeated, 1),
        (FindingKind::ChoiceWithoutBook, 1),
    ];
    assert_eq!(report.counts, BTreeMap::from(expected));
    assert!(report.findings.iter().all(|finding| !finding.found.contains("visitor")), "{report:?}");
    assert_eq!(reading.choices.len(), 3);
}

#[test]
fn none_of_these_is_read_and_moves_no_book() {
    let catalogue = invented(700);
    let picks = crowd(9, "데이터", catalogue.books[3].id, 4);
    let picked = read_export(picks.as_bytes(), &catalogue).unwrap();
    assert!(picked.none == 0 && !picked.choices.is_empty());
    // As the service writes them: no book, no rank; some with the class that was asked for.
    let nothing = |line: &str| {
        let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
        line.as_object_mut().unwrap().remove("rank");
        line["isbn13"] = serde_json::Value::Null;
        line["class"] = "005".into();
        format!("{line}\n")
    };
    let wishes: String = picks.lines().map(nothing).collect();
    let both = read_export(format!("{wishes}{picks}").as_bytes(), &catalogue).unwrap();
    let report = &both.files[0];
    assert_eq!((both.none, report.rejected), (picks.lines().count() as u64, 0));
    assert!(report.counts.is_empty(), "{report:?}");
    assert_eq!(
        learn(&both.choices, &catalogue, &Rules::default()),
        learn(&picked.choices, &catalogue, &Rules::default())
    );
    let alone = read_export(wishes.as_bytes(), &catalogue).unwrap();
    assert!(alone.choices.is_empty() && alone.none == both.none, "a file of nothing else is an export too");
    let without = wishes.replace("\"isbn13\":null,", "");
    assert!(read_export(without.as_bytes(), &catalogue).is_err(), "a line must say that there is no book");
}

#[test]
fn an_export_without_lines_is_no_fault_and_another_file_is_one() {
    let catalogue = invented(60);
    assert!(read_export(b"\n", &catalogue).unwrap().choices.is_empty());
    for text in ["isbn13,keywords\n1,2\n", "[]\n", "{\"isbn13\":\"9780306406157\",\"title\":\"a\"}\n"] {
        let wrong = read_export(text.as_bytes(), &catalogue).unwrap_err().to_string();
        assert!(wrong.contains("no export of choices"), "{wrong}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>, field in "\\PC{0,30}", rank: u64) {
        let catalogue = Catalogue::default();
        let _ = read_export(&bytes, &catalogue);
        let mut text = String::new();
        for name in ["user_id", "query_id", "isbn13", "query", "chosen_at"] {
            let mut value = serde_json::json!({
                "user_id": "v", "query_id": "q", "isbn13": "9780306406157", "query": "q", "rank": rank,
                "chosen_at": "2026-01-01"
            });
            value[name] = field.clone().into();
            let _ = writeln!(text, "{value}");
        }
        if let Ok(reading) = read_export(text.as_bytes(), &catalogue) {
            let report = &reading.files[0];
            let repeated = report.counts.get(&FindingKind::ChoiceRepeated).copied().unwrap_or(0);
            prop_assert_eq!(report.rejected + repeated + reading.none + reading.choices.len() as u64, report.rows);
        }
    }
}
