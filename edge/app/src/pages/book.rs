//! `/books/{id}`: a book and where it is.

use maud::{Markup, PreEscaped, html};
use seoga_index::book_id::BookId;
use seoga_index::items::Item;
use seoga_index::record::{Record, Series};
use seoga_search::Book;
use seoga_text::kdc;
use seoga_text::names::{Role, parse};
use serde::Serialize;

use super::books::{lang, link, others, spine, volume};
use super::form::form;
use super::layout::{Frame, Page};
use super::links::{self, is_web};
use crate::context::Context;
use crate::exports::coins::coins;
use crate::http::params::Params;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::query::{Query, canonical};
use crate::questions;
use crate::routes::{CitationForm, RecordForm};
use seoga_search::book_view::{BookView, HoldingView, full_title, isbn13};
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
    let query = Query { hl: page.explicit, ..Query::default() };
    let main = html! {
        (form(&page, &query, Some(manifest), false))
        article.book {
            img.cover src={ "/covers/" (record.id) ".svg" } alt=((strings.cover_of)(&full_title(record))) width="200" height="280";
            div {
                (crumbs(&page, record))
                h1 lang=[lang(&page, record)] { (record.title) (volume(&page, record)) }
                p.actions { a.button.add href=(page.link(&format!("/list?isbn={}", record.id))) data-add=(record.id) rel="nofollow" { (strings.pick) } " " a href="#cite" { (strings.cite) } }
                (facts(&page, record))
                section.held aria-labelledby="held" {
                    h2 #held { (strings.holdings) " " span.n { ((strings.held_at)(shown.holdings.len())) } }
                    (holdings(&page, &shown, &book.items))
                }
                (others(&page, "editions", strings.editions, &book.editions))
                (others(&page, "similar", strings.similar, &book.similar))
                section.citing aria-labelledby="cite" {
                    h2 #cite { (strings.cite) }
                    ul.cite {
                        @for (_, suffix, name) in CitationForm::ALL {
                            li { a href={ "/books/" (record.id) "." (suffix) } download rel="nofollow" { (name) } }
                        }
                        @for (_, suffix, name) in RecordForm::ALL {
                            li { a href={ "/books/" (record.id) "." (suffix) } download rel="nofollow" { (name) } }
                        }
                    }
                    p.permalink { (strings.permalink) ": " a href={ (page.base) "/books/" (record.id) } rel="bookmark" { (page.base) "/books/" (record.id) } (coins(record, &format!("{}/books/{}", page.base, record.id))) }
                }
            }
        }
        (shelf(&page, book))
    };
    let head = html! {
        link rel="canonical" href={ (page.base) "/books/" (record.id) };
        script type="application/ld+json" { (PreEscaped(linked_data(record, page.base))) }
    };
    let frame = Frame {
        title: full_title(record).into_owned(),
        head: Some(head),
        generation: Some(&answered.generation),
        listed: true,
        ..Frame::default()
    };
    Ok(page.shown(&answered, &frame, &main))
}

/// Sends another spelling of an ISBN to the page of its ISBN-13.
pub(crate) fn book_elsewhere(id: BookId) -> Response {
    let mut response = Response::bare(308);
    response.set("location", format!("/books/{id}"));
    response
}

fn facts(page: &Page<'_>, record: &Record) -> Markup {
    let strings = page.strings;
    let rows = [
        (strings.volume, record.volume.clone()),
        (strings.year, record.year.map(|year| year.to_string())),
        (strings.loans, record.loans.map(grouped)),
    ];
    html! {
        dl.facts {
            @if !record.authors.is_empty() { dt { (strings.author) } dd { (authors(page, &record.authors)) } }
            @if !record.publisher.is_empty() {
                dt { (strings.publisher) }
                dd { a href=(search_for(page, &format!("publisher:\"{}\"", plain(&record.publisher)))) rel="nofollow" { (record.publisher) } }
            }
            @if !record.series.is_empty() {
                dt { (strings.series) }
                dd { @for (place, series) in record.series.iter().enumerate() { @if place > 0 { ", " } (series_link(page, series)) } }
            }
            @for (name, value) in rows { @if let Some(value) = value { dt { (name) } dd { (value) } } }
            @if let Some(class) = &record.class_no {
                dt { (strings.class) }
                dd { a href=(in_class(page, class)) rel="nofollow" { (class) } @if let Some(name) = kdc::name(class, page.hl.kdc()) { " " (name) } }
            }
            @if let Some(isbn13) = record.id.isbn13() {
                dt { "ISBN" }
                dd {
                    code { (record.id) }
                    @if !record.checked { " " small { (strings.unchecked_isbn) } }
                    @if let Some(isbn) = Isbn13::new(isbn13) {
                        @for form in [isbn.hyphenated(), isbn.to_isbn10()].into_iter().flatten() { ", " code { (form) } }
                    }
                }
            }
            @if !record.numbers.is_empty() {
                dt { (strings.other_numbers) }
                dd { @for (place, number) in record.numbers.iter().enumerate() { @if place > 0 { ", " } code { (number) } } }
            }
            @if let Some(language) = &record.language { dt { (strings.language) } dd { (language) } }
            @if !record.other_titles.is_empty() {
                dt { (strings.other_titles) }
                dd { ul { @for title in &record.other_titles { li { (title) } } } }
            }
        }
    }
}

