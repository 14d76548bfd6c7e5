//! A visitor's list: its page, its plan, its other forms.

use serde_json::json as expected;

use crate::shelf::NO_BOOK;
use crate::shell::{Shell, json, text};

/// The first is in all three libraries, the second in 강남, the third in 양천.
const THREE: &str = "isbn=9791100000019&isbn=9791100000026&isbn=9791100000033";

#[test]
fn a_list_says_where_to_go_and_what_to_fetch_there() {
    let shell = Shell::new();
    let response = shell.get(&format!("/list?{THREE}&library=양천&hl=ko"));
    assert_eq!(response.status, 200);
    let page = text(&response);
    assert!(
        page.contains("도서관 2곳이면 책 3권을 모두 볼 수 있습니다. 이보다 적은 곳으로는 안 됩니다."),
        "{page}"
    );
    let plan = page.split("<ol class=\"visits\">").nth(1).unwrap().split("</ol>").next().unwrap();
    let at = |text: &str| plan.find(text).unwrap_or_else(|| panic!("{text} is not in {plan}"));
    assert!(at("양천") < at("강남"), "the visitor's own library first");
    assert!(at("/books/9791100000019") < at("강남"), "and the book that both have is fetched there");
    assert!(at("강남") < at("/books/9791100000026"));
    assert_eq!(page.matches("<li data-isbn13=").count(), 3);
    assert!(page.contains("href=\"/list?isbn=9791100000019&amp;isbn=9791100000033&amp;mine=양천&amp;hl=ko\" data-remove=\"9791100000026\""), "{page}");
    assert!(page.contains("name=\"mine\" value=\"양천\""));
    assert!(page.contains("<meta name=\"robots\" content=\"noindex\">"));
}

