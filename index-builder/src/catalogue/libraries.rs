//! Numbers the libraries that rows name, and takes those away of which no name is known.
//!
//! Invariant: the numbers are places in the order of names, whatever the order of arrival.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::book::Library;
use super::library_label;
use super::row::{Row, RowOrigin};
use super::texts::{TextId, Texts};

/// Sorts the libraries by name and has the rows name them by their place. A library that is named by its code,
/// as MARC records do, is the one described with that code.
pub(super) fn settle(
    names: &Texts,
    ids: &BTreeMap<TextId, u16>,
    rows: &mut [Row],
    described: &BTreeMap<String, Library>,
) -> Vec<Library> {
    let mut by_code: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, library) in described {
        if let Some(code) = &library.code {
            by_code.entry(code).or_insert(name);
        }
    }
    let name_of = |text: TextId| -> &str {
        let name = names.get(text);
        by_code.get(name).copied().filter(|_| !described.contains_key(name)).unwrap_or(name)
    };
    let mut named: Vec<(&str, u16)> = ids.iter().map(|(&text, &id)| (name_of(text), id)).collect();
    named.sort_unstable();
    let mut places = vec![Row::NO_LIBRARY; named.len()];
    let mut libraries: Vec<Library> = Vec::with_capacity(named.len());
    for (name, id) in named {
        if libraries.last().is_none_or(|last| last.name != name) {
            let unknown = || Library { name: name.to_owned(), ..Library::default() };
            libraries.push(described.get(name).cloned().unwrap_or_else(unknown));
        }
        places[usize::from(id)] = (libraries.len() - 1) as u16;
    }
    rows.par_iter_mut().filter(|row| row.library != Row::NO_LIBRARY).for_each(|row| {
        row.library = places[usize::from(row.library)];
    });
    libraries
}

/// A text in the place of a library's name that is none: the first row that has it, and how many do.
pub(super) type Unnamed = (RowOrigin, String, usize);

/// Takes the libraries away that are neither known nor have a name: a code and the name of a file say nothing to a visitor. Their
/// rows are of no library then.
pub(super) fn without_unnamed(
    libraries: Vec<Library>,
    rows: &mut [Row],
    is_known: impl Fn(&str) -> bool,
) -> (Vec<Library>, Vec<Unnamed>) {
    let mut places = Vec::with_capacity(libraries.len());
    let mut named = 0;
    for library in &libraries {
        let has_name = is_known(&library.name) || library_label::is_name(&library.name);
        places.push(if has_name { named } else { Row::NO_LIBRARY });
        named += u16::from(has_name);
    }
    if usize::from(named) == libraries.len() {
        return (libraries, Vec::new());
    }
    let mut unnamed: BTreeMap<u16, (RowOrigin, usize)> = BTreeMap::new();
    for row in rows.iter_mut().filter(|row| row.library != Row::NO_LIBRARY) {
        let place = places[usize::from(row.library)];
        if place == Row::NO_LIBRARY {
            let (first, count) = unnamed.entry(row.library).or_insert((row.origin, 0));
            (*first, *count) = ((*first).min(row.origin), *count + 1);
        }
        row.library = place;
    }
    let of = |(id, (first, count)): (u16, _)| (first, libraries[usize::from(id)].name.clone(), count);
    let unnamed = unnamed.into_iter().map(of).collect();
    let has_name = |(library, place)| (place != Row::NO_LIBRARY).then_some(library);
    (libraries.into_iter().zip(places).filter_map(has_name).collect(), unnamed)
}
