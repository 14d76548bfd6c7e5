//! Volumes: which one of a set a text names, whatever the writing: `3`, `제3권`, `vol. 3`, `III`, `Ⅲ`, `삼`, `book three`, `셋째`, `하`.
//! Editions (3판) and years are no volumes. Invariant: every function is total over any text.

use crate::fold;

/// Digits of a volume's number.
const MOST_DIGITS: usize = 3;
/// The greatest number that is read as a Roman numeral; letters beyond X are words more often than numbers.
const MOST_ROMAN: usize = 39;
/// Words of one volume: `제 3 권`.
pub const MOST_WORDS: usize = 3;

/// The key of the last volume of a set.
pub const LAST: &str = "last";

/// A volume that a text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// The form under which volumes are compared: a number without zeros in front (`3.1` for the
    /// first of the third), `상`, `중`, `하`, or [`LAST`].
    pub key: String,
    /// How sure it is that a volume is meant.
    pub sign: Sign,
}

/// The sign by which a word is taken for a volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// A word or sign beside the number: 권, vol., #, 번째.
    Marked,
    /// An ordinal (second, 둘째) or the word for the last one.
    Ordinal,
    /// Digits alone.
    Digits,
    /// A Roman numeral or a number in words, which may be another word.
    Word,
    /// 상, 중, 하 alone.
    Part,
}

/// Words and signs before a number; those of letters alone want a blank or a point behind, or digits.
const BEFORE: [&str; 14] =
    ["volume", "vol", "book", "part", "band", "tome", "tom", "bd", "bk", "pt", "v", "제", "第", "#"];
/// Words behind a number.
const BEHIND: [&str; 14] =
    ["번째 권", "번째 책", "째 권", "째 책", "번째", "권째", "권", "집", "부", "책", "편", "卷", "巻", "冊"];

/// Reads a text that is a volume and nothing else.
///
/// ```
/// use seoga_text::volume::read;
/// let key = |text| read(text).map(|volume| volume.key);
/// for three in ["3", "03", "제3권", "3권", "v.3", "vol. 3", "III", "Ⅲ", "삼", "셋째", "book three", "third", "三", "(3)"] {
///     assert_eq!(key(three).as_deref(), Some("3"), "{three}");
/// }
/// assert_eq!(key("下"), key("하권"));
/// assert_eq!(key("3-1").as_deref(), Some("3.1"));
/// for none in ["3판", "2021", "3년", "토지", "권", "3.8", "1급", "9-1-1", "010-1234", ""] {
///     assert_eq!(key(none), None, "{none}");
/// }
/// ```
#[must_use]
pub fn read(text: &str) -> Option<Volume> {
    let folded = fold::fold(text);
    let text = folded.trim_matches(|c: char| !c.is_alphanumeric() && c != '#');
    if text.is_empty() || text.chars().count() > 24 {
        return None;
    }
    if let Some((key, sign)) = alone(text) {
        return Some(Volume { key, sign });
    }
    let (inside, before) = match BEFORE.iter().find_map(|mark| without_mark(text, mark)) {
        Some(inside) => (inside, true),
        None => (text, false),
    };
    let behind = BEHIND.iter().filter_map(|mark| inside.strip_suffix(mark));
    let (key, _) = behind.chain(before.then_some(inside)).find_map(|inside| alone(inside.trim()))?;
    Some(Volume { key, sign: Sign::Marked })
}

/// Makes the key of a volume as a library recorded it in a column of its own: that of the volume it is, else its letters, with a
/// point where other signs part digits. The key of a key is itself.
///
/// ```
/// use seoga_text::volume::key;
/// assert_eq!(key("제3권"), key("v. 3"));
/// assert_eq!(key("별책 부록").as_deref(), Some("별책부록"));
/// assert_eq!(key("3-1").as_deref(), Some("3.1"));
/// assert_eq!(key("-"), None);
/// ```
#[must_use]
pub fn key(recorded: &str) -> Option<String> {
    let of = |text: &str| read(text).map(|volume| volume.key);
    of(recorded).or_else(|| {
        let letters = with_points(recorded);
        of(&letters).or_else(|| Some(letters).filter(|letters| !letters.is_empty()))
    })
}

