//! `/list`: a visitor's books, which the address alone names, and the fewest libraries that hold them; the same list as
//! citations and as a table.
//!
//! Parameters: `isbn` and `id` (repeatable, or several in one value; each takes either; at most [`limits::MAX_LIST_BOOKS`]), `mine` (the visitor's own libraries,
//! the dearest first; `library` means the same here). Nothing is stored. What is neither is named in the answer, which is then a 400 with the rest on it.

mod grid;
mod plan;
mod planned;
mod query;

use std::sync::Arc;

use maud::{Markup, html};
use seoga_index::availability::State;
use seoga_index::book_id::BookId;
use seoga_index::record::Record;
use seoga_search::visit::{alternatives, own_first, plan};
use seoga_search::{LibrariesLookup, ListLookup};
use seoga_text::isbn;

use self::plan::places;
use self::planned::{Listed, Planned};
use self::query::ListQuery;
use super::books::{held, item};
use super::citation::{cited, csv_field};
use super::layout::{Frame, Page};
use crate::context::Context;
use crate::generation::Generation;
use crate::http::params::Params;
use crate::http::problem::{Problem, Takes};
use crate::http::response::Response;
use crate::limits;
use crate::routes::{CitationForm, ListForm};
use seoga_search::book_view::{BookView, full_title, isbn13};

/// A list with what the index knows of it.
struct List<'a> {
    query: &'a ListQuery,
    generation: &'a Generation,
    planned: &'a Planned,
}

/// `GET /list`, and its other forms.
pub(crate) async fn list(context: &Context, form: ListForm) -> Result<Response, Problem> {
    let params = Params::parse(&context.request.query)?;
    let query = ListQuery::parse(&params)?;
    let lookup = async |generation: &Generation| {
        let manifest = &generation.manifest;
        let mut records = Vec::new();
        if !query.ids.is_empty() {
            let lookup = ListLookup::new(Arc::clone(manifest), query.ids.clone());
            records = generation.ask(&context.port, lookup).await?;
        }
        let own: Vec<u16> = query.own.iter().filter_map(|name| manifest.library(name)).collect();
        let holders: Vec<Vec<u16>> = records.iter().map(holders).collect();
        let plan = plan(&holders, &own);
        let others = alternatives(&holders, &own, &plan);
        let own_first = own_first(&holders, &own).filter(|stops| *stops != plan.stops);
        let stops = plan.stops.iter().map(|stop| stop.library).collect();
        let told = generation.ask(&context.port, LibrariesLookup::new(Arc::clone(manifest), stops)).await?;
        Ok(Planned { records, plan, others, own_first, told })
    };
    let answered = context.serve(None, lookup).await?;
    let list = List { query: &query, generation: &answered.generation, planned: &answered.value };
    let page = Page::new(context, &params)?.with_mine(query.own.clone());
    let mut response = match (form, query.wrong.first()) {
        (ListForm::Page, None) => list.page(&page, 200),
        (ListForm::Page, Some(_)) => return Ok(list.page(&page, 400)),
        (_, Some(wrong)) => return Err(Problem::parameter("isbn", wrong.clone(), Takes::Isbn)),
        (ListForm::Csv, None) => list.csv(&page),
        (ListForm::Cited(form), None) => list.cited(&page, form),
    };
    answered.set_freshness(&mut response, None);
    Ok(response)
}

/// Lists the libraries where a book can be fetched: those that hold it and are not known to have lent it, or, where all have, all of them;
/// none of a book that is not in the index.
fn holders(listed: &Option<Listed>) -> Vec<u16> {
    let held = || listed.iter().flat_map(|(record, _)| &record.holdings);
    let may_be_in = held().any(|holding| holding.state != State::Out);
    let there = held().filter(|holding| !may_be_in || holding.state != State::Out);
    there.map(|holding| holding.library).collect()
}

