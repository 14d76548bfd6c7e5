//! The fields of a catalogue, with dirt of the kinds real ones have (all names and titles invented).

use seoga_text::names::{Role, parse};
use seoga_text::{hanja, isbn, kdc, title};

fn names(field: &str) -> Vec<(String, Role)> {
    parse(field).into_iter().map(|n| (n.text, n.role)).collect()
}

fn texts(field: &str) -> Vec<String> {
    parse(field).into_iter().map(|n| n.text).collect()
}

use Role::{Author as A, Editor as E, Other as O, Translator as T};

#[test]
fn roles_stand_before_or_behind() {
    let cases: &[(&str, &[(&str, Role)])] = &[
        ("김가람 지음", &[("김가람", A)]),
        ("김가람,이나루 지음 ;박다온 옮김", &[("김가람", A), ("이나루", A), ("박다온", T)]),
        ("지은이: 김가람,이나루 ;옮긴이: 박다온", &[("김가람", A), ("이나루", A), ("박다온", T)]),
        (
            "김가람, 이나루 (지은이), 박다온 (옮긴이), 최라온 (감수)",
            &[("김가람", A), ("이나루", A), ("박다온", T), ("최라온", E)],
        ),
        ("김가람(지은이),이나루(옮긴이)", &[("김가람", A), ("이나루", T)]),
        ("글: 김가람 ;그림: 이나루", &[("김가람", A), ("이나루", O)]),
        ("글; 김가람,이나루 ;그림; 박다온", &[("김가람", A), ("이나루", A), ("박다온", O)]),
        ("글 김가람;그림 이나루", &[("김가람", A), ("이나루", O)]),
        ("글·그림: 김가람,이나루", &[("김가람", A), ("이나루", A)]),
        ("글?그림: 김가람", &[("김가람", A)]),
        ("글, 그림: 김가람", &[("김가람", A)]),
        ("가람 편집팀 글·그림;이나루 옮김", &[("가람 편집팀", A), ("이나루", T)]),
        ("집필·감수: 가람 기획연구실", &[("가람 기획연구실", A)]),
        ("김가람 저/이나루 역/박다온 감수", &[("김가람", A), ("이나루", T), ("박다온", E)]),
        ("by Ann Reed,Bob Stone", &[("Ann Reed", A), ("Bob Stone", A)]),
        (
            "Ann Reed and Bob Stone ;translated by Cho Min",
            &[("Ann Reed", A), ("Bob Stone", A), ("Cho Min", T)],
        ),
        ("author: 가람비", &[("가람비", A)]),
        ("[편저: 가람프레스] ;번역: 이나루", &[("가람프레스", E), ("이나루", T)]),
        ("가람연구원 [편]", &[("가람연구원", E)]),
        ("지은이: 김가람 ;인터뷰이: 이나루", &[("김가람", A), ("이나루", O)]),
        ("김가람 지음 :이나루,박다온 옮김", &[("김가람", A), ("이나루", T), ("박다온", T)]),
        ("옮김이: 이나루", &[("이나루", T)]),
        ("김가람 편저", &[("김가람", E)]),
        ("김가람|이나루", &[("김가람", A), ("이나루", A)]),
        ("김가람 지음|이나루", &[("김가람", A), ("이나루", O)]),
    ];
    for (field, expected) in cases {
        let expected: Vec<(String, Role)> = expected.iter().map(|(t, r)| ((*t).to_owned(), *r)).collect();
        assert_eq!(names(field), expected, "{field}");
    }
}

