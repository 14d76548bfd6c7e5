//! Writes English words in Hangul: by their sound, as the rules of loan-word spelling have it, or letter by letter.

const INITIALS: &[&str] = &[
    "ㄱ", "ㄲ", "ㄴ", "ㄷ", "ㄸ", "ㄹ", "ㅁ", "ㅂ", "ㅃ", "ㅅ", "ㅆ", "", "ㅈ", "ㅉ", "ㅊ", "ㅋ", "ㅌ", "ㅍ",
    "ㅎ",
];
const VOWELS: &str = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ";

/// A part of a word's sound as Hangul is written: an initial, a vowel, a final.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Unit {
    Initial(u32),
    Vowel(u32),
    Final(u32),
}

fn initial(c: &str) -> Unit {
    Unit::Initial(INITIALS.iter().position(|i| *i == c).unwrap_or(11) as u32)
}

fn vowel(c: char) -> Unit {
    Unit::Vowel(VOWELS.chars().position(|v| v == c).unwrap_or(0) as u32)
}

/// Finals by number: ㄱ 1, ㄴ 4, ㄹ 8, ㅁ 16, ㅂ 17, ㅅ 19, ㅇ 21.
fn last(n: u32) -> Unit {
    Unit::Final(n)
}

/// Writes units as syllables: a vowel without an initial gets ㅇ, an initial without a vowel ㅡ.
fn compose(units: &[Unit]) -> String {
    let mut out = String::new();
    let (mut head, mut mid): (Option<u32>, Option<u32>) = (None, None);
    let syllable = |i: u32, v: u32, f: u32| char::from_u32(0xAC00 + (i * 21 + v) * 28 + f).unwrap_or('?');
    let mut flush = |head: &mut Option<u32>, mid: &mut Option<u32>, f: u32| {
        if head.is_some() || mid.is_some() {
            out.push(syllable(head.unwrap_or(11), mid.unwrap_or(18), f));
        }
        (*head, *mid) = (None, None);
    };
    for unit in units {
        match *unit {
            Unit::Initial(i) => {
                flush(&mut head, &mut mid, 0);
                head = Some(i);
            }
            Unit::Vowel(v) if mid.is_none() => mid = Some(v),
            Unit::Vowel(v) => {
                flush(&mut head, &mut mid, 0);
                mid = Some(v);
            }
            Unit::Final(f) if mid.is_some() => flush(&mut head, &mut mid, f),
            Unit::Final(_) => {}
        }
    }
    flush(&mut head, &mut mid, 0);
    out
}

/// How a spelling departs from the sound.
#[derive(Clone, Copy)]
pub(crate) struct Habits {
    /// Weak vowels and short a as the letter says.
    pub(crate) as_spelled: bool,
    /// Voiced stops behind a short vowel at the end as finals (web 웹).
    pub(crate) closed: bool,
}

