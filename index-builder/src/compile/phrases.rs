//! Phrases that the records of many books share: the texts of records are told in them.
//!
//! Of a part of the books: pieces of a few letters, and runs of one to three words with what bounds them, the ends of texts
//! among it. Those that save most are taken, four times as many as there is room for; texts are split into them at the least cost,
//! costs are made anew of how often each was used, and the least useful are dropped, time after time (a unigram model: Kudo,
//! "Subword Regularization", 2018). Not words to be found by: a phrase has no meaning but its bytes. Invariant: the same books
//! give the same bytes, on every machine; no number here is a fraction.

use std::collections::{BTreeMap, HashMap};

use seoga_index::phrases::{END, PhraseTree, Phrases};
use seoga_index::record::{self, Record};

/// Bytes of all phrases. Twice as many make records smaller by 3 to 4 bytes a book, and every first answer larger.
const BYTES: usize = 16 << 10;
/// Phrases looked at first, by how much more room they take.
const LOOKED_AT: usize = 4;
/// Books that are looked at, at even distances.
const SAMPLE: usize = 4_000;
/// Letters of a piece.
const LETTERS: usize = 4;
/// Words of a run, and its bytes.
const WORDS: usize = 3;
const LONGEST: usize = 64;
/// How often a phrase must stand in the books looked at.
const SELDOM: u64 = 3;
/// Times costs are made anew once the phrases have room.
const SETTLES: usize = 2;
/// Parts of a bit that costs are told in.
const PARTS: u32 = 16;

/// Finds the phrases of so many records, and their code.
pub(super) fn find(records: usize, record: impl Fn(usize) -> Option<Record>) -> Phrases {
    let step = records.div_ceil(SAMPLE).max(1);
    let texts = (0..records).step_by(step).filter_map(record).map(|record| record::texts(&record, false));
    let texts: Vec<Vec<u8>> = texts.collect();
    let mut phrases = candidates(&texts);
    let mut room = BYTES * LOOKED_AT;
    let mut settles = 0;
    loop {
        let tree = PhraseTree::new(phrases.keys().map(Vec::as_slice));
        let mut costs = costs(&phrases);
        let mut used = vec![0u64; phrases.len()];
        for text in &texts {
            for number in tree.parse(text, &costs).1 {
                used.get_mut(number as usize).into_iter().for_each(|used| *used += 1);
            }
        }
        phrases.values_mut().zip(&used).for_each(|(count, used)| *count = *used);
        if phrases.keys().filter(|phrase| phrase.len() > 1).map(Vec::len).sum::<usize>() > BYTES {
            room = (room * 2 / 3).max(BYTES);
            phrases = most_useful(&phrases, &tree, &mut costs, room);
        } else if settles == SETTLES {
            return Phrases::new(phrases).unwrap_or_default();
        } else {
            settles += 1;
        }
    }
}

/// Counts pieces and runs of texts, and gives those first that save most, with all single bytes.
fn candidates(texts: &[Vec<u8>]) -> BTreeMap<Vec<u8>, u64> {
    let mut counts: HashMap<&[u8], u64> = HashMap::new();
    for text in texts {
        pieces(text, &mut |piece| *counts.entry(piece).or_default() += 1);
    }
    let saves = |phrase: &[u8], count: u64| count * (2 * phrase.len() as u64 - 1);
    let mut ranked: Vec<(u64, &[u8], u64)> = counts
        .into_iter()
        .filter(|(phrase, count)| phrase.len() > 1 && *count >= SELDOM)
        .map(|(phrase, count)| (saves(phrase, count), phrase, count))
        .collect();
    ranked.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let mut bytes = 0;
    let taken = ranked.into_iter().take_while(|(_, phrase, _)| {
        bytes += phrase.len();
        bytes <= BYTES * LOOKED_AT
    });
    let mut phrases: BTreeMap<Vec<u8>, u64> =
        taken.map(|(_, phrase, count)| (phrase.to_vec(), count)).collect();
    phrases.extend((0..=u8::MAX).map(|byte| (vec![byte], 1)));
    phrases
}

/// Gives the pieces of a few letters of a text, and the runs of words that are longer.
fn pieces<'a>(text: &'a [u8], each: &mut dyn FnMut(&'a [u8])) {
    let begins = (0..text.len()).filter(|at| text.get(*at).is_some_and(|byte| byte & 0xC0 != 0x80));
    let letters: Vec<usize> = begins.chain([text.len()]).collect();
    let mut give = |from: usize, to: usize| text.get(from..to).into_iter().for_each(&mut *each);
    for (at, from) in letters.iter().enumerate() {
        letters.iter().skip(at + 1).take(LETTERS).for_each(|to| give(*from, *to));
    }
    let bounds: Vec<usize> =
        text.iter().enumerate().filter(|(_, byte)| matches!(**byte, b' ' | END)).map(|(at, _)| at).collect();
    let after = bounds.iter().map(|bound| bound + 1);
    for (word, from) in std::iter::once(0).chain(after).enumerate() {
        for to in bounds.iter().skip(word).take(WORDS) {
            for (from, to) in
                [(from, *to), (from, to + 1), (from.wrapping_sub(1), *to), (from.wrapping_sub(1), to + 1)]
            {
                let is_run = from < to && to - from <= LONGEST;
                if is_run
                    && letters.partition_point(|at| *at < to) - letters.partition_point(|at| *at < from)
                        > LETTERS
                {
                    give(from, to);
                }
            }
        }
    }
}

