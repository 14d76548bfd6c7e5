//! The search: a machine of stages, each run to its end with the files at hand; the files it lacked are fetched in one
//! round and the stage is run again.
//!
//! Expand the query's terms ([`expand`], [`fuzzy`]), match documents ([`candidates`], [`intersect`], [`score`]), verify
//! phrases and put hits in another order ([`verify`], [`order`]), show a page ([`show`]).

use std::collections::BTreeSet;
use std::sync::Arc;

use seoga_index::DocId;
use seoga_index::dictionary::Entry;
use seoga_index::postings::Posting;

use crate::answer::{Answer, Tier, Work};
use crate::compiled;
use crate::docset::{DocSet, Gathering};
use crate::postings::Payloads;
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
mod grouping;
pub(crate) mod highlight;
mod initials;
mod intersect;
pub(crate) mod levenshtein;
mod number;
mod operator;
mod order;
mod ordered;
mod packed;
mod partial;
mod piece;
mod prior;
mod query;
mod registered;
mod score;
mod show;
mod state;
mod top_k;
mod transliteration;
mod verify;
mod volumes;
mod works;

pub use facets::VALUES as FACET_VALUES;
pub use piece::{names_a_field_alone, year_range};
pub use prior::choice_hash;
pub use state::Search;

use candidates::Candidates;
use cooccurrence::{LISTS as RELATED_LISTS, POOR, RelatedTerms};
use expansion::Pass;
use filter::FilterPlan;
use fuzzy::{correctable, corrections};
use intersect::PostingLists;
use ordered::{FUZZY_ORDER_FILES, ORDER_FILES};
use partial::Weights;
use prior::Prior;
use score::TermMatches;
use state::{Matches, QueryPlan, Stage};
use top_k::{ScoredDoc, select_top};
use transliteration::is_wanted;
use works::Works;

/// Files of the dictionary and of lists up to which lists of related words are read. With those of a page of twenty, of columns, of the
/// table of related words and of what was asked for in vain, a question stays about within 45.
const MOST_WORD_FILES: usize = 13;

/// How a query is read once more.
#[derive(Debug, Clone, Copy)]
enum Again {
    /// With more expansions.
    Wider(Pass),
    /// As words, not as commands.
    AsWords,
}

impl Machine for Search {
    type Answer = Answer;

    fn step(&mut self, store: &dyn Store) -> Result<Step<Answer>, SearchError> {
        let manifest = Arc::clone(&self.manifest);
        loop {
            let reader = Reader::new(&manifest, store);
            let mut answer = None;
            let mut reads_as_words = false;
            #[cfg(feature = "explain")]
            let mut explained = None;
            let next = match &self.stage {
                Stage::Compiled { place } => {
                    answer = compiled::read(&reader, *place, &self.request);
                    if answer.is_some() { Stage::Done } else { Stage::Expand { pass: Pass::Direct } }
                }
                Stage::Expand { pass } => {
                    Stage::Match { plan: Box::new(self.expand(&reader, *pass)), pass: *pass }
                }
                Stage::Match { plan, pass } => {
                    let matches = self.match_documents(&reader, plan, *pass);
                    match matches {
                        Ok(matches) if self.must_verify(&matches) => {
                            Stage::Verify { plan: Box::default(), matches }
                        }
                        Ok(matches) => {
                            Stage::Show { plan: Box::default(), matches: self.group(&reader, matches) }
                        }
                        Err(Again::Wider(pass)) => Stage::Expand { pass },
                        Err(Again::AsWords) => {
                            reads_as_words = true;
                            Stage::Expand { pass: Pass::Direct }
                        }
                    }
                }
                Stage::Verify { matches, plan } => {
                    let matches = self.verify(&reader, plan, matches);
                    Stage::Show { plan: Box::default(), matches }
                }
                Stage::Show { plan, matches } => {
                    #[cfg(feature = "explain")]
                    if self.explains {
                        // Read again, and not counted as work.
                        let again = Reader::new(&manifest, store);
                        explained = Some((self.explain(&again, plan, matches), again.finish()?));
                    }
                    answer = Some(match self.sought {
                        _ if self.counts => self.count(matches),
                        Some(doc) => Answer { rank: matches.rank(doc), ..Answer::default() },
                        None => self.show(&reader, plan, matches),
                    });
                    Stage::Done
                }
                Stage::Done => return Ok(Step::Done(Answer::default())),
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
            if reads_as_words {
                self.read_as_words();
            }
            self.enter(next);
            if let Some(mut answer) = answer {
                answer.work = Work { files: self.files.len() as u32, ..self.work };
                return Ok(Step::Done(answer));
            }
        }
    }
}

/// Counts the files that the lists of related words may lie in: fewer, the more of the dictionary and of other lists the words
/// take. Filters have no say in it, so that one shows what its count promised.
fn related_files(plan: &QueryPlan, reader: &Reader<'_>) -> usize {
    let entries =
        plan.terms.iter().flat_map(|term| &term.expansions).flat_map(|expansion| &expansion.entries);
    let mut lists = BTreeSet::new();
    lists.extend(entries.flat_map(|entry| reader.files_of(*entry, Payloads::First)));
    MOST_WORD_FILES.saturating_sub(plan.shards + lists.len()).max(1)
}

impl Search {
    /// Enters the next stage with the plan and the matches of the last one.
    fn enter(&mut self, next: Stage) {
        let before = std::mem::replace(&mut self.stage, Stage::Done);
        self.stage = match (before, next) {
            (Stage::Match { plan, .. }, Stage::Verify { matches, .. }) => Stage::Verify { plan, matches },
            (Stage::Match { plan, .. }, Stage::Show { matches, .. }) => Stage::Show { plan, matches },
            (Stage::Verify { plan, matches: before, .. }, Stage::Show { matches, .. }) => {
                let Matches { hits, docs, facet_hits, works, exact, mut term_matches, .. } = matches;
                if term_matches.docs.is_empty() {
                    term_matches = before.term_matches;
                }
                let matches = Matches { hits, docs, facet_hits, works, exact, term_matches, ..before };
                Stage::Show { plan, matches }
            }
            (_, next) => next,
        };
    }

