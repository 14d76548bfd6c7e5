//! `/libraries`: whose books these are, to choose from; with `library` one of them and what came in there last.

mod directory;
mod near;

use maud::html;
use seoga_index::libraries::{Detail, LibraryDetails};
use seoga_search::ARRIVALS;

use self::directory::{Asked, directory};
use super::books::{arrival, arrived, item};
use super::layout::{Frame, Page};
use super::{links, place};
use crate::context::Context;
use crate::exchange::Boxed;
use crate::http::params::{Params, encode_into};
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::query::{self, Query};
use crate::questions;

/// `GET /libraries`
pub(crate) async fn libraries(context: &Context) -> Result<Response, Problem> {
    let params = Params::parse(&context.request.query)?;
    let page = Page::new(context, &params)?;
    let asked = Asked::parse(&params)?;
    let (text, typed) = query::words(&params, false)?;
    match params.one("library")? {
        Some(name) => one(context, &page, &name).await,
        None => all(context, &page, &Query { text, typed, ..page.query() }, &asked).await,
    }
}

fn all<'a>(
    context: &'a Context,
    page: &'a Page<'_>,
    query: &'a Query,
    asked: &'a Asked,
) -> Boxed<'a, Result<Response, Problem>> {
    Box::pin(async move {
        let answered = questions::told(context, None).await?;
        let manifest = &answered.generation.manifest;
        let main = directory(page, (query, asked), manifest, (&answered.value, context.today()));
        let frame = Frame {
            title: page.strings.libraries_title.to_owned(),
            query_string: asked.query_string(),
            generation: Some(&answered.generation),
            listed: asked.query_string().is_empty(),
            search: Some(query),
            ..Frame::default()
        };
        Ok(page.shown(&answered, &frame, &main))
    })
}

fn one<'a>(context: &'a Context, page: &'a Page<'_>, name: &'a str) -> Boxed<'a, Result<Response, Problem>> {
    Box::pin(async move {
        let answered = questions::library(context, name, ARRIVALS).await?;
        let manifest = &answered.generation.manifest;
        let (arrivals, told) = &answered.value;
        let strings = page.strings;
        let number = manifest.library(name);
        let library = number.and_then(|number| manifest.libraries.get(usize::from(number)));
        let untold = LibraryDetails::default();
        let details = number.and_then(|number| told.of(number)).unwrap_or(&untold);
        let main = html! {
            p.up { a href=(page.link("/libraries")) { (strings.all_libraries) } }
            @if let Some(library) = library {
                h1 { (place::name(page, library, details)) @if page.mine.contains(&library.name) { " " span.own { (strings.mine) } } }
                p.n { ((strings.books)(library.books)) }
                dl.facts data-holidays=[place::holidays(told, context.today())] {
                    (place::facts(page, library, details))
                    @if !details.get(Detail::Code).is_empty() { dt { (strings.library_code) } dd { (details.get(Detail::Code)) } }
                }
                p.ways {
                    a href=(links::search_in(page, name)) aria-label={ (name) ": " (strings.search_here) } { (strings.search_here) } " "
                    (place::ways(page, library, details))
                }
            }
            @if !arrivals.is_empty() {
                section.new aria-labelledby="new" {
                    h2 #new { (strings.new_title) }
                    ol.arrivals {
                        @for record in arrivals {
                            (item(page, record, &html! { p.held { (arrival(page, arrived(record, number))) } }))
                        }
                    }
                    p.more { (links::feed_link(page, Some(name), None)) }
                }
            }
        };
        // Whoever looks at a library searches in it.
        let inside = Query { libraries: vec![name.to_owned()], ..page.query() };
        let mut query_string = "library=".to_owned();
        encode_into(&mut query_string, name);
        let frame = Frame {
            title: name.to_owned(),
            query_string,
            head: Some(links::feed_alternate(page, Some(name), None)),
            generation: Some(&answered.generation),
            listed: true,
            search: Some(&inside),
            ..Frame::default()
        };
        Ok(page.shown(&answered, &frame, &main))
    })
}