/// Writes a pronunciation in Hangul; `letters` are the vowel letters of each vowel, where they could be told.
pub(crate) fn write(sound: &[&str], letters: Option<&[String]>, habits: Habits) -> String {
    let bare = |p: &str| p.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    let phones: Vec<(String, bool)> = sound.iter().map(|p| (bare(p), p.ends_with('0'))).collect();
    let is_vowel = |p: &str| p.starts_with(['A', 'E', 'I', 'O', 'U']);
    let short = |p: &str| matches!(p, "AA" | "AE" | "AH" | "EH" | "IH" | "UH" | "AO");
    let mut units: Vec<Unit> = Vec::new();
    let mut nth = 0;
    let mut at = 0;
    while let Some((phone, weak)) = phones.get(at) {
        let next = phones.get(at + 1).map(|p| p.0.as_str());
        let before = at.checked_sub(1).and_then(|b| phones.get(b)).map(|p| p.0.as_str());
        let next_vowel = next.is_some_and(is_vowel);
        let glide = matches!(next, Some("W" | "Y"));
        let eu = |units: &mut Vec<Unit>, i: &str, v: char| {
            units.push(initial(i));
            units.push(vowel(v));
        };
        if is_vowel(phone) {
            let spelled = letters.and_then(|l| l.get(nth)).map(String::as_str);
            nth += 1;
            // A vowel that y or w made part of itself was written with it.
            let with = before.filter(|b| matches!(*b, "Y" | "W"));
            let r_follows = next == Some("R");
            let r_closes = r_follows && !phones.get(at + 2).is_some_and(|p| is_vowel(&p.0));
            let first = spelled.and_then(|s| s.chars().next());
            let mut plain: Vec<char> = match phone.as_str() {
                "AA" if first == Some('o') => vec!['ㅗ'],
                "AA" => vec!['ㅏ'],
                "AE" if habits.as_spelled => vec!['ㅏ'],
                "AE" => vec!['ㅐ'],
                "AH" | "ER" => vec!['ㅓ'],
                "AO" | "OW" => vec!['ㅗ'],
                "AW" => vec!['ㅏ', 'ㅜ'],
                "AY" => vec!['ㅏ', 'ㅣ'],
                "EH" => vec!['ㅔ'],
                "EY" => vec!['ㅔ', 'ㅣ'],
                "IH" | "IY" => vec!['ㅣ'],
                "OY" => vec!['ㅗ', 'ㅣ'],
                _ => vec!['ㅜ'],
            };
            if habits.as_spelled
                && (*weak && matches!(phone.as_str(), "AH" | "IH") || phone == "AH" && first == Some('o'))
            {
                plain = match first {
                    Some('a') => vec!['ㅏ'],
                    Some('e') => vec!['ㅔ'],
                    Some('i' | 'y') => vec!['ㅣ'],
                    Some('o') => vec!['ㅗ'],
                    Some('u') => vec!['ㅜ'],
                    _ => plain,
                };
            }
            if r_closes && matches!(phone.as_str(), "IY" | "IH" | "EH" | "UH" | "UW" | "AY" | "EY")
                || phone == "AO" && r_closes && phones.len() == at + 2
            {
                plain.push('ㅓ');
            }
            if phone == "AW" && (next == Some("ER") || r_closes) {
                plain = vec!['ㅏ'];
                units.extend(plain.iter().map(|v| vowel(*v)));
                units.push(vowel('ㅝ'));
                at += if next == Some("ER") {
                    nth += 1;
                    2
                } else {
                    1
                };
                continue;
            }
            if let (Some(with), Some(v)) = (with, plain.first_mut()) {
                let joined = match (with, *v) {
                    ("Y", 'ㅏ') => Some('ㅑ'),
                    ("Y", 'ㅐ') => Some('ㅒ'),
                    ("Y", 'ㅓ') => Some('ㅕ'),
                    ("Y", 'ㅔ') => Some('ㅖ'),
                    ("Y", 'ㅗ') => Some('ㅛ'),
                    ("Y", 'ㅜ') => Some('ㅠ'),
                    ("W", 'ㅏ') => Some('ㅘ'),
                    ("W", 'ㅐ') => Some('ㅙ'),
                    ("W", 'ㅓ' | 'ㅗ') => Some('ㅝ'),
                    ("W", 'ㅔ') => Some('ㅞ'),
                    ("W", 'ㅣ') => Some('ㅟ'),
                    _ => None,
                };
                *v = joined.unwrap_or(*v);
            }
            units.extend(plain.iter().map(|v| vowel(*v)));
            if phone == "ER" && next_vowel {
                units.push(initial("ㄹ"));
            }
            at += 1;
            continue;
        }
        let after_short = before.is_some_and(short);
        match phone.as_str() {
            "P" | "T" | "K" => {
                let (i, f) = match phone.as_str() {
                    "P" => ("ㅍ", 17),
                    "T" => ("ㅌ", 19),
                    _ => ("ㅋ", 1),
                };
                let stops = !next_vowel && !glide && !matches!(next, Some("L" | "R" | "M" | "N"));
                if next_vowel || glide {
                    units.push(initial(i));
                } else if phone == "T" && next == Some("S") {
                    units.push(initial("ㅊ"));
                    units.push(vowel('ㅡ'));
                    at += 1;
                } else if after_short && stops && matches!(units.last(), Some(Unit::Vowel(_))) {
                    units.push(last(f));
                } else {
                    eu(&mut units, i, 'ㅡ');
                }
            }
            "B" | "D" | "G" => {
                let (i, f) = match phone.as_str() {
                    "B" => ("ㅂ", 17),
                    "D" => ("ㄷ", 19),
                    _ => ("ㄱ", 1),
                };
                if next_vowel || glide {
                    units.push(initial(i));
                } else if habits.closed && after_short && next.is_none() {
                    units.push(last(f));
                } else {
                    eu(&mut units, i, 'ㅡ');
                }
            }
            "S" | "Z" | "F" | "V" | "TH" | "DH" | "HH" => {
                let i = match phone.as_str() {
                    "S" | "TH" => "ㅅ",
                    "Z" => "ㅈ",
                    "F" => "ㅍ",
                    "V" => "ㅂ",
                    "DH" => "ㄷ",
                    _ => "ㅎ",
                };
                units.push(initial(i));
                if !next_vowel && !glide {
                    units.push(vowel('ㅡ'));
                }
            }
            "SH" => match next {
                None => eu(&mut units, "ㅅ", 'ㅣ'),
                Some(n) if !is_vowel(n) => eu(&mut units, "ㅅ", 'ㅠ'),
                Some(vowel) => {
                    units.extend(behind_sh(vowel));
                    nth += 1;
                    if vowel == "ER" && phones.get(at + 2).is_some_and(|p| is_vowel(&p.0)) {
                        units.push(initial("ㄹ"));
                    }
                    at += 2;
                    continue;
                }
            },
            "ZH" | "JH" | "CH" => {
                units.push(initial(if phone == "CH" { "ㅊ" } else { "ㅈ" }));
                if !next_vowel {
                    units.push(vowel('ㅣ'));
                }
            }
            "M" | "N" => {
                let (i, f) = if phone == "M" { ("ㅁ", 16) } else { ("ㄴ", 4) };
                if next_vowel || glide {
                    units.push(initial(i));
                } else if matches!(units.last(), Some(Unit::Vowel(_))) {
                    units.push(last(f));
                } else {
                    eu(&mut units, i, 'ㅡ');
                }
            }
            "NG" => {
                if matches!(units.last(), Some(Unit::Vowel(_))) {
                    units.push(last(21));
                }
            }
            "L" => {
                let inside = before.is_some_and(|b| !matches!(b, "M" | "N" | "NG"));
                if next_vowel || glide {
                    if inside {
                        if !matches!(units.last(), Some(Unit::Vowel(_))) {
                            units.push(vowel('ㅡ'));
                        }
                        units.push(last(8));
                    }
                    units.push(initial("ㄹ"));
                } else if matches!(units.last(), Some(Unit::Vowel(_))) {
                    units.push(last(8));
                    if matches!(next, Some("M" | "N")) && !phones.get(at + 2).is_some_and(|p| is_vowel(&p.0))
                    {
                        eu(&mut units, "ㄹ", 'ㅡ');
                    }
                } else {
                    units.push(vowel('ㅡ'));
                    units.push(last(8));
                }
            }
            "R" if next_vowel => units.push(initial("ㄹ")),
            "W" => {
                let one = matches!(before, Some("G" | "HH" | "K"));
                if !one && matches!(units.last(), Some(Unit::Initial(_))) {
                    units.push(vowel('ㅡ'));
                }
            }
            "Y" if matches!(before, Some("D" | "L" | "N" | "T")) && next != Some("UW") => {
                units.push(vowel('ㅣ'));
            }
            _ => {}
        }
        at += 1;
    }
    compose(&units)
}

