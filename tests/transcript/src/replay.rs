//! Sending the steps of a transcript, and holding the answers to them.
//!
//! Invariant: what one transcript saves, another does not see.

use std::time::Duration;

use anyhow::{Context, Result};
use seoga_text::encoding::{percent, query_value};
use serde_json::Value;

use crate::parse::{BodyLine, Expected, Step};
use crate::pattern::{fit, like};
use crate::saved::Saved;

/// How long an answer may take; the first one after a start compiles WASM.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Headers by lower-case name, in their order.
    pub headers: Vec<(String, String)>,
    /// Its body; what is no UTF-8 is replaced.
    pub body: String,
}

/// Why an answer does not fit: every reason, a line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch(pub Vec<String>);

/// A replay of one transcript.
pub struct Replay {
    base: String,
    saved: Saved,
    last: Option<Answer>,
    agent: ureq::Agent,
}

impl Replay {
    /// Begins a replay against a base URL such as `http://localhost:8787`.
    #[must_use]
    pub fn new(base: &str) -> Self {
        let base = base.trim_end_matches('/').to_owned();
        let saved = Saved::from([("base".to_owned(), base.clone())]);
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .allow_non_standard_methods(true)
            .timeout_global(Some(ANSWER_LIMIT))
            .user_agent("seoga-transcripts")
            .build()
            .into();
        Self { base, saved, last: None, agent }
    }

    /// Sends a step and holds the answer to it; what it saves, later steps see.
    ///
    /// # Errors
    /// When no answer comes, or the step's method or headers cannot be sent.
    pub fn step(&mut self, step: &Step) -> Result<Result<(), Mismatch>> {
        let mut verdict = Ok(());
        let alternatives = step.alternatives.iter().map(Some);
        let tries =
            std::iter::repeat_n(None, if step.alternatives.is_empty() { step.tries as usize } else { 0 });
        for alternative in alternatives.chain(tries) {
            if let Some(text) = alternative {
                self.saved.insert("one".to_owned(), text.clone());
            }
            let answer = self.last.insert(self.send(step)?).clone();
            verdict = match check(&self.filled(&step.expected), &answer) {
                Ok(saved) => {
                    self.saved.extend(saved);
                    return Ok(Ok(()));
                }
                Err(mismatch) => Err(mismatch),
            };
        }
        Ok(verdict)
    }

    /// Gives what a step saved under a name.
    #[must_use]
    pub fn saved(&self, name: &str) -> Option<&str> {
        self.saved.get(name).map(String::as_str)
    }

    /// The last answer, with what must differ between two replays of one step taken out: where it came from, what the
    /// platform calls the request, and when a choice was made.
    #[must_use]
    pub fn last_comparable(&self) -> Option<(u16, String)> {
        let answer = self.last.as_ref()?;
        let mut body = answer.body.replace(&self.base, "{{base}}");
        // As the value of a parameter inside a link, too.
        body = body.replace(&self.base.replace(':', "%3A").replace('/', "%2F"), "{{base}}");
        for (before, after) in [("\"instance\":\"", "\""), ("<p class=\"request\">", "</p>")] {
            if let Some((head, rest)) = body.split_once(before)
                && let Some((_, tail)) = rest.split_once(after)
            {
                body = format!("{head}{before}{after}{tail}");
            }
        }
        Some((answer.status, without_times(&body)))
    }

    fn send(&self, step: &Step) -> Result<Answer> {
        let url = format!("{}{}", self.base, percent(&self.fill(&step.target), stands_in_url));
        let mut request = ureq::http::Request::builder().method(step.method.as_str()).uri(&url);
        for (name, value) in &step.headers {
            request = request.header(name, self.fill(value));
        }
        let body = self.fill(&step.body);
        let sent = if body.is_empty() {
            self.agent.run(request.body(()).with_context(|| format!("making {} {url}", step.method))?)
        } else {
            self.agent.run(request.body(body).with_context(|| format!("making {} {url}", step.method))?)
        };
        let mut response = sent.with_context(|| format!("{} {url}", step.method))?;
        let headers = response.headers().iter();
        let headers = headers
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(64 << 20).read_to_vec();
        let body = body.with_context(|| format!("reading what {url} answered"))?;
        Ok(Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() })
    }

    /// Puts what was saved in the place of its names, and repeats what is to be repeated.
    fn fill(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, inside)) = rest.split_once("{{") {
            let Some((name, after)) = inside.split_once("}}") else { break };
            filled.push_str(before);
            let as_value = name.strip_prefix('%').and_then(|name| self.saved.get(name));
            match (self.saved.get(name), name.rsplit_once('*')) {
                (Some(value), _) => filled.push_str(value),
                (None, _) if as_value.is_some() => {
                    filled.push_str(&query_value(as_value.map_or("", String::as_str)));
                }
                (None, Some((text, times))) if times.parse::<usize>().is_ok() => {
                    filled.push_str(&text.repeat(times.parse().unwrap_or_default()));
                }
                _ => filled.push_str(&format!("{{{{{name}}}}}")),
            }
            rest = after;
        }
        filled + rest
    }

    fn filled(&self, expected: &Expected) -> Expected {
        let headers = expected.headers.iter().map(|(name, value)| (name.clone(), self.fill(value)));
        let lines = expected.lines.iter().map(|line| match line {
            BodyLine::Contains(text) => BodyLine::Contains(self.fill(text)),
            BodyLine::Lacks(text) => BodyLine::Lacks(self.fill(text)),
            BodyLine::Equals(text) => BodyLine::Equals(self.fill(text)),
            BodyLine::Line(pattern) => BodyLine::Line(self.fill_json(pattern)),
            other => other.clone(),
        });
        Expected {
            status: expected.status,
            or_status: expected.or_status,
            headers: headers.collect(),
            json: expected.json.as_ref().map(|pattern| self.fill_json(pattern)),
            lines: lines.collect(),
        }
    }

    fn fill_json(&self, pattern: &Value) -> Value {
        match pattern {
            Value::String(text) => Value::String(self.fill(text)),
            Value::Array(elements) => elements.iter().map(|element| self.fill_json(element)).collect(),
            Value::Object(members) => {
                members.iter().map(|(name, value)| (name.clone(), self.fill_json(value))).collect()
            }
            other => other.clone(),
        }
    }
}

