//! Folding, tokens, keystrokes, particles, splitting, initials and layouts on words as people type them.

use seoga_text::token::{Kind, tokenize};
use seoga_text::{choseong, fold, keys, layout, particle, split, token};

fn words(text: &str) -> Vec<String> {
    tokenize(text).into_iter().map(|t| t.text).collect()
}

fn kind(text: &str) -> (String, Kind) {
    let token = tokenize(text).into_iter().next().unwrap();
    (token.text, token.kind)
}

#[test]
fn fold_unifies_what_is_typed_in_many_ways() {
    for (text, folded) in [
        ("Ｃ＋＋", "c++"),
        ("Python™", "python"),
        ("HANAⓇ 2.0", "hana 2.0"),
        ("제Ⅱ권", "제ii권"),
        ("What’s", "what's"),
        ("수집ㆍ분석 · 활용", "수집·분석 · 활용"),
        ("change‐tolerant", "change-tolerant"),
        ("파이썬\u{a0}입문\u{200b}", "파이썬 입문"),
        ("한\u{FFFD}글", "한 글"),
        ("㈜책", "(주)책"),
        ("\u{1112}\u{1161}\u{11ab}글", "한글"),
        ("ﾊﾟﾝ", "パン"),
        ("\u{FFB6}", "ㅆ"),
        ("Straße Łódź Ångström", "strasse lodz angstrom"),
        ("й ё", "й ё"),
        ("글\u{308}", "글"),
    ] {
        assert_eq!(fold::fold(text), folded, "{text}");
    }
}

#[test]
fn fold_leaves_jamo_as_typed() {
    assert_eq!(fold::fold("ㅍㅏㅇㅣ ㄳ ㄺ"), "ㅍㅏㅇㅣ ㄳ ㄺ");
    assert_eq!(fold::fold("\u{1111}\u{110b}\u{110a}"), "ㅍㅇㅆ");
}

#[test]
fn canonical_query_changes_nothing_else() {
    assert_eq!(fold::canonical_query(" Ｃ# \n École “A” "), "Ｃ# École “a”");
}

#[test]
fn letters_keep_the_signs_of_languages_only() {
    for (text, letters) in [
        ("C/C++ 한꺼번에", "cc++한꺼번에"),
        ("HTML5+CSS3", "html5css3"),
        ("C# & F#", "c#f#"),
        ("#해시태그", "해시태그"),
        ("TCP/IP가 보이는", "tcpip가보이는"),
        ("a+++b", "ab"),
        ("VBA#1", "vba1"),
    ] {
        assert_eq!(fold::letters(text), letters, "{text}");
    }
}

#[test]
fn tokenize_splits_at_scripts_and_keeps_the_whole() {
    assert_eq!(words("C언어"), ["c언어", "c", "언어"]);
    assert_eq!(words("R을 이용한"), ["r을", "r", "을", "이용한"]);
    assert_eq!(words("3D프린터"), ["3d프린터", "3d", "프린터"]);
    assert_eq!(words("1급"), ["1급", "1", "급"]);
    assert_eq!(words("윈도우10"), ["윈도우10", "윈도우", "10"]);
    assert_eq!(words("자바의 神"), ["자바의", "神"]);
    assert_eq!(words("머신ㄹ"), ["머신ㄹ"]);
    assert_eq!(words("빅데이터/딥러닝+로봇"), ["빅데이터", "딥러닝", "로봇"]);
}

#[test]
fn tokenize_keeps_symbols_whole() {
    for symbol in [
        "c++",
        "c#",
        "f#",
        ".net",
        "node.js",
        "tcp/ip",
        "a/b",
        "change-tolerant",
        "3d",
        "r",
        "ar/vr",
        "c/c++",
        "html5",
        "asp.net",
        "c++11",
        "r&d",
        "es2015-es2020",
    ] {
        assert_eq!(kind(symbol), (symbol.to_owned(), Kind::Symbol));
        assert_eq!(kind(&symbol.to_uppercase()), (symbol.to_owned(), Kind::Symbol));
    }
    assert_eq!(kind("8.0"), ("8.0".to_owned(), Kind::Number));
    assert_eq!(kind("react"), ("react".to_owned(), Kind::Latin));
}

