//! `/list`: a visitor's books, which the address alone names, and the fewest libraries that hold them; the same list as
//! citations and as a table.
//!
//! Parameters: `isbn` (repeatable, or several in one value; at most [`limits::MAX_LIST_BOOKS`]), `library` (the visitor's own,
//! the dearest first). Nothing is stored. What is no ISBN is named in the answer, which is then a 400 with the rest on it.

mod plan;

use maud::{Markup, html};
use seoga_index::record::Record;
use seoga_search::visit::{Plan, plan};
use seoga_text::isbn;

use super::books::item;
use super::citation::{cited, csv_field};
use super::layout::{Frame, Page};
use super::results::held;
use crate::context::{Context, Served};
use crate::generation::Generation;
use crate::http::params::{Params, encode_into};
use crate::http::problem::{Problem, Takes};
use crate::http::response::Response;
use crate::limits;
use crate::query;
use crate::routes::{CitationForm, ListForm};
use crate::shown::{Shown, isbn13};
use crate::strings::Hl;

/// What an address asks for.
#[derive(Debug, Default)]
struct Asked {
    /// Book numbers, each once, in the order given.
    isbns: Vec<u64>,
    /// What is no number of a book.
    wrong: Vec<String>,
    /// Names of the visitor's own libraries, each once, in the order given.
    own: Vec<String>,
    hl: Option<Hl>,
}

/// A list with what the index knows of it.
struct List<'a> {
    asked: &'a Asked,
    generation: &'a Generation,
    records: &'a [Option<Record>],
    plan: Plan,
}

/// `GET /list`, and its other forms.
pub(crate) async fn list(context: &Context, form: ListForm) -> Result<Response, Problem> {
    let params = Params::parse(&context.request.query)?;
    let asked = Asked::parse(&params)?;
    let served = if asked.isbns.is_empty() {
        let Served { generation, as_asked, .. } = context.newest(None).await?;
        Served { generation, value: Vec::new(), as_asked }
    } else {
        context.list(&asked.isbns).await?
    };
    let manifest = &served.generation.manifest;
    let mut own = Vec::with_capacity(asked.own.len());
    for name in &asked.own {
        let number = manifest.library(name);
        own.push(number.ok_or_else(|| Problem::parameter("library", name.clone(), Takes::Library))?);
    }
    let holders: Vec<Vec<u16>> = served.value.iter().map(holders).collect();
    let list = List {
        asked: &asked,
        generation: &served.generation,
        records: &served.value,
        plan: plan(&holders, &own),
    };
    let page = Page::new(context, &params)?;
    let mut response = match (form, asked.wrong.first()) {
        (ListForm::Page, None) => list.page(&page, 200),
        (ListForm::Page, Some(_)) => return Ok(list.page(&page, 400)),
        (_, Some(wrong)) => return Err(Problem::parameter("isbn", wrong.clone(), Takes::Isbn)),
        (ListForm::Csv, None) => list.csv(&page),
        (ListForm::Cited(form), None) => list.cited(&page, form),
    };
    served.set_freshness(&mut response, None);
    Ok(response)
}

/// The libraries that hold a book; none of a book that is not in the index.
fn holders(record: &Option<Record>) -> Vec<u16> {
    record.iter().flat_map(|record| &record.holdings).map(|holding| holding.library).collect()
}

impl Asked {
    fn parse(params: &Params<'_>) -> Result<Self, Problem> {
        let mut asked = Self { hl: query::hl(params)?, ..Self::default() };
        for value in params.all("isbn")? {
            value.split([',', ';', '\n', '\r']).for_each(|part| asked.add(part.trim()));
        }
        for name in params.all("library")? {
            if !name.is_empty() && !asked.own.contains(&name) {
                asked.own.push(name);
            }
        }
        for (name, most, got) in [
            ("isbn", limits::MAX_LIST_BOOKS, asked.isbns.len() + asked.wrong.len()),
            ("library", limits::MAX_LIBRARIES, asked.own.len()),
        ] {
            if got > most {
                return Err(Problem::parameter(name, format!("{got} values"), Takes::AtMost(most)));
            }
        }
        Ok(asked)
    }

