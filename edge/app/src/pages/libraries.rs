//! `/libraries`: whose books these are.

use maud::html;

use super::book::is_web;
use super::layout::{Frame, Page};
use crate::context::Context;
use crate::http::params::{Params, encode_into};
use crate::http::problem::Problem;
use crate::http::response::Response;

/// `GET /libraries`
pub(crate) async fn libraries(context: &Context) -> Result<Response, Problem> {
    let params = Params::parse(&context.request.query)?;
    let page = Page::new(context, &params)?;
    let served = context.newest(None).await?;
    let manifest = &served.generation.manifest;
    let strings = page.strings;
    let here = |name: &str| {
        let mut address = "/search?library=".to_owned();
        encode_into(&mut address, name);
        page.link(&address)
    };
    let main = html! {
        h1 { (strings.libraries_title) }
        p { ((strings.libraries_intro)(manifest.libraries.len())) }
        ul.libraries {
            @for library in &manifest.libraries {
                li {
                    h2 { (library.name) }
                    p.n { ((strings.books)(library.books)) }
                    @if !library.address.is_empty() { p { (strings.address) ": " (library.address) } }
                    p {
                        a href=(here(&library.name)) aria-label={ (library.name) ": " (strings.search_here) } { (strings.search_here) }
                        @if is_web(&library.homepage) { a href=(library.homepage) rel="external noopener" aria-label={ (library.name) ": " (strings.homepage) } { (strings.homepage) } }
                    }
                }
            }
        }
    };
    let frame = Frame {
        title: strings.libraries_title.to_owned(),
        manifest: Some(manifest),
        listed: true,
        ..Frame::default()
    };
    let mut response = page.render(200, &frame, &main);
    served.set_freshness(&mut response, None);
    Ok(response)
}
