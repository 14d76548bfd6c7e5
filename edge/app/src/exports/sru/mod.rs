//! `/sru`: Search/Retrieve via URL, versions 1.1 and 1.2 (Library of Congress): explain and searchRetrieve.
//!
//! Invariant: what the protocol calls a fault is an answer 200 with its diagnostic, as clients expect.

mod cql;
mod diagnostic;

use maud::{Markup, html};
use seoga_index::manifest::Manifest;
use seoga_search::book_view::BookView;
use seoga_search::{Answer, Hit};

use super::{dublin_core, marc};
use crate::context::Context;
use crate::http::params::Params;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::http::xml::xml;
use crate::limits;
use crate::query::{Query, canonical};
use crate::questions;
use diagnostic::Diagnostic;

/// Records in an answer when none are asked.
const DEFAULT_RECORDS: u32 = 10;
/// The schemas of records: name, identifier, title.
const SCHEMAS: [(&str, &str, &str); 2] = [
    ("marcxml", "info:srw/schema/1/marcxml-v1.1", "MARCXML"),
    ("dc", "info:srw/schema/1/dc-v1.1", "Dublin Core"),
];
/// Indexes that a query may name, by context set, with the name that explain shows.
const INDEXES: [(&str, &str, &str); 6] = [
    ("cql", "serverChoice", "words anywhere"),
    ("dc", "title", "title"),
    ("dc", "creator", "author"),
    ("dc", "publisher", "publisher"),
    ("dc", "date", "year of publication"),
    ("bath", "isbn", "ISBN"),
];

/// The parameters of a searchRetrieve request.
#[derive(Debug, Default)]
struct Asked {
    query: String,
    /// From 1.
    start: u32,
    most: u32,
    /// A place in [`SCHEMAS`].
    schema: usize,
    /// Whether records are text in place of elements.
    as_text: bool,
}

/// The parameters as they came: all are read, whatever is asked, so that a broken one is refused.
struct Raw {
    operation: Option<String>,
    version: Option<String>,
    query: Option<String>,
    start: Option<String>,
    most: Option<String>,
    schema: Option<String>,
    packing: Option<String>,
    sort: Option<String>,
}

/// `GET /sru`
pub(crate) async fn sru(context: &Context) -> Result<Response, Problem> {
    let params = Params::parse(&context.request.query)?;
    let raw = Raw {
        operation: params.one("operation")?,
        version: params.one("version")?,
        query: params.one("query")?,
        start: params.one("startRecord")?,
        most: params.one("maximumRecords")?,
        schema: params.one("recordSchema")?,
        packing: params.one("recordPacking")?,
        sort: params.one("sortKeys")?,
    };
    match raw.operation.as_deref() {
        Some("explain") => explain(context).await,
        None if raw.query.is_none() => explain(context).await,
        None | Some("searchRetrieve") => search_retrieve(context, raw).await,
        Some(other) => Ok(faulty(None, &Diagnostic::new(4, "Unsupported operation", other))),
    }
}

async fn search_retrieve(context: &Context, raw: Raw) -> Result<Response, Problem> {
    let asked = match asked(raw) {
        Ok(asked) => asked,
        Err(diagnostic) => return Ok(faulty(None, &diagnostic)),
    };
    let cql = match cql::parse(&asked.query) {
        Ok(cql) => cql,
        Err(diagnostic) => return Ok(faulty(Some(&asked), &diagnostic)),
    };
    let (text, typed) = canonical(&cql.text);
    if text.chars().count() > limits::MAX_QUERY_CHARS || text.is_empty() {
        let message = "Query feature unsupported";
        let details = format!("words of 1 to {} characters are", limits::MAX_QUERY_CHARS);
        return Ok(faulty(Some(&asked), &Diagnostic::new(48, message, &details)));
    }
    let (page, limit, skipped) = window(asked.start, asked.most);
    let query = Query { text, typed, year: cql.year, page, limit, ..Query::default() };
    if page > query.last_page() {
        let details = asked.start.to_string();
        let diagnostic = Diagnostic::new(61, "First record position out of range", &details);
        return Ok(faulty(Some(&asked), &diagnostic));
    }
    let answered = questions::search(context, &query, None).await?;
    let (answer, manifest) = (&answered.value.answer, &answered.generation.manifest);
    if asked.start > 1 && asked.start > answer.total {
        let details = asked.start.to_string();
        let diagnostic = Diagnostic::new(61, "First record position out of range", &details);
        return Ok(faulty(Some(&asked), &diagnostic));
    }
    let shown = answer.hits.get(skipped..).unwrap_or_default();
    let shown = shown.get(..(asked.most as usize).min(shown.len())).unwrap_or_default();
    let mut response = retrieved(&asked, answer, shown, manifest, context.base());
    answered.set_freshness(&mut response, None);
    Ok(response)
}

