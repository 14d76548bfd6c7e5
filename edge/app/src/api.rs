//! Answers for programs: search, suggestions, books, libraries, status, and the earlier service's `/predict`.

use std::sync::Arc;

use seoga_index::book_id::BookId;
use seoga_search::answer_json::{AnswerContext, AnswerJson};
use seoga_search::{Sort, Suggest};

use crate::context::Context;
use crate::exchange::Boxed;
use crate::http::body::{self, object, texts};
use crate::http::params::Params;
use crate::http::problem::{Problem, ProblemKind, Takes};
use crate::http::response::Response;
use crate::json::{
    self, BookAnswer, LibrariesAnswer, PredictAnswer, PredictBook, StatusAnswer, SuggestAnswer,
};
use crate::limits;
use crate::query::{self, Asker, Query};
use crate::questions;
use crate::routes::Heading;

/// Repeats the name of this start of a development server.
const RUN_HEADER: &str = "x-seoga-run";

/// `GET /api/search`
pub(crate) async fn search(context: &Context) -> Result<Response, Problem> {
    let params = Params::parse(&context.request.query)?;
    let query = Query::parse(&params, Asker::Program)?;
    let wanted = params.one("v")?;
    let answered = questions::search(context, &query, wanted.as_deref()).await?;
    let (found, generation) = (&answered.value, &answered.generation);
    let asked = AnswerContext {
        query_id: found.query_id.as_deref(),
        query: &query.text,
        page: query.page,
        limit: query.limit,
        generation: &generation.name,
        manifest: &generation.manifest,
        libraries: &found.filters.libraries,
        language: query.hl.unwrap_or_default().kdc(),
    };
    let mut response = json::response(&AnswerJson::new(&found.answer, &asked));
    answered.set_freshness(&mut response, wanted.as_deref());
    Ok(response)
}

/// `GET /api/suggest`
pub(crate) async fn suggest(context: &Context) -> Result<Response, Problem> {
    suggestions(context, false).await
}

/// `GET /opensearch/suggest`: the same as browsers' search boxes read it, `["words", ["suggestion", …]]`.
pub(crate) async fn open_suggest(context: &Context) -> Result<Response, Problem> {
    suggestions(context, true).await
}

fn suggestions(context: &Context, for_browsers: bool) -> Boxed<'_, Result<Response, Problem>> {
    Box::pin(async move {
        let params = Params::parse(&context.request.query)?;
        let (text, typed) = query::words(&params, true)?;
        let typed = if typed.is_empty() { text } else { typed };
        let limit = query::number(&params, "limit", 1, limits::MAX_SUGGESTIONS)?
            .unwrap_or(limits::DEFAULT_SUGGESTIONS);
        let wanted = params.one("v")?;
        let answered = context
            .serve(wanted.as_deref(), async |generation| {
                let suggest = Suggest::new(Arc::clone(&generation.manifest), &typed, limit as usize);
                generation.ask(&context.port, suggest).await
            })
            .await?;
        let mut response = if for_browsers {
            let texts: Vec<&str> = answered.value.iter().map(|suggestion| suggestion.text.as_str()).collect();
            let mut response = json::response(&(&typed, texts));
            response.set("content-type", "application/x-suggestions+json; charset=utf-8");
            response
        } else {
            json::response(&SuggestAnswer::new(&answered.value))
        };
        answered.set_freshness(&mut response, wanted.as_deref());
        Ok(response)
    })
}

/// `GET /api/books/{id}`
pub(crate) async fn book(context: &Context, id: BookId) -> Result<Response, Problem> {
    let params = Params::parse(&context.request.query)?;
    let (wanted, hl) = (params.one("v")?, query::hl(&params)?);
    let answered = questions::book_and_alike(context, id, wanted.as_deref()).await?;
    if let Some(response) =
        questions::moved(context, (id, &answered.value.record), ("/api/books/", ""), &answered)
    {
        return Ok(response);
    }
    let generation = &answered.generation;
    let answer =
        BookAnswer::new(&answered.value, &generation.manifest, &generation.name, hl.unwrap_or_default());
    let mut response = json::response(&answer);
    answered.set_freshness(&mut response, wanted.as_deref());
    Ok(response)
}

