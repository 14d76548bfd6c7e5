//! Finds which records without an ISBN are one book, with each other or with a book that has one.
//!
//! The rule, and how well it does, is in `docs/IDENTITY.md`. Invariants: what is found does not depend on the order of the rows;
//! two books that have numbers are never joined here.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use ahash::RandomState;
use rayon::prelude::*;

use super::copies;
use super::date::Date;
use super::description::{Description, Volume};
use super::made_id::normal;
use super::row::{Fact, FactKind, Row};
use super::sets::Sets;
use super::texts::{TextId, Texts};
use crate::hash::fixed_state;
use seoga_text::title;

/// How many days may lie between two registrations of a book of which no year is said.
const DAYS_BETWEEN: i32 = 120;
/// How many days may lie between the first and the last of them.
const DAYS_IN_ALL: i32 = 365;
/// In a block of more descriptions only equal ones are joined.
const MOST_COMPARED: usize = 200;

/// Numbers the records of a catalogue's rows: rows with one number are one node, of the others those of one record.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    /// By row.
    pub(super) of_row: Vec<u32>,
    /// The ISBN-13 by node, 0 where it has none of its own.
    pub(super) numbers: Vec<u64>,
}

/// A description with those who hold what it describes.
struct Card {
    node: u32,
    is_free: bool,
    description: Description,
    held: Vec<Held>,
}

/// A holding as far as it tells copies apart.
#[derive(Clone, Copy)]
struct Held {
    library: u16,
    registered: Option<Date>,
    call_number: TextId,
}

/// The joins found so far.
struct Joins {
    /// Of nodes without a number.
    sets: Sets,
    /// Of a node without a number with one that has one.
    links: Vec<(u32, u32)>,
}

impl Joins {
    /// Joins cards of one book: those without a number with each other, and with that which has one where it is the only one.
    fn all(&mut self, cards: &[&Card]) {
        let mut free = cards.iter().filter(|card| card.is_free).map(|card| card.node);
        let Some(first) = free.next() else { return };
        free.for_each(|node| self.sets.unite(first, node));
        let numbered: BTreeSet<u32> =
            cards.iter().filter(|card| !card.is_free).map(|card| card.node).collect();
        self.links.extend(numbered.into_iter().map(|node| (first, node)));
    }
}

/// Joins the nodes of one book; `sets` has those that are one already.
pub(super) fn join(rows: &[Row], nodes: &Nodes, facts: &[Fact], texts: &Texts, sets: Sets) -> Sets {
    let mut is_free = vec![true; nodes.numbers.len()];
    for (node, number) in (0..).zip(&nodes.numbers) {
        if let Some(free) = is_free.get_mut(sets.name(node) as usize) {
            *free &= *number == 0;
        }
    }
    let is_free = |node: u32| is_free.get(node as usize).copied().unwrap_or(false);
    if !(0..).zip(&nodes.numbers).any(|(node, _)| is_free(sets.name(node))) {
        return sets;
    }
    let node_of = |row: usize| sets.name(nodes.of_row.get(row).copied().unwrap_or(0));
    let (cards, controls) = cards(rows, facts, texts, &node_of, &is_free);
    let mut joins = Joins { sets, links: Vec::new() };
    by_control_number(&cards, &controls, &mut joins);
    by_call_number(&cards, texts, &mut joins);
    by_year(&cards, texts, &mut joins);
    by_registration(&cards, &mut joins);

    let Joins { mut sets, links } = joins;
    let mut homes: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for (free, numbered) in links {
        homes.entry(sets.name(free)).or_default().insert(sets.name(numbered));
    }
    for (free, numbered) in homes {
        // One that could be of two books is of neither.
        if let (Some(&only), 1) = (numbered.first(), numbered.len()) {
            sets.unite(free, only);
        }
    }
    sets
}

type Controls = HashMap<TextId, Vec<usize>, RandomState>;

