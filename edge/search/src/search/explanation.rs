//! Explanations of an answer: the expansions of each query term and the parts of each score.
//!
//! For tools, behind the feature `explain`: the edge carries none of it.

use seoga_index::postings::Field;

use crate::answer::{ExpansionKind, Tier};
use crate::store::FileId;

/// An account of a search, for a person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Explanation {
    /// Each term of the query with its expansions, in the order typed.
    pub terms: Vec<TermExplanation>,
    /// The lists read instead of those of terms, for an ISBN or initials.
    pub key_lists: Option<Vec<ListExplanation>>,
    /// Whether some term has fuzzy expansions.
    pub used_fuzzy: bool,
    /// Books that pass the filters, where there are any, by the prefixes of their lists.
    pub filtered: Option<u32>,
    /// An explanation of each hit of the page, in the order of the hits.
    pub hits: Vec<HitExplanation>,
    /// The related terms, with the sums of their nearness to the terms of the query, in 255ths.
    pub related: Vec<(String, u32)>,
    /// Every file looked into.
    pub files: Vec<FileId>,
}

/// A term of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermExplanation {
    /// As typed.
    pub typed: String,
    /// The expansions that were looked up.
    pub expansions: Vec<ExpansionExplanation>,
}

/// An expansion of a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpansionExplanation {
    /// How it was derived.
    pub by: ExpansionKind,
    /// The best tier it reaches.
    pub tier: Tier,
    /// Percent taken off.
    pub penalty: u32,
    /// Terms of the query that it stands for.
    pub spans: usize,
    /// Its posting lists; a book must be on all of these.
    pub lists: Vec<ListExplanation>,
}

/// A posting list that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListExplanation {
    /// Its word; empty for a list of no word.
    pub word: String,
    /// Postings in the list.
    pub df: u32,
    /// Postings of it that were read.
    pub read: u32,
    /// Its idf in this expansion, the factor of every score.
    pub idf: u32,
}

/// The parts of a hit's score: it is the sum of `terms`, `coverage`, `title_start`,
/// `adjacency`, `in_order`, `title_prefix` and `prior_boost`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HitExplanation {
    /// The terms of the query that the book matches, or is near to.
    pub terms: Vec<TermScore>,
    /// 31sts of the title that the terms cover, and the points for them.
    pub coverage: (u32, u32),
    /// Points for a title that begins with the first term.
    pub title_start: u32,
    /// Points for terms right behind the term before them.
    pub adjacency: u32,
    /// Points for all terms in a row.
    pub in_order: u32,
    /// Points for a title that begins with the whole query, which gives a book its tier, too.
    pub title_prefix: u32,
    /// Points of the prior.
    pub prior_boost: u32,
}

/// The score of one term in a hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermScore {
    /// As typed.
    pub typed: String,
    /// How the matching expansion was derived.
    pub by: ExpansionKind,
    /// The term's tier in this book.
    pub tier: Tier,
    /// The scores of the expansion's posting lists.
    pub fields: Vec<FieldScore>,
    /// Terms of the query that share their mean.
    pub spans: usize,
    /// Whether it frames the question: it need not be in a book, and lowers no tier.
    pub framing: bool,
    /// How much of the mean counts, as a fraction: other than the whole in tier Partial alone.
    pub share: (u32, u32),
    /// The mean of `fields`, shared out, as far as it counts. In tier Related the nearness instead.
    pub score: u32,
}

/// The score of a posting: `idf x boost x (100 - penalty) / 100 + keyword`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldScore {
    /// The word as the index has it.
    pub word: String,
    /// The field of the posting; `None` for a related term.
    pub field: Option<Field>,
    /// The position among the words of the title; 0 unknown.
    pub place: u8,
    /// See [`ListExplanation::idf`].
    pub idf: u32,
    /// The boost of the field.
    pub boost: u32,
    /// Percent taken off.
    pub penalty: u32,
    /// Points for the keyword's place in the book's list.
    pub keyword: u32,
    /// The sum.
    pub score: u32,
}

impl HitExplanation {
    /// Adds the parts up to the hit's score.
    #[must_use]
    pub fn sum(&self) -> u32 {
        let terms: u32 = self.terms.iter().map(|term| term.score).sum();
        let title = self.coverage.1 + self.title_start + self.adjacency + self.in_order + self.title_prefix;
        terms + title + self.prior_boost
    }
}
