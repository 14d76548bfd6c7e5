//! The search machine: stage after stage, each run to its end with what is at
//! hand; what was missing is asked for in one round and the stage run again.

use std::sync::Arc;

use seoga_index::dictionary::Entry;
use seoga_index::postings::Posting;

use crate::answer::{Answer, Tier, Work};
use crate::reader::Reader;
use crate::request::Sort;
use crate::step::{Machine, SearchError, Step};
use crate::store::Store;

mod boost;
mod candidates;
mod cooccurrence;
mod expand;
mod expansion;
#[cfg(feature = "explain")]
mod explain;
#[cfg(feature = "explain")]
pub mod explanation;
mod facets;
mod filter;
mod fuzzy;
mod highlight;
mod intersect;
mod levenshtein;
mod packed;
mod prior;
mod query;
mod score;
mod show;
mod state;
mod top_k;
mod verify;

pub use prior::choice_hash;
pub use query::year_range;
pub use state::Search;

use candidates::Reached;
use cooccurrence::Near;
use intersect::Lists;
use prior::Preference;
use score::Gathered;
use state::{Found, LookedUp, Stage};
use top_k::{Ranked, sort};

impl Machine for Search {
    type Answer = Answer;

    fn step(&mut self, store: &dyn Store) -> Result<Step<Answer>, SearchError> {
        let manifest = Arc::clone(&self.manifest);
        loop {
            let reader = Reader::new(&manifest, store);
            let mut answer = None;
            #[cfg(feature = "explain")]
            let mut explained = None;
            let next = match &self.stage {
                Stage::Resolve { wide } => {
                    Stage::Gather { looked_up: Box::new(self.look_up(&reader, *wide)), wide: *wide }
                }
                Stage::Gather { looked_up, wide } => {
                    let found = self.find(&reader, looked_up, *wide);
                    match found {
                        Some(found) if self.arranges(&found) => {
                            Stage::Arrange { looked_up: Box::default(), found }
                        }
                        Some(found) => Stage::Show { looked_up: Box::default(), found },
                        None => Stage::Resolve { wide: true },
                    }
                }
                Stage::Arrange { found, looked_up } => {
                    let found = self.arrange(&reader, found, looked_up.widened);
                    Stage::Show { looked_up: Box::default(), found }
                }
                Stage::Show { looked_up, found } => {
                    #[cfg(feature = "explain")]
                    if self.explains {
                        // Read again, and not counted as work.
                        let again = Reader::new(&manifest, store);
                        explained = Some((self.explain(&again, looked_up, found), again.finish()?));
                    }
                    answer = Some(match self.sought {
                        Some(doc) => Answer { rank: found.rank(doc), ..Answer::default() },
                        None => self.show(&reader, looked_up, found),
                    });
                    Stage::Over
                }
                Stage::Over => return Ok(Step::Done(Answer::default())),
            };
            self.work.keys += reader.keys.get();
            self.work.postings += reader.postings.get();
            self.files.extend(reader.touched());
            let missing = reader.finish()?;
            #[cfg(feature = "explain")]
            if let Some((explanation, lacked)) = explained {
                self.explanation =
                    explanation::Explanation { files: self.files.iter().copied().collect(), ..explanation };
                if missing.is_empty() && !lacked.is_empty() {
                    return Ok(Step::Need(lacked));
                }
            }
            if !missing.is_empty() {
                self.work.rounds += 1;
                return Ok(Step::Need(missing));
            }
            self.enter(next);
            if let Some(mut answer) = answer {
                answer.work = Work { files: self.files.len() as u32, ..self.work };
                return Ok(Step::Done(answer));
            }
        }
    }
}

impl Search {
    /// Goes into the next stage with what the last one holds.
    fn enter(&mut self, next: Stage) {
        let before = std::mem::replace(&mut self.stage, Stage::Over);
        self.stage = match (before, next) {
            (Stage::Gather { looked_up, .. }, Stage::Arrange { found, .. }) => {
                Stage::Arrange { looked_up, found }
            }
            (Stage::Gather { looked_up, .. }, Stage::Show { found, .. }) => Stage::Show { looked_up, found },
            (Stage::Arrange { looked_up, found: before, .. }, Stage::Show { found, .. }) => {
                let Found { ranked, counted, exact, .. } = found;
                Stage::Show { looked_up, found: Found { ranked, counted, exact, ..before } }
            }
            (_, next) => next,
        };
    }

    fn look_up(&self, reader: &Reader<'_>, wide: bool) -> LookedUp {
        let looked_up = self.look_words_up(reader, wide);
        // With the words, so that the picks take no round of their own. After
        // them, since a word is read widely only when nothing is missing.
        if let Some(hash) = self.choice {
            reader.prefetch(|reader| reader.picks(hash));
        }
        looked_up
    }