    /// Adds what a part of a value names: one number in any spelling, or several apart.
    fn add(&mut self, part: &str) {
        let number = |text: &str| isbn::parse(text).map(isbn::Isbn13::get).or_else(|| isbn::digits(text));
        if let Some(number) = number(part) {
            if !self.isbns.contains(&number) {
                self.isbns.push(number);
            }
        } else if part.contains(char::is_whitespace)
            && part.split_whitespace().any(|word| number(word).is_some())
        {
            part.split_whitespace().for_each(|word| self.add(word));
        } else if !part.is_empty() {
            self.wrong.push(part.to_owned());
        }
    }

    /// The query string of the list, less one of its books.
    fn query_string(&self, without: Option<u64>, hl: Option<Hl>) -> String {
        let mut out = String::new();
        let mut put = |name: &str, value: &str| {
            out.push_str(if out.is_empty() { "" } else { "&" });
            out.push_str(name);
            out.push('=');
            encode_into(&mut out, value);
        };
        let kept = self.isbns.iter().filter(|isbn| Some(**isbn) != without);
        kept.for_each(|isbn| put("isbn", &isbn13(*isbn)));
        self.own.iter().for_each(|name| put("library", name));
        if let Some(hl) = hl {
            put("hl", hl.code());
        }
        out
    }

    /// The list's address in a form, by its suffix.
    fn address(&self, suffix: &str, without: Option<u64>) -> String {
        format!("/list{suffix}?{}", self.query_string(without, self.hl))
    }
}

