//! Writes what a server on a damaged deployment must answer, as steps of a transcript, and what its log must say.

use seoga_index::file::FileName;
use seoga_index::{opening, pointer};
use serde_json::{Value, json};

use super::index::{Answered, Index, LIMIT};
use super::layout::Scenario;
use super::plan::Plan;
use crate::transcript::{BodyLine, Expected, Step};

/// A step, and the line of the log that it must leave.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The request and what must come back.
    pub step: Step,
    /// The line of the log then; `None` when it may say nothing of this file.
    pub log: Option<LogLine>,
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// The status answered.
    pub status: u16,
    /// The file it names.
    pub file: String,
    /// The words about the file.
    pub what: &'static str,
    /// The question, which the line must not hold.
    pub lacks: String,
}

/// How often a question whose file is damaged is asked: it must be as well answered the third time.
const TIMES: usize = 3;

/// Lists what a scenario's server must answer, in this order.
///
/// # Errors
/// When an index does not answer natively.
pub fn steps(scenario: Scenario, index: &Index, older: &Index, plan: &Plan) -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    let manifest = FileName::manifest_of(&index.generation)?.to_string();
    match scenario {
        Scenario::Damaged => {
            for _ in 0..TIMES {
                for broken in &plan.broken {
                    let text = &broken.probe.text;
                    let log = LogLine::new(503, broken.file.to_string(), broken.damage.in_log(), text);
                    cases.push(unavailable(&format!("{:?}", broken.damage), text, Some(log)));
                }
                cases.extend(plan.unharmed.iter().map(|answered| found(answered, &index.generation, None)));
            }
            for broken in &plan.broken {
                cases.push(unavailable_page(&broken.probe.text));
            }
            cases.push(status(&index.generation));
        }
        Scenario::Older => {
            for _ in 0..TIMES {
                for broken in &plan.broken {
                    let text = &broken.probe.text;
                    let log = LogLine::new(200, broken.file.to_string(), broken.damage.in_log(), text);
                    cases.push(found(&older.ask(text)?, &older.generation, Some(log)));
                }
                cases.extend(plan.unharmed.iter().map(|answered| found(answered, &index.generation, None)));
            }
            cases.push(status(&index.generation));
        }
        Scenario::Manifest => {
            let asked = plan.unharmed.iter().chain(plan.broken.iter().map(|broken| &broken.probe));
            // An isolate reads the opening once; from then on it looks at the pointer.
            let files = std::iter::once(opening::FILE_NAME).chain(std::iter::repeat(manifest.as_str()));
            for (answered, file) in asked.zip(files) {
                let log = LogLine::new(200, file.to_owned(), "checksum", &answered.text);
                cases.push(found(&older.ask(&answered.text)?, &older.generation, Some(log)));
            }
            cases.push(status(&older.generation));
        }
        Scenario::Pointer => {
            for answered in &plan.unharmed {
                let log = LogLine::new(503, pointer::FILE_NAME.to_owned(), "not a pointer", &answered.text);
                cases.push(unavailable("a pointer that breaks off", &answered.text, Some(log)));
                cases.push(unavailable_page(&answered.text));
            }
            let mut status = step("no index, no status", "/api/status".to_owned(), 503);
            status.expected.json = Some(json!({"type": "urn:seoga:problem:index-unavailable"}));
            cases.push(Case { step: status, log: None });
            cases.push(Case { step: step("what needs no index", "/robots.txt".to_owned(), 200), log: None });
        }
    }
    Ok(cases)
}

impl LogLine {
    fn new(status: u16, file: String, what: &'static str, lacks: &str) -> Self {
        Self { status, file, what, lacks: lacks.to_owned() }
    }
}

fn step(title: &str, target: String, status: u16) -> Step {
    Step {
        title: title.to_owned(),
        line: 0,
        tries: 1,
        alternatives: Vec::new(),
        method: "GET".to_owned(),
        target,
        headers: Vec::new(),
        body: String::new(),
        expected: Expected { status, or_status: None, headers: Vec::new(), json: None, lines: Vec::new() },
    }
}

fn target(path: &str, text: &str) -> String {
    format!("{path}?q={}&limit={LIMIT}", text.replace('+', "%2B"))
}

fn want(step: &mut Step, headers: &[(&str, &str)]) {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    step.expected.headers.extend(headers.iter().map(own));
}

/// An answer with just these books of this generation. From an older one it must not be kept.
fn found(answered: &Answered, generation: &str, log: Option<LogLine>) -> Case {
    let title = if log.is_some() { "the generation before answers" } else { "what is whole answers" };
    let mut step = step(title, target("/api/search", &answered.text), 200);
    let kept = if log.is_some() { "no-store" } else { "public, max-age=60, s-maxage=60" };
    want(&mut step, &[("cache-control", kept)]);
    let books: Vec<Value> = answered.isbns.iter().map(|isbn| json!({"isbn13": isbn})).collect();
    step.expected.json = Some(json!({"generation": generation, "results": books}));
    Case { step, log }
}

fn unavailable(damage: &str, text: &str, log: Option<LogLine>) -> Case {
    let mut step = step(damage, target("/api/search", text), 503);
    want(
        &mut step,
        &[("content-type", "application/problem+json"), ("retry-after", "30"), ("cache-control", "no-store")],
    );
    let problem =
        json!({"type": "urn:seoga:problem:index-unavailable", "status": 503, "instance": "<save instance>"});
    step.expected.json = Some(problem);
    Case { step, log }
}

fn unavailable_page(text: &str) -> Case {
    let mut step = step("its page says so", target("/search", text), 503);
    want(&mut step, &[("content-type", "text/html*"), ("retry-after", "30"), ("cache-control", "no-store")]);
    step.expected.lines.push(BodyLine::Contains("role=\"search\"".to_owned()));
    Case { step, log: None }
}

fn status(generation: &str) -> Case {
    let mut step = step("the isolate lives on", "/api/status".to_owned(), 200);
    step.expected.json = Some(json!({"generation": generation}));
    Case { step, log: None }
}