#[test]
fn tokenize_gives_the_parts_of_symbols() {
    assert_eq!(words("TCP/IP"), ["tcp/ip", "tcpip", "tcp", "ip"]);
    assert_eq!(words("Vue.js"), ["vue.js", "vuejs", "vue", "js"]);
    assert_eq!(words("C/C++"), ["c/c++", "c", "c++"]);
    assert_eq!(words("ASP.NET"), ["asp.net", "aspnet", "asp", ".net", "net"]);
    assert_eq!(words("C#/.NET"), ["c#/.net", "c#", ".net", "net"]);
    assert_eq!(words("CSS3"), ["css3", "css", "3"]);
    assert_eq!(words("70-270"), ["70-270", "70", "270"]);
    assert_eq!(words("O'Neil's"), ["o'neil's", "oneils", "o", "neil"]);
    assert_eq!(words("HTML5+ CSS3"), ["html5", "html", "5", "css3", "css", "3"]);
}

/// C is not C++, and R is not React: no token of the longer is the shorter.
#[test]
fn tokenize_does_not_confuse_languages() {
    assert!(!words("C++ 입문").contains(&"c".to_owned()));
    assert!(!words("C# 입문").contains(&"c".to_owned()));
    assert!(!words("React").contains(&"r".to_owned()));
    assert!(!words("network").contains(&".net".to_owned()));
    assert!(!words("example.network").contains(&".net".to_owned()));
}

#[test]
fn token_spans_count_code_points_of_the_original() {
    let text = "  Ｃ언어ﬁ \u{1112}\u{1161}\u{11ab}글";
    let spans: Vec<(String, u32, u32)> =
        tokenize(text).into_iter().map(|t| (t.text, t.start, t.end)).collect();
    let expected = [("c언어fi", 2, 6), ("c", 2, 3), ("언어", 3, 5), ("fi", 5, 6), ("한글", 7, 11)];
    assert_eq!(spans, expected.map(|(text, start, end)| (text.to_owned(), start, end)));
}

#[test]
fn token_glue_tells_what_was_written_together() {
    let glued: Vec<(String, bool)> =
        tokenize("C언어 (초)입문").into_iter().map(|t| (t.text, t.glued)).collect();
    let expected = [("c언어", false), ("c", false), ("언어", true), ("초", false), ("입문", false)];
    assert_eq!(glued, expected.map(|(text, glued)| (text.to_owned(), glued)));
}

#[test]
fn runs_group_the_alternatives_of_a_word() {
    let tokens = tokenize("Node.js로 배우는 C언어");
    let runs: Vec<Vec<&str>> = token::runs(&tokens)
        .into_iter()
        .map(|r| tokens[r].iter().map(|t| t.text.as_str()).collect())
        .collect();
    assert_eq!(
        runs,
        [
            vec!["node.js로", "node.js", "nodejs", "node", "js", "로"],
            vec!["배우는"],
            vec!["c언어", "c", "언어"]
        ]
    );
}

#[test]
fn half_composed_words_begin_as_the_words_do() {
    for (state, word) in [
        ("ㅍ", "파이썬"),
        ("팡", "파이썬"),
        ("파있", "파이썬"),
        ("공붛", "공부하는"),
        ("컴파이", "컴파일러"),
        ("컴팡", "컴파일러"),
        ("멋", "머신러닝"),
        ("머신ㄹ", "머신러닝"),
        ("머신런", "머신러닝"),
        ("컴퓨터궂", "컴퓨터구조"),
        ("곱", "고비"),
        ("괏", "과시"),
        ("값", "갑시다"),
        ("닭", "달걀"),
        ("ㅇ", "의자"),
        ("으", "의자"),
        ("c언", "c언어"),
        ("무ㅓ", "뭐라도"),
    ] {
        let (state_keys, word_keys) = (keys::encode(state), keys::encode(word));
        assert!(word_keys.starts_with(&state_keys), "{state} of {word}");
    }
    assert!(!keys::encode("파이썬").starts_with(&keys::encode("파일")));
}