#[test]
fn a_list_and_a_book_tell_call_number_and_room_where_a_library_says_them() {
    let shell = Shell::new();
    let page = text(&shell.get("/list?isbn=9791100000026&hl=ko"));
    let plan = page.split_once("<section class=\"plan\"").unwrap().1.split_once("</section>").unwrap().0;
    assert!(plan.contains("005.133-김54ㅁ, 종합자료실"), "{plan}");
    let page = text(&shell.get("/books/9791100000026?hl=ko"));
    for text in ["청구기호", "자료실", "005.133-김54ㅁ", "종합자료실", "2권"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let silent = text(&shell.get("/books/9791100000019?hl=ko"));
    assert!(!silent.contains("청구기호") && !silent.contains("자료실"), "no column for what nobody says");
    let book = json(&shell.get("/api/books/9791100000026"));
    let told = &book["call_numbers"][0];
    assert_eq!(
        (&told["call_number"], &told["room"], &told["copies"]),
        (&expected!("005.133-김54ㅁ"), &expected!("종합자료실"), &expected!(2))
    );
    assert_eq!(told["library"], book["holdings"][0]["library"]);
    assert_eq!(json(&shell.get("/api/books/9791100000019"))["call_numbers"], expected!([]));
}

#[test]
fn the_order_of_a_list_is_the_visitors_and_no_book_is_there_twice() {
    let shell = Shell::new();
    let page =
        text(&shell.get(
            "/list?isbn=979-11-00000-03-3,9791100000019&isbn=9791100000019%0A9791100000026+9791100000040",
        ));
    let books: Vec<&str> = page.split("<li data-isbn13=\"").skip(1).map(|rest| &rest[..13]).collect();
    assert_eq!(books, ["9791100000033", "9791100000019", "9791100000026", "9791100000040"], "{page}");
}

#[test]
fn a_book_that_is_gone_and_one_that_nobody_holds_are_named() {
    let shell = Shell::new();
    let page = text(&shell.get(&format!("/list?isbn={NO_BOOK}&isbn=9791100000026&hl=en")));
    assert!(page.contains(&format!("<li class=\"gone\" data-isbn13=\"{NO_BOOK}\">")), "{page}");
    assert!(page.contains("No library here holds:"), "{page}");
    assert!(page.contains("1 library will do for 1 book. This is the fewest."), "{page}");
}

#[test]
fn what_is_no_isbn_is_said_and_the_rest_is_shown() {
    let shell = Shell::new();
    let response = shell.get("/list?isbn=9791100000026&isbn=%3Cb%3E12&hl=en");
    assert_eq!((response.status, response.header("cache-control")), (400, Some("no-store")));
    let page = text(&response);
    assert!(page.contains("role=\"alert\"") && page.contains("“&lt;b&gt;12”"), "{page}");
    assert!(page.contains("data-isbn13=\"9791100000026\""), "the rest is there");
    assert!(page.contains("<title>Not an ISBN"), "{page}");
    let refused = shell.get("/list.ris?isbn=12");
    assert_eq!(refused.status, 400);
    assert!(text(&refused).contains("isbn"));
}

#[test]
fn a_list_has_fifty_books_at_most() {
    let shell = Shell::new();
    let books =
        |count: u64| (0..count).map(|n| format!("isbn={}&", 9_791_100_000_000 + n)).collect::<String>();
    assert_eq!(shell.get(&format!("/list?{}", books(50))).status, 200);
    let refused = shell.get(&format!("/list?{}", books(51)));
    assert_eq!(refused.status, 400);
    assert!(text(&refused).contains("51 values"));
    // A library that has left the catalogue leaves the list of who went there as it is.
    assert_eq!(shell.get("/list?isbn=9791100000026&library=없는곳&mine=없는곳").status, 200);
}

#[test]
fn an_empty_list_explains_itself() {
    let shell = Shell::new();
    for target in ["/list", "/list?isbn=", "/list?isbn=&isbn="] {
        let response = shell.get(target);
        assert_eq!(response.status, 200, "{target}");
        let page = text(&response);
        assert!(
            page.contains("책바구니가 비어 있습니다") && page.contains("<textarea id=\"isbn\" name=\"isbn\""),
            "{page}"
        );
        assert!(!page.contains("class=\"plan\"") && !page.contains("class=\"exports\""), "{page}");
    }
}

#[test]
fn a_list_is_had_as_citations_and_as_a_table() {
    let shell = Shell::new();
    let file = |suffix: &str, kind: &str| {
        let response = shell.get(&format!("/list.{suffix}?{THREE}&isbn={NO_BOOK}&hl=en"));
        assert_eq!((response.status, response.header("content-type")), (200, Some(kind)), "{suffix}");
        let name = format!("attachment; filename=\"list.{suffix}\"");
        assert_eq!(response.header("content-disposition"), Some(name.as_str()));
        response
    };
    let ris = text(&file("ris", "application/x-research-info-systems; charset=utf-8"));
    assert_eq!(ris.matches("TY  - BOOK\r\n").count(), 3, "{ris}");
    let bib = text(&file("bib", "application/x-bibtex; charset=utf-8"));
    assert_eq!(bib.matches("@book{").count(), 3, "{bib}");
    let csl = json(&file("csl.json", "application/vnd.citationstyles.csl+json"));
    assert_eq!(csl.as_array().map(Vec::len), Some(3));
    let csv = text(&file("csv", "text/csv; charset=utf-8"));
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert_eq!(
        lines[0],
        "\u{feff}\"ISBN\",\"Title\",\"Authors\",\"Publisher\",\"Year\",\"Class\",\"Held by\",\"Fetch it at\",\"Call number\""
    );
    assert_eq!(
        lines[1],
        "\"9791100000019\",\"파이썬 첫걸음\",\"김서가\",\"서가출판\",\"2021\",\"005.133\",\"강남; 강동; 양천\",\"강남\",\"\""
    );
    assert!(lines[4].starts_with(&format!("\"{NO_BOOK}\",\"is not in the catalogue now.\"")), "{csv}");
}
