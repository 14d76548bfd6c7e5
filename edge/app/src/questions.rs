//! The questions that more than one handler asks of the index: a search, a book, the latest arrivals.
//!
//! Each is asked of the newest generation that can answer, or of the one that the request names.

use std::sync::Arc;

use seoga_index::book_id::BookId;
use seoga_index::record::Record;
use seoga_search::{Answer, ArrivalScope, Arrivals, Book, ExpansionKind, Filters, Lookup, Search};

use crate::choices::query_id::ClaimedQuery;
use crate::context::{Answered, Context};
use crate::exchange::Boxed;
use crate::http::problem::{Problem, ProblemKind, Takes};
use crate::http::response::Response;
use crate::query::Query;

/// Carries the answer of a search, and the query id by which a choice names the search again.
pub(crate) struct SearchResult {
    pub(crate) answer: Answer,
    pub(crate) filters: Filters,
    pub(crate) query_id: String,
}

/// Asks a search of the index, and signs its query id.
pub(crate) fn search<'a>(
    context: &'a Context,
    query: &'a Query,
    wanted: Option<&'a str>,
) -> Boxed<'a, Result<Answered<SearchResult>, Problem>> {
    Box::pin(async move {
        let answered = context
            .serve(wanted, async |generation| {
                let request = match query.request(&generation.manifest) {
                    Ok(request) => request,
                    Err(problem) => return Ok(Err(problem)),
                };
                let filters = request.filters.clone();
                let search = Search::new(Arc::clone(&generation.manifest), request);
                Ok(Ok((generation.ask(&context.port, search).await?, filters)))
            })
            .await?;
        let hash = answered.generation.file.origin;
        answered.and_then(|result| {
            let (answer, filters) = result?;
            let by_keyboard = answer.interpretation.iter().any(|i| i.by == ExpansionKind::Keyboard);
            let text = if by_keyboard { query.shown() } else { &query.text };
            let asked = ClaimedQuery {
                day: context.today(),
                generation: hash,
                text: text.to_owned(),
                filters: filters.clone(),
                sort: query.sort,
            };
            let query_id = asked.sign(&context.app.config.keys.current);
            Ok(SearchResult { answer, filters, query_id })
        })
    })
}

/// Looks a book up; a problem when there is none.
pub(crate) fn book(context: &Context, id: BookId) -> Boxed<'_, Result<Answered<Record>, Problem>> {
    Box::pin(async move {
        let answered = context
            .serve(None, async |generation| {
                generation.ask(&context.port, Lookup::new(Arc::clone(&generation.manifest), id)).await
            })
            .await?;
        answered.and_then(|found| found.map(|(_, record)| record).ok_or_else(no_book))
    })
}

/// Looks a book up with the books like it; a problem when there is none.
pub(crate) fn book_and_alike<'a>(
    context: &'a Context,
    id: BookId,
    wanted: Option<&'a str>,
) -> Boxed<'a, Result<Answered<Book>, Problem>> {
    Box::pin(async move {
        let answered = context
            .serve(wanted, async |generation| {
                let lookup = Lookup::new(Arc::clone(&generation.manifest), id).with_more_like_this();
                generation.ask(&context.port, lookup).await
            })
            .await?;
        answered.and_then(|book| book.ok_or_else(no_book))
    })
}

/// Sends a number that leads to a book without being its id, as a further ISBN or an id left behind do, to the book's own address
/// with what stands around it; `None` for the id itself.
pub(crate) fn moved<T>(
    context: &Context,
    (asked, record): (BookId, &Record),
    (before, behind): (&str, &str),
    answered: &Answered<T>,
) -> Option<Response> {
    (record.id != asked).then(|| {
        let query = context.request.query.as_str();
        let mark = if query.is_empty() { "" } else { "?" };
        let mut response = Response::bare(301);
        response.set("location", format!("{before}{}{behind}{mark}{query}", record.id));
        answered.set_freshness(&mut response, None);
        response
    })
}

/// Makes the problem of a book that the index does not have.
pub(crate) fn no_book() -> Problem {
    Problem::new(ProblemKind::NoBook)
}

/// Lists the latest arrivals, `most` at most: of a library, of a class, of all. A problem where there is no such library.
pub(crate) fn arrivals<'a>(
    context: &'a Context,
    library: Option<&'a str>,
    class: Option<&'a str>,
    most: usize,
) -> Boxed<'a, Result<Answered<Vec<Record>>, Problem>> {
    Box::pin(async move {
        let answered = context
            .serve(None, async |generation| {
                let manifest = &generation.manifest;
                let number = library.map(|name| manifest.library(name));
                let of = match (number, class) {
                    (Some(None), _) => return Ok(None),
                    (Some(Some(number)), _) => ArrivalScope::Library(number),
                    (None, Some(class)) => ArrivalScope::Class(class),
                    (None, None) => ArrivalScope::All,
                };
                let arrivals = Arrivals::new(Arc::clone(manifest), of, most);
                generation.ask(&context.port, arrivals).await.map(Some)
            })
            .await?;
        let unknown = || Problem::parameter("library", library.unwrap_or_default(), Takes::Library);
        answered.and_then(|records| records.ok_or_else(unknown))
    })
}