/// Gives the place of a volume among the others of its set or series by its key: by number, then by the number within that; one
/// without a number comes last but for the end of the set.
///
/// ```
/// use seoga_text::volume::place;
/// let mut keys = ["last", "별책", "10", "3.1", "2", "3.2", "1", "3"];
/// keys.sort_by_key(|key| place(key));
/// assert_eq!(keys, ["1", "2", "3", "3.1", "3.2", "10", "별책", "last"]);
/// assert!(place("상") < place("중") && place("중") < place("하"));
/// ```
#[must_use]
pub fn place(key: &str) -> u16 {
    /// Places of the numbers within a number.
    const WITHIN: u16 = 16;
    match key {
        "상" => return WITHIN,
        "중" => return 2 * WITHIN,
        "하" => return 3 * WITHIN,
        LAST => return u16::MAX,
        _ => {}
    }
    let (whole, within) = key.split_once('.').unwrap_or((key, "0"));
    let within = within.split('.').next().and_then(|within| within.parse::<u16>().ok());
    match (whole.parse::<u16>(), within) {
        (Ok(whole), Some(within)) => {
            whole.saturating_mul(WITHIN).min(u16::MAX - 2 * WITHIN) + within.min(WITHIN - 1)
        }
        _ => u16::MAX - 1,
    }
}

/// Gives the letters and digits of a text, a point between digits that were not neighbours.
fn with_points(text: &str) -> String {
    let mut out = String::new();
    let mut parted = false;
    for c in fold::fold(text).chars() {
        if !c.is_alphanumeric() {
            parted = true;
            continue;
        }
        if parted && c.is_ascii_digit() && out.ends_with(|c: char| c.is_ascii_digit()) {
            out.push('.');
        }
        parted = false;
        out.push(c);
    }
    out
}

/// Finds the volume at the end of a title's main part, and what stands before it. Digits alone count, numbers in words only beside
/// a mark, Roman numerals only in capitals.
///
/// ```
/// use seoga_text::volume::at_end;
/// let parts = |title| at_end(title).map(|(title, volume)| (title, volume.key));
/// assert_eq!(parts("로마 이야기 제3권"), Some(("로마 이야기", "3".to_owned())));
/// assert_eq!(parts("삼국지(하)"), Some(("삼국지", "하".to_owned())));
/// assert_eq!(parts("토지. 12"), Some(("토지", "12".to_owned())));
/// assert_eq!(parts("삼국지10"), Some(("삼국지", "10".to_owned())));
/// assert_eq!(parts("파이썬 3.8"), None);
/// assert_eq!(parts("1984"), None);
/// assert_eq!(parts("데이터 분석 3판"), None);
/// ```
#[must_use]
pub fn at_end(title: &str) -> Option<(&str, Volume)> {
    let title = title.trim_end();
    let mut found = None;
    let mut cut = title.len();
    for _ in 0..MOST_WORDS {
        let before = title.get(..cut)?.trim_end_matches(char::is_whitespace);
        let Some(at) = before.rfind(|c: char| c.is_whitespace() || matches!(c, '(' | '[')) else { break };
        cut = at;
        let word = title.get(at..)?;
        if let Some(volume) = read(word).filter(|volume| ends_title(word, volume)) {
            found = Some((at, volume));
        }
    }
    let (at, volume) = found.or_else(|| glued(title))?;
    let before = tidy(title.get(..at)?);
    before.chars().any(char::is_alphabetic).then_some((before, volume))
}

/// Gives the letters of a title that ends with a volume, the volume as its key: `토지 제3권` and `토지 III` are `토지3`.
///
/// ```
/// use seoga_text::volume::title_letters;
/// assert_eq!(title_letters("토지 제3권"), title_letters("토지 III"));
/// assert_eq!(title_letters("토지"), None);
/// ```
#[must_use]
pub fn title_letters(title: &str) -> Option<String> {
    at_end(title).map(|(before, volume)| fold::letters(before) + &volume.key)
}

