//! Explains an answer: the expansions of its query and the parts of each score, worked out anew from the posting lists.
//!
//! For tools, behind the feature `explain`: the edge carries none of it. It runs
//! when a search is over, by the rules and figures of [`crate::search::boost`];
//! nothing here has a say in the order. Invariant: the parts of a hit add up to
//! its score (a test over many queries holds them to it).

use seoga_index::DocId;
use seoga_index::dictionary::Entry;
use seoga_index::postings::{Field, MAX_WEIGHT, Posting};

use crate::answer::{ExpansionKind, Tier};
use crate::reader::Reader;
use crate::request::Sort;
use crate::search::boost::{
    COVERAGE_BOOST, IN_ORDER_BOOST, KEYWORD_BOOST, TITLE_PREFIX_BOOST, TITLE_START_BOOST, TermMatch,
    adjacency_boost, field_boost, idf, shared_df_class, starts_title, typing_factor,
};
use crate::search::cooccurrence::{ITSELF, RelatedTerm};
use crate::search::expansion::{Expansion, QueryTerm};
use crate::search::explanation::{
    ExpansionExplanation, Explanation, FieldScore, HitExplanation, ListExplanation, TermExplanation,
    TermScore,
};
use crate::search::intersect::payloads_of;
use crate::search::partial::{COVERAGE_BOOST as PARTIAL_COVERAGE_BOOST, Weights};
use crate::search::score::TermMatches;
use crate::search::state::{Matches, QueryPlan, Search};
use crate::search::top_k::ScoredDoc;

/// Explains the expansions of every term.
pub(crate) fn term_explanations(reader: &Reader<'_>, terms: &[QueryTerm]) -> Vec<TermExplanation> {
    let read = |term: &QueryTerm, expansion: &Expansion| ExpansionExplanation {
        by: expansion.kind,
        tier: expansion.tier,
        penalty: expansion.penalty,
        spans: expansion.spans,
        lists: list_explanations(reader, term, expansion),
    };
    terms
        .iter()
        .map(|term| TermExplanation {
            typed: term.typed.clone(),
            expansions: term.expansions.iter().map(|expansion| read(term, expansion)).collect(),
        })
        .collect()
}

/// Explains the posting lists of an expansion.
fn list_explanations(reader: &Reader<'_>, term: &QueryTerm, expansion: &Expansion) -> Vec<ListExplanation> {
    let common = shared_df_class(term, expansion);
    let term = |(number, entry): (usize, &Entry)| {
        let list = reader.list(*entry);
        ListExplanation {
            word: word(expansion, number),
            df: list.df,
            read: list.postings.len() as u32,
            idf: idf(reader.manifest.documents, entry.df_class().max(common)),
        }
    };
    expansion.entries.iter().enumerate().map(term).collect()
}

/// Names the word of an expansion's list: of its pairs of syllables there are more than words.
fn word(expansion: &Expansion, number: usize) -> String {
    let words = &expansion.words;
    let own = if words.len() == expansion.entries.len() { words.get(number) } else { words.first() };
    own.cloned().unwrap_or_default()
}

