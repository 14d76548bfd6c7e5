//! A record as the matching sees it, and the book it is of.
//!
//! Plain data, for those who judge the matching.

use seoga_index::book_id::BookId;

use super::date::Date;

/// A row of a source, and the id of its book.
#[derive(Debug, Clone)]
pub struct Matched {
    /// The file it came from.
    pub file: String,
    /// Its line or place there.
    pub line: u32,
    /// The ISBN-13 it was matched by; 0 where it has none, or where that was taken away.
    pub isbn13: u64,
    /// The ISBN-13 recorded; 0 where there is none.
    pub recorded: u64,
    /// The id of its book.
    pub id: BookId,
    /// The title.
    pub title: String,
    /// The statement of responsibility.
    pub authors: String,
    /// The publisher.
    pub publisher: String,
    /// The volume.
    pub volume: String,
    /// 0 where none is said.
    pub year: u16,
    /// The library; empty where none is named.
    pub library: String,
    /// The day of registration.
    pub registered: Option<Date>,
}
