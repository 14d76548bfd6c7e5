//! The rules between crates, read out of `cargo metadata`.
//!
//! Dependencies of dependencies are read out of `cargo tree`.

use std::collections::BTreeMap;
use std::fs;

use seoga_tests::repository::root;
use serde_json::Value;

use crate::metadata::{metadata, tree};

/// Our crates, and which of ours each may use in what it ships. A crate that is not here fails the test.
const MAY_USE: [(&str, &[&str]); 17] = [
    ("seoga-text", &[]),
    ("seoga-index", &[]),
    ("seoga-search", &["seoga-text", "seoga-index"]),
    ("seoga-app", &["seoga-text", "seoga-index", "seoga-search"]),
    ("seoga-worker", &["seoga-app"]),
    ("seoga-driven", &["seoga-app"]),
    ("seoga-lambda", &["seoga-app", "seoga-driven"]),
    ("seoga-browser", &["seoga-app", "seoga-driven", "seoga-index"]),
    ("seoga-server", &["seoga-text", "seoga-app"]),
    ("index-builder", &["seoga-text", "seoga-index", "seoga-search"]),
    ("seoga-check-page", &["index-builder"]),
    // The calendar and the encodings of bytes and URLs are the edge's own.
    ("seoga-host", &["seoga-text"]),
    ("seoga-transcript", &["seoga-text"]),
    // An operator's export from a table reads query ids as the edge does, and a report looks titles up as a list does; a rebuild
    // compiles an index and reads its pointer.
    (
        "seoga",
        &[
            "seoga-text",
            "seoga-index",
            "seoga-search",
            "seoga-app",
            "seoga-server",
            "index-builder",
            "seoga-host",
            "seoga-transcript",
        ],
    ),
    (
        "seoga-tests",
        &["seoga-text", "seoga-index", "seoga-search", "seoga-app", "index-builder", "seoga-transcript"],
    ),
    // What is deployed is named by the pointer.
    ("xtask", &["seoga-text", "seoga-index", "seoga-host"]),
    ("seoga-bind", &[]),
];

/// Crates of others that one crate of ours alone may use, tests included: its users see our own types instead.
const KEPT_BY: [(&str, &str); 5] = [
    ("fst", "seoga-index"),
    ("maud", "seoga-app"),
    ("worker", "seoga-worker"),
    ("console_error_panic_hook", "seoga-worker"),
    ("parquet", "seoga"),
];

/// Crates that the product was asked to be made with: each is used by something that ships.
const SETTLED: [&str; 7] =
    ["worker", "wasm-bindgen", "serde", "serde_json", "fst", "ahash", "console_error_panic_hook"];

/// The crates without I/O, clock and randomness.
const PURE: [&str; 4] = ["seoga-text", "seoga-index", "seoga-search", "seoga-app"];

/// Crates that a pure crate must not bring in, by whatever way: randomness, clocks, I/O, threads' run times, JavaScript.
const IMPURE: [&str; 19] = [
    "getrandom",
    "rand",
    "rand_core",
    "fastrand",
    "time",
    "chrono",
    "jiff",
    "instant",
    "web-time",
    "js-sys",
    "web-sys",
    "wasm-bindgen",
    "worker",
    "tokio",
    "mio",
    "socket2",
    "log",
    "tracing",
    "tempfile",
];

struct Used {
    name: String,
    /// In what ships, not only in tests or build scripts.
    ships: bool,
    features: Vec<String>,
}

/// Every member with what it declares.
fn members() -> BTreeMap<String, Vec<Used>> {
    let metadata = metadata(&root());
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let used = |dependency: &Value| Used {
        name: dependency["name"].as_str().unwrap().to_owned(),
        ships: dependency["kind"].is_null(),
        features: texts(&dependency["features"]),
    };
    let member = |package: &Value| {
        let used = package["dependencies"].as_array().unwrap().iter().map(used).collect();
        (package["name"].as_str().unwrap().to_owned(), used)
    };
    metadata["packages"].as_array().unwrap().iter().map(member).collect()
}

