//! The surroundings of one request: the request itself, the shell's port, the application, and the
//! faults met on the way.
//!
//! Invariant: an answer is tried on one generation after the other, the newest first, each time from its beginning.

use std::cell::RefCell;
use std::rc::Rc;

use seoga_index::file::{FileName, ORIGIN_BYTES};

use crate::app::App;
use crate::effect::{Effect, Limiter, Outcome};
use crate::exchange::{Boxed, Port};
use crate::generation::{Fault, Generation, Generations, OVERLAY, name_of};
use crate::host::{Base, Name};
use crate::http::problem::{Problem, ProblemKind};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::limits;
use seoga_text::day::Day;

/// Holds the surroundings of one request.
pub(crate) struct Context {
    pub(crate) app: Rc<App>,
    pub(crate) port: Rc<Port>,
    pub(crate) request: Request,
    /// The faults that kept a newer generation from answering, for the log.
    pub(crate) faults: RefCell<Vec<Fault>>,
}

/// Carries an answer and the generation it comes from.
pub(crate) struct Answered<T> {
    pub(crate) generation: Rc<Generation>,
    pub(crate) value: T,
    /// Whether that is the one asked for, or the newest where none was asked.
    pub(crate) as_asked: bool,
}

/// The generations that may answer, in the order in which they are tried.
struct Candidates {
    files: Vec<FileName>,
    current: Option<FileName>,
    /// The overlay that is in force over `current`.
    availability: Option<[u8; ORIGIN_BYTES]>,
    /// The one whose answer is what was asked for.
    as_asked: Option<FileName>,
}

impl Candidates {
    /// Gives a generation with the overlay that is in force over it.
    fn under(&self, file: FileName) -> (FileName, Option<[u8; ORIGIN_BYTES]>) {
        (file, self.availability.filter(|_| Some(file) == self.current))
    }

    /// Tries a generation that failed under an overlay once more without it: whatever is wrong with what is known of loans, books are
    /// found. Such an answer is not what was asked for.
    fn again_without_overlay(&mut self, generations: &Generations, failed: &Generation) {
        if let Some(overlay) = failed.manifest.availability {
            generations.leave_out(overlay);
            self.files.insert(0, failed.file);
            (self.availability, self.as_asked) = (None, None);
        }
    }
}

impl Context {
    /// Finds the day of the request.
    pub(crate) fn today(&self) -> Day {
        Day::of(self.request.now)
    }

    /// Gives the scheme and host with which every absolute link begins: the public ones, where they are set.
    pub(crate) fn base(&self) -> &str {
        self.app.config.base.as_ref().map_or(&self.request.asked_base, Base::as_str)
    }

    /// Tells by which name the request came.
    pub(crate) fn name(&self) -> Name {
        let config = &self.app.config;
        Name::of(&self.request, config.base.as_ref(), config.production)
    }

    /// Counts one more use of a limiter.
    ///
    /// # Errors
    /// A problem that says when to come back, where there were too many.
    pub(crate) async fn throttle(&self, limiter: Limiter, key: &str) -> Result<(), Problem> {
        match self.port.ask(Effect::Throttle { limiter, key: key.to_owned() }).await {
            Outcome::Allowed(false) => Err(Problem::later(ProblemKind::Throttled, limits::THROTTLE_SECONDS)),
            _ => Ok(()),
        }
    }

    /// Does `work` on the generation `wanted` (where it is still there), else on the newest that can.
    pub(crate) async fn serve<T>(
        &self,
        wanted: Option<&str>,
        work: impl AsyncFn(&Generation) -> Result<T, Fault>,
    ) -> Result<Answered<T>, Problem> {
        let mut tried = None;
        while let Some(mut candidates) = self.candidates_but(tried, wanted).await {
            tried = Some((candidates.current, candidates.availability));
            while let Some((generation, as_asked)) = self.open_next(&mut candidates).await {
                match work(&generation).await {
                    Ok(value) => return Ok(Answered { generation, value, as_asked }),
                    Err(fault) => {
                        self.note(fault);
                        candidates.again_without_overlay(&self.app.generations, &generation);
                    }
                }
            }
        }
        Err(Problem::later(ProblemKind::Index, limits::INDEX_RETRY_SECONDS))
    }

