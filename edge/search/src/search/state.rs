//! The state of a search between its stages.

use std::collections::BTreeSet;
use std::sync::Arc;

use seoga_index::DocId;
use seoga_index::dictionary::Entry;
use seoga_index::manifest::Manifest;

use crate::answer::{Tier, Work};
use crate::compiled;
use crate::docset::DocSet;
use crate::request::{MAX_LIMIT, MAX_REACH, Request, Sort};
use crate::search::cooccurrence::{RelatedTerm, RelatedTerms};
use crate::search::expansion::{Pass, QueryTerm};
#[cfg(feature = "explain")]
use crate::search::explanation::Explanation;
use crate::search::facets::VALUES;
use crate::search::filter::FilterPlan;
use crate::search::prior::Prior;
use crate::search::query::Query;
use crate::search::score::TermMatches;
use crate::search::top_k::ScoredDoc;
use crate::search::works::Works;
use crate::store::FileId;

/// A search under way.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tiny/mod.rs"));
/// # fn main() -> Result<(), SearchError> {
/// use seoga_search::{Request, Search};
///
/// let index = tiny_index(); // 파이썬 첫걸음, in memory
/// let request = Request { text: "파이썬".to_owned(), page: 1, limit: 10, ..Request::default() };
/// let answer = index.ask(Search::new(Arc::clone(&index.manifest), request))?;
/// assert_eq!(answer.hits[0].record.title, "파이썬 첫걸음");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Search {
    pub(super) manifest: Arc<Manifest>,
    pub(super) request: Request,
    pub(super) query: Query,
    /// The hash under which the prior of this query lies, where the index has any.
    pub(super) choice: Option<u64>,
    pub(super) stage: Stage,
    pub(super) work: Work,
    pub(super) files: BTreeSet<FileId>,
    /// Only this document's rank is wanted.
    pub(super) sought: Option<DocId>,
    /// Only the number of hits is wanted.
    pub(super) counts: bool,
    /// Values told of a facet at most.
    pub(super) values: usize,
    /// Whether an explanation is wanted, and once the search is over, the explanation.
    #[cfg(feature = "explain")]
    pub(super) explains: bool,
    #[cfg(feature = "explain")]
    pub(super) explanation: Explanation,
}

/// The stages of a search, in their order.
#[derive(Debug)]
pub(super) enum Stage {
    /// Take the answer that was compiled for the question.
    Compiled { place: u32 },
    /// Look the terms and filters up in the dictionary.
    Expand { pass: Pass },
    /// Intersect posting lists and score documents.
    Match { plan: Box<QueryPlan>, pass: Pass },
    /// Verify hits against their records, put them in another order.
    Verify { plan: Box<QueryPlan>, matches: Matches },
    /// Read what is shown.
    Show { plan: Box<QueryPlan>, matches: Matches },
    /// Answered.
    Done,
}

/// The lists that a query needs, found in the term dictionary.
#[derive(Debug, Default)]
pub(super) struct QueryPlan {
    pub(super) terms: Vec<QueryTerm>,
    /// Titles that begin with the whole query.
    pub(super) title_prefixes: Vec<Entry>,
    /// Titles that begin with the query without the edition at its end.
    pub(super) bare_titles: Vec<Entry>,
    /// Long titles that begin with the query read as words alone.
    pub(super) literal_titles: Vec<Entry>,
    /// Lists of which a document must be on one, instead of terms: of an ISBN, of initials.
    pub(super) key_lists: Option<Vec<Entry>>,
    /// Whether `key_lists` are of book numbers.
    pub(super) is_numbered: bool,
    pub(super) filters: FilterPlan,
    pub(super) excluded: Vec<Vec<Entry>>,
    /// Whether some term has fuzzy expansions.
    pub(super) used_fuzzy: bool,
    /// Whether more expansions existed than were taken.
    pub(super) truncated: bool,
    /// Shards of the dictionary that it was made of.
    pub(super) shards: usize,
}