    fn look_words_up(&self, reader: &Reader<'_>, wide: bool) -> LookedUp {
        let mut looked_up = LookedUp {
            filters: filter::Plan::resolve(reader, &self.request.filters, &self.query),
            ..LookedUp::default()
        };
        looked_up.excluded.extend(looked_up.filters.unheld.map(|entry| vec![entry]));
        if let Some(isbn) = self.query.isbn {
            let entry = |doc| Entry::Inline(Posting { doc, payload: 0 });
            looked_up.listed = Some(reader.isbn(isbn).map(entry).into_iter().collect());
            return looked_up;
        }
        looked_up.excluded.extend(expand::excluded(reader, &self.query));
        if let (Some(run), false) = (&self.query.initials, wide) {
            looked_up.listed = Some(expand::initials(reader, run));
            looked_up.capped = reader.capped.get();
            return looked_up;
        }
        looked_up.beginnings = expand::beginnings(reader, &self.query);
        let resolved = expand::resolve(reader, &self.query, wide);
        looked_up.slots = resolved.slots;
        looked_up.widened = resolved.widened;
        looked_up.capped = reader.capped.get();
        looked_up
    }

    /// The documents that answer; `None` to look the words up more widely.
    fn find(&self, reader: &Reader<'_>, looked_up: &LookedUp, wide: bool) -> Option<Found> {
        let mut exact = !looked_up.capped;
        let mut passing = looked_up.filters.documents(reader, None);
        let mut lists = Lists::of(reader, &looked_up.slots);
        let plain = !wide && !looked_up.widened && self.query.phrases.is_empty();
        let preference = self.preference(reader, looked_up);
        let (mut gathered, mut near) = (Gathered::default(), Near::default());
        let mut ranked = Vec::new();
        if self.request.sort == Sort::Topics && !wide {
            gathered = lists.gather(lists.any());
            near = Near::of(reader, &looked_up.slots, &gathered, None);
            ranked = near.by_topics(reader, &gathered, plain);
        }
        let by_topics = !ranked.is_empty();
        let mut reached = Reached::default();
        if by_topics {
            exact &= passing.is_whole();
            ranked.retain(|hit| passing.has(hit.doc()));
        } else {
            reached = self.reach(reader, looked_up, wide, &mut lists, &mut passing);
            exact &= reached.exact;
            let docs = std::mem::take(&mut reached.docs);
            if looked_up.listed.is_none() && !looked_up.slots.is_empty() {
                gathered = lists.gather(docs);
                ranked = gathered.all_words(&preference);
                gathered.raise_beginnings(&mut ranked, &reached.begin.documents(), &preference);
            } else {
                let tier = match &looked_up.listed {
                    Some(_) if self.query.isbn.is_none() => Tier::Keyboard,
                    _ => Tier::Exact,
                };
                ranked = docs.documents().into_iter().map(|doc| Ranked::new(doc, tier, 0)).collect();
                if looked_up.listed.is_some() {
                    preference.raise(&mut ranked);
                }
            }
        }
        let beyond = lists.beyond();
        exact &= self.exclude(reader, looked_up, wide, beyond, &mut ranked);
        if ranked.is_empty() && self.query.isbn.is_none() && !by_topics {
            // Once more in all the wide ways: unless some word was read so already,
            // or there is a phrase, which must stand as typed.
            if !wide && !looked_up.widened && !self.query.words.is_empty() && self.query.phrases.is_empty() {
                if reached.heads_were_empty && reader.lacks() {
                    // In the same round as what is read further, which may come to nothing.
                    reader.prefetch(|reader| self.look_up(reader, true));
                }
                return None;
            }
            if self.query.words.len() > 1 && self.query.phrases.is_empty() {
                let mut any = lists.any();
                passing.keep(&mut any);
                gathered = lists.gather(any);
                ranked = gathered.some_words(&preference);
                exact &= self.exclude(reader, looked_up, wide, beyond, &mut ranked);
            }
        }
        sort(&mut ranked, &self.manifest.directory.facets);
        let mut related = Vec::new();
        if !by_topics {
            near = Near::of(reader, &looked_up.slots, &gathered, ranked.first().map(|hit| hit.doc()));
            let widens = plain && !reached.heads_were_empty && !ranked.is_empty() && near.is_of_topics();
            if let Some(direct) = reached.direct.filter(|_| widens) {
                let (words, mut added, all) = near.widen(reader, &lists, &direct);
                gathered = all;
                added.retain(|hit| passing.has(hit.doc()));
                exact &= self.exclude(reader, looked_up, wide, beyond, &mut added);
                if self.sorts_by_column() {
                    // Read with the related words, so that no round more is needed for the order.
                    for hit in &ranked {
                        reader.prefetch(|reader| self.sort_key(reader, hit.doc()));
                    }
                }
                ranked.extend(added);
                related = words;
            }
        }
        exact &= lists.are_whole();
        Some(Found { gathered, ranked, counted: None, exact, near, related, preference })
    }

    /// What visitors picked before, for this question. Initials and book numbers
    /// have no scores that a prior could be weighed against.
    fn preference(&self, reader: &Reader<'_>, looked_up: &LookedUp) -> Preference {
        let scored = looked_up.listed.is_none() && self.request.sort != Sort::Topics;
        Preference::of(reader, self.choice, scored)
    }
}
