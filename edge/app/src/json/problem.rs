//! Problem documents (RFC 9457): what programs are told of what went wrong.

use serde::Serialize;

use crate::choices::query_id::Refusal;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::strings::Hl;

/// The problem document.
pub(crate) fn problem(problem: &Problem, instance: &str) -> Response {
    let english = Hl::En.strings();
    let takes = problem.takes.as_ref().map(|takes| (english.takes)(takes));
    let document = Document {
        kind: problem.kind.urn(),
        title: (english.problem_title)(problem.kind),
        status: problem.status(),
        detail: english.detail(problem),
        instance,
        parameter: problem.parameter,
        got: problem.got.as_deref(),
        takes: takes.as_deref(),
        reason: problem.refusal.map(Refusal::code),
    };
    let body = serde_json::to_vec(&document).unwrap_or_default();
    let mut response = Response::with_body(problem.status(), "application/problem+json", body);
    problem.set_headers(&mut response);
    response
}

/// Members of a problem document, in the standard's order, then ours.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'a str,
    status: u16,
    detail: String,
    instance: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    got: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    takes: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}
