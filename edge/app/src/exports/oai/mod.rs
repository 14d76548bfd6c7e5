//! `/oai`: the Open Archives Initiative Protocol for Metadata Harvesting, version 2.0: all verbs, records in Dublin Core and
//! MARCXML, a set for each library.
//!
//! Datestamps are days of the catalogue, deletions are told as long as the index knows them (`transient`). Invariant: a
//! harvest that follows its tokens to the end has every book that was there all the while, whatever was rebuilt meanwhile;
//! what the protocol calls a fault is an answer 200 with its code.

mod asked;
mod selection;
mod token;

use std::sync::Arc;

use maud::{Markup, html};
use seoga_index::book_id::BookId;
use seoga_index::manifest::Manifest;
use seoga_search::book_view::BookView;
use seoga_search::{ChangeDay, Harvest, HarvestOne, HarvestRequest, HarvestedBook};
use seoga_text::base64url;
use seoga_text::day::{Day, instant};

use super::{dublin_core, marc};
use crate::context::{Answered, Context};
use crate::http::params::Params;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::http::xml::xml;
use asked::{Arguments, Asked, Refused};
use selection::{Form, Selection};

/// Books in an answer at most: 6,000 come in fewer than 40 requests.
const PAGE: usize = 160;

/// The namespace of answers; their schema lies at this address with `OAI-PMH.xsd` behind it.
const NAMESPACE: &str = "http://www.openarchives.org/OAI/2.0/";
const DUBLIN_CORE: &str = "http://www.openarchives.org/OAI/2.0/oai_dc/";
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// `GET /oai`
pub(crate) async fn oai(context: &Context) -> Result<Response, Problem> {
    let arguments = Arguments::read(&Params::parse(&context.request.query)?)?;
    let answered = match arguments.asked() {
        Ok(asked) => answer(context, asked).await?,
        Err(refused) => context.newest(None).await?.and_then(|()| Ok(Err(refused)))?,
    };
    let mut response = document(context, &arguments, &answered.value);
    answered.set_freshness(&mut response, None);
    Ok(response)
}

type Told = Result<Markup, Refused>;

async fn answer(context: &Context, asked: Asked) -> Result<Answered<Told>, Problem> {
    match asked {
        Asked::Identify => identify(context).await,
        Asked::ListMetadataFormats { identifier: None } => told(context, |_| Ok(formats())).await,
        Asked::ListMetadataFormats { identifier: Some(identifier) } => {
            let found = one(context, &identifier).await?;
            found.and_then(|found| Ok(found.map(|_| formats())))
        }
        Asked::ListSets => told(context, sets).await,
        Asked::GetRecord { identifier, form } => {
            let found = one(context, &identifier).await?;
            let manifest = Arc::clone(&found.generation.manifest);
            found.and_then(|found| {
                Ok(found.map(|(day, book)| {
                    let shown = Shown { context, manifest: &manifest, form, whole: true };
                    html! { GetRecord { (shown.record(day, &book)) } }
                }))
            })
        }
        Asked::List { whole, selection, after } => list(context, whole, selection, after).await,
    }
}

/// Answers from the table of contents alone.
async fn told(context: &Context, tell: impl Fn(&Manifest) -> Told) -> Result<Answered<Told>, Problem> {
    let answered = context.newest(None).await?;
    let told = tell(&answered.generation.manifest);
    answered.and_then(|()| Ok(told))
}

async fn identify(context: &Context) -> Result<Answered<Told>, Problem> {
    let answered = harvest(context, &HarvestRequest::default()).await?;
    let built = Day::parse(&answered.generation.manifest.built).map_or(0, |day| day.0);
    answered.and_then(|page| {
        let earliest = page.earliest.map_or(built, u32::from);
        Ok(Ok(html! {
            Identify {
                repositoryName { "서가 (Seoga)" }
                baseURL { (context.base()) "/oai" }
                protocolVersion { "2.0" }
                // RFC 5321, section 4.5.1: every domain that takes mail has this address.
                adminEmail { "postmaster@" (host(context)) }
                earliestDatestamp { (Day(earliest)) }
                deletedRecord { "transient" }
                granularity { "YYYY-MM-DD" }
            }
        }))
    })
}

fn formats() -> Markup {
    let described = [
        (Form::DublinCore, "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", DUBLIN_CORE),
        (Form::MarcXml, marc::SCHEMA, marc::NAMESPACE),
    ];
    html! {
        ListMetadataFormats {
            @for (form, schema, namespace) in described {
                metadataFormat {
                    metadataPrefix { (form.prefix()) }
                    schema { (schema) }
                    metadataNamespace { (namespace) }
                }
            }
        }
    }
}

fn sets(manifest: &Manifest) -> Told {
    if manifest.libraries.is_empty() {
        return Err(Refused::new("noSetHierarchy", "there are no libraries"));
    }
    Ok(html! {
        ListSets {
            @for library in &manifest.libraries {
                set { setSpec { (set_of(&library.name)) } setName { (library.name) } }
            }
        }
    })
}

/// Names the set of a library, in the letters that the protocol allows.
fn set_of(library: &str) -> String {
    base64url::encode(library.as_bytes())
}

/// Finds the library of a set.
fn library_of(manifest: &Manifest, set: &str) -> Option<u16> {
    manifest.library(std::str::from_utf8(&base64url::decode(set)?).ok()?)
}

/// Gives the host of the public base, without its port.
fn host(context: &Context) -> &str {
    let base = context.base();
    let host = base.split_once("://").map_or(base, |(_, host)| host);
    host.split_once(':').map_or(host, |(name, _)| name)
}

