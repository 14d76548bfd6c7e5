//! Problem documents (RFC 9457): what programs are told of what went wrong.

use serde::Serialize;

use crate::choices::query_id::Refusal;
use crate::config::ConfigError;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::strings::Hl;

/// Makes the problem document of a problem that the core met.
pub(crate) fn problem(problem: &Problem, instance: &str) -> Response {
    let english = Hl::En.strings();
    let takes = problem.takes.as_ref().map(|takes| (english.takes)(takes));
    let mut response = response(&Document {
        kind: &problem.kind.urn(),
        title: (english.problem_title)(problem.kind),
        status: problem.status(),
        detail: &english.detail(problem),
        instance,
        parameter: problem.parameter,
        got: problem.got.as_deref(),
        takes: takes.as_deref(),
        reason: problem.refusal.map(Refusal::code),
    });
    problem.set_headers(&mut response);
    response
}

/// Answers for a deployment whose settings it must not start with: 503, and what to set.
///
/// For shells: there is no [`App`](crate::App) that could say it.
#[must_use]
pub fn refusal(error: &ConfigError, instance: &str) -> Response {
    of_shell(503, "This deployment is not configured.", &error.to_string(), instance)
}

/// Answers a request whose exchange is gone, as after a panic: 500, and no more than where the log says why.
#[must_use]
pub fn broken(instance: &str) -> Response {
    of_shell(500, "Something broke.", "It is in the log by its id.", instance)
}

fn of_shell(status: u16, title: &str, detail: &str, instance: &str) -> Response {
    let (parameter, got, takes, reason) = (None, None, None, None);
    let kind = "about:blank";
    let mut response =
        response(&Document { kind, title, status, detail, instance, parameter, got, takes, reason });
    response.set("cache-control", "no-store");
    response.set("x-content-type-options", "nosniff");
    response
}

fn response(document: &Document<'_>) -> Response {
    let body = serde_json::to_vec(document).unwrap_or_default();
    Response::with_body(document.status, "application/problem+json", body)
}

/// Members of a problem document, in the standard's order, then ours.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    title: &'a str,
    status: u16,
    detail: &'a str,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_answers_in_problem_documents_of_no_type_of_their_own() {
        let error = ConfigError { setting: "SEOGA_KEY", wanted: "a key" };
        for (response, status, detail) in [
            (refusal(&error, "id-1"), 503, "set SEOGA_KEY: a key"),
            (broken("id-1"), 500, "It is in the log by its id."),
        ] {
            let document: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
            assert_eq!((response.status, &document["status"]), (status, &status.into()));
            assert_eq!((&document["type"], &document["instance"]), (&"about:blank".into(), &"id-1".into()));
            assert_eq!(document["detail"], detail);
            assert_eq!(response.header("content-type"), Some("application/problem+json"));
            assert_eq!(response.header("cache-control"), Some("no-store"));
            assert_eq!(response.header("x-content-type-options"), Some("nosniff"));
        }
    }
}
