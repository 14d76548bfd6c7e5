//! A choice as it is stored, and what visitors are told of every part of it.
//!
//! Invariant: [`Field::ALL`] names all that is stored of a choice and all that the export says of one; tests hold
//! records and exported lines to it, and the page `/about` prints it.

use serde::{Deserialize, Serialize};

/// A choice as stored; what was asked is inside the query id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) user_id: String,
    pub(crate) query_id: String,
    /// `None`: none of the results was what was looked for, or the record is from before there were ids.
    #[serde(default)]
    pub(crate) id: Option<String>,
    /// The id where it is an ISBN.
    pub(crate) isbn13: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rank: Option<u32>,
    pub(crate) chosen_at: String,
}

/// A part of what is stored of a choice. Why it is stored stands in `strings`, for how long in the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    /// The store's key; no member of the record.
    Key,
    UserId,
    QueryId,
    Id,
    Isbn13,
    Rank,
    ChosenAt,
}

impl Record {
    /// Gives the book's id, of a record from before there were ids its ISBN; `None` where none of the results was it.
    pub(crate) fn book(&self) -> Option<&str> {
        self.id.as_deref().or(self.isbn13.as_deref())
    }
}

impl Field {
    pub(crate) const ALL: [Self; 7] =
        [Self::UserId, Self::QueryId, Self::Id, Self::Isbn13, Self::Rank, Self::ChosenAt, Self::Key];

    /// Names its member in the record.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::UserId => "user_id",
            Self::QueryId => "query_id",
            Self::Id => "id",
            Self::Isbn13 => "isbn13",
            Self::Rank => "rank",
            Self::ChosenAt => "chosen_at",
        }
    }

    /// Names the members that the export reads out of it.
    pub(crate) fn decoded(self) -> &'static [&'static str] {
        if self == Self::QueryId { &["query", "libraries", "class", "classes", "generation"] } else { &[] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_fields_are_those_of_a_whole_record_and_its_key() {
        let text = String::new;
        let record = Record {
            user_id: text(),
            query_id: text(),
            id: Some(text()),
            isbn13: Some(text()),
            rank: Some(1),
            chosen_at: text(),
        };
        let record = serde_json::to_value(record).unwrap();
        let mut stored: BTreeSet<&str> = record.as_object().unwrap().keys().map(String::as_str).collect();
        stored.insert("key");
        assert_eq!(stored, Field::ALL.map(Field::name).into());
    }
}
