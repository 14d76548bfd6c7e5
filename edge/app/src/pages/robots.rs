//! Files for programs that look at sites: browsers' search boxes and search engines.

use std::sync::Arc;

use maud::html;
use seoga_search::IsbnPage;

use super::layout::Page;
use crate::context::Context;
use crate::http::params::{Params, encode_ascii_into};
use crate::http::problem::{Problem, ProblemKind};
use crate::http::response::Response;
use crate::http::xml::xml;
use crate::query;
use crate::routes::Sitemap;
use crate::strings::Hl;

/// Seconds such a file may be kept: it changes with a release.
const KEPT: &str = "public, max-age=3600, s-maxage=3600";
/// The namespace of links to a page's other languages.
const XHTML: &str = "http://www.w3.org/1999/xhtml";
const SITEMAPS: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// `GET /opensearch.xml`
pub(crate) fn open_search(context: &Context) -> Result<Response, Problem> {
    let params = Params::parse(&context.request.query)?;
    let page = Page::with_language(context, query::hl(&params)?);
    let hl = page.explicit.map(|hl| format!("&hl={}", hl.code())).unwrap_or_default();
    let template = format!("{}/search?q={{searchTerms}}{hl}", page.base);
    let document = html! {
        OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/" {
            ShortName { (page.strings.brand) }
            Description { (page.strings.tagline) }
            InputEncoding { "UTF-8" }
            Language { (page.hl.code()) }
            Image width="16" height="16" type="image/svg+xml" { (page.base) "/assets/icon.svg" }
            Url type="text/html" method="get" template=(template) {}
            Url type="application/x-suggestions+json" method="get" template={ (page.base) "/opensearch/suggest?q={searchTerms}" } {}
        }
    };
    let mut response = xml("application/opensearchdescription+xml; charset=utf-8", &document.into_string());
    response.set("vary", "Accept-Language");
    response.set("content-language", page.hl.code());
    response.set("cache-control", KEPT);
    Ok(response)
}

/// `GET /robots.txt`: book pages may be listed, searches and lists are without end.
pub(crate) fn robots(context: &Context) -> Response {
    let text = format!(
        "User-agent: *\nDisallow: /search\nDisallow: /list\nDisallow: /api/\nDisallow: /admin/\nDisallow: /opds/search\nDisallow: /sru\nSitemap: {}/sitemap.xml\n",
        context.base()
    );
    let mut response = Response::with_body(200, "text/plain; charset=utf-8", text);
    response.set("cache-control", KEPT);
    response
}

/// `GET /sitemap.xml`, `/sitemaps/pages.xml`, `/sitemaps/books-{n}.xml`: a sitemap is a piece of the dictionary, so that no
/// request reads the whole index; the first one lists the others.
pub(crate) async fn sitemap(context: &Context, which: Sitemap) -> Result<Response, Problem> {
    let base = context.base();
    let page = if let Sitemap::Books(page) = which { page - 1 } else { u32::MAX };
    let answered = context
        .serve(None, async |generation| {
            generation.ask(&context.port, IsbnPage::new(Arc::clone(&generation.manifest), page)).await
        })
        .await?;
    let manifest = &answered.generation.manifest;
    let (kind, element) =
        if which == Sitemap::Index { ("sitemapindex", "sitemap") } else { ("urlset", "url") };
    let mut document = format!("<{kind} xmlns=\"{SITEMAPS}\" xmlns:xhtml=\"{XHTML}\">\n");
    let mut put = |path: &str| {
        for part in ["<", element, "><loc>", base, path, "</loc>"] {
            document.push_str(part);
        }
        // A book's page names its languages itself; told here, a piece of the dictionary is longer than a function on AWS may answer.
        if which == Sitemap::Pages {
            let mark = if path.contains('?') { "&amp;" } else { "?" };
            for hl in [Hl::Ko, Hl::En] {
                let (code, link) = (hl.code(), "<xhtml:link rel=\"alternate\" hreflang=\"");
                for part in [link, code, "\" href=\"", base, path, mark, "hl=", code, "\"/>"] {
                    document.push_str(part);
                }
            }
        }
        for part in ["</", element, ">\n"] {
            document.push_str(part);
        }
    };
    match which {
        Sitemap::Index => {
            put("/sitemaps/pages.xml");
            (1..=IsbnPage::count(manifest)).for_each(|page| put(&format!("/sitemaps/books-{page}.xml")));
        }
        Sitemap::Pages => {
            ["/", "/libraries", "/about"].into_iter().for_each(&mut put);
            for library in &manifest.libraries {
                let mut path = "/libraries?library=".to_owned();
                encode_ascii_into(&mut path, &library.name);
                put(&path);
            }
        }
        Sitemap::Books(_) if answered.value.is_empty() => return Err(Problem::new(ProblemKind::NotFound)),
        Sitemap::Books(_) => {
            answered.value.iter().for_each(|id| put(&format!("/books/{id}")));
        }
    }
    document.push_str(&format!("</{kind}>\n"));
    let mut response = xml("application/xml; charset=utf-8", &document);
    answered.set_freshness(&mut response, None);
    Ok(response)
}
