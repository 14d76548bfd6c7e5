//! Lists what the HTTP contract consists of, for whoever describes it (`docs/openapi.yaml` and the test that holds it).

use crate::http::problem::ProblemKind;
use crate::routes::Route;

/// Gives the pattern of every path, `/api/books/{isbn13}`, with the methods that it takes, `GET, HEAD, OPTIONS`.
/// A path that comes in several forms is there once for each.
pub fn routes() -> impl Iterator<Item = (&'static str, &'static str)> {
    Route::EVERY.into_iter().map(|route| (route.pattern(), route.allow()))
}

/// Gives the pattern of the path that a request asks for, `/api/books/{id}`; `None` where no route is. A log that has it in place
/// of the path says nothing of who asked for what.
#[must_use]
pub fn pattern(path: &str) -> Option<&'static str> {
    Route::find(path).map(Route::pattern)
}

/// Gives the type of every problem, a URN, with its status.
pub fn problems() -> impl Iterator<Item = (String, u16)> {
    ProblemKind::ALL.into_iter().map(|kind| (kind.urn(), kind.status()))
}
