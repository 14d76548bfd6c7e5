//! `/series/{name}`, `/authors/{name}`, `/subjects/{word}`: the works under a heading.
//!
//! Invariant: which spelling a heading goes by depends on the letters of its name alone, so that every other spelling leads there
//! at once.

use maud::{Markup, html};
use seoga_search::{Completion, Hit};

use super::books::{held, item};
use super::layout::{Frame, Page};
use super::links;
use crate::context::{Answered, Context};
use crate::http::params::Params;
use crate::http::problem::{Problem, ProblemKind};
use crate::http::response::Response;
use crate::limits;
use crate::query::{self, Query};
use crate::questions::{self, HeadingResult, heading_kind};
use crate::routes::Heading;
use seoga_search::book_view::BookView;

/// `GET /series/{name}`, `/authors/{name}`, `/subjects/{word}`
pub(crate) async fn heading(context: &Context, heading: Heading) -> Result<Response, Problem> {
    let params = Params::parse(&context.request.query)?;
    let name = questions::heading_name(context, heading)?;
    let path = links::heading_path(heading, &name);
    let page = Page::new(context, &params)?.at(&path);
    let number = query::number(&params, "page", 1, limits::MAX_REACH)?.unwrap_or(1);
    let answered = questions::heading(context, (heading, &name), number, None).await?;
    let found = &answered.value;
    if found.answer.total == 0 {
        return Ok(unknown(&page, (heading, &name), &answered));
    }
    if let Some(spelled) = found.spelled.as_ref().filter(|spelled| **spelled != name) {
        let mut response = Response::moved(301, &links::heading(&page, heading, spelled));
        answered.set_freshness(&mut response, None);
        return Ok(response);
    }
    let strings = page.strings;
    let manifest = &answered.generation.manifest;
    let hits = &found.answer.hits;
    let count = (strings.total)(found.answer.total, found.answer.total_exact, found.answer.group);
    let main = html! {
        h1 { (name) }
        p.count { ((strings.heading)(heading)) " · " (count) }
        section.results { ol start=((number - 1) * limits::HEADING_LIMIT + 1) {
            @for hit in hits { (item(&page, &hit.record, &more(&page, heading, &name, hit, manifest))) }
        } }
        @if hits.is_empty() { p { (strings.page_empty) " " a href=(page.link(&path)) { (strings.first_page) } } }
        (turn(&page, &path, number, found.answer.total))
        p.more {
            a href=(links::search(&within(&page, heading, &name))) rel="nofollow" { (strings.heading_narrow) }
            a.feed href=(links::feed_of(&within(&page, heading, &name))) type=(links::FEED) rel="nofollow" { (strings.feed) }
        }
    };
    let frame = Frame {
        title: format!("{name} ({})", (strings.heading)(heading)),
        description: Some(format!("{name}: {} · {count}", (strings.heading)(heading))),
        query_string: if number > 1 { format!("page={number}") } else { String::new() },
        head: Some(
            html! { link rel="alternate" type=(links::FEED) href=(links::feed_of(&within(&page, heading, &name))) title=(name); },
        ),
        generation: Some(&answered.generation),
        listed: true,
        ..Frame::default()
    };
    Ok(page.shown(&answered, &frame, &main))
}

fn more(
    page: &Page<'_>,
    heading: Heading,
    name: &str,
    hit: &Hit,
    manifest: &seoga_index::manifest::Manifest,
) -> Markup {
    let shown = BookView::new(&hit.record, manifest, &[]);
    let editions = shown.editions();
    let number = hit.record.series.iter().find(|series| questions::is_spelling(&series.name, name));
    html! {
        @if let (Heading::Series, Some(series)) = (heading, number.filter(|series| !series.number.is_empty())) {
            p.series { (series.name) " " (series.number) }
        }
        (held(page, &shown.holdings, &page.own(manifest)))
        @if editions.count > 1 {
            p.editions { a href={ (links::book(page, &hit.record)) "#editions" } { ((page.strings.other_editions)(editions.count - 1)) } }
        }
    }
}

/// Leads to the page before and the one behind.
fn turn(page: &Page<'_>, path: &str, number: u32, total: u32) -> Markup {
    let last = total.div_ceil(limits::HEADING_LIMIT).min(limits::MAX_REACH / limits::HEADING_LIMIT);
    let to = |number: u32| {
        if number == 1 { page.link(path) } else { page.link(&format!("{path}?page={number}")) }
    };
    html! {
        @if last > 1 {
            nav.pages aria-label=(page.strings.pages) {
                @if number > 1 { a rel="prev" href=(to(number - 1)) { (page.strings.previous) } }
                span aria-current="page" { (number) " / " (last) }
                @if number < last { a rel="next" href=(to(number + 1)) { (page.strings.next) } }
            }
        }
    }
}

/// Makes the search that gives what stands under a heading, to be narrowed and watched.
fn within(page: &Page<'_>, heading: Heading, name: &str) -> Query {
    let words = match heading {
        Heading::Series => return Query { series: Some(name.to_owned()), ..page.query() },
        Heading::Author => format!("author:\"{}\"", name.replace('"', " ")),
        Heading::Subject => name.to_owned(),
    };
    let (text, typed) = query::canonical(&words);
    Query { text, typed, ..page.query() }
}

/// Says that nothing stands under a heading, and what is spelled like it.
fn unknown(
    page: &Page<'_>,
    (heading, name): (Heading, &str),
    answered: &Answered<HeadingResult>,
) -> Response {
    let strings = page.strings;
    let kind = heading_kind(heading);
    let alike: Vec<&Completion> =
        answered.value.alike.iter().filter(|completion| Some(completion.kind) == kind).collect();
    let title = (strings.heading_unknown)(name);
    let main = html! {
        h1 { (title) }
        @if !alike.is_empty() {
            h2 { (strings.heading_alike) }
            ul.tips { @for completion in alike { li { a href=(links::heading(page, heading, &completion.text)) { (completion.text) } " " span.n { (completion.count) } } } }
        }
        p { a href=(links::search_for(page, name)) rel="nofollow" { ((strings.heading_search)(name)) } }
    };
    let frame = Frame { title: title.clone(), generation: Some(&answered.generation), ..Frame::default() };
    page.render(Problem::new(ProblemKind::NotFound).status(), &frame, &main)
}
