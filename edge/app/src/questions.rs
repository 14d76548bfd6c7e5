//! The questions that more than one handler asks of the index: a search, a book, the latest arrivals.
//!
//! Each is asked of the newest generation that can answer, or of the one that the request names.

use std::sync::Arc;

use seoga_index::book_id::BookId;
use seoga_index::record::Record;
use seoga_index::suggest::SuggestionKind;
use seoga_search::{
    Answer, ArrivalScope, Arrivals, Beside, Book, Completion, ExpansionKind, Filters, LibrariesLookup,
    Lookup, Search, Sort, Suggest, ToldLibraries,
};
use seoga_text::fold;
use seoga_text::names::parse;

use crate::choices::query_id::ClaimedQuery;
use crate::context::{Answered, Context};
use crate::exchange::Boxed;
use crate::generation::Generation;
use crate::http::params::segment;
use crate::http::problem::{Problem, ProblemKind, Takes};
use crate::http::response::Response;
use crate::limits;
use crate::query::Query;
use crate::routes::Heading;

/// Carries the answer of a search, and the query id by which a choice names the search again.
pub(crate) struct SearchResult {
    pub(crate) answer: Answer,
    pub(crate) filters: Filters,
    /// `None` where the host has no key.
    pub(crate) query_id: Option<String>,
}

/// Asks a search of the index, and signs its query id.
pub(crate) fn search<'a>(
    context: &'a Context,
    query: &'a Query,
    wanted: Option<&'a str>,
) -> Boxed<'a, Result<Answered<SearchResult>, Problem>> {
    Box::pin(async move {
        let answered = ask(context, query, wanted, |search| search).await?;
        let hash = answered.generation.file.origin;
        answered.and_then(|(answer, filters)| {
            let by_keyboard = answer.interpretation.iter().any(|i| i.by == ExpansionKind::Keyboard);
            let text = if by_keyboard { query.shown() } else { &query.text };
            let asked = ClaimedQuery {
                day: context.today(),
                generation: hash,
                text: text.to_owned(),
                filters: filters.clone(),
                sort: query.sort,
                group: query.grouping(),
            };
            let query_id = context.app.config.keys.current.as_ref().map(|key| asked.sign(key));
            Ok(SearchResult { answer, filters, query_id })
        })
    })
}

/// Asks a search for every value of its facets.
pub(crate) fn every_value<'a>(
    context: &'a Context,
    query: &'a Query,
) -> Boxed<'a, Result<Answered<Answer>, Problem>> {
    Box::pin(async move {
        ask(context, query, None, Search::with_every_value).await?.and_then(|(answer, _)| Ok(answer))
    })
}

/// Asks a search, made as `with` says; gives the answer and the filters that were in force.
fn ask<'a>(
    context: &'a Context,
    query: &'a Query,
    wanted: Option<&'a str>,
    with: fn(Search) -> Search,
) -> Boxed<'a, Result<Answered<(Answer, Filters)>, Problem>> {
    Box::pin(async move {
        let answered = context
            .serve(wanted, async |generation| {
                let request = match query.request(&generation.manifest) {
                    Ok(request) => request,
                    Err(problem) => return Ok(Err(problem)),
                };
                let filters = request.filters.clone();
                let search = with(Search::new(Arc::clone(&generation.manifest), request));
                Ok(Ok((generation.ask(&context.port, search).await?, filters)))
            })
            .await?;
        answered.and_then(|answer| answer)
    })
}

/// Rounds of fetching that a question of a page takes at most, with what is asked beside it.
const ROUNDS: u32 = 5;

