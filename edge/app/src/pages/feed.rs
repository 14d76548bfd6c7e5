//! `/feeds/new.atom`: the latest arrivals of all libraries, of one, or of a class, for feed readers.
//!
//! Invariant: the same generation gives the same bytes: dates are those on which libraries registered the books.

use maud::{Markup, html};
use seoga_index::record::Record;
use seoga_search::ARRIVALS;
use seoga_search::book_view::full_title;

use super::books::arrived;
use super::layout::Page;
use super::links;
use crate::context::Context;
use crate::http::params::Params;
use crate::http::problem::{Problem, Takes};
use crate::http::response::Response;
use crate::http::xml::xml;
use crate::query;
use crate::questions;
use seoga_text::day::{DAY_SECONDS, Day, instant};

/// `GET /feeds/new.atom`
pub(crate) async fn feed(context: &Context) -> Result<Response, Problem> {
    let params = Params::parse(&context.request.query)?;
    let page = Page::new(context, &params)?;
    let (library, class) = (params.one("library")?, params.one("class")?.map(query::class).transpose()?);
    if let (Some(_), Some(class)) = (&library, &class) {
        return Err(Problem::parameter("class", class.clone(), Takes::Alone("library")));
    }
    let (library, class) = (library.as_deref(), class.as_deref());
    let answered = questions::arrivals(context, library, class, ARRIVALS).await?;
    let manifest = &answered.generation.manifest;
    let number = library.and_then(|name| manifest.library(name));
    let here = |path: &str| format!("{}{path}", page.base);
    let shown_at = match (library, class) {
        (Some(name), _) => links::library(&page, name),
        (None, Some(class)) => page.link(&format!("/search?class={class}&sort=newest")),
        (None, None) => page.link("/"),
    };
    let newest = answered.value.first().and_then(|record| arrived(record, number));
    let updated = newest.or_else(|| Day::parse(&manifest.built)).unwrap_or(Day(0));
    let document = html! {
        feed xmlns="http://www.w3.org/2005/Atom" xml:lang=(page.hl.code()) {
            id { (here(&links::feed(library, class))) }
            title { (links::feed_title(&page, library, class)) " · " (page.strings.brand) }
            updated { (midnight(updated)) }
            author { name { (page.strings.brand) } }
            link rel="self" type=(links::FEED) href=(here(&page.link(&links::feed(library, class)))) {}
            link rel="alternate" type="text/html" href=(here(&shown_at)) {}
            @for record in &answered.value { (entry(&page, record, arrived(record, number).unwrap_or(updated))) }
        }
    };
    let mut response = xml("application/atom+xml; charset=utf-8", &document.into_string());
    response.set("vary", "Accept-Language");
    response.set("content-language", page.hl.code());
    answered.set_freshness(&mut response, None);
    Ok(response)
}

fn entry(page: &Page<'_>, record: &Record, day: Day) -> Markup {
    let path = format!("/books/{}", record.id);
    let facts = [&record.authors, &record.publisher];
    let mut facts: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).cloned().collect();
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