/// Writes [ʃ] with the vowel behind it: 샤, 섀, 셔, 셰, 쇼, 슈, 시.
fn behind_sh(phone: &str) -> Vec<Unit> {
    let vowels: &[char] = match phone {
        "AA" => &['ㅑ'],
        "AE" => &['ㅒ'],
        "AH" | "ER" => &['ㅕ'],
        "EH" => &['ㅖ'],
        "EY" => &['ㅖ', 'ㅣ'],
        "AO" | "OW" => &['ㅛ'],
        "UW" | "UH" => &['ㅠ'],
        "AY" => &['ㅑ', 'ㅣ'],
        "AW" => &['ㅑ', 'ㅜ'],
        _ => &['ㅣ'],
    };
    std::iter::once(initial("ㅅ")).chain(vowels.iter().map(|v| vowel(*v))).collect()
}

/// The groups of vowel letters of a word, where there are as many as vowels are heard.
pub(crate) fn vowel_letters(word: &str, sound: &[&str]) -> Option<Vec<String>> {
    let heard = sound.iter().filter(|p| p.starts_with(['A', 'E', 'I', 'O', 'U'])).count();
    let mut groups: Vec<String> = Vec::new();
    let mut inside = false;
    for c in word.chars() {
        let vowel = matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
        match groups.last_mut() {
            Some(group) if vowel && inside => group.push(c),
            _ if vowel => groups.push(c.to_string()),
            _ => {}
        }
        inside = vowel;
    }
    if groups.len() == heard + 1 && word.ends_with(['e']) {
        groups.pop();
    }
    (groups.len() == heard).then_some(groups)
}

