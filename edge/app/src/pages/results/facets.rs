//! Facets: the counts to narrow by, and the filters in force to take off.

use maud::{Markup, html};
use seoga_index::columns::Language;
use seoga_search::answer_json::FACETS;
use seoga_search::{Answer, FacetCount, YearRange};

use crate::pages::layout::Page;
use crate::pages::links::{self, class_label};
use crate::query::{Query, years_text};
use seoga_text::number::grouped;

/// Values of a facet that show at once; more are behind a disclosure.
const FIRST: usize = 8;

/// Shows the filters in force, each with the way to take it off.
pub(crate) fn active(page: &Page<'_>, query: &Query) -> Markup {
    let strings = page.strings;
    let filters = filters(page, query);
    html! {
        @if !filters.is_empty() {
            nav.active aria-label=(strings.active_filters) {
                ul {
                    @for (label, without) in &filters {
                        li { a href=(links::search(without)) rel="nofollow" aria-label=((strings.remove_filter)(label)) { (label) span aria-hidden="true" { " ×" } } }
                    }
                    @if filters.len() > 1 {
                        li { a.clear href=(links::search(&query.unfiltered())) rel="nofollow" { (strings.clear_filters) } }
                    }
                }
            }
        }
    }
}

/// Lists each filter's label and the search without it.
fn filters(page: &Page<'_>, query: &Query) -> Vec<(String, Query)> {
    let facet = page.strings.facet;
    let mut filters = Vec::new();
    let base = Query { page: 1, ..query.clone() };
    for name in &query.libraries {
        let libraries = query.libraries.iter().filter(|library| *library != name).cloned().collect();
        filters.push((format!("{}: {name}", facet("library")), Query { libraries, ..base.clone() }));
    }
    if let Some(class) = &query.class {
        let label = format!("{}: {}", facet("class"), class_label(page, class));
        filters.push((label, Query { class: None, ..base.clone() }));
    }
    if let Some(year) = query.year {
        filters
            .push((format!("{}: {}", facet("year"), years_text(year)), Query { year: None, ..base.clone() }));
    }
    if let Some(publisher) = &query.publisher {
        let label = format!("{}: {publisher}", facet("publisher"));
        filters.push((label, Query { publisher: None, ..base.clone() }));
    }
    if let Some(language) = query.language {
        let label = format!("{}: {}", facet("lang"), (page.strings.book_language)(language.code()));
        filters.push((label, Query { language: None, ..base.clone() }));
    }
    if let Some(volume) = &query.volume {
        let label = format!("{}: {volume}", page.strings.volume);
        filters.push((label, Query { volume: None, ..base.clone() }));
    }
    if let Some(series) = &query.series {
        filters.push((format!("{}: {series}", page.strings.series), Query { series: None, ..base }));
    }
    filters
}

/// Shows the facets of an answer.
pub(crate) fn facets(page: &Page<'_>, query: &Query, answer: &Answer) -> Markup {
    let strings = page.strings;
    let shown = FACETS.iter().filter_map(|name| {
        answer.facets.iter().find(|facet| facet.name == *name && !facet.counts.is_empty())
    });
    html! {
        aside #narrow.facets aria-labelledby="narrow-title" {
            h2 #narrow-title { (strings.narrow) }
            @if answer.facets_over < answer.total { p.note { ((strings.facets_over)(answer.facets_over)) } }
            @for facet in shown {
                section {
                    h3 { ((strings.facet)(facet.name)) }
                    @let (first, more) = facet.counts.split_at(facet.counts.len().min(FIRST));
                    ul { @for count in first { (value(page, query, facet.name, count)) } }
                    @if !more.is_empty() {
                        details {
                            summary { ((strings.more)(more.len())) }
                            ul { @for count in more { (value(page, query, facet.name, count)) } }
                        }
                    }
                }
            }
        }
    }
}

fn value(page: &Page<'_>, query: &Query, facet: &str, count: &FacetCount) -> Markup {
    html! {
        @if let Some(there) = narrowed(query, facet, &count.value) {
            @let here = there == (Query { page: 1, ..query.clone() });
            li {
                a href=(links::search(&there)) rel="nofollow" aria-current=[here.then_some("true")] { (label(page, facet, &count.value)) }
                " " span.n { (grouped(count.count)) }
            }
        }
    }
}

fn label(page: &Page<'_>, facet: &str, value: &str) -> String {
    match facet {
        "class" => class_label(page, value),
        "lang" => (page.strings.book_language)(value).to_owned(),
        _ => value.to_owned(),
    }
}

/// Narrows the search to a facet's value.
fn narrowed(query: &Query, facet: &str, value: &str) -> Option<Query> {
    let mut there = Query { page: 1, ..query.clone() };
    match facet {
        "library" => there.libraries = vec![value.to_owned()],
        "class" => there.class = Some(value.to_owned()),
        "year" => {
            let year = value.parse().ok()?;
            there.year = Some(YearRange { from: Some(year), to: Some(year) });
        }
        "publisher" => there.publisher = Some(value.to_owned()),
        "lang" => there.language = Some(Language::from_code(value)?),
        _ => return None,
    }
    Some(there)
}
