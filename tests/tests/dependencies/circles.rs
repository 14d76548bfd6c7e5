//! Holds that imports run down: no file imports, directly or by way of others, from a file that imports from it.
//!
//! A file and the file of its parent module are two files like any others. What only tests have is left out of a
//! crate's sources. Not a judge of calls: a method that is called on a value imports nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use seoga_tests::repository::{files_below, root};

use crate::imports::{Graph, add_crate, add_script};
use crate::metadata::metadata;

/// Workspaces, whose crates are read.
const WORKSPACES: [&str; 3] = ["", "fuzz", "tests/peer"];

/// Folders of JavaScript modules.
const SCRIPTS: [&str; 6] =
    ["site/assets", "edge/browser", "edge/lambda", "tests/browser", "tests/bench", "tests/edge-aws"];

/// Reads the imports of every crate and of every folder with scripts.
pub(crate) fn graphs() -> BTreeMap<String, Graph> {
    let mut graphs: BTreeMap<String, Graph> = BTreeMap::new();
    let root = root().canonicalize().unwrap();
    let read = |file: &str| fs::read_to_string(root.join(file)).ok();
    let from_root = |path: &Path| path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
    for workspace in WORKSPACES {
        let metadata = metadata(&root.join(workspace));
        for package in metadata["packages"].as_array().unwrap() {
            let graph = graphs.entry(package["name"].as_str().unwrap().to_owned()).or_default();
            for target in package["targets"].as_array().unwrap() {
                let file = from_root(Path::new(target["src_path"].as_str().unwrap()));
                add_crate(graph, &file, &read).unwrap_or_else(|error| panic!("{error}"));
            }
        }
    }
    for folder in SCRIPTS {
        let graph = graphs.entry(folder.to_owned()).or_default();
        for path in files_below(&root.join(folder), &["js", "mjs"]).unwrap() {
            add_script(graph, &from_root(&path), &fs::read_to_string(&path).unwrap());
        }
    }
    graphs
}

#[test]
fn imports_run_down() {
    let graphs = graphs();
    let mut broken = Vec::new();
    for (name, graph) in &graphs {
        let circles = graph.circles();
        println!("{name}: {} pairs of files, {} circles", graph.pairs(), circles.len());
        broken.extend(circles);
    }
    assert!(graphs["seoga-app"].pairs() > 100, "few imports were found");
    assert!(graphs["site/assets"].pairs() > 3, "few imports of scripts were found");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
