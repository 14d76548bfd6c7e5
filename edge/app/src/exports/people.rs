//! Whom a record names, in the order in which records of other systems list them.

use seoga_index::record::Record;
use seoga_text::names::{Name, Role, parse};

/// Lists whom a record names, those said to be authors first.
pub(super) fn people(record: &Record) -> Vec<Name> {
    let (mut authors, others): (Vec<Name>, Vec<Name>) =
        parse(&record.authors).into_iter().partition(|name| name.role == Role::Author);
    authors.extend(others);
    authors
}