    /// Plans the query, and fetches its prior along with its terms.
    fn expand(&self, reader: &Reader<'_>, pass: Pass) -> QueryPlan {
        let plan = self.plan_query(reader, pass);
        // With the terms, so that the prior takes no round of its own. After
        // them, since fuzzy expansions are taken only when nothing is missing.
        if let Some(hash) = self.choice {
            reader.prefetch(|reader| reader.query_prior(hash));
        }
        self.touch_order(reader);
        self.touch_work_lists(reader);
        if reader.lacks() {
            // The lists of entries that are known already, while others are waited for.
            self.touch_lists(reader, &plan);
            PostingLists::new(reader, &plan.terms);
        }
        plan
    }

    /// Looks filters and terms up in the term dictionary.
    fn plan_query(&self, reader: &Reader<'_>, pass: Pass) -> QueryPlan {
        let mut plan = QueryPlan {
            filters: FilterPlan::new(reader, &self.request.filters, &self.query),
            ..QueryPlan::default()
        };
        plan.excluded.extend(plan.filters.held_nowhere.map(|entry| vec![entry]));
        let numbers = self.query.number.iter().chain(&self.query.numbers);
        let numbered = numbers.flat_map(|number| reader.all_numbered(*number));
        let entry = |doc| Entry::Inline(Posting { doc, payload: 0 });
        let numbered: Vec<Entry> = numbered.map(entry).collect();
        if self.query.number.is_some() || !numbered.is_empty() {
            plan.is_numbered = true;
            plan.key_lists = Some(numbered);
            return plan;
        }
        plan.excluded.extend(expand::excluded(reader, &self.query));
        if let (Some(run), true) = (&self.query.initials, pass != Pass::Fuzzy) {
            plan.key_lists = Some(initials::initials(reader, run));
            plan.truncated = reader.truncated.get();
            return plan;
        }
        if !self.is_ordered() || self.query.words.len() == 1 {
            // An order reads lists of its own, and titles are mostly asked for by relevance.
            expand::foresee_titles(reader, &self.query);
        }
        plan.title_prefixes = expand::title_prefixes(reader, self.query.title_prefix.as_ref());
        plan.bare_titles = expand::title_prefixes(reader, self.query.bare_title.as_ref());
        self.plan_literal(reader, &mut plan);
        let expanded = expand::expand(reader, &self.query, pass);
        plan.terms = expanded.terms;
        plan.used_fuzzy = expanded.used_fuzzy;
        plan.shards = expanded.shards;
        plan.truncated = reader.truncated.get();
        plan
    }

