//! The last stage: the records of a page, what matched in them, and how the query was read.

use crate::answer::{Answer, Hit, Interpretation, Match, MatchedField, Reading, Tier, Work};
use crate::reader::Reader;
use crate::search::state::{Found, LookedUp, Search};
use crate::search::top_k::Ranked;
use crate::search::{facets, highlight};

impl Search {
    pub(super) fn show(&self, reader: &Reader<'_>, looked_up: &LookedUp, found: &Found) -> Answer {
        let (first, last) = self.page();
        let page = found.ranked.iter().enumerate().take(last).skip(first);
        let mut readings: Vec<Interpretation> = Vec::new();
        let mut hits = Vec::new();
        for (place, ranked) in page {
            let Some(record) = reader.record(ranked.doc()) else { continue };
            let matched = self.matched(looked_up, found, ranked, &record, &mut readings);
            let preferred = found.preferred(ranked);
            hits.push(Hit {
                doc: ranked.doc(),
                rank: place as u32 + 1,
                tier: ranked.tier(),
                score: ranked.score(),
                preferred,
                record,
                matched,
            });
        }
        let (facets, facets_over) = facets::count(reader, found.counted.as_ref().unwrap_or(&found.ranked));
        let did_you_mean = self.did_you_mean(found, &readings);
        Answer {
            hits,
            total: found.ranked.len() as u32,
            total_exact: found.exact,
            facets,
            facets_over,
            interpretation: readings,
            did_you_mean,
            related: found.near.told(reader),
            rank: None,
            work: Work::default(),
        }
    }

    fn matched(
        &self,
        looked_up: &LookedUp,
        found: &Found,
        hit: &Ranked,
        record: &seoga_index::record::Record,
        readings: &mut Vec<Interpretation>,
    ) -> Vec<Match> {
        let doc = hit.doc();
        let mut matched = Vec::new();
        if hit.tier() == Tier::Related {
            for word in &found.related {
                let Some(field) = word.field_in(doc) else { continue };
                let Some(slot) = looked_up.slots.get(word.of) else { continue };
                highlight::mark(
                    record,
                    std::slice::from_ref(&word.text),
                    field,
                    Reading::Related,
                    &mut matched,
                );
                tell(slot.typed.clone(), word.text.clone(), Reading::Related, readings);
            }
        }
        if self.query.isbn.is_some() {
            matched.push(Match { field: MatchedField::Isbn, start: 0, end: 13, by: Reading::Isbn });
        }
        if let (Some(run), Some(_)) = (&self.query.initials, &looked_up.listed) {
            highlight::mark_initials(record, run, &mut matched);
        }
        let mut unmet = false;
        for (place, _) in looked_up.slots.iter().enumerate() {
            let Some(hit) = found.gathered.of(place, doc) else {
                unmet = true;
                continue;
            };
            let from = place.saturating_sub(usize::from(hit.back));
            let Some(slot) = looked_up.slots.get(from) else { continue };
            let Some(reading) = slot.alternatives.get(usize::from(hit.alternative)) else { continue };
            highlight::mark(record, &reading.words, hit.field, reading.reading, &mut matched);
            if !matches!(reading.reading, Reading::Exact | Reading::Prefix) {
                let slots = looked_up.slots.iter().skip(from).take(reading.spans);
                let typed = slots.map(|slot| slot.typed.as_str()).collect::<Vec<_>>().join(" ");
                tell(typed, reading.words.join(" "), reading.reading, readings);
            }
        }
        if let (true, Tier::Exact | Tier::Prefix, Some(typed)) = (unmet, hit.tier(), &self.query.beginning) {
            highlight::mark_beginning(record, typed, &mut matched);
        }
        highlight::tidy(&mut matched);
        matched
    }

    /// The query with its slips put right, when the best hit needed that.
    fn did_you_mean(&self, found: &Found, readings: &[Interpretation]) -> Option<String> {
        if !matches!(found.ranked.first()?.tier(), Tier::Typo | Tier::Keyboard)
            || self.query.initials.is_some()
        {
            return None;
        }
        let mut text = self.request.text.clone();
        for told in readings.iter().rev().filter(|told| matches!(told.by, Reading::Typo | Reading::Keyboard))
        {
            text = text.replacen(&seoga_text::fold::canonical_query(&told.input), &told.reading, 1);
        }
        (text != self.request.text).then_some(text)
    }
}

/// Notes how a part of the query was read, each reading once.
fn tell(input: String, reading: String, by: Reading, readings: &mut Vec<Interpretation>) {
    let told = Interpretation { input, reading, by };
    if told.input != told.reading && !readings.contains(&told) {
        readings.push(told);
    }
}