/// Finds the volume glued to the end of a word, `토지3권`, `삼국지10`: where it begins, and which it is.
///
/// ```
/// use seoga_text::volume::glued;
/// assert_eq!(glued("토지3권").map(|(at, volume)| (at, volume.key)), Some((6, "3".to_owned())));
/// assert_eq!(glued("html5"), None);
/// ```
#[must_use]
pub fn glued(word: &str) -> Option<(usize, Volume)> {
    let end = word.trim_end_matches(['권', '卷', '巻']).len();
    let digits = word.get(..end)?.trim_end_matches(|c: char| c.is_ascii_digit());
    let at = digits.strip_suffix('제').filter(|_| end < word.len()).unwrap_or(digits).len();
    let head = word.get(..at)?;
    // Latin letters and digits are names more often (html5), and a number behind points is a version.
    let is_word = head.chars().next_back().is_some_and(|c| c.is_alphabetic() && !fold::is_latin(c));
    let volume = read(word.get(at..)?)?;
    (is_word && digits.len() < end && head.chars().count() > 1).then_some((at, volume))
}

/// Finds the series that a title names in brackets at its end with a number, `New Moon (Twilight, #2)`: the title, the series, and
/// the number as recorded.
///
/// ```
/// use seoga_text::volume::in_series;
/// assert_eq!(in_series("New Moon (Twilight, #2)"), Some(("New Moon", "Twilight", "2")));
/// assert_eq!(in_series("Dune (Dune Chronicles #1)"), Some(("Dune", "Dune Chronicles", "1")));
/// assert_eq!(in_series("C# (3rd ed.)"), None);
/// ```
#[must_use]
pub fn in_series(title: &str) -> Option<(&str, &str, &str)> {
    let (before, inside) = title.trim_end().strip_suffix(')')?.rsplit_once('(')?;
    let (name, number) = inside.rsplit_once('#')?;
    let (before, number) = (before.trim_end(), number.trim());
    let name = name.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':'));
    let counts = number.starts_with(|c: char| c.is_ascii_digit()) && number.len() <= 12;
    let told = [before, name].iter().all(|text| text.chars().any(char::is_alphanumeric));
    (counts && told).then_some((before, name, number))
}

/// Tells whether a volume stands for itself at the end of a title.
fn ends_title(word: &str, volume: &Volume) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    match volume.sign {
        Sign::Marked | Sign::Digits | Sign::Part => true,
        Sign::Ordinal => false,
        // One letter may be any: 비타민 I, 말콤 X.
        Sign::Word => {
            let capitals = bare.len() > 1 && bare.bytes().all(|byte| matches!(byte, b'I' | b'V' | b'X'));
            capitals || bare.chars().all(|c| matches!(c, '\u{2160}'..='\u{216B}'))
        }
    }
}

fn tidy(title: &str) -> &str {
    title.trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, '.' | ',' | '(' | '[' | ':' | ';' | '-' | '/')
    })
}

/// Takes a mark off the beginning, where it is a mark there.
fn without_mark<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(mark)?;
    let latin = mark.bytes().all(|byte| byte.is_ascii_lowercase());
    let apart = !latin || rest.starts_with(|c: char| c == '.' || c == ' ' || c.is_ascii_digit());
    apart.then(|| rest.trim_start_matches(['.', ' ', '#']))
}

/// Reads a number in any writing, and 상, 중, 하.
fn alone(text: &str) -> Option<(String, Sign)> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number = text.trim_start_matches('0');
        let told = !number.is_empty() && number.len() <= MOST_DIGITS;
        return told.then(|| (number.to_owned(), Sign::Digits));
    }
    if let Some((whole, within)) = text.split_once('-').filter(|(_, within)| !within.contains('-')) {
        let (whole, _) = alone(whole).filter(|(_, sign)| *sign == Sign::Digits)?;
        let (within, _) = alone(within).filter(|(_, sign)| *sign == Sign::Digits)?;
        return Some((format!("{whole}.{within}"), Sign::Digits));
    }
    let part = match text {
        "상" | "上" | "상권" | "상편" => "상",
        "중" | "中" | "중권" | "중편" => "중",
        "하" | "下" | "하권" | "하편" => "하",
        _ => "",
    };
    if !part.is_empty() {
        let sign = if text.chars().count() > 1 { Sign::Marked } else { Sign::Part };
        return Some((part.to_owned(), sign));
    }
    if matches!(text, "last" | "final" | "마지막" | "완결") {
        return Some((LAST.to_owned(), Sign::Ordinal));
    }
    let told = |number: u32, sign| Some((number.to_string(), sign));
    if let Some(number) = ordinal(text) {
        return told(number, Sign::Ordinal);
    }
    roman(text)
        .or_else(|| sino_korean(text))
        .or_else(|| english(text))
        .and_then(|number| told(number, Sign::Word))
}

