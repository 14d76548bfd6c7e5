//! The way of a request: its route, the handler, and what every response gets last.
//!
//! Invariant: every request gets a response, and an answer that met a fault leaves one line in the log.

use std::cell::RefCell;
use std::rc::Rc;

use seoga_text::base64url;
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_128;

use crate::app::App;
use crate::choices::{choose, export};
use crate::context::Context;
use crate::exchange::Exchange;
use crate::host::{Name, moved};
use crate::http::headers::{none_match, secure};
use crate::http::problem::{Problem, ProblemKind};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::questions::heading_name;
use crate::routes::{self, Route};
use crate::{api, exports, json, limits, pages};

impl App {
    /// Begins to answer a request.
    pub fn begin(self: &Rc<Self>, request: Request) -> Exchange {
        let app = Rc::clone(self);
        Exchange::new(|port| async move {
            let context = Context { app, port, request, faults: RefCell::default() };
            respond(&context).await
        })
    }
}

async fn respond(context: &Context) -> Response {
    let request = &context.request;
    let route = Route::find(&request.path);
    let mut response = match answer(context, route).await {
        Ok(response) => response,
        Err(problem) if routes::is_for_programs(&request.path) => json::problem(&problem, &request.instance),
        Err(problem) => pages::problem(context, &problem),
    };
    finish(context, route, &mut response);
    if response.status >= 500 || !context.faults.borrow().is_empty() {
        let line = log_line(context, route, response.status);
        context.port.log(line).await;
    }
    response
}

async fn answer(context: &Context, route: Option<Route>) -> Result<Response, Problem> {
    let here = |route: &Route| *route != Route::AdminChoices || context.app.config.export;
    let route = route.filter(here).ok_or_else(|| Problem::new(ProblemKind::NotFound))?;
    let reads = matches!(context.request.method.as_str(), "GET" | "HEAD");
    if reads && route.is_page() && context.name() == Name::Other {
        return Ok(moved(context.base(), &context.request));
    }
    match (context.request.method.as_str(), route.is_post()) {
        ("GET" | "HEAD", false) | ("POST", true) => {}
        ("OPTIONS", _) if route.is_cross_origin() => {
            if let Route::ApiHeading(heading) = route {
                heading_name(context, heading)?;
            }
            let mut response = Response::bare(204);
            response.set("allow", route.allow());
            response.set("cache-control", "no-store");
            return Ok(response);
        }
        _ => return Err(Problem::method(route.allow())),
    }
    match route {
        Route::ApiSearch => api::search(context).await,
        Route::ApiSuggest => api::suggest(context).await,
        Route::ApiBook(id) => api::book(context, id).await,
        Route::ApiLibraries => api::libraries(context).await,
        Route::ApiStatus => api::status(context).await,
        Route::Predict => api::predict(context).await,
        Route::UserChoice => choose::choose(context).await,
        Route::AdminChoices => export::choices(context).await,
        Route::Home => pages::home(context).await,
        Route::SearchPage => pages::results(context).await,
        Route::BookPage(id) => pages::book(context, id).await,
        Route::BookElsewhere(id) => Ok(pages::book_elsewhere(id)),
        Route::Heading(heading) => pages::heading(context, heading).await,
        Route::ApiHeading(heading) => api::heading(context, heading).await,
        Route::Citation(id, form) => pages::citation(context, id, form).await,
        Route::RecordFile(id, form) => exports::record_file(context, id, form).await,
        Route::LibrariesPage => pages::libraries(context).await,
        Route::List(form) => pages::list(context, form).await,
        Route::About => pages::about(context).await,
        Route::Feed => pages::feed(context).await,
        Route::Opds(feed) => exports::opds(context, feed).await,
        Route::Sru => exports::sru(context).await,
        Route::Oai => exports::oai(context).await,
        Route::OpenSearch => pages::open_search(context),
        Route::OpenSuggest => api::open_suggest(context).await,
        Route::Robots => Ok(pages::robots(context)),
        Route::Sitemap(which) => pages::sitemap(context, which).await,
        Route::Cover(id) => pages::cover(context, id).await,
    }
}

/// Finishes a response: entity tag, security headers, CORS, no body where none belongs.
fn finish(context: &Context, route: Option<Route>, response: &mut Response) {
    let request = &context.request;
    if response.header("cache-control").is_none() || context.name() != Name::Public {
        response.set("cache-control", "no-store");
    }
    let kept = response.header("cache-control") != Some("no-store");
    if response.status == 200 && kept {
        let etag = entity_tag(response);
        if request.header("if-none-match").is_some_and(|header| none_match(header, &etag)) {
            response.status = 304;
            response.body.clear();
        }
        response.set("etag", etag);
    }
    secure(response, matches!(route, Some(Route::Cover(_))));
    cors(context, route, response);
    if request.method == "HEAD" {
        response.body.clear();
    }
}

/// Makes a strong tag of the body's own bytes (and its language): it covers the generation, the day inside a query id,
/// the interface language and the release, whatever changed the bytes.
fn entity_tag(response: &Response) -> String {
    format!("\"{}\"", base64url::encode(&xxh3_128(&response.body).to_be_bytes()))
}

fn cors(context: &Context, route: Option<Route>, response: &mut Response) {
    let origins = &context.app.config.cors_origins;
    if origins.is_empty() || !route.is_some_and(Route::is_cross_origin) {
        return;
    }
    let vary = match response.header("vary") {
        Some(vary) => format!("{vary}, Origin"),
        None => "Origin".to_owned(),
    };
    response.set("vary", vary);
    let Some(origin) = context.request.header("origin").filter(|origin| origins.iter().any(|o| o == origin))
    else {
        return;
    };
    response.set("access-control-allow-origin", origin);
    // sendBeacon always asks with credentials. There are none here, so allowing them gives nothing away.
    response.set("access-control-allow-credentials", "true");
    if context.request.method == "OPTIONS" {
        response.set("access-control-allow-methods", route.map_or("", Route::allow));
        response.set("access-control-allow-headers", "content-type");
        response.set("access-control-max-age", limits::PREFLIGHT_SECONDS.to_string());
    }
}

/// Writes one line of the log: never the query, never a user id.
fn log_line(context: &Context, route: Option<Route>, status: u16) -> String {
    #[derive(Serialize)]
    struct Line<'a> {
        level: &'a str,
        id: &'a str,
        route: &'a str,
        status: u16,
        file: Option<&'a str>,
        generation: Option<&'a str>,
        what: Option<&'a str>,
        more: usize,
    }
    let faults = context.faults.borrow();
    let first = faults.first();
    let line = Line {
        level: if status >= 500 { "error" } else { "warn" },
        id: &context.request.instance,
        route: route.map_or("", Route::pattern),
        status,
        file: first.map(|fault| fault.file.as_str()),
        generation: first.and_then(|fault| fault.generation.as_deref()),
        what: first.map(|fault| fault.what.as_str()),
        more: faults.len().saturating_sub(1),
    };
    serde_json::to_string(&line).unwrap_or_default()
}
