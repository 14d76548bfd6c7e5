//! Paths that pages name in backticks are in the repository.
//!
//! Pages that tell of an older day name its paths: decisions, the changelog, moves, what was measured before. Invariant: a file that
//! was moved is missed in every other page that names it.

use std::fs;

use seoga_tests::repository::{files_below, root};

use crate::pages::prose;

/// Pages of an older day, by how their path begins.
const OLDER: [&str; 4] = ["docs/decisions/", "docs/MOVES.md", "docs/BENCHMARKS-archive.md", "CHANGELOG.md"];
/// Folders in the root, by which a path is known.
const FOLDERS: [&str; 11] = [
    "edge/",
    "host/",
    "index-builder/",
    "seoga/",
    "xtask/",
    "tests/",
    "site/",
    "infra/",
    "docs/",
    "fuzz/",
    ".github/",
];

/// Returns what stands in backticks in a line and is a path from the root.
fn paths(line: &str) -> Vec<&str> {
    let plain = |letter: char| letter.is_alphanumeric() || "/._-".contains(letter);
    let path = |text: &&str| FOLDERS.iter().any(|folder| text.starts_with(folder)) && text.chars().all(plain);
    line.split('`').skip(1).step_by(2).filter(path).collect()
}

#[test]
fn every_path_that_a_page_names_is_there() {
    let root = root();
    let mut wrong = Vec::new();
    let mut looked_at = 0;
    for path in files_below(&root, &["md"]).unwrap() {
        let name = path.strip_prefix(&root).unwrap().display().to_string();
        if OLDER.iter().any(|older| name.starts_with(older)) {
            continue;
        }
        let page = fs::read_to_string(&path).unwrap();
        for (number, line) in prose(&page) {
            for named in paths(line) {
                looked_at += 1;
                if !root.join(named).exists() {
                    wrong.push(format!("{name}:{number}: no `{named}`"));
                }
            }
        }
    }
    assert!(looked_at > 50, "only {looked_at} paths were looked at");
    assert!(wrong.is_empty(), "the page names what is not there any more:\n{}", wrong.join("\n"));
}

#[test]
fn only_whole_paths_from_the_root_are_looked_at() {
    let line = "`edge/app/src/lib.rs`, `tests/tests/infra`, `edge`, `app/src`, `infra/*/x`, edge/none and `tests/é.csv`";
    assert_eq!(paths(line), ["edge/app/src/lib.rs", "tests/tests/infra", "tests/é.csv"]);
}
