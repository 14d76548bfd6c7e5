//! Holds the pictures of the layers in `docs/ARCHITECTURE.md` to the imports: each runs from a line of the picture to a lower one.
//!
//! A picture is a fenced block ```` ```layers FOLDER ````. Each line is a floor, the highest first: files of the folder without `.rs`, or
//! folders with a `/` behind them, parted by spaces; what follows `--` is a remark. Invariant: every file of the folder stands in
//! exactly one place, so that a new file has to be given its floor.

use std::collections::BTreeMap;
use std::fs;

use seoga_tests::repository::{files_below, root};

use crate::circles::graphs;
use crate::imports::Graph;

/// Returns the pictures of a page: for each its folder and its floors, from the highest.
fn pictures(page: &str) -> Vec<(String, Vec<Vec<String>>)> {
    let block = |block: &str| {
        let (folder, rest) = block.split_once('\n')?;
        let lines = rest.split("\n```").next()?.lines();
        let floor = |line: &str| {
            line.split("--").next().unwrap_or_default().split_whitespace().map(str::to_owned).collect()
        };
        Some((folder.trim().to_owned(), lines.map(floor).collect()))
    };
    page.split("\n```layers ").skip(1).filter_map(block).collect()
}

/// Finds where a file stands: its floor, counted from the highest, and the entry that holds it.
fn place<'a>(file: &str, floors: &'a [Vec<String>]) -> Vec<(usize, &'a str)> {
    let file = file.strip_suffix(".rs").unwrap_or(file);
    let holds = |entry: &str| entry == file || (entry.ends_with('/') && file.starts_with(entry));
    let entries = floors.iter().enumerate();
    entries
        .flat_map(|(floor, entries)| entries.iter().map(move |entry| (floor, entry.as_str())))
        .filter(|(_, entry)| holds(entry))
        .collect()
}

/// Returns what is wrong with a picture: `files` are those of the folder, `imports` pairs of them.
fn wrong(floors: &[Vec<String>], files: &[String], imports: &[(String, String)]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut places: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for file in files {
        match place(file, floors).as_slice() {
            [one] => {
                places.insert(file, *one);
            }
            several => wrong.push(format!("{file} stands in {} places", several.len())),
        }
    }
    for (file, from) in imports {
        let (Some(upper), Some(lower)) = (places.get(file.as_str()), places.get(from.as_str())) else {
            continue;
        };
        if upper.1 != lower.1 && upper.0 >= lower.0 {
            wrong.push(format!("{file} imports from {from}, which does not stand below it"));
        }
    }
    wrong
}

#[test]
fn the_layers_that_are_drawn_are_those_of_the_imports() {
    let page = fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap();
    let pictures = pictures(&page);
    assert!(pictures.len() >= 3, "only {} pictures were found", pictures.len());
    let graphs = graphs();
    for (folder, floors) in pictures {
        let folder = format!("{folder}/");
        let inside = |path: &str| path.strip_prefix(&folder).map(str::to_owned);
        let imports: Vec<(String, String)> = graphs
            .values()
            .flat_map(Graph::all)
            .filter_map(|(file, from)| Some((inside(file)?, inside(from)?)))
            .collect();
        let root = root();
        let files: Vec<String> = files_below(&root.join(&folder), &["rs"])
            .unwrap()
            .iter()
            .filter_map(|path| inside(path.strip_prefix(&root).unwrap().to_str().unwrap()))
            .collect();
        assert!(
            files.len() > 20 && imports.len() > 40,
            "{folder}: {} files, {} imports",
            files.len(),
            imports.len()
        );
        let wrong = wrong(&floors, &files, &imports);
        assert!(wrong.is_empty(), "the picture of {folder} in docs/ARCHITECTURE.md:\n{}", wrong.join("\n"));
    }
}

#[test]
fn an_import_that_runs_up_and_a_file_without_a_floor_are_found() {
    let page = "a\n```layers src\nlib -- the top\nhttp/  app\nlimits\n```\nb\n";
    let [(folder, floors)] = pictures(page).try_into().unwrap();
    assert_eq!(folder, "src");
    let files = ["lib.rs", "http/mod.rs", "http/body.rs", "app.rs", "limits.rs"].map(str::to_owned);
    let wrong =
        |files: &[String], from: &str, to: &str| wrong(&floors, files, &[(from.to_owned(), to.to_owned())]);
    assert_eq!(wrong(&files, "lib.rs", "limits.rs"), Vec::<String>::new());
    assert_eq!(wrong(&files, "http/mod.rs", "http/body.rs"), Vec::<String>::new());
    assert_eq!(wrong(&files, "limits.rs", "app.rs").len(), 1);
    assert_eq!(wrong(&files, "app.rs", "http/body.rs").len(), 1, "of one floor");
    assert_eq!(wrong(&["new.rs".to_owned()], "lib.rs", "limits.rs"), ["new.rs stands in 0 places"]);
}