#[test]
fn separators_and_marks_are_no_part_of_a_name() {
    let cases: &[(&str, &[&str])] = &[
        ("김가람,$e이나루 [공]지음;박다온,$e최라온 [공]옮김", &["김가람", "이나루", "박다온", "최라온"]),
        ("<b>김가람</b>|이나루", &["김가람", "이나루"]),
        ("월간<AB>편집부 [편]", &["월간 AB 편집부"]),
        ("김가람^이나루^박다온", &["김가람", "이나루", "박다온"]),
        ("김가람.이나루.박다온 지음", &["김가람", "이나루", "박다온"]),
        ("김가람 ,,이나루", &["김가람", "이나루"]),
        ("김가람 & 이나루 & 박다온 지음", &["김가람", "이나루", "박다온"]),
        ("김가람·이나루 지음", &["김가람", "이나루"]),
        ("앨런 B. 무어 지음", &["앨런 B. 무어"]),
        ("B. B. Moor.Carl D. Lee 지음", &["B. B. Moor", "Carl D. Lee"]),
        ("Dr.Moor 지음", &["Dr.Moor"]),
        ("ABC Co., Ltd. 저;김가람 역", &["ABC Co., Ltd.", "김가람"]),
        ("(주)가람교육,김가람 지음", &["가람교육", "김가람"]),
        ("㈜가람 지음", &["가람"]),
        ("R&D팀 지음", &["R&D팀"]),
        ("Aurélien Géron 지음", &["Aurélien Géron"]),
        ("Pat O'Hara,Kim-Lee Soo", &["Pat O'Hara", "Kim-Lee Soo"]),
        ("붓꽃（김가람）지음", &["붓꽃", "김가람"]),
        ("김가람(가),이나루 지음", &["김가람", "이나루"]),
        ("가람모임(김가람, 이나루) 지음", &["가람모임", "김가람", "이나루"]),
        ("하순기노[실은 하기노] 다로", &["하순기노 다로"]),
        ("이나루 옮김▲24619", &["이나루"]),
        ("김가람\u{FFFD} 지음", &["김가람"]),
    ];
    for (field, expected) in cases {
        assert_eq!(texts(field), *expected, "{field}");
    }
}

#[test]
fn the_others_are_not_named() {
    for field in [
        "김가람 외 지음",
        "김가람 외 3인",
        "김가람 외10인",
        "김가람 [등]지음",
        "김가람 [외]지음",
        "김가람 저 외 7명",
        "김가람 등저",
        "김가람외 2인 지음",
        "김가람 et al.",
    ] {
        assert_eq!(texts(field), ["김가람"], "{field}");
    }
}

#[test]
fn real_names_that_look_like_roles_stay() {
    assert_eq!(names("김가람 지음 ;지은 옮김"), [("김가람".to_owned(), A), ("지은".to_owned(), T)]);
    assert_eq!(texts("이외수 지음"), ["이외수"]);
    assert_eq!(texts("강역 지음"), ["강역"]);
    assert_eq!(texts("가람 편집부 지음"), ["가람 편집부"]);
    assert_eq!(texts("설, 느루 저"), ["설", "느루"]);
}

#[test]
fn empty_fields_name_nobody() {
    for field in ["", " ", "지음", ";;", "저자:", "[외]", "123", "<b></b>"] {
        assert!(texts(field).is_empty(), "{field}: {:?}", texts(field));
    }
}

#[test]
fn titles_come_apart_as_recorded() {
    type Parts = (&'static str, Option<&'static str>, Option<&'static str>, Option<&'static str>);
    let cases: &[(&str, Parts)] = &[
        ("데이터 요리", ("데이터 요리", None, None, None)),
        ("(처음 만나는)데이터 요리 :재료부터 ", ("데이터 요리", Some("처음 만나는"), Some("재료부터"), None)),
        ("(VFX(불꽃·연기) 제작을 위한) 시네마", ("시네마", Some("VFX(불꽃·연기) 제작을 위한"), None, None)),
        ("데이터 요리=Cooking data", ("데이터 요리", None, None, Some("Cooking data"))),
        ("데이터 요리 =Cooking data :재료", ("데이터 요리", None, Some("재료"), Some("Cooking data"))),
        ("데이터 요리 :재료 =Cooking", ("데이터 요리", None, Some("재료"), Some("Cooking"))),
        ("데이터 요리 - 재료부터 접시까지", ("데이터 요리", None, Some("재료부터 접시까지"), None)),
        ("데이터 요리 (재료부터 접시까지)", ("데이터 요리", None, Some("재료부터 접시까지"), None)),
        ("데이터 요리[개정판]", ("데이터 요리", None, Some("[개정판]"), None)),
        ("알파(가와 나)를 쓰는 요리", ("알파(가와 나)를 쓰는 요리", None, None, None)),
        ("V-Ray 요리", ("V-Ray 요리", None, None, None)),
        ("과외하듯 배우는 1:1 요리", ("과외하듯 배우는 1:1 요리", None, None, None)),
        ("데이터 요리 =", ("데이터 요리", None, None, None)),
        ("(데이터 요리)", ("데이터 요리", None, None, None)),
        ("(닫히지 않은 요리", ("(닫히지 않은 요리", None, None, None)),
        ("", ("", None, None, None)),
    ];
    for (recorded, (main, leading, subtitle, parallel)) in cases {
        let parts = title::parts(recorded);
        assert_eq!(
            (parts.main, parts.leading, parts.subtitle, parts.parallel),
            (*main, *leading, *subtitle, *parallel),
            "{recorded}"
        );
    }
}