    /// Finds and scores the documents that match.
    ///
    /// # Errors
    /// How to read the query once more, as this reading found too little.
    fn match_documents(&self, reader: &Reader<'_>, plan: &QueryPlan, pass: Pass) -> Result<Matches, Again> {
        let fuzzy = pass == Pass::Fuzzy;
        let mut exact = !plan.truncated;
        let lists = PostingLists::new(reader, &plan.terms);
        self.touch_lists(reader, plan);
        self.touch_works(reader);
        if self.is_literally_a_title(reader, plan) {
            return Err(Again::AsWords);
        }
        let mut order_files = ORDER_FILES;
        if fuzzy || plan.used_fuzzy {
            order_files = FUZZY_ORDER_FILES;
            self.touch_whole_order(reader);
        }
        let plain = !fuzzy && !plan.used_fuzzy && self.query.phrases.is_empty();
        let prior = self.prior(reader, plan);
        let correctable = plain && pass == Pass::Direct && self.is_correctable(plan);
        let (mut term_matches, mut related_terms) = (TermMatches::default(), RelatedTerms::default());
        let mut hits = Vec::new();
        let mut candidates = Candidates::default();
        if self.request.sort == Sort::Cooccurrence && !fuzzy {
            let any = lists.any_term();
            exact &= any.weighed.len() == any.docs.len();
            term_matches = lists.collect(any.weighed);
            related_terms = RelatedTerms::new(reader, &plan.terms, &term_matches, None);
            hits = related_terms.by_cooccurrence(reader, &term_matches, plain);
        }
        let by_cooccurrence = !hits.is_empty();
        if self.query.either && plan.key_lists.is_none() {
            let any = lists.any_term();
            candidates.docs = any.docs;
            self.admit(reader, plan, &mut candidates.docs);
            let weighed = any.weighed.into_iter().filter(|doc| candidates.docs.contains(*doc)).collect();
            term_matches = lists.collect(weighed);
            hits = term_matches.some_terms(&Weights::new(self.manifest.documents, &plan.terms), &prior);
        } else if by_cooccurrence {
            candidates.docs = self.documents_of(&hits);
            self.admit(reader, plan, &mut candidates.docs);
            hits.retain(|hit| candidates.docs.contains(hit.doc()));
        } else {
            candidates = self.find_candidates(reader, plan, &lists);
            let weighed = candidates.to_weigh();
            if plan.key_lists.is_none() && !plan.terms.is_empty() {
                term_matches = lists.collect(weighed);
                hits = term_matches.all_terms(&prior);
                term_matches.boost_title_prefixes(&mut hits, &candidates.title_prefix, &prior);
                self.drop_unmatched(&mut candidates.docs, &term_matches, &hits);
            } else {
                let tier = match &plan.key_lists {
                    Some(_) if !plan.is_numbered => Tier::Keyboard,
                    _ => Tier::Exact,
                };
                hits = weighed.into_iter().map(|doc| ScoredDoc::new(doc, tier, 0)).collect();
                if plan.key_lists.is_some() {
                    prior.boost(&mut hits);
                }
            }
        }
        if correctable && reader.lacks() {
            // In the round of the lists: the answer will be small.
            reader.prefetch(|reader| self.corrections(reader, plan));
        }
        let few = candidates.unfiltered.as_ref().filter(|direct| !direct.is_empty());
        let is_poor = few.is_some();
        // Whoever types a title or a name has found it.
        let is_found = || !candidates.title_prefix.is_empty() || term_matches.name_an_author();
        let topped_up = match few.filter(|_| self.serves_some_terms() && !is_found()) {
            Some(direct) => self.top_up(reader, plan, &lists, &prior, direct),
            None => Vec::new(),
        };
        if hits.is_empty() && self.query.literal.is_some() && !reader.lacks() {
            return Err(Again::AsWords);
        }
        if hits.is_empty() && topped_up.is_empty() && !plan.is_numbered && !by_cooccurrence {
            // Once more with all fuzzy expansions: unless some term had them already,
            // or there is a phrase, which must stand as typed.
            let is_second = !self.query.as_words.is_empty();
            let may_widen = !fuzzy && !plan.used_fuzzy && !is_second;
            if may_widen && !self.query.words.is_empty() && self.query.phrases.is_empty() {
                return Err(Again::Wider(Pass::Fuzzy));
            }
            if self.serves_some_terms() {
                let some = self.some_terms(reader, plan, &lists);
                candidates.docs = some.docs;
                term_matches = lists.collect(some.weighed);
                hits = term_matches.some_terms(&Weights::new(self.manifest.documents, &plan.terms), &prior);
            }
        }
        let found = candidates.docs.len();
        if correctable && found < POOR && !by_cooccurrence && !reader.lacks() {
            // What corrections are found in, and the table of related words, in one round.
            let best = hits.first().map(|hit| hit.doc());
            let related = RelatedTerms::new(reader, &plan.terms, &term_matches, best);
            reader.prefetch(|reader| {
                (
                    self.corrections(reader, plan),
                    related.books(reader, RELATED_LISTS, related_files(plan, reader)),
                )
            });
            return Err(Again::Wider(Pass::Corrected));
        }
        select_top(&mut hits);
        if is_poor && self.is_ordered() && (plain || self.serves_some_terms()) {
            // Read with the lists, so that no round more is needed for the order.
            hits.iter().for_each(|hit| reader.prefetch_record(hit.doc()));
        }
        if !topped_up.is_empty() {
            hits.extend(topped_up);
            let docs = self.documents_of(&hits);
            candidates.docs.unite(&docs, self.manifest.documents);
            term_matches = lists.collect(docs.first(usize::MAX));
        }
        let mut added_terms = Vec::new();
        if !by_cooccurrence {
            let best = hits.first().map(|hit| hit.doc());
            related_terms = RelatedTerms::new(reader, &plan.terms, &term_matches, best);
            let widens = plain && !hits.is_empty() && related_terms.suit_a_query_of_topics();
            if let Some(direct) = candidates.unfiltered.filter(|_| widens) {
                let mut known = DocSet::Few(direct);
                known.unite(&self.documents_of(&hits), self.manifest.documents);
                let files = related_files(plan, reader);
                let known = known.first(usize::MAX);
                let (terms, mut added, all) = related_terms.widen(reader, &lists, &known, files);
                term_matches = all;
                let mut admitted = self.documents_of(&added);
                self.admit(reader, plan, &mut admitted);
                added.retain(|hit| admitted.contains(hit.doc()));
                candidates.docs.unite(&admitted, self.manifest.documents);
                hits.extend(added);
                added_terms = terms;
            }
        }
        let docs = candidates.docs;
        let facet_hits = None;
        Ok(Matches {
            term_matches,
            hits,
            docs,
            facet_hits,
            order_files,
            exact,
            works: Works::default(),
            related_terms,
            added_terms,
            prior,
        })
    }

