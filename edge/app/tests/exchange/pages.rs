//! Pages as a person without script sees them.

use crate::shelf::{BOOKS, NO_BOOK, Shelf};
use crate::shell::{BASE, Shell, text};

fn page(shell: &Shell, target: &str) -> String {
    let response = shell.get(target);
    assert_eq!(response.status, 200, "{target}: {}", text(&response));
    assert_eq!(response.header("content-type"), Some("text/html; charset=utf-8"));
    text(&response)
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
            for once in ["<h1", "<main", "<title>", "class=\"skip\"", "name=\"viewport\""] {
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
    assert!(page.contains("name=\"library\" value=\"강동\" checked"));
    assert!(!page.contains("name=\"library\" value=\"강남\" checked"));
    assert!(page.contains("<input type=\"hidden\" name=\"sort\" value=\"year\">"));
    assert!(!page.contains("utm"), "unknown parameters go nowhere");
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
    assert!(page.contains("href=\"/search?q=author%3A%22이나루%22\""), "each name is a search: {page}");
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is not on {page}"));
    assert!(at("<h2>다른 판</h2>") < at("href=\"/books/9791100000040\" lang=\"en\">Learning Rust</a>"));
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
        assert!(page.contains("action=\"/search\"") && page.contains("req-1"), "{page}");
        assert!(page.contains("value=\"파이썬\""), "the words are still in the box");
    }
    let wrong = shell.get("/search?q=a&limit=99");
    assert_eq!(wrong.status, 400);
    assert!(text(&wrong).contains("limit"), "names the parameter");
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
    assert!(page.contains("href=\"/libraries?library=강남&amp;hl=en\">강남</a>"), "the way to the library");
    assert!(page.contains(&format!("rel=\"bookmark\">{BASE}/books/9791100000026</a>")));
}

#[test]
fn an_isbn_is_told_in_all_its_forms() {
    let mut book = BOOKS[0];
    book.0 = 9_788_966_260_997;
    let shell = Shell::of(&Shelf::of(&[book]));
    let page = page(&shell, "/books/9788966260997");
    let forms = "<code>9788966260997</code>, <code>978-89-6626-099-7</code>, <code>8966260993</code>";
    assert!(page.contains(forms), "{page}");
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
fn a_library_has_a_page_with_its_own_arrivals() {
    let shell = Shell::new();
    let page = page(&shell, "/libraries?library=강남");
    assert!(page.contains("<h1>강남</h1>") && page.contains("서가로 1"), "{page}");
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is not on {page}"));
    assert!(at("data-isbn13=\"9791100000019\"") < at("data-isbn13=\"9791100000026\""), "by its own days");
    assert!(page.contains("<time datetime=\"2022-01-08\">"), "not the day of another library: {page}");
    assert!(!page.contains("9791100000033"), "what it does not hold");
    assert!(page.contains("href=\"/libraries?library=강남&amp;hl=en\""), "the same in English");
    let unknown = shell.get("/libraries?library=없는곳");
    assert_eq!(unknown.status, 400);
    assert!(text(&unknown).contains("library"));
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
    assert!(page.contains("<title>‘파이썬’ 검색 결과 – 2건 · 서가</title>"), "{page}");
    assert!(!page.contains("/feeds/"), "no feed is of words");
    let page = self::page(&shell, "/search?class=005");
    assert!(page.contains("href=\"/feeds/new.atom?class=005\""), "{page}");
}

#[test]
fn the_about_page_names_all_that_is_stored_of_a_choice_and_for_how_long() {
    let config = seoga_app::Config { choice_days: 90, ..seoga_app::Config::development() };
    let shell = Shell::with(&Shelf::new(), config);
    for (language, kept) in [("ko", "90일"), ("en", "90 days")] {
        let page = page(&shell, &format!("/about?hl={language}"));
        let list = page.split("id=\"stored\"").nth(1).and_then(|rest| rest.split("</dl>").next()).unwrap();
        for name in ["user_id", "query_id", "id", "isbn13", "rank", "chosen_at", "key"] {
            assert_eq!(list.matches(&format!("<dt><code>{name}</code>")).count(), 1, "{name} in {language}");
        }
        assert_eq!((list.matches("<dt>").count(), list.matches(kept).count()), (7, 7), "{language}");
    }
}

/// The promises of the page about the service, sentence by sentence: those of its chapter on privacy, of each field's
/// term, and of the switch.
fn promises(page: &str) -> Vec<String> {
    let between =
        |from: &str, to: &str| page.split(from).nth(1).and_then(|rest| rest.split(to).next()).unwrap();
    let privacy =
        page.split("<h2>").find(|one| one.starts_with("개인정보") || one.starts_with("Privacy")).unwrap();
    let privacy = privacy.split("<dl").next().unwrap();
    let switch = between("id=\"choices-title\"", "<label");
    let paragraphs = [privacy, switch].into_iter().flat_map(|part| part.split("<p>").skip(1));
    let texts = paragraphs.map(|one| one.split("</p>").next().unwrap().to_owned());
    let kept = between("<dd>", "</dd>").trim_end_matches('.').rsplit(". ").next().unwrap().to_owned() + ".";
    let mut found: Vec<String> = texts
        .flat_map(|text| {
            let sentences: Vec<String> =
                text.trim_end_matches('.').split(". ").map(|one| format!("{one}.")).collect();
            sentences
        })
        .collect();
    found.push(kept);
    found
}

#[test]
fn every_promise_of_the_about_page_is_accounted_for() {
    let shell = Shell::new();
    let security = include_str!("../../../../docs/SECURITY.md");
    for language in ["ko", "en"] {
        let promises = promises(&page(&shell, &format!("/about?hl={language}")));
        assert!(promises.len() > 10, "{promises:?}");
        let missing: Vec<&String> = promises.iter().filter(|one| !security.contains(one.as_str())).collect();
        assert_eq!(missing, Vec::<&String>::new(), "docs/SECURITY.md, Promises to visitors");
    }
}

#[test]
fn a_search_stores_counts_and_logs_nothing() {
    let shell = Shell::new();
    let asked =
        ["/api/search", "/search", "/api/suggest", "/opensearch/suggest", "/feeds/new.atom", "/list", "/"];
    for path in asked {
        let headers = [("cf-connecting-ip", "192.0.2.1"), ("user-agent", "one"), ("cookie", "a=b")];
        let response = shell.get_with(&format!("{path}?q=%ED%8C%8C%EC%9D%B4%EC%8D%AC"), &headers);
        assert_eq!(response.status, 200, "{path}");
    }
    assert!(shell.store.borrow().is_empty() && shell.log.borrow().is_empty());
    assert!(shell.throttled.borrow().is_empty());
    assert_eq!(shell.loaded.get(), 0);
}

#[test]
fn a_log_line_has_nothing_of_what_was_asked() {
    let shell = Shell::new();
    shell.files.borrow_mut().clear();
    let private = [("cf-connecting-ip", "192.0.2.1"), ("user-agent", "한사람"), ("cookie", "visitor-1")];
    for path in
        ["/api/search?q=%EB%B9%84%EB%B0%80&library=visitor-1", "/search?q=비밀", "/list?isbn=9791100000019"]
    {
        assert_eq!(shell.get_with(path, &private).status, 503, "{path}");
    }
    let log = shell.log.borrow().join("\n");
    assert_eq!(shell.log.borrow().len(), 3, "{log}");
    for word in ["비밀", "%EB", "visitor-1", "192.0.2.1", "한사람", "9791100000019"] {
        assert!(!log.contains(word), "{word}: {log}");
    }
}
