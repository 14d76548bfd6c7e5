//! A book as a record describes it, whatever dialect of MARC the record is in; its texts are the record's.
//!
//! Plain data between `marc21`, `unimarc` and `book`.

use std::borrow::Cow;

/// The things `book` makes rows of. What is missing is empty.
#[derive(Debug, Default)]
pub(super) struct Described<'a> {
    /// Numbers as recorded, in their order.
    pub(super) isbns: Vec<IsbnCell<'a>>,
    /// The title shown.
    pub(super) title: Cow<'a, str>,
    pub(super) other_titles: Vec<Cow<'a, str>>,
    /// The number and the titles of the part.
    pub(super) volume: &'a str,
    pub(super) part_titles: Vec<&'a str>,
    /// The statement of responsibility.
    pub(super) statement: Cow<'a, str>,
    /// Names of persons and bodies by heading; in another script too.
    pub(super) headings: Vec<Heading<'a>>,
    pub(super) publisher: &'a str,
    pub(super) other_publishers: Vec<&'a str>,
    /// Statements of the year in the order they count; the coded one is asked after them.
    pub(super) years: Vec<&'a str>,
    pub(super) coded_year: &'a str,
    pub(super) class: Class<'a>,
    /// Codes of languages, the first that says something counts.
    pub(super) languages: Vec<&'a str>,
    pub(super) subjects: Vec<&'a str>,
    /// Titles of series and the numbers in them.
    pub(super) series: Vec<(Cow<'a, str>, &'a str)>,
    pub(super) edition: &'a str,
    /// Numbers that catalogues gave the record, with their source.
    pub(super) control: Vec<Cow<'a, str>>,
}

/// An ISBN as recorded.
#[derive(Debug)]
pub(super) struct IsbnCell<'a> {
    pub(super) raw: &'a str,
    pub(super) qualifier: &'a str,
    /// The record says in a coded place that it is a set's.
    pub(super) of_set: bool,
    /// The record says that it is cancelled or invalid, and the field has no other.
    pub(super) cancelled: bool,
}

/// A person or body.
#[derive(Debug)]
pub(super) struct Heading<'a> {
    pub(super) name: Cow<'a, str>,
    /// A relator code; empty where none is said.
    pub(super) role: &'static str,
}

/// Holds all that a record says of the class.
#[derive(Debug, Default)]
pub(super) enum Class<'a> {
    Kdc(&'a str),
    /// A call number, in a record that has no other class.
    CallNumber(&'a str),
    Ddc(&'a str),
    #[default]
    Unsaid,
}

/// One holder of a record.
#[derive(Debug, Default)]
pub(super) struct Holder<'a> {
    /// A name or a code; empty for the library that the file is from.
    pub(super) library: &'a str,
    pub(super) call_number: String,
    pub(super) room: &'a str,
    pub(super) copies: u16,
    /// The day on which the library got it, as recorded, or empty.
    pub(super) registered: &'a str,
}
