//! The frame of every page: head, header, main, footer.

use super::form::form;
use super::hangul;
use crate::context::{Answered, Context};
use crate::generation::Generation;
use crate::http::headers::preferred_language;
use crate::http::params::{Params, encode_into};
use crate::http::problem::Problem;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::query::{self, Query};
use crate::routes::Route;
use crate::strings::{Hl, Strings};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use seoga_index::manifest::Manifest;
use seoga_text::day::Day;

/// Carries what a page needs to know of its surroundings.
#[derive(Clone)]
pub(crate) struct Page<'a> {
    pub(crate) hl: Hl,
    /// The language as the URL says it; links carry it on.
    pub(crate) explicit: Option<Hl>,
    pub(crate) strings: &'static Strings,
    /// The visitor's own libraries as the URL names them; links carry them on.
    pub(crate) mine: Vec<String>,
    /// The scheme and host of absolute links.
    pub(crate) base: &'a str,
    /// The day of the request.
    pub(crate) today: Day,
    /// Whether visitors share their computers.
    shared: bool,
    /// The page's own path, to which links may lead.
    path: &'a str,
}

/// Carries what differs from page to page in the frame.
#[derive(Default)]
pub(crate) struct Frame<'a> {
    /// The document's title, without the site's name.
    pub(crate) title: String,
    /// The page's own query string without `hl`, so that it can be had in the other language.
    pub(crate) query_string: String,
    /// Says in a sentence what the page is about; the title and the site's line where there is none.
    pub(crate) description: Option<String>,
    /// Whether the page is about one book.
    pub(crate) is_book: bool,
    /// More elements for the head.
    pub(crate) head: Option<Markup>,
    /// The generation shown, where there is one.
    pub(crate) generation: Option<&'a Generation>,
    /// Whether search engines may list the page.
    pub(crate) listed: bool,
    /// The search that the header's box starts from; an empty one where the page is of none.
    pub(crate) search: Option<&'a Query>,
    /// Whether the page's main part has the box, and the header none.
    pub(crate) has_own_box: bool,
}

/// Gives the path of the page asked for; of one that there is not, the home page's. A path that somebody else wrote is in no
/// link: `//host/` and `/\host/` lead to another site.
fn own_path(request: &Request) -> &str {
    if Route::find(&request.path).is_some() { &request.path } else { "/" }
}

/// Resolves the interface language of a request: `hl`, else Accept-Language, else Korean.
pub(crate) fn language(context: &Context, explicit: Option<Hl>) -> Hl {
    let preferred = || context.request.header("accept-language").and_then(preferred_language);
    explicit.or_else(preferred).unwrap_or_default()
}

impl<'a> Page<'a> {
    /// Takes the surroundings of a request, whose query string is read for `hl` and `mine`.
    pub(crate) fn new(context: &'a Context, params: &Params<'_>) -> Result<Self, Problem> {
        let explicit = query::hl(params)?;
        Ok(Self { mine: query::mine(params)?, ..Self::with_language(context, explicit) })
    }

    /// Takes the surroundings of a request in a language.
    pub(crate) fn with_language(context: &'a Context, explicit: Option<Hl>) -> Self {
        let hl = language(context, explicit);
        let (base, path) = (context.base(), own_path(&context.request));
        let shared = context.app.config.shared;
        let today = context.today();
        Self { hl, explicit, strings: hl.strings(), mine: Vec::new(), base, today, shared, path }
    }

    /// Takes this for the page's own path, where the address may be written in several ways.
    pub(crate) fn at(self, path: &'a str) -> Self {
        Self { path, ..self }
    }

    /// Takes these for the visitor's own libraries.
    pub(crate) fn with_mine(self, mine: Vec<String>) -> Self {
        Self { mine, ..self }
    }

    /// Writes a link to a path of this site, in the language that the URL asked for and with the visitor's own libraries.
    pub(crate) fn link(&self, path: &str) -> String {
        let mut link = path.to_owned();
        let mut put = |name: &str, value: &str| {
            link.push(if link.contains('?') { '&' } else { '?' });
            link.push_str(name);
            link.push('=');
            encode_into(&mut link, value);
        };
        self.mine.iter().for_each(|name| put("mine", name));
        if let Some(hl) = self.explicit {
            put("hl", hl.code());
        }
        link
    }

