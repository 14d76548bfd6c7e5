//! Every step of every transcript is allowed by the description: request, status, media type, members of the answer.

use std::fs;

use seoga_tests::repository::{files_below, root};
use seoga_tests::transcript::pattern::like;
use seoga_tests::transcript::{BodyLine, Step, Transcript};
use serde_json::Value;

use crate::description::{Description, Operation, members, problem_types};
use crate::shape::fit;

/// Paths that transcripts ask for besides the API: static files, and the hooks of a test build.
const OUTSIDE: [&str; 4] = ["/assets/", "/favicon.ico", "/index/", "/test/"];

#[test]
fn every_transcript_is_allowed() {
    let d = Description::read();
    let mut wrong = Vec::new();
    let mut steps = 0;
    for file in files_below(&root().join("tests/transcripts"), &["http"]).unwrap() {
        let name = file.strip_prefix(root()).unwrap().display();
        for step in Transcript::parse(&fs::read_to_string(&file).unwrap()).unwrap().steps {
            steps += 1;
            if let Err(why) = allowed(&d, &step) {
                wrong.push(format!("{name}:{} {}: {why}", step.line, step.title));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {steps} steps:\n{}", wrong.len(), wrong.join("\n"));
    assert!(steps > 200, "{steps} steps");
}

/// Holds a step to the description.
fn allowed(d: &Description, step: &Step) -> Result<(), String> {
    let path = step.target.split('?').next().unwrap_or_default();
    let status = step.expected.status;
    let Some(template) = d.path_of(path) else {
        let known = status == 404 || OUTSIDE.iter().any(|outside| path.starts_with(outside));
        return if known { Ok(()) } else { Err(format!("{path} is not described")) };
    };
    let operations = d.operations_of(template);
    let method = if step.method == "HEAD" { "GET" } else { &step.method };
    let Some(operation) = operations.iter().find(|operation| operation.method == method) else {
        return other_method(d, &operations, step);
    };
    let Some(response) = operation.response(d, status) else {
        return Err(format!("{method} {template} answers no {status}"));
    };
    request(d, operation, step)?;
    answer(d, response, step)
}

/// A method that is not described is 405, with the methods that are.
fn other_method(d: &Description, operations: &[Operation<'_>], step: &Step) -> Result<(), String> {
    if step.expected.status != 405 {
        return Err(format!("{} is not described", step.method));
    }
    for (_, allow) in step.expected.headers.iter().filter(|(name, value)| name == "allow" && value != "*") {
        let mut named: Vec<&str> = allow.split(", ").filter(|method| *method != "HEAD").collect();
        let mut described: Vec<&str> = operations.iter().map(|operation| operation.method.as_str()).collect();
        named.sort_unstable();
        described.sort_unstable();
        if named != described {
            return Err(format!("Allow is {allow}, described are {described:?}"));
        }
    }
    answer(d, &d.0["components"]["responses"]["MethodNotAllowed"], step)
}

/// Holds the body of a request that is answered well to the description.
fn request(d: &Description, operation: &Operation<'_>, step: &Step) -> Result<(), String> {
    let schema = &operation.value["requestBody"]["content"]["application/json"]["schema"];
    if schema.is_null() || step.expected.status >= 300 {
        return Ok(());
    }
    let body: Value = serde_json::from_str(&step.body).map_err(|error| error.to_string())?;
    // What a request has more is let be.
    let known = d.properties(schema);
    let body = members(&body).clone().into_iter().filter(|(name, _)| known.contains(name.as_str())).collect();
    fit(d, schema, &Value::Object(body), true).map_err(|wrong| format!("request: {wrong}"))
}

fn answer(d: &Description, response: &Value, step: &Step) -> Result<(), String> {
    let none = serde_json::Map::new();
    let contents = response["content"].as_object().unwrap_or(&none);
    let expected = &step.expected;
    let mut media = None;
    for (name, pattern) in &expected.headers {
        if name == "content-type" && pattern != "<absent>" {
            // Of a HEAD too. A parameter such as charset is no part of the name.
            let fits =
                |kind: &&String| like(pattern, kind) || pattern.split(';').next() == Some(kind.as_str());
            media = contents.keys().find(fits).map(Some).ok_or_else(|| format!("it is never {pattern}"))?;
        } else if named_headers(name) && pattern != "<absent>" {
            let described = response["headers"].as_object().into_iter().flatten();
            if !described.clone().any(|(known, _)| known.eq_ignore_ascii_case(name)) {
                return Err(format!("its header {name} is not described"));
            }
        }
    }
    if let Some(pattern) = &expected.json {
        let json = |kind: &&String| kind.contains("json");
        let media = media.or_else(|| contents.keys().find(json)).ok_or("its JSON is not described")?;
        fit(d, &contents[media]["schema"], pattern, false)?;
        let kind = pattern["type"].as_str().filter(|_| media == "application/problem+json");
        if kind.is_some_and(|kind| !problem_types(response).contains(&kind)) {
            return Err(format!("the problem {} is not among its examples", pattern["type"]));
        }
    }
    for line in &expected.lines {
        if let BodyLine::Line(pattern) = line {
            fit(d, d.schema("ChoiceRecord"), pattern, false)?;
        }
    }
    Ok(())
}

/// Headers that are described where they are answered; security headers are the same everywhere.
fn named_headers(name: &str) -> bool {
    [
        "etag",
        "retry-after",
        "allow",
        "location",
        "x-next-cursor",
        "www-authenticate",
        "content-disposition",
        "content-language",
    ]
    .contains(&name)
}