/// 3,319 states for 600 words in the catalogue; here the same over words of every shape of syllable.
#[test]
fn every_state_of_a_list_of_words_is_a_prefix() {
    let words = "파이썬 머신러닝 데이터베이스 쿠버네티스 웹 앱 값 닭 흙 읽기 없는 않고 끓는 핥다 읊조림 여덟 삶 몫 앉아 꺾쇠 \
        있었다 쏘가리 까치 뿌리 찌개 땀띠 왜 워크플로 예의 얘기 귀띔 의회 뷰 휴대폰 과학 컴퓨터활용능력 c언어 3d프린터";
    let mut states = 0;
    for word in words.split_whitespace() {
        let whole = keys::encode(word);
        for state in keys::states(word) {
            assert!(whole.starts_with(&keys::encode(&state)), "{state} of {word}");
            states += 1;
        }
    }
    assert!(states > 200, "{states}");
}

#[test]
fn keys_are_one_byte_each_in_dictionary_order() {
    assert_eq!(keys::encode("ㄱ"), [0x80]);
    assert_eq!(keys::encode("ㅎ"), [0x92]);
    assert_eq!(keys::encode("ㅏ"), [0x93]);
    assert_eq!(keys::encode("ㅣ"), [0xA0]);
    assert_eq!(keys::encode("ㅘ"), keys::encode("ㅗㅏ"));
    assert_eq!(keys::encode("ㄳ"), keys::encode("ㄱㅅ"));
    assert_eq!(keys::encode("ㄲ").len(), 1);
    assert_eq!(keys::encode("c++ #"), b"c++#");
    assert_eq!(keys::encode("神"), [0xF8, 0xB0, 0xB0 + 7, 0xB0 + 37, 0xB0 + 30]);
    assert_eq!(keys::decode(&keys::encode("자바의神é")), "자바의神é");
}

#[test]
fn decode_gives_replacement_characters_for_broken_bytes() {
    assert_eq!(keys::decode(&[0xF8, 0xB0]), "\u{FFFD}\u{FFFD}");
    assert_eq!(keys::decode(&[0x80, 0xFF, 0x93]), "ㄱ\u{FFFD}ㅏ");
}

#[test]
fn particles_come_off_where_the_sound_allows() {
    for (word, stem) in [
        ("파이썬으로", Some("파이썬")),
        ("파이썬을", Some("파이썬")),
        ("파이썬과", Some("파이썬")),
        ("자바와", Some("자바")),
        ("리눅스에서의", Some("리눅스")),
        ("리눅스다", Some("리눅스")),
        ("개발자를", Some("개발자")),
        ("개발자들의", Some("개발자")),
        ("r을", Some("r")),
        ("c++로", Some("c++")),
        ("python으로", Some("python")),
        ("tcp/ip가", Some("tcp/ip")),
        ("3d프린터로", Some("3d프린터")),
        ("c언어로", Some("c언어")),
        ("윈도우10으로", Some("윈도우10")),
        // too short, or not the form that follows such a sound
        ("손으로", None),
        ("웹에서", None),
        ("전문가", None),
        ("라즈베리파이", None),
        ("파이썬", None),
        ("을", None),
        ("", None),
        ("ㅋㅋ을", None),
    ] {
        assert_eq!(particle::strip(word), stem, "{word}");
    }
}

