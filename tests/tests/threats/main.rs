//! The tables of threats and of promises in `docs/SECURITY.md` name tests and rules of the infrastructure: each of them is there,
//! and each threat and promise has one; where something in `infra/aws` stands against it, a rule too.
//!
//! Whether a test holds what the table says is for its reader; that each rule catches a mistake, `tests/infra` holds. Invariant:
//! a test or a rule that was renamed or removed is missed here.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use seoga_tests::repository::{files_below, root};

/// Words by which each threat that must be there is known, and whether a rule over `infra/aws` must stand against it.
const THREATS: [(&str, bool); 10] = [
    ("Bucket bypass", true),
    ("Scraping", false),
    ("Cost attack", true),
    ("Forged choices", true),
    ("Replay", true),
    ("XSS", true),
    ("CSRF", false),
    ("Cache poisoning", true),
    ("Personal data", true),
    ("Dependency risk", true),
];
/// Where the rules are.
const RULES: &str = "tests/tests/infra/rules";
/// Folders with tests.
const FOLDERS: [&str; 6] = ["edge", "host", "index-builder", "seoga", "tests", "xtask"];

/// The names of the tests in a file: functions below `#[test]`, steps of a transcript, titles of browser tests.
fn tests_in(path: &Path, text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("rs") => {
            let is_test = |at: usize| {
                // Other attributes and comments may stand between.
                let above = lines[..at].iter().rev();
                above
                    .take_while(|line| line.starts_with("#[") || line.starts_with("//"))
                    .any(|line| *line == "#[test]")
            };
            let name = |line: &str| Some(line.strip_prefix("fn ")?.split('(').next()?.to_owned());
            let lines = lines.iter().enumerate().filter(|(at, _)| is_test(*at));
            lines.filter_map(|(_, line)| name(line)).collect()
        }
        Some("http") => lines.iter().filter_map(|line| Some(line.strip_prefix("### ")?.to_owned())).collect(),
        Some("mjs") => lines.iter().filter_map(|line| title(line)).collect(),
        _ => Vec::new(),
    }
}

/// The title of a test of Node's: all of it, or of one for several cases what comes before the case.
fn title(line: &str) -> Option<String> {
    let rest = line.strip_prefix("test(")?;
    let quote = rest.chars().next().filter(|first| ['"', '\'', '`'].contains(first))?;
    let title = rest[1..].split(quote).next()?;
    let title = if quote == '`' { title.split("${").next()? } else { title };
    Some(title.trim().to_owned())
}

/// The names of the rules in a file: `("name", "what it holds", …`.
fn rules_in(text: &str) -> Vec<String> {
    let rule = |after: &str| {
        let (name, rest) = after.trim_start().strip_prefix('"')?.split_once('"')?;
        let plain =
            |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-.".contains(letter);
        let described = rest.trim_start().strip_prefix(',')?.trim_start().starts_with('"');
        (described && !name.is_empty() && name.chars().all(plain)).then(|| name.to_owned())
    };
    text.split('(').filter_map(rule).collect()
}

/// Each row of a section's table: the threat or promise, and what stands in backticks in its last column.
fn rows(page: &str, title: &str) -> Vec<(String, Vec<String>)> {
    let table = page.split("\n## ").find(|section| section.starts_with(&format!("{title}\n")));
    let rows = table.unwrap_or_default().lines().filter(|line| line.starts_with("| ")).skip(1);
    let row = |line: &str| {
        let mut cells = line.trim().trim_matches('|').split(" | ");
        let threat = cells.next().unwrap_or_default().trim().to_owned();
        let names = cells.last().unwrap_or_default().split('`').skip(1).step_by(2).map(str::to_owned);
        (threat, names.collect())
    };
    rows.map(row).collect()
}

