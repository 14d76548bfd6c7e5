//! Volumes named in a query, in any writing: expansions to the books that are that volume of a set.

use seoga_index::key::{in_space, space};
use seoga_text::keys;
use seoga_text::volume::{self, MOST_WORDS, Sign, Volume};

use crate::answer::{ExpansionKind, Tier};
use crate::reader::Reader;
use crate::search::expansion::{Expansion, QueryTerm};
use crate::search::query::Word;

/// Adds to the terms of a query the volumes that its words, or up to [`MOST_WORDS`] of them together, name. A volume alone names
/// no book, so that a query of nothing else gets none.
pub(crate) fn add(reader: &Reader<'_>, words: &[Word], terms: &mut [QueryTerm]) {
    for (place, term) in terms.iter_mut().enumerate() {
        let here = words.get(place..).unwrap_or_default();
        let Some(first) = here.first().filter(|word| word.fields.has_titles()) else { continue };
        for count in 1..=MOST_WORDS.min(here.len()).min(words.len() - 1) {
            let together = here.get(..count).unwrap_or_default();
            if together.iter().any(|word| word.fields != first.fields) {
                break;
            }
            let typed = together.iter().map(|word| word.typed.as_str()).collect::<Vec<_>>().join(" ");
            let named = volume::read(&typed).filter(|volume| is_meant(volume, place));
            term.expansions.extend(named.and_then(|volume| named_by(reader, volume, count)));
        }
        let glued = volume::glued(&first.text);
        term.expansions.extend(glued.and_then(|(at, volume)| behind(reader, first.text.get(..at)?, volume)));
    }
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
