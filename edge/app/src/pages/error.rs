//! Pages of what went wrong: what it is, what to do, and the search form.

use maud::html;

use super::form::form;
use super::layout::{Frame, Page};
use crate::context::Context;
use crate::http::params::Params;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::query::{self, Query};

/// Makes the page of a problem; needs no index.
pub(crate) fn problem(context: &Context, problem: &Problem) -> Response {
    let params = Params::parse(&context.request.query).unwrap_or_default();
    let page = Page::with_language(context, query::hl(&params).ok().flatten());
    let strings = page.strings;
    // The words survive a fault in another parameter.
    let (text, typed) = query::words(&params, false).unwrap_or_default();
    let query = Query { text, typed, hl: page.explicit, ..Query::default() };
    let title = (strings.problem_title)(problem.kind);
    let main = html! {
        h1 { (title) }
        p.detail { (strings.detail(problem)) }
        (form(&page, &query, None, false))
        p { a href=(page.link("/")) { (strings.back_home) } }
        @if !context.request.instance.is_empty() {
            p.request { ((strings.request_id)(&context.request.instance)) }
        }
    };
    let frame = Frame { title: title.to_owned(), ..Frame::default() };
    let mut response = page.render(problem.status(), &frame, &main);
    problem.set_headers(&mut response);
    response
}
