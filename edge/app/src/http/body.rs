//! JSON bodies of requests: the object, its members, and the complaint that names one.

use serde_json::{Map, Value};

use crate::http::problem::{Problem, ProblemKind, Takes};
use crate::http::request::Request;

/// Checks that a body came to its end, in time and within so many bytes.
pub(crate) fn check(request: &Request, most: usize) -> Result<(), Problem> {
    if request.body_too_large || request.body.len() > most {
        return Err(Problem::new(ProblemKind::TooLarge));
    }
    if request.body_too_slow { Err(Problem::new(ProblemKind::TooSlow)) } else { Ok(()) }
}

/// Reads the JSON object of a body.
pub(crate) fn object(body: &[u8]) -> Result<Map<String, Value>, Problem> {
    let got = match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => return Ok(object),
        Ok(other) => kind(&other).to_owned(),
        Err(error) => format!("not JSON: {error}"),
    };
    Err(Problem::body(None, got, Takes::JsonObject))
}

/// Names the kind of a JSON value, for a complaint.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Reads a member that is a list of texts.
pub(crate) fn texts(body: &Map<String, Value>, name: &'static str) -> Result<Vec<String>, Problem> {
    let wrong = |got: &str| Problem::body(Some(name), got, Takes::Texts);
    match body.get(name) {
        None => Err(wrong("nothing")),
        Some(Value::Array(list)) => list
            .iter()
            .map(|value| {
                value
                    .as_str()
                    .map(str::to_owned)
                    .ok_or_else(|| wrong(&format!("{} in the list", kind(value))))
            })
            .collect(),
        Some(other) => Err(wrong(kind(other))),
    }
}