    /// Gives the documents of hits.
    pub(super) fn documents_of(&self, hits: &[ScoredDoc]) -> DocSet {
        let docs: Vec<DocId> = hits.iter().map(|hit| hit.doc()).collect();
        let mut gathered = Gathering::new(self.manifest.documents);
        gathered.add(&docs);
        gathered.finish()
    }

    /// Removes the documents that were weighed and are no hits: what they have of a term does not count.
    fn drop_unmatched(&self, docs: &mut DocSet, weighed: &TermMatches, hits: &[ScoredDoc]) {
        let mut unmatched = DocSet::Few(weighed.docs.clone());
        unmatched.subtract(&self.documents_of(hits));
        docs.subtract(&unmatched);
    }

    /// Looks up what rare terms may be with a typo, and in the other script.
    fn corrections(&self, reader: &Reader<'_>, plan: &QueryPlan) {
        for (term, word) in plan.terms.iter().zip(&self.query.words) {
            corrections(reader, word, &term.expansions);
        }
        expand::prefetch_other_script(reader, &self.query, &plan.terms);
    }

    /// Tells whether some term may be another word with a typo, or have books in the other script.
    fn is_correctable(&self, plan: &QueryPlan) -> bool {
        let mut terms = plan.terms.iter().zip(&self.query.words);
        terms.any(|(term, word)| correctable(word, &term.expansions) || is_wanted(word, &term.expansions))
    }

    /// Reads the prior of the query. Initials and ISBNs have no scores that it could be weighed against.
    fn prior(&self, reader: &Reader<'_>, plan: &QueryPlan) -> Prior {
        let scored = plan.key_lists.is_none() && self.request.sort != Sort::Cooccurrence;
        Prior::read(reader, self.choice, scored)
    }
}
