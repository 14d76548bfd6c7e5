//! The answer of a search.

use seoga_index::DocId;
use seoga_index::record::Record;

use crate::request::Group;

/// How directly a book answers; the first is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Tier {
    /// Every word as typed, or its synonym, or the ISBN.
    Exact = 0,
    /// A word only as a stem, a part or a joined or split form.
    Form = 1,
    /// A word only as the beginning of a longer one.
    Prefix = 2,
    /// A word only with a typo.
    Typo = 3,
    /// A word only in another keyboard layout, or as initials.
    Keyboard = 4,
    /// A word only inside another one.
    Infix = 5,
    /// A word only as it is spelled in the other script.
    OtherScript = 6,
    /// Not all words.
    Partial = 7,
    /// Only words related to those of the query.
    Related = 8,
}

impl Tier {
    /// All tiers, best first.
    pub const ALL: [Tier; 9] = [
        Tier::Exact,
        Tier::Form,
        Tier::Prefix,
        Tier::Typo,
        Tier::Keyboard,
        Tier::Infix,
        Tier::OtherScript,
        Tier::Partial,
        Tier::Related,
    ];
}

/// The way in which an expansion is derived from what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExpansionKind {
    /// As typed.
    Exact,
    /// Through the synonym table.
    Synonym,
    /// Without its particle, or as part of a compound.
    Form,
    /// Neighbouring words as one.
    Joined,
    /// One word as several.
    Split,
    /// As the beginning of a longer word.
    Prefix,
    /// With a typo.
    Typo,
    /// In the other keyboard layout.
    Keyboard,
    /// As initial consonants.
    Initials,
    /// Inside a word.
    Infix,
    /// As it is spelled in the other script.
    Transliteration,
    /// Through a related word.
    Related,
    /// As a book number.
    Isbn,
    /// As the number of a volume.
    Volume,
    /// As the number of a class or a year.
    Number,
    /// As words, though it looks like a command.
    Words,
}

impl ExpansionKind {
    /// Gives the word that the HTTP contract uses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            ExpansionKind::Exact => "exact",
            ExpansionKind::Synonym => "synonym",
            ExpansionKind::Form => "form",
            ExpansionKind::Joined => "joined",
            ExpansionKind::Split => "split",
            ExpansionKind::Prefix => "prefix",
            ExpansionKind::Typo => "typo",
            ExpansionKind::Keyboard => "keyboard",
            ExpansionKind::Initials => "initials",
            ExpansionKind::Infix => "infix",
            ExpansionKind::Transliteration => "transliteration",
            ExpansionKind::Related => "related",
            ExpansionKind::Isbn => "isbn",
            ExpansionKind::Volume => "volume",
            ExpansionKind::Number => "number",
            ExpansionKind::Words => "words",
        }
    }
}

/// The answer to a [`crate::Request`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    /// The hits of the requested page, in order.
    pub hits: Vec<Hit>,
    /// Whether books are listed and counted or works.
    pub group: Group,
    /// How many books, or works, match in all.
    pub total: u32,
    /// Whether `total` was counted to the end.
    pub total_exact: bool,
    /// Facet counts, at most ten values each, largest first; behind those of the contract, under `years`, spans of years for a
    /// histogram, the earliest first.
    pub facets: Vec<Facet>,
    /// How many of the hits the facets counted.
    pub facets_over: u32,
    /// Expansions used other than as typed.
    pub interpretation: Vec<Interpretation>,
    /// A likelier query, when there is one.
    pub did_you_mean: Option<String>,
    /// Related words, best first.
    pub related: Vec<String>,
    /// The oldest of the days that libraries' loans are told of, as days since 1970-01-01; `None` where nothing is known.
    pub loans_as_of: Option<u32>,
    /// The place of the one document that was sought, where it is a hit.
    pub rank: Option<u32>,
    /// Counts of the work done, for `query --explain` and the benches.
    pub work: Work,
}

/// A found book.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its number.
    pub doc: DocId,
    /// Its place among all hits, from 1.
    pub rank: u32,
    /// How directly it answers.
    pub tier: Tier,
    /// Within the tier, more is better.
    pub score: u32,
    /// Points of the score that are its click prior.
    pub prior_boost: u32,
    /// Its record.
    pub record: Record,
    /// Its matches in the shown text.
    pub highlights: Vec<Highlight>,
}

/// The shown fields that a highlight can lie in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HighlightField {
    /// The title shown.
    Title,
    /// Another recorded title (offsets count in the first of them that matches).
    OtherTitle,
    /// The authors.
    Authors,
    /// The publisher.
    Publisher,
    /// The keywords, which are not shown (offsets are 0).
    Keyword,
    /// The class caption, shown by the class (offsets are 0).
    ClassName,
    /// The book number.
    Isbn,
    /// The volume, shown beside the title (offsets are 0).
    Volume,
}

impl HighlightField {
    /// Gives the word that the HTTP contract uses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            HighlightField::Title => "title",
            HighlightField::OtherTitle => "other_title",
            HighlightField::Authors => "authors",
            HighlightField::Publisher => "publisher",
            HighlightField::Keyword => "keyword",
            HighlightField::ClassName => "class_name",
            HighlightField::Isbn => "isbn13",
            HighlightField::Volume => "volume",
        }
    }
}

/// A span of a shown field that matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highlight {
    /// The field.
    pub field: HighlightField,
    /// First code point.
    pub start: u32,
    /// Behind the last code point.
    pub end: u32,
    /// How.
    pub by: ExpansionKind,
    /// The word that matched, of a field that is not shown.
    pub word: Option<String>,
}

/// An expansion that was used for a part of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interpretation {
    /// The part as typed.
    pub input: String,
    /// The word that it was expanded to.
    pub expansion: String,
    /// How.
    pub by: ExpansionKind,
}

/// A facet's counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// Its name in the HTTP contract: `library`, `class`, `year`, `publisher`, `lang`; `years` is for pages alone.
    pub name: &'static str,
    /// Values with their counts, largest first, ties by value; spans in the order of time.
    pub counts: Vec<FacetCount>,
}

/// One facet value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCount {
    /// The value, usable as the parameter's value.
    pub value: String,
    /// Hits that have it.
    pub count: u32,
}

/// Counts of what a search read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Work {
    /// Times the shell had to fetch before the answer stood.
    pub rounds: u32,
    /// Dictionary keys visited.
    pub keys: u32,
    /// Postings decoded.
    pub postings: u32,
    /// Distinct files read.
    pub files: u32,
}
