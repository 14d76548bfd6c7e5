//! The filters in force: their names, and the way to take each off.

use maud::{Markup, html};

use crate::pages::layout::Page;
use crate::pages::links::{self, class_label};
use crate::query::Query;

/// Shows the filters in force, and that words are looked for within them alone, each with the way to take it off, and how many hits there are without them.
pub(crate) fn active(page: &Page<'_>, query: &Query, unfiltered: Option<(u32, bool)>) -> Markup {
    let strings = page.strings;
    let filters = filters(page, query);
    html! {
        @if !filters.is_empty() {
            nav.active aria-label=(strings.active_filters) {
                ul {
                    @if !query.text.is_empty() { li { (strings.within) } }
                    @for (name, value, without) in &filters {
                        li { a href=(links::search(without)) rel="nofollow" aria-label=((strings.remove_filter)(&format!("{name}: {value}"))) { span { (value) } span aria-hidden="true" { "×" } } }
                    }
                    @if let Some((total, exact)) = unfiltered {
                        @let found = (strings.total)(total, exact, query.grouping());
                        li { a.clear href=(links::search(&query.unfiltered())) rel="nofollow" { ((strings.everywhere)(&found)) } }
                    } @else if filters.len() > 1 {
                        li { a.clear href=(links::search(&query.unfiltered())) rel="nofollow" { (strings.clear_filters) } }
                    }
                }
            }
        }
    }
}

/// Lists each filter's name and value, and the search without it.
pub(crate) fn filters<'a>(page: &Page<'a>, query: &Query) -> Vec<(&'a str, String, Query)> {
    let (strings, facet) = (page.strings, page.strings.facet);
    let mut filters = Vec::new();
    let base = Query { page: 1, ..query.clone() };
    for name in &query.libraries {
        let libraries = others(&query.libraries, name);
        filters.push((facet("library"), name.clone(), Query { libraries, ..base.clone() }));
    }
    for class in &query.classes {
        let classes = others(&query.classes, class);
        filters.push((facet("class"), class_label(page, class), Query { classes, ..base.clone() }));
    }
    if let Some(year) = query.year {
        filters.push((facet("year"), (strings.years)(year), Query { year: None, ..base.clone() }));
    }
    for name in &query.publishers {
        let publishers = others(&query.publishers, name);
        filters.push((facet("publisher"), name.clone(), Query { publishers, ..base.clone() }));
    }
    if let Some(language) = query.language {
        let label = (strings.book_language)(language.code()).to_owned();
        filters.push((facet("lang"), label, Query { language: None, ..base.clone() }));
    }
    if let Some(volume) = &query.volume {
        filters.push((
            strings.volume,
            (strings.volume_named)(volume),
            Query { volume: None, ..base.clone() },
        ));
    }
    if let Some(series) = &query.series {
        filters.push((strings.series, series.clone(), Query { series: None, ..base.clone() }));
    }
    if query.available {
        filters.push((strings.is_lent, strings.only_on_shelf.to_owned(), Query { available: false, ..base }));
    }
    filters
}

/// Gives the values of a filter but one.
fn others(values: &[String], one: &str) -> Vec<String> {
    values.iter().filter(|value| *value != one).cloned().collect()
}
