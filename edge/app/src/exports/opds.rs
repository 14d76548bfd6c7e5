//! `/opds`: an OPDS 2.0 catalogue (Open Publication Distribution System, Readium) of navigation, new arrivals and search.
//!
//! A publication is a book on a shelf: its acquisition leads to its page, which says where it stands.

use seoga_index::record::Record;
use seoga_search::book_view::{full_title, isbn13};
use seoga_search::{ARRIVALS, answer::Hit};
use seoga_text::kdc;
use seoga_text::names::Role;
use serde::Serialize;

use super::people::people;
use crate::context::Context;
use crate::http::params::{Params, encode_ascii_into, segment_into};
use crate::http::problem::{Problem, Takes};
use crate::http::response::Response;
use crate::json;
use crate::query::{self, Asker, Query};
use crate::questions;
use crate::routes::{Heading, OpdsFeed};
use crate::strings::Hl;

/// The media type of a feed.
const FEED: &str = "application/opds+json";

#[derive(Serialize)]
struct Feed {
    metadata: FeedMetadata,
    links: Vec<Link>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    navigation: Vec<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    publications: Option<Vec<Publication>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    facets: Vec<Facet>,
}

#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct FeedMetadata {
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    number_of_items: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    items_per_page: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    current_page: Option<u32>,
}