/// Lists what is wrong with a page, given the tests and the rules that there are.
fn wrong(page: &str, tests: &BTreeSet<String>, rules: &BTreeSet<String>) -> Vec<String> {
    let mut rows = rows(page, "Threats");
    let mut wrong = Vec::new();
    for (threat, wants_rule) in THREATS {
        match rows.iter().find(|(row, _)| row.starts_with(threat)) {
            None => wrong.push(format!("no row for {threat}")),
            Some((_, names)) if wants_rule && !names.iter().any(|name| rules.contains(name)) => {
                wrong.push(format!("{threat}: no rule of infra"));
            }
            Some(_) => {}
        }
    }
    rows.extend(self::rows(page, "Promises to visitors"));
    for (threat, names) in &rows {
        if !names.iter().any(|name| tests.contains(name)) {
            wrong.push(format!("{threat}: no test"));
        }
        let missing = names.iter().filter(|name| !tests.contains(*name) && !rules.contains(*name));
        wrong.extend(missing.map(|name| format!("{threat}: no test or rule {name:?}")));
    }
    wrong
}

#[test]
fn every_threat_names_tests_and_rules_that_are_there() {
    let below = |folder: &&str| files_below(&root().join(folder), &["rs", "http", "mjs"]).unwrap();
    let paths: Vec<PathBuf> = FOLDERS.iter().flat_map(below).collect();
    let read = |path: &PathBuf| fs::read_to_string(path).unwrap_or_default();
    let tests: BTreeSet<String> = paths.iter().flat_map(|path| tests_in(path, &read(path))).collect();
    assert!(tests.len() > 400, "only {} tests were found", tests.len());
    let rules = paths.iter().filter(|path| path.starts_with(root().join(RULES)));
    let rules: BTreeSet<String> = rules.flat_map(|path| rules_in(&read(path))).collect();
    assert!(rules.len() > 50, "only {} rules were found", rules.len());
    let page = fs::read_to_string(root().join("docs/SECURITY.md")).unwrap();
    assert_eq!(wrong(&page, &tests, &rules), Vec::<String>::new());
}

#[test]
fn a_threat_without_a_test_and_a_test_that_is_not_there_are_found() {
    let rust = "#[test]\n// why\n#[cfg(unix)]\nfn held() {\n}\nfn helper() {}\n";
    let mut tests: BTreeSet<String> = tests_in(Path::new("a.rs"), rust).into_iter().collect();
    tests.extend(tests_in(Path::new("a.http"), "### a step\nGET /\n"));
    let script = "test(\"a title\", async () => {});\n  test('another', () => {});\n  test(`each of ${name}`, () => {});\n";
    tests.extend(tests_in(Path::new("a.mjs"), script));
    let names = ["held", "a step", "a title", "another", "each of"];
    assert_eq!(tests, BTreeSet::from(names.map(str::to_owned)));
    let rules = "    (\"no-stranger\", \"why\", |s| each(s, \"AWS::X\", \"y\")),\n    (\n        \"tls-1.2\",\n        \"why\",";
    let rules: BTreeSet<String> = rules_in(rules).into_iter().collect();
    assert_eq!(rules, BTreeSet::from(["no-stranger", "tls-1.2"].map(str::to_owned)));
    let page = |row: &str| format!("x\n\n## Threats\n| Threat | Tests |\n|---|---|\n{row}\n\n## Next\n");
    let wrong = |row: &str| {
        wrong(&page(row), &tests, &rules).into_iter().filter(|said| said.contains("XSS")).collect::<Vec<_>>()
    };
    assert_eq!(wrong("| XSS: markup | `held`, `a step`, `a title`; `no-stranger` |"), Vec::<String>::new());
    for (bad, number) in [
        ("| CSRF | `held` |", 1),
        ("| XSS | none |", 2),
        ("| XSS | `no-stranger` |", 1),
        ("| XSS | `held` |", 1),
        ("| XSS | `helper`; `tls-1.2` |", 2),
        ("| XSS | `held`, `gone`; `tls-1.2` |", 1),
    ] {
        assert_eq!(wrong(bad).len(), number, "{bad}: {:?}", wrong(bad));
    }
}
