//! `/feeds/new.atom`: the latest arrivals of all libraries, of one, of a class, or of any search, for feed readers.
//!
//! Invariant: the same generation gives the same bytes: dates are those on which libraries registered the books.

use maud::{Markup, html};
use seoga_index::record::{Holding, Record};
use seoga_search::book_view::full_title;
use seoga_search::{ARRIVALS, Group, Sort};

use super::books::arrived;
use super::layout::Page;
use super::links;
use crate::context::{Answered, Context};
use crate::http::params::Params;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::http::xml::xml;
use crate::limits;
use crate::query::{Asker, Query};
use crate::questions;
use crate::strings::Hl;
use seoga_text::day::{DAY_SECONDS, Day, instant};
use seoga_text::names;

/// `GET /feeds/new.atom`
pub(crate) async fn feed(context: &Context) -> Result<Response, Problem> {
    let params = Params::parse(&context.request.query)?;
    let query = Query::parse(&params, Asker::Page)?;
    let page = Page::with_language(context, query.hl);
    match links::fed(&query) {
        Some((library, class)) => compiled(context, &page, library, class).await,
        None => searched(context, &page, &query).await,
    }
}

/// Feeds the arrivals that the builder listed.
async fn compiled(
    context: &Context,
    page: &Page<'_>,
    library: Option<&str>,
    class: Option<&str>,
) -> Result<Response, Problem> {
    let answered = questions::arrivals(context, library, class, ARRIVALS).await?;
    let number = library.and_then(|name| answered.generation.manifest.library(name));
    let shown_at = match (library, class) {
        (Some(name), _) => links::library(page, name),
        (None, Some(class)) => page.link(&format!("/search?class={class}&sort=newest")),
        (None, None) => page.link("/"),
    };
    let books: Vec<_> = answered.value.iter().map(|record| (record, arrived(record, number))).collect();
    let about =
        About { own: links::feed(library, class), title: links::feed_title(page, library, class), shown_at };
    Ok(written(page, &about, &books, &answered))
}

/// Feeds what came in last of what a search gives, every edition by itself.
async fn searched(context: &Context, page: &Page<'_>, query: &Query) -> Result<Response, Problem> {
    let newest = Query {
        sort: Sort::Newest,
        group: None,
        group_by_default: Group::None,
        page: 1,
        limit: ARRIVALS as u32,
        mine: Vec::new(),
        ..query.clone()
    };
    let answered = questions::search(context, &newest, None).await?;
    let asked = &answered.value.filters.libraries;
    let first = |record: &Record| {
        let there = |holding: &&Holding| asked.is_empty() || asked.contains(&holding.library);
        let days = record.holdings.iter().filter(there).filter_map(|holding| holding.registered);
        days.min().map(|days| Day(days.into()))
    };
    let hits = answered.value.answer.hits.iter();
    let books: Vec<_> = hits.map(|hit| (&hit.record, first(&hit.record))).collect();
    let own = Query { hl: None, ..newest.clone() };
    let title = (page.strings.new_of)(&links::told(page, query));
    let shown_at =
        Query { hl: query.hl, group_by_default: Group::Work, limit: limits::DEFAULT_LIMIT, ..newest };
    let about = About { own: links::feed_of(&own), title, shown_at: links::search(&shown_at) };
    Ok(written(page, &about, &books, &answered))
}

/// Tells of a feed its path without the interface language, its title, and the page that shows as much.
struct About {
    own: String,
    title: String,
    shown_at: String,
}

fn written<T>(
    page: &Page<'_>,
    about: &About,
    books: &[(&Record, Option<Day>)],
    answered: &Answered<T>,
) -> Response {
    let here = |path: &str| format!("{}{path}", page.base);
    let newest = books.first().and_then(|(_, day)| *day);
    let updated = newest.or_else(|| Day::parse(&answered.generation.manifest.built)).unwrap_or(Day(0));
    let document = html! {
        feed xmlns="http://www.w3.org/2005/Atom" xml:lang=(page.hl.code()) {
            id { (here(&about.own)) }
            title { (about.title) " · " (page.strings.brand) }
            updated { (midnight(updated)) }
            author { name { (page.strings.brand) } }
            link rel="self" type=(links::FEED) href=(here(&page.link(&about.own))) {}
            link rel="alternate" type="text/html" href=(here(&about.shown_at)) {}
            @for (record, day) in books { (entry(page, record, day.unwrap_or(updated))) }
        }
    };
    let mut response = xml("application/atom+xml; charset=utf-8", &document.into_string());
    response.set("vary", "Accept-Language");
    response.set("content-language", page.hl.code());
    answered.set_freshness(&mut response, None);
    response
}

fn entry(page: &Page<'_>, record: &Record, day: Day) -> Markup {
    let path = format!("/books/{}", record.id);
    let authors = names::shown(&record.authors, page.hl == Hl::En);
    let facts = [authors, record.publisher.clone()];
    let mut facts: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
    facts.extend(record.year.map(|year| year.to_string()));
    facts.push((page.strings.held_at)(record.holdings.len()));
    html! {
        entry {
            id { @if record.checked { "urn:isbn:" (record.id) } @else { (page.base) (path) } }
            title { (full_title(record)) }
            updated { (midnight(day)) }
            link rel="alternate" type="text/html" href={ (page.base) (page.link(&path)) } {}
            summary { (facts.join(" · ")) }
        }
    }
}

fn midnight(day: Day) -> String {
    instant(u64::from(day.0) * DAY_SECONDS)
}
