//! The frame of every page: head, header, main, footer.

use crate::context::{Answered, Context};
use crate::generation::Generation;
use crate::http::headers::preferred_language;
use crate::http::params::Params;
use crate::http::problem::Problem;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::query;
use crate::routes::Route;
use crate::strings::{Hl, Strings};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use seoga_text::day::Day;

/// Carries what a page needs to know of its surroundings.
pub(crate) struct Page<'a> {
    pub(crate) hl: Hl,
    /// The language as the URL says it; links carry it on.
    pub(crate) explicit: Option<Hl>,
    pub(crate) strings: &'static Strings,
    /// The scheme and host of absolute links.
    pub(crate) base: &'a str,
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
    /// More elements for the head.
    pub(crate) head: Option<Markup>,
    /// The generation shown, where there is one.
    pub(crate) generation: Option<&'a Generation>,
    /// Whether search engines may list the page.
    pub(crate) listed: bool,
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
    /// Takes the surroundings of a request, whose query string is read for `hl`.
    pub(crate) fn new(context: &'a Context, params: &Params<'_>) -> Result<Self, Problem> {
        let explicit = query::hl(params)?;
        Ok(Self::with_language(context, explicit))
    }

    /// Takes the surroundings of a request in a language.
    pub(crate) fn with_language(context: &'a Context, explicit: Option<Hl>) -> Self {
        let hl = language(context, explicit);
        let (base, path) = (context.base(), own_path(&context.request));
        Self { hl, explicit, strings: hl.strings(), base, path }
    }

    /// Writes a link to a path of this site, in the language that the URL asked for.
    pub(crate) fn link(&self, path: &str) -> String {
        match self.explicit {
            Some(hl) if path.contains('?') => format!("{path}&hl={}", hl.code()),
            Some(hl) => format!("{path}?hl={}", hl.code()),
            None => path.to_owned(),
        }
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
        let in_language = |hl: Hl| format!("{elsewhere}hl={}", hl.code());
        let manifest = frame.generation.map(|generation| &*generation.manifest);
        let invented = manifest.is_some_and(|manifest| manifest.invented);
        let built = manifest.map(|manifest| manifest.built.as_str()).filter(|built| !built.is_empty());
        let page = html! {
            (DOCTYPE)
            html lang=(self.hl.code()) data-generation=[frame.generation.map(|generation| &generation.name)] {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title {
                        @if frame.title.is_empty() { (strings.brand) " · " (strings.tagline) }
                        @else { (frame.title) " · " (strings.brand) }
                    }
                    meta name="description" content={ @if !frame.title.is_empty() { (frame.title) ". " } (strings.tagline) };
                    @if !frame.listed { meta name="robots" content="noindex"; }
                    link rel="stylesheet" href="/assets/style.css";
                    // A page is painted when all of it is there: links at the end of a line and columns of a table move
                    // when more of them comes. It waits anyway for the style sheet, which is asked for after it.
                    link rel="expect" href="#end" blocking="render";
                    link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
                    link rel="search" type="application/opensearchdescription+xml" href=(self.link("/opensearch.xml")) title=(strings.brand);
                    @for hl in [Hl::Ko, Hl::En] {
                        link rel="alternate" hreflang=(hl.code()) href={ (self.base) (in_language(hl)) };
                    }
                    script type="module" src="/assets/site.js" {}
                    @if let Some(head) = &frame.head { (head) }
                }
                body {
                    a.skip href="#main" { (strings.skip) }
                    header.site {
                        a.brand href=(self.link("/")) { (logo()) span { (strings.brand) } }
                        nav aria-label=(strings.site_navigation) {
                            a href=(self.link("/libraries")) aria-current=[self.here("/libraries")] { (strings.nav_libraries) }
                            a href=(self.link("/list")) data-list aria-current=[self.here("/list")] { (strings.nav_list) }
                            a href=(self.link("/about")) aria-current=[self.here("/about")] { (strings.nav_about) }
                            a href=(in_language(other)) lang=(other.code()) hreflang=(other.code()) rel="nofollow" { (strings.switch_language) }
                        }
                    }
                    @if invented { aside.invented { (strings.invented) } }
                    main id="main" tabindex="-1" { (main) }
                    footer.site {
                        p { (strings.holdings_note) " " a href={ (self.link("/about")) "#choices" } { (strings.privacy) } }
                        p {
                            @if let Some(built) = built { time datetime=(built) { ((strings.data_of)(&self.date(built))) } }
                        }
                        // Empty, and behind all that is seen: Chromium paints when it meets the start of this element.
                        span #end {}
                    }
                }
            }
        };
        let mut response = Response::with_body(status, "text/html; charset=utf-8", page.into_string());
        response.set("content-language", self.hl.code());
        response.set("vary", "Accept-Language");
        response
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
