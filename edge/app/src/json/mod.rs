//! The JSON answers of the HTTP contract: shapes only, what goes in is decided elsewhere.

mod book;
mod libraries;
mod predict;
mod problem;
mod suggest;

pub(crate) use book::{BookAnswer, StatusAnswer};
pub(crate) use libraries::LibrariesAnswer;
pub(crate) use predict::{PredictAnswer, PredictBook};
pub(crate) use problem::problem;
pub use problem::{broken, refusal};
pub(crate) use suggest::SuggestAnswer;

use serde::Serialize;

use crate::http::response::Response;

/// Makes a 200 with a JSON body.
pub(crate) fn response(answer: &impl Serialize) -> Response {
    with_status(200, answer)
}

/// Makes a response of any status with a JSON body.
pub(crate) fn with_status(status: u16, answer: &impl Serialize) -> Response {
    match serde_json::to_vec(answer) {
        Ok(body) => Response::with_body(status, "application/json; charset=utf-8", body),
        // Shapes of texts and numbers always serialise.
        Err(_) => Response::bare(500),
    }
}
