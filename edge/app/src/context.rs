//! What the answering of one request has at hand: the request, the shell's port, the application, and the
//! faults met on the way.
//!
//! Invariant: an answer is tried on one generation after the other, the newest first, each time from its beginning.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use seoga_index::file::FileName;
use seoga_index::record::Record;
use seoga_search::{
    Answer, ArrivalScope, Arrivals, Book, ExpansionKind, Filters, IsbnPage, ListLookup, Lookup, Machine,
    Search,
};

use crate::app::App;
use crate::choices::query_id::Asked;
use crate::exchange::{Boxed, Port};
use crate::generation::{Fault, Generation};
use crate::http::problem::{Problem, ProblemKind, Takes};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::limits;
use crate::query::Query;
use seoga_text::day::Day;

/// The surroundings of one request.
pub(crate) struct Context {
    pub(crate) app: Rc<App>,
    pub(crate) port: Rc<Port>,
    pub(crate) request: Request,
    /// What kept the newest generation from answering, for the log.
    pub(crate) faults: RefCell<Vec<Fault>>,
}

/// A value and the generation it comes from.
pub(crate) struct Served<T> {
    pub(crate) generation: Rc<Generation>,
    pub(crate) value: T,
    /// Whether that is the one asked for, or the newest where none was asked.
    pub(crate) as_asked: bool,
}

/// The generations that may answer, in the order in which they are tried.
struct Candidates {
    files: Vec<FileName>,
    current: Option<FileName>,
    /// The one whose answer is what was asked for.
    as_asked: Option<FileName>,
}

/// What a search found.
pub(crate) struct Found {
    pub(crate) answer: Answer,
    pub(crate) filters: Filters,
    pub(crate) query_id: String,
}

impl Context {
    /// The day of the request.
    pub(crate) fn today(&self) -> Day {
        Day::of(self.request.now)
    }

    /// Does `work` on the generation `wanted` (where it is still there), else on the newest that can.
    pub(crate) async fn serve<T>(
        &self,
        wanted: Option<&str>,
        work: impl AsyncFn(&Generation) -> Result<T, Fault>,
    ) -> Result<Served<T>, Problem> {
        let mut candidates = self.candidates(wanted).await;
        while let Some((generation, as_asked)) = self.open_next(&mut candidates).await {
            match work(&generation).await {
                Ok(value) => return Ok(Served { generation, value, as_asked }),
                Err(fault) => self.faults.borrow_mut().push(fault),
            }
        }
        Err(Problem::later(ProblemKind::Index, limits::INDEX_RETRY_SECONDS))
    }

    /// The generation `wanted`, else the newest that opens.
    pub(crate) fn newest<'a>(&'a self, wanted: Option<&'a str>) -> Boxed<'a, Result<Served<()>, Problem>> {
        Box::pin(self.serve(wanted, async |_| Ok(())))
    }

    /// Does `work` on exactly this generation; `None` when it is gone or does not open.
    pub(crate) async fn serve_exactly<T>(
        &self,
        name: &str,
        work: impl AsyncFn(&Generation) -> Result<T, Fault>,
    ) -> Option<T> {
        let mut candidates = self.candidates(Some(name)).await;
        candidates.files.truncate(1);
        let (generation, as_asked) = self.open_next(&mut candidates).await?;
        if !as_asked {
            return None;
        }
        work(&generation).await.map_err(|fault| self.faults.borrow_mut().push(fault)).ok()
    }

    /// The generations to try, the one wanted first, then the newest first.
    fn candidates<'a>(&'a self, wanted: Option<&'a str>) -> Boxed<'a, Candidates> {
        Box::pin(async move {
            let (generations, config) = (&self.app.generations, &self.app.config);
            let (pointer, fault) = generations.pointer(&self.port, config, self.request.now).await;
            self.faults.borrow_mut().extend(fault);
            let mut files: Vec<FileName> = pointer.iter().flat_map(|pointer| pointer.generations()).collect();
            let asked = files.iter().position(|file| wanted == Some(file.letters().as_str()));
            let as_asked = match wanted {
                None => files.first().copied(),
                Some(_) => asked.and_then(|at| files.get(at).copied()),
            };
            if let Some(first) = files.get_mut(..=asked.unwrap_or(0)) {
                first.rotate_right(1);
            }
            Candidates { files, current: pointer.map(|pointer| pointer.current), as_asked }
        })
    }

