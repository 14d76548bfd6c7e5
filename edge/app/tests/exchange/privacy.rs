//! Promises about a visitor's data, and that nothing asked is stored, counted or logged.

use crate::pages::page;
use crate::shelf::Shelf;
use crate::shell::Shell;

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

#[test]
fn every_page_says_that_computers_are_shared_where_the_operator_does() {
    let marked = |shared: bool| {
        let config = seoga_app::Config { shared, ..seoga_app::Config::development() };
        let shell = Shell::with(&Shelf::new(), config);
        ["/", "/search?q=파이썬", "/books/9791100000019", "/list", "/libraries", "/about"]
            .map(|path| page(&shell, path).contains("<html lang=\"ko\" data-shared"))
    };
    assert_eq!((marked(true), marked(false)), ([true; 6], [false; 6]));
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
