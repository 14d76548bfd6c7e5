//! Pages of what went wrong: what it is, what to do, and the search form.

use maud::html;

use super::layout::{Frame, Page};
use crate::context::Context;
use crate::http::params::{self, Params};
use crate::http::problem::{Problem, ProblemKind};
use crate::http::response::Response;
use crate::query::{self, Query};

/// Gives the address without the parameter that was wrong, where something to ask is left.
fn rest(context: &Context, problem: &Problem) -> Option<String> {
    let name = problem.parameter.filter(|_| problem.kind == ProblemKind::Parameter)?;
    let rest = params::without(&context.request.query, name);
    (!rest.is_empty()).then(|| format!("{}?{rest}", context.request.path))
}

/// Makes the page of a problem; needs no index.
pub(crate) fn problem(context: &Context, problem: &Problem) -> Response {
    let params = Params::parse(&context.request.query).unwrap_or_default();
    let page = Page::with_language(context, query::hl(&params).ok().flatten())
        .with_mine(query::mine(&params).unwrap_or_default());
    let strings = page.strings;
    // The words survive a fault in another parameter.
    let (text, typed) = query::words(&params, false).unwrap_or_default();
    let query = Query { text, typed, ..page.query() };
    let title = (strings.problem_title)(problem.kind);
    let main = html! {
        h1 { (title) }
        p.detail { (strings.detail(problem)) }
        @if let Some(rest) = rest(context, problem) { p { a href=(rest) rel="nofollow" { (strings.without_it) } } }
        p { a href=(page.link("/")) { (strings.back_home) } }
        // A number to tell us is of use for a fault of ours.
        @if problem.status() >= 500 && !context.request.instance.is_empty() {
            p.request { ((strings.request_id)(&context.request.instance)) }
        }
    };
    let frame = Frame { title: title.to_owned(), search: Some(&query), ..Frame::default() };
    let mut response = page.render(problem.status(), &frame, &main);
    problem.set_headers(&mut response);
    response
}