/// Makes costs of how often phrases were used: the logarithm of how much seldomer than all together, about.
fn costs(phrases: &BTreeMap<Vec<u8>, u64>) -> Vec<u32> {
    let all: u64 = phrases.values().map(|count| count + 1).sum();
    phrases.values().map(|count| log2((all << PARTS) / (count + 1)) - PARTS * PARTS).collect()
}

/// Gives the logarithm in parts of a bit, straight between powers of two.
fn log2(number: u64) -> u32 {
    let whole = number.max(PARTS.into()).ilog2();
    PARTS * whole + ((number >> (whole - PARTS.ilog2())) as u32 & (PARTS - 1))
}

/// Keeps the phrases that save most for each byte of theirs, of so many bytes in all, and all single bytes.
fn most_useful(
    phrases: &BTreeMap<Vec<u8>, u64>,
    tree: &PhraseTree,
    costs: &mut [u32],
    room: usize,
) -> BTreeMap<Vec<u8>, u64> {
    let mut ranked = Vec::new();
    for (number, (phrase, used)) in phrases.iter().enumerate().filter(|(_, (phrase, _))| phrase.len() > 1) {
        let Some(own) = costs.get_mut(number) else { continue };
        let cost = std::mem::replace(own, u32::MAX);
        let (without, _) = tree.parse(phrase, costs);
        costs.get_mut(number).into_iter().for_each(|own| *own = cost);
        let saved = used * u64::from(without.saturating_sub(cost));
        // A phrase takes a byte beside its own.
        ranked.push(((saved << PARTS) / (phrase.len() as u64 + 1), phrase, *used));
    }
    ranked.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let mut bytes = 0;
    let kept = ranked.into_iter().take_while(|(saved, phrase, _)| {
        bytes += phrase.len();
        *saved > 0 && bytes <= room
    });
    let kept = kept.map(|(_, phrase, used)| (phrase.clone(), used));
    let single = phrases.iter().filter(|(phrase, _)| phrase.len() == 1);
    single.map(|(phrase, used)| (phrase.clone(), *used)).chain(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(count: usize) -> impl Fn(usize) -> Option<Record> {
        move |number| {
            (number < count).then(|| Record {
                title: format!("낱말{number} 처음부터 배우는"),
                publisher: "어느 출판사".to_owned(),
                ..Record::default()
            })
        }
    }

    #[test]
    fn what_many_books_share_is_a_phrase_with_the_ends_of_texts_and_what_one_has_is_none() {
        let phrases = find(1_000, records(1_000));
        let shared = "처음부터 배우는\u{0}\u{0}어느 출판사\u{0}".replace('\u{0}', "*").into_bytes();
        let shared: Vec<u8> = shared.into_iter().map(|byte| if byte == b'*' { END } else { byte }).collect();
        let is_phrase = |text: &[u8]| phrases.all().any(|phrase| phrase == text);
        let is_shared = |phrase: &[u8]| shared.windows(phrase.len()).any(|part| part == phrase);
        assert!(phrases.all().any(|phrase| phrase.len() > 16 && phrase.contains(&END) && is_shared(phrase)));
        assert!(!is_phrase(b"777"));
    }

    #[test]
    fn no_books_have_the_bytes_for_phrases() {
        assert_eq!(find(0, records(0)), Phrases::bytes());
    }

    #[test]
    fn pieces_are_of_a_few_letters_and_runs_of_a_few_words() {
        let mut found = Vec::new();
        pieces("하나 둘은 셋은 넷은\u{0}".replace('\u{0}', " ").as_bytes(), &mut |piece| {
            found.push(String::from_utf8_lossy(piece).into_owned());
        });
        for piece in ["하", "나 둘은", "하나 둘은", "하나 둘은 ", " 둘은 셋은", " 둘은 셋은 넷은 "]
        {
            assert!(found.iter().any(|of| of == piece), "{piece}: {found:?}");
        }
        assert!(!found.iter().any(|of| of.trim() == "하나 둘은 셋은 넷은"));
    }

    #[test]
    fn a_logarithm_is_right_at_powers_of_two_and_straight_between() {
        assert_eq!([16, 24, 32, 48, 1 << 40].map(log2), [64, 72, 80, 88, 640]);
    }
}