    /// Opens the next candidate that opens, and tells whether it is the one asked for.
    fn open_next<'a>(&'a self, candidates: &'a mut Candidates) -> Boxed<'a, Option<(Rc<Generation>, bool)>> {
        Box::pin(async move {
            while !candidates.files.is_empty() {
                let file = candidates.files.remove(0);
                let current = Some(file) == candidates.current;
                match self.app.generations.open(&self.port, &self.app.config, file, current).await {
                    Ok(generation) => return Some((generation, Some(file) == candidates.as_asked)),
                    Err(fault) => self.faults.borrow_mut().push(fault),
                }
            }
            None
        })
    }

    /// Searches.
    pub(crate) fn search<'a>(
        &'a self,
        query: &'a Query,
        wanted: Option<&'a str>,
    ) -> Boxed<'a, Result<Served<Found>, Problem>> {
        Box::pin(self.search_once(query, wanted))
    }

    async fn search_once(&self, query: &Query, wanted: Option<&str>) -> Result<Served<Found>, Problem> {
        let served = self
            .serve(wanted, async |generation| {
                let request = match query.request(&generation.manifest) {
                    Ok(request) => request,
                    Err(problem) => return Ok(Err(problem)),
                };
                let filters = request.filters.clone();
                let answer = self.run_search(generation, request).await?;
                Ok(Ok((answer, filters)))
            })
            .await?;
        let (answer, filters) = served.value?;
        let by_keyboard = answer.interpretation.iter().any(|i| i.by == ExpansionKind::Keyboard);
        let text = if by_keyboard { query.shown() } else { &query.text };
        let asked = Asked {
            day: self.today(),
            generation: served.generation.file.hash,
            text: text.to_owned(),
            filters: filters.clone(),
            sort: query.sort,
        };
        let query_id = asked.sign(&self.app.config.keys.current);
        let found = Found { answer, filters, query_id };
        Ok(Served { generation: served.generation, value: found, as_asked: served.as_asked })
    }

    /// Runs a search on a generation.
    pub(crate) fn run_search<'a>(
        &'a self,
        generation: &'a Generation,
        request: seoga_search::Request,
    ) -> Boxed<'a, Result<Answer, Fault>> {
        Box::pin(async move {
            let mut search = Search::new(Arc::clone(&generation.manifest), request);
            generation.run(&self.port, &self.app.config, |store| search.step(store)).await
        })
    }

    /// Looks a book up in a generation.
    pub(crate) fn run_rank<'a>(
        &'a self,
        generation: &'a Generation,
        request: seoga_search::Request,
        isbn13: u64,
    ) -> Boxed<'a, Result<Option<u32>, Fault>> {
        Box::pin(async move {
            let mut lookup = Lookup::new(Arc::clone(&generation.manifest), isbn13);
            let found = generation.run(&self.port, &self.app.config, |store| lookup.step(store)).await?;
            let Some((doc, _)) = found else { return Ok(None) };
            let mut search = Search::new(Arc::clone(&generation.manifest), request).seeking(doc);
            let answer = generation.run(&self.port, &self.app.config, |store| search.step(store)).await?;
            Ok(answer.rank)
        })
    }
    pub(crate) fn run_lookup<'a>(
        &'a self,
        generation: &'a Generation,
        isbn13: u64,
    ) -> Boxed<'a, Result<Option<Record>, Fault>> {
        Box::pin(async move {
            let mut lookup = Lookup::new(Arc::clone(&generation.manifest), isbn13);
            let found = generation.run(&self.port, &self.app.config, |store| lookup.step(store)).await?;
            Ok(found.map(|(_, record)| record))
        })
    }

    /// Looks a book up; a problem when there is none.
    pub(crate) fn book<'a>(
        &'a self,
        isbn13: u64,
        wanted: Option<&'a str>,
    ) -> Boxed<'a, Result<Served<Record>, Problem>> {
        Box::pin(self.book_once(isbn13, wanted))
    }

    /// Looks a book up with the books like it; a problem when there is none.
    pub(crate) fn book_and_alike<'a>(
        &'a self,
        isbn13: u64,
        wanted: Option<&'a str>,
    ) -> Boxed<'a, Result<Served<Book>, Problem>> {
        Box::pin(async move {
            let served = self
                .serve(wanted, async |generation| {
                    let mut lookup =
                        Lookup::new(Arc::clone(&generation.manifest), isbn13).with_more_like_this();
                    generation.run(&self.port, &self.app.config, |store| lookup.step(store)).await
                })
                .await?;
            let book = served.value.ok_or_else(|| Problem::new(ProblemKind::NoBook))?;
            Ok(Served { generation: served.generation, value: book, as_asked: served.as_asked })
        })
    }

    /// Looks up the books of a list; a record, or none, for each number.
    pub(crate) fn list<'a>(
        &'a self,
        isbns: &'a [u64],
    ) -> Boxed<'a, Result<Served<Vec<Option<Record>>>, Problem>> {
        Box::pin(self.serve(None, async |generation| {
            let mut lookup = ListLookup::new(Arc::clone(&generation.manifest), isbns.to_vec());
            generation.run(&self.port, &self.app.config, |store| lookup.step(store)).await
        }))
    }

    /// The latest arrivals, so many at most: of a library, of a class, of all. A problem where there is no such library.
    pub(crate) fn arrivals<'a>(
        &'a self,
        library: Option<&'a str>,
        class: Option<&'a str>,
        most: usize,
    ) -> Boxed<'a, Result<Served<Vec<Record>>, Problem>> {
        Box::pin(async move {
            let served = self
                .serve(None, async |generation| {
                    let manifest = &generation.manifest;
                    let number = library.map(|name| manifest.library(name));
                    let of = match (number, class) {
                        (Some(None), _) => return Ok(None),
                        (Some(Some(number)), _) => ArrivalScope::Library(number),
                        (None, Some(class)) => ArrivalScope::Class(class),
                        (None, None) => ArrivalScope::All,
                    };
                    let mut arrivals = Arrivals::new(Arc::clone(manifest), of, most);
                    generation.run(&self.port, &self.app.config, |store| arrivals.step(store)).await.map(Some)
                })
                .await?;
            let unknown = || Problem::parameter("library", library.unwrap_or_default(), Takes::Library);
            let value = served.value.ok_or_else(unknown)?;
            Ok(Served { generation: served.generation, value, as_asked: served.as_asked })
        })
    }

    /// A page of all book numbers, from 0.
    pub(crate) fn numbers(&self, page: u32) -> Boxed<'_, Result<Served<Vec<u64>>, Problem>> {
        Box::pin(self.serve(None, async move |generation| {
            let mut numbers = IsbnPage::new(Arc::clone(&generation.manifest), page);
            generation.run(&self.port, &self.app.config, |store| numbers.step(store)).await
        }))
    }

    async fn book_once(&self, isbn13: u64, wanted: Option<&str>) -> Result<Served<Record>, Problem> {
        let served = self.serve(wanted, async |generation| self.run_lookup(generation, isbn13).await).await?;
        let record = served.value.ok_or_else(|| Problem::new(ProblemKind::NoBook))?;
        Ok(Served { generation: served.generation, value: record, as_asked: served.as_asked })
    }
}

impl<T> Served<T> {
    /// Sets how long the answer may be kept: a day when the request names this generation, shortly when it
    /// names none, not at all when another generation stood in.
    pub(crate) fn set_freshness(&self, response: &mut Response, wanted: Option<&str>) {
        response.set("cache-control", freshness(self.as_asked, wanted.is_some()));
    }
}

fn freshness(as_asked: bool, pinned: bool) -> String {
    let shared = match (as_asked, pinned) {
        (false, _) => return "no-store".to_owned(),
        (true, true) => limits::PINNED_SECONDS,
        (true, false) => limits::SHARED_SECONDS,
    };
    format!("public, max-age={}, s-maxage={shared}", limits::BROWSER_SECONDS)
}
