//! Every relative link of a page leads to a file or folder of the repository, and every anchor to a heading.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use seoga_tests::repository::{files_below, root};

use crate::pages::prose;

/// Returns the targets of the links in one line, `[text](target)`, without those in code.
fn targets(line: &str) -> Vec<String> {
    // Every second piece stands between backticks.
    let plain: String = line.split('`').step_by(2).collect::<Vec<_>>().join("``");
    let mut rest = plain.as_str();
    let mut found = Vec::new();
    while let Some(at) = rest.find("](") {
        rest = &rest[at + 2..];
        let Some(end) = rest.find(')') else { break };
        found.push(rest[..end].to_owned());
        rest = &rest[end..];
    }
    found
}

/// Returns the anchor that a heading gets where the pages are shown: letters, digits, `-` and `_`, in lower case, spaces as
/// hyphens.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim();
    // A link in a heading counts by its text.
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("](") {
        plain.push_str(&rest[..at]);
        rest = rest[at..].split_once(')').map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    let keep = |letter: char| match letter {
        ' ' => Some('-'),
        '-' | '_' => Some(letter),
        _ if letter.is_alphanumeric() => Some(letter),
        _ => None,
    };
    plain.to_lowercase().chars().filter_map(keep).collect()
}

/// Returns every anchor of a page.
fn anchors(page: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (_, line) in prose(page) {
        if !line.starts_with('#') {
            continue;
        }
        let first = anchor(line);
        let mut name = first.clone();
        let mut times = 0;
        while !all.insert(name.clone()) {
            times += 1;
            name = format!("{first}-{times}");
        }
    }
    all
}

/// Returns what is wrong with the links of a page that lies in `folder`.
fn wrong(page: &str, folder: &Path) -> Vec<String> {
    let mut wrong = Vec::new();
    for (number, line) in prose(page) {
        for target in targets(line) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (path, fragment) = target.split_once('#').unwrap_or((&target, ""));
            let file = folder.join(path);
            if !path.is_empty() && !file.exists() {
                wrong.push(format!("{number}: no file {path}"));
                continue;
            }
            if fragment.is_empty() {
                continue;
            }
            let text = if path.is_empty() { Ok(page.to_owned()) } else { fs::read_to_string(&file) };
            if !text.is_ok_and(|text| anchors(&text).contains(fragment)) {
                wrong.push(format!("{number}: no heading for {target}"));
            }
        }
    }
    wrong
}

#[test]
fn every_relative_link_leads_to_a_file_and_every_anchor_to_a_heading() {
    let pages = files_below(&root(), &["md"]).unwrap();
    assert!(pages.len() > 30, "only {} pages were looked at", pages.len());
    let mut found = Vec::new();
    let mut links = 0;
    for path in &pages {
        let page = fs::read_to_string(path).unwrap();
        links += prose(&page).iter().map(|(_, line)| targets(line).len()).sum::<usize>();
        let name = path.strip_prefix(root()).unwrap().display();
        let folder = path.parent().unwrap();
        found.extend(wrong(&page, folder).iter().map(|what| format!("{name}:{what}")));
    }
    assert!(links > 100, "only {links} links were looked at");
    assert!(found.is_empty(), "mend the link or the heading:\n{}", found.join("\n"));
}

#[test]
fn a_dead_link_and_a_dead_anchor_are_found_and_code_is_passed_over() {
    let folder = root().join("docs");
    let wrong = |page: &str| wrong(page, &folder);
    assert_eq!(wrong("[a](GLOSSARY.md) and [b](https://example.org/none)"), Vec::<String>::new());
    assert_eq!(wrong("# 7. What is `capped`, and why\n[a](#7-what-is-capped-and-why)"), Vec::<String>::new());
    assert_eq!(wrong("# 파일 보내기\n[a](#파일-보내기)"), Vec::<String>::new());
    assert_eq!(wrong("# Twice\n# Twice\n[a](#twice-1)"), Vec::<String>::new());
    assert_eq!(wrong("`[a](none.md)`\n```\n[b](none.md)\n```"), Vec::<String>::new());
    assert_eq!(wrong("\n[a](none.md)"), ["2: no file none.md"]);
    assert_eq!(wrong("[a](#none)"), ["1: no heading for #none"]);
    assert_eq!(wrong("[a](GLOSSARY.md#none)"), ["1: no heading for GLOSSARY.md#none"]);
}