    /// Writes a link to a file of this site, which is the same whose ever libraries are.
    pub(crate) fn file(&self, path: &str) -> String {
        let mark = if path.contains('?') { '&' } else { '?' };
        self.explicit.map_or_else(|| path.to_owned(), |hl| format!("{path}{mark}hl={}", hl.code()))
    }

    /// Begins a search in the language that the URL asked for, with the visitor's own libraries.
    pub(crate) fn query(&self) -> Query {
        Query { hl: self.explicit, mine: self.mine.clone(), ..Query::default() }
    }

    /// Numbers the visitor's own libraries, the dearest first; passes over those that the index does not have.
    pub(crate) fn own(&self, manifest: &Manifest) -> Vec<u16> {
        self.mine.iter().filter_map(|name| manifest.library(name)).collect()
    }

    /// Says a date in words, from its text in the index.
    pub(crate) fn date(&self, iso: &str) -> String {
        Day::parse(iso).map_or_else(|| iso.to_owned(), |day| (self.strings.date)(day))
    }

    /// Renders the page as the answer of a generation, kept as long as that allows.
    pub(crate) fn shown<T>(&self, answered: &Answered<T>, frame: &Frame<'_>, main: &Markup) -> Response {
        let mut response = self.render(200, frame, main);
        answered.set_freshness(&mut response, None);
        response
    }