impl List<'_> {
    /// The books that the index has.
    fn known(&self) -> impl Iterator<Item = &Record> {
        self.records.iter().flatten()
    }

    /// The name of a library.
    fn library(&self, number: u16) -> &str {
        self.generation
            .manifest
            .libraries
            .get(usize::from(number))
            .map_or("", |library| library.name.as_str())
    }

    fn page(&self, page: &Page<'_>, status: u16) -> Response {
        let (strings, asked) = (page.strings, self.asked);
        let main = html! {
            h1 { (strings.list_title) @if !asked.isbns.is_empty() { " " span.n { ((strings.list_count)(asked.isbns.len())) } } }
            (self.errors(page))
            @if asked.isbns.is_empty() { p.empty data-list-empty { (strings.list_empty) } }
            @else {
                div.tools {
                    button.share.scripted type="button" data-do="share" { (strings.list_share) }
                    button.print.scripted type="button" data-do="print" { (strings.list_print) }
                    button.adopt.scripted type="button" data-do="adopt" { (strings.list_adopt) }
                }
                (self.visit(page))
                (self.books(page))
                nav.exports aria-labelledby="exports" {
                    h2 #exports { (strings.list_exports) }
                    ul {
                        @for (_, suffix, name) in CitationForm::ALL { li { a href=(asked.address(&format!(".{suffix}"), None)) download rel="nofollow" { (name) } } }
                        li { a href=(asked.address(".csv", None)) download rel="nofollow" { "CSV" } }
                    }
                }
            }
            (self.form(page))
        };
        let title = strings.list_title.to_owned();
        let frame = Frame {
            title: if status == 200 { title } else { format!("{}: {title}", strings.list_wrong_title) },
            query_string: asked.query_string(None, None),
            generation: Some(self.generation),
            ..Frame::default()
        };
        page.render(status, &frame, &main)
    }

    /// What could not be read, with the way to put it right.
    fn errors(&self, page: &Page<'_>) -> Markup {
        html! {
            @if !self.asked.wrong.is_empty() {
                div.errors #errors role="alert" tabindex="-1" {
                    h2 { (page.strings.list_wrong_title) }
                    ul { @for wrong in &self.asked.wrong { li { a href="#isbn" { ((page.strings.list_wrong)(wrong)) } } } }
                }
            }
        }
    }

    fn books(&self, page: &Page<'_>) -> Markup {
        let strings = page.strings;
        let remove = |isbn: u64, title: &str| {
            html! {
                a.remove href=(self.asked.address("", Some(isbn))) data-remove=(isbn13(isbn)) rel="nofollow" aria-label=((strings.list_remove_what)(title)) { (strings.list_remove) }
            }
        };
        html! {
            section.books aria-labelledby="books" {
                h2 #books { (strings.list_books) }
                ol.list data-list-page {
                    @for (isbn, record) in self.asked.isbns.iter().zip(self.records) {
                        @if let Some(record) = record {
                            @let shown = Shown::new(record, &self.generation.manifest, &[]);
                            (item(page, record, &html! { (held(page, &shown.held)) (remove(*isbn, &record.title)) }))
                        } @else {
                            li.gone data-isbn13=(isbn13(*isbn)) {
                                p { strong { (isbn13(*isbn)) } " " (strings.list_gone) @if isbn::Isbn13::new(*isbn).is_none() { " " (strings.unchecked_digit) } }
                                (remove(*isbn, &isbn13(*isbn)))
                            }
                        }
                    }
                }
            }
        }
    }

    /// The form that makes a list without script: more books, the visitor's own libraries.
    fn form(&self, page: &Page<'_>) -> Markup {
        let (strings, asked) = (page.strings, self.asked);
        html! {
            form.adding method="get" action="/list" aria-labelledby="adding" {
                h2 #adding { (strings.list_change) }
                @for isbn in &asked.isbns { input type="hidden" name="isbn" value=(isbn13(*isbn)); }
                @if let Some(hl) = asked.hl { input type="hidden" name="hl" value=(hl.code()); }
                label for="isbn" { ((strings.list_add)(limits::MAX_LIST_BOOKS)) }
                textarea #isbn name="isbn" rows="3" spellcheck="false" autocapitalize="none" aria-invalid=[(!asked.wrong.is_empty()).then_some("true")] {
                    @for wrong in &asked.wrong { (wrong) "\n" }
                }
                @if !self.generation.manifest.libraries.is_empty() {
                    details.libraries open[!asked.own.is_empty()] {
                        summary { (strings.list_own) }
                        fieldset {
                            legend { (strings.list_own_legend) }
                            // The visitor's own come first, in their order, so that the form keeps it.
                            @for name in &asked.own { (choice(name, true)) }
                            @for library in self.generation.manifest.libraries.iter().filter(|library| !asked.own.contains(&library.name)) { (choice(&library.name, false)) }
                        }
                    }
                }
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
        line(&[&heads[..], &[strings.holdings, strings.plan_fetch]].concat());
        for (place, (isbn, record)) in self.asked.isbns.iter().zip(self.records).enumerate() {
            let isbn = isbn13(*isbn);
            let Some(record) = record else {
                line(&[&isbn, strings.list_gone, "", "", "", "", "", ""]);
                continue;
            };
            let year = record.year.map(|year| year.to_string()).unwrap_or_default();
            let held: Vec<&str> =
                record.holdings.iter().map(|holding| self.library(holding.library)).collect();
            let stop = self.plan.stops.iter().find(|stop| stop.books.contains(&place));
            let fetch = stop.map_or("", |stop| self.library(stop.library));
            let class = record.class_no.as_deref().unwrap_or_default();
            line(&[
                &isbn,
                &record.title,
                &record.authors,
                &record.publisher,
                &year,
                class,
                &held.join("; "),
                fetch,
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

fn choice(name: &str, chosen: bool) -> Markup {
    html! { label { input type="checkbox" name="library" value=(name) checked[chosen]; " " (name) } }
}
