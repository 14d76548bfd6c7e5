//! Addresses of this site, and links to its feeds: wherever a page leads, the address is made here.

use maud::{Markup, html};
use seoga_index::record::Record;
use seoga_text::kdc;

use super::layout::Page;
use crate::http::params::{encode_into, segment_into};
use crate::limits;
use crate::query::{Query, canonical};
use crate::routes::Heading;
use seoga_search::Sort;

/// The media type of feeds.
pub(crate) const FEED: &str = "application/atom+xml";

/// Writes the address of a search.
pub(crate) fn search(query: &Query) -> String {
    format!("/search?{}", query.to_query_string())
}

/// Writes the address of the page of a search's facet, or of those of its values that have these words.
pub(crate) fn whole(query: &Query, facet: &str, find: &str) -> String {
    let mut address = search(&Query { page: 1, ..query.clone() });
    for (name, value) in [("facet", facet), ("find", find)] {
        if !value.is_empty() {
            address.push('&');
            address.push_str(name);
            address.push('=');
            encode_into(&mut address, value);
        }
    }
    address
}

/// Writes the address of a search in a library.
pub(crate) fn search_in(page: &Page<'_>, library: &str) -> String {
    with_name(page, "/search?library=", library)
}

/// Writes the address of a search for words.
pub(crate) fn search_for(page: &Page<'_>, words: &str) -> String {
    let (text, typed) = canonical(words);
    search(&Query { text, typed, ..page.query() })
}

/// Writes the path of the books under a heading, without the interface language.
pub(crate) fn heading_path(heading: Heading, name: &str) -> String {
    let mut path = heading.path().to_owned();
    segment_into(&mut path, name);
    path
}

/// Writes the address of the books under a heading.
pub(crate) fn heading(page: &Page<'_>, heading: Heading, name: &str) -> String {
    page.link(&heading_path(heading, name))
}

/// Writes the address of what a publisher has published.
pub(crate) fn publisher(page: &Page<'_>, name: &str) -> String {
    search_for(page, &format!("publisher:\"{}\"", plain(name)))
}

/// Takes out what would end a quoted phrase.
fn plain(text: &str) -> String {
    text.replace('"', " ")
}

/// Writes the address of the page where libraries are chosen, with the words of a search.
pub(crate) fn choose(page: &Page<'_>, query: &Query) -> String {
    let mut path = "/libraries".to_owned();
    if !query.text.is_empty() {
        path.push_str("?q=");
        encode_into(&mut path, query.shown());
    }
    page.link(&path)
}

/// Writes the address of a book's page.
pub(crate) fn book(page: &Page<'_>, record: &Record) -> String {
    page.link(&format!("/books/{}", record.id))
}

/// Writes the address of a library's page.
pub(crate) fn library(page: &Page<'_>, name: &str) -> String {
    with_name(page, "/libraries?library=", name)
}

fn with_name(page: &Page<'_>, path: &str, name: &str) -> String {
    let mut address = path.to_owned();
    encode_into(&mut address, name);
    page.link(&address)
}

/// Writes the path of the feed of a library, of a class or of all, without the interface language.
pub(crate) fn feed(library: Option<&str>, class: Option<&str>) -> String {
    let mut address = "/feeds/new.atom".to_owned();
    for (name, value) in [("?library=", library), ("?class=", class)] {
        if let Some(value) = value {
            address.push_str(name);
            encode_into(&mut address, value);
        }
    }
    address
}

/// Finds the compiled list of arrivals that a search asks for: of one library, of a class, of all, and of nothing else.
pub(crate) fn fed(query: &Query) -> Option<(Option<&str>, Option<&str>)> {
    let (library, class) = (query.libraries.first(), query.classes.first());
    let other = Query { libraries: Vec::new(), classes: Vec::new(), ..query.clone() }.is_filtered();
    let alone = query.libraries.len() + query.classes.len() <= 1;
    (query.text.is_empty() && alone && !other)
        .then(|| (library.map(String::as_str), class.map(String::as_str)))
}

/// Says in a few words what a search asks for.
pub(crate) fn told(page: &Page<'_>, query: &Query) -> String {
    let words = Some(query.shown().to_owned()).filter(|words| !words.is_empty());
    let mut parts: Vec<String> = words.into_iter().chain(query.series.clone()).collect();
    parts.extend(query.publishers.iter().cloned());
    parts.extend(query.classes.iter().map(|class| class_label(page, class)));
    parts.extend(query.libraries.iter().cloned());
    parts.join(" · ")
}

/// Writes the address of the feed of a search: what came in last of what it gives.
pub(crate) fn feed_of(query: &Query) -> String {
    let fed = Query {
        sort: Sort::default(),
        group: None,
        page: 1,
        limit: limits::DEFAULT_LIMIT,
        mine: Vec::new(),
        ..query.clone()
    };
    format!("/feeds/new.atom?{}", fed.to_query_string())
}

/// Names a feed by whose arrivals it has.
pub(crate) fn feed_title(page: &Page<'_>, library: Option<&str>, class: Option<&str>) -> String {
    match (library, class) {
        (Some(name), _) => (page.strings.new_of)(name),
        (None, Some(class)) => (page.strings.new_of)(&class_label(page, class)),
        (None, None) => page.strings.new_title.to_owned(),
    }
}

/// Links to a feed, for people.
pub(crate) fn feed_link(page: &Page<'_>, library: Option<&str>, class: Option<&str>) -> Markup {
    html! { a.feed href=(page.file(&feed(library, class))) type=(FEED) rel="nofollow" { (page.strings.feed) } }
}

/// Links to a feed, for the head of a page.
pub(crate) fn feed_alternate(page: &Page<'_>, library: Option<&str>, class: Option<&str>) -> Markup {
    html! { link rel="alternate" type=(FEED) href=(page.file(&feed(library, class))) title=(feed_title(page, library, class)); }
}

/// Writes a class number with its name.
pub(crate) fn class_label(page: &Page<'_>, class: &str) -> String {
    match kdc::name(class, page.hl.kdc()) {
        Some(name) => format!("{class} {name}"),
        None => class.to_owned(),
    }
}

/// Tells whether a text from the catalogue may become a link: never `javascript:` or the like.
pub(crate) fn is_web(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_become_links() {
        assert!(is_web("https://lib.example") && is_web("http://lib.example"));
        assert!(!is_web("javascript:alert(1)") && !is_web("//lib.example") && !is_web(""));
    }
}