impl List<'_> {
    /// Passes over the books that the index lacks.
    fn known(&self) -> impl Iterator<Item = &Record> {
        self.planned.records.iter().flatten().map(|(record, _)| record)
    }

    /// Names a library by its number.
    fn library(&self, number: u16) -> &str {
        self.generation
            .manifest
            .libraries
            .get(usize::from(number))
            .map_or("", |library| library.name.as_str())
    }

    fn page(&self, page: &Page<'_>, status: u16) -> Response {
        let (strings, query) = (page.strings, self.query);
        let manifest = &self.generation.manifest;
        let main = html! {
            h1 { (strings.list_title) @if !query.ids.is_empty() { " " span.n { ((strings.list_count)(query.ids.len())) } } }
            (self.errors(page))
            @if query.ids.is_empty() { p.empty data-list-empty { (strings.list_empty) } }
            @else {
                div.tools {
                    button.share.scripted type="button" data-do="share" { (strings.list_share) }
                    button.print.scripted type="button" data-do="print" { (strings.list_print) }
                    button.adopt.scripted type="button" data-do="adopt" { (strings.list_adopt) }
                }
                (plan::visit(page, query, manifest, self.planned))
                (grid::grid(page, query, manifest, self.planned))
                (self.books(page))
                nav.exports aria-labelledby="exports" {
                    h2 #exports { (strings.list_exports) }
                    ul {
                        @for (_, suffix, name) in CitationForm::ALL { li { a href=(query.address(&format!(".{suffix}"), None)) download rel="nofollow" { (name) } } }
                        li { a href=(query.address(".csv", None)) download rel="nofollow" { "CSV" } }
                    }
                }
            }
            (self.form(page))
        };
        let title = strings.list_title.to_owned();
        let frame = Frame {
            title: if status == 200 { title } else { format!("{}: {title}", strings.list_wrong_title) },
            query_string: query.query_string(None, &[], None),
            generation: Some(self.generation),
            ..Frame::default()
        };
        page.render(status, &frame, &main)
    }

    /// Lists what could not be read, with the way to put it right.
    fn errors(&self, page: &Page<'_>) -> Markup {
        html! {
            @if !self.query.wrong.is_empty() {
                div.errors #errors role="alert" tabindex="-1" {
                    h2 { (page.strings.list_wrong_title) }
                    ul { @for wrong in &self.query.wrong { li { a href="#isbn" { ((page.strings.list_wrong)(wrong)) } } } }
                }
            }
        }
    }

    fn books(&self, page: &Page<'_>) -> Markup {
        let (strings, manifest) = (page.strings, &self.generation.manifest);
        let remove = |id: BookId, title: &str| {
            html! {
                a.remove href=(self.query.address("", Some(id))) data-remove=(id) rel="nofollow" aria-label=((strings.list_remove_what)(title)) { (strings.list_remove) }
            }
        };
        html! {
            section.books aria-labelledby="books" {
                h2 #books { (strings.list_books) }
                ol.list data-list-page {
                    @for (id, record) in self.query.ids.iter().zip(&self.planned.records) {
                        @if let Some((record, _)) = record {
                            @let shown = BookView::new(record, manifest, &[]);
                            (item(page, record, &html! { (held(page, &shown.holdings, &page.own(manifest))) (remove(*id, &full_title(record))) }))
                        } @else {
                            li.gone data-isbn13=(id) {
                                p { strong { (id) } " " (strings.list_gone) @if id.isbn13().is_some_and(|isbn| isbn::Isbn13::new(isbn).is_none()) { " " (strings.unchecked_digit) } }
                                (remove(*id, &id.to_string()))
                            }
                        }
                    }
                }
            }
        }
    }

    /// Draws the form that makes a list without script: more books, the visitor's own libraries.
    fn form(&self, page: &Page<'_>) -> Markup {
        let (strings, query) = (page.strings, self.query);
        html! {
            form.adding method="get" action="/list" aria-labelledby="adding" {
                h2 #adding { (strings.list_change) }
                @for id in &query.ids { input type="hidden" name=(query.parameter()) value=(id); }
                @if let Some(hl) = query.hl { input type="hidden" name="hl" value=(hl.code()); }
                label for="isbn" { ((strings.list_add)(limits::MAX_LIST_BOOKS)) }
                textarea #isbn name="isbn" rows="3" spellcheck="false" autocapitalize="none" aria-invalid=[(!query.wrong.is_empty()).then_some("true")] {
                    @for wrong in &query.wrong { (wrong) "\n" }
                }
                @for name in &query.own { input type="hidden" name="mine" value=(name); }
                button type="submit" { (strings.list_submit) }
            }
        }
    }

    fn csv(&self, page: &Page<'_>) -> Response {
        let strings = page.strings;
        let mut out = "\u{feff}".to_owned();
        let heads = ["ISBN", strings.title, strings.author, strings.publisher, strings.year, strings.class];
        let mut line = |fields: &[&str]| {
            let fields: Vec<String> = fields.iter().map(|field| csv_field(field)).collect();
            out.push_str(&fields.join(","));
            out.push_str("\r\n");
        };
        line(&[&heads[..], &[strings.holdings, strings.plan_fetch, strings.call_number]].concat());
        for (place, (id, record)) in self.query.ids.iter().zip(&self.planned.records).enumerate() {
            let Some((record, items)) = record else {
                line(&[&id.to_string(), strings.list_gone, "", "", "", "", "", "", ""]);
                continue;
            };
            let isbn = isbn13(record.id).unwrap_or_default();
            let year = record.year.map(|year| year.to_string()).unwrap_or_default();
            let held: Vec<&str> =
                record.holdings.iter().map(|holding| self.library(holding.library)).collect();
            let stop = self.planned.plan.stops.iter().find(|stop| stop.books.contains(&place));
            let fetch = stop.map_or("", |stop| self.library(stop.library));
            let class = record.class_no.as_deref().unwrap_or_default();
            line(&[
                &isbn,
                &full_title(record),
                &record.authors,
                &record.publisher,
                &year,
                class,
                &held.join("; "),
                fetch,
                &stop.map(|stop| places(items, stop.library)).unwrap_or_default(),
            ]);
        }
        let mut response = Response::with_body(200, "text/csv; charset=utf-8", out);
        response.set("content-disposition", "attachment; filename=\"list.csv\"");
        response.set("content-language", page.hl.code());
        response.set("vary", "Accept-Language");
        response
    }

    fn cited(&self, page: &Page<'_>, form: CitationForm) -> Response {
        cited(&self.known().collect::<Vec<_>>(), page.base, form, "list")
    }
}
