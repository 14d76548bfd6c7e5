//! The host that was asked, and paths that somebody else wrote: neither is in a link, nor in what a cache may keep.

use proptest::prelude::*;
use seoga_app::{Base, Config, Key, Keys, Request, Response, contract};
use serde_json::json as object;

use crate::shelf::Shelf;
use crate::shell::{BASE, Shell, json, text, with_headers};

/// The host of a stranger, which must be nowhere.
const EVIL: &str = "evil.example";
/// Every way in which a request names a host.
const HOSTS: [(&str, &str); 9] = [
    ("host", "evil.example"),
    ("forwarded", "for=1.1.1.1;host=evil.example;proto=http"),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-server", "evil.example"),
    ("x-forwarded-proto", "http"),
    ("x-forwarded-port", "81"),
    ("x-original-host", "evil.example"),
    ("x-original-url", "http://evil.example/"),
    ("x-host", "evil.example"),
];

fn public() -> Config {
    Config { base: Base::parse(BASE), ..Config::development() }
}

/// A request of each route of the contract that is answered well, and some that are not.
fn requests(shell: &Shell) -> Vec<Request> {
    let mut all = Vec::new();
    for (pattern, methods) in contract::routes() {
        let parts = [
            ("{id}", "9791100000019"),
            ("{form}", "bib"),
            ("{name}", "pages"),
            ("{word}", "%EC%9E%90%EB%B0%94"),
        ];
        let path = parts.iter().fold(pattern.to_owned(), |path, (part, value)| path.replace(part, value));
        assert!(!path.contains('{'), "{pattern} has a part that this test does not fill");
        for query in ["", "?q=파이썬", "?isbn=9791100000019", "?library=강남", "?hl=en", "?q="] {
            all.push(shell.request("GET", &format!("{path}{query}")));
        }
        all.push(shell.request("HEAD", &path));
        if methods.contains("OPTIONS") {
            all.push(shell.request("OPTIONS", &path));
        }
        all.push(Request { body: b"{}".to_vec(), ..shell.request("POST", &path) });
    }
    for path in [
        "/nowhere",
        "/sitemaps/books-1.xml",
        "/list.csv?isbn=9791100000019",
        "/api/nowhere",
        "/books/89-6626-099-3",
        "/index/none.bin",
        "/assets/none",
        "/favicon.ico",
        "//x",
    ] {
        all.push(shell.request("GET", path));
    }
    let words = object!({"user_search": ["파이썬"], "selected_lib": []}).to_string();
    let predict = Request { body: words.into_bytes(), ..shell.request("POST", "/predict") };
    all.push(with_headers(predict, &[("content-type", "application/json")]));
    all
}

fn holds(response: &Response, word: &str) -> bool {
    String::from_utf8_lossy(&response.body).contains(word)
        || response.headers.iter().any(|(_, value)| value.contains(word))
}

fn cache_control(response: &Response) -> &str {
    response.header("cache-control").unwrap_or_default()
}

#[test]
fn another_host_is_in_no_answer_and_no_answer_to_it_may_be_kept() {
    let shell = Shell::with(&Shelf::new(), public());
    let (mut moved, mut kept) = (0, 0);
    for request in requests(&shell) {
        let what = format!("{} {}?{}", request.method, request.path, request.query);
        let plain = shell.answer(request.clone());
        kept += usize::from(cache_control(&plain) != "no-store");
        let foreign = Request { asked_base: format!("http://{EVIL}"), ..with_headers(request, &HOSTS) };
        let named = Request { asked_base: BASE.to_owned(), ..foreign.clone() };
        assert_eq!(shell.answer(named), plain, "{what}: headers that name a host");
        let answer = shell.answer(foreign.clone());
        assert!(!holds(&answer, EVIL), "{what}: {answer:?}");
        assert_eq!(cache_control(&answer), "no-store", "{what}");
        assert_eq!(answer.header("etag"), None, "{what}");
        if answer.status == 308 {
            moved += 1;
            let query = if foreign.query.is_empty() { String::new() } else { format!("?{}", foreign.query) };
            let location = answer.header("location").unwrap();
            let ascii = |text: &str| text.chars().filter(char::is_ascii).collect::<String>();
            assert!(location.starts_with(&format!("{BASE}{}", foreign.path)), "{what}: {location}");
            assert!(location.is_ascii() && ascii(&query).len() <= location.len(), "{what}: {location}");
        } else if plain.status == 200 {
            assert_eq!(answer.body, plain.body, "{what}: what is not moved is answered as ever");
        }
    }
    // Six pages of the contract, an ISBN in another spelling, each in six forms and by HEAD; and what shared caches keep.
    assert!(moved >= 42 && kept >= 60, "{moved} moved, {kept} kept");
}

#[test]
fn a_page_asked_by_another_host_leads_to_the_same_page() {
    let shell = Shell::with(&Shelf::new(), public());
    let asked = |method: &str, target: &str| {
        let other = "https://seoga.account.workers.dev".to_owned();
        shell.answer(Request { asked_base: other, ..shell.request(method, target) })
    };
    for (target, location) in [
        ("/", "https://books.example/"),
        (
            "/search?q=%EA%B0%80&library=%EB%82%98",
            "https://books.example/search?q=%EA%B0%80&library=%EB%82%98",
        ),
        ("/books/9791100000019?hl=en", "https://books.example/books/9791100000019?hl=en"),
    ] {
        for method in ["GET", "HEAD"] {
            let response = asked(method, target);
            assert_eq!((response.status, response.header("location")), (308, Some(location)), "{target}");
        }
    }
    assert_eq!(asked("POST", "/search").status, 405);
    let status = asked("GET", "/api/status");
    assert_eq!((status.status, cache_control(&status)), (200, "no-store"));
}