/// Reads the parameters of a request to search.
fn asked(raw: Raw) -> Result<Asked, Diagnostic> {
    let refused = |number, message, details: &str| Err(Diagnostic::new(number, message, details));
    if let Some(version) = raw.version.filter(|version| !matches!(version.as_str(), "1.1" | "1.2")) {
        return refused(5, "Unsupported version", &format!("{version}; 1.2 is"));
    }
    let Some(query) = raw.query else {
        return refused(7, "Mandatory parameter not supplied", "query");
    };
    let mut asked = Asked { query, start: 1, most: DEFAULT_RECORDS, ..Asked::default() };
    let numbers =
        [("startRecord", raw.start, 1, &mut asked.start), ("maximumRecords", raw.most, 0, &mut asked.most)];
    for (name, text, least, value) in numbers {
        if let Some(text) = text {
            match text.parse::<u32>() {
                Ok(number) if number >= least => *value = number,
                _ => return refused(6, "Unsupported parameter value", &format!("{name}={text}")),
            }
        }
    }
    asked.most = asked.most.min(limits::MAX_LIMIT);
    if let Some(schema) = raw.schema {
        match SCHEMAS.iter().position(|(name, uri, _)| schema == *name || schema == *uri) {
            Some(place) => asked.schema = place,
            None => return refused(66, "Unknown schema for retrieval", &schema),
        }
    }
    match raw.packing.as_deref() {
        None | Some("xml") => {}
        Some("string") => asked.as_text = true,
        Some(other) => return refused(71, "Unsupported record packing", other),
    }
    match raw.sort {
        Some(keys) => refused(80, "Sort not supported", &keys),
        None => Ok(asked),
    }
}

/// Finds the page that holds as many of the records asked for as one page can: its number, its length, and how many of
/// its records come before the first one asked for.
fn window(start: u32, most: u32) -> (u32, u32, usize) {
    let before = start.saturating_sub(1);
    let most = most.max(1);
    let holds_all = |length: &u32| before % length + most <= *length;
    let length = (most..=limits::MAX_LIMIT).find(holds_all).unwrap_or(limits::MAX_LIMIT);
    (before / length + 1, length, (before % length) as usize)
}

fn retrieved(asked: &Asked, answer: &Answer, shown: &[Hit], manifest: &Manifest, base: &str) -> Response {
    let last = asked.start.saturating_add(shown.len() as u32);
    let more = last <= answer.total && last <= limits::MAX_REACH && asked.most > 0;
    let (_, schema, _) = SCHEMAS.get(asked.schema).copied().unwrap_or_default();
    let records = html! {
        @if !shown.is_empty() && asked.most > 0 {
            records {
                @for (position, hit) in (asked.start..).zip(shown) {
                    @let record = data(asked.schema, hit, manifest, base);
                    record {
                        recordSchema { (schema) }
                        recordPacking { (if asked.as_text { "string" } else { "xml" }) }
                        recordData { @if asked.as_text { (record.into_string()) } @else { (record) } }
                        recordIdentifier { (hit.record.id) }
                        recordPosition { (position) }
                    }
                }
            }
        }
        @if more { nextRecordPosition { (last) } }
    };
    document(Some(asked), answer.total, &records, &html! {})
}

/// Writes a book in a schema.
fn data(schema: usize, hit: &Hit, manifest: &Manifest, base: &str) -> Markup {
    let book = BookView::new(&hit.record, manifest, &[]);
    let address = format!("{base}/books/{}", hit.record.id);
    if schema == 0 {
        return marc::MarcRecord::new(&book, &address, &manifest.built).to_xml();
    }
    html! {
        srw_dc:dc xmlns:srw_dc="info:srw/schema/1/dc-schema" xmlns:dc=(dublin_core::NAMESPACE) {
            (dublin_core::elements(&book, &address))
        }
    }
}

