//! `/api/search` and `/api/suggest`.

use seoga_index::manifest::Manifest;
use seoga_index::suggest::Suggestion;
use seoga_search::answer::{Facet, Hit};
use seoga_search::{Answer, ExpansionKind};
use seoga_text::kdc;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::query::Query;
use crate::shown::Shown;
use crate::strings::Hl;

/// An answer of `/api/search`.
#[derive(Serialize)]
pub(crate) struct SearchAnswer<'a> {
    query_id: &'a str,
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

/// The five facets, all of them always, in the contract's order.
struct Facets<'a>(&'a [Facet]);

/// The facets of the contract.
pub(crate) const FACETS: [&str; 5] = ["library", "class", "year", "publisher", "lang"];

impl Serialize for Facets<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(FACETS.len()))?;
        for name in FACETS {
            let facet = self.0.iter().find(|facet| facet.name == name);
            let counts = facet.map_or(&[][..], |facet| &facet.counts);
            let counts: Vec<_> =
                counts.iter().map(|count| Count { value: &count.value, count: count.count }).collect();
            map.serialize_entry(name, &counts)?;
        }
        map.end()
    }
}

impl<'a> SearchAnswer<'a> {
    /// `asked`: the numbers of the libraries asked for.
    pub(crate) fn new(
        query: &'a Query,
        answer: &'a Answer,
        manifest: &'a Manifest,
        generation: &'a str,
        query_id: &'a str,
        asked: &[u16],
        hl: Hl,
    ) -> Self {
        let interpretation = answer.interpretation.iter();
        Self {
            query_id,
            query: &query.text,
            total: answer.total,
            total_exact: answer.total_exact,
            page: query.page,
            limit: query.limit,
            generation,
            interpretation: interpretation
                .map(|i| InterpretationJson { input: &i.input, reading: &i.expansion, by: i.by.code() })
                .collect(),
            did_you_mean: answer.did_you_mean.as_deref(),
            results: answer.hits.iter().map(|hit| HitJson::new(hit, manifest, asked, hl)).collect(),
            facets: Facets(&answer.facets),
            facets_over: answer.facets_over,
            related: &answer.related,
        }
    }
}

impl<'a> HitJson<'a> {
    fn new(hit: &'a Hit, manifest: &'a Manifest, asked: &[u16], hl: Hl) -> Self {
        let record = &hit.record;
        let shown = Shown::new(record, manifest, asked);
        let class_no = record.class_no.as_deref();
        Self {
            isbn13: shown.isbn13(),
            title: &record.title,
            authors: &record.authors,
            publisher: &record.publisher,
            year: record.year,
            class_no,
            class_name: class_no.and_then(|number| kdc::name(number, hl.kdc())),
            registered: shown.registered().map(|day| day.to_string()),
            libraries: shown.held.iter().map(|held| held.library.name.as_str()).collect(),
            loans: record.loans,
            matched: hit
                .highlights
                .iter()
                .map(|m| MatchJson {
                    field: m.field.code(),
                    start: m.start,
                    end: m.end,
                    by: ExpansionKind::code(m.by),
                })
                .collect(),
        }
    }
}

/// An answer of `/api/suggest`.
#[derive(Serialize)]
pub(crate) struct SuggestAnswer<'a> {
    suggestions: Vec<SuggestionJson<'a>>,
}

#[derive(Serialize)]
struct SuggestionJson<'a> {
    text: &'a str,
    kind: &'static str,
    count: u32,
}

impl<'a> SuggestAnswer<'a> {
    pub(crate) fn new(suggestions: &'a [Suggestion]) -> Self {
        let suggestions = suggestions.iter();
        Self {
            suggestions: suggestions
                .map(|s| SuggestionJson { text: &s.text, kind: s.kind.code(), count: s.count })
                .collect(),
        }
    }
}
