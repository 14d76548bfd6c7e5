//! The stage before the last: verifies phrases and long initials against the records, and sorts hits by a column.

use std::collections::BTreeSet;

use seoga_index::DocId;
use seoga_index::record::Record;

use crate::answer::Tier;
use crate::keyspace::INITIALS_IN_KEY;
use crate::reader::Reader;
use crate::request::{MAX_LIMIT, Sort};
use crate::search::state::{Matches, Search};
use crate::search::top_k::{COLUMN_FILES, ScoredDoc};
use crate::search::{facets, highlight};
use crate::sorting;

/// Records read to verify candidates against their text (phrases, long runs of
/// initials), and the files they may lie in.
const VERIFIED: usize = 400;
const VERIFIED_FILES: usize = 16;
/// Hits that are sorted where terms have fuzzy expansions, the others follow:
/// their records are read with the columns, since the expansions took a round more.
const SORTED_FUZZY: usize = MAX_LIMIT as usize;

impl Search {
    /// Tells whether hits are yet to be verified or sorted.
    pub(super) fn must_verify(&self, matches: &Matches) -> bool {
        self.sorts_by_column() || self.initials_to_verify(matches).is_some() || !self.query.phrases.is_empty()
    }

    /// Gives the initials of the query, where they are more than a key of the dictionary holds.
    fn initials_to_verify(&self, matches: &Matches) -> Option<&Vec<u8>> {
        let run = self.query.initials.as_ref().filter(|run| run.len() > INITIALS_IN_KEY);
        run.filter(|_| matches.hits.first().is_some_and(|hit| hit.tier() == Tier::Keyboard))
    }

    /// Drops hits whose text lacks a phrase or the initials, and sorts by a column.
    pub(super) fn verify(&self, reader: &Reader<'_>, matches: &Matches, used_fuzzy: bool) -> Matches {
        let mut hits = matches.hits.clone();
        let mut exact = true;
        let initials = self.initials_to_verify(matches);
        if initials.is_some() || !self.query.phrases.is_empty() {
            let mut files = BTreeSet::new();
            let within = |hit: &&ScoredDoc| {
                let file = self.manifest.directory.records.find(hit.doc().into()).map(|(number, _)| number);
                files.len() < VERIFIED_FILES && files.insert(file) || files.contains(&file)
            };
            let verified: Vec<ScoredDoc> = hits.iter().take(VERIFIED).filter(within).copied().collect();
            exact = verified.len() == hits.len();
            hits = verified
                .into_iter()
                .filter(|hit| reader.record(hit.doc()).is_some_and(|record| self.holds(&record, initials)))
                .collect();
        }
        let exact = matches.exact && exact;
        if !self.sorts_by_column() {
            return Matches { hits, exact, ..Matches::default() };
        }
        let order = &self.manifest.directory.order;
        let file_of = |hit: &ScoredDoc| order.find(hit.doc().into()).map(|(number, _)| number);
        let mut files = BTreeSet::new();
        for file in matches.hits.iter().map(file_of) {
            if files.len() == COLUMN_FILES {
                break;
            }
            files.insert(file);
        }
        let facet_hits = hits.clone();
        let most = if used_fuzzy { SORTED_FUZZY } else { usize::MAX };
        let (mut within, mut others) = (Vec::new(), Vec::new());
        for (place, hit) in hits.into_iter().enumerate() {
            let sorted = place < most && files.contains(&file_of(&hit)) && hit.tier() != Tier::Related;
            if sorted { &mut within } else { &mut others }.push(hit);
        }
        let mut hits = within;
        sorting::sort_by_cached_key(&mut hits, |hit| self.sort_key(reader, hit.doc()));
        let sorted = hits.len();
        let exact = exact && others.iter().all(|hit| hit.tier() == Tier::Related);
        hits.extend(others);
        if self.sought.is_none() {
            // What is read for any order is read now, so that the records are the last round.
            reader.prefetch(|reader| facets::count(reader, &facet_hits));
            reader.prefetch(|reader| matches.related_terms.texts(reader));
            if used_fuzzy || !matches.added_terms.is_empty() {
                // Fuzzy expansions and related terms took a round more: all that may be shown, too.
                let (first, last) = self.page();
                let shown = hits.iter().enumerate().take(last.max(sorted));
                for (_, hit) in shown.filter(|(place, _)| *place < sorted || *place >= first) {
                    reader.prefetch_record(hit.doc());
                }
            }
        }
        Matches { hits, facet_hits: Some(facet_hits), exact, ..Matches::default() }
    }

    /// Tells whether the order asked for is that of a column.
    pub(super) fn sorts_by_column(&self) -> bool {
        !matches!(self.request.sort, Sort::Relevance | Sort::Cooccurrence)
    }

    /// Tells whether a record has all phrases, and the initials.
    fn holds(&self, record: &Record, initials: Option<&Vec<u8>>) -> bool {
        let titles = || std::iter::once(&record.title).chain(&record.other_titles);
        let phrases = self.query.phrases.iter().all(|phrase| {
            let mut texts = titles().chain([&record.authors, &record.publisher]);
            texts.any(|text| highlight::FoldedText::new(text).contains(phrase))
        });
        phrases
            && initials.is_none_or(|run| titles().any(|title| highlight::initials_at(title, run).is_some()))
    }

    /// Reads the value of a column by which a document is sorted, ascending; unknown values are last.
    pub(super) fn sort_key(&self, reader: &Reader<'_>, doc: DocId) -> u32 {
        let latest_first =
            |value: u16| if value == u16::MAX { u32::MAX } else { u32::from(u16::MAX - value) };
        if self.request.sort == Sort::Year {
            let mut year = u16::MAX;
            reader.facets(&[doc], &mut |row| year = row.year);
            return latest_first(year);
        }
        let Some(row) = reader.order(doc) else { return u32::MAX };
        match self.request.sort {
            Sort::Relevance | Sort::Cooccurrence | Sort::Year => 0,
            Sort::Newest => latest_first(row.registered),
            Sort::Title => row.title,
            Sort::Holdings => u32::from(u16::MAX - row.holdings),
            Sort::Loans if row.loans == u32::MAX => u32::MAX,
            Sort::Loans => u32::MAX - 1 - row.loans,
        }
    }
}
