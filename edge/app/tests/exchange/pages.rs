//! Pages as a person without script sees them.

use crate::shelf::{BOOKS, NO_BOOK, Shelf};
use crate::shell::{BASE, Shell, text};

/// Asks for a page, which must be one.
pub(crate) fn page(shell: &Shell, target: &str) -> String {
    let response = shell.get(target);
    assert_eq!(response.status, 200, "{target}: {}", text(&response));
    assert_eq!(response.header("content-type"), Some("text/html; charset=utf-8"));
    text(&response)
}

#[test]
fn a_whole_isbn_alone_opens_the_one_book_that_has_it() {
    let shell = Shell::new();
    for (asked, book) in [
        ("q=9791100000019", "/books/9791100000019"),
        ("q=979-11-00000-01-9&hl=en", "/books/9791100000019?hl=en"),
        ("q=9791100000019&mine=강남&sort=year", "/books/9791100000019?mine=%EA%B0%95%EB%82%A8"),
    ] {
        let response = shell.get(&format!("/search?{asked}"));
        assert_eq!((response.status, response.header("location")), (302, Some(book)), "{asked}");
    }
    for asked in ["q=9791100000019&lang=ko", "q=9791100000019 파이썬", "q=9788966260997", "q=979110000001"]
    {
        assert_eq!(shell.get(&format!("/search?{asked}")).status, 200, "{asked}");
    }
    for nothing in ["", "q=title:", "q=저자:"] {
        assert!(
            page(&shell, &format!("/search?{nothing}")).contains("<h1>찾을 말을 적어 주세요.</h1>"),
            "{nothing}"
        );
    }
}