/// Answers with a diagnostic in place of records.
fn faulty(asked: Option<&Asked>, diagnostic: &Diagnostic) -> Response {
    let diagnostics = html! {
        diagnostics {
            diagnostic xmlns="http://www.loc.gov/zing/srw/diagnostic/" {
                uri { "info:srw/diagnostic/1/" (diagnostic.number) }
                @if !diagnostic.details.is_empty() { details { (diagnostic.details) } }
                message { (diagnostic.message) }
            }
        }
    };
    document(asked, 0, &html! {}, &diagnostics)
}

/// Puts an answer together, in the order of the protocol's schema.
fn document(asked: Option<&Asked>, total: u32, records: &Markup, diagnostics: &Markup) -> Response {
    let echo = html! {
        @if let Some(asked) = asked {
            echoedSearchRetrieveRequest {
                version { "1.2" }
                query { (asked.query) }
                startRecord { (asked.start) }
                maximumRecords { (asked.most) }
                recordPacking { (if asked.as_text { "string" } else { "xml" }) }
                recordSchema { (SCHEMAS.get(asked.schema).map_or("", |(_, uri, _)| uri)) }
            }
        }
    };
    let document = html! {
        searchRetrieveResponse xmlns="http://www.loc.gov/zing/srw/" {
            version { "1.2" }
            numberOfRecords { (total) }
            (records) (echo) (diagnostics)
        }
    };
    xml("application/xml; charset=utf-8", &document.into_string())
}

/// Describes the server as a `ZeeRex` record.
async fn explain(context: &Context) -> Result<Response, Problem> {
    let answered = context.newest(None).await?;
    let manifest = &answered.generation.manifest;
    let base = context.base();
    let (host, path) = base.split_once("://").map_or((base, ""), |(_, host)| (host, "sru"));
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, port),
        _ if base.starts_with("http://") => (host, "80"),
        _ => (host, "443"),
    };
    let sets = [
        ("cql", "info:srw/cql-context-set/1/cql-v1.1"),
        ("dc", "info:srw/cql-context-set/1/dc-v1.1"),
        ("bath", "http://zing.z3950.org/cql/bath/2.0/"),
    ];
    let document = html! {
        explainResponse xmlns="http://www.loc.gov/zing/srw/" {
            version { "1.2" }
            record {
                recordSchema { "http://explain.z3950.org/dtd/2.0/" }
                recordPacking { "xml" }
                recordData {
                    explain xmlns="http://explain.z3950.org/dtd/2.0/" {
                        serverInfo protocol="SRU" version="1.2" transport=(base.split(':').next().unwrap_or("https")) method="GET" {
                            host { (name) }
                            port { (port) }
                            database { (path) }
                        }
                        databaseInfo {
                            title lang="ko" primary="true" { "서가" }
                            description lang="en" { (manifest.documents) " books of " (manifest.libraries.len()) " libraries" }
                        }
                        indexInfo {
                            @for (name, identifier) in sets { set name=(name) identifier=(identifier) {} }
                            @for (set, name, title) in INDEXES {
                                index { title lang="en" { (title) } map { name set=(set) { (name) } } }
                            }
                        }
                        schemaInfo {
                            @for (name, uri, title) in SCHEMAS {
                                schema name=(name) identifier=(uri) sort="false" retrieve="true" { title lang="en" { (title) } }
                            }
                        }
                        configInfo {
                            default type="numberOfRecords" { (DEFAULT_RECORDS) }
                            setting type="maximumRecords" { (limits::MAX_LIMIT) }
                        }
                    }
                }
            }
        }
    };
    let mut response = xml("application/xml; charset=utf-8", &document.into_string());
    answered.set_freshness(&mut response, None);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_holds_the_records_asked_for() {
        for (start, most, window_) in [
            (1, 10, (1, 10, 0)),
            (11, 10, (2, 10, 0)),
            (3, 10, (1, 12, 2)),
            (1, 0, (1, 1, 0)),
            (6, 10, (1, 15, 5)),
            (21, 20, (2, 20, 0)),
        ] {
            assert_eq!(window(start, most), window_, "{start} {most}");
        }
        for start in 1..=300 {
            for most in 1..=limits::MAX_LIMIT {
                let (page, length, skipped) = window(start, most);
                assert_eq!((page - 1) * length + skipped as u32 + 1, start);
                assert!(
                    length <= limits::MAX_LIMIT && (skipped as u32) < length,
                    "at least one of them is there"
                );
            }
        }
    }
}
