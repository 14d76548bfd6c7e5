//! The table of normal forms: which characters are marks and of which class, and what letters are made of.
//! Invariant: it is unpacked once, when something asks for a character that does not stand for itself.

use std::sync::LazyLock;

use super::format;
use crate::{hangul, sorting};

/// Packed by `build.rs`.
const PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/normal_forms"));

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::unpacked(PACKED));

/// Tells of the commonest characters that they are no marks and stay as they are in form C, whatever stands beside them; no
/// table is needed to know it.
pub(super) fn stays(c: char) -> bool {
    matches!(c,
        '\0'..='\u{2FF}' | '\u{2010}'..='\u{20CF}' | '\u{2150}'..='\u{2328}' | '\u{232B}'..='\u{2ADB}'
        | '\u{3000}'..='\u{3029}' | '\u{3030}'..='\u{3098}' | '\u{309B}'..='\u{9FFF}' | '가'..='힣' | '\u{FF01}'..='\u{FFEF}')
}

/// As [`stays`], of form KC.
pub(super) fn stays_alike(c: char) -> bool {
    matches!(c,
        '\0'..='\u{9F}' | '\u{B7}' | '\u{C0}'..='\u{131}' | '\u{134}'..='\u{13E}' | '\u{141}'..='\u{148}' | '\u{14A}'..='\u{17E}'
        | '\u{3001}'..='\u{3029}' | '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FE}' | '\u{3400}'..='\u{9FFF}' | '가'..='힣')
}

/// Gives the combining class of a mark; `None` for what is no mark.
pub(super) fn mark(c: char) -> Option<u8> {
    if stays(c) {
        return None;
    }
    // The classes end at 240.
    find(&TABLE.marks, c).map(|(run, _)| run.sort as u8)
}

/// Gives the parts of a letter, in form KC also of one that is only like them; `None` for what has none, and for Hangul.
pub(super) fn parts(c: char, alike: bool) -> Option<&'static [char]> {
    if matches!(c, '\0'..='\u{9F}' | '\u{3400}'..='\u{9FFF}') {
        return None;
    }
    let (run, place) = find(&TABLE.letters, c)?;
    let from = run.from + place as usize * run.parts();
    TABLE.parts.get(from..from + run.parts()).filter(|_| alike || run.sort & format::ALIKE == 0)
}

/// Gives the letter that two characters compose to.
pub(super) fn composed(first: char, second: char) -> Option<char> {
    if stays(second) {
        return None;
    }
    hangul::joined(first, second).or_else(|| {
        let pairs = &TABLE.pairs;
        let at = pairs.binary_search_by(|(pair, _)| pair.cmp(&key(first, second))).ok()?;
        pairs.get(at).map(|(_, whole)| *whole)
    })
}

/// Characters that follow one another and are of one sort.
struct Run {
    first: u32,
    count: u32,
    sort: u32,
    /// Where the parts of the first begin.
    from: usize,
}

impl Run {
    /// Tells how many parts each letter has.
    fn parts(&self) -> usize {
        (self.sort >> format::BITS) as usize
    }
}

struct Table {
    marks: Vec<Run>,
    letters: Vec<Run>,
    /// Parts of all letters.
    parts: Vec<char>,
    /// Letters by the two characters that compose to them.
    pairs: Vec<(u64, char)>,
}

impl Table {
    fn unpacked(packed: &[u8]) -> Self {
        let numbers = &mut Numbers(packed.iter());
        let (marks, mut letters) = (runs(numbers), runs(numbers));
        let (mut parts, mut pairs) = (Vec::new(), Vec::new());
        let mut before: Vec<u32> = Vec::new();
        for run in &mut letters {
            run.from = parts.len();
            before.resize(before.len().max(run.parts()), 0);
            for letter in run.first..run.first + run.count {
                let from = parts.len();
                for (before, step) in before.iter_mut().take(run.parts()).zip(&mut *numbers) {
                    *before = before.wrapping_add(1).wrapping_add(step >> 1 ^ (step & 1).wrapping_neg());
                    parts.push(char::from_u32(*before).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                if run.sort & format::COMPOSED != 0
                    && let (Some([first, second]), Some(letter)) = (parts.get(from..), char::from_u32(letter))
                {
                    pairs.push((key(*first, *second), letter));
                }
            }
        }
        sorting::sort_by(&mut pairs, |a, b| a.0.cmp(&b.0));
        Self { marks, letters, parts, pairs }
    }
}

/// Makes one number of two characters.
fn key(first: char, second: char) -> u64 {
    u64::from(u32::from(first)) << 32 | u64::from(u32::from(second))
}

/// Reads runs.
fn runs(numbers: &mut Numbers) -> Vec<Run> {
    let mut end = 0;
    let count = numbers.next().unwrap_or(0);
    let run = |_| {
        let (Some(gap), Some(count), Some(sort)) = (numbers.next(), numbers.next(), numbers.next()) else {
            return None;
        };
        let first = end + gap;
        end = first + count;
        Some(Run { first, count, sort, from: 0 })
    };
    (0..count).map_while(run).collect()
}

/// Finds the run that has a character, and its place there.
fn find(runs: &[Run], c: char) -> Option<(&Run, u32)> {
    let c = u32::from(c);
    let run = runs.get(runs.partition_point(|run| run.first <= c).checked_sub(1)?)?;
    let place = c - run.first;
    (place < run.count).then_some((run, place))
}

/// Reads packed numbers.
struct Numbers<'a>(std::slice::Iter<'a, u8>);

impl Iterator for Numbers<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let mut number = 0;
        for byte in self.0.by_ref() {
            number = number << 7 | u32::from(byte & 0x7F);
            if *byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}