/// The documents that match, with their scores.
#[derive(Debug, Clone, Default)]
pub(super) struct Matches {
    pub(super) term_matches: TermMatches,
    /// The best of them, those that were weighed.
    pub(super) hits: Vec<ScoredDoc>,
    /// All of them.
    pub(super) docs: DocSet,
    /// The hits by relevance, where another order was asked for: facets
    /// count the best-placed ones, whatever the order.
    pub(super) facet_hits: Option<Vec<ScoredDoc>>,
    /// Files that the lists of another order may be read from.
    pub(super) order_files: usize,
    pub(super) exact: bool,
    /// The works of the hits, where works are asked for.
    pub(super) works: Works,
    /// The terms related to those of the query.
    pub(super) related_terms: RelatedTerms,
    /// The related terms whose books were added.
    pub(super) added_terms: Vec<RelatedTerm>,
    /// The boosts learned from visitors' choices.
    pub(super) prior: Prior,
}

impl Matches {
    /// Finds a document's place among the hits that paging reaches, from 1; of another edition that of its work.
    pub(super) fn rank(&self, doc: DocId) -> Option<u32> {
        let mut hits = self.hits.iter().take(MAX_REACH as usize);
        let place = hits.position(|hit| self.works.are_one(hit.doc(), doc))?;
        Some(place as u32 + 1)
    }

    /// Tells how much of a hit's score is its prior. Hits without a score have nothing of it, nor have books added for
    /// related terms.
    pub(super) fn prior_boost(&self, hit: &ScoredDoc) -> u32 {
        if hit.tier() == Tier::Related { 0 } else { self.prior.points(hit.doc()).min(hit.score()) }
    }
}

impl Search {
    /// Begins a search.
    #[must_use]
    pub fn new(manifest: Arc<Manifest>, request: Request) -> Self {
        let query = Query::parse(&request.text, &request.typed);
        let learned = !manifest.directory.choices.is_empty() && request.sort != Sort::Cooccurrence;
        let choice = if learned { query.choice_hash() } else { None };
        let begin = Stage::Expand { pass: Pass::Direct };
        let compiled = compiled::place(&manifest, &request);
        Self {
            manifest,
            request,
            query,
            choice,
            stage: compiled.map_or(begin, |place| Stage::Compiled { place }),
            work: Work::default(),
            files: BTreeSet::new(),
            sought: None,
            counts: false,
            values: VALUES,
            #[cfg(feature = "explain")]
            explains: false,
            #[cfg(feature = "explain")]
            explanation: Explanation::default(),
        }
        .without_impossible_filters()
    }

    /// Asks for an explanation too, which takes about the time of the search again.
    #[cfg(feature = "explain")]
    #[must_use]
    pub fn explained(self) -> Self {
        Self { explains: true, ..self.afresh() }
    }

    /// Gives the explanation of the answer, once the search is over; an empty one where that was
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
        Self { sought: Some(doc), ..self.afresh() }
    }

    /// Asks only how many hits there are: the answer has [`crate::Answer::total`] and no hits, and no record is read for it.
    #[must_use]
    pub fn counting(self) -> Self {
        Self { counts: true, ..self }
    }

    /// Asks for every value of the facets.
    #[must_use]
    pub fn with_every_value(self) -> Self {
        Self { values: usize::MAX, ..self.afresh() }
    }

    /// Searches, whether or not the answer was compiled.
    #[must_use]
    pub fn afresh(self) -> Self {
        Self { stage: Stage::Expand { pass: Pass::Direct }, ..self }
    }

    /// Computes the places of the requested page, from 0, the last one excluded.
    pub(super) fn page(&self) -> (usize, usize) {
        let limit = self.request.limit.clamp(1, MAX_LIMIT);
        let first = self.request.page.max(1).saturating_sub(1).saturating_mul(limit);
        (first as usize, first.saturating_add(limit).min(MAX_REACH) as usize)
    }
}
