//! The caps in section 7 of `docs/RANKING.md` are the constants of the code.
//!
//! Each row names its constants, in the order of its figures. Invariant: a constant that changes or goes makes its row false,
//! and that is noticed here.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use seoga_tests::repository::{files_below, root};

use crate::pages::{read, section};

/// Where the constants stand: the folder of the search, and what it takes from the index.
const FOLDER: &str = "edge/search/src";
const FILES: [&str; 4] = ["columns.rs", "limits.rs", "names.rs", "postings.rs"];
/// The heading of the table.
const HEADING: &str = "7. What is capped, and what says so";

/// Lists what each constant is defined as, by name and by `file::NAME`; a name of several files by the latter alone.
struct Constants(BTreeMap<String, String>);

impl Constants {
    /// Collects the constants of files, given the stem of each and its text.
    fn of(texts: &[(String, String)]) -> Self {
        let mut all: BTreeMap<String, String> = BTreeMap::new();
        let mut several: Vec<String> = Vec::new();
        for (stem, text) in texts {
            for line in text.lines() {
                let Some((_, rest)) = line.trim().split_once("const ") else { continue };
                let Some((name, rest)) = rest.split_once(": ") else { continue };
                let Some((_, value)) = rest.split_once(" = ") else { continue };
                let value = value.trim_end_matches(';').to_owned();
                all.insert(format!("{stem}::{name}"), value.clone());
                if all.insert(name.to_owned(), value).is_some() {
                    several.push(name.to_owned());
                }
            }
        }
        for name in several {
            all.remove(&name);
        }
        Self(all)
    }

    /// Works out a product of numbers and constants; none where a word of it is unknown.
    fn value(&self, text: &str) -> Option<u64> {
        let factor = |factor: &str| {
            let bare = factor.split(" as ").next().unwrap_or_default().trim();
            match bare.replace('_', "").parse() {
                Ok(number) => Some(number),
                Err(_) => self.value(self.0.get(bare)?),
            }
        };
        text.split(" * ").map(factor).product()
    }
}

/// Returns the numbers of a cell, without the commas between thousands.
fn numbers(cell: &str) -> Vec<u64> {
    let cell = cell.replace(',', "");
    cell.split(|letter: char| !letter.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

/// Returns what is wrong with the table, and how many constants it names.
fn wrong(table: &str, constants: &Constants) -> (Vec<String>, usize) {
    let mut wrong = Vec::new();
    let mut named = 0;
    for row in table.lines().filter(|line| line.starts_with("| ")).skip(1) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [cap, figure, names, ..] = cells.as_slice() else {
            wrong.push(format!("no three cells: {row}"));
            continue;
        };
        let names: Vec<&str> = names.split('`').skip(1).step_by(2).collect();
        named += names.len();
        let values: Vec<Option<u64>> = names.iter().map(|name| constants.value(name)).collect();
        let figures: Vec<Option<u64>> = numbers(figure).into_iter().map(Some).collect();
        if values != figures {
            wrong.push(format!("{cap}: the page says {figure}, {names:?} are {values:?}"));
        }
    }
    (wrong, named)
}

#[test]
fn every_cap_of_the_page_is_a_constant_of_the_code() {
    let index = FILES.map(|name| root().join("edge/index/src").join(name));
    let paths = files_below(&root().join(FOLDER), &["rs"]).unwrap().into_iter().chain(index);
    let text = |path: PathBuf| {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        (stem, fs::read_to_string(&path).unwrap())
    };
    let texts: Vec<(String, String)> = paths.map(text).collect();
    let page = read("docs/RANKING.md");
    let (wrong, named) = wrong(section(&page, HEADING), &Constants::of(&texts));
    assert!(named > 20, "the table names only {named} constants");
    assert!(wrong.is_empty(), "change the row with the constant:\n{}", wrong.join("\n"));
}

#[test]
fn a_constant_that_changed_is_found() {
    let text = |stem: &str, text: &str| (stem.to_owned(), text.to_owned());
    let constants = Constants::of(&[
        text("reader", "pub const PARTS: usize = 3;\n    const PART: u32 = 100 * DOCS as u32;"),
        text("postings", "const DOCS: usize = 1_28;\nconst WORDS: usize = 8;"),
        text("related", "const WORDS: usize = 3;"),
    ]);
    let wrong = |row: &str| {
        wrong(&format!("| Cap | Figure | Constants |\n|---|---|---|\n{row}\n"), &constants).0.len()
    };
    assert_eq!(wrong("| lists | 3 parts, 38,400 postings | `PARTS`, `PARTS * PART` |"), 0);
    assert_eq!(wrong("| words | 8 | `postings::WORDS` |"), 0);
    for bad in [
        "| lists | 4 parts | `PARTS` |",
        "| lists | 3 parts, 38,400 | `PARTS` |",
        "| lists | 3 | `GONE` |",
        "| words | 8 | `WORDS` |",
        "| words | 8 |",
    ] {
        assert_eq!(wrong(bad), 1, "{bad}");
    }
}
