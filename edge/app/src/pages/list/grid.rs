//! Draws, as a table, which libraries hold which books of a list: why the plan is as it is.

use maud::{Markup, html};
use seoga_index::availability::State;
use seoga_index::manifest::Manifest;

use super::plan::named;
use super::planned::Planned;
use super::query::ListQuery;
use crate::pages::layout::Page;
use crate::pages::links;

/// Libraries in the table: those of the plans, then the visitor's own, then those that hold most of the list.
const COLUMNS: usize = 8;

/// Draws the table; none for a single book or where nobody holds any.
pub(super) fn grid(page: &Page<'_>, query: &ListQuery, manifest: &Manifest, planned: &Planned) -> Markup {
    let strings = page.strings;
    let (columns, all) = columns(page, manifest, planned);
    let fetched = |book: usize, library: u16| {
        planned.plan.stops.iter().any(|stop| stop.library == library && stop.books.contains(&book))
    };
    let name =
        |library: u16| manifest.libraries.get(usize::from(library)).map_or("", |one| one.name.as_str());
    html! {
        @if planned.records.len() > 1 && columns.len() > 1 {
            section.grid {
                h2 #grid { (strings.grid_title) }
                p { (strings.grid_note) @if all > columns.len() { " " ((strings.grid_some)(columns.len(), all)) } }
                div.scroll tabindex="0" role="region" aria-labelledby="grid" { table.grid {
                    thead { tr {
                        td {}
                        @for library in &columns { th scope="col" { a href=(links::library(page, name(*library))) { (name(*library)) } } }
                    } }
                    tbody {
                        @for book in 0..planned.records.len() {
                            tr {
                                th scope="row" { (named(planned, query, book)) }
                                @for library in &columns {
                                    @if fetched(book, *library) { td.fetched { (strings.grid_fetch) } }
                                    @else {
                                        @match planned.state(book, *library) {
                                            Some(State::Out) => td.not { (strings.on_loan_here) },
                                            Some(_) => td { (strings.grid_held) },
                                            None => td.not { (strings.grid_not) },
                                        }
                                    }
                                }
                            }
                        }
                    }
                } }
            }
        }
    }
}

/// Chooses the libraries of the table; says also how many hold any of the list.
fn columns(page: &Page<'_>, manifest: &Manifest, planned: &Planned) -> (Vec<u16>, usize) {
    let mut held: Vec<(u16, u32)> = Vec::new();
    for (record, _) in planned.records.iter().flatten() {
        for holding in &record.holdings {
            match held.binary_search_by_key(&holding.library, |(library, _)| *library) {
                Ok(at) => held.iter_mut().skip(at).take(1).for_each(|(_, books)| *books += 1),
                Err(at) => held.insert(at, (holding.library, 1)),
            }
        }
    }
    let ways = planned.others.iter().chain(&planned.own_first).flatten();
    let planned = planned.plan.stops.iter().chain(ways).map(|stop| stop.library);
    let mut columns: Vec<u16> = Vec::new();
    let mut add = |library: u16| {
        if columns.len() < COLUMNS
            && !columns.contains(&library)
            && held.iter().any(|(one, _)| *one == library)
        {
            columns.push(library);
        }
    };
    planned.for_each(&mut add);
    page.own(manifest).into_iter().for_each(&mut add);
    let most = held.iter().map(|(_, books)| *books).max().unwrap_or(0);
    for books in (1..=most).rev() {
        held.iter().filter(|(_, of)| *of == books).for_each(|(library, _)| add(*library));
    }
    (columns, held.len())
}
