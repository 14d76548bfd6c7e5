//! Commands in the box that cannot be meant, or that leave nothing: they are read again as words.
//!
//! A dash in front of a word excludes it, a name and a colon filter. Both also stand in titles: subtitles between dashes, a title
//! that begins as a filter does. Invariant: what is read as words is told in the answer, and is read so once.

use crate::answer::{ExpansionKind, Interpretation};
use crate::keyspace::TITLE_KEYS;
use crate::reader::Reader;
use crate::search::expand::title_prefixes;
use crate::search::query::Query;
use crate::search::state::{QueryPlan, Search};

impl Search {
    /// Reads the query as words at once where a library that it names does not exist.
    pub(super) fn without_impossible_filters(mut self) -> Self {
        let exists = |name: &String| self.manifest.library(name).is_some();
        if !self.query.libraries.is_empty() && !self.query.libraries.iter().any(exists) {
            self.read_as_words();
        }
        self
    }

    /// Reads the query as words, if that is another reading and was not taken before.
    pub(super) fn read_as_words(&mut self) -> bool {
        let Some(literal) = self.query.literal.take() else { return false };
        self.query = *literal;
        true
    }

    /// Finds the long titles that may be the query read as words. A short one says too little: 물결 -노을 is a command, though a title
    /// has both words.
    pub(super) fn plan_literal(&self, reader: &Reader<'_>, plan: &mut QueryPlan) {
        if let Some(literal) = &self.query.literal
            && literal.title_prefix.as_ref().is_some_and(|keys| keys.len() > TITLE_KEYS)
        {
            plan.literal_titles = title_prefixes(reader, literal.title_prefix.as_ref());
        }
    }

    /// Tells whether the query is a title, signs and all.
    pub(super) fn is_literally_a_title(&self, reader: &Reader<'_>, plan: &QueryPlan) -> bool {
        let literal = self.query.literal.as_deref();
        let typed = literal.and_then(|literal| literal.title_prefix.as_ref());
        !self.titles(reader, typed, &plan.literal_titles).is_empty()
    }
}

/// Lists the commands that were read as words.
pub(super) fn told(query: &Query) -> Vec<Interpretation> {
    let part = |(input, expansion): &(String, String)| Interpretation {
        input: input.clone(),
        expansion: expansion.clone(),
        by: ExpansionKind::Words,
    };
    query.as_words.iter().map(part).collect()
}