/// Walks a page in the newest generation.
async fn harvest(
    context: &Context,
    request: &HarvestRequest,
) -> Result<Answered<seoga_search::Harvested>, Problem> {
    context
        .serve(None, async |generation| {
            let walk = Harvest::new(Arc::clone(&generation.manifest), request.clone());
            generation.ask(&context.port, walk).await
        })
        .await
}

/// Finds the book of an identifier.
async fn one(
    context: &Context,
    identifier: &str,
) -> Result<Answered<Result<(ChangeDay, HarvestedBook), Refused>>, Problem> {
    let unknown = || Refused::new("idDoesNotExist", format!("{identifier} is none of ours"));
    let id = identifier.strip_prefix("oai:").and_then(|rest| rest.strip_prefix(host(context)));
    let Some(id) = id.and_then(|rest| BookId::parse(rest.strip_prefix(':')?)) else {
        return context.newest(None).await?.and_then(|()| Ok(Err(unknown())));
    };
    let found = context
        .serve(None, async |generation| {
            generation.ask(&context.port, HarvestOne::new(Arc::clone(&generation.manifest), id)).await
        })
        .await?;
    found.and_then(|found| Ok(found.ok_or_else(unknown)))
}

async fn list(
    context: &Context,
    whole: bool,
    selection: Selection,
    after: Option<token::Resumed>,
) -> Result<Answered<Told>, Problem> {
    let answered = context
        .serve(None, async |generation| {
            let manifest = &generation.manifest;
            let library = match &selection.set {
                Some(set) => match library_of(manifest, set) {
                    Some(number) => Some(number),
                    None => return Ok(None),
                },
                None => None,
            };
            let request = HarvestRequest {
                from: selection.from.unwrap_or(0),
                until: selection.until,
                library,
                after,
                most: PAGE,
            };
            let walk = Harvest::new(Arc::clone(manifest), request);
            generation.ask(&context.port, walk).await.map(Some)
        })
        .await?;
    let manifest = Arc::clone(&answered.generation.manifest);
    answered.and_then(|page| {
        let page = page.unwrap_or_default();
        if page.books.is_empty() && after.is_none() {
            return Ok(Err(Refused::new("noRecordsMatch", "no record changed in these days, in this set")));
        }
        let shown = Shown { context, manifest: &manifest, form: selection.form, whole };
        let records = html! {
            @for (day, book) in &page.books { (shown.record(*day, book)) }
            @if let Some(next) = page.next {
                resumptionToken { (token::write(&selection, next)) }
            } @else if after.is_some() {
                resumptionToken {}
            }
        };
        Ok(Ok(html! {
            @if whole { ListRecords { (records) } } @else { ListIdentifiers { (records) } }
        }))
    })
}

/// How records are written.
struct Shown<'a> {
    context: &'a Context,
    manifest: &'a Manifest,
    form: Form,
    /// Whether with what they describe, or their headers alone.
    whole: bool,
}

impl Shown<'_> {
    fn record(&self, day: ChangeDay, book: &HarvestedBook) -> Markup {
        let header = self.header(day, book);
        if !self.whole {
            return header;
        }
        html! {
            record {
                (header)
                @if let HarvestedBook::Here(record) = book {
                    metadata { (self.metadata(day, &BookView::new(record, self.manifest, &[]))) }
                }
            }
        }
    }

    fn header(&self, day: ChangeDay, book: &HarvestedBook) -> Markup {
        let (id, holdings) = match book {
            HarvestedBook::Here(record) => (record.id, record.holdings.as_slice()),
            HarvestedBook::Gone(id) => (*id, [].as_slice()),
        };
        let sets = holdings.iter().filter_map(|held| self.manifest.libraries.get(usize::from(held.library)));
        let gone = matches!(book, HarvestedBook::Gone(_));
        html! {
            header status=[gone.then_some("deleted")] {
                identifier { "oai:" (host(self.context)) ":" (id) }
                datestamp { (Day(day.into())) }
                @for library in sets { setSpec { (set_of(&library.name)) } }
            }
        }
    }

    fn metadata(&self, day: ChangeDay, book: &BookView<'_>) -> Markup {
        let address = format!("{}/books/{}", self.context.base(), book.record.id);
        match self.form {
            Form::MarcXml => marc::MarcRecord::new(book, &address, &Day(day.into()).to_string()).to_xml(),
            Form::DublinCore => html! {
                oai_dc:dc xmlns:oai_dc=(DUBLIN_CORE) xmlns:dc=(dublin_core::NAMESPACE) xmlns:xsi=(INSTANCE)
                    xsi:schemaLocation={ (DUBLIN_CORE) " http://www.openarchives.org/OAI/2.0/oai_dc.xsd" } {
                    (dublin_core::elements(book, &address))
                }
            },
        }
    }
}

/// Puts an answer together.
fn document(context: &Context, arguments: &Arguments, told: &Told) -> Response {
    let repeats = !matches!(told, Err(refused) if refused.hides_arguments());
    let given = |name: &str| arguments.one(name).filter(|_| repeats);
    let document = html! {
        OAI-PMH xmlns=(NAMESPACE) xmlns:xsi=(INSTANCE) xsi:schemaLocation={ (NAMESPACE) " http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd" } {
            responseDate { (instant(context.request.now)) }
            request verb=[given("verb")] identifier=[given("identifier")] metadataPrefix=[given("metadataPrefix")]
                from=[given("from")] until=[given("until")] set=[given("set")] resumptionToken=[given("resumptionToken")] {
                (context.base()) "/oai"
            }
            @match told {
                Ok(told) => (told),
                Err(refused) => error code=(refused.code) { (refused.message) },
            }
        }
    };
    xml("text/xml; charset=utf-8", &document.into_string())
}