/// Holds an answer to what was expected; gives what to save.
fn check(expected: &Expected, answer: &Answer) -> Result<Saved, Mismatch> {
    let mut wrong = Vec::new();
    let mut saved = Saved::new();
    if answer.status != expected.status && Some(answer.status) != expected.or_status {
        let or = expected.or_status.map_or_else(String::new, |status| format!(" or {status}"));
        wrong.push(format!("status: wanted {}{or}, got {}", expected.status, answer.status));
    }
    for (name, pattern) in &expected.headers {
        let values: Vec<&str> =
            answer.headers.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str()).collect();
        let joined = values.join(", ");
        if pattern == "<absent>" {
            if !values.is_empty() {
                wrong.push(format!("header {name}: wanted none, got `{joined}`"));
            }
        } else if values.is_empty() {
            wrong.push(format!("header {name}: wanted `{pattern}`, got none"));
        } else if let Some(name) = pattern.strip_prefix("<save ").and_then(|rest| rest.strip_suffix('>')) {
            saved.insert(name.to_owned(), joined);
        } else if let Some(text) = pattern.strip_prefix("<lacks ").and_then(|rest| rest.strip_suffix('>')) {
            if joined.contains(text) {
                wrong.push(format!("header {name}: wanted no `{text}`, got `{joined}`"));
            }
        } else if !like(pattern, &joined) {
            wrong.push(format!("header {name}: wanted `{pattern}`, got `{joined}`"));
        }
    }
    if let Some(pattern) = &expected.json {
        match serde_json::from_str(&answer.body).map_err(|error| format!("the body is no JSON: {error}")) {
            Ok(value) => match fit(pattern, &value) {
                Ok(new) => saved.extend(new),
                Err(misfit) => wrong.push(misfit),
            },
            Err(error) => wrong.push(error),
        }
    }
    for line in &expected.lines {
        check_line(line, &answer.body, &mut saved).unwrap_or_else(|misfit| wrong.push(misfit));
    }
    if wrong.is_empty() {
        return Ok(saved);
    }
    let shown: String = answer.body.chars().take(2000).collect();
    wrong.push(format!("the answer was: {} {shown}", answer.status));
    Err(Mismatch(wrong))
}

fn check_line(line: &BodyLine, body: &str, saved: &mut Saved) -> Result<(), String> {
    let holds = match line {
        BodyLine::Contains(text) => body.contains(text.as_str()),
        BodyLine::Lacks(text) => !body.contains(text.as_str()),
        BodyLine::Equals(text) => body.trim() == text,
        BodyLine::Lines(count) => body.lines().filter(|line| !line.trim().is_empty()).count() == *count,
        BodyLine::Line(pattern) => {
            let fits = |line: &str| fit(pattern, &serde_json::from_str(line).ok()?).ok();
            body.lines().find_map(fits).map(|new| saved.extend(new)).is_some()
        }
        BodyLine::Save { name, before, after } => {
            let rest = body.split_once(before.as_str()).map(|(_, rest)| rest);
            let found = match after.as_str() {
                "" => rest.map(str::trim),
                after => rest.and_then(|rest| rest.split_once(after)).map(|(found, _)| found),
            };
            found.map(|found| saved.insert(name.clone(), found.to_owned())).is_some()
        }
    };
    if holds { Ok(()) } else { Err(format!("the body does not hold to {line:?}")) }
}

/// Tells whether a byte may stand in a target as it is: anything but white space, what is not ASCII, and a few signs.
fn stands_in_url(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte)
}

