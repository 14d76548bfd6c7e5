//! The last stage: the records of a page, their highlights, and the interpretation of the query.

use seoga_index::record::Record;
use seoga_text::fold::canonical_query;
use seoga_text::keys;

use crate::answer::{Answer, ExpansionKind, Highlight, HighlightField, Hit, Interpretation, Tier};
use crate::docset::DocSet;
use crate::reader::Reader;
use crate::search::state::{Matches, QueryPlan, Search};
use crate::search::top_k::ScoredDoc;
use crate::search::works::Works;
use crate::search::{facets, highlight, operator};

impl Search {
    /// Reads the records of a page, highlights them, counts facets, and says how the query was interpreted.
    pub(super) fn show(&self, reader: &Reader<'_>, plan: &QueryPlan, matches: &Matches) -> Answer {
        let (first, last) = self.page();
        let page = matches.hits.iter().enumerate().take(last).skip(first);
        for (_, scored) in page.clone() {
            reader.prefetch_record(scored.doc());
            reader.prefetch_states(scored.doc());
        }
        let loans_as_of = reader.loans().and_then(|contents| contents.oldest());
        // An answer without all of its files is thrown away: nothing is unpacked for it.
        let page = page.filter(|_| !reader.lacks());
        let mut interpretation: Vec<Interpretation> = operator::told(&self.query);
        let mut hits = Vec::new();
        for (place, scored) in page {
            let Some(record) = reader.record_now(scored.doc()) else { continue };
            let highlights = self.highlights(plan, matches, scored, &record, &mut interpretation);
            let prior_boost = matches.prior_boost(scored);
            hits.push(Hit {
                doc: scored.doc(),
                rank: place as u32 + 1,
                tier: scored.tier(),
                score: scored.score(),
                prior_boost,
                record,
                highlights,
            });
        }
        let (facets, facets_over) = match self.shows_all(&matches.docs, &matches.works) {
            true => facets::of_records(reader.manifest, hits.iter().map(|hit| &hit.record), self.values),
            false => {
                let best = matches.facet_hits.as_ref().unwrap_or(&matches.hits);
                facets::count(reader, best, &matches.docs, &matches.works, self.values)
            }
        };
        let did_you_mean = self.did_you_mean(matches, &interpretation);
        Answer {
            hits,
            facets,
            facets_over,
            interpretation,
            did_you_mean,
            related: matches.related_terms.texts(reader),
            loans_as_of,
            ..self.count(matches)
        }
    }

    /// Counts the hits, and reads nothing of them.
    pub(super) fn count(&self, matches: &Matches) -> Answer {
        Answer {
            group: self.request.group,
            total: (matches.docs.len() - matches.works.surplus()) as u32,
            total_exact: matches.exact,
            ..Answer::default()
        }
    }

    /// Tells whether the page shows all hits, so that their records tell the facets.
    pub(super) fn shows_all(&self, docs: &DocSet, works: &Works) -> bool {
        let (first, last) = self.page();
        first == 0 && docs.len() <= last && works.surplus() == 0
    }

    /// Highlights the matches of a hit in its record, and notes the expansions that they came from.
    fn highlights(
        &self,
        plan: &QueryPlan,
        matches: &Matches,
        hit: &ScoredDoc,
        record: &Record,
        interpretation: &mut Vec<Interpretation>,
    ) -> Vec<Highlight> {
        let doc = hit.doc();
        let mut highlights = Vec::new();
        if hit.tier() == Tier::Related {
            let by = ExpansionKind::Related;
            for related in &matches.added_terms {
                let Some(field) = related.field_in(doc) else { continue };
                let Some(term) = plan.terms.get(related.of) else { continue };
                let words = std::slice::from_ref(&related.text);
                highlight::highlight_term(record, words, field, by, &mut highlights);
                note(term.typed.clone(), related.text.clone(), by, interpretation);
            }
        }
        if plan.is_numbered && self.query.number.iter().chain(&self.query.numbers).any(|id| *id == record.id)
        {
            let (field, by) = (HighlightField::Isbn, ExpansionKind::Isbn);
            highlights.push(Highlight { field, start: 0, end: 13, by, word: None });
        }
        if let (Some(run), Some(_)) = (&self.query.initials, &plan.key_lists) {
            highlight::highlight_initials(record, run, &mut highlights);
        }
        let mut unmatched = false;
        for (place, _) in plan.terms.iter().enumerate() {
            let Some(hit) = matches.term_matches.get(place, doc) else {
                unmatched = true;
                continue;
            };
            let from = place.saturating_sub(usize::from(hit.back));
            let Some(term) = plan.terms.get(from) else { continue };
            let Some(expansion) = term.expansions.get(usize::from(hit.expansion)) else { continue };
            if let (ExpansionKind::Initials, Some(word)) = (expansion.kind, expansion.words.first()) {
                highlight::highlight_initials(record, &keys::encode(word), &mut highlights);
            } else {
                highlight::highlight_term(
                    record,
                    &expansion.words,
                    hit.field,
                    expansion.kind,
                    &mut highlights,
                );
            }
            if !matches!(expansion.kind, ExpansionKind::Exact | ExpansionKind::Prefix) {
                let terms = plan.terms.iter().skip(from).take(expansion.spans);
                let typed = terms.map(|term| term.typed.as_str()).collect::<Vec<_>>().join(" ");
                note(typed, expansion.words.join(" "), expansion.kind, interpretation);
            }
        }
        if let (true, Tier::Exact | Tier::Prefix, Some(typed)) =
            (unmatched, hit.tier(), &self.query.title_prefix)
        {
            highlight::highlight_title_prefix(record, typed, &mut highlights);
        }
        highlight::remove_overlaps(&mut highlights);
        highlights
    }

    /// Corrects the typos of the query, when the best hit needed that.
    fn did_you_mean(&self, matches: &Matches, interpretation: &[Interpretation]) -> Option<String> {
        if !matches!(matches.hits.first()?.tier(), Tier::Typo | Tier::Keyboard)
            || self.query.initials.is_some()
        {
            return None;
        }
        let is_typo =
            |part: &&Interpretation| matches!(part.by, ExpansionKind::Typo | ExpansionKind::Keyboard);
        let mut text = self.request.text.clone();
        for part in interpretation.iter().rev().filter(is_typo) {
            text = text.replacen(&canonical_query(&part.input), &part.expansion, 1);
        }
        (text != self.request.text).then_some(text)
    }
}

/// Notes how a part of the query was interpreted, each expansion once.
fn note(input: String, expansion: String, by: ExpansionKind, interpretation: &mut Vec<Interpretation>) {
    let part = Interpretation { input, expansion, by };
    if part.input != part.expansion && !interpretation.contains(&part) {
        interpretation.push(part);
    }
}
