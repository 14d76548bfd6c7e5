//! Each fact of `docs/OWNERS.md` that is known by a text in the code stands in its owner's files and in no other that ships.
//!
//! No judge of meaning: a copy in other words is not found. Invariant: a second copy of such a text fails here, by both files.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use seoga_tests::repository::{files_below, root};

use crate::pages::read;

/// Folders whose sources ship, and what in them is for tests alone.
const SHIPPED: [&str; 6] = ["edge", "host", "index-builder", "seoga", "site", "xtask"];
const TESTS: [&str; 3] = ["tests", "examples", "test"];

/// Returns the lines of a source that ship: without comments and without the tests at its end.
fn shipped(source: &str) -> String {
    let code = source.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let comment = |line: &&str| ["//", "/*", "*"].iter().any(|mark| line.trim_start().starts_with(mark));
    code.lines().filter(|line| !comment(line)).collect::<Vec<_>>().join("\n")
}

/// Reads every source that ships: its path from the root and its code.
fn sources() -> Vec<(String, String)> {
    let root = root();
    let paths =
        SHIPPED.iter().flat_map(|folder| files_below(&root.join(folder), &["rs", "mjs", "js"]).unwrap());
    let ships = |path: &Path| {
        let folders = path.parent().into_iter().flat_map(Path::components);
        !folders.into_iter().any(|folder| TESTS.iter().any(|name| folder.as_os_str() == *name))
    };
    paths
        .map(|path| (path.strip_prefix(&root).unwrap().to_owned(), path))
        .filter(|(name, _)| ships(name))
        .map(|(name, path)| (name.display().to_string(), shipped(&fs::read_to_string(path).unwrap())))
        .collect()
}

/// Returns what is wrong with the table, and how many facts are known by a text.
fn wrong(page: &str, sources: &[(String, String)]) -> (Vec<String>, usize) {
    let quoted = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let mut wrong = Vec::new();
    let mut known = 0;
    for row in page.lines().filter(|line| line.starts_with("| ")).skip(1) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [fact, owner, by, ..] = cells.as_slice() else { continue };
        let Some(text) = quoted(by).into_iter().next() else { continue };
        known += 1;
        let owners: BTreeSet<String> = quoted(owner)
            .into_iter()
            .filter(|path| [".rs", ".mjs", ".js"].iter().any(|ending| path.ends_with(ending)))
            .collect();
        let having = sources.iter().filter(|(_, code)| code.contains(&text));
        let having: BTreeSet<String> = having.map(|(path, _)| path.clone()).collect();
        if owners != having {
            wrong.push(format!("{fact}: `{text}` stands in {having:?}, the page names {owners:?}"));
        }
    }
    (wrong, known)
}

#[test]
fn every_fact_stands_with_its_owner_alone() {
    let sources = sources();
    assert!(sources.len() > 250, "only {} sources were read", sources.len());
    let (wrong, known) = wrong(&read("docs/OWNERS.md"), &sources);
    assert!(known > 10, "only {known} facts are known by a text");
    assert!(wrong.is_empty(), "ask the owner, or name the new one:\n{}", wrong.join("\n"));
}

#[test]
fn a_second_copy_and_an_owner_that_moved_are_found() {
    let source = |path: &str, text: &str| (path.to_owned(), shipped(text));
    let sources = [
        source("edge/a.rs", "const NAME: &str = \"x\";\n"),
        source(
            "edge/b.rs",
            "// const NAME\nfn b() {}\n\n#[cfg(test)]\nmod tests {\n    const NAME: u8 = 1;\n}\n",
        ),
        source("edge/c.rs", "const TWICE: u8 = 1;"),
        source("edge/d.rs", "const TWICE: u8 = 1;"),
    ];
    let wrong = |row: &str| {
        wrong(&format!("| Fact | Owner | Known by | Before |\n|---|---|---|---|\n{row}\n"), &sources).0.len()
    };
    assert_eq!(wrong("| name | `edge/a.rs` | `const NAME` | b |"), 0);
    assert_eq!(wrong("| both | `edge/c.rs`, `edge/d.rs` | `const TWICE` | b |"), 0);
    assert_eq!(wrong("| none |  |  | b |"), 0);
    assert_eq!(wrong("| moved | `edge/b.rs` | `const NAME` | b |"), 1);
    assert_eq!(wrong("| copied | `edge/c.rs` | `const TWICE` | b |"), 1);
    assert_eq!(wrong("| gone | `edge/a.rs` | `const GONE` | b |"), 1);
}
