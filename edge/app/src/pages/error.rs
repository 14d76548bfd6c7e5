//! Pages of what went wrong: what it is, what to do, and the search form.

use maud::html;

use super::layout::{Frame, Page};
use super::links;
use crate::context::Context;
use crate::http::params::Params;
use crate::http::problem::{Problem, ProblemKind};
use crate::http::response::Response;
use crate::query::{self, Asker, Query};

/// Asks again without the parameter that was wrong, where a search is left.
fn rest(context: &Context, problem: &Problem) -> Option<Query> {
    let name = problem.parameter.filter(|_| problem.kind == ProblemKind::Parameter)?;
    let is_search = context.request.path == "/search";
    let params = Params::parse(&context.request.query).ok().filter(|_| is_search)?.without(name);
    let query = Query::parse(&params, Asker::Page).ok()?.with_years_of_form(&params).ok()?;
    (!query.text.is_empty() || query.is_filtered()).then_some(query)
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
        @if let Some(rest) = rest(context, problem) { p { a href=(links::search(&rest)) rel="nofollow" { (strings.without_it) } } }
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
