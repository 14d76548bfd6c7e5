//! The `CloudFront` Function against the core: whatever a query string is, what the function makes of it is answered just
//! the same, byte for byte; and what the core holds for one search has one form.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use index_builder::compile::compile;
use index_builder::generate::{Sample, generate};
use index_builder::progress::Quiet;
use index_builder::sources::{Inputs, read};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use seoga_tests::core::Core;
use seoga_tests::repository::{contents_below, root};
use serde_json::Value;

use crate::contract::PARAMETERS;

/// Query strings that are tried.
const TRIED: usize = 3000;

/// A core with an index of some invented books, and names of their libraries.
fn core() -> (Core, Vec<String>) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (catalogue, index) = (folder.path().join("catalogue"), folder.path().join("index"));
    generate(Sample { books: 200, seed: 7 }, &catalogue, &Quiet).unwrap();
    let read = read(&Inputs::in_catalogue(&catalogue).unwrap().files, &Quiet).unwrap();
    std::fs::create_dir_all(&index).unwrap();
    compile(&read.catalogue, &index, &Quiet).unwrap();
    let files = contents_below(&index).unwrap().into_iter();
    let core = Core::new(files.map(|(name, bytes)| (format!("/index/{name}"), bytes)).collect());
    let answer: Value = serde_json::from_slice(&core.get("/api/libraries", "").body).unwrap();
    let libraries = answer["libraries"].as_array().unwrap().iter();
    let names = libraries.map(|one| one["name"].as_str().unwrap().to_owned()).collect();
    (core, names)
}

/// The paths that are asked in turn.
const PATHS: [&str; 11] = [
    "/api/search",
    "/search",
    "/api/suggest",
    "/list",
    "/api/search",
    "/libraries",
    "/api/libraries",
    "/feeds/new.atom",
    "/sru",
    "/oai",
    "/opds/search",
];

/// Returns what the `CloudFront` Function makes of query strings, of each at its place's path: node runs the text of the template.
fn canonical(raw: &[String]) -> Vec<String> {
    let own = root().join("node_modules/.bin/node");
    let node = if own.exists() { own } else { PathBuf::from("node") };
    let mut child = Command::new(node)
        .arg("tests/edge-function/canonicalise.mjs")
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node runs");
    let at = |at: usize| PATHS[at % PATHS.len()];
    let lines: String =
        raw.iter().enumerate().map(|(n, one)| serde_json::to_string(&[at(n), one]).unwrap() + "\n").collect();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    let printed = String::from_utf8(output.stdout).unwrap();
    let made: Vec<String> = printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(made.len(), raw.len());
    made
}

/// A value written as somebody may write it: which characters are escaped, and how a space is.
fn written(text: &str, style: u8) -> String {
    let mut out = String::new();
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b' ' if style & 1 == 0 => out.push('+'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' if (style >> (at % 6)) & 2 == 0 => {
                out.push(char::from(byte));
            }
            _ if style & 4 == 0 => out.push_str(&format!("%{byte:02X}")),
            _ => out.push_str(&format!("%{byte:02x}")),
        }
    }
    out
}

/// Values as visitors, scripts and strangers give them.
fn value(libraries: Vec<String>) -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "파이썬",
        "파이썬  머신러닝",
        " 도커 ",
        "vkdlTjs",
        "C++",
        "c언어",
        "텐서플로우",
        "ㅍㅇㅆ",
        "9788900000000",
        "title:책",
        "파이썬\u{3000}책",
        "\u{1111}\u{1161}\u{110b}\u{1175}\u{110a}\u{1165}\u{11ab}",
        "C\u{110b}\u{1165}\u{11ab}\u{110b}\u{1165}",
        "\u{ac01}\u{11a8}",
        "a\u{feff}b",
        "a\u{85}b",
        "é",
        "e\u{301}",
        "relevance",
        "newest",
        "work",
        "none",
        "year",
        "1",
        "2",
        "20",
        "0",
        "ko",
        "en",
        "2020",
        "2018-2023",
        "2020-",
        "005",
        "",
    ]);
    let library = prop::sample::select(libraries);
    let (ready, written) =
        (prop_oneof![4 => words.prop_map(str::to_owned), 2 => library, 1 => any::<String>()], any::<u8>());
    let long = (190_usize..215).prop_map(|length| "가 ".repeat(length / 2));
    let broken = prop::sample::select(vec!["%", "%4", "%GG", "%FF", "%ED%8C", "a%00b", "%F0%9F%93%9A"]);
    prop_oneof![
        12 => (ready, written).prop_map(|(text, style)| self::written(&text, style)),
        1 => (long, any::<u8>()).prop_map(|(text, style)| self::written(&text, style)),
        1 => broken.prop_map(str::to_owned),
    ]
}

/// Whole query strings.
fn query_strings(libraries: &[String]) -> Vec<String> {
    // Those of the contract, words and libraries more often, and names that are none or are spelled otherwise.
    let others = [
        "q",
        "q",
        "q",
        "library",
        "library",
        "mine",
        "%71",
        "utm_source",
        "__proto__",
        "constructor",
        "%FF",
        "",
    ];
    let name = prop::sample::select([&PARAMETERS[..], &others].concat());
    let pair = (name, value(libraries.to_vec()), any::<bool>()).prop_map(|(name, value, equals)| {
        if equals || !value.is_empty() { format!("{name}={value}") } else { name.to_owned() }
    });
    let strategy = prop::collection::vec(pair, 0..6).prop_map(|pairs| pairs.join("&"));
    let mut runner = TestRunner::deterministic();
    (0..TRIED).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

#[test]
fn what_the_function_makes_is_answered_the_same() {
    let (core, libraries) = core();
    let raw = query_strings(&libraries);
    let made = canonical(&raw);
    assert_eq!(canonical(&made), made, "what it made stays");
    let mut changed = 0;
    let mut found = 0;
    for (at, (raw, made)) in raw.iter().zip(&made).enumerate() {
        changed += usize::from(raw != made);
        let path = PATHS[at % PATHS.len()];
        let (before, after) = (core.get(path, raw), core.get(path, made));
        assert_eq!(before.status, after.status, "{path}?{raw}\nmade {made}");
        let text = |body: &[u8]| String::from_utf8_lossy(body).into_owned();
        assert_eq!(text(&before.body), text(&after.body), "{path}?{raw}\nmade {made}");
        found += usize::from(before.status == 200);
    }
    assert!(changed > TRIED / 2 && found > TRIED / 4, "{changed} changed, {found} answered of {TRIED}");
}

#[test]
fn one_search_has_one_form() {
    let (_, libraries) = core();
    let (first, second) = (&libraries[0], &libraries[1]);
    let (l1, l2) = (written(first, 7), written(second, 0));
    let same = [
        format!("q=a+b&library={l1}&library={l2}&year=2020"),
        format!("year=2020&library={l2}&q=a%20b&library={l1}"),
        format!("utm_source=x&q=+a++b+&library={l2}&library={l1}&library={l2}&year=2020&page=1"),
        format!("%71=a%09b&year=%32020&sort=relevance&class=&library={}&library={l1}", written(second, 2)),
    ];
    // All at the path of a search.
    let mut made = Vec::new();
    for one in same {
        made.extend(canonical(&[one]));
    }
    assert!(made.iter().all(|one| one == &made[0]), "{made:?}");
}
