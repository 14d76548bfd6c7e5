//! Books, libraries and what is known about them.
//!
//! Plain data. Invariants: those of the module above, kept by `merge`.

use std::collections::BTreeMap;

use seoga_index::book_id::BookId;
use seoga_index::libraries::{Detail, Holiday};

use super::date::Date;

/// Everything the index is compiled from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalogue {
    /// The libraries that hold something, sorted by name.
    pub libraries: Vec<Library>,
    /// The books by id, ascending, each id once.
    pub books: Vec<Book>,
    /// Every distinct keyword of any book, sorted by code points; a [`KeywordId`] is a place in it.
    pub keywords: Vec<Box<str>>,
    /// Pairs of words that mean the same, sorted, each pair once.
    pub synonyms: Vec<Synonym>,
    /// Further names of publishers, by the one that is shown.
    pub publisher_names: BTreeMap<String, Vec<String>>,
    /// The catalogue was made by `generate`: nothing in it is real, and pages have to say so.
    pub invented: bool,
    /// The public holidays that are known, ascending, each day once.
    pub holidays: Vec<Holiday>,
    /// The newest registration of all, which is as near as the files come to saying how old they are.
    pub data_date: Option<Date>,
}

impl Catalogue {
    /// The text of a keyword of this catalogue; empty for an id of another catalogue.
    pub fn keyword(&self, id: KeywordId) -> &str {
        usize::try_from(id.0).ok().and_then(|place| self.keywords.get(place)).map_or("", |word| word)
    }

    /// The keywords that books have, each with how many.
    pub fn keyword_counts(&self) -> impl Iterator<Item = (KeywordId, u32)> {
        let mut counts = vec![0u32; self.keywords.len()];
        for id in self.books.iter().flat_map(|book| &book.keywords) {
            if let Some(count) = counts.get_mut(id.0 as usize) {
                *count += 1;
            }
        }
        (0..).map(KeywordId).zip(counts).filter(|(_, count)| *count > 0)
    }

    /// The number of (book, library) pairs.
    pub fn holdings(&self) -> usize {
        self.books.iter().map(|book| book.holdings.len()).sum()
    }
}

/// A library, as the holdings files name it and the libraries file describes it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Library {
    /// The library's code in 정보나루 (the national library data service).
    pub code: Option<String>,
    /// The short name visitors choose it by.
    pub name: String,
    /// Postal address.
    pub address: Option<String>,
    /// Degrees north, -90..=90.
    pub latitude: Option<f64>,
    /// Degrees east, -180..=180.
    pub longitude: Option<f64>,
    /// An `http:` or `https:` address.
    pub homepage: Option<String>,
    /// Its name in Latin letters.
    pub romanised: Option<String>,
    /// Further details: telephone, hours, ways to get a book.
    pub told: Vec<(Detail, String)>,
}

/// One book: what all libraries together say about it.
///
/// Of several spellings, differences in white space aside, the one shown is that of the most libraries; but one that
/// plainly lost characters (U+FFFD, or `?` within a word) is shown only when there is no other. Ties: the one with
/// fewer question marks, then the longest, then the first by code points. Every other one stays in `other_…`, sorted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Book {
    /// The id: the ISBN-13 that is the book's own, 978… or 979…, else one made of its records.
    pub id: BookId,
    /// Further numbers as recorded, sorted: other ISBNs, and what could not be read as one.
    pub numbers: Vec<String>,
    /// Further ids that lead to the book, sorted: its other ISBNs, those that its records would have by themselves, and ids that it
    /// or a part of it had in an earlier index.
    pub leads: Vec<BookId>,
    /// Whether the id is an ISBN whose check digit is right. A wrong one is kept as found, since it is printed so on the book.
    pub checked: bool,
    /// The title shown; never empty.
    pub title: String,
    /// Every other distinct title recorded, sorted.
    pub other_titles: Vec<String>,
    /// The statement of responsibility shown, names and role words as recorded; may be empty. One that names everybody whom that of
    /// most libraries names, and more people, is shown in its place.
    pub authors: String,
    /// Every other distinct one, sorted.
    pub other_authors: Vec<String>,
    /// The publisher shown; may be empty.
    pub publisher: String,
    /// Every other distinct one, sorted.
    pub other_publishers: Vec<String>,
    /// The year of publication most records give (ties: the latest).
    pub year: Option<u16>,
    /// The KDC number most records give, cleaned: three digits, or three digits, a dot and more digits (ties: the longest, then
    /// the smallest).
    pub class_no: Option<String>,
    /// The volume most records give.
    pub volume: Option<String>,
    /// The series it is in, those that most records name first; at most four.
    pub series: Vec<Series>,
    /// Loans: the highest figure of each library, summed over the libraries.
    pub loans: Option<u32>,
    /// ISO 639 code of the language, when a record says (`ko`, `en`, `ja` …).
    pub language: Option<String>,
    /// Keywords, best first, each once.
    pub keywords: Box<[KeywordId]>,
    /// Who holds it, sorted by library; empty for a book that only a record without libraries mentions.
    pub holdings: Box<[Holding]>,
    /// Where copies stand, sorted by library, call number and room; of libraries that say so.
    pub copies: Box<[Copies]>,
}

impl Book {
    /// The earliest registration over all libraries.
    pub fn registered(&self) -> Option<Date> {
        self.holdings.iter().filter_map(|holding| holding.registered).min()
    }
}

/// That a library holds a book, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// The library.
    pub library: LibraryId,
    /// The earliest day a copy of it was registered there.
    pub registered: Option<Date>,
}

/// A series, and where in it a book stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Its name as most records have it.
    pub name: String,
    /// The number in it, as most records that give one have it.
    pub number: Option<String>,
}

/// The copies that stand in one place of a library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copies {
    /// The library.
    pub library: LibraryId,
    /// The call number as on the spine, or empty.
    pub call_number: String,
    /// The room, shelving location or collection as recorded, or empty.
    pub room: String,
    /// How many, 0 where nobody counted.
    pub copies: u16,
}

/// A place in [`Catalogue::libraries`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LibraryId(pub u16);

/// A place in [`Catalogue::keywords`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeywordId(pub u32);

/// Two words that a visitor may use for each other (`python`, `파이썬`), as the synonyms file pairs them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Synonym {
    /// The file's first column, usually English.
    pub from: String,
    /// The second column, usually Korean.
    pub to: String,
}
