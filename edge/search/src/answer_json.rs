//! The JSON of an answer, for `/api/search` and the command line alike.
//!
//! Invariant: members have one name, type and order wherever an answer is written; `query_id`, which a key signs, is
//! null where there is none.

use seoga_index::availability::State;
use seoga_index::book_id::BookId;
use seoga_index::manifest::Manifest;
use seoga_index::record::{Record, Series};
use seoga_text::day::Day;
use seoga_text::kdc;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::answer::{Answer, Facet, Hit};
use crate::book_view::BookView;
use crate::request::Group;

/// Names of the facets, in the order of the contract.
pub const FACETS: [&str; 5] = ["library", "class", "year", "publisher", "lang"];

/// The request and the index that an answer belongs to.
#[derive(Debug, Clone, Copy)]
pub struct AnswerContext<'a> {
    /// The signed query, for clients that may report a choice.
    pub query_id: Option<&'a str>,
    /// The query in canonical form.
    pub query: &'a str,
    /// From 1.
    pub page: u32,
    /// Hits a page.
    pub limit: u32,
    /// The letters of the generation.
    pub generation: &'a str,
    /// Names libraries.
    pub manifest: &'a Manifest,
    /// Numbers of the libraries asked for; none means all.
    pub libraries: &'a [u16],
    /// The language of class names.
    pub language: kdc::Language,
}

/// An answer as JSON.
#[derive(Debug, Serialize)]
pub struct AnswerJson<'a> {
    query_id: Option<&'a str>,
    query: &'a str,
    counted: &'static str,
    total: u32,
    total_exact: bool,
    page: u32,
    limit: u32,
    generation: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    loans_as_of: Option<String>,
    interpretation: Vec<InterpretationJson<'a>>,
    did_you_mean: Option<&'a str>,
    results: Vec<HitJson<'a>>,
    facets: FacetsJson<'a>,
    facets_over: u32,
    related: &'a [String],
}

#[derive(Debug, Serialize)]
struct InterpretationJson<'a> {
    input: &'a str,
    #[serde(rename = "as")]
    expansion: &'a str,
    by: &'static str,
}

#[derive(Debug, Serialize)]
struct HitJson<'a> {
    id: BookId,
    isbn13: Option<String>,
    title: &'a str,
    volume: Option<&'a str>,
    series: Vec<SeriesJson<'a>>,
    authors: &'a str,
    publisher: &'a str,
    year: Option<u16>,
    class_no: Option<&'a str>,
    class_name: Option<&'static str>,
    registered: Option<String>,
    libraries: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_shelf: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_loan: Option<Vec<&'a str>>,
    loans: Option<u32>,
    editions: Option<u32>,
    editions_libraries: Option<u32>,
    matched: Vec<HighlightJson<'a>>,
}

/// A series as JSON, of a hit and of a book alike.
#[derive(Debug, Serialize)]
pub struct SeriesJson<'a> {
    name: &'a str,
    number: Option<&'a str>,
}

impl<'a> SeriesJson<'a> {
    /// Lays out the series of a record.
    #[must_use]
    pub fn all(record: &'a Record) -> Vec<Self> {
        let number = |number: &'a str| Some(number).filter(|number| !number.is_empty());
        let one = |series: &'a Series| Self { name: &series.name, number: number(&series.number) };
        record.series.iter().map(one).collect()
    }
}

#[derive(Debug, Serialize)]
struct HighlightJson<'a> {
    field: &'static str,
    start: u32,
    end: u32,
    by: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    word: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct CountJson<'a> {
    value: &'a str,
    count: u32,
}

/// The five facets, all of them always, in the contract's order.
#[derive(Debug)]
struct FacetsJson<'a>(&'a [Facet]);

impl Serialize for FacetsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(FACETS.len()))?;
        for name in FACETS {
            let facet = self.0.iter().find(|facet| facet.name == name);
            let counts = facet.map_or(&[][..], |facet| &facet.counts);
            let counts: Vec<_> =
                counts.iter().map(|count| CountJson { value: &count.value, count: count.count }).collect();
            map.serialize_entry(name, &counts)?;
        }
        map.end()
    }
}

impl<'a> AnswerJson<'a> {
    /// Lays an answer out.
    #[must_use]
    pub fn new(answer: &'a Answer, context: &AnswerContext<'a>) -> Self {
        let interpretation = answer.interpretation.iter().map(|part| InterpretationJson {
            input: &part.input,
            expansion: &part.expansion,
            by: part.by.code(),
        });
        Self {
            query_id: context.query_id,
            query: context.query,
            counted: answer.group.counted(),
            total: answer.total,
            total_exact: answer.total_exact,
            page: context.page,
            limit: context.limit,
            generation: context.generation,
            loans_as_of: answer.loans_as_of.map(|day| Day(day).to_string()),
            interpretation: interpretation.collect(),
            did_you_mean: answer.did_you_mean.as_deref(),
            results: answer.hits.iter().map(|hit| HitJson::new(hit, answer.group, context)).collect(),
            facets: FacetsJson(&answer.facets),
            facets_over: answer.facets_over,
            related: &answer.related,
        }
    }
}

impl<'a> HitJson<'a> {
    fn new(hit: &'a Hit, group: Group, context: &AnswerContext<'a>) -> Self {
        let record = &hit.record;
        let view = BookView::new(record, context.manifest, context.libraries);
        let class_no = record.class_no.as_deref();
        let (works, editions) = (group == Group::Work, view.editions());
        let highlights = hit.highlights.iter().map(|highlight| HighlightJson {
            field: highlight.field.code(),
            start: highlight.start,
            end: highlight.end,
            by: highlight.by.code(),
            word: highlight.word.as_deref(),
        });
        Self {
            id: record.id,
            isbn13: view.isbn13(),
            title: &record.title,
            volume: record.volume.as_deref(),
            series: SeriesJson::all(record),
            authors: &record.authors,
            publisher: &record.publisher,
            year: record.year,
            class_no,
            class_name: class_no.and_then(|number| kdc::name(number, context.language)),
            registered: view.registered().map(|day| day.to_string()),
            libraries: view.holdings.iter().map(|holding| holding.library.name.as_str()).collect(),
            on_shelf: view.libraries_where(State::In),
            on_loan: view.libraries_where(State::Out),
            loans: record.loans,
            editions: works.then_some(editions.count),
            editions_libraries: works.then_some(editions.libraries),
            matched: highlights.collect(),
        }
    }
}
