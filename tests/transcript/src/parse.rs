//! Reading transcripts. Nothing is sent here.
//!
//! Invariant: whatever a file says is either understood whole or refused with its line.

use std::fmt;

use serde_json::Value;

/// A file of steps, replayed in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Transcript {
    /// Its steps; at least one.
    pub steps: Vec<Step>,
}

/// A request and what its answer must be.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its title: what it shows, as a claim.
    pub title: String,
    /// The line of the title, from 1.
    pub line: usize,
    /// How often the request is sent at most, until the answer fits.
    pub tries: u32,
    /// Texts that take the place of `{{one}}`, one after the other until the answer fits; empty for a step without it.
    pub alternatives: Vec<String>,
    /// The method.
    pub method: String,
    /// Path and query as written.
    pub target: String,
    /// Headers in their order.
    pub headers: Vec<(String, String)>,
    /// The body, empty for none.
    pub body: String,
    /// Its expected answer.
    pub expected: Expected,
}

/// An expected answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Expected {
    /// Its status.
    pub status: u16,
    /// Another status that is as good.
    pub or_status: Option<u16>,
    /// Headers by lower-case name and the pattern of their value.
    pub headers: Vec<(String, String)>,
    /// The JSON pattern of the body.
    pub json: Option<Value>,
    /// Its lines about the body.
    pub lines: Vec<BodyLine>,
}

/// A line about a body.
#[derive(Debug, Clone, PartialEq)]
pub enum BodyLine {
    /// The text is in it.
    Contains(String),
    /// The text is not in it.
    Lacks(String),
    /// It is the text, white space around it aside.
    Equals(String),
    /// The text between two others is saved under a name.
    Save {
        /// The name.
        name: String,
        /// The text before.
        before: String,
        /// The text after; empty for all the rest.
        after: String,
    },
    /// One of its lines is JSON that fits the pattern.
    Line(Value),
    /// It has so many lines that are not empty.
    Lines(usize),
}

/// A transcript that is not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// The reason.
    pub what: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl std::error::Error for ParseError {}

/// A line and its number.
type Line<'a> = (usize, &'a str);
/// Headers by lower-case name, and the lines after them.
type Headers<'a, 'b> = (Vec<(String, String)>, &'a [Line<'b>]);

impl Transcript {
    /// Reads a transcript.
    ///
    /// # Errors
    /// [`ParseError`] with the line that is not understood, or when there is no step.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let lines: Vec<Line<'_>> = text
            .lines()
            .enumerate()
            .map(|(number, line)| (number + 1, line.trim_end()))
            .filter(|(_, line)| !line.starts_with("# ") && *line != "#")
            .collect();
        let starts: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].1.starts_with("### ")).collect();
        let ends = starts.iter().skip(1).copied().chain([lines.len()]);
        let steps = starts
            .iter()
            .zip(ends)
            .map(|(start, end)| step(&lines[*start..end]))
            .collect::<Result<Vec<_>, _>>()?;
        if steps.is_empty() {
            return Err(ParseError { line: 1, what: "no step; a step begins with `### title`".to_owned() });
        }
        Ok(Self { steps })
    }
}

fn wrong<T>(line: usize, what: impl Into<String>) -> Result<T, ParseError> {
    Err(ParseError { line, what: what.into() })
}

fn step(lines: &[Line<'_>]) -> Result<Step, ParseError> {
    let (line, title) = lines[0];
    let title = title.trim_start_matches('#').trim().to_owned();
    let mut rest = skip_blank(&lines[1..]);
    let (mut tries, mut alternatives) = (1, Vec::new());
    if let [(number, text), tail @ ..] = rest
        && let Some(directive) = text.strip_prefix('@')
    {
        let until = directive.strip_prefix("until ").and_then(|n| n.trim().parse().ok());
        let one_of = directive.strip_prefix("one of ").filter(|texts| !texts.trim().is_empty());
        match (until, one_of) {
            (Some(number), _) if number > 0 => tries = number,
            (_, Some(texts)) => alternatives = texts.trim().split('|').map(str::to_owned).collect(),
            _ => {
                return wrong(
                    *number,
                    format!("`@{directive}`: only `@until N` and `@one of a|b` are known"),
                );
            }
        }
        rest = skip_blank(tail);
    }
    let [(number, request), tail @ ..] = rest else { return wrong(line, "the step sends no request") };
    let (method, target) = match request.split_once(' ') {
        Some((method, target)) if target.starts_with('/') => (method.to_owned(), target.trim().to_owned()),
        _ => return wrong(*number, format!("`{request}` is no request such as `GET /path`")),
    };
    let Some(status_at) = tail.iter().position(|(_, text)| text.starts_with("HTTP ")) else {
        return wrong(line, "the step wants no status; a line `HTTP 200` is missing");
    };
    let (request, answer) = tail.split_at(status_at);
    let (headers, body) = headers(request)?;
    let body: Vec<&str> = body.iter().map(|(_, text)| *text).collect();
    Ok(Step {
        title,
        line,
        tries,
        alternatives,
        method,
        target,
        headers,
        body: body.join("\n").trim().to_owned(),
        expected: expected(answer)?,
    })
}

fn skip_blank<'a, 'b>(mut lines: &'a [Line<'b>]) -> &'a [Line<'b>] {
    while let [(_, ""), tail @ ..] = lines {
        lines = tail;
    }
    lines
}

