//! The threat table in `docs/SECURITY.md` names tests: each of them is there, and each threat has one.
//!
//! Whether a test holds what the table says is for its reader. Invariant: a test that was renamed or removed is missed here.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Words by which each threat that must be there is known.
const THREATS: [&str; 9] = [
    "Bucket bypass",
    "Scraping",
    "Cost attack",
    "Forged choices",
    "Replay",
    "XSS",
    "CSRF",
    "Cache poisoning",
    "Dependency risk",
];
/// Folders with tests.
const FOLDERS: [&str; 4] = ["edge", "index-builder", "tests", "xtask"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, out);
        } else {
            out.push(path);
        }
    }
}

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
        Some("mjs") => {
            let title = |line: &str| Some(line.strip_prefix("test(\"")?.split('"').next()?.to_owned());
            lines.iter().filter_map(|line| title(line)).collect()
        }
        _ => Vec::new(),
    }
}

/// Each row of the table: the threat, and what stands in backticks in its last column.
fn rows(page: &str) -> Vec<(String, Vec<String>)> {
    let table = page.split("\n## ").find(|section| section.starts_with("Threats\n")).unwrap_or_default();
    let rows = table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| Threat |"));
    let row = |line: &str| {
        let mut cells = line.trim().trim_matches('|').split(" | ");
        let threat = cells.next().unwrap_or_default().trim().to_owned();
        let names = cells.last().unwrap_or_default().split('`').skip(1).step_by(2).map(str::to_owned);
        (threat, names.collect())
    };
    rows.map(row).collect()
}

/// What is wrong with a page, given the tests that there are.
fn wrong(page: &str, known: &BTreeSet<String>) -> Vec<String> {
    let rows = rows(page);
    let mut wrong = Vec::new();
    for threat in THREATS {
        if !rows.iter().any(|(row, _)| row.starts_with(threat)) {
            wrong.push(format!("no row for {threat}"));
        }
    }
    for (threat, names) in &rows {
        if names.is_empty() {
            wrong.push(format!("{threat}: no test"));
        }
        wrong.extend(
            names
                .iter()
                .filter(|name| !known.contains(*name))
                .map(|name| format!("{threat}: no test {name:?}")),
        );
    }
    wrong
}

#[test]
fn every_threat_names_tests_that_are_there() {
    let mut paths = Vec::new();
    for folder in FOLDERS {
        files(&root().join(folder), &mut paths);
    }
    let tests = paths.iter().flat_map(|path| tests_in(path, &fs::read_to_string(path).unwrap_or_default()));
    let known: BTreeSet<String> = tests.collect();
    assert!(known.len() > 400, "only {} tests were found", known.len());
    let page = fs::read_to_string(root().join("docs/SECURITY.md")).unwrap();
    assert_eq!(wrong(&page, &known), Vec::<String>::new());
}

#[test]
fn a_threat_without_a_test_and_a_test_that_is_not_there_are_found() {
    let rust = "#[test]\n// why\n#[cfg(unix)]\nfn held() {\n}\nfn helper() {}\n";
    let mut known: BTreeSet<String> = tests_in(Path::new("a.rs"), rust).into_iter().collect();
    known.extend(tests_in(Path::new("a.http"), "### a step\nGET /\n"));
    known.extend(tests_in(Path::new("a.mjs"), "test(\"a title\", async () => {});\n"));
    assert_eq!(known, BTreeSet::from(["held", "a step", "a title"].map(str::to_owned)));
    let page = |row: &str| format!("x\n\n## Threats\n| Threat | Tests |\n|---|---|\n{row}\n\n## Next\n");
    let wrong = |row: &str| wrong(&page(row), &known).into_iter().filter(|said| said.contains("XSS")).count();
    assert_eq!(wrong("| XSS: markup | `held`, `a step`, `a title` |"), 0);
    for bad in ["| CSRF | `held` |", "| XSS | none |", "| XSS | `helper` |", "| XSS | `held`, `gone` |"] {
        assert_eq!(wrong(bad), 1, "{bad}");
    }
}
