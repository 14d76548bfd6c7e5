//! The kinds of files of an index, each with its number and its letter.

/// Names the kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// The table of contents.
    Manifest = 1,
    /// A shard of the term dictionary.
    Dictionary = 2,
    /// A shard of the dictionary of reversed terms, for slips in the first half.
    Reversed = 3,
    /// A stretch of the postings address space.
    Postings = 4,
    /// Records of consecutive documents.
    Records = 5,
    /// Facet columns of consecutive documents.
    Facets = 6,
    /// Names (publishers) by number.
    Names = 8,
    /// A shard of the suggestion dictionary.
    Suggest = 9,
    /// The picks of visitors, by query.
    Choices = 10,
    /// Books like each of consecutive documents.
    Alike = 11,
    /// Places on the shelf of consecutive documents, and who stands at as many places.
    Shelf = 12,
    /// Book numbers and their documents.
    Isbns = 13,
    /// The pointer and the table of contents of the generation it names, in one file.
    Opening = 14,
    /// Where the copies of consecutive documents stand.
    Items = 15,
    /// Compiled answers to the commonest questions.
    Answers = 16,
    /// The keywords of consecutive documents.
    Subjects = 17,
    /// Details of libraries of consecutive numbers.
    Libraries = 18,
    /// A file of an overlay of loans, as of a day.
    Availability = 19,
}

impl Kind {
    pub(crate) const ALL: [(Kind, u8); 18] = [
        (Kind::Manifest, b'm'),
        (Kind::Dictionary, b'd'),
        (Kind::Reversed, b'v'),
        (Kind::Postings, b'p'),
        (Kind::Records, b'r'),
        (Kind::Facets, b'f'),
        (Kind::Names, b'n'),
        (Kind::Suggest, b's'),
        (Kind::Choices, b'c'),
        (Kind::Alike, b'a'),
        (Kind::Shelf, b'h'),
        (Kind::Isbns, b'i'),
        (Kind::Opening, b'b'),
        (Kind::Items, b't'),
        (Kind::Answers, b'q'),
        (Kind::Subjects, b'k'),
        (Kind::Libraries, b'l'),
        (Kind::Availability, b'o'),
    ];

    /// Gives the letter that begins the names of this kind.
    #[must_use]
    pub fn letter(self) -> u8 {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or(b'?', |(_, letter)| *letter)
    }

    pub(crate) fn from_letter(letter: u8) -> Option<Kind> {
        Self::ALL.iter().find(|(_, l)| *l == letter).map(|(kind, _)| *kind)
    }

    pub(crate) fn from_number(number: u8) -> Option<Kind> {
        Self::ALL.iter().map(|(kind, _)| *kind).find(|kind| *kind as u8 == number)
    }
}
