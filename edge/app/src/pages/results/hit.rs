//! One result: what it is, who holds it, why it is here.

use maud::{Markup, html};
use seoga_index::manifest::Manifest;
use seoga_search::answer::Hit;
use seoga_search::{ExpansionKind, Highlight, HighlightField};
use seoga_text::kdc;

use crate::pages::books::{self, held, spine};
use crate::pages::layout::Page;
use crate::pages::links;
use crate::query::Query;
use seoga_search::book_view::{BookView, full_title};

/// Shows a result. `asked`: the numbers of the libraries asked for.
pub(crate) fn hit(page: &Page<'_>, query: &Query, hit: &Hit, manifest: &Manifest, asked: &[u16]) -> Markup {
    let strings = page.strings;
    let record = &hit.record;
    let shown = BookView::new(record, manifest, asked);
    let class = record.class_no.as_deref();
    let marked = |text: &str, field: HighlightField| marked(text, &hit.highlights, field);
    html! {
        li data-isbn13=(record.id) {
            (spine(class))
            div.book {
                h2 { a href=(links::book(page, record)) lang=[books::lang(page, record)] { (marked(&record.title, HighlightField::Title)) (books::volume(page, record)) } }
                p.by {
                    @if !record.authors.is_empty() { span.authors { (marked(&record.authors, HighlightField::Authors)) } }
                    @if !record.publisher.is_empty() { span.publisher { (marked(&record.publisher, HighlightField::Publisher)) } }
                    @if let Some(year) = record.year { span.year { (year) } }
                }
                @if let Some((number, name)) = class.and_then(|n| Some((n, kdc::name(n, page.hl.kdc())?))) {
                    p.class {
                        a href=(links::search(&Query { class: Some(number.to_owned()), page: 1, ..query.clone() })) rel="nofollow" { (name) }
                    }
                }
                @if !record.series.is_empty() {
                    p.series { @for (place, series) in record.series.iter().enumerate() { @if place > 0 { ", " } (series.name) " " (series.number) } }
                }
                (held(page, &shown.holdings))
                @let why = why(page, &hit.highlights);
                @if !why.is_empty() { p.why { (strings.why) ": " (why.join(", ")) } }
                label.pick { input type="checkbox" name="isbn" value=(record.id) form="picks" aria-label=((strings.pick_what)(&full_title(record))); " " (strings.pick) }
            }
        }
    }
}

/// Highlights the stretches of a text that matched. Offsets count code points.
pub(crate) fn marked(text: &str, matched: &[Highlight], field: HighlightField) -> Markup {
    let stretches: Vec<(u32, u32)> =
        matched.iter().filter(|m| m.field == field && m.start < m.end).map(|m| (m.start, m.end)).collect();
    let inside = |at: u32| stretches.iter().any(|(start, end)| (*start..*end).contains(&at));
    let mut runs: Vec<(bool, String)> = Vec::new();
    for (c, at) in text.chars().zip(0u32..) {
        let is = inside(at);
        match runs.last_mut() {
            Some((was, run)) if *was == is => run.push(c),
            _ => runs.push((is, c.to_string())),
        }
    }
    html! { @for (is, run) in &runs { @if *is { mark { (run) } } @else { (run) } } }
}

/// Says in words what highlights do not show: another field, or another reading than as typed.
fn why(page: &Page<'_>, matched: &[Highlight]) -> Vec<String> {
    let strings = page.strings;
    let mut reasons = Vec::new();
    for m in matched {
        let plain = matches!(m.by, ExpansionKind::Exact | ExpansionKind::Isbn | ExpansionKind::Volume);
        let visible = matches!(
            m.field,
            HighlightField::Title
                | HighlightField::Authors
                | HighlightField::Publisher
                | HighlightField::Volume
        );
        let reason = match (plain, visible) {
            (true, true) => continue,
            (true, false) => (strings.matched_field)(m.field).to_owned(),
            (false, _) => format!("{} ({})", (strings.matched_field)(m.field), (strings.reading)(m.by)),
        };
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_count_code_points_and_escape() {
        let at =
            |start, end| Highlight { field: HighlightField::Title, start, end, by: ExpansionKind::Exact };
        let check = |text: &str, matches: &[Highlight], expected: &str| {
            assert_eq!(marked(text, matches, HighlightField::Title).into_string(), expected);
        };
        check("파이썬 <첫> 걸음", &[at(0, 3), at(4, 7)], "<mark>파이썬</mark> <mark>&lt;첫&gt;</mark> 걸음");
        check("abc", &[at(1, 2), at(0, 2)], "<mark>ab</mark>c");
        check("abc", &[at(2, 99)], "ab<mark>c</mark>");
        check("abc", &[Highlight { field: HighlightField::Authors, ..at(0, 3) }], "abc");
        check("", &[at(0, 0)], "");
    }
}
