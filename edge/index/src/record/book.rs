//! A book and its holdings, as visitors see them.

use crate::availability::State;
use crate::book_id::BookId;

/// One library's copy of a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// The library's number in the manifest.
    pub library: u16,
    /// Earliest registration there, in days since 1970-01-01.
    pub registered: Option<u16>,
    /// Whether a copy is on the shelf, where an overlay was asked; a file of records tells nothing of it.
    pub state: State,
    /// The day of which `state` is, as days since 1970-01-01.
    pub as_of: Option<u32>,
}

impl Holding {
    /// Describes the copies of a library of which nothing more is known.
    #[must_use]
    pub const fn new(library: u16, registered: Option<u16>) -> Self {
        Self { library, registered, state: State::Unknown, as_of: None }
    }
}

/// A series, and where in it a book stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// The number in it as recorded, or empty.
    pub number: String,
}

/// The editions of a work, that of the record among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Editions {
    /// How many books they are, 2 or more.
    pub count: u32,
    /// The libraries that hold any of them.
    pub libraries: u32,
}

/// A book as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// The id: the ISBN-13, or one made of the record.
    pub id: BookId,
    /// Further numbers of the book, as recorded: other ISBNs of its records, and what could not be read as one.
    pub numbers: Vec<String>,
    /// Whether the id is an ISBN-13 whose check digit holds.
    pub checked: bool,
    /// The title shown.
    pub title: String,
    /// Contributors as shown.
    pub authors: String,
    /// The publisher as shown.
    pub publisher: String,
    /// Year of publication.
    pub year: Option<u16>,
    /// Cleaned KDC number.
    pub class_no: Option<String>,
    /// Volume.
    pub volume: Option<String>,
    /// The series it is in.
    pub series: Vec<Series>,
    /// Loans in all libraries.
    pub loans: Option<u32>,
    /// Language code, where the record says.
    pub language: Option<String>,
    /// Other recorded titles whose letters are not part of the one shown.
    pub other_titles: Vec<String>,
    /// Holding libraries, ascending.
    pub holdings: Vec<Holding>,
    /// The editions of its work, where it has others.
    pub editions: Option<Editions>,
}