#[derive(Serialize, Default)]
struct Link {
    href: String,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rel: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    templated: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Properties>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Properties {
    number_of_items: u32,
}

#[derive(Serialize)]
struct Facet {
    metadata: FeedMetadata,
    links: Vec<Link>,
}

#[derive(Serialize)]
struct Publication {
    metadata: BookMetadata,
    links: Vec<Link>,
}

#[derive(Serialize)]
struct BookMetadata {
    #[serde(rename = "@type")]
    kind: &'static str,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    identifier: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    author: Vec<Named>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    translator: Vec<Named>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    editor: Vec<Named>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contributor: Vec<Named>,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subject: Vec<Named>,
    #[serde(rename = "belongsTo", skip_serializing_if = "Option::is_none")]
    belongs_to: Option<BelongsTo>,
}

/// Something under whose name books stand, with the address of these.
#[derive(Serialize, Default)]
struct Named {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<u32>,
    links: Vec<Link>,
}

#[derive(Serialize)]
struct BelongsTo {
    series: Vec<Named>,
}

/// `GET /opds`, `/opds/new`, `/opds/search`
pub(crate) async fn opds(context: &Context, feed: OpdsFeed) -> Result<Response, Problem> {
    let params = Params::parse(&context.request.query)?;
    let hl = query::hl(&params)?.unwrap_or_default();
    match feed {
        OpdsFeed::Root => root(context, hl).await,
        OpdsFeed::New => new(context, &params, hl).await,
        OpdsFeed::Search => search(context, &params, hl).await,
    }
}

/// Offers new arrivals of all, of each library and of each main class, and the search.
async fn root(context: &Context, hl: Hl) -> Result<Response, Problem> {
    let answered = context.newest(None).await?;
    let (base, strings) = (context.base(), hl.strings());
    let to = |title: &str, path: String, rel| Link {
        href: format!("{base}{path}"),
        kind: FEED,
        rel,
        title: Some(title.to_owned()),
        ..Link::default()
    };
    let mut navigation =
        vec![to(strings.new_title, "/opds/new".to_owned(), Some("http://opds-spec.org/sort/new"))];
    for main in '0'..='9' {
        let class = format!("{main}00");
        if let Some(name) = kdc::name(&class, hl.kdc()) {
            navigation.push(to(name, format!("/opds/new?class={main}"), Some("subsection")));
        }
    }
    for library in &answered.generation.manifest.libraries {
        let path = with("/opds/new", &[("library", &library.name)]);
        navigation.push(to(&library.name, path, Some("subsection")));
    }
    let feed = Feed {
        metadata: FeedMetadata { title: strings.brand.to_owned(), ..FeedMetadata::default() },
        links: vec![itself(base, "/opds"), to_search(base)],
        navigation,
        publications: None,
        facets: Vec::new(),
    };
    let mut response = respond(&feed);
    answered.set_freshness(&mut response, None);
    Ok(response)
}

async fn new(context: &Context, params: &Params<'_>, hl: Hl) -> Result<Response, Problem> {
    let (library, class) = (params.one("library")?, params.one("class")?);
    class.as_deref().map_or(Ok(()), query::class)?;
    if let (Some(_), Some(class)) = (&library, &class) {
        return Err(Problem::parameter("class", class.clone(), Takes::Alone("library")));
    }
    let answered = questions::arrivals(context, library.as_deref(), class.as_deref(), ARRIVALS).await?;
    let (base, strings) = (context.base(), hl.strings());
    let mut asked = Vec::new();
    asked.extend(library.as_deref().map(|name| ("library", name)));
    asked.extend(class.as_deref().map(|class| ("class", class)));
    let title = match (&library, &class) {
        (Some(name), _) => (strings.new_of)(name),
        (None, Some(class)) => (strings.new_of)(kdc::name(class, hl.kdc()).unwrap_or(class)),
        (None, None) => strings.new_title.to_owned(),
    };
    let feed = Feed {
        metadata: FeedMetadata {
            title,
            number_of_items: Some(answered.value.len() as u32),
            ..FeedMetadata::default()
        },
        links: vec![itself(base, &with("/opds/new", &asked)), start(base), to_search(base)],
        navigation: Vec::new(),
        publications: Some(answered.value.iter().map(|record| publication(record, base, hl)).collect()),
        facets: Vec::new(),
    };
    let mut response = respond(&feed);
    answered.set_freshness(&mut response, None);
    Ok(response)
}

/// Searches as the API does, with the parameters that it has.
async fn search(context: &Context, params: &Params<'_>, hl: Hl) -> Result<Response, Problem> {
    let query = Query::parse(params, Asker::Program)?;
    let answered = questions::search(context, &query, None).await?;
    let answer = &answered.value.answer;
    let base = context.base();
    let address = |query: &Query| format!("/opds/search?{}", query.to_query_string());
    let mut links = vec![itself(base, &address(&query)), start(base), to_search(base)];
    let seen = query.page.saturating_mul(query.limit);
    let others = [
        ("previous", query.page.checked_sub(1).filter(|page| *page > 0)),
        ("next", Some(query.page + 1).filter(|page| seen < answer.total && *page <= query.last_page())),
    ];
    for (rel, page) in others {
        if let Some(page) = page {
            let other = Query { page, ..query.clone() };
            let href = format!("{base}{}", address(&other));
            links.push(Link { href, kind: FEED, rel: Some(rel), ..Link::default() });
        }
    }
    let libraries = answer.facets.iter().filter(|facet| facet.name == "library");
    let facets = libraries.filter(|facet| !facet.counts.is_empty()).map(|facet| Facet {
        metadata: FeedMetadata { title: hl.strings().library.to_owned(), ..FeedMetadata::default() },
        links: facet
            .counts
            .iter()
            .map(|count| {
                let only = Query { libraries: vec![count.value.clone()], page: 1, ..query.clone() };
                Link {
                    href: format!("{base}{}", address(&only)),
                    kind: FEED,
                    title: Some(count.value.clone()),
                    properties: Some(Properties { number_of_items: count.count }),
                    ..Link::default()
                }
            })
            .collect(),
    });
    let feed = Feed {
        metadata: FeedMetadata {
            title: (hl.strings().results_title)(query.shown()),
            number_of_items: Some(answer.total),
            items_per_page: Some(query.limit),
            current_page: Some(query.page),
        },
        navigation: Vec::new(),
        publications: Some(
            answer.hits.iter().map(|Hit { record, .. }| publication(record, base, hl)).collect(),
        ),
        facets: facets.collect(),
        links,
    };
    let mut response = respond(&feed);
    answered.set_freshness(&mut response, None);
    Ok(response)
}

fn respond(feed: &Feed) -> Response {
    let mut response = json::response(feed);
    response.set("content-type", FEED);
    response
}

fn itself(base: &str, path: &str) -> Link {
    Link { href: format!("{base}{path}"), kind: FEED, rel: Some("self"), ..Link::default() }
}

fn start(base: &str) -> Link {
    Link { href: format!("{base}/opds"), kind: FEED, rel: Some("start"), ..Link::default() }
}

fn to_search(base: &str) -> Link {
    let href = format!("{base}/opds/search?q={{query}}");
    Link { href, kind: FEED, rel: Some("search"), templated: Some(true), ..Link::default() }
}

/// Appends parameters to a path.
fn with(path: &str, asked: &[(&str, &str)]) -> String {
    let mut out = path.to_owned();
    for (place, (name, value)) in asked.iter().enumerate() {
        out.push(if place == 0 { '?' } else { '&' });
        out.push_str(name);
        out.push('=');
        encode_ascii_into(&mut out, value);
    }
    out
}

fn publication(record: &Record, base: &str, hl: Hl) -> Publication {
    let people = people(record);
    let under = |heading: Heading, name: &str| {
        let mut href = format!("{base}{}", heading.path());
        segment_into(&mut href, name);
        let links = vec![Link { href, kind: "text/html", ..Link::default() }];
        Named { name: name.to_owned(), links, ..Named::default() }
    };
    let of = |role: Role| {
        let people = people.iter().filter(|name| name.role == role);
        people.map(|name| under(Heading::Author, &name.text)).collect()
    };
    let class = record.class_no.as_deref();
    let subject = class.and_then(|class| {
        let name = kdc::name(class, hl.kdc())?.to_owned();
        let href = format!("{base}{}", with("/opds/search", &[("class", class)]));
        let links = vec![Link { href, kind: FEED, ..Link::default() }];
        Some(Named { name, code: Some(class.to_owned()), links, ..Named::default() })
    });
    let series: Vec<Named> = (record.series.iter())
        .map(|series| Named { position: series.number.parse().ok(), ..under(Heading::Series, &series.name) })
        .collect();
    let metadata = BookMetadata {
        kind: "http://schema.org/Book",
        title: full_title(record),
        identifier: isbn13(record.id).filter(|_| record.checked).map(|isbn| format!("urn:isbn:{isbn}")),
        author: of(Role::Author),
        translator: of(Role::Translator),
        editor: of(Role::Editor),
        contributor: of(Role::Other),
        publisher: Some(record.publisher.clone()).filter(|publisher| !publisher.is_empty()),
        published: record.year.map(|year| format!("{year:04}")),
        language: record.language.clone(),
        subject: subject.into_iter().collect(),
        belongs_to: Some(BelongsTo { series }).filter(|one| !one.series.is_empty()),
    };
    let page = Link {
        href: format!("{base}/books/{}", record.id),
        kind: "text/html",
        rel: Some("http://opds-spec.org/acquisition/borrow"),
        ..Link::default()
    };
    Publication { metadata, links: vec![page] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::record;

    #[test]
    fn a_publication_is_a_book_that_can_be_borrowed() {
        let record = Record {
            authors: "김서가 지음 ; 박나루 옮김".into(),
            class_no: Some("005.133".into()),
            year: Some(2021),
            series: vec![seoga_index::record::Series { name: "나루 총서".into(), number: "3".into() }],
            ..record()
        };
        let json = serde_json::to_value(publication(&record, "https://s.example", Hl::Ko)).unwrap();
        assert_eq!(json["metadata"]["identifier"], "urn:isbn:9791158083397");
        let author = &json["metadata"]["author"][0];
        assert_eq!(author["name"], "김서가");
        let path = "https://s.example/authors/%EA%B9%80%EC%84%9C%EA%B0%80";
        assert_eq!(author["links"][0]["href"], path);
        assert_eq!(json["metadata"]["translator"][0]["name"], "박나루");
        let series = &json["metadata"]["belongsTo"]["series"][0];
        assert_eq!((&series["name"], &series["position"]), (&"나루 총서".into(), &3.into()));
        let path = "https://s.example/series/%EB%82%98%EB%A3%A8%20%EC%B4%9D%EC%84%9C";
        assert_eq!(series["links"][0]["href"], path);
        let class = &json["metadata"]["subject"][0]["links"][0]["href"];
        assert_eq!(class, "https://s.example/opds/search?class=005.133");
        assert_eq!(json["metadata"]["published"], "2021");
        assert_eq!(json["metadata"]["subject"][0]["code"], "005.133");
        assert_eq!(json["links"][0]["href"], "https://s.example/books/9791158083397");
    }

    #[test]
    fn parameters_are_encoded() {
        assert_eq!(with("/opds/new", &[("library", "가 & 나")]), "/opds/new?library=%EA%B0%80+%26+%EB%82%98");
    }
}
