//! One request under way: a straight-line `async` function driven by hand, effect by effect.
//!
//! There is no executor: the only thing the function can wait for is [`Port::ask`], and
//! [`Exchange::next`] polls once for each outcome. Several exchanges interleave in one isolate.
//!
//! Invariant: `next` never panics and always ends in [`Effect::Respond`], also when called again after it.

use std::cell::Cell;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use crate::effect::{Effect, Outcome};
use crate::http::response::Response;

/// A future on the heap: one copy of its code, however many functions wait for it.
pub(crate) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Drives one request, begun by [`App::begin`](crate::App::begin), to its response.
///
/// By hand, with files in memory; a real shell reads, stores and throttles where this one says no:
///
/// ```
/// use std::{collections::BTreeMap, rc::Rc};
/// use seoga_app::{App, Config, Effect, Outcome, Request};
///
/// let files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
/// let app = Rc::new(App::new(Config::development()).unwrap());
/// let mut exchange = app.begin(Request::get("/api/search", "q=docker"));
/// let (mut outcome, mut asked) = (Outcome::Begin, Vec::new());
/// let response = loop {
///     outcome = match exchange.next(outcome) {
///         Effect::Fetch(paths) => {
///             asked.extend(paths.iter().cloned());
///             Outcome::Fetched(paths.iter().map(|path| files.get(path).cloned()).collect())
///         }
///         Effect::Throttle { .. } | Effect::Count { .. } => Outcome::Allowed(true),
///         Effect::Load { .. } => Outcome::Loaded(Ok(None)),
///         Effect::Store { .. } => Outcome::Stored(Ok(())),
///         Effect::List { .. } => Outcome::Listed(Ok(Default::default())),
///         Effect::Log(_) => Outcome::Logged,
///         Effect::Respond(response) => break response,
///     };
/// };
/// assert_eq!(asked.first().map(String::as_str), Some("/index/current.bin"));
/// assert_eq!((response.status, response.header("retry-after")), (503, Some("30")));
/// ```
pub struct Exchange {
    port: Rc<Port>,
    work: Option<Pin<Box<dyn Future<Output = Response>>>>,
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").field("over", &self.work.is_none()).finish()
    }
}

/// Joins the work and the shell: one effect out, one outcome in.
#[derive(Default)]
pub(crate) struct Port {
    effect: Cell<Option<Effect>>,
    outcome: Cell<Option<Outcome>>,
}

impl Exchange {
    /// Begins the work that `work` makes of a port.
    pub(crate) fn new<F>(work: impl FnOnce(Rc<Port>) -> F) -> Self
    where
        F: Future<Output = Response> + 'static,
    {
        let port = Rc::new(Port::default());
        let work: Pin<Box<dyn Future<Output = Response>>> = Box::pin(work(Rc::clone(&port)));
        Self { port, work: Some(work) }
    }

    /// Makes an exchange whose answer is there already: its first effect is to respond with it.
    #[must_use]
    pub fn answered(response: Response) -> Self {
        Self::new(|_| std::future::ready(response))
    }

    /// Takes what became of the last effect ([`Outcome::Begin`] at first) and gives the next one.
    pub fn next(&mut self, outcome: Outcome) -> Effect {
        self.port.outcome.set(Some(outcome));
        let Some(work) = self.work.as_mut() else { return Effect::Respond(Response::bare(500)) };
        match work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(response) => {
                self.work = None;
                Effect::Respond(response)
            }
            Poll::Pending => self.port.effect.take().unwrap_or_else(|| {
                self.work = None;
                Effect::Respond(Response::bare(500))
            }),
        }
    }
}

impl Port {
    /// Hands an effect to the shell and waits for its outcome.
    pub(crate) async fn ask(&self, effect: Effect) -> Outcome {
        let mut effect = Some(effect);
        poll_fn(|_| match effect.take() {
            Some(effect) => {
                self.outcome.set(None);
                self.effect.set(Some(effect));
                Poll::Pending
            }
            None => self.outcome.take().map_or(Poll::Pending, Poll::Ready),
        })
        .await
    }

    /// Reads files of the static origin: as many answers as paths.
    pub(crate) async fn fetch(&self, paths: Vec<String>) -> Vec<Option<Vec<u8>>> {
        let count = paths.len();
        let mut files = match self.ask(Effect::Fetch(paths)).await {
            Outcome::Fetched(files) => files,
            _ => Vec::new(),
        };
        files.resize(count, None);
        files
    }

    /// Writes a line to the log.
    pub(crate) async fn log(&self, line: String) {
        self.ask(Effect::Log(line)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_and_outcomes_alternate_until_the_response() {
        let mut exchange = Exchange::new(|port| async move {
            let files = port.fetch(vec!["/a".into(), "/b".into()]).await;
            port.log(format!("{}", files.iter().flatten().count())).await;
            Response::bare(204)
        });
        assert_eq!(exchange.next(Outcome::Begin), Effect::Fetch(vec!["/a".into(), "/b".into()]));
        let fetched = Outcome::Fetched(vec![Some(vec![1]), None]);
        assert_eq!(exchange.next(fetched), Effect::Log("1".into()));
        assert_eq!(exchange.next(Outcome::Logged), Effect::Respond(Response::bare(204)));
        assert_eq!(exchange.next(Outcome::Begin), Effect::Respond(Response::bare(500)), "over is over");
    }

    #[test]
    fn a_wrong_outcome_counts_as_a_failure() {
        let mut exchange = Exchange::new(|port| async move {
            let files = port.fetch(vec!["/a".into()]).await;
            Response::bare(if files == [None] { 503 } else { 200 })
        });
        exchange.next(Outcome::Begin);
        assert_eq!(exchange.next(Outcome::Logged), Effect::Respond(Response::bare(503)));
    }
}
