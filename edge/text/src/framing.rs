//! Framing words: what people put round the subject of a question (a book about, how to, ~하는 법, 책 추천, 알려 주세요), and what
//! catalogues print round titles and names (지음, edited by, 개정판). Lists of function words and rules of endings, no dictionary
//! of subjects. What it tells is how much a word may be missed, never that it is to be left out: a title may hold any of these.

use crate::{hangul, names};

/// English function words and words of asking.
const ENGLISH: &[&str] = &[
    "a",
    "about",
    "an",
    "and",
    "any",
    "are",
    "at",
    "best",
    "book",
    "books",
    "by",
    "can",
    "do",
    "does",
    "find",
    "for",
    "from",
    "go",
    "good",
    "how",
    "i",
    "in",
    "is",
    "looking",
    "me",
    "my",
    "need",
    "novel",
    "novels",
    "of",
    "on",
    "or",
    "please",
    "recommend",
    "should",
    "some",
    "tell",
    "that",
    "the",
    "to",
    "want",
    "what",
    "where",
    "which",
    "with",
    "would",
    "you",
];

/// English verbs that frame a question behind "to": how to use, want to learn.
const ENGLISH_BEHIND_TO: &[&str] = &["build", "get", "learn", "make", "read", "start", "study", "use"];

/// Labels of a class number.
const CLASS_LABELS: &[&str] = &["kdc", "ddc", "분류", "분류번호", "청구기호", "class"];

/// Forms of writing before "by" in front of a name: plays by, short stories by.
const FORMS_BY: &[&str] = &[
    "comics",
    "essays",
    "mysteries",
    "plays",
    "poems",
    "poetry",
    "short",
    "stories",
    "thrillers",
    "works",
    "writings",
];

/// Words beside which "order" asks for a series from its first volume on: series order, reading order.
const BESIDE_ORDER: &[&str] = &["books", "novels", "read", "reading", "series"];

/// Participles before "by" in front of a name.
const PARTICIPLES: &[&str] =
    &["adapted", "compiled", "edited", "illustrated", "retold", "translated", "written"];

/// Words before 판 beside numbers: 개정판, 초판.
const EDITIONS: &[&str] = &[
    "개정",
    "증보",
    "개정증보",
    "전면개정",
    "최신개정",
    "최신",
    "초",
    "신",
    "수정",
    "재",
    "특별",
    "한정",
    "보급",
    "완역",
];

/// Korean words that frame a question wherever they stand.
const ANYWHERE: &[&str] = &[
    "책",
    "책들",
    "도서",
    "서적",
    "좀",
    "잘",
    "것",
    "거",
    "게",
    "관련",
    "관련된",
    "관한",
    "관해",
    "관하여",
    "대한",
    "대해",
    "대해서",
    "대하여",
    "왜",
    "어떻게",
    "어떤",
    "무슨",
    "무엇",
    "뭐",
    "뭐가",
    "뭐부터",
    "뭔지",
    "뭔가",
    "뭘",
    "및",
    "등",
    "할",
    "해야",
    "하지",
    "되지",
    "않는",
    "않고",
    "않게",
    "말고",
    "같은",
    "내",
    "내가",
    "나는",
    "제가",
    "우리",
    "다는",
    "하는",
    "하고",
    "하면",
    "하려면",
    "하기",
    "되는",
    "되려면",
    "있는",
    "있으면",
    "없는",
    "위한",
    "싶은",
    "싶은데",
    "싶을",
    "싶다",
    "싶어",
];

/// Words that frame a question at its end, or in front of another that does: 책 추천, but 추천 시스템.
const AT_END: &[&str] = &[
    "series",
    "시리즈",
    "추천",
    "소개",
    "설명",
    "부탁",
    "정리",
    "안내",
    "주는",
    "해주는",
    "알려주는",
    "좋은",
    "읽을",
    "볼",
    "볼만한",
    "읽을만한",
    "만한",
    "찾고",
    "찾아",
    "찾는",
    "찾기",
    "알고",
    "알려",
    "배우고",
    "배우는",
    "배울",
    "배우려면",
    "공부하는",
    "보고",
    "이야기책",
    "하나",
    "법",
    "방법",
    "법을",
    "방법을",
    "수",
    "때",
    "만드는",
    "쓰는",
    "사용하는",
    "이용하는",
    "다루는",
    "설명해",
    "추천해",
    "소개해",
    "정리해",
    "안내해",
];

/// Ends of Korean sentences that ask or wish: syllables that stand in front of 요, 다 and 줘.
const BEFORE_YO: &str = "어아해세나까데네예에려고군지돼워와줘봐져켜겨여";

