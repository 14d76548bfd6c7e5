//! The state of a search between its stages.

use std::collections::BTreeSet;
use std::sync::Arc;

use seoga_index::DocId;
use seoga_index::dictionary::Entry;
use seoga_index::manifest::Manifest;

use crate::answer::{Tier, Work};
use crate::request::{MAX_LIMIT, MAX_REACH, Request, Sort};
use crate::search::cooccurrence::{Near, RelatedWord};
use crate::search::expansion::Slot;
#[cfg(feature = "explain")]
use crate::search::explanation::Explanation;
use crate::search::filter;
use crate::search::prior::Preference;
use crate::search::query::Query;
use crate::search::score::Gathered;
use crate::search::top_k::Ranked;
use crate::store::FileId;

/// A search under way.
#[derive(Debug)]
pub struct Search {
    pub(super) manifest: Arc<Manifest>,
    pub(super) request: Request,
    pub(super) query: Query,
    /// Under which hash picks for this query lie, where the index has any.
    pub(super) choice: Option<u64>,
    pub(super) stage: Stage,
    pub(super) work: Work,
    pub(super) files: BTreeSet<FileId>,
    /// Only this document's rank is wanted.
    pub(super) sought: Option<DocId>,
    /// Whether it is wanted how the order came about, and once over, how.
    #[cfg(feature = "explain")]
    pub(super) explains: bool,
    #[cfg(feature = "explain")]
    pub(super) explanation: Explanation,
}

#[derive(Debug)]
pub(super) enum Stage {
    /// Look the words up.
    Resolve { wide: bool },
    /// Read their lists.
    Gather { looked_up: Box<LookedUp>, wide: bool },
    /// Check candidates against their records, sort by a column.
    Arrange { looked_up: Box<LookedUp>, found: Found },
    /// Read what is shown.
    Show { looked_up: Box<LookedUp>, found: Found },
    /// Answered.
    Over,
}

/// What the dictionary said.
#[derive(Debug, Default)]
pub(super) struct LookedUp {
    pub(super) slots: Vec<Slot>,
    /// Titles that begin with all that was typed.
    pub(super) beginnings: Vec<Entry>,
    /// Documents that have any of these, instead of words: an ISBN, initials.
    pub(super) listed: Option<Vec<Entry>>,
    pub(super) filters: filter::Plan,
    pub(super) excluded: Vec<Vec<Entry>>,
    /// Whether some word was read widely.
    pub(super) widened: bool,
    /// Whether more readings existed than were taken.
    pub(super) capped: bool,
}

/// What the lists said.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) gathered: Gathered,
    pub(super) ranked: Vec<Ranked>,
    /// The same documents by relevance, where another order was asked for: facets
    /// count the best-placed ones, whatever the order.
    pub(super) counted: Option<Vec<Ranked>>,
    pub(super) exact: bool,
    /// The words near those asked.
    pub(super) near: Near,
    /// The related words whose books were added.
    pub(super) related: Vec<RelatedWord>,
    /// What visitors picked before.
    pub(super) preference: Preference,
}

impl Found {
    /// Finds a document's place among the hits that paging reaches, from 1.
    pub(super) fn rank(&self, doc: DocId) -> Option<u32> {
        let place = self.ranked.iter().take(MAX_REACH as usize).position(|hit| hit.doc() == doc)?;
        Some(place as u32 + 1)
    }

    /// How much of a hit's score is there for what visitors picked before. Hits
    /// that were given no score have nothing of it, nor have related books.
    pub(super) fn preferred(&self, hit: &Ranked) -> u32 {
        if hit.tier() == Tier::Related { 0 } else { self.preference.points(hit.doc()).min(hit.score()) }
    }
}

impl Search {
    /// Begins a search.
    #[must_use]
    pub fn new(manifest: Arc<Manifest>, request: Request) -> Self {
        let query = Query::parse(&request.text, &request.typed);
        let learned = !manifest.directory.choices.is_empty() && request.sort != Sort::Topics;
        let choice = if learned { query.choice_hash() } else { None };
        Self {
            manifest,
            request,
            query,
            choice,
            stage: Stage::Resolve { wide: false },
            work: Work::default(),
            files: BTreeSet::new(),
            sought: None,
            #[cfg(feature = "explain")]
            explains: false,
            #[cfg(feature = "explain")]
            explanation: Explanation::default(),
        }
    }

    /// Asks also how the order comes about, which takes about the time of the search again.
    #[cfg(feature = "explain")]
    #[must_use]
    pub fn explained(self) -> Self {
        Self { explains: true, ..self }
    }

    /// How the order came about, once the search is over; nothing where that was
    /// not asked for.
    #[cfg(feature = "explain")]
    #[must_use]
    pub fn explanation(self) -> Explanation {
        self.explanation
    }

    /// Asks only for the rank of one document: the answer has
    /// [`crate::Answer::rank`] and no hits, and no record is read for it.
    #[must_use]
    pub fn seeking(self, doc: DocId) -> Self {
        Self { sought: Some(doc), ..self }
    }

    /// The places of the page asked, from 0, the last one excluded.
    pub(super) fn page(&self) -> (usize, usize) {
        let limit = self.request.limit.clamp(1, MAX_LIMIT);
        let first = self.request.page.max(1).saturating_sub(1).saturating_mul(limit);
        (first as usize, first.saturating_add(limit).min(MAX_REACH) as usize)
    }
}
