//! The words of a title, told apart by what they say of a book: of which edition it is, of which part of a work, or neither.
//!
//! Invariant: a word is read by itself, so nothing depends on the words beside it but the word that stands before `편`, `판` or `edition`.

use seoga_text::{normal, title, volume};

use super::description::Volume;

/// Stand before `판` in the names of editions, beside numbers.
const EDITIONS: [&str; 30] = [
    "개정",
    "증보",
    "수정",
    "보완",
    "전면",
    "최신",
    "완전",
    "신",
    "초",
    "재",
    "특별",
    "한정",
    "보급",
    "양장",
    "소장",
    "기념",
    "주년",
    "완역",
    "번역",
    "확장",
    "확대",
    "국제",
    "무선",
    "반양장",
    "문고",
    "큰글자",
    "큰글씨",
    "스페셜",
    "차",
    "제",
];
/// Words that name an edition by themselves.
const EDITION_WORDS: [&str; 24] = [
    "개정",
    "개정증보",
    "증보",
    "큰글자도서",
    "큰글자책",
    "큰글씨책",
    "큰글씨도서",
    "큰활자본",
    "큰글",
    "리커버",
    "리커버판",
    "양장",
    "양장본",
    "에디션",
    "페이퍼백",
    "하드커버",
    "보급판",
    "완역본",
    "edition",
    "edn",
    "ed",
    "paperback",
    "hardcover",
    "reissue",
];
/// Words before `edition` that belong to it.
const BEFORE_EDITION: [&str; 14] = [
    "revised",
    "rev",
    "international",
    "global",
    "updated",
    "expanded",
    "special",
    "anniversary",
    "deluxe",
    "illustrated",
    "new",
    "student",
    "and",
    "th",
];
/// Words that name a part of a work, or one of several works that share a title.
const PARTS: [&str; 42] = [
    "상",
    "중",
    "하",
    "上",
    "中",
    "下",
    "상권",
    "중권",
    "하권",
    "기초",
    "기본",
    "심화",
    "고급",
    "초급",
    "중급",
    "입문",
    "실전",
    "활용",
    "이론",
    "실습",
    "필기",
    "실기",
    "문제집",
    "기출문제집",
    "기출문제",
    "워크북",
    "해설집",
    "해답",
    "교사용",
    "학생용",
    "지도서",
    "요약집",
    "총정리",
    "summary",
    "workbook",
    "answers",
    "basic",
    "advanced",
    "i",
    "ii",
    "iii",
    "iv",
];
/// Stand behind the number of a part.
const NUMBERED_PARTS: [&str; 10] = ["급", "권", "부", "편", "집", "학년", "기", "호", "탄", "단계"];

/// The words of a part of a title.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TitleWords {
    /// Words that say neither, in their order.
    pub(super) plain: Vec<String>,
    /// Words that tell editions of one work apart.
    pub(super) editions: Vec<String>,
    /// Words that tell parts of a work, or works of one title, apart: numbers, levels, `편`.
    pub(super) parts: Vec<String>,
}

impl TitleWords {
    /// Reads a part of a title.
    pub(super) fn of(text: &str) -> Self {
        let mut read = Self::default();
        for word in words(text) {
            match word.as_str() {
                "판" | "편" => {
                    let named = read.plain.pop();
                    read.parts.push(named.unwrap_or_default() + &word);
                }
                _ if is_edition(&word) => {
                    while read.plain.last().is_some_and(|before| goes_before(before)) {
                        read.editions.extend(read.plain.pop());
                    }
                    read.editions.push(word);
                }
                _ => read.plain.push(word),
            }
        }
        let is_part = |word: &String| is_part(word);
        read.parts.extend(read.plain.iter().filter(|word| is_part(word)).cloned());
        read.editions.sort_unstable();
        read.parts.sort_unstable();
        read
    }

    /// Adds the words of another part.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.plain.extend(other.plain);
        self.editions.extend(other.editions);
        self.parts.extend(other.parts);
        self.editions.sort_unstable();
        self.parts.sort_unstable();
        self
    }

    /// Writes the words that say neither as one.
    pub(super) fn letters(&self) -> String {
        self.plain.concat()
    }
}

