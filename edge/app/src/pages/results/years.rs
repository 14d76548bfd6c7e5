//! Years: bars that are links, each to its span, and a form for the years from and to.

use maud::{Markup, html};
use seoga_search::{FacetCount, YearRange, year_range};
use seoga_text::number::grouped;

use crate::pages::form::hidden;
use crate::pages::layout::Page;
use crate::pages::links;
use crate::query::Query;

/// Shows the years of an answer; those in force are marked and can be taken away.
pub(super) fn years(page: &Page<'_>, query: &Query, spans: &[FacetCount]) -> Markup {
    let strings = page.strings;
    let spans: Vec<(YearRange, u32)> =
        spans.iter().filter_map(|span| Some((year_range(&span.value)?, span.count))).collect();
    let most = spans.iter().map(|(_, count)| *count).max().unwrap_or(1).max(1);
    let apart = query.year.filter(|own| spans.iter().all(|(span, _)| span != own));
    html! {
        ul.years {
            @if let Some(own) = apart { li { (in_force(page, query, own)) } }
            // One bar shows nothing that the years in force do not.
            @if apart.is_none() || spans.len() > 1 {
                @for (span, count) in &spans {
                    @if query.year == Some(*span) {
                        li { (in_force(page, query, *span)) " " span.n { (grouped(*count)) } }
                    } @else {
                        @let there = Query { year: Some(*span), page: 1, ..query.clone() };
                        @let label = (strings.years)(*span);
                        li {
                            a href=(links::search(&there)) rel="nofollow" aria-label={ (label) ", " ((strings.total)(*count, true, query.grouping())) } {
                                span { (label) }
                                svg aria-hidden="true" viewBox="0 0 100 1" preserveAspectRatio="none" { rect width=(share(*count, most)) height="1" {} }
                            }
                            " " span.n { (grouped(*count)) }
                        }
                    }
                }
            }
        }
        (form(page, query))
    }
}

/// Gives the length of a bar in a hundredth of the longest; the least that there is can be seen.
fn share(count: u32, most: u32) -> u64 {
    (u64::from(count) * 100).div_ceil(u64::from(most))
}

fn in_force(page: &Page<'_>, query: &Query, years: YearRange) -> Markup {
    let (label, there) = ((page.strings.years)(years), Query { year: None, page: 1, ..query.clone() });
    html! {
        a href=(links::search(&there)) rel="nofollow" aria-current="true" aria-label=((page.strings.remove_filter)(&label)) {
            span { span aria-hidden="true" { "✓ " } (label) }
        }
    }
}

/// Asks for years from and to; all else of the search rides along.
fn form(page: &Page<'_>, query: &Query) -> Markup {
    let strings = page.strings;
    let own = query.year.unwrap_or_default();
    html! {
        form.find method="get" action="/search" aria-label=((strings.facet)("year")) {
            (hidden(&Query { year: None, ..query.clone() }))
            @for (name, label, value) in [("from", strings.year_from, own.from), ("until", strings.year_until, own.to)] {
                label {
                    (label) " "
                    input type="text" inputmode="numeric" name=(name) value=[value] size="4" maxlength="4" pattern="[0-9]{4}" autocomplete="off" title=(strings.year_digits);
                }
            }
            button type="submit" { (strings.year_set) }
        }
    }
}
