//! How an order came about: the readings of a query and the parts of each score.
//!
//! For tools, behind the feature `explain`: the edge carries none of it. What is
//! told is worked out anew from the lists, by the rules of [`super`] and with its
//! figures, when a search is over; nothing here has a say in the order.
//! Invariant: the parts told of a hit add up to its score (a test over many
//! queries holds them to it).

use seoga_index::DocId;
use seoga_index::dictionary::Entry;
use seoga_index::postings::{Field, MAX_WEIGHT};

use crate::answer::{Reading, Tier};
use crate::docset::DocSet;
use crate::postings::Scope;
use crate::reader::Reader;
use crate::request::Sort;
use crate::search::boost::{
    BEGINNING_WORTH, COVER_WORTH, KEYWORD_WORTH, ROW_WORTH, START_WORTH, WordHit, commonest, field_worth,
    next, rarity, typing,
};
use crate::search::cooccurrence::{ITSELF, RelatedWord};
use crate::search::expansion::{Alternative, Slot};
use crate::search::explanation::{Explanation, Part, Read, Term, Why, Word, WordWhy};
use crate::search::score::Gathered;
use crate::search::state::{Found, LookedUp, Search};
use crate::search::top_k::Ranked;

/// The readings of every word.
pub(crate) fn words(reader: &Reader<'_>, slots: &[Slot]) -> Vec<Word> {
    let read = |slot: &Slot, alternative: &Alternative| Read {
        by: alternative.reading,
        tier: alternative.tier,
        penalty: alternative.penalty,
        spans: alternative.spans,
        terms: terms(reader, slot, alternative),
    };
    slots
        .iter()
        .map(|slot| Word {
            typed: slot.typed.clone(),
            readings: slot.alternatives.iter().map(|alternative| read(slot, alternative)).collect(),
        })
        .collect()
}

fn terms(reader: &Reader<'_>, slot: &Slot, alternative: &Alternative) -> Vec<Term> {
    let common = commonest(slot, alternative);
    let term = |(number, entry): (usize, &Entry)| {
        let list = reader.list(*entry);
        Term {
            word: word(alternative, number),
            df: list.df,
            read: list.postings.len() as u32,
            rarity: rarity(reader.manifest.documents, entry.df_class().max(common)),
        }
    };
    alternative.entries.iter().enumerate().map(term).collect()
}

/// The word of a list of a reading: of its pairs of syllables there are more than words.
fn word(alternative: &Alternative, number: usize) -> String {
    let words = &alternative.words;
    let own = if words.len() == alternative.entries.len() { words.get(number) } else { words.first() };
    own.cloned().unwrap_or_default()
}

/// How a document came to its place; `begins`: a title of it begins with all that was typed.
pub(crate) fn why(
    reader: &Reader<'_>,
    slots: &[Slot],
    gathered: &Gathered,
    ranked: &Ranked,
    related: &[RelatedWord],
    begins: bool,
) -> Why {
    let doc = ranked.doc();
    let hits: Vec<(usize, WordHit)> = (0..gathered.words.len())
        .filter_map(|place| Some((place, gathered.of(place, doc)?)))
        .filter(|(_, hit)| ranked.tier() < Tier::Partial || hit.tier <= Tier::Form)
        .collect();
    let mut why = Why::default();
    for (place, hit) in &hits {
        why.words.extend(word_why(reader, slots, *place, hit));
    }
    match ranked.tier() {
        Tier::Related => {
            for word in &mut why.words {
                word.score = ITSELF;
            }
            why.words.extend(related_why(slots, &hits, doc, related));
        }
        Tier::Partial => {
            for word in &mut why.words {
                word.found = 1000;
                word.score += word.found;
            }
        }
        _ if hits.len() == gathered.words.len() && !hits.is_empty() => whole_title(&mut why, &hits),
        // Found without words, or by the title's beginning.
        _ => {}
    }
    if begins && ranked.tier() < Tier::Partial {
        why.title = BEGINNING_WORTH;
    }
    why
}

