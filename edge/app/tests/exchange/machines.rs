//! Files for programs: feeds, sitemaps, browsers' search boxes.

use crate::shell::{BASE, Shell, json, text};

#[test]
fn files_for_machines_name_this_site() {
    let shell = Shell::new();
    assert!(text(&shell.get("/robots.txt")).contains(&format!("Sitemap: {BASE}/sitemap.xml")));
    let description = text(&shell.get("/opensearch.xml?hl=en"));
    assert!(description.contains(&format!("{BASE}/search?q={{searchTerms}}&amp;hl=en")));
    assert!(description.contains(&format!("{BASE}/opensearch/suggest?q={{searchTerms}}")));
}

#[test]
fn sitemaps_lead_to_every_page_and_every_book() {
    let shell = Shell::new();
    let index = text(&shell.get("/sitemap.xml"));
    assert!(
        index.contains("<sitemapindex") && index.contains(&format!("<loc>{BASE}/sitemaps/pages.xml</loc>"))
    );
    assert!(index.contains(&format!("<loc>{BASE}/sitemaps/books-1.xml</loc>")) && !index.contains("books-2"));
    let pages = text(&shell.get("/sitemaps/pages.xml"));
    assert!(pages.contains(&format!("<loc>{BASE}/about</loc>")) && pages.is_ascii(), "{pages}");
    assert!(pages.contains(&format!("<loc>{BASE}/libraries?library=%EA%B0%95%EB%82%A8</loc>")), "{pages}");
    for hl in ["ko", "en"] {
        let library =
            format!("<xhtml:link rel=\"alternate\" hreflang=\"{hl}\" href=\"{BASE}/about?hl={hl}\"/>");
        assert!(pages.contains(&library), "each page in each language: {pages}");
    }
    let books = shell.get("/sitemaps/books-1.xml");
    assert_eq!(books.header("content-type"), Some("application/xml; charset=utf-8"));
    let books = text(&books);
    assert_eq!(books.matches("<url>").count(), 5, "{books}");
    assert!(books.contains(&format!("<loc>{BASE}/books/9791100000057</loc>")));
    // Thousands of books are a piece: they must fit into what a function on AWS may answer.
    assert!(!books.contains("hreflang") && books.len() < 5 * 100 + 200, "{books}");
    assert_eq!(shell.get("/sitemaps/books-2.xml").status, 404);
    assert_eq!(shell.get("/sitemaps/books-4294967295.xml").status, 404);
}

#[test]
fn suggestions_come_as_browsers_read_them() {
    let shell = Shell::new();
    let response = shell.get("/opensearch/suggest?q=파이");
    assert_eq!(response.header("content-type"), Some("application/x-suggestions+json; charset=utf-8"));
    let read = json(&response);
    assert_eq!(read[0], "파이");
    let texts: Vec<&str> = read[1].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    assert_eq!(texts, ["파이썬 머신러닝", "파이썬 첫걸음"]);
    assert_eq!(shell.get("/opensearch/suggest").status, 400);
}

#[test]
fn feeds_tell_arrivals_of_all_of_a_library_and_of_a_class() {
    let shell = Shell::new();
    let feed = |target: &str| {
        let response = shell.get(target);
        assert_eq!(response.status, 200, "{target}: {}", text(&response));
        assert_eq!(response.header("content-type"), Some("application/atom+xml; charset=utf-8"));
        text(&response)
    };
    let all = feed("/feeds/new.atom?hl=en");
    assert!(all.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns="), "{all}");
    assert_eq!(all.matches("<entry>").count(), 5);
    assert!(all.contains(&format!("<id>{BASE}/feeds/new.atom</id>")), "the id knows no language: {all}");
    assert!(all.contains("<updated>2023-02-23T00:00:00Z</updated>"));
    assert!(all.contains("<title>도커 &lt;입문&gt; &amp; 실습</title>"), "{all}");
    assert!(
        !all.contains("<link rel=\"self\" type=\"application/atom+xml\" href=\"/"),
        "addresses are whole"
    );
    assert_eq!(all.matches("<link ").count(), all.matches("</link>").count(), "every element ends");
    let library = feed("/feeds/new.atom?library=강남");
    assert_eq!(library.matches("<entry>").count(), 3, "{library}");
    assert!(library.contains("<id>urn:isbn:9791100000019</id><title>파이썬 첫걸음</title><updated>2022-01-08T00:00:00Z</updated>"), "{library}");
    let class = feed("/feeds/new.atom?class=005");
    assert_eq!(class.matches("<entry>").count(), 2, "{class}");
    assert!(
        feed("/feeds/new.atom?class=999").contains("<updated>2023-02-23T00:00:00Z</updated></feed>")
            || feed("/feeds/new.atom?class=999").contains("</feed>")
    );
    for wrong in ["library=없는곳", "class=x", "library=강남&library=없는곳"] {
        assert_eq!(shell.get(&format!("/feeds/new.atom?{wrong}")).status, 400, "{wrong}");
    }
}
