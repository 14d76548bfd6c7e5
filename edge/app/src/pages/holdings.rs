//! The holdings of a book on its page: library by library, where it stands and how to get it.

use maud::{Markup, html};
use seoga_index::items::Item;
use seoga_index::libraries::{Detail, LibraryDetails};
use seoga_search::ToldLibraries;
use seoga_search::book_view::{BookView, HoldingView};
use seoga_text::day::Day;

use super::books::first_of;
use super::layout::Page;
use super::{links, loans, place};

/// Lists who holds a book and where its copies stand, the visitor's own libraries first and marked.
pub(crate) fn holdings(
    page: &Page<'_>,
    shown: &BookView<'_>,
    (items, told): (&[Item], &ToldLibraries),
    (own, today): (&[u16], Day),
) -> Markup {
    let strings = page.strings;
    let (numbered, roomed) = (
        items.iter().any(|item| !item.call_number.is_empty()),
        items.iter().any(|item| !item.room.is_empty()),
    );
    let of =
        |held: &HoldingView<'_>| items.iter().filter(|item| item.library == held.number).collect::<Vec<_>>();
    let untold = LibraryDetails::default();
    let details = |held: &HoldingView<'_>| told.of(held.number).unwrap_or(&untold);
    let reached = |details: &LibraryDetails| {
        let ways = [
            Detail::HoldingsLink,
            Detail::Catalogue,
            Detail::Reservation,
            Detail::InterlibraryLoan,
            Detail::Telephone,
        ];
        ways.iter().any(|way| !details.get(*way).is_empty())
    };
    let reachable = told.libraries.iter().any(|(_, details)| reached(details));
    let lent = shown.holdings.iter().any(|held| held.as_of.is_some());
    let timed = told.libraries.iter().any(|(_, details)| !details.get(Detail::Hours).is_empty());
    let all = shown.holdings.len();
    let mine = shown.holdings.iter().filter(|held| own.contains(&held.number)).count();
    let count = if mine > 0 {
        (strings.at_mine)(mine, all)
    } else if own.is_empty() {
        (strings.held_at)(all)
    } else {
        (strings.at_none_of)(all)
    };
    html! { section.held aria-labelledby="held" {
        h2 #held { (strings.holdings) " " span.n { (count) } }
        div.scroll { table.holdings data-holidays=[place::holidays(told, today).filter(|_| timed)] {
            thead { tr {
                th scope="col" { (strings.library) }
                @if numbered { th scope="col" { (strings.call_number) } }
                @if roomed { th scope="col" { (strings.room) } }
                @if lent { th scope="col" { (strings.is_lent) } }
                th scope="col" { (strings.registered) }
                @if reachable { th scope="col" { (strings.how_to_get) } }
                @if timed { th scope="col" { (strings.hours) } }
            } }
            tbody {
                @for held in first_of(&shown.holdings, own) {
                    @let items = of(held);
                    tr {
                        th scope="row" { a href=(links::library(page, &held.library.name)) { (place::name(page, held.library, details(held))) } @if own.contains(&held.number) { " " span.own { (strings.mine) } } }
                        @if numbered {
                            td { @for (place, item) in items.iter().enumerate() { @if place > 0 { br; } (item.call_number) @if item.copies > 1 { " " span.n { ((strings.copies)(item.copies)) } } } }
                        }
                        @if roomed { td { @for (place, item) in items.iter().enumerate() { @if place > 0 { br; } (item.room) } } }
                        @if lent { td.lent { (loans::here(page, held)) } }
                        td {
                            @match held.registered {
                                Some(day) => time datetime=(day) { ((strings.date)(day)) },
                                None => (strings.unknown),
                            }
                        }
                        @if reachable { td.ways { (place::for_book(page, held.library, details(held), shown.record)) } }
                        @if timed {
                            td { (place::printed(details(held))) }
                        }
                    }
                }
            }
        } }
    } }
}