    /// Renders the whole page as a response. The caller sets how long it may be kept.
    pub(crate) fn render(&self, status: u16, frame: &Frame<'_>, main: &Markup) -> Response {
        let strings = self.strings;
        let other = self.hl.other();
        let mut elsewhere = format!("{}?", self.path);
        if !frame.query_string.is_empty() {
            elsewhere.push_str(&frame.query_string);
            elsewhere.push('&');
        }
        let empty = self.query();
        let in_language = |hl: Hl| format!("{elsewhere}hl={}", hl.code());
        let own = {
            let query = frame.query_string.as_str();
            let explicit = self.explicit.map(|hl| format!("hl={}", hl.code())).unwrap_or_default();
            let both = [query, explicit.as_str()].into_iter().filter(|part| !part.is_empty());
            let query = both.collect::<Vec<_>>().join("&");
            let mark = if query.is_empty() { "" } else { "?" };
            format!("{}{}{mark}{query}", self.base, self.path)
        };
        let title = if frame.title.is_empty() {
            format!("{} · {}", strings.brand, strings.tagline)
        } else {
            format!("{} · {}", frame.title, strings.brand)
        };
        let about = match &frame.description {
            Some(description) => description.clone(),
            None if frame.title.is_empty() => strings.tagline.to_owned(),
            None => format!("{}. {}", frame.title, strings.tagline),
        };
        let manifest = frame.generation.map(|generation| &*generation.manifest);
        let invented = manifest.is_some_and(|manifest| manifest.invented);
        let built = manifest.map(|manifest| manifest.built.as_str()).filter(|built| !built.is_empty());
        let page = html! {
            (DOCTYPE)
            html lang=(self.hl.code()) data-shared[self.shared] data-generation=[frame.generation.map(|generation| &generation.name)] {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (title) }
                    meta name="description" content=(about);
                    (self.shared_as(frame, &own, &about))
                    @if !frame.listed { meta name="robots" content="noindex"; }
                    link rel="stylesheet" href="/assets/style.css";
                    // A page is painted when all of it is there: links at the end of a line and columns of a table move
                    // when more of them comes. It waits anyway for the style sheet, which is asked for after it.
                    link rel="expect" href="#end" blocking="render";
                    link rel="icon" href="/favicon.ico" sizes="32x32";
                    link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
                    link rel="apple-touch-icon" href="/assets/icon-180.png";
                    link rel="manifest" href="/assets/manifest.webmanifest";
                    link rel="search" type="application/opensearchdescription+xml" href=(self.file("/opensearch.xml")) title=(strings.brand);
                    @if frame.listed { link rel="canonical" href=(own); }
                    @for hl in [Hl::Ko, Hl::En] {
                        link rel="alternate" hreflang=(hl.code()) href={ (self.base) (in_language(hl)) };
                    }
                    // Without `hl` the address speaks the visitor's language.
                    link rel="alternate" hreflang="x-default" href={ (self.base) (elsewhere.trim_end_matches(['?', '&'])) };
                    script type="module" src="/assets/site.js" {}
                    @if let Some(head) = &frame.head { (head) }
                }
                body {
                    a.skip href="#main" { (strings.skip) }
                    header.site {
                        a.brand href=(self.link("/")) { (logo()) span { (strings.brand) } }
                        nav aria-label=(strings.site_navigation) {
                            a href=(self.link("/libraries")) data-mine aria-current=[self.here("/libraries")] { ((strings.nav_libraries)(self.mine.len())) }
                            a href=(self.link("/list")) data-list aria-current=[self.here("/list")] { (strings.nav_list) }
                            a href=(self.link("/about")) aria-current=[self.here("/about")] { (strings.nav_about) }
                            a href={ (in_language(other)) (self.mine_behind()) } lang=(other.code()) hreflang=(other.code()) rel="nofollow" { (strings.switch_language) }
                        }
                        @if !frame.has_own_box { (form(strings, frame.search.unwrap_or(&empty))) }
                    }
                    @if invented { aside.invented { (strings.invented) } }
                    main id="main" tabindex="-1" { (main) }
                    footer.site {
                        p {
                            (strings.holdings_note) " " a href={ (self.link("/about")) "#choices" } { (strings.privacy) } " "
                            button.scripted type="button" data-do="leave" { (strings.shared_computer) }
                            span.shared { (strings.shared_here) }
                        }
                        p {
                            @if let Some(built) = built { time datetime=(built) { ((strings.data_of)(&self.date(built))) } }
                        }
                        // Empty, and behind all that is seen: Chromium paints when it meets the start of this element.
                        span #end {}
                    }
                }
            }
        };
        let page = page.into_string();
        let page = if self.hl == Hl::Ko { page } else { hangul::marked(&page) };
        let mut response = Response::with_body(status, "text/html; charset=utf-8", page);
        response.set("content-language", self.hl.code());
        response.set("vary", "Accept-Language");
        response
    }

    /// Writes the visitor's own libraries behind an address that has parameters.
    fn mine_behind(&self) -> String {
        let mut out = String::new();
        for name in &self.mine {
            out.push_str("&mine=");
            encode_into(&mut out, name);
        }
        out
    }

    /// Describes the page for services that show what a link leads to: in the Open Graph's terms, with one picture for all.
    fn shared_as(&self, frame: &Frame<'_>, address: &str, about: &str) -> Markup {
        let strings = self.strings;
        let title = if frame.title.is_empty() { strings.tagline } else { &frame.title };
        html! {
            meta property="og:site_name" content=(strings.brand);
            meta property="og:type" content=(if frame.is_book { "book" } else { "website" });
            meta property="og:title" content=(title);
            meta property="og:description" content=(about);
            meta property="og:url" content=(address);
            meta property="og:image" content={ (self.base) "/assets/card.png" };
            meta property="og:locale" content=(self.hl.locale());
        }
    }

    fn here(&self, path: &str) -> Option<&'static str> {
        (self.path == path).then_some("page")
    }
}

/// Draws three spines on a shelf.
fn logo() -> Markup {
    PreEscaped(
        concat!(
            r#"<svg aria-hidden="true" viewBox="0 0 24 24" width="24" height="24" fill="currentColor">"#,
            r#"<path d="M3 4h4v14H3zM9 7h4v11H9zM15.2 5.6l3.8-1 3.6 13.5-3.8 1zM2 20h20v2H2z"/></svg>"#
        )
        .to_owned(),
    )
}
