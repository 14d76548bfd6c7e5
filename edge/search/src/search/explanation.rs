//! An account of how an answer came about: the expansions of each query term and the parts of each score.
//!
//! For tools, behind the feature `explain`: the edge carries none of it.

use seoga_index::postings::Field;

use crate::answer::{Reading, Tier};
use crate::store::FileId;

/// What a search did, for a person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Explanation {
    /// Each word of the query with its readings, in the order typed.
    pub words: Vec<Word>,
    /// The lists asked instead of words, for an ISBN or initials.
    pub listed: Option<Vec<Term>>,
    /// Whether some word was read in the wide ways.
    pub widened: bool,
    /// Books that pass the filters, where there are filters, as far as the heads of their lists tell.
    pub passing: Option<u32>,
    /// How each hit of the page came to its place, in the order of the hits.
    pub hits: Vec<Why>,
    /// The related words told, with the sums of their nearness to the words asked, in 255ths.
    pub related: Vec<(String, u32)>,
    /// Every file looked into.
    pub files: Vec<FileId>,
}

/// A word of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As typed.
    pub typed: String,
    /// The ways it was read.
    pub readings: Vec<Read>,
}

/// One way in which a word was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// How.
    pub by: Reading,
    /// The best tier it reaches.
    pub tier: Tier,
    /// Percent taken off.
    pub penalty: u32,
    /// Words of the query it stands for.
    pub spans: usize,
    /// As what: a book must have all of these.
    pub terms: Vec<Term>,
}

/// A list that was looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The word it is of; empty where it is of no word.
    pub word: String,
    /// Postings in the list.
    pub df: u32,
    /// Postings of it that were read.
    pub read: u32,
    /// Its rarity in this reading, the factor of every score.
    pub rarity: u32,
}

/// How a hit came to its place. The score is the sum over `words`, `coverage`,
/// `beginning`, `neighbours`, `row`, `title` and `preferred`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Why {
    /// The words of the query that the book has, or is near to.
    pub words: Vec<WordWhy>,
    /// 31sts of the title that the words cover, and what they are worth.
    pub coverage: (u32, u32),
    /// For beginning with the first word asked.
    pub beginning: u32,
    /// For words right behind the word asked before them.
    pub neighbours: u32,
    /// For all words in a row.
    pub row: u32,
    /// For a title that begins with all that was typed, which gives a book its tier, too.
    pub title: u32,
    /// For what visitors picked before.
    pub preferred: u32,
}

/// What one word adds to a hit's score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordWhy {
    /// As typed.
    pub typed: String,
    /// How it was read.
    pub by: Reading,
    /// The word's tier in this book.
    pub tier: Tier,
    /// What the book has of it; in a reading of several parts each.
    pub parts: Vec<Part>,
    /// Words of the query that share the parts' mean.
    pub spans: usize,
    /// For being one of few words that were found, in tier Partial.
    pub found: u32,
    /// The mean of the parts, shared out, and `found`. In tier Related the nearness instead.
    pub score: u32,
}

/// A place where a book has a word: `rarity x worth x (100 - penalty) / 100 + list`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The word as the index has it.
    pub word: String,
    /// Where; `None` for a related word.
    pub field: Option<Field>,
    /// Which word of the title it is, as the format numbers them; 0 unknown.
    pub place: u8,
    /// See [`Term::rarity`].
    pub rarity: u32,
    /// What the field is worth.
    pub worth: u32,
    /// Percent taken off.
    pub penalty: u32,
    /// For the keyword's place in the book's list.
    pub list: u32,
    /// What it comes to.
    pub score: u32,
}

impl Why {
    /// The sum that is the hit's score.
    #[must_use]
    pub fn sum(&self) -> u32 {
        let words: u32 = self.words.iter().map(|word| word.score).sum();
        let title = self.coverage.1 + self.beginning + self.neighbours + self.row + self.title;
        words + title + self.preferred
    }
}
