//! One usable row of a source, and what a record says beyond the columns of a list.
//!
//! Plain data, its texts in a [`Texts`](super::Texts). Invariant: rows of one [`RowOrigin`] are one record, written once for each
//! of its libraries and of its ISBNs; where their [`Row::volume`] is the same, these are several numbers of one book (hardback,
//! paperback), else each is a volume's own.

use std::ops::Range;

use seoga_index::book_id::BookId;

use super::date::Date;
use super::texts::TextId;

/// The file (a place in the report's list of files) and line a row came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RowOrigin {
    /// Place of the file in the report.
    pub(crate) file: u16,
    /// Line in the file, the first being 1.
    pub(crate) line: u32,
}

/// One usable row of a source.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// The id of its book, once `identity` has told it.
    pub(crate) id: BookId,
    /// 13 digits as a number; 0 where there is none.
    pub(crate) isbn13: u64,
    pub(crate) title: TextId,
    pub(crate) authors: TextId,
    pub(crate) publisher: TextId,
    pub(crate) class_no: TextId,
    pub(crate) volume: TextId,
    pub(crate) language: TextId,
    /// [`Row::UNSAID`] when no figure is given.
    pub(crate) loans: u32,
    /// 0 when not given.
    pub(crate) year: u16,
    /// A library's place in the order of arrival, or [`Row::NO_LIBRARY`].
    pub(crate) library: u16,
    pub(crate) registered: Option<Date>,
    pub(crate) origin: RowOrigin,
    /// Where it stands in that library.
    pub(crate) shelf: Shelf,
    /// Lists more that the record says, the same for all of its rows.
    pub(crate) facts: Facts,
}

impl Row {
    /// The library of a row that names none.
    pub(crate) const NO_LIBRARY: u16 = u16::MAX;
    /// The loans of a row that gives none.
    pub(crate) const UNSAID: u32 = u32::MAX;
}

/// Where the copies of a book stand in one library. Empty texts and 0 where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Shelf {
    /// The call number as it stands on the spine: class, book mark and copy marks with single blanks between.
    pub(crate) call_number: TextId,
    /// The room, shelving location or collection, as recorded.
    pub(crate) room: TextId,
    /// Copies.
    pub(crate) copies: u16,
}

/// A run of [`Fact`]s in the list they are kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Facts {
    start: u32,
    count: u16,
}

impl Facts {
    /// Takes the facts that a list got since it had `start`; those beyond 65,535 of one record are left out.
    pub(crate) fn since(start: usize, list: &[Fact]) -> Self {
        let count = u16::try_from(list.len().saturating_sub(start)).unwrap_or(u16::MAX);
        // A list of four billion facts is more than the memory of any machine this runs on.
        Self { start: u32::try_from(start).unwrap_or(u32::MAX), count }
    }

    /// Moves the run to where its list was appended to another that had `base` facts.
    pub(crate) fn after(self, base: usize) -> Self {
        Self { start: self.start.saturating_add(u32::try_from(base).unwrap_or(u32::MAX)), ..self }
    }

    /// Takes the run out of its list.
    pub(crate) fn of(self, list: &[Fact]) -> &[Fact] {
        let start = self.start as usize;
        list.get(Range { start, end: start + usize::from(self.count) }).unwrap_or(&[])
    }
}

/// One thing a record says beyond the columns of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) kind: FactKind,
    /// Holds its text: a title, a name, a number.
    pub(crate) text: TextId,
    /// Qualifies it, as its kind says; else [`TextId::EMPTY`].
    pub(crate) more: TextId,
}

/// The kinds of facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FactKind {
    /// A further title, searched and not shown: parallel, varying, original, or in another script.
    OtherTitle,
    /// A further statement of responsibility or name, searched and not shown.
    OtherAuthors,
    /// A further form of the publisher's name, searched and not shown.
    OtherPublisher,
    /// A number that a catalogue gave the record, its source before it in parentheses where it is said: `(DLC)2004000123`,
    /// `(KR-SeNLK)KMO202112345`.
    Control,
    /// A number recorded as the ISBN that cannot be read as one.
    Number,
    /// The ISBN-13 of a set that the book is a part of; more: nothing. The row's own number may be the same one, where the record
    /// has no other.
    SetIsbn,
    /// The title of the part (MARC 21 245 $p), whose number is [`Row::volume`].
    PartTitle,
    /// A series or a multi-part work; more: the number in it, as recorded.
    Series,
    /// The statement of edition (`개정판`, `2nd ed.`).
    Edition,
    /// A person or body by heading; more: the role as a MARC relator code (`aut`, `trl`, `edt` …), where it is said.
    Contributor,
}
