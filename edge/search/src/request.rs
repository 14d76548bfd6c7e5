//! The request of a search, after the shell's syntax is gone: text, filters, sort, page.

use seoga_index::columns::Language;
use seoga_index::file::ORIGIN_BYTES;

/// The most results a page may have.
pub const MAX_LIMIT: u32 = 50;
/// Results reachable by paging: page times limit never exceeds it.
pub const MAX_REACH: u32 = 1000;

/// Hits a page of the questions whose answers are compiled: as many as a page has where nobody says how many.
pub const COMPILED_LIMIT: u32 = 20;

/// A search.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// The query as typed, in canonical form (NFC, trimmed, single spaces, ASCII lower case).
    pub text: String,
    /// The query before canonical lower-casing, where the caller has it: the
    /// keyboard-layout expansion needs the shift keys (vkdlTjs). Empty means `text`.
    pub typed: String,
    /// The filters that every hit passes.
    pub filters: Filters,
    /// The order of the hits.
    pub sort: Sort,
    /// From 1.
    pub page: u32,
    /// Hits a page, 1 to [`MAX_LIMIT`].
    pub limit: u32,
    /// Whether books are listed or works.
    pub group: Group,
}

/// Tells how hits are listed and counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Group {
    /// Every book.
    #[default]
    None,
    /// One edition of each work.
    Work,
}

impl Group {
    /// All of them.
    pub const ALL: [Group; 2] = [Group::None, Group::Work];

    /// Gives the parameter value that names it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Group::None => "none",
            Group::Work => "work",
        }
    }

    /// Finds the group that a parameter value names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Group> {
        Self::ALL.into_iter().find(|group| group.code() == code)
    }

    /// Gives the word of the HTTP contract for that which is counted.
    #[must_use]
    pub fn counted(self) -> &'static str {
        match self {
            Group::None => "books",
            Group::Work => "works",
        }
    }
}

/// Filters; empty means all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filters {
    /// Numbers of libraries in the manifest, ascending; a book must be in one of them.
    pub libraries: Vec<u16>,
    /// KDC prefixes such as `004.7`, ascending; a book's class must begin with one of them.
    pub classes: Vec<String>,
    /// Years of publication.
    pub year: Option<YearRange>,
    /// Publishers' names as the facets show them, ascending; a book must be of one of them.
    pub publishers: Vec<String>,
    /// Language.
    pub language: Option<Language>,
    /// A volume, as `seoga_text::volume::key` writes it.
    pub volume: Option<String>,
    /// The overlay of loans by which only books count that are on the shelf: of the libraries asked for, where some are. It is that of
    /// the manifest, whose name makes another question of each night's.
    pub available: Option<[u8; ORIGIN_BYTES]>,
    /// The name of a series.
    pub series: Option<String>,
    /// The whole name of a person who has a part in the book.
    pub person: Option<String>,
    /// A word that the book has as a keyword or in a title.
    pub subject: Option<String>,
}

/// Years from and to, both included; `None` is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct YearRange {
    /// The first year.
    pub from: Option<u16>,
    /// The last year.
    pub to: Option<u16>,
}

/// The order of the hits. Unknown values come last, ties fall back on relevance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Sort {
    /// Best match first.
    #[default]
    Relevance,
    /// Latest first registration first.
    Newest,
    /// Latest publication year first.
    Year,
    /// By title, in the catalogue's collation.
    Title,
    /// Held by most libraries first.
    Holdings,
    /// Most loans first.
    Loans,
    /// Keyword co-occurrence, the order of the earlier service's `/predict`: most
    /// of the words of the query and of those related to them. No parameter value names it.
    Cooccurrence,
    /// By the numbers of the series that the filters name. No parameter value names it.
    Series,
}

impl Sort {
    /// All orders that a parameter value names.
    pub const ALL: [Sort; 6] =
        [Sort::Relevance, Sort::Newest, Sort::Year, Sort::Title, Sort::Holdings, Sort::Loans];

    /// Gives the parameter value that names it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Sort::Relevance => "relevance",
            Sort::Newest => "newest",
            Sort::Year => "year",
            Sort::Title => "title",
            Sort::Holdings => "holdings",
            Sort::Loans => "loans",
            Sort::Cooccurrence => "topics",
            Sort::Series => "series",
        }
    }

    /// Gives its number, which stays the same: the place in [`Sort::ALL`], and one for the order by topics; no answer by a series is
    /// signed.
    #[must_use]
    pub fn number(self) -> u8 {
        Self::ALL.iter().position(|sort| *sort == self).unwrap_or(Self::ALL.len()) as u8
    }

    /// Finds the order of a number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Sort> {
        let cooccurrence = (usize::from(number) == Self::ALL.len()).then_some(Sort::Cooccurrence);
        Self::ALL.get(usize::from(number)).copied().or(cooccurrence)
    }

    /// Finds the order that a parameter value names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Sort> {
        Self::ALL.into_iter().find(|sort| sort.code() == code)
    }
}
