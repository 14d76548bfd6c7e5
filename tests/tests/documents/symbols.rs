//! Symbols that the first pages for a developer name are in the sources.
//!
//! No parser: a symbol is there when its words stand outside comments. Invariant: of `a::b` one file or folder has both, so
//! that neither can move without the page.

use std::collections::BTreeSet;
use std::fs;

use seoga_tests::repository::{files_below, root};

use crate::pages::{prose, read};

/// Pages that name symbols of today; decisions name those of their day.
const PAGES: [&str; 3] = ["docs/ARCHITECTURE.md", "docs/GLOSSARY.md", "docs/RANKING.md"];
/// Where a page begins to tell names that are not ours: the kinds of judged queries.
const MEASURED: &str = "\n## 10. Measured";
/// Folders with sources.
const SOURCES: [&str; 6] = ["edge", "index-builder", "seoga", "site", "tests", "xtask"];

/// A source file: the words of its path from the root, and those of its code.
struct Source {
    path: BTreeSet<String>,
    words: BTreeSet<String>,
}

impl Source {
    /// Whether the file has `word` in its path or its code.
    fn has(&self, word: &str) -> bool {
        self.path.contains(word) || self.words.contains(word)
    }
}

fn words(text: &str) -> BTreeSet<String> {
    let word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    text.split(|letter| !word(letter)).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Returns the code of a file without lines that are comments.
fn code(text: &str) -> String {
    let comment = |line: &&str| ["//", "#", "*", "/*"].iter().any(|mark| line.trim_start().starts_with(mark));
    text.lines()
        .filter(|line| line.trim_start().starts_with("#[") || !comment(line))
        .collect::<Vec<_>>()
        .join("\n")
}

fn sources() -> Vec<Source> {
    let folders = SOURCES.iter().map(|folder| root().join(folder)).filter(|folder| folder.is_dir());
    let paths = folders.flat_map(|folder| files_below(&folder, &["rs", "mjs", "js", "toml"]).unwrap());
    let source = |path: std::path::PathBuf| {
        let from_root = path.strip_prefix(root()).unwrap().display().to_string();
        Source { path: words(&from_root), words: words(&code(&fs::read_to_string(&path).unwrap())) }
    };
    // Pages name what the tests hold; what this very test has to say is no proof.
    paths.filter(|path| !path.starts_with(root().join("tests/tests/documents"))).map(source).collect()
}

/// Returns what stands in backticks in a line and looks like a symbol of ours: a word, or words joined by `::`.
fn symbols(line: &str) -> Vec<&str> {
    let word = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic())
            && part.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    };
    let symbol = |text: &&str| text.len() > 1 && text.split("::").all(word);
    line.split('`').skip(1).step_by(2).filter(symbol).collect()
}

/// Whether the sources have a symbol: of joined words each two neighbours in one file.
fn known(symbol: &str, sources: &[Source]) -> bool {
    let parts: Vec<&str> = symbol.split("::").collect();
    match parts.as_slice() {
        [one] => sources.iter().any(|source| source.has(one)),
        several => several
            .windows(2)
            .all(|pair| sources.iter().any(|source| pair.iter().all(|word| source.has(word)))),
    }
}

#[test]
fn every_symbol_that_a_page_names_is_in_the_sources() {
    let sources = sources();
    assert!(sources.len() > 300, "only {} sources were read", sources.len());
    let mut wrong = Vec::new();
    let mut looked_at = 0;
    for name in PAGES {
        let page = read(name);
        let ours = page.split(MEASURED).next().unwrap_or_default();
        for (number, line) in prose(ours) {
            for symbol in symbols(line) {
                looked_at += 1;
                if !known(symbol, &sources) {
                    wrong.push(format!("{name}:{number}: no `{symbol}`"));
                }
            }
        }
    }
    assert!(looked_at > 150, "only {looked_at} symbols were looked at");
    assert!(wrong.is_empty(), "the page names what is not there any more:\n{}", wrong.join("\n"));
}

#[test]
fn a_symbol_that_is_gone_is_found() {
    let source = |path: &str, text: &str| Source { path: words(path), words: words(&code(text)) };
    let sources = [
        source(
            "edge/search/src/visit.rs",
            "pub fn plan() {}\n// fn gone() {}\n#[derive(Debug)]\nstruct Plan;",
        ),
        source("edge/search/src/facets.rs", "fn count() {}"),
    ];
    for there in ["plan", "Plan", "visit::plan", "seoga_search", "Debug"] {
        assert_eq!(known(there, &sources), there != "seoga_search", "{there}");
    }
    for gone in ["gone", "visit::count", "visit::gone", "facets::plan"] {
        assert!(!known(gone, &sources), "{gone}");
    }
    assert_eq!(
        symbols("a `b::c`, `D`, `Some::Thing`, `/search`, `a b`, `x.y` and `word`"),
        ["b::c", "Some::Thing", "word"]
    );
}