/// Links a series to its books, the number in it behind.
fn series_link(page: &Page<'_>, series: &Series) -> Markup {
    let query = Query { series: Some(series.name.clone()), hl: page.explicit, ..Query::default() };
    html! { a href=(links::search(&query)) rel="nofollow" { (series.name) } @if !series.number.is_empty() { " " (series.number) } }
}

/// Shows the author field as recorded, each name in it a search.
fn authors(page: &Page<'_>, field: &str) -> Markup {
    let mut rest = field;
    let mut parts = Vec::new();
    for name in parse(field) {
        // Names come in the field's order; one that was tidied on the way is not found and stays plain text.
        if let Some((before, after)) = rest.split_once(name.text.as_str()) {
            parts.push((before, name.text));
            rest = after;
        }
    }
    html! {
        @for (before, name) in &parts {
            (before)
            a href=(search_for(page, &format!("author:\"{}\"", plain(name)))) rel="nofollow" { (name) }
        }
        (rest)
    }
}

/// Takes out what would end a quoted phrase.
fn plain(text: &str) -> String {
    text.replace('"', " ")
}

fn search_for(page: &Page<'_>, words: &str) -> String {
    let (text, typed) = canonical(words);
    links::search(&Query { text, typed, hl: page.explicit, ..Query::default() })
}

fn in_class(page: &Page<'_>, class: &str) -> String {
    links::search(&Query { class: Some(class.to_owned()), hl: page.explicit, ..Query::default() })
}

/// Shows the way to the book's class from its main class down.
fn crumbs(page: &Page<'_>, record: &Record) -> Markup {
    html! {
        @if let Some(class) = &record.class_no {
            nav.crumbs aria-label=(page.strings.class) {
                ol { @for (prefix, name) in kdc::path(class, page.hl.kdc()) { li { a href=(in_class(page, &prefix)) rel="nofollow" { (name) } } } }
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
                p.title { @if here { span lang=[lang(page, record)] { (record.title) (volume(page, record)) } } @else { (link(page, record)) } }
                @if !record.authors.is_empty() { p.by { (record.authors) } }
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

fn holdings(page: &Page<'_>, shown: &BookView<'_>, items: &[Item]) -> Markup {
    let strings = page.strings;
    let (numbered, roomed) = (
        items.iter().any(|item| !item.call_number.is_empty()),
        items.iter().any(|item| !item.room.is_empty()),
    );
    let of =
        |held: &HoldingView<'_>| items.iter().filter(|item| item.library == held.number).collect::<Vec<_>>();
    let addressed = shown.holdings.iter().any(|held| !held.library.address.is_empty());
    let sited = shown.holdings.iter().any(|held| is_web(&held.library.homepage));
    html! {
        div.scroll { table.holdings {
            thead { tr {
                th scope="col" { (strings.library) }
                @if numbered { th scope="col" { (strings.call_number) } }
                @if roomed { th scope="col" { (strings.room) } }
                th scope="col" { (strings.registered) }
                @if addressed { th scope="col" { (strings.address) } }
                @if sited { th scope="col" { (strings.homepage) } }
            } }
            tbody {
                @for held in &shown.holdings {
                    @let items = of(held);
                    tr {
                        th scope="row" { a href=(links::library(page, &held.library.name)) { (held.library.name) } }
                        @if numbered {
                            td { @for (place, item) in items.iter().enumerate() { @if place > 0 { br; } (item.call_number) @if item.copies > 1 { " " span.n { ((strings.copies)(item.copies)) } } } }
                        }
                        @if roomed { td { @for (place, item) in items.iter().enumerate() { @if place > 0 { br; } (item.room) } } }
                        td {
                            @match held.registered {
                                Some(day) => time datetime=(day) { ((strings.date)(day)) },
                                None => (strings.unknown),
                            }
                        }
                        @if addressed { td { (held.library.address) } }
                        @if sited {
                            td {
                                @if is_web(&held.library.homepage) {
                                    a href=(held.library.homepage) rel="external noopener" aria-label={ (held.library.name) ": " (strings.homepage) } { (strings.homepage) }
                                }
                            }
                        }
                    }
                }
            }
        } }
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
        name: &'a str,
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
        name: &record.title,
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