/// Asks further searches of the generation that answered one, in the rounds that it left of [`ROUNDS`]; `true` beside a search
/// asks only how many hits it has. A search that needs more rounds has no answer, nor has any where the index fails meanwhile.
pub(crate) fn beside<'a>(
    context: &'a Context,
    generation: &'a Generation,
    asked: &'a [(&'a Query, bool)],
    taken: u32,
) -> Boxed<'a, Vec<Option<Answer>>> {
    Box::pin(async move {
        let searches = asked.iter().map_while(|(query, counts)| {
            let search =
                Search::new(Arc::clone(&generation.manifest), query.request(&generation.manifest).ok()?);
            Some(if *counts { search.counting() } else { search })
        });
        let searches: Vec<Search> = searches.collect();
        if searches.is_empty() {
            return Vec::new();
        }
        let beside = Beside::new(searches, ROUNDS.saturating_sub(taken));
        generation.ask(&context.port, beside).await.unwrap_or_default()
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
        let address = format!("{before}{}{behind}{mark}{query}", record.id);
        let mut response = Response::moved(301, &address);
        answered.set_freshness(&mut response, None);
        response
    })
}

/// Makes the problem of a book that the index does not have.
pub(crate) fn no_book() -> Problem {
    Problem::new(ProblemKind::NoBook)
}

/// Reads what is told of all libraries.
pub(crate) fn told<'a>(
    context: &'a Context,
    wanted: Option<&'a str>,
) -> Boxed<'a, Result<Answered<ToldLibraries>, Problem>> {
    Box::pin(context.serve(wanted, async |generation| {
        let manifest = &generation.manifest;
        let all = (0..).take(manifest.libraries.len()).collect();
        generation.ask(&context.port, LibrariesLookup::new(Arc::clone(manifest), all)).await
    }))
}

/// The latest arrivals of a library, and its details.
pub(crate) type OneLibrary = (Vec<Record>, ToldLibraries);

/// Reads the latest arrivals of a library, `most` at most, and what is told of it. A problem where there is no such library.
pub(crate) fn library<'a>(
    context: &'a Context,
    name: &'a str,
    most: usize,
) -> Boxed<'a, Result<Answered<OneLibrary>, Problem>> {
    Box::pin(async move {
        let answered = context
            .serve(None, async |generation| {
                let manifest = &generation.manifest;
                let Some(number) = manifest.library(name) else { return Ok(None) };
                let arrivals = Arrivals::new(Arc::clone(manifest), ArrivalScope::Library(number), most);
                let arrivals = generation.ask(&context.port, arrivals).await?;
                let told = LibrariesLookup::new(Arc::clone(manifest), vec![number]);
                Ok(Some((arrivals, generation.ask(&context.port, told).await?)))
            })
            .await?;
        let unknown = || Problem::parameter("library", name, Takes::Library);
        answered.and_then(|found| found.ok_or_else(unknown))
    })
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

/// The works under a heading.
pub(crate) struct HeadingResult {
    pub(crate) answer: Answer,
    /// The spelling that most books of the first page have; none on other pages.
    pub(crate) spelled: Option<String>,
    /// Names and words that are spelled like a heading that there is not.
    pub(crate) alike: Vec<Completion>,
}

/// Reads the name of a heading out of the path.
pub(crate) fn heading_name(context: &Context, heading: Heading) -> Result<String, Problem> {
    let path = context.request.path.strip_prefix("/api").unwrap_or(&context.request.path);
    let name = path.strip_prefix(heading.path()).and_then(segment);
    let name = name.filter(|name| name.chars().count() <= limits::MAX_SERIES_CHARS);
    name.ok_or_else(|| Problem::new(ProblemKind::NotFound))
}

/// Names the kind of suggestions that a heading's names are among; nobody suggests series.
pub(crate) fn heading_kind(heading: Heading) -> Option<SuggestionKind> {
    match heading {
        Heading::Series => None,
        Heading::Author => Some(SuggestionKind::Author),
        Heading::Subject => Some(SuggestionKind::Keyword),
    }
}

/// Tells whether two names have the same letters, spaces and case aside.
pub(crate) fn is_spelling(a: &str, b: &str) -> bool {
    fold::letters(a) == fold::letters(b)
}

/// Limits results to those under a heading.
pub(crate) fn under(heading: Heading, name: &str) -> Filters {
    let name = Some(name.to_owned());
    match heading {
        Heading::Series => Filters { series: name, ..Filters::default() },
        Heading::Author => Filters { person: name, ..Filters::default() },
        Heading::Subject => Filters { subject: name, ..Filters::default() },
    }
}