/// Explains the score of a hit; `begins`: a title of it begins with the whole query.
pub(crate) fn explain_hit(
    reader: &Reader<'_>,
    terms: &[QueryTerm],
    matches: &TermMatches,
    scored: &ScoredDoc,
    related: &[RelatedTerm],
    begins: bool,
) -> HitExplanation {
    let doc = scored.doc();
    let weights = Weights::new(reader.manifest.documents, terms);
    let hits: Vec<(usize, TermMatch)> = (0..matches.terms.len())
        .filter_map(|place| Some((place, matches.get(place, doc)?)))
        .filter(|(place, hit)| match scored.tier() {
            Tier::Partial => weights.counts(*place, hit.tier),
            Tier::Related => hit.tier <= Tier::Form,
            _ => true,
        })
        .collect();
    let mut why = HitExplanation::default();
    for (place, hit) in &hits {
        why.terms.extend(term_score(reader, terms, *place, hit));
    }
    match scored.tier() {
        Tier::Related => {
            for word in &mut why.terms {
                word.score = ITSELF;
            }
            why.terms.extend(related_scores(terms, &hits, doc, related));
        }
        Tier::Partial => {
            for (word, (place, hit)) in why.terms.iter_mut().zip(&hits) {
                word.share = weights.share(*place, hit);
                word.score = word.score * word.share.0 / word.share.1;
            }
            part_of_title(&mut why, &hits, PARTIAL_COVERAGE_BOOST);
            why.title_start = title_start(&hits);
        }
        _ if asked(matches).all(|place| hits.iter().any(|(own, _)| *own == place)) && !hits.is_empty() => {
            whole_title(&mut why, terms, &hits);
        }
        // Found without terms, or by the title's beginning.
        _ => {}
    }
    if begins && scored.tier() < Tier::Partial {
        why.title_prefix = TITLE_PREFIX_BOOST;
    }
    why
}

/// Iterates the places of the terms that a book must match.
fn asked(matches: &TermMatches) -> impl Iterator<Item = usize> {
    matches.framing.iter().enumerate().filter(|(_, framing)| !**framing).map(|(place, _)| place)
}

