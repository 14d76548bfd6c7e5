//! Highlights: match offsets of a hit's terms in the fields shown.

use seoga_index::postings::Field;
use seoga_index::record::Record;
use seoga_text::{fold, volume};

use crate::answer::{ExpansionKind, Highlight, HighlightField};
use seoga_text::sorting;

/// A text folded to letters, each with the place it came from.
#[derive(Debug)]
pub(crate) struct FoldedText {
    letters: Vec<char>,
    /// Index of each letter's code point in the text.
    places: Vec<u32>,
    /// Whether a word begins at each letter.
    starts: Vec<bool>,
}

impl FoldedText {
    /// Folds a text to its letters.
    pub(crate) fn new(text: &str) -> Self {
        let mut all = FoldedText { letters: Vec::new(), places: Vec::new(), starts: Vec::new() };
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

    /// Finds the first span of code points with these letters: one that begins a
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

    /// Finds the span at which the letters begin whose keystrokes begin with these:
    /// at the very start, or behind a bracket.
    fn find_prefix(&self, typed: &[u8]) -> Option<(u32, u32)> {
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

    /// Gives the span of the first letters that so many keystrokes type, the last perhaps not to its end.
    pub(crate) fn first_keys(&self, keys: usize) -> Option<(u32, u32)> {
        let mut buffer = [0u8; 4];
        let mut typed = 0;
        let count = self.letters.iter().take_while(|letter| {
            let under_way = typed < keys;
            typed += seoga_text::keys::encode(letter.encode_utf8(&mut buffer)).len();
            under_way
        });
        self.first_letters(count.count())
    }

    /// Gives the span of the first letters.
    pub(crate) fn first_letters(&self, count: usize) -> Option<(u32, u32)> {
        self.span(0, count.clamp(1, self.letters.len().max(1)))
    }

    /// Tells whether the letters occur anywhere in a row.
    pub(crate) fn contains(&self, wanted: &str) -> bool {
        let wanted: Vec<char> = wanted.chars().collect();
        self.letters.windows(wanted.len().max(1)).any(|window| window == wanted.as_slice())
    }

    /// Gives the code points of a run of letters, end excluded.
    fn span(&self, at: usize, length: usize) -> Option<(u32, u32)> {
        Some((*self.places.get(at)?, *self.places.get(at + length - 1)? + 1))
    }
}

/// Highlights the words of an expansion: in the field of its posting, else in the first
/// field that has their letters.
pub(crate) fn highlight_term(
    record: &Record,
    words: &[String],
    field: Field,
    by: ExpansionKind,
    out: &mut Vec<Highlight>,
) {
    let shown: &[(HighlightField, &str)] = match field {
        // Neither a class number nor a year is text that matched.
        _ if by == ExpansionKind::Number => return,
        Field::Author => &[(HighlightField::Authors, &record.authors)],
        Field::Publisher => &[(HighlightField::Publisher, &record.publisher)],
        Field::Keyword => {
            let word = Some(words.join(" "));
            return out.push(Highlight { word, ..unshown(HighlightField::Keyword, by) });
        }
        Field::ClassName if by != ExpansionKind::Infix => {
            return out.push(unshown(HighlightField::ClassName, by));
        }
        _ => &[(HighlightField::Title, &record.title)],
    };
    for word in words {
        if by == ExpansionKind::Volume
            && record.volume.as_deref().and_then(volume::key).as_ref() == Some(word)
        {
            out.push(unshown(HighlightField::Volume, by));
            continue;
        }
        let mut found = false;
        for (field, text) in shown {
            if let Some((start, end)) = FoldedText::new(text).find(word) {
                out.push(Highlight { field: *field, start, end, by, word: None });
                found = true;
            }
        }
        if !found && field.is_title() {
            let other = record.other_titles.iter().find_map(|title| FoldedText::new(title).find(word));
            if let Some((start, end)) = other {
                out.push(Highlight { field: HighlightField::OtherTitle, start, end, by, word: None });
            }
        }
    }
}

/// Highlights the beginning of a title that is still being typed.
pub(crate) fn highlight_title_prefix(record: &Record, typed: &[u8], out: &mut Vec<Highlight>) {
    let by = ExpansionKind::Prefix;
    if let Some((start, end)) = FoldedText::new(&record.title).find_prefix(typed) {
        out.push(Highlight { field: HighlightField::Title, start, end, by, word: None });
    } else if let Some((start, end)) =
        record.other_titles.iter().find_map(|title| FoldedText::new(title).find_prefix(typed))
    {
        out.push(Highlight { field: HighlightField::OtherTitle, start, end, by, word: None });
    }
}

/// Marks a field that is not shown as matched.
fn unshown(field: HighlightField, by: ExpansionKind) -> Highlight {
    Highlight { field, start: 0, end: 0, by, word: None }
}

/// Highlights a run of initials in the title.
pub(crate) fn highlight_initials(record: &Record, run: &[u8], out: &mut Vec<Highlight>) {
    if let Some((start, end)) = initials_at(&record.title, run) {
        out.push(Highlight {
            field: HighlightField::Title,
            start,
            end,
            by: ExpansionKind::Initials,
            word: None,
        });
    } else if let Some((start, end)) = record.other_titles.iter().find_map(|title| initials_at(title, run)) {
        out.push(Highlight {
            field: HighlightField::OtherTitle,
            start,
            end,
            by: ExpansionKind::Initials,
            word: None,
        });
    }
}

/// Finds where a word begins whose syllables, with those after it, have
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

/// Sorts highlights, drops repeats and overlaps.
pub(crate) fn remove_overlaps(highlights: &mut Vec<Highlight>) {
    sorting::sort_by(highlights, |a, b| {
        a.field.cmp(&b.field).then(a.start.cmp(&b.start)).then(b.end.cmp(&a.end)).then(a.word.cmp(&b.word))
    });
    let mut kept: Vec<Highlight> = Vec::with_capacity(highlights.len());
    for highlight in highlights.drain(..) {
        let overlaps = kept.last().is_some_and(|last| {
            last.field == highlight.field
                && (highlight.start < last.end
                    || (highlight.start, highlight.end, &highlight.word)
                        == (last.start, last.end, &last.word))
        });
        if !overlaps {
            kept.push(highlight);
        }
    }
    *highlights = kept;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_marked_where_it_begins_a_word() {
        let letters = FoldedText::new("자바스크립트 (자바) C++ 입문");
        assert_eq!(letters.find("자바"), Some((0, 2)));
        assert_eq!(letters.find("c++"), Some((12, 15)));
        assert_eq!(FoldedText::new("머신 러닝").find("머신러닝"), Some((0, 5)));
        assert_eq!(letters.find("파이썬"), None);
    }

    #[test]
    fn a_title_still_being_typed_is_marked_from_a_word_start() {
        let typed = |text: &str| seoga_text::keys::encode(&fold::letters(text));
        assert_eq!(FoldedText::new("(처음 만나는) 파이썬").find_prefix(&typed("파있")), Some((9, 12)));
        assert_eq!(
            FoldedText::new("스마트폰 센서로 신나는").find_prefix(&typed("스마트폰 센서로 시")),
            Some((0, 10))
        );
        assert_eq!(FoldedText::new("웹 프로그래밍").find_prefix(&typed("프로그래밍 웹")), None);
    }

    #[test]
    fn a_volume_beside_the_title_is_no_number_in_it() {
        let record =
            Record {
                title: "3일 완성".to_owned(), volume: Some("제3권".to_owned()), ..Record::default()
            };
        let (mut found, by) = (Vec::new(), ExpansionKind::Volume);
        highlight_term(&record, &["3".to_owned()], Field::Title, by, &mut found);
        assert_eq!(found, [unshown(HighlightField::Volume, by)]);
    }

    #[test]
    fn initials_run_over_spaces_from_a_word_start() {
        let run = seoga_text::choseong::parse("ㄷㄹㄴ").unwrap();
        assert_eq!(initials_at("모두의 딥 러닝", &run), Some((4, 8)));
        assert_eq!(initials_at("모두의 C 러닝", &run), None);
    }
}
