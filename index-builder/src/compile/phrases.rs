//! Phrases that the records of many books share, behind which records are packed.
//!
//! Runs of one to three words of titles, contributors and publishers, of a part of the books, those first that spare most
//! bytes. Not words to be found by: a phrase has no meaning but its bytes. Invariant: the same books give the same bytes.

use std::collections::HashMap;

use crate::catalogue::Book;

/// Bytes of all phrases. Twice as many make records smaller by 1 to 3 bytes a book, and every first answer larger.
const BYTES: usize = 16 << 10;
/// Books that are looked at, at even distances.
const SAMPLE: usize = 12_000;
/// Neighbouring books among which a phrase counts once: about those that are packed together.
const NEIGHBOURS: usize = 50;
/// Words of a phrase.
const WORDS: usize = 3;
/// Bytes that referring back to a phrase takes, about.
const REFERENCE: usize = 3;
/// Phrases among which a shorter one is looked for before it is taken.
const COMPARED: usize = 1_000;

/// Finds the phrases of books in document order; the most useful ones last, where they are nearest.
pub(super) fn find(books: &[&Book]) -> Vec<u8> {
    let mut counts: HashMap<&str, (usize, usize)> = HashMap::new();
    let step = books.len().div_ceil(SAMPLE).max(1);
    for (number, book) in books.iter().step_by(step).enumerate() {
        let group = number / NEIGHBOURS;
        let texts = [&book.title, &book.authors, &book.publisher].into_iter().chain(&book.other_titles);
        for phrase in texts.flat_map(|text| phrases(text)) {
            let (last, count) = counts.entry(phrase).or_insert((usize::MAX, 0));
            if *last != group {
                (*last, *count) = (group, *count + 1);
            }
        }
    }
    let spared =
        |phrase: &str, count: usize| count.saturating_sub(1) * phrase.len().saturating_sub(REFERENCE);
    let mut ranked: Vec<(usize, &str)> = counts
        .into_iter()
        .map(|(phrase, (_, count))| (spared(phrase, count), phrase))
        .filter(|(spared, _)| *spared > 0)
        .collect();
    ranked.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let mut taken: Vec<&str> = Vec::new();
    let mut bytes = 0;
    for (_, phrase) in ranked {
        if bytes + phrase.len() >= BYTES {
            break;
        }
        if !taken.iter().take(COMPARED).any(|longer| longer.contains(phrase)) {
            bytes += phrase.len() + 1;
            taken.push(phrase);
        }
    }
    taken.reverse();
    taken.join(" ").into_bytes()
}

/// Runs of up to so many words.
fn phrases(text: &str) -> impl Iterator<Item = &str> {
    let starts = std::iter::once(0).chain(text.match_indices(' ').map(|(at, _)| at + 1));
    starts.flat_map(move |start| {
        let rest = text.get(start..).unwrap_or_default();
        let ends = rest.match_indices(' ').map(|(at, _)| at).chain([rest.len()]).take(WORDS);
        ends.filter_map(move |end| rest.get(..end)).filter(|phrase| phrase.len() > REFERENCE)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_books_share_is_nearest_and_what_one_has_is_left_out() {
        let book =
            |title: String| Book { title, publisher: "어느 출판사".to_owned(), ..Book::default() };
        let books: Vec<Book> = (0..1_000).map(|n| book(format!("낱말{n} 처음부터 배우는"))).collect();
        let found = String::from_utf8(find(&books.iter().collect::<Vec<_>>())).unwrap();
        assert!(found.ends_with("처음부터 배우는"), "{found}");
        assert!(found.contains("어느 출판사"), "{found}");
        assert!(!found.contains("낱말7"), "{found}");
    }

    #[test]
    fn all_runs_of_words_are_phrases() {
        let runs: Vec<&str> = phrases("하나 둘은 셋은 넷은").collect();
        assert_eq!(
            runs,
            [
                "하나",
                "하나 둘은",
                "하나 둘은 셋은",
                "둘은",
                "둘은 셋은",
                "둘은 셋은 넷은",
                "셋은",
                "셋은 넷은",
                "넷은"
            ]
        );
    }
}
