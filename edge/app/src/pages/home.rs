//! `/`: the box, the libraries, what came in last, what the collection is.

use maud::{Markup, html};

use super::books::{arrival, arrived, lang};
use super::form;
use super::layout::{Frame, Page};
use super::links;
use super::statement;
use crate::context::Context;
use crate::http::params::Params;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::limits;
use crate::query::{Asker, Query};
use crate::questions;

/// `GET /`; libraries in the query string come chosen.
pub(crate) async fn home(context: &Context) -> Result<Response, Problem> {
    let params = Params::parse(&context.request.query)?;
    let query = Query::parse(&params, Asker::Page)?;
    let page = Page::new(context, &params)?;
    let answered = questions::arrivals(context, None, None, limits::HOME_ARRIVALS).await?;
    let manifest = &answered.generation.manifest;
    let strings = page.strings;
    let choose = (manifest.libraries.len() > 1).then(|| links::choose(&page, &query));
    let main = html! {
        div.home {
            section.hero {
                h1 { (strings.home_title) }
                (form::large(strings, &query, choose.as_deref()))
                p.counts { ((strings.home_counts)(manifest.documents, manifest.libraries.len())) }
            }
            @if !answered.value.is_empty() {
                section.new aria-labelledby="new" {
                    h2 #new { (strings.new_title) }
                    ul.covers {
                        @for record in &answered.value {
                            li {
                                a href=(links::book(&page, record)) {
                                    img.cover src={ "/covers/" (record.id) ".svg" } alt="" width="120" height="168" loading="lazy";
                                    span.title lang=[lang(&page, record)] { (statement::title(&page, record, &[])) }
                                }
                                @if !record.authors.is_empty() { span.by { (statement::people(&page, record, &[], false)) } }
                                (arrival(&page, arrived(record, None)))
                            }
                        }
                    }
                    p.more {
                        a href=(page.link("/search?sort=newest")) { (strings.new_all) }
                        (links::feed_link(&page, None, None))
                    }
                }
            }
            (classes(&page, &manifest.classes))
            section.how aria-labelledby="how" {
                h2 #how { (strings.home_how_title) }
                ul { @for line in strings.home_how { li { (line) } } }
            }
            section.collection aria-labelledby="collection" {
                h2 #collection { (strings.collection_title) }
                @if !manifest.name.is_empty() { p { (manifest.name) } }
                p { (strings.collection) }
                @if !manifest.built.is_empty() { p { time datetime=(manifest.built) { ((strings.data_of)(&page.date(&manifest.built))) } } }
                p.more { a href=(page.link("/libraries")) { (strings.all_libraries) } }
            }
        }
    };
    let frame = Frame {
        query_string: Query { hl: None, mine: Vec::new(), ..query }.to_query_string(),
        head: Some(links::feed_alternate(&page, None, None)),
        generation: Some(&answered.generation),
        listed: true,
        has_own_box: true,
        ..Frame::default()
    };
    Ok(page.shown(&answered, &frame, &main))
}

/// Leads to the books of each main class that the catalogue has.
fn classes(page: &Page<'_>, numbers: &[String]) -> Markup {
    let has = |main: &String| numbers.iter().any(|number| number.starts_with(main.as_str()));
    let mains: Vec<String> = (0..10).map(|digit| digit.to_string()).filter(has).collect();
    html! {
        @if mains.len() > 1 {
            nav.related aria-labelledby="classes" {
                h2 #classes { (page.strings.classes_title) }
                ul { @for class in &mains { li { a href=(links::search(&Query { classes: vec![class.clone()], ..page.query() })) rel="nofollow" { (links::class_label(page, class)) } } } }
            }
        }
    }
}
