//! `/feeds/new.atom`: the latest arrivals of all libraries, of one, or of a class, for feed readers.
//!
//! Invariant: the same generation gives the same bytes: dates are those on which libraries registered the books.

use maud::{Markup, PreEscaped, html};
use seoga_index::record::Record;
use seoga_search::ARRIVALS;

use super::books::arrived;
use super::layout::Page;
use super::libraries::page_of;
use super::machine::XML;
use super::results::class_label;
use crate::calendar::{DAY_SECONDS, Day, instant};
use crate::context::Context;
use crate::http::params::{Params, encode_into};
use crate::http::problem::{Problem, Takes};
use crate::http::response::Response;
use crate::query;
use crate::shown::isbn13;

const KIND: &str = "application/atom+xml";

/// `GET /feeds/new.atom`
pub(crate) async fn feed(context: &Context) -> Result<Response, Problem> {
    let params = Params::parse(&context.request.query)?;
    let page = Page::new(context, &params)?;
    let (library, class) = (params.one("library")?, params.one("class")?.map(query::class).transpose()?);
    if let (Some(_), Some(class)) = (&library, &class) {
        return Err(Problem::parameter("class", class.clone(), Takes::Alone("library")));
    }
    let (library, class) = (library.as_deref(), class.as_deref());
    let served = context.arrivals(library, class, ARRIVALS).await?;
    let manifest = &served.generation.manifest;
    let number = library.and_then(|name| manifest.library(name));
    let here = |path: &str| format!("{}{path}", page.base);
    let shown_at = match (library, class) {
        (Some(name), _) => page_of(&page, name),
        (None, Some(class)) => page.link(&format!("/search?class={class}&sort=newest")),
        (None, None) => page.link("/"),
    };
    let newest = served.value.first().and_then(|record| arrived(record, number));
    let updated = newest.or_else(|| Day::parse(&manifest.built)).unwrap_or(Day(0));
    let xml = html! {
        (PreEscaped(XML))
        feed xmlns="http://www.w3.org/2005/Atom" xml:lang=(page.hl.code()) {
            id { (here(&address(library, class))) }
            title { (title(&page, library, class)) " · " (page.strings.brand) }
            updated { (midnight(updated)) }
            author { name { (page.strings.brand) } }
            link rel="self" type=(KIND) href=(here(&page.link(&address(library, class)))) {}
            link rel="alternate" type="text/html" href=(here(&shown_at)) {}
            @for record in &served.value { (entry(&page, record, arrived(record, number).unwrap_or(updated))) }
        }
    };
    let mut response = Response::with_body(200, "application/atom+xml; charset=utf-8", xml.into_string());
    response.set("vary", "Accept-Language");
    response.set("content-language", page.hl.code());
    served.set_freshness(&mut response, None);
    Ok(response)
}

fn entry(page: &Page<'_>, record: &Record, day: Day) -> Markup {
    let isbn = isbn13(record.isbn13);
    let path = format!("/books/{isbn}");
    let facts = [&record.authors, &record.publisher];
    let mut facts: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).cloned().collect();
    facts.extend(record.year.map(|year| year.to_string()));
    facts.push((page.strings.held_at)(record.holdings.len()));
    html! {
        entry {
            id { @if record.checked { "urn:isbn:" (isbn) } @else { (page.base) (path) } }
            title { (record.title) }
            updated { (midnight(day)) }
            link rel="alternate" type="text/html" href={ (page.base) (page.link(&path)) } {}
            summary { (facts.join(" · ")) }
        }
    }
}

fn midnight(day: Day) -> String {
    instant(u64::from(day.0) * DAY_SECONDS)
}

fn title(page: &Page<'_>, library: Option<&str>, class: Option<&str>) -> String {
    match (library, class) {
        (Some(name), _) => (page.strings.new_of)(name),
        (None, Some(class)) => (page.strings.new_of)(&class_label(page, class)),
        (None, None) => page.strings.new_title.to_owned(),
    }
}

/// The feed's path, without the interface language.
fn address(library: Option<&str>, class: Option<&str>) -> String {
    let mut address = "/feeds/new.atom".to_owned();
    for (name, value) in [("?library=", library), ("?class=", class)] {
        if let Some(value) = value {
            address.push_str(name);
            encode_into(&mut address, value);
        }
    }
    address
}

/// A link to a feed, for people.
pub(crate) fn link(page: &Page<'_>, library: Option<&str>, class: Option<&str>) -> Markup {
    html! { a.feed href=(page.link(&address(library, class))) type=(KIND) rel="nofollow" { (page.strings.feed) } }
}

/// A link to a feed, for the head of a page.
pub(crate) fn alternate(page: &Page<'_>, library: Option<&str>, class: Option<&str>) -> Markup {
    html! { link rel="alternate" type=(KIND) href=(page.link(&address(library, class))) title=(title(page, library, class)); }
}
