//! `/books/{id}`: a book and where it is.

use maud::{Markup, PreEscaped, html};
use seoga_index::book_id::BookId;
use seoga_index::record::{Record, Series};
use seoga_search::Book;
use seoga_text::kdc;
use seoga_text::names::{self, Role, parse};
use serde::Serialize;

use super::books::{lang, link, others, spine};
use super::citation;
use super::elsewhere;
use super::holdings::holdings;
use super::layout::{Frame, Page};
use super::links;
use super::statement;
use crate::context::Context;
use crate::exports::coins::coins;
use crate::http::params::Params;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::query::Query;
use crate::questions;
use crate::routes::{CitationForm, Heading, RecordForm};
use crate::strings::Hl;
use seoga_search::book_view::{BookView, full_title, isbn13};
use seoga_text::isbn::Isbn13;
use seoga_text::number::grouped;

/// `GET /books/{isbn13}`
pub(crate) async fn book(context: &Context, id: BookId) -> Result<Response, Problem> {
    let params = Params::parse(&context.request.query)?;
    let page = Page::new(context, &params)?;
    let answered = questions::book_and_alike(context, id, None).await?;
    if let Some(response) =
        questions::moved(context, (id, &answered.value.record), ("/books/", ""), &answered)
    {
        return Ok(response);
    }
    let (book, manifest) = (&answered.value, &answered.generation.manifest);
    let record = &book.record;
    let shown = BookView::new(record, manifest, &[]);
    let strings = page.strings;
    let address = format!("{}/books/{}", page.base, record.id);
    let main = html! {
        article.book {
            img.cover src={ "/covers/" (record.id) ".svg" } alt="" width="200" height="280" loading="lazy";
            div {
                h1 lang=[lang(&page, record)] { (statement::title(&page, record, &[])) }
                (made_by(&page, record))
                p.actions { a.button.add href=(page.link(&format!("/list?isbn={}", record.id))) data-add=(record.id) rel="nofollow" { (strings.pick) } " " a href="#cite" { (strings.cite_title) } }
                noscript { p.n { (strings.pick_plain) } }
                (facts(&page, record, &book.subjects))
                (holdings(&page, &shown, (&book.items, &book.told), (&page.own(manifest), context.today())))
                (elsewhere::of_book(&page, record))
                (editions(&page, book))
                (others(&page, "similar", strings.similar, &book.similar))
                (citing(&page, record, &address))
                (further(&page, record))
            }
        }
        (shelf(&page, book))
    };
    let head = html! { script type="application/ld+json" { (PreEscaped(linked_data(record, page.base))) } };
    let frame = Frame {
        title: full_title(record),
        description: Some(description(&page, record)),
        is_book: true,
        head: Some(head),
        generation: Some(&answered.generation),
        listed: true,
        ..Frame::default()
    };
    Ok(page.shown(&answered, &frame, &main))
}

/// Says of a book in a sentence who made it and how many libraries have it, for who has not opened the page.
fn description(page: &Page<'_>, record: &Record) -> String {
    let strings = page.strings;
    let held = match record.holdings.len() {
        0 => String::new(),
        libraries => (strings.held_by_libraries)(libraries),
    };
    let facts = [
        names::shown(&record.authors, page.hl == Hl::En),
        record.publisher.clone(),
        record.year.map(|year| year.to_string()).unwrap_or_default(),
        held,
    ];
    let facts: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
    format!("{}: {}", full_title(record), facts.join(" · "))
}

/// Sends another spelling of an ISBN to the page of its ISBN-13.
pub(crate) fn book_elsewhere(id: BookId) -> Response {
    Response::moved(308, &format!("/books/{id}"))
}

/// Says under the title who made the book, and where and when it came out.
fn made_by(page: &Page<'_>, record: &Record) -> Markup {
    html! {
        p.by.made {
            @if !record.authors.is_empty() { span.authors { (statement::people(page, record, &[], true)) } }
            @if !record.publisher.is_empty() { span.publisher { a href=(links::publisher(page, &record.publisher)) rel="nofollow" { (record.publisher) } } }
            @if let Some(year) = record.year { span.year { (year) } }
        }
    }
}

