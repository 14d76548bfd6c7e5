//! Pages of libraries: each one's own, those that a visitor chose, and the list of all.

use crate::pages::page;
use crate::shelf::Shelf;
use crate::shell::{Shell, text};

#[test]
fn a_library_has_a_page_with_its_own_arrivals() {
    let shell = Shell::new();
    let page = page(&shell, "/libraries?library=강남");
    assert!(page.contains("<h1>강남</h1>") && page.contains("서가로 1"), "{page}");
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is not on {page}"));
    assert!(at("data-isbn13=\"9791100000019\"") < at("data-isbn13=\"9791100000026\""), "by its own days");
    assert!(page.contains("<time datetime=\"2022-01-08\">"), "not the day of another library: {page}");
    assert!(!page.contains("9791100000033"), "what it does not hold");
    assert!(page.contains("href=\"/libraries?library=강남&amp;hl=en\""), "the same in English");
    for way in
        ["https://map.kakao.com/link/map/강남,37.5,127", "https://library.example/", "매일 09:00-18:00"]
    {
        assert!(page.contains(way), "{way}: {page}");
    }
    assert!(!page.contains("열려"), "whether it is open is for the device to say");
    let unknown = shell.get("/libraries?library=없는곳");
    assert_eq!(unknown.status, 400);
    assert!(text(&unknown).contains("library"));
}

#[test]
fn libraries_of_ones_own_come_first_and_hide_no_others() {
    let shell = Shell::new();
    let all = page(&shell, "/search?q=파이썬&hl=ko");
    assert!(!all.contains("name=\"mine\""), "{all}");
    let own = page(&shell, "/search?q=첫걸음&mine=양천&hl=ko");
    assert!(own.contains("<summary>양천 (모두 3곳)</summary>"), "{own}");
    let narrowed = page(&shell, "/search?q=첫걸음&library=강동&hl=ko");
    assert!(narrowed.contains("<summary>강동 (모두 3곳)</summary>"), "{narrowed}");
    let book = page(&shell, "/books/9791100000019?mine=양천&hl=ko");
    assert!(book.contains("내 도서관 1곳 · 모두 3곳"), "{book}");
    let rows = book.split("<tbody>").nth(1).unwrap();
    assert!(rows.find("양천").unwrap() < rows.find("강남").unwrap(), "{rows}");
    for page in [&own, &book] {
        for link in page.split("href=\"/").skip(1).map(|link| link.split('"').next().unwrap()) {
            let is_page =
                ["search", "books/", "libraries", "list", "about"].iter().any(|one| link.starts_with(one));
            let is_file = link.contains(".ris")
                || link.contains(".bib")
                || link.contains(".json")
                || link.contains(".mrc")
                || link.contains(".xml");
            assert!(!is_page || is_file || link.contains("mine=양천"), "{link}");
        }
    }
    let other = page(&shell, "/books/9791100000026?mine=양천&hl=ko");
    assert!(other.contains("내 도서관에는 없음, 다른 도서관 1곳"), "{other}");
}

#[test]
fn libraries_are_found_by_words_and_ordered_by_nearness() {
    let shell = Shell::new();
    let names = |target: &str| {
        let page = page(&shell, target);
        let list = page.split("<ul class=\"libraries\"").nth(1).unwrap_or_default().to_owned();
        list.split("name=\"mine\" value=\"")
            .skip(1)
            .map(|one| one.split('"').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names("/libraries?hl=ko").len(), 3);
    assert_eq!(names("/libraries?find=강남"), ["강남"]);
    assert_eq!(names("/libraries?mine=양천&find=강남"), ["양천", "강남"], "those chosen stay");
    assert!(page(&shell, "/libraries?find=없는곳&hl=ko").contains("그런 도서관이 없습니다"));
    assert!(page(&shell, "/libraries?near=강남&hl=ko").contains("약 0.0 km"));
    assert!(page(&shell, "/libraries?near=없는곳&hl=ko").contains("‘없는곳’: 이 사이트가 모르는 곳입니다"));
    assert_eq!(shell.get(&format!("/libraries?near={}", "가".repeat(101))).status, 400);
    let placed = |page: &str| (page.contains("name=\"near\""), page.contains("data-near"));
    assert_eq!(placed(&page(&shell, "/libraries")), (true, true));
    // Nothing is near where no library says where it is.
    let nowhere = Shell::with(&Shelf::without_places(), seoga_app::Config::development());
    assert_eq!(placed(&page(&nowhere, "/libraries")), (false, false));
}
