//! A book and its libraries for tests.

use seoga_index::book_id::BookId;
use seoga_index::manifest::{Library, Manifest};
use seoga_index::record::{Holding, Record};

/// Describes a book in three libraries.
pub(crate) fn record() -> Record {
    let holding = |library, registered| Holding::new(library, registered);
    Record {
        id: BookId::isbn(9_791_158_083_397),
        checked: true,
        title: "파이썬 <첫> 걸음".to_owned(),
        authors: "김서가".to_owned(),
        publisher: "서가출판".to_owned(),
        holdings: vec![holding(0, Some(19_000)), holding(1, None), holding(2, Some(18_000))],
        ..Record::default()
    }
}

/// Makes the table of contents of an index with the three libraries of [`record`].
pub(crate) fn libraries() -> Manifest {
    let library = |name: &str| Library { name: name.to_owned(), ..Library::default() };
    Manifest { libraries: vec![library("가"), library("나"), library("다")], ..Manifest::default() }
}