/// Lists the works under a heading, a page of them: of a series by its numbers, else those in most libraries first.
pub(crate) fn heading<'a>(
    context: &'a Context,
    (heading, name): (Heading, &'a str),
    page: u32,
    wanted: Option<&'a str>,
) -> Boxed<'a, Result<Answered<HeadingResult>, Problem>> {
    Box::pin(async move {
        context
            .serve(wanted, async |generation| {
                let request = seoga_search::Request {
                    filters: under(heading, name),
                    group: seoga_search::Group::Work,
                    sort: if heading == Heading::Series { Sort::Series } else { Sort::default() },
                    page,
                    limit: limits::HEADING_LIMIT,
                    ..seoga_search::Request::default()
                };
                let search = Search::new(Arc::clone(&generation.manifest), request);
                let answer = generation.ask(&context.port, search).await?;
                let spelled = (page == 1).then(|| spelling(heading, name, &answer)).flatten();
                let alike = if answer.total == 0 && heading != Heading::Series {
                    let suggest =
                        Suggest::new(Arc::clone(&generation.manifest), name, limits::HEADINGS_ALIKE);
                    generation.ask(&context.port, suggest).await?
                } else {
                    Vec::new()
                };
                Ok(HeadingResult { answer, spelled, alike })
            })
            .await
    })
}

/// Finds the spelling of a heading that most of the books shown have, of equally many the first by code points; of a word that no
/// title shown has as written, the folded one without the blanks that its letters do not need.
fn spelling(heading: Heading, name: &str, answer: &Answer) -> Option<String> {
    let mut spellings: Vec<(String, u32)> = Vec::new();
    let letters = fold::letters(name);
    let mut count = |spelling: String| match spellings.iter_mut().find(|(known, _)| *known == spelling) {
        Some((_, times)) => *times += 1,
        None => spellings.push((spelling, 1)),
    };
    for hit in &answer.hits {
        match heading {
            Heading::Series => {
                let series = hit.record.series.iter().map(|series| series.name.clone());
                series.filter(|series| is_spelling(series, name)).for_each(&mut count);
            }
            Heading::Author => {
                let names = parse(&hit.record.authors).into_iter().map(|name| name.text);
                names.filter(|one| is_spelling(one, name)).for_each(&mut count);
            }
            Heading::Subject => written(&hit.record.title, &letters).into_iter().for_each(&mut count),
        }
    }
    if heading == Heading::Subject && answer.total > 0 && spellings.is_empty() {
        let folded = fold::canonical_query(name);
        // Words of Latin letters need their blanks.
        let joined = folded.replace(' ', "");
        return Some(if joined.is_ascii() { folded } else { joined });
    }
    let best = spellings.into_iter().max_by(|(a, a_times), (b, b_times)| a_times.cmp(b_times).then(b.cmp(a)));
    best.map(|(spelling, _)| spelling)
}

/// Finds how a title writes a word or words of these letters, folded.
fn written(title: &str, letters: &str) -> Option<String> {
    let folded = fold::canonical_query(title);
    let words: Vec<&str> =
        folded.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric())).collect();
    (0..words.len()).find_map(|from| {
        let (mut taken, mut held) = (0, String::new());
        for word in words.get(from..)? {
            held.push_str(&fold::letters(word));
            taken += 1;
            if !letters.starts_with(&held) {
                return None;
            }
            if held == letters {
                return Some(words.get(from..from + taken)?.join(" "));
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_in_a_title_as_it_is_written_there() {
        for (title, letters, as_written) in [
            ("처음 만나는 인공 지능", "인공지능", Some("인공 지능")),
            ("(인공지능) 입문", "인공지능", Some("인공지능")),
            ("Machine Learning, by hand", "machinelearning", Some("machine learning")),
            ("인공지능의 역사", "인공지능", None),
            ("", "인공지능", None),
        ] {
            assert_eq!(written(title, letters).as_deref(), as_written, "{title}");
        }
    }
}