/// Particles that may stand behind 책 and its like.
const BEHIND: &[&str] = &["을", "를", "이", "은", "는", "가", "의", "도", "좀", "로", "으로", "이나", "에"];

/// Tells of each word of a query, folded and in order, whether it frames the question rather than says what it is about. Where all
/// words are such, none is: then they are the subject.
///
/// ```
/// use seoga_text::framing::frames;
/// assert_eq!(frames(&["드론", "관련", "책", "추천해줘"]), [false, true, true, true]);
/// assert_eq!(frames(&["추천", "시스템"]), [false, false]);
/// assert_eq!(frames(&["books", "about", "chess"]), [true, true, false]);
/// assert_eq!(frames(&["how", "to", "do"]), [false, false, false]);
/// ```
pub fn frames(words: &[&str]) -> Vec<bool> {
    let mut frames = vec![false; words.len()];
    let mut at_end = true;
    let roles = words.iter().any(|word| names::is_role(word));
    let mut after = None;
    let mut before_by = false;
    for (place, word) in words.iter().enumerate().rev() {
        let before = place.checked_sub(1).and_then(|place| words.get(place)).copied();
        let role = names::is_role(word)
            || before.is_some() && names::is_role_beside(word, after.is_none(), roles)
            || PARTICIPLES.contains(word) && after == Some("by");
        // Of words in a row in front of "by" each: short stories by.
        before_by = (before_by || after == Some("by")) && FORMS_BY.contains(word);
        let framing = is_framing(word)
            || role
            || before_by
            || is_edition(word, after)
            || CLASS_LABELS.contains(word) && after.is_some_and(is_class_number)
            || asks_for_order(place, words)
            || before == Some("to") && ENGLISH_BEHIND_TO.contains(word)
            || is_method(word, before)
            || at_end && AT_END.contains(word);
        at_end &= framing;
        after = Some(*word);
        if let Some(own) = frames.get_mut(place) {
            *own = framing;
        }
    }
    if frames.iter().all(|framing| *framing) {
        frames.fill(false);
    }
    frames
}

/// Tells whether a word frames a question wherever it stands, and so is no subject.
///
/// ```
/// use seoga_text::framing::is_framing;
/// assert!(is_framing("and") && is_framing("책") && !is_framing("chess"));
/// ```
#[must_use]
pub fn is_framing(word: &str) -> bool {
    if word.is_ascii() {
        return ENGLISH.contains(&word);
    }
    let bare = BEHIND.iter().filter_map(|particle| word.strip_suffix(particle));
    ANYWHERE.contains(&word)
        || bare.into_iter().any(|bare| matches!(bare, "책" | "도서" | "서적"))
        || is_wish(word)
}

/// Tells whether a word ends as a sentence that asks or wishes does: 알려주세요, 있나요, 싶습니다, 찾아줘, 좋을까.
fn is_wish(word: &str) -> bool {
    let mut back = word.chars().rev();
    let (Some(last), Some(before)) = (back.next(), back.next()) else { return false };
    let longer = back.next().is_some();
    let final_of = |c: char| hangul::final_of(c);
    match last {
        '요' => longer && BEFORE_YO.contains(before) || before == '있' || before == '죠',
        '다' => longer && before == '니',
        '줘' => matches!(before, '려' | '해' | '아' | '어' | '와' | '내'),
        // The ending of a question, whose stem ends in ㄹ: 할까, 좋을까.
        '까' => final_of(before) == Some(8),
        _ => false,
    }
}

/// Tells whether a word is a class number with its decimals: 813.6, of which the three digits before the point alone could be
/// any number.
///
/// ```
/// use seoga_text::framing::is_class_number;
/// assert!(is_class_number("813.6") && !is_class_number("813") && !is_class_number("3.11"));
/// ```
pub fn is_class_number(word: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    word.split_once('.').is_some_and(|(main, rest)| main.len() == 3 && digits(main) && digits(rest))
}

