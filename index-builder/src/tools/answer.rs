//! One query, answered for a program: the JSON of `/api/search`, as far as it needs no server.
//!
//! The shape is a copy and not the server's own: tools do not depend on the server (`docs/ARCHITECTURE.md`). What is
//! missing is `query_id`, which a key signs. Class names are the Korean ones. Invariant: every other member has the
//! name, the type, the order and the value that `/api/search?hl=ko` answers for the same words, libraries and limit
//! (the transcripts of `tests/transcripts/search.http` hold the server to it, `query_json` in `tests/command_line.rs`
//! this copy).

use seoga_index::manifest::Manifest;
use seoga_search::{Answer, Facet, Hit};
use seoga_text::kdc;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::catalogue::Date;
use crate::local::{LocalIndex, ToolError, request};

#[derive(Serialize)]
struct AnswerJson<'a> {
    query: &'a str,
    total: u32,
    total_exact: bool,
    page: u32,
    limit: u32,
    generation: &'a str,
    interpretation: Vec<InterpretationJson<'a>>,
    did_you_mean: Option<&'a str>,
    results: Vec<HitJson<'a>>,
    facets: Facets<'a>,
    facets_over: u32,
    related: &'a [String],
}

#[derive(Serialize)]
struct InterpretationJson<'a> {
    input: &'a str,
    #[serde(rename = "as")]
    reading: &'a str,
    by: &'static str,
}

#[derive(Serialize)]
struct HitJson<'a> {
    isbn13: String,
    title: &'a str,
    authors: &'a str,
    publisher: &'a str,
    year: Option<u16>,
    class_no: Option<&'a str>,
    class_name: Option<&'static str>,
    registered: Option<String>,
    libraries: Vec<&'a str>,
    loans: Option<u32>,
    matched: Vec<MatchJson>,
}

#[derive(Serialize)]
struct MatchJson {
    field: &'static str,
    start: u32,
    end: u32,
    by: &'static str,
}

#[derive(Serialize)]
struct Count<'a> {
    value: &'a str,
    count: u32,
}

struct Facets<'a>(&'a [Facet]);

impl Serialize for Facets<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for name in ["library", "class", "year", "publisher", "lang"] {
            let counts = self.0.iter().filter(|facet| facet.name == name).flat_map(|facet| &facet.counts);
            let counts: Vec<Count<'_>> =
                counts.map(|count| Count { value: &count.value, count: count.count }).collect();
            map.serialize_entry(name, &counts)?;
        }
        map.end()
    }
}

/// Answers `text` as one line of JSON.
///
/// # Errors
/// [`ToolError`] when the index cannot be read or a library is unknown.
pub fn run(index: &LocalIndex, text: &str, libraries: &[String], limit: u32) -> Result<String, ToolError> {
    let request = request(index, text, libraries, limit)?;
    let answer = index.search(request.clone())?;
    let Answer { total, total_exact, facets_over, .. } = answer;
    let told = answer.interpretation.iter().map(|told| InterpretationJson {
        input: &told.input,
        reading: &told.expansion,
        by: told.by.code(),
    });
    let json = AnswerJson {
        query: &request.text,
        total,
        total_exact,
        page: request.page,
        limit,
        generation: &index.generation,
        interpretation: told.collect(),
        did_you_mean: answer.did_you_mean.as_deref(),
        results: answer
            .hits
            .iter()
            .map(|hit| HitJson::new(hit, &index.manifest, &request.filters.libraries))
            .collect(),
        facets: Facets(&answer.facets),
        facets_over,
        related: &answer.related,
    };
    let json = serde_json::to_string(&json).map_err(|error| ToolError::Request(error.to_string()))?;
    Ok(json + "\n")
}

impl<'a> HitJson<'a> {
    /// `asked`: the libraries asked for; none means all.
    fn new(hit: &'a Hit, manifest: &'a Manifest, asked: &[u16]) -> Self {
        let record = &hit.record;
        let held = || record.holdings.iter().filter(|held| asked.is_empty() || asked.contains(&held.library));
        let registered = held().filter_map(|held| held.registered).min();
        let registered = registered.and_then(|days| Date::from_days_since_1970(days.into()));
        let library = |number: u16| manifest.libraries.get(usize::from(number));
        let class_no = record.class_no.as_deref();
        Self {
            isbn13: format!("{:013}", record.isbn13),
            title: &record.title,
            authors: &record.authors,
            publisher: &record.publisher,
            year: record.year,
            class_no,
            class_name: class_no.and_then(|number| kdc::name(number, kdc::Language::Korean)),
            registered: registered.map(|date| date.to_string()),
            libraries: held()
                .filter_map(|held| library(held.library))
                .map(|library| library.name.as_str())
                .collect(),
            loans: record.loans,
            matched: hit
                .highlights
                .iter()
                .map(|mark| MatchJson {
                    field: mark.field.code(),
                    start: mark.start,
                    end: mark.end,
                    by: mark.by.code(),
                })
                .collect(),
        }
    }
}
