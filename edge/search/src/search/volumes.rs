//! Volumes named in a query, in any writing: expansions to the books that are that volume of a set.

use std::ops::Range;

use seoga_index::key::{in_space, space};
use seoga_text::volume::{self, MOST_WORDS, Sign, Volume};
use seoga_text::{framing, keys};

use crate::answer::{ExpansionKind, Tier};
use crate::keyspace::{next_key, whole_series_key};
use crate::reader::Reader;
use crate::search::expansion::{Expansion, QueryTerm};
use crate::search::query::Word;

/// The key of the volume that a series begins with.
const FIRST: &str = "1";

/// Adds to the terms of a query the volumes that its words, or up to [`MOST_WORDS`] of them together, name. A volume alone names
/// no book, so that a query of nothing else gets none.
pub(crate) fn add(reader: &Reader<'_>, words: &[Word], terms: &mut [QueryTerm]) {
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let mut is_volume = vec![false; words.len()];
    for (place, term) in terms.iter_mut().enumerate() {
        let here = words.get(place..).unwrap_or_default();
        let Some(first) = here.first().filter(|word| word.fields.has_titles()) else { continue };
        if first.framing && framing::asks_for_order(place, &texts) {
            let first = Volume { key: FIRST.to_owned(), sign: Sign::Ordinal };
            term.expansions = named_by(reader, first, 1).into_iter().collect();
            continue;
        }
        for count in 1..=MOST_WORDS.min(here.len()).min(words.len() - 1) {
            let together = here.get(..count).unwrap_or_default();
            if together.iter().any(|word| word.fields != first.fields) {
                break;
            }
            let typed = together.iter().map(|word| word.typed.as_str()).collect::<Vec<_>>().join(" ");
            let Some(mut volume) = volume::read(&typed).filter(|volume| is_meant(volume, place)) else {
                continue;
            };
            let counts_books = here.iter().skip(count).any(|word| is_book(&word.text));
            if volume.sign == Sign::Ordinal && counts_books {
                // The second book: no other second is meant.
                volume.sign = Sign::Marked;
                term.expansions.iter_mut().for_each(|other| other.tier = other.tier.max(Tier::Form));
            }
            is_volume.iter_mut().skip(place).take(count).for_each(|is_volume| *is_volume = true);
            term.expansions.extend(named_by(reader, volume, count));
        }
        let glued = volume::glued(&first.text);
        term.expansions.extend(glued.and_then(|(at, volume)| behind(reader, first.text.get(..at)?, volume)));
    }
    if is_volume.contains(&true) {
        let names = |(word, is_volume): (&Word, &bool)| !word.framing && !is_volume;
        add_series(reader, words, &words.iter().zip(&is_volume).map(names).collect::<Vec<_>>(), terms);
    }
}

/// Adds to the first of the words beside a volume the books of the series that they name in full; `names` tells which they are.
fn add_series(reader: &Reader<'_>, words: &[Word], names: &[bool], terms: &mut [QueryTerm]) {
    let Some(first) = names.iter().position(|names| *names) else { return };
    let count = names.iter().skip(first).take_while(|names| **names).count();
    // A name in two pieces is none.
    if names.iter().skip(first + count).any(|names| *names) {
        return;
    }
    let named: Vec<&str> = words.iter().skip(first).take(count).map(|word| word.text.as_str()).collect();
    let entry = reader.get(&in_space(space::CALLED, &whole_series_key(&named.concat())));
    let Some((entry, term)) = entry.zip(terms.get_mut(first)) else { return };
    let words = named.iter().map(|word| (*word).to_owned()).collect();
    let (tier, kind) = (Tier::Exact, ExpansionKind::Volume);
    term.expansions.push(Expansion { entries: vec![entry], words, tier, kind, penalty: 0, spans: count });
}

/// Adds to the words of a title the volume behind it; what has the title itself answers less directly.
pub(crate) fn add_next(reader: &Reader<'_>, title: &Range<usize>, words: &[Word], terms: &mut [QueryTerm]) {
    let named: Vec<&str> =
        words.get(title.clone()).unwrap_or_default().iter().map(|word| word.text.as_str()).collect();
    let Some(entry) = reader.get(&in_space(space::CALLED, &next_key(&named.join(" ")))) else { return };
    let of_title = || title.clone();
    for term in terms.get_mut(of_title()).unwrap_or_default() {
        term.expansions.iter_mut().for_each(|other| other.tier = other.tier.max(Tier::Form));
    }
    if let Some(term) = terms.get_mut(title.start) {
        let (tier, kind) = (Tier::Exact, ExpansionKind::Volume);
        let words = vec![named.join(" ")];
        term.expansions.push(Expansion {
            entries: vec![entry],
            words,
            tier,
            kind,
            penalty: 0,
            spans: named.len(),
        });
    }
}

/// Tells whether a word behind an ordinal says that books are counted.
fn is_book(word: &str) -> bool {
    matches!(word, "book" | "novel" | "volume" | "책" | "권" | "소설")
}

/// Tells whether a word at a place of a query names a volume: what is no ordinal and has no mark does so only behind another word.
fn is_meant(volume: &Volume, place: usize) -> bool {
    place > 0 || matches!(volume.sign, Sign::Marked | Sign::Ordinal)
}

/// Looks up the books that are a volume.
fn named_by(reader: &Reader<'_>, volume: Volume, spans: usize) -> Option<Expansion> {
    let tier = match volume.sign {
        Sign::Marked | Sign::Digits | Sign::Part => Tier::Exact,
        // Perhaps the word itself is meant.
        Sign::Ordinal | Sign::Word => Tier::Form,
    };
    let entry = reader.get(&in_space(space::VOLUME, volume.key.as_bytes()))?;
    let kind = ExpansionKind::Volume;
    Some(Expansion { entries: vec![entry], words: vec![volume.key], tier, kind, penalty: 0, spans })
}

/// Looks up a word and the volume that is glued to it.
fn behind(reader: &Reader<'_>, word: &str, volume: Volume) -> Option<Expansion> {
    let head = reader.get(&keys::encode(word));
    let of = named_by(reader, volume, 1)?;
    let entries = std::iter::once(head?).chain(of.entries).collect();
    let words = std::iter::once(word.to_owned()).chain(of.words).collect();
    Some(Expansion { entries, words, penalty: 5, ..of })
}
