//! A title as it is shown: the signs of library punctuation (ISBD) as readers know them, and nothing else changed.
//!
//! `title: subtitle = parallel title`. What follows a parallel title in the script of the main title belongs to that one and
//! stands before the parallel title; what follows in the parallel title's own script stays behind it. Signs within brackets and
//! within words (`3:1`, `E=mc2`, `std::fs`) are left alone. Invariant: a title that is shown is shown the same again.

use crate::hangul::is_hangul;

/// A code point that is shown, and its place among those recorded; none where the rule put it there.
pub type Shown = (char, Option<u32>);

/// The sign before a part of a title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Subtitle,
    Another,
    Parallel,
}

impl Sign {
    fn text(self) -> &'static str {
        match self {
            Sign::Subtitle => ": ",
            Sign::Another => "; ",
            Sign::Parallel => " = ",
        }
    }
}

/// A part of a title and the sign before it.
#[derive(Debug)]
struct Part {
    sign: Sign,
    text: Vec<(char, u32)>,
}

impl Part {
    fn has_hangul(&self) -> bool {
        self.text.iter().any(|(c, _)| is_hangul(*c))
    }
}

/// Lays a recorded title out as it is shown.
///
/// ```
/// use seoga_text::title::shown_text;
///
/// assert_eq!(shown_text("데이터 요리 =Cooking data :재료부터 "), "데이터 요리: 재료부터 = Cooking data");
/// assert_eq!(shown_text("Cooking data : an introduction ;3:1"), "Cooking data: an introduction; 3:1");
/// ```
#[must_use]
pub fn shown(recorded: &str) -> Vec<Shown> {
    let mut out: Vec<Shown> = Vec::with_capacity(recorded.len());
    for part in ordered(parts(recorded)) {
        if !out.is_empty() {
            out.extend(part.sign.text().chars().map(|c| (c, None)));
        }
        out.extend(part.text.iter().map(|(c, place)| (*c, Some(*place))));
    }
    out
}

/// Writes a recorded title as it is shown.
#[must_use]
pub fn shown_text(recorded: &str) -> String {
    shown(recorded).into_iter().map(|(c, _)| c).collect()
}

/// Cuts a title at the signs between its parts; parts have no white space at their ends and no run of it within.
fn parts(recorded: &str) -> Vec<Part> {
    let chars: Vec<char> = recorded.chars().collect();
    let mut parts = vec![Part { sign: Sign::Subtitle, text: Vec::new() }];
    let balanced = is_balanced(&chars);
    let mut depth = 0u32;
    for (place, &c) in chars.iter().enumerate() {
        depth = match c {
            '(' | '[' => depth + 1,
            ')' | ']' => depth.saturating_sub(1),
            _ => depth,
        };
        let sign = sign_at(&chars, place).filter(|_| depth == 0 || !balanced);
        match (sign, parts.last_mut()) {
            (Some(sign), _) => parts.push(Part { sign, text: Vec::new() }),
            (None, Some(part)) if c.is_whitespace() => {
                if part.text.last().is_some_and(|(last, _)| *last != ' ') {
                    part.text.push((' ', place as u32));
                }
            }
            (None, last) => last.into_iter().for_each(|part| part.text.push((c, place as u32))),
        }
    }
    parts.iter_mut().for_each(|part| trim_end(&mut part.text));
    parts.retain(|part| !part.text.is_empty());
    parts
}

/// Tells whether every bracket closes one that is open, and none stays open.
fn is_balanced(chars: &[char]) -> bool {
    let mut depth = 0i32;
    chars.iter().all(|c| {
        depth += i32::from(matches!(c, '(' | '[')) - i32::from(matches!(c, ')' | ']'));
        depth >= 0
    }) && depth == 0
}

/// Takes white space and signs that nothing follows off the end.
fn trim_end(text: &mut Vec<(char, u32)>) {
    while text.last().is_some_and(|(c, _)| matches!(c, ' ' | '/' | ',' | ':' | '：')) {
        text.pop();
    }
}

