//! Boosts and idf: the integer counterpart of BM25F by which a posting scores.
//!
//! A posting scores idf times the boost of its field, less the penalty of its expansion; a title adds for coverage, for
//! its first word, and for words in the order of the query. `docs/RANKING.md` explains the figures. Invariant: integers
//! alone, so that scores are the same on every machine.

use seoga_index::DocId;
use seoga_index::dictionary::{Entry, df_class};
use seoga_index::postings::{Field, MAX_WEIGHT, Posting};

use crate::answer::{ExpansionKind, Tier};
use crate::search::expansion::{Expansion, QueryTerm};

/// The best match of a query term in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TermMatch {
    pub(crate) doc: DocId,
    pub(crate) tier: Tier,
    pub(crate) score: u32,
    /// The share of the title that the term covers, in 31sts.
    pub(crate) coverage: u32,
    pub(crate) field: Field,
    /// The position among the words of the title, from 1; 0 where it is unknown.
    pub(crate) place: u8,
    /// The expansion, as its index among the term's.
    pub(crate) expansion: u16,
    /// Percent taken off the expansion's score: the plainer expansion wins.
    pub(crate) penalty: u8,
    /// How many terms before this one the expansion began (joined words).
    pub(crate) back: u8,
}

/// Gives the boost of a field, in sixteenths of the term's idf.
pub(super) fn field_boost(field: Field) -> u32 {
    match field {
        Field::TitleStart | Field::Title => 16,
        Field::TitleJoined => 15,
        Field::TitlePart => 12,
        Field::Author => 14,
        Field::Publisher => 9,
        Field::Keyword => 5,
        Field::ClassName => 1,
    }
}

/// Points for each 31st of a title that the query covers.
pub(super) const COVERAGE_BOOST: u32 = 8;

/// Points for a title that begins with the first term of the query.
pub(super) const TITLE_START_BOOST: u32 = 60;

/// Multiplies the boosts of start and order where the last term is still being
/// typed: people then mostly type a title from its beginning.
pub(super) const TYPING_FACTOR: u32 = 3;

/// Points for a term right behind the term before it.
pub(super) const ADJACENCY_BOOST: u32 = 40;

/// Points for all terms in a row, in the order of the query.
pub(super) const IN_ORDER_BOOST: u32 = 150;

/// Points for a title that begins with the whole query.
pub(super) const TITLE_PREFIX_BOOST: u32 = 150;

/// Points for each step that a keyword stands nearer to the head of its book's list.
pub(super) const KEYWORD_BOOST: u32 = 1;

/// Computes the inverse document frequency in half-bits: 2 log2 of (documents / documents with the term, by the class of
/// their number), and 4 more so that no term scores nothing.
pub(super) fn idf(documents: u32, class: u8) -> u32 {
    u32::from(df_class(documents).saturating_sub(class)) + 4
}

/// Tier and score of a list's postings by field; `None` for a field that the query does not search.
#[derive(Debug)]
pub(super) struct FieldBoosts {
    pub(super) by_field: [Option<(Tier, u32)>; 8],
    pub(super) expansion: u16,
    pub(super) penalty: u8,
}

impl FieldBoosts {
    /// Works out the boosts of expansion `number` of a term; `class` is the class of document frequency that its idf is
    /// taken of.
    pub(super) fn new(
        documents: u32,
        expansion: &Expansion,
        number: u16,
        term: &QueryTerm,
        class: u8,
    ) -> Self {
        let idf = idf(documents, class);
        let of = |field: Field| {
            if expansion.kind != ExpansionKind::Infix && !term.fields.has(field) {
                return None;
            }
            let tier = match field {
                // A keyword is somebody's judgement, not the book's own word.
                Field::TitlePart | Field::Keyword | Field::ClassName => expansion.tier.max(Tier::Form),
                _ if term.named && field != Field::Author => expansion.tier.max(Tier::Form),
                _ => expansion.tier,
            };
            Some((tier, idf * field_boost(field) * (100 - expansion.penalty.min(90)) / 100))
        };
        Self { by_field: Field::ALL.map(of), expansion: number, penalty: expansion.penalty.min(100) as u8 }
    }

    /// Scores a posting; `None` where its field is not searched.
    pub(super) fn score(&self, posting: Posting) -> Option<TermMatch> {
        let field = posting.field();
        let (tier, score) = (*self.by_field.get(field as usize)?)?;
        let weight = u32::from(posting.weight());
        Some(TermMatch {
            doc: posting.doc,
            tier,
            score: if field == Field::Keyword { score + weight * KEYWORD_BOOST } else { score },
            coverage: if field.is_title() { weight } else { 0 },
            field,
            place: posting.place(),
            expansion: self.expansion,
            penalty: self.penalty,
            back: 0,
        })
    }
}

impl TermMatch {
    /// Takes over another match of the same document, if that is the better one.
    pub(super) fn keep_better(&mut self, other: &TermMatch) {
        let better = other.tier.cmp(&self.tier).then(other.penalty.cmp(&self.penalty));
        if better.then(self.score.cmp(&other.score)).is_lt() {
            *self = *other;
        }
    }
}

/// Finds the class of document frequency that all expansions of one kind share, that of the commonest: of several guesses
/// the rare one is not the better one.
pub(super) fn shared_df_class(term: &QueryTerm, of: &Expansion) -> u8 {
    if matches!(of.kind, ExpansionKind::Exact | ExpansionKind::Joined | ExpansionKind::Split) {
        return 0;
    }
    let same = term.expansions.iter().filter(|other| other.kind == of.kind && other.entries.len() == 1);
    let most = same.flat_map(|other| &other.entries).map(Entry::df).max().unwrap_or(0);
    // What is still being typed is less of a guess: a rarer word may be meant.
    df_class(if of.kind == ExpansionKind::Prefix { most / 4 } else { most })
}

/// Adds up what coverage, the first term and terms in order add to a title's score.
#[inline]
pub(super) fn title_boost(tier: Tier, coverage: u32, starts: bool, neighbours: u32) -> u32 {
    let placed = u32::from(starts) * TITLE_START_BOOST + neighbours;
    coverage.min(MAX_WEIGHT.into()) * COVERAGE_BOOST + placed * typing_factor(tier)
}

/// Tells whether a match is the first word of a title.
#[inline]
pub(super) fn starts_title(field: Field, place: u8) -> bool {
    field == Field::TitleStart && place <= 1
}

/// Multiplies boosts of order for a term that is still being typed.
pub(super) fn typing_factor(tier: Tier) -> u32 {
    if tier == Tier::Prefix { TYPING_FACTOR } else { 1 }
}

/// Gives the points for `b` right behind `a` in a title. Parts of one run have
/// the same place.
pub(super) fn adjacency_boost(a: &TermMatch, b: &TermMatch) -> u32 {
    let near = a.place > 0 && (a.place..=a.place.saturating_add(1)).contains(&b.place);
    if near && a.field.is_title() && b.field.is_title() { ADJACENCY_BOOST } else { 0 }
}
