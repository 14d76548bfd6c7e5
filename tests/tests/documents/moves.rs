//! Each row of `docs/MOVES.md` leads from a path that is gone to one that is there.
//!
//! Invariant: a file that moves again is missed in the row that led to it.

use seoga_tests::repository::root;

use crate::pages::read;

/// Returns the rows of the table: the old path, whether only a part of it went, and the new paths.
fn rows(page: &str) -> Vec<(String, bool, Vec<String>)> {
    let quoted = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let row = |line: &str| {
        let (old, new) = line.trim_matches('|').split_once(" | ")?;
        let path = quoted(old).into_iter().next()?;
        let new = quoted(new).into_iter().filter(|name| name.contains('/')).collect();
        Some((path, old.contains("`:"), new))
    };
    page.lines().filter(|line| line.starts_with("| `")).filter_map(row).collect()
}

#[test]
fn every_move_leads_from_a_path_that_is_gone_to_one_that_is_there() {
    let rows = rows(&read("docs/MOVES.md"));
    assert!(rows.len() > 60, "only {} rows were read", rows.len());
    let there = |path: &str| root().join(path).exists();
    let mut wrong = Vec::new();
    for (old, part, new) in &rows {
        if !part && there(old) {
            wrong.push(format!("{old} is still there"));
        }
        wrong
            .extend(new.iter().filter(|path| !there(path)).map(|path| format!("{old} -> {path}: not there")));
        if new.is_empty() {
            wrong.push(format!("{old} leads nowhere"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_row_is_read_as_a_whole_file_or_as_a_part_of_one() {
    let page = "| Old | New |\n|---|---|\n| `a/b.rs` | `c/d.rs`; its keys `c/e.rs` |\n| `a/f.rs`: `one`, `two` | `c/g.rs`: `three` |\n";
    let rows = rows(page);
    assert_eq!(rows[0], ("a/b.rs".to_owned(), false, vec!["c/d.rs".to_owned(), "c/e.rs".to_owned()]));
    assert_eq!(rows[1], ("a/f.rs".to_owned(), true, vec!["c/g.rs".to_owned()]));
}