#[test]
fn the_home_page_leads_to_the_main_classes_that_there_are() {
    let home = page(&Shell::new(), "/?hl=en");
    assert!(home.contains(r#"href="/search?class=0&amp;hl=en""#), "{home}");
    assert!(home.contains(r#"href="/search?class=9&amp;hl=en""#) && !home.contains("class=8"), "{home}");
}

#[test]
fn every_page_has_its_landmarks_and_one_heading() {
    let shell = Shell::new();
    let targets = [
        "/",
        "/search",
        "/search?q=파이썬",
        "/search?q=없는말씀",
        "/books/9791100000019",
        "/libraries",
        "/libraries?library=강남",
        "/list",
        "/list?isbn=9791100000019&isbn=9788966260997&library=양천",
        "/about",
    ];
    for target in targets {
        for language in ["ko", "en"] {
            let join = if target.contains('?') { '&' } else { '?' };
            let page = page(&shell, &format!("{target}{join}hl={language}"));
            assert!(page.starts_with("<!DOCTYPE html><html lang="), "{target}");
            for once in ["<h1", "<main", "<title>", "href=\"#main\"", "name=\"viewport\""] {
                assert_eq!(page.matches(once).count(), 1, "{once} in {target}");
            }
            assert!(
                page.contains("<header") && page.contains("<footer") && page.contains("<nav"),
                "{target}"
            );
            assert!(!page.contains(" style=") && !page.contains(" onclick"), "nothing inline in {target}");
            assert!(page.contains("class=\"invented\""), "the sample says so on {target}");
            for attribute in [" id=\"", " for=\"", " aria-labelledby=\"", " form=\""] {
                let values: Vec<&str> =
                    page.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
                for value in &values {
                    let owners = page.matches(&format!(" id=\"{value}\"")).count();
                    assert_eq!(owners, 1, "{owners} elements have the id {value} on {target}");
                }
            }
        }
    }
}

#[test]
fn the_form_works_without_script() {
    let shell = Shell::new();
    let page = page(&shell, "/search?q=파이썬&library=강동&sort=year&utm=x");
    assert!(
        page.contains("<form class=\"search\" role=\"search\" method=\"get\" action=\"/search\">"),
        "{page}"
    );
    assert!(page.contains("name=\"q\" value=\"파이썬\""));
    assert!(page.contains("<input type=\"hidden\" name=\"library\" value=\"강동\">"), "filters ride along");
    assert!(!page.contains("name=\"library\" value=\"강남\""));
    assert!(page.contains("<input type=\"hidden\" name=\"sort\" value=\"year\">"));
    assert!(!page.contains("utm"), "unknown parameters go nowhere");
}

#[test]
fn every_page_has_one_box_and_it_is_of_the_search_shown() {
    let shell = Shell::new();
    for target in [
        "/",
        "/search?q=도커",
        "/books/9791100000019",
        "/libraries",
        "/list",
        "/about",
        "/nothing",
        "/search",
    ] {
        let response = shell.get(target);
        let page = text(&response);
        assert_eq!(page.matches("role=\"search\"").count(), 1, "{target}");
        let value = if target.contains("q=") { "도커" } else { "" };
        assert!(page.contains(&format!("name=\"q\" value=\"{value}\"")), "{target}");
    }
    let library = page(&shell, "/libraries?library=강남");
    assert!(library.contains("<input type=\"hidden\" name=\"library\" value=\"강남\">"), "{library}");
    assert!(library.contains("placeholder=\"강남에서 찾기\""), "and says so");
}

#[test]
fn only_orders_that_the_books_have_the_data_for_are_offered() {
    let shell = Shell::new();
    let orders = |target: &str| {
        let page = page(&shell, target);
        let list = page.split("<nav aria-label=\"정렬\">").nth(1).unwrap();
        let list = list.split("</nav>").next().unwrap().to_owned();
        ["관련도순", "최근 등록순", "출판연도순", "제목순", "소장 도서관 많은 순", "대출 많은 순"]
            .map(|name| list.contains(&format!(">{name}</a>")))
    };
    assert_eq!(orders("/search?q=파이썬"), [true; 6]);
    assert_eq!(orders("/search?q=도커"), [true, true, false, true, true, false], "none has a year or loans");
    assert_eq!(
        orders("/search?q=도커&sort=loans"),
        [true, true, false, true, true, true],
        "the one in force stays"
    );
    assert_eq!(orders("/search?class=0&sort=title"), [false, true, true, true, true, true]);
}

#[test]
fn where_filters_leave_nothing_the_page_says_so_and_what_there_is_without() {
    let shell = Shell::new();
    let nothing = page(&shell, "/search?q=파이썬&year=2090-");
    assert!(nothing.contains("<h1>이 조건에 맞는 ‘파이썬’ 책이 없습니다</h1>"), "{nothing}");
    let everywhere: serde_json::Value =
        serde_json::from_str(&text(&shell.get("/api/search?q=파이썬&group=work"))).unwrap();
    let count = format!("조건 없이</a> <span class=\"n\">작품 {}건</span>", everywhere["total"]);
    assert!(nothing.contains(&count), "{count}: {nothing}");
    // Filters that ride into the next search say so where something is found, too.
    let within = page(&shell, "/search?q=파이썬&library=강남");
    let told = format!("rel=\"nofollow\">모두에서 작품 {}건</a>", everywhere["total"]);
    assert!(within.contains("<li>이 안에서만</li><li><a") && within.contains(&told), "{told}: {within}");
    assert!(
        !page(&shell, "/search?library=강남").contains("이 안에서만"),
        "without words nothing is looked for"
    );
    let unknown = page(&shell, "/search?q=쀍쀍쀍&year=2090-");
    assert!(
        unknown.contains("에 맞는 책이 없습니다</h1>") && !unknown.contains("id=\"instead\""),
        "{unknown}"
    );
}

#[test]
fn a_search_in_filters_says_how_many_there_are_without_and_lets_them_be_changed() {
    let shell = Shell::new();
    let everywhere = page(&shell, "/search?q=파이썬");
    let counted = |page: &str, name: &str| {
        let after =
            page.split(&format!("{name}</a> <span class=\"n\">")).nth(1).unwrap_or_else(|| panic!("{name}"));
        after.split('<').next().unwrap().to_owned()
    };
    let narrowed = page(&shell, "/search?q=파이썬&library=강남");
    assert!(narrowed.contains("class=\"clear\""), "{narrowed}");
    // The one in force is marked and taken away, others are added and keep their count.
    assert!(narrowed.contains("aria-current=\"true\" aria-label=\"강남 조건 빼기\""), "{narrowed}");
    assert!(narrowed.contains("href=\"/search?q=파이썬&amp;library=강남&amp;library=양천\""), "{narrowed}");
    assert_eq!(counted(&narrowed, "양천"), counted(&everywhere, "양천"));
}

#[test]
fn what_was_done_is_said_and_not_asked() {
    let shell = Shell::new();
    let page = page(&shell, "/search?q=vkdlTjs");
    assert!(page.contains("‘vkdlTjs’"), "{page}");
    assert_eq!(
        page.matches("파이썬</a>").count(),
        page.matches("#related").count(),
        "no question repeats it"
    );
    assert!(!page.contains("class=\"meant\""));
}

#[test]
fn results_are_marked_escaped_and_ordered() {
    let shell = Shell::new();
    let page = page(&shell, "/search?q=도커");
    assert!(page.contains("<mark>도커</mark> &lt;입문&gt; &amp; 실습"), "{page}");
    assert!(!page.contains("<입문>"));
    assert!(page.contains("<ol start=\"1\" data-query-id=\""));
    assert!(page.contains("<li data-isbn13=\"9791100000033\">"));
    assert!(page.contains("href=\"/books/9791100000033\""));
    assert!(page.contains("운영체제") || page.contains("<p class=\"class\">"), "the class by its name");
    assert!(page.contains("2023년 2월 23일"), "since when, in words");
}

#[test]
fn a_query_is_never_markup() {
    let shell = Shell::new();
    for target in [
        "/search?q=%3Cscript%3Ealert(1)%3C/script%3E%22",
        "/nowhere?q=%22%3E%3Cimg%20src=x%3E",
        "/search?q=a&sort=%3Cb%3E",
    ] {
        let page = text(&shell.get(target));
        for tag in ["<script>", "<img src=x", "<b>", "\"\">"] {
            assert!(!page.contains(tag), "{tag} of {target}");
        }
    }
}

#[test]
fn filters_come_off_one_by_one() {
    let shell = Shell::new();
    let page = page(&shell, "/search?q=파이썬&library=강남&class=005&hl=ko");
    assert!(
        page.contains("href=\"/search?q=파이썬&amp;class=005&amp;hl=ko\""),
        "without the library: {page}"
    );
    assert!(page.contains("href=\"/search?q=파이썬&amp;library=강남&amp;hl=ko\""), "without the class");
    assert!(page.contains("href=\"/search?q=파이썬&amp;hl=ko\""), "without any");
}

#[test]
fn an_empty_result_helps() {
    let shell = Shell::new();
    let page = page(&shell, "/search?q=산책&library=강동");
    assert!(page.contains("href=\"/search?q=산책\""), "the way to all libraries: {page}");
    assert!(page.contains("<ul class=\"tips\">"));
    let others = |page: &str| page.matches("rel=\"external noopener noreferrer nofollow\"").count();
    assert!(page.contains("href=\"https://search.worldcat.org/search?q=산책\""), "{page}");
    assert_eq!(others(&page), 3, "where else to ask");
    let unasked = self::page(&shell, "/search?library=강동&class=999");
    assert_eq!(others(&unasked), 0, "nothing was asked in words: {unasked}");
}

#[test]
fn filters_without_words_browse() {
    let shell = Shell::new();
    let page = page(&shell, "/search?library=양천");
    assert_eq!(page.matches("<li data-isbn13=").count(), 3, "{page}");
}

#[test]
fn a_book_page_tells_holdings_citations_and_itself() {
    let shell = Shell::new();
    let page = page(&shell, "/books/9791100000026");
    assert!(page.contains("<h1>파이썬 머신러닝</h1>"), "{page}");
    assert!(page.contains("/books/9791100000026.ris") && page.contains("/covers/9791100000026.svg"));
    assert!(page.contains(&format!("<link rel=\"canonical\" href=\"{BASE}/books/9791100000026\">")));
    assert!(page.contains("\"@type\":\"Book\""));
    assert!(
        page.contains("href=\"/authors/%EC%9D%B4%EB%82%98%EB%A3%A8\""),
        "each name leads to the person: {page}"
    );
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is not on {page}"));
    assert!(
        at("<h2 id=\"editions\">다른 판</h2>")
            < at("href=\"/books/9791100000040\" lang=\"en\">Learning Rust</a>")
    );
    assert!(at("<h2>비슷한 책</h2>") < at("href=\"/books/9791100000033\">도커 &lt;입문&gt; &amp; 실습</a>"));
    assert!(
        at("href=\"/books/9791100000033\"") < at("href=\"/books/9791100000019\""),
        "in their order: {page}"
    );
    let alone = self::page(&shell, "/books/9791100000019?hl=en");
    assert!(!alone.contains("Similar books") && !alone.contains("Other editions"), "{alone}");
    let english = self::page(&shell, "/books/9791100000026?hl=en");
    assert!(english.contains("<h2>Similar books</h2>") && english.contains("/books/9791100000033?hl=en"));
    for (suffix, kind) in [
        ("ris", "application/x-research-info-systems; charset=utf-8"),
        ("bib", "application/x-bibtex; charset=utf-8"),
        ("csl.json", "application/vnd.citationstyles.csl+json"),
    ] {
        let response = shell.get(&format!("/books/9791100000026.{suffix}"));
        assert_eq!((response.status, response.header("content-type")), (200, Some(kind)));
        assert!(text(&response).contains("파이썬 머신러닝"));
    }
    let elsewhere = shell.get("/books/979-11-00000-02-6");
    assert_eq!((elsewhere.status, elsewhere.header("location")), (308, Some("/books/9791100000026")));
}

#[test]
fn what_is_not_there_is_a_page_with_the_form() {
    let shell = Shell::new();
    for target in ["/nowhere?q=파이썬", &format!("/books/{NO_BOOK}?q=파이썬")] {
        let response = shell.get(target);
        assert_eq!(response.status, 404, "{target}");
        let page = text(&response);
        assert!(page.contains("action=\"/search\"") && !page.contains("req-1"), "{page}");
        assert!(page.contains("value=\"파이썬\""), "the words are still in the box");
    }
    let wrong = shell.get("/search?q=a&limit=99");
    assert_eq!(wrong.status, 400);
    assert!(text(&wrong).contains("limit"), "names the parameter");
    assert!(text(&wrong).contains("<a href=\"/search?q=a\""), "leads to the rest of what was asked");
    assert!(!text(&shell.get("/search?limit=99")).contains("그 값을 빼고 보기"), "nothing is left to ask");
}

#[test]
fn a_cover_is_a_picture_of_the_title() {
    let shell = Shell::new();
    let cover = shell.get("/covers/9791100000033.svg");
    assert_eq!(cover.header("content-type"), Some("image/svg+xml; charset=utf-8"));
    let begins = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"";
    assert!(text(&cover).starts_with(begins));
    assert_eq!(shell.get(&format!("/covers/{NO_BOOK}.svg")).status, 404);
}

#[test]
fn a_book_stands_between_its_neighbours() {
    let shell = Shell::new();
    let page = page(&shell, "/books/9791100000019");
    let shelf = page.split("<section class=\"shelf\"").nth(1).unwrap_or_else(|| panic!("no shelf on {page}"));
    let at = |text: &str| shelf.find(text).unwrap_or_else(|| panic!("{text} is not on {shelf}"));
    assert!(at("/books/9791100000026") < at("<li aria-current=\"true\">"));
    assert!(at("<li aria-current=\"true\">") < at("/books/9791100000033"));
    assert!(at("/books/9791100000033") < at("/books/9791100000057"));
    assert!(!self::page(&shell, "/books/9791100000040").contains("class=\"shelf\""), "no class, no shelf");
}

#[test]
fn a_book_page_has_its_class_in_the_classification_and_every_form_of_its_number() {
    let shell = Shell::new();
    let page = page(&shell, "/books/9791100000026?hl=en");
    for link in ["/search?class=0&amp;hl=en", "/search?class=004&amp;hl=en", "/search?class=004.73&amp;hl=en"]
    {
        assert!(page.contains(&format!("<li><a href=\"{link}\" rel=\"nofollow\">")), "{link} on {page}");
    }
    assert!(page.contains("<h1 lang=\"ko\">파이썬 머신러닝</h1>"), "a Korean title on an English page");
    assert!(
        page.contains("href=\"/libraries?library=강남&amp;hl=en\" lang=\"ko\">강남</a>"),
        "the library: {page}"
    );
    assert!(
        page.contains("href=\"https://library.example/강남?isbn=9791100000026\""),
        "the book there: {page}"
    );
    assert!(page.contains(&format!("rel=\"bookmark\">{BASE}/books/9791100000026</a>")));
}

#[test]
fn an_isbn_is_told_in_all_its_forms() {
    let mut book = BOOKS[0];
    book.0 = 9_788_966_260_997;
    let shell = Shell::of(&Shelf::of(&[book]));
    let page = page(&shell, "/books/9788966260997");
    assert!(page.contains("<dt>ISBN</dt><dd><code>9788966260997</code></dd>"), "{page}");
    assert!(page.contains("<code>978-89-6626-099-7</code>, <code>8966260993</code>"), "{page}");
    let elsewhere =
        "href=\"https://openlibrary.org/isbn/9788966260997\" rel=\"external noopener noreferrer nofollow\"";
    assert!(page.contains(elsewhere), "{page}");
}

#[test]
fn titles_and_people_are_shown_by_one_rule() {
    let mut book = BOOKS[0];
    book.1 = "파이썬 =Python :첫걸음 ;";
    book.2 = "지은이: 김서가,이나루 ;옮긴이: 박누리";
    let shell = Shell::of(&Shelf::of(&[book]));
    let title = "파이썬: 첫걸음 = Python";
    let korean = page(&shell, "/books/9791100000019");
    assert!(korean.contains(&format!("<h1>{title}</h1>")), "{korean}");
    assert!(korean.contains(&format!("<title>{title} · 서가</title>")), "{korean}");
    let person = |name: &str, rest: &str| {
        let mut path = String::new();
        name.bytes().for_each(|byte| path.push_str(&format!("%{byte:02X}")));
        format!("<a href=\"/authors/{path}{rest}>{name}</a>")
    };
    let people = format!(
        "{}, {} 지음; {} 옮김",
        person("김서가", "\""),
        person("이나루", "\""),
        person("박누리", "\"")
    );
    assert!(korean.contains(&people), "{korean}");
    let english = page(&shell, "/books/9791100000019?hl=en");
    assert!(
        english.contains(&format!("{} (translator)", person("박누리", "?hl=en\" lang=\"ko\""))),
        "{english}"
    );
    // What matched is marked where it is shown now.
    let results = page(&shell, "/search?q=박누리");
    assert!(results.contains("<mark>박누리</mark> 옮김"), "{results}");
    for feed in ["/feeds/new.atom", "/opds/new"] {
        assert!(text(&shell.get(feed)).contains(title), "{feed}");
    }
    let ris = text(&shell.get("/books/9791100000019.ris"));
    let lines = format!("TI  - {title}\r\nAU  - 김서가\r\nAU  - 이나루\r\nA4  - 박누리\r\n");
    assert!(ris.contains(&lines) && ris.contains("\r\nLA  - ko\r\n"), "{ris}");
    assert!(text(&shell.get("/books/9791100000019.bib")).contains("  translator = {{박누리}},\n"));
    let csl = crate::shell::json(&shell.get("/books/9791100000019.csl.json"));
    assert_eq!(csl[0]["translator"][0]["literal"], "박누리");
    assert!(korean.contains(
        "data-copied>김서가, 이나루, 『파이썬: 첫걸음 = Python』, 박누리 옮김, 서가출판, 2021.</p>"
    ));
}

#[test]
fn keywords_are_shown_and_the_one_that_matched_is_named() {
    let shell = Shell::new();
    let book = page(&shell, "/books/9791100000026");
    assert!(book.contains(">딥러닝</a>, <a") && book.contains(">신경망</a>"), "{book}");
    assert!(
        !page(&shell, "/books/9791100000019").contains("주제어</dt>"),
        "a book without keywords says nothing of them"
    );
    let json = crate::shell::json(&shell.get("/api/books/9791100000026"));
    assert_eq!(json["keywords"], serde_json::json!(["딥러닝", "신경망"]));
    let found = crate::shell::json(&shell.get("/api/search?q=딥러닝"));
    assert_eq!(found["results"][0]["matched"][0]["word"], "딥러닝", "{found}");
    assert!(page(&shell, "/search?q=딥러닝").contains("검색된 이유: 주제어 딥러닝"));
}

#[test]
fn headings_list_works_under_their_best_spelling() {
    let shell = Shell::new();
    let people = page(&shell, "/authors/%EB%B0%95%EB%88%84%EB%A6%AC");
    assert!(people.contains("<h1>박누리</h1>") && people.contains("/books/9791100000026"), "{people}");
    assert_eq!(people.matches("<li data-isbn13=").count(), 1, "{people}");
    let own = format!("{BASE}/authors/%EB%B0%95%EB%88%84%EB%A6%AC");
    assert!(people.contains(&format!("<link rel=\"canonical\" href=\"{own}\">")), "{people}");
    let moved = shell.get("/authors/박 누 리?hl=en");
    assert_eq!(moved.status, 301);
    assert_eq!(moved.header("location"), Some("/authors/%EB%B0%95%EB%88%84%EB%A6%AC?hl=en"));
    // A header has room for ASCII alone.
    let moved = shell.get("/authors/박 누 리?mine=강남");
    assert_eq!(
        moved.header("location"),
        Some("/authors/%EB%B0%95%EB%88%84%EB%A6%AC?mine=%EA%B0%95%EB%82%A8")
    );
    let subject = page(&shell, "/subjects/딥러닝");
    assert!(
        subject.contains("/books/9791100000026") && !subject.contains("/books/9791100000019"),
        "{subject}"
    );
    for (other, path) in [("딥 러닝", "/subjects/딥러닝"), ("머 신러닝", "/subjects/머신러닝")]
    {
        let moved = shell.get(&format!("/subjects/{other}"));
        let mut own = "/subjects/".to_owned();
        for byte in path.trim_start_matches("/subjects/").bytes() {
            own += &format!("%{byte:02X}");
        }
        assert_eq!((moved.status, moved.header("location")), (301, Some(own.as_str())), "{other}");
        assert_eq!(shell.get(path).status, 200, "{path}");
    }
    for unknown in ["/authors/없는이", "/subjects/없는말", "/series/없는총서"] {
        let response = shell.get(unknown);
        assert_eq!(response.status, 404, "{unknown}");
        assert_eq!(response.header("cache-control"), Some("no-store"), "{unknown}");
        assert!(text(&response).contains("/search?q=없는"), "{unknown} offers a search");
        assert_eq!(shell.get(&format!("/api{unknown}")).status, 404, "{unknown}");
    }
    let json = crate::shell::json(&shell.get("/api/subjects/딥러닝"));
    assert_eq!(
        (json["total"].as_u64(), json["results"][0]["id"].as_str()),
        (Some(1), Some("9791100000026")),
        "{json}"
    );
    // A name that is too long is none, whoever asks and how.
    let long = format!("/api/authors/{}", "0".repeat(seoga_app::limits::MAX_SERIES_CHARS + 1));
    for method in ["GET", "OPTIONS"] {
        assert_eq!(shell.answer(shell.request(method, &long)).status, 404, "{method}");
    }
    // An author's name that is a part of another, or stands in a title, is nobody.
    assert_eq!(shell.get("/authors/파이썬").status, 404);
}

#[test]
fn feeds_tell_what_any_search_gives() {
    let shell = Shell::new();
    let feed = text(&shell.get("/feeds/new.atom?q=파이썬&library=강남&library=양천"));
    assert_eq!(feed.matches("<entry>").count(), 2, "{feed}");
    let first = feed.find("urn:isbn:9791100000019").unwrap();
    assert!(first < feed.find("urn:isbn:9791100000026").unwrap(), "the latest there first: {feed}");
    let own = format!(
        "<link rel=\"self\" type=\"application/atom+xml\" href=\"{BASE}/feeds/new.atom?q=파이썬&amp;library=강남&amp;library=양천\">"
    );
    assert!(feed.contains(&own), "{feed}");
    let both = text(&shell.get("/feeds/new.atom?library=강남&class=004"));
    assert_eq!(both.matches("<entry>").count(), 1, "{both}");
}

#[test]
fn pages_say_what_they_are_about_and_in_which_languages() {
    let shell = Shell::new();
    let korean = page(&shell, "/books/9791100000026");
    let about = "파이썬 머신러닝: 이나루 지음; 박누리 옮김 · 나루북스 · 2019 · 도서관 1곳 소장";
    assert!(korean.contains(&format!("<meta name=\"description\" content=\"{about}\">")), "{korean}");
    assert!(korean.contains(&format!("<meta property=\"og:description\" content=\"{about}\">")), "{korean}");
    assert!(korean.contains(&format!("<meta property=\"og:image\" content=\"{BASE}/assets/card.png\">")));
    let english = page(&shell, "/books/9791100000026?hl=en");
    // A language that the address names has its own true address, and each names the other.
    assert!(english.contains(&format!("<link rel=\"canonical\" href=\"{BASE}/books/9791100000026?hl=en\">")));
    for page in [&korean, &english] {
        for (hl, end) in [("ko", "?hl=ko"), ("en", "?hl=en"), ("x-default", "")] {
            let link = format!(
                "<link rel=\"alternate\" hreflang=\"{hl}\" href=\"{BASE}/books/9791100000026{end}\">"
            );
            assert!(page.contains(&link), "{link} is not on {page}");
        }
    }
    assert!(!page(&shell, "/search?q=파이썬").contains("rel=\"canonical\""), "searches are not listed");
}

#[test]
fn the_first_page_shows_what_came_in_last() {
    let shell = Shell::new();
    let page = page(&shell, "/");
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is not on {page}"));
    assert!(at("/books/9791100000033") < at("/books/9791100000040"));
    assert!(at("/books/9791100000040") < at("/books/9791100000026"));
    assert!(page.contains("<time datetime=\"2023-02-23\">2023년 2월 23일 등록</time>"));
    assert!(page.contains("href=\"/feeds/new.atom\""));
}

#[test]
fn results_offer_page_sizes_a_list_and_a_feed() {
    let shell = Shell::new();
    let page = page(&shell, "/search?q=파이썬&library=강남&hl=ko");
    assert!(page.contains("limit=50"), "{page}");
    assert!(
        page.contains("<input type=\"checkbox\" name=\"isbn\" value=\"9791100000019\" form=\"picks\""),
        "{page}"
    );
    assert!(page.contains("<form class=\"picks\" id=\"picks\" method=\"get\" action=\"/list\">"), "{page}");
    assert!(page.contains("<title>‘파이썬’ 검색 결과 – 작품 2건 · 서가</title>"), "{page}");
    assert!(page.contains("&amp;group=none&amp;hl=ko\" rel=\"nofollow\">모든 판을 따로 보기</a>"), "{page}");
    assert!(page.contains("href=\"/feeds/new.atom?q=파이썬&amp;library=강남&amp;hl=ko\""), "{page}");
    let page = self::page(&shell, "/search?class=005");
    assert!(page.contains("href=\"/feeds/new.atom?class=005\""), "{page}");
}

/// Finds the texts with Hangul that stand in no element that says it is Korean; of the head, what stands there is no text.
fn unmarked(page: &str) -> Vec<String> {
    let (_, body) = page.split_once("<body>").unwrap();
    let void = ["meta", "link", "input", "br", "hr", "img"];
    let mut open: Vec<(String, bool)> = Vec::new();
    let mut found = Vec::new();
    for part in body.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap();
        let name = tag.split([' ', '/']).next().unwrap();
        if let Some(name) = tag.strip_prefix('/') {
            if name != "body" && name != "html" {
                assert_eq!(open.pop().map(|(open, _)| open).as_deref(), Some(name), "in {page}");
            }
        } else if !void.contains(&name) && !tag.ends_with('/') {
            let inherited = open.last().is_some_and(|(_, is)| *is);
            let is = tag.contains(" lang=\"ko\"") || inherited && !tag.contains(" lang=\"");
            open.push((name.to_owned(), is));
        }
        let hangul = |c: char| ('가'..='힣').contains(&c) || ('ㄱ'..='ㅣ').contains(&c);
        if text.contains(hangul) && !open.last().is_some_and(|(_, is)| *is) {
            found.push(format!("<{tag}>{text}"));
        }
    }
    found
}

#[test]
fn every_korean_text_of_an_english_page_says_that_it_is() {
    let shell = Shell::new();
    let mut korean = 0;
    for (target, status) in [
        ("/", 200),
        ("/?mine=강남&mine=강동", 200),
        ("/search?q=파이썬", 200),
        ("/search?q=파이썬&library=강남&publisher=서가출판&class=005&mine=양천", 200),
        ("/search?q=파이썬&facet=publisher", 200),
        ("/search?q=파이썬&facet=library&find=강", 200),
        ("/search?q=vkdlTjs", 200),
        ("/search?q=없는말씀 파이썬", 200),
        ("/search?q=없는말씀&library=강남", 200),
        ("/search?class=0", 200),
        ("/search?q=", 200),
        ("/search?q=가&sort=무엇", 400),
        ("/books/9791100000019", 200),
        ("/books/9791100000026?mine=강동", 200),
        ("/books/9788966260997", 404),
        ("/libraries", 200),
        ("/libraries?find=강", 200),
        ("/libraries?library=강남", 200),
        ("/list", 200),
        ("/list?isbn=9791100000019&isbn=9791100000026&mine=양천", 200),
        ("/authors/김서가", 200),
        ("/subjects/파이썬", 200),
        ("/authors/없는이", 404),
        ("/about", 200),
        ("/없는쪽", 404),
    ] {
        let join = if target.contains('?') { '&' } else { '?' };
        let response = shell.get(&format!("{target}{join}hl=en"));
        assert_eq!(response.status, status, "{target}");
        let page = text(&response);
        assert_eq!(unmarked(&page), [] as [&str; 0], "{target}");
        korean += page.matches("lang=\"ko\"").count();
    }
    assert!(korean > 100, "{korean} marked");
    assert!(!unmarked("<body><p>강남</p></body>").is_empty(), "it is able to find something");
}