/// Headers to the first blank line, and what follows it.
fn headers<'a, 'b>(lines: &'a [Line<'b>]) -> Result<Headers<'a, 'b>, ParseError> {
    let blank = lines.iter().position(|(_, text)| text.is_empty()).unwrap_or(lines.len());
    let (headers, rest) = lines.split_at(blank);
    let read = |(number, text): &Line<'_>| match text.split_once(':') {
        Some((name, value)) => Ok((name.trim().to_ascii_lowercase(), value.trim().to_owned())),
        None => wrong(*number, format!("`{text}` is no header such as `name: value`")),
    };
    Ok((headers.iter().map(read).collect::<Result<_, _>>()?, skip_blank(rest)))
}

fn expected(lines: &[Line<'_>]) -> Result<Expected, ParseError> {
    let (number, first) = lines[0];
    let statuses = first.strip_prefix("HTTP ").unwrap_or_default().trim();
    let (status, other) =
        statuses.split_once(" or ").map_or((statuses, None), |(one, other)| (one, Some(other)));
    let (Ok(status), Ok(or_status)) = (status.parse(), other.map(str::parse).transpose()) else {
        return wrong(number, format!("`{first}` is no status such as `HTTP 200` or `HTTP 401 or 404`"));
    };
    let (headers, rest) = headers(&lines[1..])?;
    let mut expected = Expected { status, or_status, headers, json: None, lines: Vec::new() };
    if let [(number, text), ..] = rest
        && text.starts_with(['{', '['])
    {
        let whole: Vec<&str> = rest.iter().map(|(_, text)| *text).collect();
        expected.json = Some(json(*number, &whole.join("\n"))?);
        return Ok(expected);
    }
    for (number, text) in rest.iter().filter(|(_, text)| !text.is_empty()) {
        expected.lines.push(body_line(*number, text)?);
    }
    Ok(expected)
}

fn json(line: usize, text: &str) -> Result<Value, ParseError> {
    serde_json::from_str(text).or_else(|error| wrong(line, format!("the pattern is no JSON: {error}")))
}

fn body_line(number: usize, text: &str) -> Result<BodyLine, ParseError> {
    if text == "empty" {
        return Ok(BodyLine::Equals(String::new()));
    }
    let Some((word, rest)) = text.split_once(": ") else {
        return wrong(number, format!("`{text}` says nothing that is known of a body"));
    };
    let rest = rest.to_owned();
    Ok(match word {
        "contains" => BodyLine::Contains(rest),
        "lacks" => BodyLine::Lacks(rest),
        "equals" => BodyLine::Equals(rest),
        "line" => BodyLine::Line(json(number, &rest)?),
        "lines" => match rest.parse() {
            Ok(count) => BodyLine::Lines(count),
            Err(_) => return wrong(number, format!("`{rest}` is no number of lines")),
        },
        _ => match (word.strip_prefix("save "), rest.split_once('*')) {
            (Some(name), Some((before, after))) => {
                BodyLine::Save { name: name.to_owned(), before: before.to_owned(), after: after.to_owned() }
            }
            _ => return wrong(number, format!("`{text}` says nothing that is known of a body")),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_read_whole() {
        let transcript = Transcript::parse(
            "A remark.\n\n### stores a choice\n@until 3\nPOST /user-choice?a=b c\nContent-Type: application/json\n\n\
             # a remark\n{\"a\": 1}\n\nHTTP 201\ncontent-type: application/json*\n\n{\"stored\": true}\n\n\
             ### shows a page\nGET /\n\nHTTP 200\n\ncontains: <form\nlacks: script\nsave id: value=\"*\"\n",
        )
        .unwrap();
        let [choice, page] = transcript.steps.as_slice() else { panic!("two steps") };
        assert_eq!((choice.title.as_str(), choice.tries, choice.line), ("stores a choice", 3, 3));
        assert_eq!(choice.target, "/user-choice?a=b c");
        assert_eq!(choice.headers, [("content-type".to_owned(), "application/json".to_owned())]);
        assert_eq!(choice.body, "{\"a\": 1}");
        assert_eq!(choice.expected.status, 201);
        assert_eq!(choice.expected.json, Some(serde_json::json!({"stored": true})));
        assert_eq!(page.body, "");
        assert_eq!(page.expected.lines[0], BodyLine::Contains("<form".to_owned()));
        assert_eq!(
            page.expected.lines[2],
            BodyLine::Save { name: "id".to_owned(), before: "value=\"".to_owned(), after: "\"".to_owned() }
        );
    }

    #[test]
    fn what_is_not_understood_is_refused_with_its_line() {
        for (text, line) in [
            ("", 1),
            ("### a\nGET /\n", 1),
            ("### a\nGET path\nHTTP 200", 2),
            ("### a\n@twice\nGET /\nHTTP 200", 2),
            ("### a\nGET /\nnonsense\n\nHTTP 200", 3),
            ("### a\nGET /\nHTTP ok", 3),
            ("### a\nGET /\nHTTP 401 or\n", 3),
            ("### a\n@one of \nGET /\nHTTP 200", 2),
            ("### a\nGET /\nHTTP 200\n\n{\"a\": }", 5),
            ("### a\nGET /\nHTTP 200\n\nholds: a", 5),
            ("### a\nGET /\nHTTP 200\n\nlines: many", 5),
            ("### a\nGET /\nHTTP 200\n\nsave id: no star", 5),
        ] {
            let error = Transcript::parse(text).unwrap_err();
            assert_eq!(error.line, line, "{text:?} gave {error}");
        }
    }
}
