//! When the record of each book last changed, and which books left: what programs that copy a catalogue ask for.
//!
//! A record changed when anything that is told of it did, its libraries and their days included, loans excepted: those move
//! every day and no format of records has a place for them. Days are days of the catalogue. Invariant: without an earlier
//! index every record changed on the catalogue's day; after one, a record that is as before keeps its day.

use std::collections::{BTreeMap, HashMap, HashSet};

use rayon::prelude::*;
use seoga_index::DocId;
use seoga_index::book_id::BookId;
use seoga_index::dictionary::Entry;
use seoga_index::postings::Posting;
use seoga_search::{ChangeDay, changed_key, gone_key};

use super::completions::{Add, Carried};
use super::documents;
use super::previous::Previous;
use super::told::told;
use crate::catalogue::{Book, Catalogue};

/// Books that left and are told of at most, the latest.
const GONE: usize = 10_000;

/// The days of all books.
#[derive(Debug)]
pub(super) struct History {
    /// The day of each document.
    days: Vec<ChangeDay>,
    gone: Vec<(ChangeDay, BookId)>,
}

impl History {
    /// Compares the books, in document order, with those of an earlier index.
    pub(super) fn find(previous: &Previous, catalogue: &Catalogue, books: &[&Book]) -> Self {
        let mut days_before: Vec<ChangeDay> = vec![0; previous.books.len()];
        for (day, docs) in &previous.changes.days {
            for doc in docs {
                days_before.get_mut(*doc as usize).into_iter().for_each(|before| *before = *day);
            }
        }
        let newest = days_before.iter().copied().max().unwrap_or(0);
        let today = catalogue.data_date.and_then(|date| ChangeDay::try_from(date.days_since_1970()).ok());
        let today = today.unwrap_or(0).max(newest);
        let before: HashMap<BookId, (u64, ChangeDay)> = previous
            .books
            .iter()
            .zip(previous.told.iter().zip(&days_before))
            .map(|(id, (told, day))| (*id, (*told, *day)))
            .collect();
        let library =
            |number: u16| catalogue.libraries.get(usize::from(number)).map(|known| known.name.as_str());
        let day = |book: &&Book| match before.get(&book.id) {
            Some((as_before, day)) if *as_before == told(&documents::record(book), &library) => *day,
            _ => today,
        };
        let days =
            if before.is_empty() { vec![today; books.len()] } else { books.par_iter().map(day).collect() };
        let here: HashSet<BookId> = books.iter().map(|book| book.id).collect();
        let left = previous.books.iter().map(|id| (today, *id));
        let mut gone: Vec<(ChangeDay, BookId)> =
            previous.changes.gone.iter().copied().chain(left).filter(|(_, id)| !here.contains(id)).collect();
        gone.sort_unstable();
        gone.drain(..gone.len().saturating_sub(GONE));
        Self { days, gone }
    }

    /// Gives the keys with their entries; `add` writes a list.
    pub(super) fn lists(&self, add: &mut Add<'_>) -> Carried {
        let mut lists: BTreeMap<ChangeDay, Vec<Posting>> = BTreeMap::new();
        for (doc, day) in (0 as DocId..).zip(&self.days) {
            lists.entry(*day).or_default().push(Posting { doc, payload: 0 });
        }
        let lists = lists.into_iter().filter_map(|(day, list)| {
            let key = changed_key(day);
            add(&key, &list).map(|entry| (key, entry))
        });
        let nobody = Entry::Inline(Posting { doc: 0, payload: 0 });
        let mut carried: Carried = lists.collect();
        carried.extend(self.gone.iter().map(|(day, id)| (gone_key(*day, *id), nobody)));
        carried
    }
}
