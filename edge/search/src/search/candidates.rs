//! How far lists are read: their heads, where the likeliest books are; and where those answer poorly, the parts behind
//! them that may hold a book in question. Which books those are is told by the lists that were read to their end: a rare
//! word's, a small library's.
//!
//! Invariant: what an answer calls exact leaves out no book that is on all the lists.

use seoga_index::DocId;

use crate::docset::DocSet;
use crate::postings::{Parts, Scope};
use crate::reader::Reader;
use crate::search::cooccurrence::POOR;
use crate::search::filter::Passing;
use crate::search::intersect::Lists;
use crate::search::state::{LookedUp, Search};
use crate::search::top_k::Ranked;

/// Documents of a search without words and filters.
const MOST_OF_ALL: u32 = 8192;

/// The documents that answer, as far as lists were read.
#[derive(Debug, Default)]
pub(super) struct Reached {
    /// Those that pass the filters.
    pub(super) docs: DocSet,
    /// Of them those with a title that begins with all that was typed.
    pub(super) begin: DocSet,
    /// The documents before any were filtered out, where they are few.
    pub(super) direct: Option<Vec<DocId>>,
    /// Whether none is left out.
    pub(super) exact: bool,
    /// Whether the heads of the lists had nothing, so that more was read of them.
    pub(super) heads_were_empty: bool,
}

/// The documents for whom to read on.
struct InQuestion {
    docs: DocSet,
    /// Whether no other document can answer.
    are_all: bool,
}

impl Search {
    /// The documents that answer by the words or what was looked up instead; `lists` and `passing`, of which only heads
    /// were read, are read further where those have too little.
    pub(super) fn reach(
        &self,
        reader: &Reader<'_>,
        looked_up: &LookedUp,
        wide: bool,
        lists: &mut Lists<'_>,
        passing: &mut Passing,
    ) -> Reached {
        let (mut reached, in_question) = self.meet(reader, looked_up, lists, passing);
        let Some(InQuestion { docs, are_all }) = in_question else { return reached };
        let found = reached.docs.len();
        // Words read widely have no round left for it; where a head is missing nothing is known yet.
        if !wide && found < POOR && !reader.lacks() {
            *passing = looked_up.filters.documents(reader, Some(&docs));
            lists.read_beyond(docs);
            let (further, left) = self.meet(reader, looked_up, lists, passing);
            reached = Reached { exact: are_all && left.is_none(), heads_were_empty: found == 0, ..further };
        }
        reached
    }

    /// What lists say as far as they are read, and who else may be meant where that is not to their end.
    fn meet(
        &self,
        reader: &Reader<'_>,
        looked_up: &LookedUp,
        lists: &Lists<'_>,
        passing: &Passing,
    ) -> (Reached, Option<InQuestion>) {
        let mut docs = DocSet::none(self.manifest.documents);
        let (mut begin, mut direct) = (DocSet::default(), None);
        let in_question = if let Some(entries) = &looked_up.listed {
            let read = entries.iter().map(|entry| reader.documents(*entry, &mut docs));
            let whole = read.fold(true, |all, whole| all & whole);
            let known = whole && passing.tells_of(&docs);
            (!known).then(|| InQuestion { docs: docs.clone(), are_all: whole })
        } else if looked_up.slots.is_empty() {
            match passing.docs() {
                Some(passing) => docs.unite(passing),
                None if self.request.text.is_empty() => {
                    (0..self.manifest.documents.min(MOST_OF_ALL)).for_each(|doc| docs.insert(doc));
                }
                None => {}
            }
            let all = passing.docs().is_some() || !self.request.text.is_empty();
            let known = if all { passing.is_whole() } else { self.manifest.documents <= MOST_OF_ALL };
            (!known).then(|| InQuestion::of(None, passing.sure(), &begin))
        } else {
            begin = DocSet::none(self.manifest.documents);
            for entry in &looked_up.beginnings {
                reader.documents(*entry, &mut begin);
            }
            let every = lists.every();
            docs = every.docs;
            docs.unite(&begin);
            direct = (docs.len() < POOR).then(|| docs.documents());
            match (lists.are_whole(), passing.tells_of(&docs)) {
                (true, true) => None,
                (true, false) => Some(InQuestion { docs: docs.clone(), are_all: true }),
                (false, _) => Some(InQuestion::of(every.in_question, passing.sure(), &begin)),
            }
        };
        passing.keep(&mut docs);
        passing.keep(&mut begin);
        let exact = in_question.is_none();
        (Reached { docs, begin, direct, exact, heads_were_empty: false }, in_question)
    }

    /// Takes out what has an excluded word, or may have one behind what was read of its list, which is further for the
    /// documents `beyond`, or for few that are left; whether all was known.
    pub(super) fn exclude(
        &self,
        reader: &Reader<'_>,
        looked_up: &LookedUp,
        wide: bool,
        beyond: Option<&DocSet>,
        ranked: &mut Vec<Ranked>,
    ) -> bool {
        if looked_up.excluded.is_empty() {
            return true;
        }
        let mut docs = DocSet::none(self.manifest.documents);
        ranked.iter().for_each(|hit| docs.insert(hit.doc()));
        let few = Some(&docs).filter(|_| !wide && ranked.len() < POOR);
        let scope = Scope { within: Some(&docs), beyond: beyond.or(few) };
        let mut exact = true;
        for entries in &looked_up.excluded {
            let lists = entries.iter().map(|entry| {
                let mut held = DocSet::none(self.manifest.documents);
                let extent = reader.documents_of(*entry, Parts::OfWord, scope, &mut held);
                exact &= extent.whole;
                (held, extent.reach)
            });
            let lists: Vec<(DocSet, DocId)> = lists.collect();
            ranked.retain(|hit| {
                lists.iter().any(|(held, reach)| !held.contains(hit.doc()) && hit.doc() <= *reach)
            });
        }
        exact
    }
}

impl InQuestion {
    /// What has the words and passes the filters whose lists were read to their end, and what begins as typed.
    fn of(words: Option<DocSet>, passing: Option<&DocSet>, begin: &DocSet) -> Self {
        let are_all = words.is_some() || passing.is_some();
        let mut docs = match (words, passing) {
            (Some(mut words), Some(passing)) => {
                words.intersect(passing);
                words
            }
            (Some(words), None) => words,
            (None, Some(passing)) => passing.clone(),
            (None, None) => begin.clone(),
        };
        docs.unite(begin);
        Self { docs, are_all }
    }
}