/// Ones of Roman numerals, of zero first.
const ROMAN_ONES: [&str; 10] = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"];

/// Reads `i` to `xxxix`.
fn roman(text: &str) -> Option<u32> {
    let ones = text.trim_start_matches('x');
    let (tens, ones) = match text.strip_suffix("ix").filter(|tens| tens.bytes().all(|byte| byte == b'x')) {
        Some(tens) => (tens.len(), "ix"),
        None => (text.len() - ones.len(), ones),
    };
    let ones = ROMAN_ONES.iter().position(|written| *written == ones)?;
    let number = tens * 10 + ones;
    (1..=MOST_ROMAN).contains(&number).then_some(number as u32)
}

/// Reads 일 to 구십구, and 一 to 九十九.
fn sino_korean(text: &str) -> Option<u32> {
    const DIGITS: [(char, char); 9] = [
        ('일', '一'),
        ('이', '二'),
        ('삼', '三'),
        ('사', '四'),
        ('오', '五'),
        ('육', '六'),
        ('칠', '七'),
        ('팔', '八'),
        ('구', '九'),
    ];
    let digit = |c: char| DIGITS.iter().position(|(a, b)| c == *a || c == *b).map(|place| place as u32 + 1);
    let one = |text: &str| {
        let mut chars = text.chars();
        chars.next().and_then(digit).filter(|_| chars.next().is_none())
    };
    let Some((tens, ones)) = text.split_once(['십', '十']) else { return one(text) };
    let tens = if tens.is_empty() { 1 } else { one(tens)? };
    Some(tens * 10 + if ones.is_empty() { 0 } else { one(ones)? })
}

/// English words for places, from the first on.
pub const ENGLISH_ORDINALS: [&str; 20] = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
];

/// Reads first to twentieth, and 첫째 to 열째.
fn ordinal(text: &str) -> Option<u32> {
    const KOREAN: [&[&str]; 10] = [
        &["첫", "첫째", "첫번째"],
        &["둘째", "두번째", "두"],
        &["셋째", "세번째", "세"],
        &["넷째", "네번째", "네"],
        &["다섯", "다섯째", "다섯번째"],
        &["여섯", "여섯째", "여섯번째"],
        &["일곱", "일곱째", "일곱번째"],
        &["여덟", "여덟째", "여덟번째"],
        &["아홉", "아홉째", "아홉번째"],
        &["열", "열째", "열번째"],
    ];
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| text.strip_suffix(end));
    let figure =
        digits.filter(|digits| (1..=2).contains(&digits.len())).and_then(|digits| digits.parse().ok());
    let joined: String = text.chars().filter(|c| *c != ' ').collect();
    let korean = KOREAN.iter().position(|words| words.contains(&joined.as_str()));
    let place = korean.or_else(|| ENGLISH_ORDINALS.iter().position(|word| *word == text));
    place.map(|place| place as u32 + 1).or(figure).filter(|number| *number > 0)
}