/// The rules that these crates break, each as a sentence that names the offender.
fn broken(members: &BTreeMap<String, Vec<Used>>) -> Vec<String> {
    let mut broken = Vec::new();
    for (name, used) in members {
        let Some((_, may_use)) = MAY_USE.iter().find(|(member, _)| member == name) else {
            broken.push(format!("{name} is new: say in MAY_USE which of our crates it may use"));
            continue;
        };
        for used in used {
            let ours = members.contains_key(&used.name);
            // Tests of a crate may write an index to read, and nothing more.
            let for_tests = !used.ships && used.name == "seoga-index" && name != "seoga-text";
            if ours && !may_use.contains(&used.name.as_str()) && !for_tests {
                broken.push(format!("{name} depends on {}, which it must not know", used.name));
            }
            if let Some((_, keeper)) = KEPT_BY.iter().find(|(kept, _)| *kept == used.name)
                && name != keeper
            {
                broken.push(format!("{name} depends on {}, which {keeper} alone may use", used.name));
            }
            let writes = used.features.iter().any(|feature| feature == "write");
            if used.name == "seoga-index"
                && used.ships
                && writes
                && name.starts_with("seoga-")
                && name != "seoga-tests"
            {
                broken.push(format!("{name} ships the writer of the index, which is for index-builder"));
            }
        }
    }
    for settled in SETTLED {
        let ships = |(name, used): (&String, &Vec<Used>)| {
            !["xtask", "seoga-tests"].contains(&name.as_str())
                && used.iter().any(|used| used.name == settled && used.ships)
        };
        if !members.iter().any(ships) {
            broken.push(format!("no crate that ships depends on {settled}"));
        }
    }
    broken
}

/// The way from a crate to an impure one that ships with it, if there is one.
///
/// `tree` is cargo's own, of the crate built by itself as the shells build it: a program that links it may switch on more of a
/// crate that both use. Each line has its depth and a name.
fn way_to_impure(tree: &str) -> Option<Vec<&str>> {
    let mut way: Vec<&str> = Vec::new();
    for line in tree.lines().filter(|line| !line.is_empty()) {
        let mut words = line.split(' ');
        let (depth, name) = (words.next()?.parse::<usize>().ok()?, words.next()?);
        way.truncate(depth);
        way.push(name);
        if IMPURE.contains(&name) {
            return Some(way);
        }
    }
    None
}

#[test]
fn every_crate_uses_only_the_crates_below_it() {
    let broken = broken(&members());
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_broken_rule_is_found_and_its_offender_named() {
    let used = |name: &str, features: &[&str]| Used {
        name: name.to_owned(),
        ships: true,
        features: features.iter().map(|&feature| feature.to_owned()).collect(),
    };
    for (offender, dependency) in [
        ("seoga-text", used("seoga-index", &[])),
        ("seoga-index", used("seoga-text", &[])),
        ("seoga-search", used("fst", &[])),
        ("index-builder", used("seoga-app", &[])),
        ("seoga-app", used("worker", &[])),
        ("seoga-app", used("seoga-index", &["write"])),
    ] {
        let mut members = members();
        let name = dependency.name.clone();
        members.get_mut(offender).unwrap().push(dependency);
        let found = broken(&members);
        assert!(found.iter().any(|rule| rule.starts_with(offender)), "{offender} -> {name}: {found:?}");
    }
    let mut members = members();
    members.insert("seoga-new".to_owned(), Vec::new());
    members.get_mut("seoga-index").unwrap().retain(|used| used.name != "fst");
    let found = broken(&members);
    assert!(found.iter().any(|rule| rule.contains("seoga-new")), "{found:?}");
    assert!(found.iter().any(|rule| rule.contains("no crate that ships depends on fst")), "{found:?}");
}

#[test]
fn what_the_pure_crates_bring_in_has_no_clock_randomness_or_io() {
    for pure in PURE {
        for platform in [None, Some("wasm32-unknown-unknown")] {
            let tree = tree(&root(), pure, platform);
            assert!(tree.starts_with(&format!("0 {pure} ")), "{tree}");
            let way = way_to_impure(&tree);
            assert!(way.is_none(), "{}", way.unwrap_or_default().join(" -> "));
        }
    }
    // The same walk does find one where there is one: an operator's program draws random numbers.
    let of_a_program = tree(&root(), "seoga", None);
    let way = way_to_impure(&of_a_program).unwrap_or_default();
    assert!(way.len() > 1 && way[0] == "seoga", "{way:?}");
}

#[test]
fn versions_and_lints_live_in_the_workspace_alone() {
    for folder in [
        "edge/text",
        "edge/index",
        "edge/search",
        "edge/app",
        "edge/worker",
        "index-builder",
        "tests",
        "xtask",
        "xtask/bind",
    ] {
        let path = root().join(folder).join("Cargo.toml");
        let manifest = fs::read_to_string(&path).unwrap();
        assert!(manifest.contains("[lints]\nworkspace = true"), "{folder}: no `[lints] workspace = true`");
        assert!(manifest.contains("version.workspace = true"), "{folder}: a version of its own");
        let mut of_dependencies = false;
        for line in manifest.lines() {
            if line.starts_with('[') {
                of_dependencies = line.contains("dependencies");
            } else if of_dependencies && !line.trim().is_empty() && !line.starts_with('#') {
                assert!(line.contains("workspace = true"), "{folder}: `{line}` names a version of its own");
            }
        }
    }
}
