//! The visit, on the page of a list: where to go, what to fetch there, and what nobody holds.

use maud::{Markup, html};

use super::List;
use crate::pages::books::link;
use crate::pages::layout::Page;
use crate::pages::libraries::page_of;
use crate::shown::isbn13;

impl List<'_> {
    pub(super) fn visit(&self, page: &Page<'_>) -> Markup {
        let (strings, plan) = (page.strings, &self.plan);
        let books = plan.stops.iter().map(|stop| stop.books.len()).sum();
        let title = |book: &usize| match self.records.get(*book) {
            Some(Some(record)) => link(page, record),
            _ => html! { (self.asked.isbns.get(*book).copied().map(isbn13).unwrap_or_default()) },
        };
        html! {
            section.plan aria-labelledby="plan" {
                h2 #plan { (strings.plan_title) }
                @if !plan.stops.is_empty() {
                    p.verdict { ((strings.plan_verdict)(plan.stops.len(), books, plan.exact)) }
                    ol.visits {
                        @for stop in &plan.stops {
                            @let name = self.library(stop.library);
                            @let address = self.generation.manifest.libraries.get(usize::from(stop.library)).map_or("", |library| library.address.as_str());
                            li {
                                h3 { a href=(page_of(page, name)) { (name) } @if self.asked.own.iter().any(|own| own == name) { " " span.own { (strings.plan_own) } } }
                                @if !address.is_empty() { p.address { (address) } }
                                ul { @for book in &stop.books { li { (title(book)) } } }
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
}