/// English words for one to twenty.
const ENGLISH: [&str; 20] = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];
/// English words for the tens behind them.
const ENGLISH_TENS: [(&str, u32); 7] = [
    ("thirty", 30),
    ("forty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
];

/// Reads one to twenty, and the tens to ninety.
fn english(text: &str) -> Option<u32> {
    let tens = ENGLISH_TENS.iter().find(|(word, _)| *word == text).map(|(_, number)| *number);
    ENGLISH.iter().position(|word| *word == text).map(|place| place as u32 + 1).or(tens)
}

/// Gives the other writings of a folded number: digits for an English word or a Roman numeral of several letters; for digits the word,
/// of one to twenty and of a ten to ninety, and the numeral, of two to thirty-nine.
///
/// ```
/// use seoga_text::volume::other_writings;
/// assert_eq!(other_writings("4"), ["four", "iv"]);
/// assert_eq!(other_writings("80"), ["eighty"]);
/// assert_eq!(other_writings("seven"), ["7"]);
/// assert_eq!(other_writings("viii"), ["8"]);
/// // More often a word than a number.
/// assert!(other_writings("i").is_empty() && other_writings("1984").is_empty());
/// ```
#[must_use]
pub fn other_writings(number: &str) -> Vec<String> {
    let numeral = || roman(number).filter(|_| number.len() > 1);
    if let Some(value) = english(number).or_else(numeral) {
        return vec![value.to_string()];
    }
    let Some(value) = number.parse().ok().filter(|value: &usize| value.to_string() == number) else {
        return Vec::new();
    };
    let small = value.checked_sub(1).and_then(|place| ENGLISH.get(place)).copied();
    let tens = ENGLISH_TENS.iter().find(|(_, tens)| *tens as usize == value).map(|(word, _)| *word);
    let numeral = (2..=MOST_ROMAN).contains(&value).then(|| {
        let ones = ROMAN_ONES.get(value % 10).copied().unwrap_or_default();
        format!("{}{ones}", "x".repeat(value / 10))
    });
    small.or(tens).map(str::to_owned).into_iter().chain(numeral).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_of(text: &str) -> Option<String> {
        read(text).map(|volume| volume.key)
    }

    #[test]
    fn a_numeral_is_written_as_it_is_read() {
        for value in 2..=MOST_ROMAN {
            let written = other_writings(&value.to_string()).pop().unwrap();
            assert_eq!(roman(&written), Some(value as u32), "{written}");
        }
        assert_eq!(other_writings("40"), ["forty"]);
    }

    #[test]
    fn every_writing_of_a_number_has_one_key() {
        for (number, texts) in [
            (
                "1",
                &["1", "I", "일", "첫째", "first", "1st", "제1권", "vol.1", "book one", "一", "첫 번째"][..],
            ),
            ("4", &["iv", "IV", "Ⅳ", "사", "넷째", "fourth", "4권", "제 4 권", "四", "네 번째 책"]),
            ("12", &["012", "xii", "십이", "twelfth", "#12", "제12부", "12卷", "V.12", "Part 12"]),
            ("50", &["fifty", "오십", "50"]),
        ] {
            for text in texts {
                assert_eq!(key_of(text).as_deref(), Some(number), "{text}");
            }
        }
    }

    #[test]
    fn editions_years_versions_and_words_are_no_volumes() {
        for text in [
            "3판",
            "제3판",
            "2021",
            "1984년",
            "3.8",
            "11/22/63",
            "1급",
            "mix",
            "iiii",
            "vx",
            "book",
            "vi편집기",
            "0",
            "1000",
            "이것",
            "권",
            "제",
            "v",
            "3d",
            "vitamin",
            "booking",
            "part",
        ] {
            let read = read(text).filter(|volume| volume.sign != Sign::Word);
            assert_eq!(read, None, "{text}");
        }
    }

    #[test]
    fn what_may_be_another_word_is_told() {
        let sign = |text| read(text).map(|volume| volume.sign);
        assert_eq!(sign("이"), Some(Sign::Word));
        assert_eq!(sign("이권"), Some(Sign::Marked));
        assert_eq!(sign("second"), Some(Sign::Ordinal));
        assert_eq!(sign("하"), Some(Sign::Part));
        assert_eq!(sign("마지막"), Some(Sign::Ordinal));
        assert_eq!(sign("마지막 권"), Some(Sign::Marked));
    }

    #[test]
    fn titles_end_with_volumes_and_not_with_what_looks_like_one() {
        let end = |title: &'static str| at_end(title).map(|(before, volume)| (before, volume.key));
        for (title, before, key) in [
            ("토지 3", "토지", "3"),
            ("한국사 통사 하", "한국사 통사", "하"),
            ("삼국지 (上)", "삼국지", "상"),
            ("Final Fantasy VII", "Final Fantasy", "7"),
            ("회계원리 Ⅱ", "회계원리", "2"),
            ("로마 이야기 2권", "로마 이야기", "2"),
            ("로마 이야기 제 2 권", "로마 이야기", "2"),
            ("Cosmos, Vol. 2", "Cosmos", "2"),
        ] {
            assert_eq!(end(title), Some((before, key.to_owned())), "{title}");
        }
        for title in [
            "1984",
            "토지",
            "11/22/63",
            "말콤 X",
            "비타민 이",
            "신곡 삼",
            "100",
            "C언어 2판",
            "파이썬 3.8",
            "上",
        ] {
            assert_eq!(end(title), None, "{title}");
        }
    }
}
