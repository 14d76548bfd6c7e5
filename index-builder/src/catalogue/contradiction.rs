//! Finds, under one ISBN, the records that are plainly of another book.
//!
//! The rule is in `docs/IDENTITY.md`. Invariant: what is found depends on what the rows say, never on their order.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::description::{Description, SAME_BEGINNING, Titles};
use super::made_id::{first_author, normal};
use super::row::{Fact, Row, RowOrigin};
use super::sets::Sets;
use super::texts::{TextId, Texts};

/// A row whose title contradicts the one that most libraries have under its ISBN.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Contradiction {
    pub(crate) origin: RowOrigin,
    pub(crate) isbn13: u64,
    /// The title that keeps the number.
    pub(crate) kept_by: String,
}

/// The books under one number.
#[derive(Debug, Default)]
pub(super) struct Split {
    /// For each row the number of its book: 0 keeps the number.
    pub(super) book_of: Vec<u32>,
    /// The title that keeps it.
    pub(super) kept_by: String,
}

/// The texts that make a description of a row.
type Said = (TextId, TextId, TextId);

fn said(row: &Row) -> Said {
    (row.title, row.authors, row.volume)
}

/// Gives the letters that a title begins with, as many as [`Description::titles`] finds enough in common; `None` for a title
/// that begins with a sign, or is shorter. With the digits in the title, which may be of a volume. Nearly all titles under one number are told by it.
fn beginning(title: &str) -> Option<([char; SAME_BEGINNING], String)> {
    let title = title.trim_start();
    let mut letters = title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    let mut beginning = ['\0'; SAME_BEGINNING];
    for place in &mut beginning {
        *place = letters.next()?;
    }
    let digits = title.chars().filter(char::is_ascii_digit).collect();
    title.starts_with(char::is_alphanumeric).then_some((beginning, digits))
}

/// Lists titles that stand under several numbers with one first author: the title of a series tells none of its books.
pub(super) type Collective = HashSet<(TextId, String)>;

/// Finds the collective ones among the titles of the rows of each number: under none of these it is the one that most libraries have.
pub(super) fn collective<'a>(numbers: impl Iterator<Item = &'a [Row]>, texts: &Texts) -> Collective {
    let key = |(title, authors): (TextId, TextId)| (title, normal(&first_author(texts.get(authors))));
    let (mut once, mut several, mut leading) = (Collective::new(), Collective::new(), Collective::new());
    for rows in numbers {
        let mut held: BTreeMap<(TextId, TextId), BTreeSet<u16>> = BTreeMap::new();
        for row in rows {
            held.entry((row.title, row.authors)).or_default().insert(row.library);
        }
        let keys: HashSet<(TextId, String)> = held.keys().map(|said| key(*said)).collect();
        let most = held.into_iter().max_by_key(|((title, authors), libraries)| {
            (libraries.len(), Reverse([texts.get(*title), texts.get(*authors)]))
        });
        leading.extend(most.map(|(said, _)| key(said)));
        for key in keys {
            if !once.insert(key.clone()) {
                several.insert(key);
            }
        }
    }
    several.retain(|key| !leading.contains(key));
    several
}