#[test]
fn isbns_are_read_as_written() {
    let book = isbn::parse("9791158083397").unwrap();
    for text in [
        "979-11-5808-339-7",
        "979 11 5808 339 7",
        "ISBN 9791158083397",
        "isbn:9791158083397",
        "ISBN-13: 979-11-5808-339-7",
        "ISBN13 9791158083397",
        "９７９１１５８０８３３９７",
    ] {
        assert_eq!(isbn::parse(text), Some(book), "{text}");
    }
    assert_eq!(book.to_isbn10(), None);
    assert_eq!(
        isbn::parse("ISBN-10: 0-8044-2957-x").map(|i| i.to_string()).as_deref(),
        Some("9780804429573")
    );
    assert_eq!(isbn::parse("9780804429573").and_then(isbn::Isbn13::to_isbn10).as_deref(), Some("080442957X"));
    for wrong in [
        "9791158083398",
        "979115808339",
        "97911580833970",
        "8809254941969",
        "080442957",
        "0804429571",
        "x804429570",
        "파이썬",
        "9791158083397 파이썬",
        "",
    ] {
        assert_eq!(isbn::parse(wrong), None, "{wrong}");
    }
    assert_eq!(isbn::digits("9791158083398"), Some(9_791_158_083_398));
    assert_eq!(isbn::digits("0804429573"), None);
}

#[test]
fn class_numbers_are_cleaned_and_named() {
    for (found, clean) in [
        ("004.", Some("004")),
        ("005,565", Some("005.565")),
        ("005.133:", Some("005.133")),
        ("005.11ㄱ226ㅍ", Some("005.11")),
        ("아 813.8-김12ㄴ", Some("813.8")),
        ("４.73", Some("004.73")),
        (" 005. 133 ", Some("005.133")),
        ("", None),
        ("컴퓨터", None),
        ("20231", None),
    ] {
        assert_eq!(kdc::clean(found).as_deref(), clean, "{found}");
    }
    let ko = |number| kdc::name(number, kdc::Language::Korean);
    assert_eq!(ko("004.7359"), Some("자연어 처리"));
    assert_eq!(ko("004"), Some("컴퓨터과학"));
    assert_eq!(ko("517.3"), Some("위생학, 공공의학"));
    assert_eq!(ko("813.7"), Some("한국문학"));
    assert_eq!(ko("800"), Some("문학"));
    assert_eq!(ko("002"), Some("총류"));
    assert_eq!(ko(""), None);
    let path = kdc::path("813.7", kdc::Language::English);
    assert_eq!(path, [("8".to_owned(), "Literature"), ("81".to_owned(), "Korean literature")]);
}

#[test]
fn hyphens_stand_behind_the_publisher() {
    for (number, hyphenated) in [
        ("9788901000008", "978-89-01-00000-8"),
        ("9788932917245", "978-89-329-1724-5"),
        ("9788966260997", "978-89-6626-099-7"),
        ("9788996991342", "978-89-969913-4-2"),
        ("9788997000005", "978-89-97000-00-5"),
        ("9788999000003", "978-89-990-0000-3"),
        ("9791165219758", "979-11-6521-975-8"),
        ("9791195000005", "979-11-950000-0-5"),
        ("9784873119045", "978-4-87311-904-5"),
    ] {
        let isbn = isbn::parse(number).unwrap_or_else(|| panic!("{number} is no ISBN"));
        assert_eq!(isbn.hyphenated().as_deref(), Some(hyphenated));
    }
}

#[test]
fn every_main_class_and_division_has_both_names() {
    for class in 0..10 {
        for division in 0..10 {
            let number = format!("{class}{division}0");
            for language in [kdc::Language::Korean, kdc::Language::English] {
                assert!(kdc::name(&number, language).is_some(), "{number}");
                let depth = if division == 0 { 1 } else { 2 };
                assert_eq!(kdc::path(&number, language).len(), depth, "{number}");
            }
        }
    }
}

#[test]
fn readings_are_taken_from_the_text_only() {
    let pair = |han: &str, hangul: &str| (han.to_owned(), hangul.to_owned());
    assert_eq!(hanja::readings_shown("맥스의 정도(正道)"), [pair("正道", "정도")]);
    assert_eq!(hanja::readings_shown("新（신） 입문, 초(超)입문"), [pair("新", "신"), pair("超", "초")]);
    assert!(hanja::readings_shown("최多 도전 (正), 가(正道), 神(시인), 神(신").is_empty());
}