#[test]
fn split_prefers_the_cheapest_then_the_fewest_parts() {
    let known = |w: &str| match w {
        "데이터" | "분석" | "프로그래밍" | "실무" | "데이" | "터분석" => Some(10),
        "데이터분석" | "웹" | "앱" | "3d" | "프린터" | "java" | "script" | "go" => Some(5),
        _ => None,
    };
    fn cut<'a>(word: &'a str, known: &dyn Fn(&str) -> Option<u32>) -> Option<Vec<&'a str>> {
        split::split(word, known)
    }
    assert_eq!(cut("데이터분석", &known), Some(vec!["데이터", "분석"]));
    assert_eq!(cut("데이터분석실무", &known), Some(vec!["데이터분석", "실무"]));
    assert_eq!(cut("웹프로그래밍", &known), Some(vec!["웹", "프로그래밍"]));
    assert_eq!(cut("3d프린터", &known), Some(vec!["3d", "프린터"]));
    assert_eq!(cut("javascript", &known), Some(vec!["java", "script"]));
    // only one short word, only known ones, and no pieces of Latin words shorter than three letters
    assert_eq!(cut("웹앱", &known), None);
    assert_eq!(cut("웹앱분석", &known), None);
    assert_eq!(cut("gojava", &known), None);
    assert_eq!(cut("분석가", &known), None);
    assert_eq!(cut("분석", &known), None);
    assert_eq!(cut(&"분석".repeat(13), &known), None);
    assert_eq!(cut(&"분석".repeat(12), &known).map(|parts| parts.len()), Some(12));
}

#[test]
fn choseong_queries_are_consonants_only() {
    assert_eq!(choseong::parse("ㅍㅇㅆ"), Some(keys::encode("ㅍㅇㅆ")));
    assert_eq!(choseong::parse("ㅋㄽㄹ"), Some(keys::encode("ㅋㄹㅅㄹ")));
    assert_eq!(choseong::parse(" ㄱ "), None);
    assert_eq!(choseong::parse("ㄳ"), Some(keys::encode("ㄱㅅ")));
    assert_eq!(choseong::parse("ㅍㅏ"), None);
    assert_eq!(choseong::parse("r ㅍㅇㅆ"), None);
    assert_eq!(choseong::parse(""), None);
}

#[test]
fn runs_of_initials_pass_over_punctuation_but_not_over_letters() {
    let runs = choseong::runs("(처음) 배우는-웹 c 언어");
    let shown: Vec<(String, &[usize])> =
        runs.iter().map(|r| (keys::decode(&r.keys), r.words.as_slice())).collect();
    assert_eq!(shown, [("ㅊㅇㅂㅇㄴㅇ".to_owned(), &[0, 2, 5][..]), ("ㅇㅇ".to_owned(), &[0][..])]);
}

#[test]
fn layouts_turn_word_by_word() {
    for (typed, meant) in [
        ("vkdlTjs", "파이썬"),
        ("ajtlsfjsld", "머신러닝"),
        ("VKDLTJS", "파이선"),
        ("dnlsehdn10", "윈도우10"),
        ("tlfwjs React", "실전 React"),
        ("elqfjsld   zpfktm", "딥러닝 케라스"),
    ] {
        assert_eq!(layout::to_hangul(typed).as_deref(), Some(meant), "{typed}");
    }
    for right in ["python", "React", "c++", "파이썬", "", "10"] {
        assert_eq!(layout::to_hangul(right), None, "{right}");
    }
    for (typed, meant) in [
        ("ㅔㅛ쇄ㅜ", "python"),
        ("ㄸㅌㅊ디 ㅖㅛ쇄ㅜ", "excel python"),
        ("ㅊ++", "c++"),
        ("ㅜㅐㅇㄷ.ㅓㄴ", "node.js"),
        ("해", "go"),
        ("ㄴ비 입문", "sql dlqans"),
    ] {
        assert_eq!(layout::to_latin(typed).as_deref(), Some(meant), "{typed}");
    }
    for right in ["파이썬", "머신러닝", "딥러닝", "자바", "python", "10", ""] {
        assert_eq!(layout::to_latin(right), None, "{right}");
    }
}

/// The whole of Unicode, each character alone and between letters.
#[test]
fn fold_is_stable_for_every_character() {
    for c in '\0'..=char::MAX {
        if matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' | '\u{20000}'..='\u{10FFFF}')
            && !(c as u32).is_multiple_of(97)
        {
            continue;
        }
        let once = fold::fold(&format!("가{c}a{c}"));
        assert_eq!(fold::fold(&once), once, "{:04X}", c as u32);
        assert_eq!(
            keys::decode(&keys::encode(&once)).chars().filter(|c| *c == 'a').count(),
            once.chars().filter(|c| *c == 'a').count(),
            "{:04X}",
            c as u32
        );
    }
}
