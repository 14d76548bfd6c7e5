//! The contract that the templates have to keep: its parameters, and the headers that edge/app sets.
//!
//! Invariant: everything is asked of edge/app, its answers or its source; nothing is written here a second time but the
//! order of the parameters.

use std::collections::{BTreeMap, BTreeSet};

use seoga_tests::core::Core;
use seoga_tests::repository::{files_below, root};

/// The parameters of GET requests, in the order of cache keys.
pub(crate) const PARAMETERS: [&str; 37] = [
    "q",
    "isbn",
    "id",
    "library",
    "mine",
    "find",
    "region",
    "near",
    "class",
    "year",
    "publisher",
    "lang",
    "volume",
    "series",
    "available",
    "sort",
    "group",
    "facet",
    "page",
    "limit",
    "v",
    "hl",
    "operation",
    "version",
    "query",
    "startRecord",
    "maximumRecords",
    "recordSchema",
    "recordPacking",
    "sortKeys",
    "verb",
    "identifier",
    "metadataPrefix",
    "from",
    "until",
    "set",
    "resumptionToken",
];

/// The parameters of `/admin/choices`, which `CloudFront` does not have.
const EXPORT: [&str; 2] = ["cursor", "since"];

/// The names that the `CloudFront` Function keeps.
pub(crate) fn names_in(code: &str) -> Vec<String> {
    let list = code.split_once("const NAMES = [").and_then(|(_, rest)| rest.split_once(']'));
    let names = list.map_or("", |(names, _)| names).split(',').map(|name| name.trim().trim_matches('\''));
    names.map(str::to_owned).collect()
}

/// A header of what is no page.
pub(crate) fn header(name: &str) -> String {
    let answer = Core::empty().get("/api/status", "");
    answer.header(name).unwrap_or_else(|| panic!("edge/app sets no {name}")).to_owned()
}

/// Every name that edge/app asks a query string for, by its source.
fn asked_for() -> BTreeSet<String> {
    let mut code = String::new();
    for path in files_below(&root().join("edge/app/src"), &["rs"]).unwrap() {
        let text = std::fs::read_to_string(path).unwrap();
        code.push_str(text.split("#[cfg(test)]").next().unwrap_or_default());
    }
    let mut names = BTreeSet::new();
    for call in [".one(\"", ".all(\"", "number(params, \"", "number(&params, \""] {
        for rest in code.split(call).skip(1) {
            names.insert(rest.split('"').next().unwrap_or_default().to_owned());
        }
    }
    names
}

#[test]
fn the_core_asks_for_these_parameters_and_no_others() {
    let expected: BTreeSet<String> = PARAMETERS.into_iter().chain(EXPORT).map(str::to_owned).collect();
    assert_eq!(asked_for(), expected);
}

#[test]
fn static_files_have_the_same_headers_on_both_platforms() {
    let file = std::fs::read_to_string(root().join("site/_headers")).unwrap();
    let of_all: BTreeMap<_, _> = file
        .lines()
        .skip_while(|line| *line != "/*")
        .skip(1)
        .take_while(|line| line.starts_with(' '))
        .filter_map(|line| line.trim().split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .collect();
    for name in security_headers() {
        assert_eq!(of_all.get(&name).copied(), Some(header(&name).as_str()), "{name}");
    }
}

/// The names of the headers that every answer has, whatever it says.
pub(crate) fn security_headers() -> Vec<String> {
    let answer = Core::empty().get("/api/status", "");
    let own = ["content-type", "cache-control", "retry-after"];
    let names = answer.headers.iter().map(|(name, _)| name.clone());
    let names: Vec<String> = names.filter(|name| !own.contains(&name.as_str())).collect();
    assert!(names.len() >= 8, "{names:?}");
    names
}