/// Makes the cards of all free nodes, and of those others that may be the same books; and the cards that each control number is on.
fn cards(
    rows: &[Row],
    facts: &[Fact],
    texts: &Texts,
    node_of: &(impl Fn(usize) -> u32 + Sync),
    is_free: &(impl Fn(u32) -> bool + Sync),
) -> (Vec<Card>, Controls) {
    let main = |id: &TextId| normal(title::parts(texts.get(*id)).main);
    let numbers_of = |row: &Row| {
        let controls = row.facts.of(facts).iter().filter(|fact| fact.kind == FactKind::Control);
        controls.map(|fact| fact.text).filter(|id| texts.get(*id).starts_with('('))
    };
    let free = || rows.iter().enumerate().filter(|(place, _)| is_free(node_of(*place))).map(|(_, row)| row);
    let titles: HashSet<TextId> = free().map(|row| row.title).collect();
    let mains: HashSet<String> = titles.par_iter().map(main).collect();
    let mut others: Vec<TextId> = rows.par_iter().map(|row| row.title).collect();
    others.par_sort_unstable();
    others.dedup();
    let titles: HashSet<TextId> = others.into_par_iter().filter(|id| mains.contains(&main(id))).collect();
    let mut controls: Controls = HashMap::with_hasher(fixed_state());
    controls.extend(free().flat_map(numbers_of).map(|id| (id, Vec::new())));

    let asked = |(place, row): (usize, &Row)| {
        let node = node_of(place);
        let is_asked = is_free(node)
            || numbers_of(row).any(|id| controls.contains_key(&id))
            || titles.contains(&row.title);
        is_asked.then_some((node, place))
    };
    let mut asked: Vec<(u32, usize)> = rows.par_iter().enumerate().filter_map(asked).collect();
    let said = |place: usize| {
        rows.get(place).map(|row| (row.title, row.authors, row.volume, row.publisher, row.year))
    };
    asked.par_sort_unstable_by_key(|&(node, place)| (node, said(place), place));
    let cards: Vec<Card> = asked
        .par_chunk_by(|a, b| (a.0, said(a.1)) == (b.0, said(b.1)))
        .filter_map(|places| {
            let &(node, first) = places.first()?;
            let held = places.iter().filter_map(|(_, place)| rows.get(*place)).map(|row| Held {
                library: row.library,
                registered: row.registered,
                call_number: row.shelf.call_number,
            });
            Some(Card {
                node,
                is_free: is_free(node),
                description: Description::of(rows.get(first)?, facts, texts),
                held: held.collect(),
            })
        })
        .collect();
    let chunks = asked.chunk_by(|a, b| (a.0, said(a.1)) == (b.0, said(b.1)));
    for (card, places) in chunks.enumerate() {
        for id in places.iter().filter_map(|(_, place)| rows.get(*place)).flat_map(numbers_of) {
            if let Some(on) = controls.get_mut(&id).filter(|on| on.last() != Some(&card)) {
                on.push(card);
            }
        }
    }
    (cards, controls)
}

/// Joins records with a control number in common, unless any two of them do not look alike.
fn by_control_number(cards: &[Card], controls: &Controls, joins: &mut Joins) {
    for places in controls.values().filter(|places| (2..=MOST_COMPARED).contains(&places.len())) {
        let same: Vec<&Card> = places.iter().filter_map(|place| cards.get(*place)).collect();
        if every_two(&same, |a, b| a.node == b.node || a.description.looks_like(&b.description)) {
            joins.all(&same);
        }
    }
}

/// Joins records with one title and volume at one call number of one library: they are copies.
fn by_call_number(cards: &[Card], texts: &Texts, joins: &mut Joins) {
    let mut places: Vec<(u16, &str, &str, &Volume, &Card)> = Vec::new();
    for card in cards {
        for held in &card.held {
            if let Some(mark) = copies::book_mark(texts.get(held.call_number)) {
                places.push((held.library, mark, &card.description.whole, &card.description.volume, card));
            }
        }
    }
    places.par_sort_unstable_by_key(|&(library, mark, title, volume, card)| {
        (library, mark, title, volume, card.node)
    });
    for same in places.chunk_by(|a, b| (a.0, a.1, a.2, a.3) == (b.0, b.1, b.2, b.3)) {
        let same: Vec<&Card> = same.iter().map(|place| place.4).collect();
        if every_two(&same, |a, b| a.node == b.node || a.description.looks_like(&b.description)) {
            joins.all(&same);
        }
    }
}

/// Joins records of one year with one title proper and volume that agree in the rest.
fn by_year(cards: &[Card], texts: &Texts, joins: &mut Joins) {
    let dated = cards.iter().filter(|card| card.description.year != 0 && card.description.is_signed());
    let mut dated: Vec<&Card> = dated.collect();
    let block =
        |card: &Card| (card.description.year, card.description.main.clone(), card.description.volume.clone());
    dated.par_sort_by_cached_key(|card| (block(card), card.node));
    let is_one = |a: &&Card, b: &&Card| {
        let (a, b) = (&a.description, &b.description);
        a.year == b.year && a.main == b.main && a.volume == b.volume
    };
    for block in dated.chunk_by(is_one).filter(|block| block.iter().any(|card| card.is_free)) {
        let compared = block.len() <= MOST_COMPARED;
        let alike = |a: &Card, b: &Card| {
            a.description.is_equal(&b.description) || compared && a.description.is_same(&b.description)
        };
        for group in connected(block, alike) {
            let (clear, unclear) = clear_cards(&group, alike);
            let equal = |a: &Card, b: &Card| a.description.is_equal(&b.description);
            for same in connected(&clear, alike).into_iter().chain(connected(&unclear, equal)) {
                if !has_two_call_numbers(&same, texts) {
                    joins.all(&same);
                }
            }
        }
    }
}