#[test]
fn a_deployment_without_a_public_name_has_nothing_kept() {
    let key = Key { id: 7, secret: vec![b'k'; Key::MIN_BYTES] };
    let config = Config {
        production: true,
        admin_token: None,
        keys: Keys { current: Some(key), previous: None },
        ..Config::development()
    };
    let named = Config { base: Base::parse(BASE), ..config.clone() };
    let (unnamed, named) = (Shell::with(&Shelf::new(), config), Shell::with(&Shelf::new(), named));
    let mut kept = 0;
    for request in requests(&unnamed) {
        kept += usize::from(cache_control(&named.answer(request.clone())) != "no-store");
        let answer = unnamed.answer(request);
        assert!(
            answer.status != 308 || !answer.header("location").unwrap().starts_with("http"),
            "there is no way to go"
        );
        assert_eq!(cache_control(&answer), "no-store");
    }
    assert!(kept >= 60, "{kept}");
}

#[test]
fn a_choice_comes_from_a_page_of_the_public_name_alone() {
    let shell = Shell::with(&Shelf::new(), public());
    let found = json(&shell.get("/api/search?q=파이썬"));
    let choice =
        object!({"user_id": "u", "query_id": found["query_id"], "isbn13": "9791100000019"}).to_string();
    for (asked, origin, status) in [
        (BASE, "http://evil.example", 403),
        ("http://evil.example", "http://evil.example", 403),
        ("http://evil.example", BASE, 201),
        (BASE, BASE, 200),
    ] {
        let request = Request {
            asked_base: asked.to_owned(),
            body: choice.clone().into_bytes(),
            ..shell.request("POST", "/user-choice")
        };
        let request = with_headers(request, &[("content-type", "application/json"), ("origin", origin)]);
        assert_eq!(shell.answer(request).status, status, "{asked} {origin}");
    }
}

/// Where a browser goes by a link: nowhere but to this site. It drops tabs and ends of lines, and reads `\` as `/`.
fn leaves_the_host(link: &str) -> bool {
    let link: String = link.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    let link = link.trim_start_matches(|c: char| c <= ' ').replace('\\', "/");
    let within =
        link.strip_prefix(BASE).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']));
    let of_this_host = link.starts_with('/') && !link.starts_with("//") || link.starts_with(['#', '?']);
    !within && !of_this_host
}

/// The values of attributes that lead somewhere.
fn links(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for name in [" href=\"", " src=\"", " action=\"", " formaction=\"", " poster=\""] {
        for rest in html.split(name).skip(1) {
            let value = rest.split('"').next().unwrap_or_default();
            found.push(
                value.replace("&amp;", "&").replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">"),
            );
        }
    }
    found
}

fn check_links(shell: &Shell, path: &str) {
    let response = shell.answer(Request { path: path.to_owned(), ..shell.request("GET", "/") });
    let body = text(&response);
    if response.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
        let links = links(&body);
        assert!(links.len() > 5, "{path}: {body}");
        for link in links {
            assert!(!leaves_the_host(&link), "{path}: a link leads to {link}");
        }
    }
    if let Some(location) = response.header("location") {
        assert!(!leaves_the_host(location), "{path}: {location}");
    }
}

#[test]
fn a_link_that_leaves_the_host_is_told_from_one_that_stays() {
    for stays in ["/", "/search?q=//x", "#main", "https://books.example", "https://books.example/a", "?hl=en"]
    {
        assert!(!leaves_the_host(stays), "{stays}");
    }
    for leaves in [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        " //evil.example",
        "https://evil.example",
        "https://books.example.evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
    ] {
        assert!(leaves_the_host(leaves), "{leaves}");
    }
}

#[test]
fn no_link_of_any_page_leaves_the_host_whatever_the_path() {
    let shell = Shell::of(&Shelf::new());
    let hosts = [
        "evil.example",
        "evil.example/login",
        "evil.example:443",
        "user@evil.example",
        "%65vil.example",
        "[::1]",
    ];
    let beginnings = [
        "//",
        "///",
        "////",
        "/\\",
        "\\\\",
        "\\/",
        "/\\/",
        "/\t/",
        "/\n/",
        "/\r\n/",
        "/ /",
        "/%2f",
        "/%2F%2F",
        "/%5c",
        "/.//",
        "/..//",
        "/;//",
        "/?//",
        "/#//",
        "/https://",
        "https://",
        "http:",
        "javascript:",
        "/javascript:",
        "data:",
        "@",
        "/@",
        ".",
        "",
        "/books//",
        "/books/../..//",
        "/assets//",
        "/index/\\\\",
        "/list.//",
        "/feeds//",
        "/api//",
        "//books.example@",
        "/\u{2028}/",
        "/\u{ff0f}/",
    ];
    for beginning in beginnings {
        for host in hosts {
            check_links(&shell, &format!("{beginning}{host}"));
        }
    }
}

proptest! {
    #[test]
    fn no_link_of_a_page_that_is_not_there_leaves_the_host(path in "[/\\\\]{0,3}([\\t\\n:@.a%25]|evil\\.example|\\PC){0,12}") {
        check_links(&Shell::new(), &path);
    }
}
