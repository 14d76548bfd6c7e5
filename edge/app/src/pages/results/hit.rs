//! One result: what it is, who holds it, why it is here.

use maud::{Markup, html};
use seoga_index::manifest::Manifest;
use seoga_search::answer::Hit;
use seoga_search::{ExpansionKind, Group, Highlight, HighlightField};
use seoga_text::kdc;

use crate::pages::books::{self, held, spine};
use crate::pages::layout::Page;
use crate::pages::links;
use crate::pages::statement;
use crate::query::Query;
use crate::routes::Heading;
use seoga_search::book_view::{BookView, full_title};

/// Shows a result. `asked`: the numbers of the libraries asked for; `spined`: whether its back is drawn.
pub(crate) fn hit(
    page: &Page<'_>,
    query: &Query,
    hit: &Hit,
    manifest: &Manifest,
    asked: &[u16],
    spined: bool,
) -> Markup {
    let strings = page.strings;
    let record = &hit.record;
    let shown = BookView::new(record, manifest, &[]);
    let own = page.own(manifest);
    let first = if asked.is_empty() { &own[..] } else { asked };
    let class = record.class_no.as_deref();
    html! {
        li data-isbn13=(record.id) {
            @if spined { (spine(class)) }
            div.book {
                h2 { a href=(links::book(page, record)) lang=[books::lang(page, record)] { span { (statement::title(page, record, &hit.highlights)) } } }
                p.by {
                    @if !record.authors.is_empty() { span.authors { (statement::people(page, record, &hit.highlights, false)) } }
                    @if !record.publisher.is_empty() { span.publisher { (statement::marked(&record.publisher, &hit.highlights, HighlightField::Publisher)) } }
                    @if let Some(year) = record.year { span.year { (year) } }
                }
                @if let Some((number, name)) = class.and_then(|n| Some((n, kdc::name(n, page.hl.kdc())?))) {
                    p.class {
                        a href=(links::search(&Query { classes: vec![number.to_owned()], page: 1, ..query.clone() })) rel="nofollow" { (number) " " (name) }
                    }
                }
                @if !record.series.is_empty() {
                    p.series { @for (place, series) in record.series.iter().enumerate() { @if place > 0 { ", " } a href=(links::heading(page, Heading::Series, &series.name)) { (series.name) } " " (series.number) } }
                }
                div.where {
                    (held(page, &shown.holdings, first))
                    (other_editions(page, query, &shown))
                }
                @let why = why(page, &hit.highlights);
                @if !why.is_empty() { p.why { (strings.why) ": " (why.join(", ")) } }
            }
            label.pick { input type="checkbox" name="isbn" value=(record.id) form="picks" aria-label=((strings.pick_what)(&full_title(record))); " " span { (strings.pick) } }
        }
    }
}

/// Says how many other editions of the work there are and where, and leads to them.
fn other_editions(page: &Page<'_>, query: &Query, shown: &BookView<'_>) -> Markup {
    let editions = shown.editions();
    html! {
        @if query.grouping() == Group::Work && editions.count > 1 {
            a.editions href={ (links::book(page, shown.record)) "#editions" } {
                ((page.strings.other_editions)(editions.count - 1))
                span { " · " ((page.strings.held_at)(editions.libraries as usize)) }
            }
        }
    }
}

/// Tells whether a reading stands in for what was typed, so that the visitor must be told: the whole answer begins with it.
pub(crate) fn stands_in(by: ExpansionKind) -> bool {
    match by {
        ExpansionKind::Typo
        | ExpansionKind::Keyboard
        | ExpansionKind::Initials
        | ExpansionKind::Split
        | ExpansionKind::Infix
        | ExpansionKind::Transliteration
        | ExpansionKind::Number
        | ExpansionKind::Words => true,
        ExpansionKind::Exact
        | ExpansionKind::Synonym
        | ExpansionKind::Form
        | ExpansionKind::Joined
        | ExpansionKind::Prefix
        | ExpansionKind::Related
        | ExpansionKind::Isbn
        | ExpansionKind::Volume => false,
    }
}

/// Says in words what highlights do not show: another field, or another reading than as typed that the whole answer does not
/// begin with.
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
        let told = stands_in(m.by) || m.by == ExpansionKind::Synonym;
        let mut reason = (strings.matched_field)(m.field).to_owned();
        if let Some(word) = &m.word {
            reason.push(' ');
            reason.push_str(word);
        }
        match (plain || told, visible) {
            (true, true) => continue,
            (true, false) => {}
            (false, _) => reason = format!("{reason} ({})", (strings.reading)(m.by)),
        }
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons
}
