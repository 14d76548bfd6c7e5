//! Files for programs that look at sites: browsers' search boxes and search engines.

use maud::{PreEscaped, html};

use super::layout::Page;
use crate::context::Context;
use crate::http::params::Params;
use crate::http::problem::Problem;
use crate::http::response::Response;

/// Seconds such a file may be kept: it changes with a release.
const KEPT: &str = "public, max-age=3600, s-maxage=3600";

/// `GET /opensearch.xml`
pub(crate) fn open_search(context: &Context) -> Result<Response, Problem> {
    let params = Params::parse(&context.request.query)?;
    let page = Page::new(context, &params)?;
    let hl = page.explicit.map(|hl| format!("&hl={}", hl.code())).unwrap_or_default();
    let template = format!("{}/search?q={{searchTerms}}{hl}", page.base);
    let xml = html! {
        (PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"))
        OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/" {
            ShortName { (page.strings.brand) }
            Description { (page.strings.tagline) }
            InputEncoding { "UTF-8" }
            Language { (page.hl.code()) }
            Image width="16" height="16" type="image/svg+xml" { (page.base) "/assets/icon.svg" }
            Url type="text/html" method="get" template=(template) {}
        }
    };
    let mut response =
        Response::with_body(200, "application/opensearchdescription+xml; charset=utf-8", xml.into_string());
    response.set("vary", "Accept-Language");
    response.set("content-language", page.hl.code());
    response.set("cache-control", KEPT);
    Ok(response)
}

/// `GET /robots.txt`: book pages may be listed, searches are without end.
pub(crate) fn robots(context: &Context) -> Response {
    let text = format!(
        "User-agent: *\nDisallow: /search\nDisallow: /api/\nDisallow: /admin/\nSitemap: {}/sitemap.xml\n",
        context.request.base
    );
    let mut response = Response::with_body(200, "text/plain; charset=utf-8", text);
    response.set("cache-control", KEPT);
    response
}

/// `GET /sitemap.xml`: the pages that do not depend on a search.
pub(crate) fn sitemap(context: &Context) -> Response {
    let xml = html! {
        (PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"))
        urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {
            @for path in ["/", "/libraries", "/about"] { url { loc { (context.request.base) (path) } } }
        }
    };
    let mut response = Response::with_body(200, "application/xml; charset=utf-8", xml.into_string());
    response.set("cache-control", KEPT);
    response
}