/// Leaves out when choices were made, and when OAI-PMH answered: two deployments do it in different seconds.
fn without_times(body: &str) -> String {
    const TIMES: [(&str, char); 2] = [("\"chosen_at\":\"", '"'), ("<responseDate>", '<')];
    let mut text = body.to_owned();
    for (before, end) in TIMES {
        let mut parts = text.split(before);
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            out.push_str(before);
            out.push_str(part.find(end).and_then(|end| part.get(end..)).unwrap_or_default());
        }
        text = out;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::Transcript;

    #[test]
    fn when_choices_were_made_is_not_compared() {
        let at = |second: u8| format!("{{\"id\":\"1\",\"chosen_at\":\"2026-11-30T15:10:0{second}Z\"}}\n");
        assert_eq!(without_times(&(at(1) + &at(2))), without_times(&(at(1) + &at(1))));
        assert_ne!(without_times(&at(1)), without_times(&at(1).replace("\"1\"", "\"2\"")));
        assert_eq!(without_times("\"chosen_at\":\"cut"), "\"chosen_at\":\"");
        let oai = |second: u8| {
            format!("<OAI-PMH><responseDate>2026-12-01T05:20:4{second}Z</responseDate><request/>")
        };
        assert_eq!(without_times(&oai(2)), without_times(&oai(3)));
    }

    fn expected(text: &str) -> Expected {
        Transcript::parse(&format!("### t\nGET /\n\n{text}")).unwrap().steps[0].expected.clone()
    }

    fn answer() -> Answer {
        Answer {
            status: 200,
            headers: vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())],
            body: "<form id=\"a\">\n{\"n\": 1}\n".to_owned(),
        }
    }

    #[test]
    fn every_kind_of_expectation_can_fail() {
        for (text, fits) in [
            ("HTTP 200", true),
            ("HTTP 201", false),
            ("HTTP 404 or 200", true),
            ("HTTP 404 or 401", false),
            ("HTTP 200\ncontent-type: <lacks xml>", true),
            ("HTTP 200\ncontent-type: <lacks html>", false),
            ("HTTP 200\netag: <lacks html>", false),
            ("HTTP 200\n\nsave all: <form*", true),
            ("HTTP 200\n\nsave all: <table*", false),
            ("HTTP 200\ncontent-type: text/html*", true),
            ("HTTP 200\ncontent-type: text/plain*", false),
            ("HTTP 200\ncontent-type: <absent>", false),
            ("HTTP 200\nset-cookie: <absent>", true),
            ("HTTP 200\nset-cookie: *", false),
            ("HTTP 200\n\ncontains: <form", true),
            ("HTTP 200\n\ncontains: <table", false),
            ("HTTP 200\n\nlacks: <form", false),
            ("HTTP 200\n\nempty", false),
            ("HTTP 200\n\nlines: 2", true),
            ("HTTP 200\n\nlines: 3", false),
            ("HTTP 200\n\nline: {\"n\": 1}", true),
            ("HTTP 200\n\nline: {\"n\": 2}", false),
            ("HTTP 200\n\nsave id: id=\"*\"", true),
            ("HTTP 200\n\nsave id: name=\"*\"", false),
            ("HTTP 200\n\n{\"n\": 1}", false),
        ] {
            assert_eq!(check(&expected(text), &answer()).is_ok(), fits, "{text}");
        }
    }

    #[test]
    fn what_a_step_saved_fills_what_follows() {
        let mut replay = Replay::new("http://localhost:1/");
        replay.saved.extend(check(&expected("HTTP 200\n\nsave id: id=\"*\""), &answer()).unwrap());
        replay.saved.insert("word".to_owned(), "a&b 책".to_owned());
        assert_eq!(replay.fill("?q={{%word}}&{{%other}}"), "?q=a%26b%20%EC%B1%85&{{%other}}");
        let saved = check(&expected("HTTP 200\n\nsave all: *"), &answer()).unwrap();
        assert_eq!(saved["all"], answer().body.trim());
        assert_eq!(replay.fill("{{base}}/{{id}}/{{other}}"), "http://localhost:1/a/{{other}}");
        assert_eq!(replay.fill("{\"a\": \"{{ab*3}}\", \"b\": {{}}}"), "{\"a\": \"ababab\", \"b\": {{}}}");
        let saved = check(&expected("HTTP 200\ncontent-type: <save kind>"), &answer()).unwrap();
        assert_eq!(saved["kind"], "text/html; charset=utf-8");
        let filled = replay.filled(&expected("HTTP 200\n\n{\"x\": [\"{{id}}\"]}"));
        assert_eq!(filled.json, Some(serde_json::json!({"x": ["a"]})));
    }

    #[test]
    fn targets_are_encoded_as_a_browser_would() {
        assert_eq!(percent("/search?q=C%2B%2B 책&a=b", stands_in_url), "/search?q=C%2B%2B%20%EC%B1%85&a=b");
        assert_eq!(percent("/?q=<\">", stands_in_url), "/?q=%3C%22%3E");
    }
}