/// Tells whether a word names an edition or counts a volume (개정판, 제2판, 3권, 2nd edition), told the word behind it.
fn is_edition(word: &str, after: Option<&str>) -> bool {
    let numbered = |text: &str| {
        let digits = text.strip_prefix('제').unwrap_or(text);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let of_edition = |word: &str| {
        word.strip_suffix('판').is_some_and(|before| numbered(before) || EDITIONS.contains(&before))
    };
    let edition = |word: &str| matches!(word, "edition" | "ed" | "eds");
    let ordinal = ["st", "nd", "rd", "th"].iter().filter_map(|end| word.strip_suffix(end)).any(numbered);
    of_edition(word)
        || word.strip_suffix('권').is_some_and(numbered)
        || edition(word)
        || EDITIONS.contains(&word) && after.is_some_and(of_edition)
        || (ordinal || matches!(word, "revised" | "new")) && after.is_some_and(edition)
}

/// Tells whether the word at a place asks for a series from its first volume on: in order, reading order, 읽는 순서.
///
/// ```
/// use seoga_text::framing::asks_for_order;
/// assert!(asks_for_order(2, &["dune", "in", "order"]) && asks_for_order(2, &["토지", "읽는", "순서"]));
/// assert!(!asks_for_order(2, &["law", "and", "order"]) && !asks_for_order(0, &["순서", "논리"]));
/// ```
#[must_use]
pub fn asks_for_order(place: usize, words: &[&str]) -> bool {
    let before = place.checked_sub(1).and_then(|place| words.get(place)).copied();
    let last = place + 1 == words.len();
    match words.get(place).copied() {
        Some("order") => last && before == Some("in") || words.iter().any(|word| BESIDE_ORDER.contains(word)),
        Some("순서" | "순서대로") => last && matches!(before, Some("읽는" | "시리즈" | "출간")),
        _ => false,
    }
}

/// Counts the words at the end that name an edition or count a volume.
///
/// ```
/// use seoga_text::framing::editions_at_end;
/// assert_eq!(editions_at_end(&["물결", "2nd", "edition"]), 2);
/// assert_eq!(editions_at_end(&["개정판", "물결"]), 0);
/// ```
#[must_use]
pub fn editions_at_end(words: &[&str]) -> usize {
    let mut behind = None;
    let of_edition = words.iter().rev().take_while(|word| is_edition(word, behind.replace(**word)));
    of_edition.count()
}

/// Tells whether a word is 법, 방법 or 수 behind a verb: 쓰는 법, 할 수.
fn is_method(word: &str, before: Option<&str>) -> bool {
    let Some(last) = before.and_then(|before| before.chars().next_back()) else { return false };
    match word {
        "법" | "법을" | "법이" | "방법" | "방법을" | "방법이" => last == '는',
        "수" | "때" => hangul::final_of(last) == Some(8),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The words of a query that do not frame it.
    fn subject(query: &str) -> String {
        let words: Vec<&str> = query.split([' ', ':']).filter(|word| !word.is_empty()).collect();
        let kept = words.iter().zip(frames(&words)).filter(|(_, frames)| !frames).map(|(word, _)| *word);
        kept.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn wishes_and_function_words_are_no_subject() {
        let cases: [(&str, &str); 25] = [
            ("수채화 관련 책 있나요", "수채화"),
            ("뜨개질 하는 법 알려줘", "뜨개질"),
            ("뜨개질로 인형 만드는 방법", "뜨개질로 인형"),
            ("바둑 두는 법", "바둑 두는"),
            ("정원 가꾸기 책을 추천 부탁드립니다", "정원 가꾸기"),
            ("천문학 배우고 싶은데 책 추천해 주세요", "천문학"),
            ("어떤 책이 좋을까", "어떤 책이 좋을까"),
            ("a good book on knitting", "knitting"),
            ("what are the best books about whales", "whales"),
            ("plays by moliere", "moliere"),
            ("short stories by saki", "saki"),
            ("short plays for two", "short plays two"),
            ("초등학생도 할 수 있는 종이접기", "초등학생도 종이접기"),
            ("저자: 김가온 지음", "김가온"),
            ("김가온 글 이나루 그림 박다솜 옮김", "김가온 이나루 박다솜"),
            ("이나루 저", "이나루"),
            ("나무 사전 개정판", "나무 사전"),
            ("나무 사전 개정 3판", "나무 사전"),
            ("나무 사전 제3판", "나무 사전"),
            ("나무 사전 2권", "나무 사전"),
            ("tales translated by john gaon", "tales john gaon"),
            ("botany 2nd edition", "botany"),
            ("salt hills series", "salt hills"),
            ("salt hills books in order", "salt hills"),
            ("소금 언덕 시리즈 순서", "소금 언덕"),
        ];
        for (query, expected) in cases {
            assert_eq!(subject(query), expected, "{query}");
        }
    }

    #[test]
    fn the_same_letters_elsewhere_are_a_subject() {
        for query in [
            "추천 시스템",
            "민법 총칙",
            "설명 가능한 통계",
            "중요 개요",
            "대중가요 동요",
            "it",
            "the who knows",
        ] {
            let expected = if query == "the who knows" { "who knows" } else { query };
            assert_eq!(subject(query), expected, "{query}");
        }
    }

    proptest! {
        #[test]
        fn some_word_is_always_a_subject(words in prop::collection::vec("[가-힣a-z]{1,4}", 1..8)) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            prop_assert!(frames(&words).iter().any(|frames| !frames));
        }
    }
}
