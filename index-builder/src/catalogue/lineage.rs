//! Hands the ids of an earlier index on to the books that have them now.
//!
//! Reads no index (`ancestry` does). The rule is in `docs/IDENTITY.md`. Invariants: ids stay distinct; a book that has an ISBN of its
//! own has one for its id; an id handed on leads to one book.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use ahash::RandomState;
use seoga_index::book_id::BookId;

use super::book::{Book, Catalogue};
use super::date::Date;
use super::description::Likeness;
use super::made_id;
use crate::hash::fixed_state;

/// A book of an earlier index.
#[derive(Debug, Clone, Default)]
pub struct Ancestor {
    /// Its id there.
    pub id: BookId,
    /// The further ids that led to it.
    pub leads: Vec<BookId>,
    /// Its earliest registration.
    pub registered: Option<Date>,
    /// Its words where it has no ISBN: by these it is known again when its record was corrected.
    pub told: Option<Box<Told>>,
}

/// The words of a book without an ISBN, and who held it.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// The title shown.
    pub title: String,
    /// The statement of responsibility shown.
    pub authors: String,
    /// The publisher shown.
    pub publisher: String,
    /// The volume.
    pub volume: String,
    /// 0 where none was said.
    pub year: u16,
    /// Libraries by name, each with its earliest registration.
    pub holdings: Vec<(String, Option<Date>)>,
}

/// The likenesses of books that are gone, by library and day.
type Lost<'a> = HashMap<(&'a str, Option<Date>), Vec<(usize, Likeness)>, RandomState>;
type ById<T> = HashMap<BookId, T, RandomState>;

impl Catalogue {
    /// Gives each book the id that any of its records had before; the ids it leaves behind lead to it.
    pub fn keep_ids(&mut self, ancestors: &[Ancestor]) {
        let own: HashSet<BookId> = self.books.iter().map(|book| book.id).collect();
        let names = self.names(&own);
        let mut heirs = claims(self, ancestors, &names, &own);
        known_again(self, ancestors, &mut heirs);

        let mut inherited: Vec<Vec<usize>> = vec![Vec::new(); self.books.len()];
        for (ancestor, books) in heirs {
            let rank = |place: &&usize| {
                let book = self.books.get(**place);
                let is_named =
                    book.is_some_and(|book| Some(book.id) == ancestors.get(ancestor).map(|a| a.id));
                (is_named, book.map(|book| book.holdings.len()), Reverse(book.map(|book| book.id)))
            };
            if let Some(heir) = books.iter().max_by_key(rank).and_then(|place| inherited.get_mut(*place)) {
                heir.push(ancestor);
            }
        }
        for (place, mine) in inherited.iter().enumerate() {
            let Some(book) = self.books.get_mut(place) else { continue };
            let mine = || mine.iter().filter_map(|ancestor| ancestors.get(*ancestor));
            let is_apt = |ancestor: &&Ancestor| match (book.id.isbn13(), ancestor.id.isbn13()) {
                // An ISBN stays only where a record still bears it.
                (Some(_), Some(_)) => ancestor.id == book.id || book.leads.contains(&ancestor.id),
                (None, None) => true,
                _ => false,
            };
            let oldest =
                |ancestor: &&Ancestor| (ancestor.registered.is_none(), ancestor.registered, ancestor.id);
            let kept = mine().filter(is_apt).min_by_key(oldest).map(|ancestor| ancestor.id);
            let fresh = book.id;
            book.id = kept.unwrap_or(fresh);
            book.checked = book.id.isbn13().is_some_and(super::isbn::check_digit_holds);
            let behind = mine().flat_map(|ancestor| ancestor.leads.iter().copied().chain([ancestor.id]));
            // An id that now names another book leads there.
            let is_free = |id: &BookId| names.get(id).is_none_or(|books| books.as_slice() == [place]);
            let mut leads: BTreeSet<BookId> =
                book.leads.iter().copied().chain(behind.filter(is_free)).collect();
            leads.insert(fresh);
            leads.remove(&book.id);
            book.leads = leads.into_iter().collect();
            if fresh != book.id && fresh.isbn13().is_some() {
                let own = book.id.to_string();
                book.numbers.retain(|number| *number != own);
                book.numbers.push(fresh.to_string());
                book.numbers.sort_unstable();
                book.numbers.dedup();
            }
        }
        self.books.sort_by_key(|book| book.id);
    }

