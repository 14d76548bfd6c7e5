//! A library's newest month stands in the place of the ones before, in whatever way the files came.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use index_builder::loss::{Allowed, Before};
use index_builder::progress::Quiet;
use index_builder::report::{FileStanding, Refusal, Role};
use index_builder::sources::{self, InMemory, Inputs, Reading, Refused, UploadMark};

const ID: &str = "00112233445566778899aabbccddeeff";

/// A list of so many books, the first of which is number `from`.
fn list(from: u64, books: u64) -> String {
    let rows =
        (from..from + books).map(|n| format!("책 {n},{},지은이,펴낸곳,2020,005,2020-01-01\n", isbn(n)));
    format!("도서명,ISBN,저자,출판사,발행년도,주제분류번호,등록일자\n{}", rows.collect::<String>())
}

fn isbn(n: u64) -> u64 {
    let twelve = 978_890_000_000 + n;
    let sum: u64 =
        (0..12).map(|place| twelve / 10_u64.pow(place) % 10 * if place % 2 == 0 { 3 } else { 1 }).sum();
    twelve * 10 + (10 - sum % 10) % 10
}

/// A name as it lies in the bucket, uploaded at that time.
fn uploaded(name: &str, time: &str) -> String {
    UploadMark::new(time, ID).unwrap().put_on(name)
}

fn read(files: &[(&str, String)], before: &Before) -> Result<Reading, Box<Refused>> {
    let mut memory = InMemory::default();
    let mut inputs = Inputs::default();
    for (name, text) in files {
        memory = memory.with(*name, text.as_bytes());
        match *name {
            "libraries.csv" => inputs.libraries = Some((*name).into()),
            name if name.ends_with(".csv") => inputs.holdings.push(name.into()),
            name => inputs.records.push(name.into()),
        }
    }
    sources::read_after(&memory, &inputs, before, &Quiet)
}

/// Books by library, and the files with their standing (`taken`, `superseded`, `refused`).
fn told(
    files: &[(&str, String)],
    before: &Before,
) -> (BTreeMap<String, usize>, BTreeMap<String, &'static str>) {
    let Reading { catalogue, report } = read(files, before).unwrap();
    let mut books = BTreeMap::new();
    for holding in catalogue.books.iter().flat_map(|book| &book.holdings) {
        *books.entry(catalogue.libraries[usize::from(holding.library.0)].name.clone()).or_default() += 1;
    }
    let lists = report.files.iter().filter(|file| matches!(file.role, Role::Holdings | Role::Records));
    (books, lists.map(|file| (file.file.clone(), file.standing.code())).collect())
}

fn books(files: &[(&str, String)]) -> Vec<(String, usize)> {
    told(files, &Before::default()).0.into_iter().collect()
}

fn one(library: &str, books: usize) -> Vec<(String, usize)> {
    vec![(library.to_owned(), books)]
}

#[test]
fn the_second_month_alone_is_in_the_catalogue_however_the_names_are_written() {
    let decomposed = "\u{1100}\u{1161}\u{11BC}\u{1102}\u{1161}\u{11B7}";
    for (earlier, later) in [
        ("강남 (2026년 10월).csv", "강남 (2026년 11월).csv"),
        ("강남 (2026년 9월).csv", "강남 (2026년 10월).csv"),
        ("강남 (2026년 12월).csv", "강남 (2027년 01월).csv"),
        ("강남(2026년 10월).csv", "강남  (2026년  11월).csv"),
        ("강남 장서 대출목록 (2026년 10월).csv", "강남_202611.csv"),
        ("강남_2026-10.csv", "강남 2026.11.csv"),
        ("20261031_강남.csv", "20261101_강남.csv"),
        ("강남 (2026년 10월).csv", "강남 (2026년 11월) (1).csv"),
        ("강남.csv", "강남 (2026년 11월).csv"),
        (&format!("{decomposed} (2026년 10월).csv"), "강남 (2026년 11월).csv"),
        ("강남 (2026년 10월).csv", &format!("{decomposed} (2026년 11월).csv")),
        ("강남 (2026년 10월).csv", &uploaded("강남 (2026년 11월).csv", "20261105T000000Z")),
        // Sent again in a month, corrected.
        ("강남 (2026년 11월).csv", &uploaded("강남 (2026년 11월).csv", "20261105T000000Z")),
        (
            &uploaded("강남 (2026년 11월).csv", "20261105T000000Z"),
            &uploaded("강남 (2026년 11월).csv", "20261105T000001Z"),
        ),
        // Without a month in the name the time of the upload has it, by the clocks of Seoul.
        (&uploaded("강남.csv", "20261031T145959Z"), &uploaded("강남.csv", "20261031T150000Z")),
        ("강남.csv", &uploaded("강남.csv", "20261031T150000Z")),
        (&uploaded("강남 (2026년 10월).csv", "20261105T000000Z"), &uploaded("강남.csv", "20261105T000000Z")),
    ] {
        let files = [(earlier, list(0, 100)), (later, list(10, 90))];
        assert_eq!(books(&files), one("강남", 90), "{earlier}, {later}");
        let standings = told(&files, &Before::default()).1;
        assert_eq!(standings[earlier], "superseded", "{earlier}, {later}");
        assert_eq!(standings[later], "taken", "{earlier}, {later}");
    }
}

