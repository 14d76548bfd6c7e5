//! The stage before the last: candidates whose text must be seen are checked, and hits put in the order of a column.

use std::collections::BTreeSet;

use seoga_index::DocId;

use crate::answer::Tier;
use crate::keyspace::INITIALS_IN_KEY;
use crate::reader::Reader;
use crate::request::{MAX_LIMIT, Sort};
use crate::search::state::{Found, Search};
use crate::search::top_k::{COLUMN_FILES, Ranked};
use crate::search::{facets, highlight};
use crate::sorting;

/// Records read to check candidates against their text (phrases, long runs of
/// initials), and the files they may lie in.
const CHECKED: usize = 400;
const CHECKED_FILES: usize = 16;
/// Of words that were read widely so many hits are sorted, the others follow:
/// their records are read with the columns, since the look-up took a round more.
const SORTED_WIDE: usize = MAX_LIMIT as usize;

impl Search {
    /// Whether candidates are yet to be checked or sorted.
    pub(super) fn arranges(&self, found: &Found) -> bool {
        self.sorts_by_column() || self.long_initials(found).is_some() || !self.query.phrases.is_empty()
    }

    /// The initials asked, where they are more than the index tells.
    fn long_initials(&self, found: &Found) -> Option<&Vec<u8>> {
        let run = self.query.initials.as_ref().filter(|run| run.len() > INITIALS_IN_KEY);
        run.filter(|_| found.ranked.first().is_some_and(|hit| hit.tier() == Tier::Keyboard))
    }

    /// Checks candidates whose text must be seen, and sorts by a column.
    pub(super) fn arrange(&self, reader: &Reader<'_>, found: &Found, widened: bool) -> Found {
        let mut ranked = found.ranked.clone();
        let mut exact = true;
        let initials = self.long_initials(found);
        if initials.is_some() || !self.query.phrases.is_empty() {
            let mut files = BTreeSet::new();
            let within = |hit: &&Ranked| {
                let file = self.manifest.directory.records.find(hit.doc().into()).map(|(number, _)| number);
                files.len() < CHECKED_FILES && files.insert(file) || files.contains(&file)
            };
            let checked: Vec<Ranked> = ranked.iter().take(CHECKED).filter(within).copied().collect();
            exact = checked.len() == ranked.len();
            ranked = checked
                .into_iter()
                .filter(|hit| reader.record(hit.doc()).is_some_and(|record| self.holds(&record, initials)))
                .collect();
        }
        let exact = found.exact && exact;
        if !self.sorts_by_column() {
            return Found { ranked, exact, ..Found::default() };
        }
        let order = &self.manifest.directory.order;
        let file_of = |hit: &Ranked| order.find(hit.doc().into()).map(|(number, _)| number);
        let mut files = BTreeSet::new();
        for file in found.ranked.iter().map(file_of) {
            if files.len() == COLUMN_FILES {
                break;
            }
            files.insert(file);
        }
        let counted = ranked.clone();
        let most = if widened { SORTED_WIDE } else { usize::MAX };
        let (mut reached, mut others) = (Vec::new(), Vec::new());
        for (place, hit) in ranked.into_iter().enumerate() {
            let sorted = place < most && files.contains(&file_of(&hit)) && hit.tier() != Tier::Related;
            if sorted { &mut reached } else { &mut others }.push(hit);
        }
        let mut ranked = reached;
        sorting::sort_by_cached_key(&mut ranked, |hit| self.sort_key(reader, hit.doc()));
        let sorted = ranked.len();
        let exact = exact && others.iter().all(|hit| hit.tier() == Tier::Related);
        ranked.extend(others);
        if self.sought.is_none() {
            // What is read for any order is read now, so that the records are the last round.
            reader.prefetch(|reader| facets::count(reader, &counted));
            reader.prefetch(|reader| found.near.told(reader));
            if widened || !found.related.is_empty() {
                // Words read widely and related ones took a round more: all that may be shown, too.
                let (first, last) = self.page();
                let shown = ranked.iter().enumerate().take(last.max(sorted));
                for (_, hit) in shown.filter(|(place, _)| *place < sorted || *place >= first) {
                    reader.prefetch_record(hit.doc());
                }
            }
        }
        Found { ranked, counted: Some(counted), exact, ..Found::default() }
    }

    pub(super) fn sorts_by_column(&self) -> bool {
        !matches!(self.request.sort, Sort::Relevance | Sort::Topics)
    }

    fn holds(&self, record: &seoga_index::record::Record, initials: Option<&Vec<u8>>) -> bool {
        let titles = || std::iter::once(&record.title).chain(&record.other_titles);
        let phrases = self.query.phrases.iter().all(|phrase| {
            let mut texts = titles().chain([&record.authors, &record.publisher]);
            texts.any(|text| highlight::Letters::of(text).contain(phrase))
        });
        phrases
            && initials.is_none_or(|run| titles().any(|title| highlight::initials_at(title, run).is_some()))
    }

    /// Ascending is the order shown; unknown values are last.
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
            Sort::Relevance | Sort::Topics | Sort::Year => 0,
            Sort::Newest => latest_first(row.registered),
            Sort::Title => row.title,
            Sort::Holdings => u32::from(u16::MAX - row.holdings),
            Sort::Loans if row.loans == u32::MAX => u32::MAX,
            Sort::Loans => u32::MAX - 1 - row.loans,
        }
    }
}
