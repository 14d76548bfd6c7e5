//! `/libraries`: whose books these are; with `library` one of them and what came in there last.

use maud::{Markup, html};
use seoga_index::manifest::Library;
use seoga_search::ARRIVALS;

use super::books::{arrival, arrived, item};
use super::layout::{Frame, Page};
use super::links::{self, is_web};
use crate::context::Context;
use crate::exchange::Boxed;
use crate::http::params::{Params, encode_into};
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::questions;

/// `GET /libraries`
pub(crate) async fn libraries(context: &Context) -> Result<Response, Problem> {
    let params = Params::parse(&context.request.query)?;
    let page = Page::new(context, &params)?;
    match params.one("library")? {
        Some(name) => one(context, &page, &name).await,
        None => all(context, &page).await,
    }
}

/// Links to a search in a library, and to its own site.
fn ways(page: &Page<'_>, library: &Library) -> Markup {
    let strings = page.strings;
    html! {
        p {
            a href=(links::search_in(page, &library.name)) aria-label={ (library.name) ": " (strings.search_here) } { (strings.search_here) }
            @if is_web(&library.homepage) { " " a href=(library.homepage) rel="external noopener" aria-label={ (library.name) ": " (strings.homepage) } { (strings.homepage) } }
        }
    }
}

fn all<'a>(context: &'a Context, page: &'a Page<'_>) -> Boxed<'a, Result<Response, Problem>> {
    Box::pin(async move {
        let answered = context.newest(None).await?;
        let manifest = &answered.generation.manifest;
        let strings = page.strings;
        let main = html! {
            h1 { (strings.libraries_title) }
            p { ((strings.libraries_intro)(manifest.libraries.len())) }
            ul.libraries {
                @for library in &manifest.libraries {
                    li {
                        h2 { a href=(links::library(page, &library.name)) { (library.name) } }
                        p.n { ((strings.books)(library.books)) }
                        @if !library.address.is_empty() { p { (strings.address) ": " (library.address) } }
                        (ways(page, library))
                    }
                }
            }
        };
        let frame = Frame {
            title: strings.libraries_title.to_owned(),
            generation: Some(&answered.generation),
            listed: true,
            ..Frame::default()
        };
        Ok(page.shown(&answered, &frame, &main))
    })
}

fn one<'a>(context: &'a Context, page: &'a Page<'_>, name: &'a str) -> Boxed<'a, Result<Response, Problem>> {
    Box::pin(async move {
        let answered = questions::arrivals(context, Some(name), None, ARRIVALS).await?;
        let manifest = &answered.generation.manifest;
        let strings = page.strings;
        let number = manifest.library(name);
        let library = number.and_then(|number| manifest.libraries.get(usize::from(number)));
        let main = html! {
            p.up { a href=(page.link("/libraries")) { (strings.all_libraries) } }
            h1 { (name) }
            @if let Some(library) = library {
                p.n { ((strings.books)(library.books)) }
                @if !library.address.is_empty() || !library.code.is_empty() { dl.facts {
                    @if !library.address.is_empty() { dt { (strings.address) } dd { (library.address) } }
                    @if !library.code.is_empty() { dt { (strings.library_code) } dd { (library.code) } }
                } }
                (ways(page, library))
            }
            @if !answered.value.is_empty() {
                section.new aria-labelledby="new" {
                    h2 #new { (strings.new_title) }
                    ol.arrivals {
                        @for record in &answered.value {
                            (item(page, record, &html! { p.held { (arrival(page, arrived(record, number))) } }))
                        }
                    }
                    p.more { (links::feed_link(page, Some(name), None)) }
                }
            }
        };
        let mut query_string = "library=".to_owned();
        encode_into(&mut query_string, name);
        let frame = Frame {
            title: name.to_owned(),
            query_string,
            head: Some(links::feed_alternate(page, Some(name), None)),
            generation: Some(&answered.generation),
            listed: true,
        };
        Ok(page.shown(&answered, &frame, &main))
    })
}
