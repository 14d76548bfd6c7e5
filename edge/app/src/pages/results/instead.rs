//! Searches with one filter or one word left out, asked beside a search in the rounds that it left.
//!
//! Invariant: a count is what its link gives, and a count that could not be had is not shown.

use maud::{Markup, html};
use seoga_search::{Answer, Facet, FacetCount, YearRange};

use super::filters::filters;
use crate::context::Context;
use crate::generation::Generation;
use crate::pages::layout::Page;
use crate::pages::links;
use crate::query::Query;
use crate::questions;

/// Searches asked beside one at most.
const MOST: usize = 8;
/// Of them those that are asked for their facets.
const MOST_FACETED: usize = 3;
/// Words of a query up to which each is left out in turn.
const MOST_WORDS: usize = 6;

/// Names a part that is left out of a search.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum LeftOut {
    /// Every filter.
    Filters,
    /// The filter of a facet, so that the facet shows its other values too.
    Facet(&'static str),
    /// A part that has this name: one filter, or one word.
    Part(String),
}

/// A search asked beside another.
pub(super) struct Instead {
    left_out: LeftOut,
    query: Query,
    answer: Option<Answer>,
}

impl Instead {
    /// Asks what helps with an answer: where nothing is found, how many there are without a part; else how many there are
    /// without filters, and the facets that filters are in force of.
    pub(super) async fn ask(
        context: &Context,
        page: &Page<'_>,
        query: &Query,
        (generation, found): (&Generation, &Answer),
    ) -> Vec<Instead> {
        let asked = if found.total == 0 { less(page, query) } else { beside(query) };
        let searches = asked.iter().map(|(left_out, query)| (query, !matches!(left_out, LeftOut::Facet(_))));
        let answers =
            questions::beside(context, generation, &searches.collect::<Vec<_>>(), found.work.rounds).await;
        let answers = answers.into_iter().chain(std::iter::repeat(None));
        let all = asked.into_iter().zip(answers);
        all.map(|((left_out, query), answer)| Instead { left_out, query, answer }).collect()
    }

    /// Gives the number of hits, where there are any.
    fn total(&self) -> Option<(u32, bool)> {
        self.answer.as_ref().map(|answer| (answer.total, answer.total_exact)).filter(|(total, _)| *total > 0)
    }
}

/// Lists the searches that have a part less than one that found nothing.
fn less(page: &Page<'_>, query: &Query) -> Vec<(LeftOut, Query)> {
    let mut asked = Vec::new();
    let filters = filters(page, query);
    if !filters.is_empty() && !query.text.is_empty() {
        asked.push((LeftOut::Filters, query.unfiltered()));
    }
    if filters.len() > 1 {
        let parts = filters.into_iter();
        asked
            .extend(parts.map(|(name, value, without)| (LeftOut::Part(format!("{name}: {value}")), without)));
    }
    let words: Vec<&str> = query.shown().split(' ').collect();
    if (2..=MOST_WORDS).contains(&words.len()) {
        for (place, word) in words.iter().enumerate() {
            let others = words.iter().enumerate().filter(|(other, _)| *other != place);
            let text = others.map(|(_, word)| *word).collect::<Vec<_>>().join(" ");
            asked.push((LeftOut::Part((*word).to_owned()), query.with_words(&text)));
        }
    }
    asked.truncate(MOST);
    asked
}

/// Lists the searches that show what filters hide.
fn beside(query: &Query) -> Vec<(LeftOut, Query)> {
    let mut asked = Vec::new();
    if query.is_filtered() && !query.text.is_empty() {
        asked.push((LeftOut::Filters, query.unfiltered()));
    }
    let facets = [
        ("library", !query.libraries.is_empty()),
        ("class", !query.classes.is_empty()),
        // Within several years stand those years.
        ("year", query.year.is_some_and(is_one)),
        ("publisher", !query.publishers.is_empty()),
        ("lang", query.language.is_some()),
    ];
    let in_force = facets.into_iter().filter(|(_, is)| *is).take(MOST_FACETED);
    asked.extend(in_force.map(|(name, _)| (LeftOut::Facet(name), without_own(query, name))));
    asked
}

/// Makes a search without the filter of a facet, for that facet's counts.
pub(super) fn without_own(query: &Query, facet: &str) -> Query {
    let mut query = Query { page: 1, limit: 1, ..query.clone() };
    match facet {
        "library" => query.libraries.clear(),
        "class" => query.classes.clear(),
        "year" => query.year = None,
        "publisher" => query.publishers.clear(),
        _ => query.language = None,
    }
    query
}

/// Tells whether a range is one year.
fn is_one(years: YearRange) -> bool {
    years.from == years.to
}

/// Gives the answer without a facet's own filter, where that was asked.
fn without<'a>(beside: &'a [Instead], name: &str) -> Option<&'a Answer> {
    let without = beside.iter().find(|one| matches!(one.left_out, LeftOut::Facet(facet) if facet == name))?;
    without.answer.as_ref()
}

/// Gives a facet as it is without its own filter, where that was asked.
pub(super) fn facet<'a>(beside: &'a [Instead], name: &str) -> Option<&'a Facet> {
    without(beside, name)?.facets.iter().find(|facet| facet.name == name)
}

/// Gives the spans of years of an answer; where one year is in force, those beside it.
pub(super) fn spans<'a>(beside: &'a [Instead], answer: &'a Answer) -> &'a [FacetCount] {
    let answer = without(beside, "year").unwrap_or(answer);
    answer.facets.iter().find(|facet| facet.name == "years").map_or(&[], |facet| &facet.counts)
}

/// Gives how many hits there are without any filter.
pub(super) fn unfiltered(beside: &[Instead]) -> Option<(u32, bool)> {
    beside.iter().find(|one| one.left_out == LeftOut::Filters)?.total()
}

/// Leads to what is found with less, each with its count.
pub(super) fn instead(page: &Page<'_>, beside: &[Instead]) -> Markup {
    let strings = page.strings;
    let found = beside.iter().filter_map(|one| Some((one, one.total()?)));
    let found: Vec<(&Instead, (u32, bool))> = found.collect();
    html! {
        @if !found.is_empty() {
            section.instead aria-labelledby="instead" {
                h2 #instead { (strings.instead_title) }
                ul {
                    @for (one, (total, exact)) in found {
                        li {
                            a href=(links::search(&one.query)) rel="nofollow" {
                                @match &one.left_out {
                                    LeftOut::Part(part) => ((strings.without)(part)),
                                    _ => (strings.without_filters),
                                }
                            }
                            " " span.n { ((strings.total)(total, exact, one.query.grouping())) }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_beside_a_search_is_capped() {
        let query = Query {
            text: "파이썬".to_owned(),
            libraries: (0..50).map(|n| format!("도서관 {n}")).collect(),
            classes: vec!["005".to_owned()],
            publishers: vec!["에이콘".to_owned()],
            language: Some(seoga_index::columns::Language::Korean),
            ..Query::default()
        };
        let asked = beside(&query);
        assert_eq!(asked.len(), 1 + MOST_FACETED);
        assert_eq!(asked[0].0, LeftOut::Filters);
        assert!(asked[1].1.libraries.is_empty() && asked[1].1.classes == query.classes);
        assert!(beside(&Query { text: query.text.clone(), ..Query::default() }).is_empty());
    }
}
