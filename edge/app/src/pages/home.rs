//! `/`: the box, the libraries, what the collection is.

use maud::html;

use super::form::form;
use super::layout::{Frame, Page};
use crate::context::Context;
use crate::http::params::Params;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::query::Query;

/// `GET /`; libraries in the query string come chosen.
pub(crate) async fn home(context: &Context) -> Result<Response, Problem> {
    let params = Params::parse(&context.request.query)?;
    let query = Query::parse(&params, false)?;
    let page = Page::new(context, &params)?;
    let served = context.newest(None).await?;
    let manifest = &served.generation.manifest;
    let strings = page.strings;
    let main = html! {
        div.home {
            section.hero {
                h1 { (strings.home_title) }
                (form(&page, &query, Some(manifest), true))
                p.counts { ((strings.home_counts)(manifest.documents, manifest.libraries.len())) }
            }
            section.how aria-labelledby="how" {
                h2 #how { (strings.home_how_title) }
                ul { @for line in strings.home_how { li { (line) } } }
            }
        }
    };
    let frame = Frame {
        query_string: Query { hl: None, ..query }.to_query_string(),
        manifest: Some(manifest),
        listed: true,
        ..Frame::default()
    };
    let mut response = page.render(200, &frame, &main);
    served.set_freshness(&mut response, None);
    Ok(response)
}