#[test]
fn files_of_one_month_and_files_without_a_month_are_joined() {
    for (a, b) in [
        ("a/강남.csv", "b/강남.csv"),
        ("강남.csv", "강남 (1).csv"),
        ("강남 (2026년 11월).csv", "강남 장서 대출목록 (2026년 11월).csv"),
        ("강남 202611.csv", "강남 (2026년 11월) (1).csv"),
    ] {
        let files = [(a, list(0, 100)), (b, list(90, 100))];
        assert_eq!(books(&files), one("강남", 190), "{a}, {b}");
        let report = read(&files, &Before::default()).unwrap().report;
        let kind = index_builder::report::FindingKind::LibraryInSeveralFiles;
        assert_eq!(report.count(kind), 2, "{a}, {b}: said of both");
    }
}

#[test]
fn libraries_whose_names_are_alike_are_no_months_of_one_another() {
    let files = [
        ("강남 (2026년 10월).csv", list(0, 100)),
        ("강남도서관 (2026년 11월).csv", list(50, 100)),
        ("강남구 (2026년 11월).csv", list(0, 20)),
        ("강 남 (2026년 11월).csv", list(0, 30)),
    ];
    let expected = [("강 남", 30), ("강남", 100), ("강남구", 20), ("강남도서관", 100)];
    assert_eq!(books(&files), expected.map(|(name, books)| (name.to_owned(), books)));
}

#[test]
fn a_file_named_by_the_code_in_libraries_csv_is_that_librarys() {
    let files = [
        ("libraries.csv", "code,name\n111001,강남\n111002,강동\n".to_owned()),
        ("강남 (2026년 10월).csv", list(0, 100)),
        ("111001 (2026년 11월).csv", list(10, 90)),
        ("111002 (2026년 10월).csv", list(0, 10)),
    ];
    assert_eq!(books(&files), [("강남".to_owned(), 90), ("강동".to_owned(), 10)]);
}

#[test]
fn a_month_with_too_few_rows_is_refused_and_the_one_before_stands() {
    let files = |now| [("강남 (2026년 10월).csv", list(0, 100)), ("강남 (2026년 11월).csv", list(0, now))];
    assert_eq!(books(&files(80)), one("강남", 80));
    let reading = read(&files(79), &Before::default()).unwrap();
    assert_eq!(reading.catalogue.books.len(), 100);
    let refusal = Refusal::Fewer { library: "강남".to_owned(), before: 100, now: 79 };
    assert_eq!(reading.report.files[1].standing, FileStanding::Refused(refusal));
    let lines = reading.report.lines(None, index_builder::report::Language::English);
    assert!(
        lines[0].starts_with("강남: REFUSED 강남 (2026년 11월).csv: 강남 has 79 usable rows and had 100"),
        "{lines:?}"
    );
    assert!(lines[0].contains("--allow-loss '강남'"), "{lines:?}");

    let allowed = |name: &str| Before { allowed: Allowed::of([sources::cleaned(name)]), ..Before::default() };
    assert_eq!(told(&files(10), &allowed("강남")).0["강남"], 10);
    assert_eq!(told(&files(10), &allowed("\u{1100}\u{1161}\u{11BC}\u{1102}\u{1161}\u{11B7} ")).0["강남"], 10);
    assert_eq!(told(&files(10), &allowed("all")).0["강남"], 10);
    assert_eq!(told(&files(10), &allowed("강남도서관")).0["강남"], 100);
}

