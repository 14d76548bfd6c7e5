//! Where a hit's words stand in what is shown.

use seoga_index::postings::Field;
use seoga_index::record::Record;
use seoga_text::fold;

use crate::answer::{Match, MatchedField, Reading};
use crate::sorting;

/// A text's letters with the place each came from.
#[derive(Debug)]
pub(crate) struct Letters {
    letters: Vec<char>,
    /// Code point in the text of each letter.
    places: Vec<u32>,
    /// Whether a word begins at each letter.
    starts: Vec<bool>,
}

impl Letters {
    pub(crate) fn of(text: &str) -> Self {
        let mut all = Letters { letters: Vec::new(), places: Vec::new(), starts: Vec::new() };
        let mut start = true;
        for (place, c) in text.chars().enumerate() {
            let mut add = |letter: char| {
                all.letters.push(letter);
                all.places.push(place as u32);
                all.starts.push(std::mem::replace(&mut start, false));
            };
            match c {
                // What most titles are made of is folded without much ado.
                '0'..='9' | 'A'..='Z' | 'a'..='z' | '+' | '#' => add(c.to_ascii_lowercase()),
                '가'..='힣' => add(c),
                '\0'..='\x7f' => start = true,
                _ => {
                    let letters = fold::letters(c.encode_utf8(&mut [0u8; 4]));
                    letters.chars().for_each(add);
                    start |= letters.is_empty();
                }
            }
        }
        all
    }

    /// The first stretch of code points with these letters: one that begins a
    /// word, else any.
    pub(crate) fn find(&self, word: &str) -> Option<(u32, u32)> {
        let wanted: Vec<char> = fold::letters(word).chars().collect();
        if wanted.is_empty() {
            return None;
        }
        let mut inside = None;
        for (at, window) in self.letters.windows(wanted.len()).enumerate() {
            if window == wanted.as_slice() {
                if self.starts.get(at).copied().unwrap_or(false) {
                    return self.span(at, wanted.len());
                }
                inside = inside.or(Some(at));
            }
        }
        self.span(inside?, wanted.len())
    }

    /// The stretch at which the letters begin whose keystrokes begin with these:
    /// at the very start, or behind a bracket.
    fn beginning(&self, typed: &[u8]) -> Option<(u32, u32)> {
        let from = |at: usize| {
            let mut keys = 0;
            let mut typed = typed;
            for letter in self.letters.get(at..)? {
                let mut buffer = [0u8; 4];
                let encoded = seoga_text::keys::encode(letter.encode_utf8(&mut buffer));
                let same = encoded.iter().zip(typed).take_while(|(a, b)| a == b).count();
                if same < encoded.len().min(typed.len()) {
                    return None;
                }
                keys += 1;
                typed = typed.get(same..).unwrap_or_default();
                if typed.is_empty() {
                    return self.span(at, keys);
                }
            }
            None
        };
        let words = self.starts.iter().enumerate().filter(|(_, start)| **start);
        words.map(|(at, _)| at).find_map(from)
    }

    /// Whether the letters stand anywhere in a row.
    pub(crate) fn contain(&self, wanted: &str) -> bool {
        let wanted: Vec<char> = wanted.chars().collect();
        self.letters.windows(wanted.len().max(1)).any(|window| window == wanted.as_slice())
    }

    fn span(&self, at: usize, length: usize) -> Option<(u32, u32)> {
        Some((*self.places.get(at)?, *self.places.get(at + length - 1)? + 1))
    }
}

/// Marks one word of a hit: in the field its posting names, else in the first
/// field that has its letters.
pub(crate) fn mark(record: &Record, words: &[String], field: Field, by: Reading, out: &mut Vec<Match>) {
    let shown: &[(MatchedField, &str)] = match field {
        Field::Author => &[(MatchedField::Authors, &record.authors)],
        Field::Publisher => &[(MatchedField::Publisher, &record.publisher)],
        Field::Keyword => return out.push(unseen(MatchedField::Keyword, by)),
        Field::ClassName if by != Reading::Infix => return out.push(unseen(MatchedField::ClassName, by)),
        _ => &[(MatchedField::Title, &record.title)],
    };
    for word in words {
        let mut found = false;
        for (field, text) in shown {
            if let Some((start, end)) = Letters::of(text).find(word) {
                out.push(Match { field: *field, start, end, by });
                found = true;
            }
        }
        if !found && field.is_title() {
            let other = record.other_titles.iter().find_map(|title| Letters::of(title).find(word));
            if let Some((start, end)) = other {
                out.push(Match { field: MatchedField::OtherTitle, start, end, by });
            }
        }
    }
}

