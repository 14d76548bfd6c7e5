//! Numbers among the words of a query that stand for something other than letters in a title: the class on the spine, the year
//! of publication, the same number in words or as a numeral.

use seoga_index::key::{in_space, space};
use seoga_text::framing::is_class_number;
use seoga_text::token::Kind;
use seoga_text::volume;

use crate::answer::{ExpansionKind, Tier};
use crate::reader::Reader;
use crate::search::expansion::{Expansion, single};
use crate::search::query::{Fields, Word};

/// Years that a book may be of.
const YEARS: std::ops::RangeInclusive<u16> = 1400..=2100;

/// Looks up a number as the class or the year that it may be: the books of it, below those that have it in their title.
pub(super) fn class_or_year(reader: &Reader<'_>, word: &Word) -> Option<Expansion> {
    if word.kind != Kind::Number || word.fields != Fields::ALL {
        return None;
    }
    let is_year = || word.text.len() == 4 && word.text.parse().is_ok_and(|year| YEARS.contains(&year));
    let (space, name) = match word.text.as_str() {
        class if is_class_number(class) => (space::CLASS, "class"),
        _ if is_year() => (space::YEAR, "year"),
        _ => return None,
    };
    let entry = reader.get(&in_space(space, word.text.as_bytes()))?;
    Some(Expansion {
        entries: vec![entry],
        words: vec![format!("{name}:{}", word.text)],
        tier: Tier::Form,
        kind: ExpansionKind::Number,
        penalty: 0,
        spans: 1,
    })
}

/// Looks up a number in its other writings, digits, English words or Roman numerals: titles have any.
pub(super) fn other_writings(reader: &Reader<'_>, word: &Word) -> Vec<Expansion> {
    if !matches!(word.kind, Kind::Number | Kind::Latin) {
        return Vec::new();
    }
    let found = volume::other_writings(&word.text);
    found.iter().filter_map(|other| single(reader, other, Tier::Form, ExpansionKind::Number)).collect()
}