    /// Lists the places of the books that each id names: of one that is an id, that book alone.
    fn names(&self, own: &HashSet<BookId>) -> ById<Vec<usize>> {
        let mut names: ById<Vec<usize>> = HashMap::with_hasher(fixed_state());
        for (place, book) in self.books.iter().enumerate() {
            names.entry(book.id).or_default().push(place);
            for lead in book.leads.iter().filter(|lead| !own.contains(lead)) {
                names.entry(*lead).or_default().push(place);
            }
        }
        names
    }
}

/// Finds the books that have an id of an ancestor now. A set's number, which names several, says nothing.
fn claims(
    catalogue: &Catalogue,
    ancestors: &[Ancestor],
    names: &ById<Vec<usize>>,
    own: &HashSet<BookId>,
) -> BTreeMap<usize, BTreeSet<usize>> {
    let mut heirs: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    let before: HashSet<BookId> = ancestors.iter().map(|ancestor| ancestor.id).collect();
    let mut led: ById<Vec<usize>> = HashMap::with_hasher(fixed_state());
    for (place, ancestor) in ancestors.iter().enumerate() {
        led.entry(ancestor.id).or_default().push(place);
        for lead in ancestor.leads.iter().filter(|lead| !before.contains(lead)) {
            led.entry(*lead).or_default().push(place);
        }
    }
    let mut claim = |id: BookId, book: usize| {
        if let Some(&[ancestor]) = led.get(&id).map(Vec::as_slice) {
            heirs.entry(ancestor).or_default().insert(book);
        }
    };
    for (id, books) in names {
        if let &[book] = books.as_slice() {
            claim(*id, book);
        }
    }
    if before.iter().any(|id| id.isbn13().is_none()) {
        // A record that got its ISBN since.
        for (place, book) in catalogue.books.iter().enumerate().filter(|(_, book)| book.id.isbn13().is_some())
        {
            let made = made_id::of_book(book);
            if !own.contains(&made) {
                claim(made, place);
            }
        }
    }
    heirs
}

/// Finds the books of corrected records: an ancestor without an ISBN whose ids no book has any more, and the only book that is its like
/// and that a library holds since the same day.
fn known_again(catalogue: &Catalogue, ancestors: &[Ancestor], heirs: &mut BTreeMap<usize, BTreeSet<usize>>) {
    let mut lost: Lost<'_> = HashMap::with_hasher(fixed_state());
    for (place, ancestor) in ancestors.iter().enumerate().filter(|(place, _)| !heirs.contains_key(place)) {
        let Some(told) = &ancestor.told else { continue };
        let likeness = Likeness::of([&told.title, &told.authors, &told.publisher, &told.volume], told.year);
        let nobody = told.holdings.is_empty().then_some(("", None));
        let held = told.holdings.iter().map(|(library, day)| (library.as_str(), *day)).chain(nobody);
        held.for_each(|key| lost.entry(key).or_default().push((place, likeness.clone())));
    }
    if lost.is_empty() {
        return;
    }
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (place, book) in catalogue.books.iter().enumerate() {
        let libraries = book.holdings.iter().map(|holding| {
            let library = catalogue.libraries.get(usize::from(holding.library.0));
            (library.map_or("", |library| library.name.as_str()), holding.registered)
        });
        let nobody = book.holdings.is_empty().then_some(("", None));
        let mut likeness = None;
        for (ancestor, other) in libraries.chain(nobody).filter_map(|key| lost.get(&key)).flatten() {
            if likeness.get_or_insert_with(|| of_book(book)).is_corrected(other) {
                pairs.insert((*ancestor, place));
            }
        }
    }
    let count = |of: &dyn Fn(&(usize, usize)) -> usize| {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        pairs.iter().for_each(|pair| *counts.entry(of(pair)).or_default() += 1);
        counts
    };
    let (of_ancestor, of_book) = (count(&|pair| pair.0), count(&|pair| pair.1));
    for (ancestor, book) in &pairs {
        if of_ancestor.get(ancestor) == Some(&1) && of_book.get(book) == Some(&1) {
            heirs.entry(*ancestor).or_default().insert(*book);
        }
    }
}

fn of_book(book: &Book) -> Likeness {
    let volume = book.volume.as_deref().unwrap_or_default();
    Likeness::of([&book.title, &book.authors, &book.publisher, volume], book.year.unwrap_or(0))
}
