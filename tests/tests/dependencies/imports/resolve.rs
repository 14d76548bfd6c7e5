//! Follows the paths of a crate, through re-exports, to the files that define what they name.

use std::collections::BTreeSet;

use crate::imports::graph::Graph;
use crate::imports::modules::{Crate, Name};

/// A thing that a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Found<'a> {
    /// An item that this module's file defines, by the name that the path gives it.
    Item(usize, &'a str),
    Module(usize),
    /// Something of another crate.
    Outside,
}

/// Adds the imports of a crate's files to `graph`.
///
/// A module alone is no import: what is reached through it is. A re-export is an import of the file that writes it.
///
/// # Errors
/// Lists the paths that begin inside the crate and lead nowhere: then the reader does not understand them.
pub(crate) fn add(graph: &mut Graph, of: &Crate) -> Result<(), Vec<String>> {
    let mut lost = Vec::new();
    for (number, module) in of.modules.iter().enumerate() {
        for path in &module.paths {
            let last = path.last().map(String::as_str).unwrap_or_default();
            let found = match last.strip_suffix('!') {
                Some(name) if path.len() == 1 => called(of, number, name),
                _ => follow(of, number, path, &mut BTreeSet::new()),
            };
            let inside = path.first().is_some_and(|first| is_inside(of, number, first));
            if found.is_empty() && inside {
                lost.push(format!("{}: {} leads nowhere", module.file, path.join("::")));
            }
            note(graph, of, number, &found);
        }
        for glob in &module.globs {
            all_of(graph, of, number, glob);
        }
    }
    if lost.is_empty() { Ok(()) } else { Err(lost) }
}

fn note(graph: &mut Graph, of: &Crate, module: usize, found: &BTreeSet<Found<'_>>) {
    for found in found {
        if let Found::Item(definer, name) = found {
            graph.import(&of.modules[module].file, &of.modules[*definer].file, name);
        }
    }
}

/// Adds what `use path::*` brings in of what the module mentions; if nothing of it is mentioned, the whole.
fn all_of(graph: &mut Graph, of: &Crate, module: usize, path: &[String]) {
    let own = &of.modules[module];
    for found in follow(of, module, path, &mut BTreeSet::new()) {
        match found {
            Found::Module(target) => {
                let mentioned = own.mentioned.iter().filter(|name| !own.names.contains_key(*name));
                let names: BTreeSet<Found<'_>> =
                    mentioned.flat_map(|name| named(of, target, name, &mut BTreeSet::new())).collect();
                if names.is_empty() {
                    graph.import(&own.file, &of.modules[target].file, "*");
                }
                note(graph, of, module, &names);
            }
            Found::Item(definer, _) => graph.import(&own.file, &of.modules[definer].file, "*"),
            Found::Outside => {}
        }
    }
}

/// Tells whether a path that begins with `first` must lead to something of the crate.
fn is_inside(of: &Crate, module: usize, first: &str) -> bool {
    matches!(first, "crate" | "self" | "super")
        || named(of, module, first, &mut BTreeSet::new())
            .iter()
            .any(|found| matches!(found, Found::Module(_)))
}

/// Finds the macro that `name!` calls: imported, or seen because it is defined further up.
fn called<'a>(of: &'a Crate, module: usize, name: &'a str) -> BTreeSet<Found<'a>> {
    let found = named(of, module, name, &mut BTreeSet::new());
    if found.is_empty() {
        of.macros.get(name).map(|module| Found::Item(*module, name)).into_iter().collect()
    } else {
        found
    }
}

/// The meanings on the way, so that none is followed into itself: module, name, which of its meanings.
type Visited<'a> = BTreeSet<(usize, &'a str, usize)>;

/// Follows a path that is written in `module`.
fn follow<'a>(
    of: &'a Crate,
    module: usize,
    path: &'a [String],
    visited: &mut Visited<'a>,
) -> BTreeSet<Found<'a>> {
    let Some((first, rest)) = path.split_first() else { return BTreeSet::new() };
    let mut found = match first.as_str() {
        "crate" => BTreeSet::from([Found::Module(0)]),
        "self" => BTreeSet::from([Found::Module(module)]),
        "super" => of.modules[module].parent.map(Found::Module).into_iter().collect(),
        name => {
            let found = named(of, module, name, visited);
            // A crate, a name of the prelude, or a type of the item's own: nothing of another file.
            if found.is_empty() { BTreeSet::from([Found::Outside]) } else { found }
        }
    };
    for name in rest {
        let mut next = BTreeSet::new();
        for found in found {
            match found {
                Found::Module(at) if name == "super" => next.extend(of.modules[at].parent.map(Found::Module)),
                Found::Module(at) => {
                    let named = named(of, at, name, visited);
                    if named.is_empty() && of.modules[at].calls_macros {
                        next.insert(Found::Item(at, name));
                    }
                    next.extend(named);
                }
                // A variant, a constant or a function of the item.
                Found::Item(..) | Found::Outside => {
                    next.insert(found);
                }
            }
        }
        found = next;
    }
    found
}

/// Finds the meanings of `name` in `module`.
fn named<'a>(of: &'a Crate, module: usize, name: &'a str, visited: &mut Visited<'a>) -> BTreeSet<Found<'a>> {
    let mut found = BTreeSet::new();
    for (which, meaning) in of.modules[module].names.get(name).into_iter().flatten().enumerate() {
        match meaning {
            Name::Item => {
                found.insert(Found::Item(module, name));
            }
            Name::Module(number) => {
                found.insert(Found::Module(*number));
            }
            Name::Import(path) => {
                if visited.insert((module, name, which)) {
                    found.extend(follow(of, module, path, visited));
                    visited.remove(&(module, name, which));
                }
            }
        }
    }
    if found.is_empty() && visited.insert((module, name, usize::MAX)) {
        for glob in &of.modules[module].globs {
            for target in follow(of, module, glob, visited) {
                if let Found::Module(target) = target {
                    found.extend(named(of, target, name, visited));
                }
            }
        }
        visited.remove(&(module, name, usize::MAX));
    }
    found
}