/// Reads the words of a title proper without its volume.
pub(super) fn proper(recorded: &str) -> TitleWords {
    let main = title::parts(recorded).main;
    let is_short = |volume: &volume::Volume| volume.key.chars().count() <= Volume::MOST_LETTERS;
    let main = volume::at_end(main).filter(|(_, volume)| is_short(volume)).map_or(main, |(before, _)| before);
    TitleWords::of(main)
}

/// Splits a text into words in lower case, of letters and digits, and the signs in `C++` and `C#`.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let text = normal::nfkc(text);
    let mut rest = text.chars().flat_map(char::to_lowercase).peekable();
    while let Some(c) = rest.next() {
        let Some(word) = words.last_mut() else { break };
        let glued = c == '#' || c == '+' && (word.ends_with('+') || rest.peek() == Some(&'+'));
        if c.is_alphanumeric() || glued && !word.is_empty() {
            word.push(c);
        } else if matches!(c, '.' | ',') && is_inside_number(word, rest.peek()) {
            word.push('.');
        } else if !word.is_empty() {
            words.push(String::new());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn is_inside_number(before: &str, next: Option<&char>) -> bool {
    before.ends_with(|c: char| c.is_ascii_digit()) && next.is_some_and(char::is_ascii_digit)
}

fn is_edition(word: &str) -> bool {
    if EDITION_WORDS.contains(&word) {
        return true;
    }
    let Some(mut left) = word.strip_suffix('판').filter(|left| !left.is_empty() && !left.contains('.'))
    else {
        return false;
    };
    while !left.is_empty() {
        let digits = left.trim_end_matches(|c: char| c.is_ascii_digit());
        let shorter = EDITIONS.iter().find_map(|name| left.strip_suffix(name));
        left = match shorter {
            _ if digits.len() < left.len() => digits,
            Some(shorter) => shorter,
            None => return false,
        };
    }
    true
}

/// Tells whether a word in front of one that names an edition belongs to it: `5th edition`, `전면 개정판`, `2020년 개정판`.
fn goes_before(word: &str) -> bool {
    let number = word.trim_start_matches(|c: char| c.is_ascii_digit());
    BEFORE_EDITION.contains(&word)
        || volume::ENGLISH_ORDINALS.contains(&word)
        || EDITIONS.contains(&word)
        || number.len() < word.len()
            && matches!(number, "" | "st" | "nd" | "rd" | "th" | "년" | "차" | "주년")
}

fn is_part(word: &str) -> bool {
    let number = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    PARTS.contains(&word)
        || number.len() < word.len() && (number.is_empty() || NUMBERED_PARTS.contains(&number))
        || word.chars().count() > 1 && word.ends_with('편')
        || word.ends_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> [String; 3] {
        let words = TitleWords::of(text);
        [words.plain, words.editions, words.parts].map(|words| words.join(" "))
    }

    #[test]
    fn words_of_editions_and_of_parts_are_told_apart() {
        for (text, plain, editions, parts) in [
            ("도커 입문 개정판", "도커 입문", "개정판", "입문"),
            ("데이터통신 길라잡이 (제4판)", "데이터통신 길라잡이", "제4판", ""),
            ("2020년 개정판", "", "2020년 개정판", ""),
            ("전면 개정 3판", "", "3판 개정 전면", ""),
            ("Learning Python, 5th Edition", "learning python", "5th edition", ""),
            ("[큰글자도서]", "", "큰글자도서", ""),
            ("스위프트 4.0판", "스위프트 4.0판", "", ""),
            ("모하비 판", "", "", "모하비판"),
            ("자바 편", "", "", "자바편"),
            ("2급 실기", "2급 실기", "", "2급 실기"),
            ("비범한 인생 전략 71가지", "비범한 인생 전략 71가지", "", ""),
            ("C++로 쉽게 풀어쓴", "c++로 쉽게 풀어쓴", "", ""),
            ("HTML+CSS", "html css", "", ""),
            ("C# 교실", "c# 교실", "", ""),
            ("출판", "출판", "", ""),
        ] {
            assert_eq!(read(text), [plain, editions, parts].map(str::to_owned), "{text}");
        }
    }
}
