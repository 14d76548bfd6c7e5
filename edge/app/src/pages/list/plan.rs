//! The visit, on the page of a list: where to go, what to fetch there, and what nobody holds.

use maud::{Markup, html};
use seoga_index::items::Item;
use seoga_index::manifest::Manifest;
use seoga_index::record::Record;
use seoga_search::visit::Plan;

use super::query::ListQuery;
use crate::pages::books::link;
use crate::pages::layout::Page;
use crate::pages::links;

/// A book of a list, and where its copies stand.
pub(super) type Listed = (Record, Vec<Item>);

/// Draws the plan of a visit to the books of a list; `records` are theirs, in its order.
pub(super) fn visit(
    page: &Page<'_>,
    query: &ListQuery,
    manifest: &Manifest,
    records: &[Option<Listed>],
    plan: &Plan,
) -> Markup {
    let strings = page.strings;
    let books = plan.stops.iter().map(|stop| stop.books.len()).sum();
    let title = |book: &usize| match records.get(*book) {
        Some(Some((record, _))) => link(page, record),
        _ => html! { @if let Some(id) = query.ids.get(*book) { (id) } },
    };
    let stands = |book: &usize, library: u16| {
        let items = records.get(*book).into_iter().flatten().flat_map(|(_, items)| items);
        let there = items.filter(|item| item.library == library);
        let place = |item: &Item| {
            let parts = [item.call_number.as_str(), item.room.as_str()];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
        };
        let places: Vec<String> = there.map(place).filter(|place| !place.is_empty()).collect();
        html! { @if !places.is_empty() { " " span.n { (places.join("; ")) } } }
    };
    html! {
        section.plan aria-labelledby="plan" {
            h2 #plan { (strings.plan_title) }
            @if !plan.stops.is_empty() {
                p.verdict { ((strings.plan_verdict)(plan.stops.len(), books, plan.exact)) }
                ol.visits {
                    @for stop in &plan.stops {
                        @let library = manifest.libraries.get(usize::from(stop.library));
                        @let name = library.map_or("", |library| library.name.as_str());
                        @let address = library.map_or("", |library| library.address.as_str());
                        li {
                            h3 { a href=(links::library(page, name)) { (name) } @if query.own.iter().any(|own| own == name) { " " span.own { (strings.plan_own) } } }
                            @if !address.is_empty() { p.address { (address) } }
                            ul { @for book in &stop.books { li { (title(book)) (stands(book, stop.library)) } } }
                        }
                    }
                }
            }
            @if !plan.nowhere.is_empty() {
                p.nowhere { (strings.plan_nowhere) }
                ul.nowhere { @for book in &plan.nowhere { li { (title(book)) } } }
            }
        }
    }
}