/// Keywords shown at most: the best ones come first.
const SUBJECTS: usize = 12;

/// Lists what people choose a book by.
fn facts(page: &Page<'_>, record: &Record, subjects: &[String]) -> Markup {
    let strings = page.strings;
    html! {
        dl.facts {
            @if !record.series.is_empty() {
                dt { (strings.series) }
                dd { @for (place, series) in record.series.iter().enumerate() { @if place > 0 { ", " } (series_link(page, series)) } }
            }
            @if let Some(class) = &record.class_no { dt { (strings.class) } dd { (crumbs(page, class)) } }
            @if !subjects.is_empty() {
                dt { (strings.subjects) }
                dd.subjects { @for (place, word) in subjects.iter().take(SUBJECTS).enumerate() { @if place > 0 { ", " } a href=(links::heading(page, Heading::Subject, word)) { (word) } } }
            }
            @if record.id.isbn13().is_some() {
                dt { "ISBN" }
                dd { code { (record.id) } @if !record.checked { " " small { (strings.unchecked_isbn) } } }
            }
        }
    }
}

/// Lists what else is known, for who needs it.
fn further(page: &Page<'_>, record: &Record) -> Markup {
    let strings = page.strings;
    let isbn = record.id.isbn13().and_then(Isbn13::new);
    let spelled: Vec<String> =
        isbn.into_iter().flat_map(|isbn| [isbn.hyphenated(), isbn.to_isbn10()]).flatten().collect();
    let statement = Some(record.authors.clone()).filter(|field| !field.is_empty());
    let titles = std::iter::once(&record.title).chain(&record.other_titles);
    let titles: Vec<&String> =
        titles.filter(|title| **title != seoga_text::title::shown_text(&record.title)).collect();
    let rows = [
        (strings.recorded_authors, statement.filter(|field| *field != names::shown(field, false))),
        (strings.volume, record.volume.clone()),
        (strings.language, record.language.clone()),
        (strings.loans, record.loans.map(grouped)),
    ];
    let known = rows.iter().any(|(_, value)| value.is_some());
    html! {
        @if known || !titles.is_empty() || !spelled.is_empty() || !record.numbers.is_empty() {
            details.further {
                summary { (strings.further) }
                dl.facts {
                    @if !titles.is_empty() { dt { (strings.other_titles) } dd { ul { @for title in &titles { li { (title) } } } } }
                    @for (name, value) in rows { @if let Some(value) = value { dt { (name) } dd { (value) } } }
                    @if !spelled.is_empty() { dt { "ISBN" } dd { @for (place, form) in spelled.iter().enumerate() { @if place > 0 { ", " } code { (form) } } } }
                    @if !record.numbers.is_empty() {
                        dt { (strings.other_numbers) }
                        dd { @for (place, number) in record.numbers.iter().enumerate() { @if place > 0 { ", " } code { (number) } } }
                    }
                }
            }
        }
    }
}

/// Offers the book's citation, as a text and as files, and its address.
fn citing(page: &Page<'_>, record: &Record, address: &str) -> Markup {
    let strings = page.strings;
    html! {
        section.citing aria-labelledby="cite" {
            h2 #cite { (strings.cite_title) }
            p.cited lang=[lang(page, record)] data-copied { (citation::text(record, page.hl)) }
            p.scripted { button type="button" data-do="copy" { (strings.cite_copy) } }
            ul.cite aria-label=(strings.cite) {
                @for (_, suffix, name) in CitationForm::ALL {
                    li { a href={ "/books/" (record.id) "." (suffix) } download rel="nofollow" { (name) } }
                }
                @for (_, suffix, name) in RecordForm::ALL {
                    li { a href={ "/books/" (record.id) "." (suffix) } download rel="nofollow" { (name) } }
                }
            }
            p.permalink { (strings.permalink) ": " a href=(address) rel="bookmark" { (address) } (coins(record, address)) }
        }
    }
}

/// Links a series to its books, the number in it behind.
fn series_link(page: &Page<'_>, series: &Series) -> Markup {
    html! { a href=(links::heading(page, Heading::Series, &series.name)) { (series.name) } @if !series.number.is_empty() { " " (series.number) } }
}