/// Finds the sign between two parts of a title.
fn sign_at(chars: &[char], place: usize) -> Option<Sign> {
    let at = |place: Option<usize>| place.and_then(|place| chars.get(place)).copied().unwrap_or(' ');
    let (c, before, after) = (at(Some(place)), at(place.checked_sub(1)), at(Some(place + 1)));
    match c {
        ':' | '：' => {
            let within = before.is_ascii_digit() && after.is_ascii_digit();
            (!within && before != ':' && !matches!(after, ':' | '/')).then_some(Sign::Subtitle)
        }
        ';' => Some(Sign::Another),
        '=' | '＝' => {
            let within = before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric();
            let operator = matches!(before, '=' | '!' | '<' | '>' | '+' | '-') || matches!(after, '=' | '>');
            // A title has no parallel one before it begins.
            let begins = chars.iter().take(place).all(|c| c.is_whitespace());
            (!within && !operator && !begins).then_some(Sign::Parallel)
        }
        _ => None,
    }
}

/// Puts a parallel title behind the subtitles of the main title that were recorded after it.
fn ordered(mut parts: Vec<Part>) -> Vec<Part> {
    let main_has_hangul = parts.first().is_some_and(Part::has_hangul);
    let is_parallel = |part: &Part| part.sign == Sign::Parallel && !part.has_hangul();
    if let (true, Some(at)) = (main_has_hangul, parts.iter().skip(1).position(is_parallel)) {
        let behind = parts.iter().skip(at + 2);
        let subtitles = behind.take_while(|part| part.sign == Sign::Subtitle && part.has_hangul()).count();
        if let Some(moved) = parts.get_mut(at + 1..=at + 1 + subtitles) {
            moved.rotate_left(1);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn library_punctuation_is_written_as_readers_know_it() {
        for (recorded, expected) in [
            (
                "가나 도감 :그림으로 배우는 가나 26 =Almanac : explained ",
                "가나 도감: 그림으로 배우는 가나 26 = Almanac: explained",
            ),
            (
                "다라 바이블 =Dara bible :다라에 대한 모든 것 ",
                "다라 바이블: 다라에 대한 모든 것 = Dara bible",
            ),
            ("C# 코딩 :실전편 :똑똑하게", "C# 코딩: 실전편: 똑똑하게"),
            ("(시작하세요!) 편집 10.6 :빠르크의 강좌", "(시작하세요!) 편집 10.6: 빠르크의 강좌"),
            ("파이썬:기초", "파이썬: 기초"),
            ("마바 = 사아", "마바 = 사아"),
            ("비율 3:1의 미학", "비율 3:1의 미학"),
            ("E=mc2 이야기", "E=mc2 이야기"),
            ("Rust std::fs 읽기", "Rust std::fs 읽기"),
            ("주소 http://가나 읽기", "주소 http://가나 읽기"),
            ("a == b", "a == b"),
            (" :앞이 없는 제목 /", "앞이 없는 제목"),
            ("하나 ;둘 ; ", "하나; 둘"),
            ("괄호 (속 :그대로) :밖", "괄호 (속 :그대로): 밖"),
            ("괄호 (안 닫힌 :밖", "괄호 (안 닫힌: 밖"),
            ("", ""),
            (" : = ;", ""),
            (":/=", ""),
            ("=1+1", "=1+1"),
            ("＝1+1", "＝1+1"),
            ("하나 ::/", "하나"),
        ] {
            assert_eq!(shown_text(recorded), expected);
        }
    }

    proptest! {
        #[test]
        fn letters_are_kept_in_their_places_and_nothing_changes_twice(
            recorded in "[가나abC0-9 :;=(/,)\\[\\]]{0,24}|\\PC*"
        ) {
            let once = shown(&recorded);
            let chars: Vec<char> = recorded.chars().collect();
            let letters = |text: &mut dyn Iterator<Item = char>| {
                let mut letters: Vec<char> = text.filter(|c| c.is_alphanumeric()).collect();
                letters.sort_unstable();
                letters
            };
            for (c, place) in &once {
                if let Some(place) = place {
                    let recorded = chars[*place as usize];
                    prop_assert!(*c == recorded || *c == ' ' && recorded.is_whitespace());
                }
            }
            prop_assert_eq!(letters(&mut once.iter().map(|(c, _)| *c)), letters(&mut chars.into_iter()));
            let text = shown_text(&recorded);
            prop_assert_eq!(shown_text(&text), text);
        }
    }
}