/// Marks the beginning of a title that is still being typed.
pub(crate) fn mark_beginning(record: &Record, typed: &[u8], out: &mut Vec<Match>) {
    let by = Reading::Prefix;
    if let Some((start, end)) = Letters::of(&record.title).beginning(typed) {
        out.push(Match { field: MatchedField::Title, start, end, by });
    } else if let Some((start, end)) =
        record.other_titles.iter().find_map(|title| Letters::of(title).beginning(typed))
    {
        out.push(Match { field: MatchedField::OtherTitle, start, end, by });
    }
}

fn unseen(field: MatchedField, by: Reading) -> Match {
    Match { field, start: 0, end: 0, by }
}

/// Marks a run of initials in the title.
pub(crate) fn mark_initials(record: &Record, run: &[u8], out: &mut Vec<Match>) {
    if let Some((start, end)) = initials_at(&record.title, run) {
        out.push(Match { field: MatchedField::Title, start, end, by: Reading::Initials });
    } else if let Some((start, end)) = record.other_titles.iter().find_map(|title| initials_at(title, run)) {
        out.push(Match { field: MatchedField::OtherTitle, start, end, by: Reading::Initials });
    }
}

/// Where in a text a word begins whose syllables, with those after it, have
/// these initials; code points, end excluded.
pub(crate) fn initials_at(text: &str, run: &[u8]) -> Option<(u32, u32)> {
    let first_hangul = seoga_text::keys::encode("ㄱ").first().copied().unwrap_or(0x80);
    let mut keys: Vec<(u8, u32, bool)> = Vec::new();
    let mut word = false;
    for (place, c) in text.chars().enumerate() {
        let syllable = u32::from(c).checked_sub(0xac00).filter(|syllable| *syllable < 11_172);
        match syllable {
            Some(syllable) => {
                keys.push((first_hangul + (syllable / 588) as u8, place as u32, !word));
                word = true;
            }
            None => {
                word = false;
                // A letter of another script or a digit ends the run.
                if c.is_alphanumeric() {
                    keys.push((0, place as u32, false));
                }
            }
        }
    }
    let matches = |window: &[(u8, u32, bool)]| {
        window.first().is_some_and(|(_, _, start)| *start) && window.iter().map(|(key, ..)| key).eq(run)
    };
    let window = keys.windows(run.len().max(1)).find(|window| matches(window))?;
    Some((window.first()?.1, window.last()?.1 + 1))
}

/// Sorts marks, drops repeats and overlaps.
pub(crate) fn tidy(matched: &mut Vec<Match>) {
    sorting::sort_by(matched, |a, b| {
        a.field.cmp(&b.field).then(a.start.cmp(&b.start)).then(b.end.cmp(&a.end))
    });
    let mut kept: Vec<Match> = Vec::with_capacity(matched.len());
    for mark in matched.drain(..) {
        let overlaps = kept.last().is_some_and(|last| {
            last.field == mark.field
                && (mark.start < last.end || (mark.start, mark.end) == (last.start, last.end))
        });
        if !overlaps {
            kept.push(mark);
        }
    }
    *matched = kept;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_marked_where_it_begins_a_word() {
        let letters = Letters::of("자바스크립트 (자바) C++ 입문");
        assert_eq!(letters.find("자바"), Some((0, 2)));
        assert_eq!(letters.find("c++"), Some((12, 15)));
        assert_eq!(Letters::of("머신 러닝").find("머신러닝"), Some((0, 5)));
        assert_eq!(letters.find("파이썬"), None);
    }

    #[test]
    fn a_title_still_being_typed_is_marked_from_a_word_start() {
        let typed = |text: &str| seoga_text::keys::encode(&fold::letters(text));
        assert_eq!(Letters::of("(처음 만나는) 파이썬").beginning(&typed("파있")), Some((9, 12)));
        assert_eq!(
            Letters::of("스마트폰 센서로 신나는").beginning(&typed("스마트폰 센서로 시")),
            Some((0, 10))
        );
        assert_eq!(Letters::of("웹 프로그래밍").beginning(&typed("프로그래밍 웹")), None);
    }

    #[test]
    fn initials_run_over_spaces_from_a_word_start() {
        let run = seoga_text::choseong::parse("ㄷㄹㄴ").unwrap();
        assert_eq!(initials_at("모두의 딥 러닝", &run), Some((4, 8)));
        assert_eq!(initials_at("모두의 C 러닝", &run), None);
    }
}