fn in_class(page: &Page<'_>, class: &str) -> String {
    links::search(&Query { classes: vec![class.to_owned()], ..page.query() })
}

/// Shows the way to the book's class from its main class down, the number last.
fn crumbs(page: &Page<'_>, class: &str) -> Markup {
    let path = kdc::path(class, page.hl.kdc());
    let is_named = path.last().is_some_and(|(prefix, _)| prefix == class);
    html! {
        nav.crumbs aria-label=(page.strings.class) {
            ol {
                @for (prefix, name) in &path { li { a href=(in_class(page, prefix)) rel="nofollow" { @if prefix == class { (class) " " } (name) } } }
                @if !is_named { li { a href=(in_class(page, class)) rel="nofollow" { (class) } } }
            }
        }
    }
}

/// Lists the other editions of the work, with what tells them apart and who holds them.
fn editions(page: &Page<'_>, book: &Book) -> Markup {
    let strings = page.strings;
    html! {
        @if !book.editions.is_empty() {
            section.editions aria-labelledby="editions" {
                h2 #editions { (strings.editions) }
                ul.others {
                    @for record in &book.editions {
                        li {
                            (link(page, record))
                            @if !record.publisher.is_empty() { " " span.publisher { (record.publisher) } }
                            @if let Some(year) = record.year { " " span.n { (year) } }
                            " " span.n { ((strings.held_at)(record.holdings.len())) }
                        }
                    }
                }
            }
        }
    }
}

/// Shows the book between its neighbours, in the order of the shelf.
fn shelf(page: &Page<'_>, book: &Book) -> Markup {
    let spined = |record: &Record, here: bool| {
        html! {
            li aria-current=[here.then_some("true")] {
                (spine(record.class_no.as_deref()))
                p.title { @if here { span lang=[lang(page, record)] { (statement::title(page, record, &[])) } } @else { (link(page, record)) } }
                @if !record.authors.is_empty() { p.by { (statement::people(page, record, &[], false)) } }
            }
        }
    };
    html! {
        @if !book.left.is_empty() || !book.right.is_empty() {
            section.shelf aria-labelledby="shelf" {
                h2 #shelf { (page.strings.shelf_title) }
                ol.spines {
                    @for record in &book.left { (spined(record, false)) }
                    (spined(&book.record, true))
                    @for record in &book.right { (spined(record, false)) }
                }
            }
        }
    }
}

/// Describes the book as schema.org's Book, for search engines. A data block: no script runs.
fn linked_data(record: &Record, base: &str) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Book<'a> {
        #[serde(rename = "@context")]
        context: &'a str,
        #[serde(rename = "@type")]
        kind: &'a str,
        name: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        isbn: Option<String>,
        url: String,
        author: Vec<Person>,
        #[serde(skip_serializing_if = "Option::is_none")]
        publisher: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        date_published: Option<String>,
    }
    #[derive(Serialize)]
    struct Person {
        #[serde(rename = "@type")]
        kind: &'static str,
        name: String,
    }
    let authors = parse(&record.authors).into_iter().filter(|name| name.role == Role::Author);
    let book = Book {
        context: "https://schema.org",
        kind: "Book",
        name: full_title(record),
        url: format!("{base}/books/{}", record.id),
        isbn: isbn13(record.id),
        author: authors.map(|name| Person { kind: "Person", name: name.text }).collect(),
        publisher: Some(record.publisher.as_str()).filter(|publisher| !publisher.is_empty()),
        date_published: record.year.map(|year| year.to_string()),
    };
    // The one place where JSON lies inside markup: nothing in it may close the element.
    serde_json::to_string(&book).unwrap_or_default().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::record;

    #[test]
    fn linked_data_cannot_close_its_element() {
        let record = Record { title: "</script><script>alert(1)".to_owned(), ..record() };
        let data = linked_data(&record, "https://s.example");
        assert!(!data.contains('<'), "{data}");
        let read: serde_json::Value = serde_json::from_str(&data).unwrap();
        assert_eq!(read["name"], "</script><script>alert(1)");
        assert_eq!(read["isbn"], "9791158083397");
    }
}