    /// Opens the generation `wanted`, else the newest that opens.
    pub(crate) fn newest<'a>(&'a self, wanted: Option<&'a str>) -> Boxed<'a, Result<Answered<()>, Problem>> {
        Box::pin(self.serve(wanted, async |_| Ok(())))
    }

    /// Does `work` on exactly this generation, under whichever overlay; `None` when it is gone or does not open.
    pub(crate) async fn serve_exactly<T>(
        &self,
        name: &str,
        work: impl AsyncFn(&Generation) -> Result<T, Fault>,
    ) -> Option<T> {
        let mut candidates = self.candidates(Some(name)).await;
        candidates.files.truncate(1);
        candidates.files.retain(|file| file.letters() == name);
        let (generation, _) = self.open_next(&mut candidates).await?;
        work(&generation).await.map_err(|fault| self.note(fault)).ok()
    }

    /// Notes a fault for the log, and that what the pointer names is in doubt.
    fn note(&self, fault: Fault) {
        self.app.generations.doubt();
        self.faults.borrow_mut().push(fault);
    }

    /// Lists the generations to try; `None` when that was done already with the same one in force. Where nothing could answer, the
    /// pointer is in doubt: an index that was replaced as a whole is found by it at once.
    fn candidates_but<'a>(
        &'a self,
        tried: Option<(Option<FileName>, Option<[u8; ORIGIN_BYTES]>)>,
        wanted: Option<&'a str>,
    ) -> Boxed<'a, Option<Candidates>> {
        Box::pin(async move {
            let candidates = self.candidates(wanted).await;
            (tried != Some((candidates.current, candidates.availability))).then_some(candidates)
        })
    }

    /// Lists the generations to try: the one wanted first, then those that the pointer names, the newest first, then those that are
    /// open all the same. With these it never names less than what answered before.
    fn candidates<'a>(&'a self, wanted: Option<&'a str>) -> Boxed<'a, Candidates> {
        Box::pin(async move {
            let (generations, config) = (&self.app.generations, &self.app.config);
            let (pointer, fault) = generations.pointer(&self.port, config, self.request.now).await;
            self.faults.borrow_mut().extend(fault);
            let named: Vec<FileName> = pointer.iter().flat_map(|pointer| pointer.generations()).collect();
            let mut files = named.clone();
            let availability = pointer.as_ref().and_then(|pointer| generations.overlay(pointer));
            let current = pointer.map(|pointer| pointer.current);
            let letters = wanted.map(|name| name.split_once(OVERLAY).map_or(name, |(letters, _)| letters));
            let asked = files.iter().position(|file| letters == Some(file.letters().as_str()));
            let named_so = |file: &FileName| {
                let overlay = availability.filter(|_| Some(*file) == current);
                wanted.is_none_or(|name| name == name_of(*file, overlay))
            };
            let as_asked = files.get(asked.unwrap_or(0)).copied().filter(named_so);
            files.extend(generations.at_hand().into_iter().filter(|open| !named.contains(open)));
            if let Some(first) = files.get_mut(..=asked.unwrap_or(0)) {
                first.rotate_right(1);
            }
            Candidates { files, current, availability, as_asked }
        })
    }

    /// Opens the next candidate that opens, and tells whether it is the one asked for.
    fn open_next<'a>(&'a self, candidates: &'a mut Candidates) -> Boxed<'a, Option<(Rc<Generation>, bool)>> {
        Box::pin(async move {
            while !candidates.files.is_empty() {
                let file = candidates.files.remove(0);
                let current = Some(file) == candidates.current;
                let under = candidates.under(file);
                match self.app.generations.open(&self.port, &self.app.config, under, current).await {
                    Ok(generation) => return Some((generation, Some(file) == candidates.as_asked)),
                    Err(fault) => self.note(fault),
                }
            }
            None
        })
    }
}

impl<T> Answered<T> {
    /// Makes another value of this one, or a problem.
    pub(crate) fn and_then<U>(
        self,
        make: impl FnOnce(T) -> Result<U, Problem>,
    ) -> Result<Answered<U>, Problem> {
        let Self { generation, value, as_asked } = self;
        Ok(Answered { generation, value: make(value)?, as_asked })
    }

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
