//! The visit, on the page of a list: where to go, what to fetch there, and what nobody holds.

use maud::{Markup, html};
use seoga_index::availability::State;
use seoga_index::items::Item;
use seoga_index::libraries::LibraryDetails;
use seoga_index::manifest::Manifest;

use super::planned::Planned;
use super::query::ListQuery;
use crate::pages::books::link;
use crate::pages::layout::Page;
use crate::pages::{links, place};
use seoga_search::book_view::full_title;
use seoga_search::visit::Stop;

/// Says where the copies of a book stand in a library: call numbers with their rooms, as on the spine.
pub(super) fn places(items: &[Item], library: u16) -> String {
    let place = |item: &Item| {
        let parts = [item.call_number.as_str(), item.room.as_str()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    };
    let there = items.iter().filter(|item| item.library == library).map(place);
    there.filter(|place| !place.is_empty()).collect::<Vec<_>>().join("; ")
}

/// Draws the plan of a visit to the books of a list; `records` are theirs, in its order.
pub(super) fn visit(page: &Page<'_>, query: &ListQuery, manifest: &Manifest, planned: &Planned) -> Markup {
    let strings = page.strings;
    let Planned { records, plan, told, .. } = planned;
    let untold = LibraryDetails::default();
    let books = plan.stops.iter().map(|stop| stop.books.len()).sum();
    let title = |book: &usize| match records.get(*book) {
        Some(Some((record, _))) => link(page, record),
        _ => html! { @if let Some(id) = query.ids.get(*book) { (id) } },
    };
    let stands = |book: &usize, library: u16| {
        let items = records.get(*book).and_then(Option::as_ref).map_or(&[][..], |(_, items)| items);
        let places = places(items, library);
        let is_out = planned.state(*book, library) == Some(State::Out);
        html! { @if !places.is_empty() { " " span.n { (places) } } @if is_out { " " span.out { (strings.on_loan_here) } } }
    };
    html! {
        section.plan aria-labelledby="plan" {
            h2 #plan { (strings.plan_title) }
            @if !plan.stops.is_empty() {
                p.verdict { ((strings.plan_verdict)(plan.stops.len(), books, plan.exact)) }
                @if planned.passes_by() { p.n { (strings.plan_loans) } }
                ol.visits {
                    @for stop in &plan.stops {
                        @let library = manifest.libraries.get(usize::from(stop.library));
                        @let name = library.map_or("", |library| library.name.as_str());
                        @let details = told.of(stop.library).unwrap_or(&untold);
                        li {
                            h3 { a href=(links::library(page, name)) { (name) } @if query.own.iter().any(|own| own == name) { " " span.own { (strings.plan_own) } } }
                            @if let Some(library) = library { dl.facts { (place::facts(page, library, details)) } }
                            ul.fetch {
                                @for book in &stop.books {
                                    li { label.tick { input type="checkbox" aria-label=((strings.plan_tick)(&named(planned, query, *book))); } span { (title(book)) (stands(book, stop.library)) } }
                                }
                            }
                        }
                    }
                }
                (other_ways(page, query, manifest, planned))
            }
            @if !plan.nowhere.is_empty() {
                p.nowhere { (strings.plan_nowhere) }
                ul.nowhere { @for book in &plan.nowhere { li { (title(book)) } } }
            }
        }
    }
}

/// Names a book of the list in a line of text.
pub(super) fn named(planned: &Planned, query: &ListQuery, book: usize) -> String {
    match (planned.records.get(book), query.ids.get(book)) {
        (Some(Some((record, _))), _) => full_title(record),
        (_, Some(id)) => id.to_string(),
        _ => String::new(),
    }
}

/// Offers what else would do: first at the visitor's own libraries, and plans of as few libraries.
fn other_ways(page: &Page<'_>, query: &ListQuery, manifest: &Manifest, planned: &Planned) -> Markup {
    let strings = page.strings;
    let library = |stop: &Stop| {
        let name =
            manifest.libraries.get(usize::from(stop.library)).map_or("", |library| library.name.as_str());
        let books: Vec<String> = stop.books.iter().map(|book| named(planned, query, *book)).collect();
        html! { a href=(links::library(page, name)) { (name) } " " ((strings.plan_books)(stop.books.len())) ": " (books.join(", ")) }
    };
    let way = |stops: &[Stop]| html! { ul { @for stop in stops { li { (library(stop)) } } } };
    html! {
        @if let Some(stops) = &planned.own_first {
            @let own = page.own(manifest);
            @let at_own = stops.iter().filter(|stop| own.contains(&stop.library));
            @let books = at_own.map(|stop| stop.books.len()).sum();
            details.way { summary { ((strings.plan_own_first)(books, stops.iter().map(|stop| stop.books.len()).sum())) } (way(stops)) }
        }
        @if !planned.others.is_empty() {
            details.way { summary { ((strings.plan_others)(planned.others.len())) } ol { @for stops in &planned.others { li { (way(stops)) } } } }
        }
    }
}