/// Sets apart the cards that are alike to two which are not alike to each other.
fn clear_cards<'a>(
    cards: &[&'a Card],
    alike: impl Fn(&Card, &Card) -> bool,
) -> (Vec<&'a Card>, Vec<&'a Card>) {
    let alike = |a: &Card, b: &Card| a.node == b.node || alike(a, b);
    let is_clear = |card: &&Card| {
        let near: Vec<&Card> = cards.iter().copied().filter(|other| alike(card, other)).collect();
        every_two(&near, alike)
    };
    cards.iter().copied().partition(|card| is_clear(card))
}

/// Tells whether a library has what the cards describe at two call numbers, as it has the volumes of a work.
fn has_two_call_numbers(cards: &[&Card], texts: &Texts) -> bool {
    let mut first: BTreeMap<u16, &str> = BTreeMap::new();
    cards.iter().filter(|card| card.is_free).flat_map(|card| &card.held).any(|held| {
        copies::book_mark(texts.get(held.call_number))
            .is_some_and(|mark| *first.entry(held.library).or_insert(mark) != mark)
    })
}

/// Joins records of which no year is said, with one title, first author, publisher and volume, where the libraries registered them
/// shortly after each other and none has two.
fn by_registration(cards: &[Card], joins: &mut Joins) {
    let key = |card: &Card| {
        let of = &card.description;
        (of.whole.clone(), of.first_name().to_owned(), of.publisher.clone(), of.volume.clone())
    };
    let mut signed: Vec<&Card> =
        cards.iter().filter(|card| !card.description.first_name().is_empty()).collect();
    signed.par_sort_by_cached_key(|card| (key(card), card.node));
    let is_one = |a: &&Card, b: &&Card| {
        let (a, b) = (&a.description, &b.description);
        a.whole == b.whole
            && a.first_name() == b.first_name()
            && a.publisher == b.publisher
            && a.volume == b.volume
    };
    let is_undated = |card: &&Card| card.is_free && card.description.year == 0;
    for block in signed.chunk_by(is_one).filter(|block| block.len() > 1 && block.iter().any(is_undated)) {
        let mut days: Vec<(i32, u16, &Card)> = block
            .iter()
            .flat_map(|card| card.held.iter().map(move |held| (held, *card)))
            .filter_map(|(held, card)| Some((held.registered?.days_since_1970(), held.library, card)))
            .collect();
        days.sort_by_key(|&(day, library, card)| (day, library, card.node));
        for near in days.chunk_by(|a, b| b.0 - a.0 <= DAYS_BETWEEN) {
            let span = near.last().zip(near.first()).map_or(0, |(last, first)| last.0 - first.0);
            let nodes: BTreeSet<(u16, u32)> =
                near.iter().map(|&(_, library, card)| (library, card.node)).collect();
            let libraries: BTreeSet<u16> = nodes.iter().map(|&(library, _)| library).collect();
            let years: BTreeSet<u16> =
                near.iter().map(|(_, _, card)| card.description.year).filter(|year| *year != 0).collect();
            if span <= DAYS_IN_ALL && nodes.len() == libraries.len() && years.len() < 2 {
                joins.all(&near.iter().map(|near| near.2).collect::<Vec<_>>());
            }
        }
    }
}

/// Tells whether a relation holds between every two of some cards.
fn every_two(cards: &[&Card], holds: impl Fn(&Card, &Card) -> bool) -> bool {
    cards.iter().enumerate().all(|(place, a)| cards.iter().skip(place + 1).all(|b| holds(a, b)))
}

/// Groups cards that a relation connects, directly or by way of others.
fn connected<'a>(cards: &[&'a Card], alike: impl Fn(&Card, &Card) -> bool) -> Vec<Vec<&'a Card>> {
    let mut sets = Sets::new(cards.len() as u32);
    for (place, a) in (0..).zip(cards) {
        for (other, b) in (0..).zip(cards).skip(place as usize + 1) {
            if a.node == b.node || alike(a, b) {
                sets.unite(place, other);
            }
        }
    }
    let mut groups: BTreeMap<u32, Vec<&Card>> = BTreeMap::new();
    for (place, card) in (0..).zip(cards) {
        groups.entry(sets.name(place)).or_default().push(card);
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}
