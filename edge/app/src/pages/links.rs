//! Addresses of this site, and links to its feeds: wherever a page leads, the address is made here.

use maud::{Markup, html};
use seoga_index::record::Record;
use seoga_text::kdc;

use super::layout::Page;
use crate::http::params::encode_into;
use crate::query::Query;

/// The media type of feeds.
pub(crate) const FEED: &str = "application/atom+xml";

/// Writes the address of a search.
pub(crate) fn search(query: &Query) -> String {
    format!("/search?{}", query.to_query_string())
}

/// Writes the address of a search in a library.
pub(crate) fn search_in(page: &Page<'_>, library: &str) -> String {
    with_name(page, "/search?library=", library)
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
    html! { a.feed href=(page.link(&feed(library, class))) type=(FEED) rel="nofollow" { (page.strings.feed) } }
}

/// Links to a feed, for the head of a page.
pub(crate) fn feed_alternate(page: &Page<'_>, library: Option<&str>, class: Option<&str>) -> Markup {
    html! { link rel="alternate" type=(FEED) href=(page.link(&feed(library, class))) title=(feed_title(page, library, class)); }
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