#[test]
fn a_refused_month_is_no_measure_for_the_next_one_but_what_was_published_is() {
    let files = [
        ("강남 (2026년 09월).csv", list(0, 100)),
        ("강남 (2026년 10월).csv", list(0, 50)),
        ("강남 (2026년 11월).csv", list(0, 48)),
    ];
    let (now, standings) = told(&files, &Before::default());
    assert_eq!(now["강남"], 100);
    assert_eq!(standings.into_values().collect::<Vec<_>>(), ["taken", "refused", "refused"]);
    // Allowed once, the index has the fewer books, and the next build needs no leave.
    let published = |books| Before { books: [("강남".to_owned(), books)].into(), ..Before::default() };
    let (now, standings) = told(&files, &published(50));
    assert_eq!(now["강남"], 48);
    assert_eq!(standings.into_values().collect::<Vec<_>>(), ["superseded", "superseded", "taken"]);
    assert_eq!(told(&files, &published(100)).0["강남"], 100);
    // A month that recovers ends the refusal.
    let recovered = [&files[..2], &[("강남 (2026년 11월).csv", list(5, 95))]].concat();
    let (now, standings) = told(&recovered, &Before::default());
    assert_eq!(now["강남"], 95);
    assert_eq!(standings.into_values().collect::<Vec<_>>(), ["superseded", "superseded", "taken"]);
}

#[test]
fn where_no_earlier_file_is_there_the_index_before_is_the_measure_and_the_build_ends() {
    let before = Before { books: [("강남".to_owned(), 100)].into(), ..Before::default() };
    let files = |now| [("강남 (2026년 11월).csv", list(0, now)), ("강동.csv", list(0, 10))];
    assert_eq!(told(&files(80), &before).0["강남"], 80);
    let refused = read(&files(79), &before).unwrap_err();
    assert_eq!((refused.lost[0].before, refused.lost[0].now), (100, 79));
    assert!(refused.to_string().contains("--allow-loss '강남'"), "{refused}");
    assert!(refused.report.stopped[0].why_korean.contains("100권에서 79권으로"));
    // Of an invented index nothing is missed in a real catalogue.
    let invented = Before { invented: true, ..before.clone() };
    assert_eq!(told(&files(79), &invented).0["강남"], 79);
    let allowed = Before { allowed: Allowed::of(["강남".to_owned()]), ..before };
    assert_eq!(told(&files(79), &allowed).0["강남"], 79);
}

#[test]
fn a_library_that_sends_nothing_keeps_its_last() {
    let files = [
        ("강남 (2026년 02월).csv", list(0, 100)),
        ("강동 (2026년 10월).csv", list(0, 50)),
        ("강동 (2026년 11월).csv", list(0, 60)),
    ];
    assert_eq!(books(&files), [("강남".to_owned(), 100), ("강동".to_owned(), 60)]);
}

#[test]
fn a_month_far_ahead_is_a_slip_of_the_pen() {
    let files = [("강남 (2026년 11월).csv", list(0, 90)), ("강남 (2062년 11월).csv", list(0, 100))];
    let reading = read(&files, &Before::default()).unwrap();
    assert_eq!(reading.catalogue.books.len(), 90);
    assert_eq!(reading.report.files[1].standing, FileStanding::Refused(Refusal::MonthAhead));
    // A library that sends once a year, and registers as it does.
    let fresh = list(0, 90).replace("2020-01-01", "2026-10-30");
    assert_eq!(
        books(&[("강남 (2025년 10월).csv", list(0, 100)), ("강남 (2026년 11월).csv", fresh)]),
        one("강남", 90)
    );
    // The time of the upload says that it is one, at once.
    let slip = uploaded("강남 (2062년 11월).csv", "20261103T000000Z");
    let files = [("강남 (2026년 10월).csv", list(0, 90)), (slip.as_str(), list(0, 100))];
    assert_eq!(books(&files), one("강남", 100));
    let files = [(slip.as_str(), list(0, 90)), ("강남 (2026년 12월).csv", list(0, 80))];
    assert_eq!(books(&files), one("강남", 80));
    // A month that the calendar does not have is no month, and no library of its own.
    assert_eq!(
        books(&[("강남 (2026년 13월).csv", list(0, 90)), ("강남 (2026년 11월).csv", list(0, 80))]),
        one("강남", 80)
    );
}