/// Explains the score of one term in a hit.
fn term_score(reader: &Reader<'_>, terms: &[QueryTerm], place: usize, hit: &TermMatch) -> Option<TermScore> {
    let term = terms.get(place.saturating_sub(usize::from(hit.back)))?;
    let expansion = term.expansions.get(usize::from(hit.expansion))?;
    let common = shared_df_class(term, expansion);
    let parts = expansion.entries.iter().enumerate().filter_map(|(number, entry)| {
        let mut of_doc: Vec<Posting> = Vec::new();
        reader.weigh(*entry, payloads_of(term, expansion), &[hit.doc], &mut |_, payloads| {
            of_doc.extend(payloads.iter().map(|payload| Posting { doc: hit.doc, payload: *payload }));
        });
        let idf = idf(reader.manifest.documents, entry.df_class().max(common));
        let mut best: Option<(Tier, FieldScore)> = None;
        for posting in of_doc {
            let field = posting.field();
            if expansion.kind != ExpansionKind::Infix && !term.fields.has(field) {
                continue;
            }
            let tier = match field {
                Field::TitlePart | Field::Keyword | Field::ClassName => expansion.tier.max(Tier::Form),
                _ => expansion.tier,
            };
            let boost = field_boost(field);
            let penalty = expansion.penalty.min(90);
            let keyword =
                if field == Field::Keyword { u32::from(posting.weight()) * KEYWORD_BOOST } else { 0 };
            let score = idf * boost * (100 - penalty) / 100 + keyword;
            let part = FieldScore {
                word: word(expansion, number),
                field: Some(field),
                place: posting.place(),
                idf,
                boost,
                penalty,
                keyword,
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
    Some(TermScore {
        typed: terms.get(place)?.typed.clone(),
        by: expansion.kind,
        tier: hit.tier,
        fields: parts.collect(),
        spans: expansion.spans.max(1),
        framing: terms.get(place)?.framing,
        share: (1, 1),
        score: hit.score,
    })
}

/// Explains the points of terms that a book matches by related ones alone.
fn related_scores(
    terms: &[QueryTerm],
    hits: &[(usize, TermMatch)],
    doc: DocId,
    related: &[RelatedTerm],
) -> Vec<TermScore> {
    let mut found = Vec::new();
    for (place, term) in terms.iter().enumerate() {
        if term.framing || hits.iter().any(|(own, _)| *own == place) {
            continue;
        }
        let near = related.iter().filter(|word| word.of == place);
        let parts: Vec<FieldScore> = near
            .filter_map(|word| {
                Some(FieldScore {
                    word: word.text.clone(),
                    field: Some(word.field_in(doc)?),
                    place: 0,
                    idf: 0,
                    boost: 0,
                    penalty: 0,
                    keyword: 0,
                    score: u32::from(word.score),
                })
            })
            .collect();
        let score = parts.iter().map(|part| part.score).sum();
        found.push(TermScore {
            typed: term.typed.clone(),
            by: ExpansionKind::Related,
            tier: Tier::Related,
            fields: parts,
            spans: 1,
            framing: term.framing,
            share: (1, 1),
            score,
        });
    }
    found
}

/// Explains what the part of a title that the terms cover adds.
fn part_of_title(why: &mut HitExplanation, hits: &[(usize, TermMatch)], boost: u32) {
    let coverage: u32 = hits.iter().map(|(_, hit)| hit.coverage).sum();
    let coverage = coverage.min(MAX_WEIGHT.into());
    why.coverage = (coverage, coverage * boost);
    why.adjacency = neighbours(hits).sum();
}

/// Iterates the points for each term right behind the one before it.
fn neighbours(hits: &[(usize, TermMatch)]) -> impl Iterator<Item = u32> {
    hits.iter().zip(hits.iter().skip(1)).map(|((_, a), (_, b))| adjacency_boost(a, b))
}

/// Computes the points for a title that begins with the first term.
fn title_start(hits: &[(usize, TermMatch)]) -> u32 {
    let starts = hits.first().is_some_and(|(_, hit)| starts_title(hit.field, hit.place));
    u32::from(starts) * TITLE_START_BOOST
}

/// Explains what the title as a whole adds where all terms match that must.
fn whole_title(why: &mut HitExplanation, terms: &[QueryTerm], hits: &[(usize, TermMatch)]) {
    part_of_title(why, hits, COVERAGE_BOOST);
    let asked = hits.iter().filter(|(place, _)| terms.get(*place).is_some_and(|term| !term.framing));
    let tier = asked.map(|(_, hit)| hit.tier).max().unwrap_or(Tier::Exact);
    why.title_start = title_start(hits) * typing_factor(tier);
    why.adjacency *= typing_factor(tier);
    if hits.len() > 1 && hits.len() == terms.len() && neighbours(hits).all(|boost| boost > 0) {
        why.in_order = IN_ORDER_BOOST;
    }
}

impl Search {
    /// Explains a page of hits.
    pub(super) fn explain(&self, reader: &Reader<'_>, plan: &QueryPlan, matches: &Matches) -> Explanation {
        let key_lists = plan.key_lists.as_ref().map(|entries| {
            let term = |entry: &Entry| {
                let list = reader.list(*entry);
                ListExplanation { word: String::new(), df: list.df, read: list.postings.len() as u32, idf: 0 }
            };
            entries.iter().map(term).collect()
        });
        let (first, last) = self.page();
        let page = matches.hits.iter().take(last).skip(first);
        let begin = self.titled(reader, plan);
        let of_words = key_lists.is_none() && self.request.sort != Sort::Cooccurrence;
        let hits = page.map(|hit| match of_words {
            true => {
                let begins = begin.contains(hit.doc());
                HitExplanation {
                    prior_boost: matches.prior_boost(hit),
                    ..explain_hit(
                        reader,
                        &plan.terms,
                        &matches.term_matches,
                        hit,
                        &matches.added_terms,
                        begins,
                    )
                }
            }
            false => HitExplanation { prior_boost: matches.prior_boost(hit), ..HitExplanation::default() },
        });
        Explanation {
            terms: term_explanations(reader, &plan.terms),
            hits: hits.collect(),
            key_lists,
            used_fuzzy: plan.used_fuzzy,
            filtered: (!plan.filters.is_empty()).then(|| plan.filters.documents(reader).len() as u32),
            related: matches.related_terms.nearest(reader),
            files: Vec::new(),
        }
    }
}