/// `GET /api/series/{name}`, `/api/authors/{name}`, `/api/subjects/{word}`
pub(crate) async fn heading(context: &Context, heading: Heading) -> Result<Response, Problem> {
    let params = Params::parse(&context.request.query)?;
    let (wanted, hl) = (params.one("v")?, query::hl(&params)?);
    let name = questions::heading_name(context, heading)?;
    let page = query::number(&params, "page", 1, limits::MAX_REACH)?.unwrap_or(1);
    let answered = questions::heading(context, (heading, &name), page, wanted.as_deref()).await?;
    let (found, generation) = (&answered.value, &answered.generation);
    if found.answer.total == 0 {
        return Err(Problem::new(ProblemKind::NotFound));
    }
    let asked = AnswerContext {
        query_id: None,
        query: found.spelled.as_deref().unwrap_or(&name),
        page,
        limit: limits::HEADING_LIMIT,
        generation: &generation.name,
        manifest: &generation.manifest,
        libraries: &[],
        language: hl.unwrap_or_default().kdc(),
    };
    let mut response = json::response(&AnswerJson::new(&found.answer, &asked));
    answered.set_freshness(&mut response, wanted.as_deref());
    Ok(response)
}

/// `GET /api/libraries`
pub(crate) async fn libraries(context: &Context) -> Result<Response, Problem> {
    let params = Params::parse(&context.request.query)?;
    let wanted = params.one("v")?;
    let answered = questions::told(context, wanted.as_deref()).await?;
    let generation = &answered.generation;
    let answer = LibrariesAnswer::new(&generation.manifest, &answered.value, &generation.name);
    let mut response = json::response(&answer);
    answered.set_freshness(&mut response, wanted.as_deref());
    Ok(response)
}

/// `GET /api/status`: what this isolate serves now, so never from a cache.
pub(crate) async fn status(context: &Context) -> Result<Response, Problem> {
    let answered = context.newest(None).await?;
    let mut response = json::response(&StatusAnswer::new(
        &answered.generation.manifest,
        &answered.generation.file.letters(),
    ));
    response.set("cache-control", "no-store");
    if let Some(run) = &context.app.config.run {
        response.set(RUN_HEADER, run.as_str());
    }
    Ok(response)
}

/// `POST /predict`
pub(crate) async fn predict(context: &Context) -> Result<Response, Problem> {
    let request = &context.request;
    body::check(request, limits::MAX_BODY_BYTES)?;
    let body = object(&request.body)?;
    let words = texts(&body, "user_search")?;
    let selected = texts(&body, "selected_lib")?;
    if words.len() > limits::MAX_PREDICT_WORDS {
        let got = format!("{} texts", words.len());
        return Err(Problem::body(Some("user_search"), got, Takes::AtMost(limits::MAX_PREDICT_WORDS)));
    }
    let (text, typed) = query::canonical(&words.join(" "));
    let chars = text.chars().count();
    if !(1..=limits::MAX_QUERY_CHARS).contains(&chars) {
        let takes = Takes::Chars(1, limits::MAX_QUERY_CHARS);
        return Err(Problem::body(Some("user_search"), words.join(" "), takes));
    }
    let in_body =
        |problem: Problem| Problem { kind: ProblemKind::Body, parameter: Some("selected_lib"), ..problem };
    let libraries = query::libraries(selected.clone()).map_err(in_body)?;
    let query = Query {
        text,
        typed,
        libraries,
        sort: Sort::Cooccurrence,
        limit: limits::PREDICT_BOOKS,
        ..Query::default()
    };
    let answered = questions::search(context, &query, None).await.map_err(|problem| match problem.kind {
        ProblemKind::Parameter => in_body(problem),
        _ => problem,
    })?;
    let (found, manifest) = (&answered.value, &answered.generation.manifest);
    let asked = &found.filters.libraries;
    let books = found.answer.hits.iter();
    let result: Vec<_> =
        books.map(|hit| PredictBook::new(&hit.record, manifest, asked, context.base())).collect();
    let mut response = json::response(&PredictAnswer {
        query_id: found.query_id.as_deref(),
        user_search: &words,
        selected_lib: &selected,
        response: !result.is_empty(),
        result,
    });
    response.set("cache-control", "no-store");
    Ok(response)
}