#[test]
fn a_file_of_many_libraries_is_taken_or_refused_as_a_whole() {
    let of = |counts: &[(&str, u64)]| {
        let mut text = "도서명,ISBN,도서관\n".to_owned();
        for (library, count) in counts {
            (0..*count).for_each(|n| text.push_str(&format!("책 {n},{},{library}\n", isbn(n))));
        }
        text
    };
    let before = ("전체 (2026년 10월).csv", of(&[("강남", 100), ("강동", 100)]));
    let files = |counts: &[(&str, u64)]| [before.clone(), ("전체 (2026년 11월).csv", of(counts))];
    let both = |a, b| vec![("강남".to_owned(), a), ("강동".to_owned(), b)];
    assert_eq!(books(&files(&[("강남", 90), ("강동", 100)])), both(90, 100));
    assert_eq!(books(&files(&[("강남", 70), ("강동", 100)])), both(100, 100));
    assert_eq!(books(&files(&[("강동", 200)])), both(100, 100), "강남 is gone");
    let allowed = Before { allowed: Allowed::of(["강남".to_owned()]), ..Before::default() };
    let (now, _) = told(&files(&[("강동", 200)]), &allowed);
    assert_eq!(now.into_iter().collect::<Vec<_>>(), one("강동", 200));
}

#[test]
fn records_have_months_too() {
    let lines = |from: u64, books: u64| {
        let line =
            |n| format!("{{\"isbn13\":\"{}\",\"title\":\"책 {n}\",\"libraries\":[\"강남\"]}}\n", isbn(n));
        (from..from + books).map(line).collect::<String>()
    };
    let files = [("강남 (2026년 10월).jsonl", lines(0, 100)), ("강남 (2026년 11월).jsonl", lines(10, 90))];
    assert_eq!(books(&files), one("강남", 90));
    // Holdings and records of one library describe it together, whatever their months.
    let files = [("강남 (2026년 10월).csv", list(0, 100)), ("강남 (2026년 11월).jsonl", lines(50, 100))];
    assert_eq!(books(&files), one("강남", 150));
}

#[test]
fn a_wrong_file_of_the_newest_month_ends_the_build_and_an_old_one_does_not() {
    let wrong = || "<!DOCTYPE html><p>404".to_owned();
    let refused = read(
        &[("강남 (2026년 10월).csv", list(0, 100)), ("강남 (2026년 11월).csv", wrong())],
        &Before::default(),
    );
    let refused = refused.unwrap_err();
    assert!(refused.to_string().contains("강남 (2026년 11월).csv is a web page"), "{refused}");
    assert_eq!(refused.report.stopped[0].file.as_deref(), Some("강남 (2026년 11월).csv"));
    assert_eq!(
        books(&[("강남 (2026년 10월).csv", wrong()), ("강남 (2026년 11월).csv", list(0, 9))]),
        one("강남", 9)
    );
}

fn program(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_index-builder")).args(arguments).output().unwrap()
}