fn word_why(reader: &Reader<'_>, slots: &[Slot], place: usize, hit: &WordHit) -> Option<WordWhy> {
    let slot = slots.get(place.saturating_sub(usize::from(hit.back)))?;
    let alternative = slot.alternatives.get(usize::from(hit.alternative))?;
    let common = commonest(slot, alternative);
    let mut of_hit = DocSet::none(reader.manifest.documents);
    of_hit.insert(hit.doc);
    let parts = alternative.entries.iter().enumerate().filter_map(|(number, entry)| {
        let list = reader.list_for(*entry, Scope { within: Some(&of_hit), beyond: Some(&of_hit) });
        let rarity = rarity(reader.manifest.documents, entry.df_class().max(common));
        let of_doc = list.postings.iter().filter(|posting| posting.doc == hit.doc);
        let mut best: Option<(Tier, Part)> = None;
        for posting in of_doc {
            let field = posting.field();
            if alternative.reading != Reading::Infix && !slot.fields.has(field) {
                continue;
            }
            let tier = match field {
                Field::TitlePart | Field::Keyword | Field::ClassName => alternative.tier.max(Tier::Form),
                _ => alternative.tier,
            };
            let worth = field_worth(field);
            let penalty = alternative.penalty.min(90);
            let list = if field == Field::Keyword { u32::from(posting.weight()) * KEYWORD_WORTH } else { 0 };
            let score = rarity * worth * (100 - penalty) / 100 + list;
            let part = Part {
                word: word(alternative, number),
                field: Some(field),
                place: posting.place(),
                rarity,
                worth,
                penalty,
                list,
                score,
            };
            let better = best
                .as_ref()
                .is_none_or(|(other, best)| tier < *other || tier == *other && score > best.score);
            if better {
                best = Some((tier, part));
            }
        }
        best.map(|(_, part)| part)
    });
    Some(WordWhy {
        typed: slots.get(place)?.typed.clone(),
        by: alternative.reading,
        tier: hit.tier,
        parts: parts.collect(),
        spans: alternative.spans.max(1),
        found: 0,
        score: hit.score,
    })
}

/// What the words that a book does not have itself are worth by those near them.
fn related_why(
    slots: &[Slot],
    hits: &[(usize, WordHit)],
    doc: DocId,
    related: &[RelatedWord],
) -> Vec<WordWhy> {
    let mut found = Vec::new();
    for (place, slot) in slots.iter().enumerate() {
        if hits.iter().any(|(own, _)| *own == place) {
            continue;
        }
        let near = related.iter().filter(|word| word.of == place);
        let parts: Vec<Part> = near
            .filter_map(|word| {
                Some(Part {
                    word: word.text.clone(),
                    field: Some(word.field_in(doc)?),
                    place: 0,
                    rarity: 0,
                    worth: 0,
                    penalty: 0,
                    list: 0,
                    score: u32::from(word.score),
                })
            })
            .collect();
        let score = parts.iter().map(|part| part.score).sum();
        found.push(WordWhy {
            typed: slot.typed.clone(),
            by: Reading::Related,
            tier: Tier::Related,
            parts,
            spans: 1,
            found: 0,
            score,
        });
    }
    found
}

/// What the title as a whole adds where all words were found.
fn whole_title(why: &mut Why, hits: &[(usize, WordHit)]) {
    let tier = hits.iter().map(|(_, hit)| hit.tier).max().unwrap_or(Tier::Exact);
    let covers: u32 = hits.iter().map(|(_, hit)| hit.covers).sum();
    let covers = covers.min(MAX_WEIGHT.into());
    why.coverage = (covers, covers * COVER_WORTH);
    let first = hits.first().map(|(_, hit)| hit);
    if first.is_some_and(|hit| hit.field == Field::TitleStart && hit.place <= 1) {
        why.beginning = START_WORTH * typing(tier);
    }
    let pairs = || hits.iter().zip(hits.iter().skip(1)).map(|((_, a), (_, b))| next(a, b));
    why.neighbours = pairs().sum::<u32>() * typing(tier);
    if hits.len() > 1 && pairs().all(|worth| worth > 0) {
        why.row = ROW_WORTH;
    }
}

impl Search {
    pub(super) fn explain(&self, reader: &Reader<'_>, looked_up: &LookedUp, found: &Found) -> Explanation {
        let listed = looked_up.listed.as_ref().map(|entries| {
            let term = |entry: &Entry| {
                let list = reader.list(*entry);
                Term { word: String::new(), df: list.df, read: list.postings.len() as u32, rarity: 0 }
            };
            entries.iter().map(term).collect()
        });
        let (first, last) = self.page();
        let page = found.ranked.iter().take(last).skip(first);
        let mut begin = DocSet::none(self.manifest.documents);
        for entry in &looked_up.beginnings {
            reader.documents(*entry, &mut begin);
        }
        let of_words = listed.is_none() && self.request.sort != Sort::Topics;
        let hits = page.map(|hit| match of_words {
            true => {
                let begins = begin.contains(hit.doc());
                Why {
                    preferred: found.preferred(hit),
                    ..why(reader, &looked_up.slots, &found.gathered, hit, &found.related, begins)
                }
            }
            false => Why { preferred: found.preferred(hit), ..Why::default() },
        });
        Explanation {
            words: words(reader, &looked_up.slots),
            hits: hits.collect(),
            listed,
            widened: looked_up.widened,
            passing: looked_up.filters.documents(reader, None).docs().map(|docs| docs.len() as u32),
            related: found.near.nearest(reader),
            files: Vec::new(),
        }
    }
}