/// Reads letters as most other languages of Europe do: each vowel for itself, each consonant heard.
pub(crate) fn as_written(word: &str) -> String {
    let bytes = word.as_bytes();
    let at = |i: usize| bytes.get(i).copied().unwrap_or(b' ');
    let vowel_of = |c: u8| match c {
        b'a' => Some('ㅏ'),
        b'e' => Some('ㅔ'),
        b'i' | b'y' => Some('ㅣ'),
        b'o' => Some('ㅗ'),
        b'u' => Some('ㅜ'),
        _ => None,
    };
    let mut units = Vec::new();
    let mut i = 0;
    while i < bytes.len() {
        let c = at(i);
        let (next, doubled) = (at(i + 1), at(i + 1) == c);
        if let Some(v) = vowel_of(c) {
            units.push(vowel(v));
            i += if doubled { 2 } else { 1 };
            continue;
        }
        let bright = matches!(next, b'e' | b'i' | b'y');
        let (onset, close, width): (&str, Option<u32>, usize) = match (c, next) {
            (b'c', b'h') => ("ㅎ", None, 2),
            (b's', b'h') => ("ㅅ", None, 2),
            (b't', b'h') => ("ㅌ", None, 2),
            (b'p', b'h') => ("ㅍ", None, 2),
            (b'c', b'k') => ("ㅋ", Some(1), 2),
            (b'q', b'u') => ("ㅋ", None, 2),
            (b'n', b'g') if vowel_of(at(i + 2)).is_none() => ("", Some(21), 2),
            (b'c', _) if bright => ("ㅊ", None, 1),
            (b'c' | b'k' | b'q', _) => ("ㅋ", None, 1),
            (b'g', _) => ("ㄱ", None, 1),
            (b'b' | b'v', _) => ("ㅂ", None, 1),
            (b'w', _) => ("ㅂ", None, 1),
            (b'd', _) => ("ㄷ", None, 1),
            (b'f' | b'p', _) => ("ㅍ", None, 1),
            (b'h', _) => ("ㅎ", None, 1),
            (b'j', _) => ("ㅈ", None, 1),
            (b'l', _) => ("ㄹ", Some(8), 1),
            (b'm', _) => ("ㅁ", Some(16), 1),
            (b'n', _) => ("ㄴ", Some(4), 1),
            (b'r', _) => ("ㄹ", None, 1),
            (b's', _) => ("ㅅ", None, 1),
            (b't', _) => ("ㅌ", None, 1),
            (b'z', _) => ("ㅊ", None, 1),
            (b'x', _) => ("ㅅ", None, 1),
            _ => ("", None, 1),
        };
        i += width + usize::from(doubled && width == 1);
        let then_vowel = vowel_of(at(i)).is_some();
        let open = matches!(units.last(), Some(Unit::Vowel(_)));
        if c == b'x' && open {
            units.push(last(1));
        }
        match (onset, close) {
            ("", Some(f)) if open => units.push(last(f)),
            ("", _) => {}
            ("ㄹ", Some(f)) if then_vowel && open => {
                units.push(last(f));
                units.push(initial("ㄹ"));
            }
            (onset, _) if then_vowel => units.push(initial(onset)),
            (_, Some(f)) if open => units.push(last(f)),
            (onset, _) => {
                units.push(initial(onset));
                units.push(vowel(if c == b's' && width == 2 { 'ㅣ' } else { 'ㅡ' }));
            }
        }
    }
    compose(&units)
}

/// The names of the letters from a on.
pub(crate) const NAMES: [&str; 26] = [
    "에이",
    "비",
    "시",
    "디",
    "이",
    "에프",
    "지",
    "에이치",
    "아이",
    "제이",
    "케이",
    "엘",
    "엠",
    "엔",
    "오",
    "피",
    "큐",
    "아르",
    "에스",
    "티",
    "유",
    "브이",
    "더블유",
    "엑스",
    "와이",
    "제트",
];