#[test]
fn a_build_tells_what_arrived_was_withdrawn_and_changed_by_library() {
    let dir = tempfile::tempdir().unwrap();
    let catalogue = dir.path().join("catalogue");
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let [index, next, report] = ["index", "next", "report.json"].map(|name| text(&dir.path().join(name)));
    let put = |name: &str, list: String| {
        fs::create_dir_all(catalogue.join("holdings")).unwrap();
        fs::write(catalogue.join("holdings").join(name), list).unwrap();
    };
    put("강남 (2026년 10월).csv", list(0, 100));
    put("강동.csv", list(0, 50));
    let built = program(&["build", "--catalogue", &text(&catalogue), "--out", &index]);
    assert!(built.status.success(), "{built:?}");
    // 10 withdrawn, 3 new, and two whose title is another; the copies in 강동 of these two show it too.
    put(
        "강남 (2026년 11월).csv",
        list(10, 93).replace("책 20,", "새 제목,").replace("책 60,", "또 새 제목,"),
    );
    put("강동.csv", list(0, 50).replace("책 20,", "새 제목,"));
    let built = program(&[
        "build",
        "--catalogue",
        &text(&catalogue),
        "--previous",
        &index,
        "--out",
        &next,
        "--report",
        &report,
    ]);
    let said = String::from_utf8_lossy(&built.stderr).into_owned();
    assert!(built.status.success(), "{said}");
    let line = "강남: 3 arrived, 10 withdrawn, 2 changed, 93 books; 2026-11 in place of 2026-10";
    assert!(said.contains(line), "{said}");
    assert!(said.contains("강동: 0 arrived, 0 withdrawn, 1 changed, 50 books"), "{said}");
    let json: serde_json::Value = serde_json::from_slice(&fs::read(&report).unwrap()).unwrap();
    assert_eq!(
        json["libraries"][0],
        serde_json::json!({
            "library": "강남", "books": 93, "before": 100, "arrived": 3, "withdrawn": 10, "changed": 2
        })
    );
    let korean = fs::read_to_string(dir.path().join("report.txt")).unwrap();
    assert!(korean.contains("강남: 새 책 3권, 빠진 책 10권, 달라진 책 2권, 모두 93권; 2026-10 파일 대신 2026-11 파일을 썼습니다"), "{korean}");
    // A withdrawn book is gone, and what is as it was is counted.
    assert_eq!(program(&["inspect", &next, "--book", &isbn(103).to_string()]).status.code(), Some(1));
    assert_eq!(program(&["inspect", &next, "--book", &isbn(102).to_string()]).status.code(), Some(0));
    let again = program(&["build", "--catalogue", &text(&catalogue), "--previous", &next, "--out", &index]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("2 libraries as before"), "{again:?}");

    // Refused: the report is there, and says why.
    fs::remove_file(catalogue.join("holdings/강남 (2026년 10월).csv")).unwrap();
    put("강남 (2026년 11월).csv", list(10, 20));
    let refused = program(&[
        "build",
        "--catalogue",
        &text(&catalogue),
        "--previous",
        &next,
        "--out",
        &index,
        "--report",
        &report,
    ]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("refused: 강남 has 20 books and had 93"),
        "{refused:?}"
    );
    let json: serde_json::Value = serde_json::from_slice(&fs::read(&report).unwrap()).unwrap();
    assert_eq!(
        (&json["catalogue"], &json["stopped"][0]["library"]),
        (&serde_json::Value::Null, &"강남".into())
    );
    let allowed = program(&[
        "build",
        "--catalogue",
        &text(&catalogue),
        "--previous",
        &next,
        "--out",
        &index,
        "--allow-loss",
        "강남",
    ]);
    assert!(allowed.status.success(), "{allowed:?}");
}

#[test]
fn the_rejected_rows_of_the_head_are_the_rows_listed() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("holdings")).unwrap();
    let bad = ",8801234567893,지은이,펴낸곳,2020,005,2020-01-01\n";
    fs::write(dir.path().join("holdings/강남.csv"), list(0, 20) + &bad.repeat(5)).unwrap();
    fs::write(
        dir.path().join("keywords.csv"),
        format!("isbn13,keywords\n{},파이썬\n8801234567893,자바\n", isbn(1)),
    )
    .unwrap();
    fs::write(dir.path().join("synonyms.csv"), "eng,kor\npython,파이썬\njava,\n").unwrap();
    let reading = sources::read(&Inputs::in_catalogue(dir.path()).unwrap().files, &Quiet).unwrap();
    let outcome = index_builder::report::Outcome::from(&reading.catalogue);
    let text = reading.report.to_text(&outcome);
    for line in [
        "소장 행 25개를 읽어 20개를 쓰고 5개를 제외했습니다.",
        "키워드 2행을 읽어 1행을 쓰고 1행을 제외했습니다.",
        "동의어 2행을 읽어 1행을 쓰고 1행을 제외했습니다.",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(
        reading.report.to_summary(&outcome).contains("rejected 5 of holdings, 1 of keywords, 1 of synonyms")
    );
    for file in &reading.report.files {
        let of_rows = file
            .counts
            .iter()
            .filter(|(kind, _)| kind.severity() == index_builder::report::Severity::Rejected);
        assert_eq!(of_rows.map(|(_, count)| count).sum::<u64>(), file.rejected, "{}", file.file);
    }
}