/// Splits the rows of one ISBN into books; `None` where they are one, as nearly always.
pub(super) fn split(rows: &[Row], facts: &[Fact], texts: &Texts, collective: &Collective) -> Option<Split> {
    let first = rows.first().map(said)?;
    let volume = rows.first()?.volume;
    let beginning = beginning(texts.get(rows.first()?.title));
    let is_plainly_one = |row: &Row| {
        said(row) == first
            || row.volume == volume
                && beginning.is_some()
                && self::beginning(texts.get(row.title)) == beginning
    };
    if rows.iter().all(is_plainly_one) {
        return None;
    }
    let mut found: BTreeMap<Said, (&Row, BTreeSet<u16>)> = BTreeMap::new();
    for row in rows {
        found.entry(said(row)).or_insert_with(|| (row, BTreeSet::new())).1.insert(row.library);
    }
    let mut told: Vec<(Said, BTreeSet<u16>, Description)> = found
        .into_iter()
        .map(|(said, (row, libraries))| (said, libraries, Description::of(row, facts, texts)))
        .collect();
    told.sort_by(|(a, held, one), (b, held_b, other)| {
        let order = |(title, authors, volume): Said| [title, authors, volume].map(|id| texts.get(id));
        let rank = |held: &BTreeSet<u16>| Reverse(held.len());
        (rank(held), &one.volume).cmp(&(rank(held_b), &other.volume)).then_with(|| order(*a).cmp(&order(*b)))
    });
    let is_collective = |place: usize| {
        let Some(((title, authors, _), ..)) = told.get(place) else { return false };
        !collective.is_empty() && collective.contains(&(*title, normal(&first_author(texts.get(*authors)))))
    };
    // Descriptions whose titles agree, directly or by way of others, are of one book.
    let count = told.len() as u32;
    let titles = |a: u32, b: u32| {
        let both = told.get(a as usize).zip(told.get(b as usize));
        both.map_or(Titles::Untold, |((.., a), (.., b))| a.titles(b))
    };
    let mut sets = Sets::new(count);
    for a in 0..count {
        (a + 1..count).filter(|b| titles(a, *b) == Titles::OfOne).for_each(|b| sets.unite(a, b));
    }
    let members: Vec<u32> = (0..count).map(|of| sets.name(of)).collect();
    let members = members.as_slice();
    let core = move |name: u32| (0..count).zip(members).filter(move |(_, of)| **of == name).map(|(of, _)| of);
    let libraries = |places: &mut dyn Iterator<Item = u32>| -> usize {
        let held: BTreeSet<u16> = places
            .filter_map(|place| told.get(place as usize))
            .flat_map(|told| told.1.iter().copied())
            .collect();
        held.len()
    };
    let mut names: Vec<u32> =
        (0..count).zip(members).filter(|(of, name)| of == *name).map(|(of, _)| of).collect();
    names.sort_by_key(|name| (Reverse(libraries(&mut core(*name))), *name));
    // What nobody can tell is of the book that most libraries have.
    let mut works: Vec<(u32, Vec<u32>)> = Vec::new();
    for name in names {
        let is_apart = |other: u32| {
            core(name).all(|a| {
                !is_collective(a as usize)
                    && core(other).all(|b| !is_collective(b as usize) && titles(a, b) == Titles::OfTwo)
            })
        };
        match works.iter_mut().find(|(other, _)| !is_apart(*other)) {
            Some((_, work)) => work.extend(core(name)),
            None => works.push((name, core(name).collect())),
        }
    }
    // Of each the volumes.
    let mut books: Vec<Vec<usize>> = Vec::new();
    for (_, mut work) in works {
        work.sort_unstable();
        let first = books.len();
        for place in work.into_iter().map(|place| place as usize) {
            let volume = told.get(place).map(|told| &told.2.volume);
            let fits = |book: &&mut Vec<usize>| {
                let others = book.iter().filter_map(|other| told.get(*other));
                others.into_iter().all(|other| volume.is_some_and(|volume| !volume.differs(&other.2.volume)))
            };
            match books.iter_mut().skip(first).find(fits) {
                Some(book) => book.push(place),
                None => books.push(vec![place]),
            }
        }
    }
    if books.len() == 1 {
        return None;
    }
    books.sort_by_key(|book| Reverse(libraries(&mut book.iter().map(|place| *place as u32))));
    let kept_by = books.first().and_then(|book| told.get(*book.first()?));
    let kept_by = kept_by.map(|((title, ..), ..)| texts.get(*title).to_owned()).unwrap_or_default();
    let mut numbers: BTreeMap<Said, u32> = BTreeMap::new();
    for (number, book) in (0..).zip(&books) {
        numbers.extend(book.iter().filter_map(|place| told.get(*place)).map(|told| (told.0, number)));
    }
    let book_of = rows.iter().map(|row| numbers.get(&said(row)).copied().unwrap_or(0)).collect();
    Some(Split { book_of, kept_by })
}
