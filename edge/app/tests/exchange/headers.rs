//! Headers, methods, caches, CORS.

use seoga_app::{Base, Config, Request, Response};

use crate::shelf::Shelf;
use crate::shell::{BASE, Shell, text, with_headers};

const FOREIGN: &str = "https://old.example";

fn foreign_shell() -> Shell {
    let config = Config { cors_origins: vec![FOREIGN.to_owned()], ..Config::development() };
    Shell::with(&Shelf::new(), config)
}

#[test]
fn every_response_has_the_security_headers() {
    let shell = Shell::new();
    for target in [
        "/",
        "/search?q=파이썬",
        "/api/status",
        "/nowhere",
        "/api/search",
        "/covers/9791100000019.svg",
        "/robots.txt",
    ] {
        let response = shell.get(target);
        for name in [
            "content-security-policy",
            "x-content-type-options",
            "referrer-policy",
            "x-frame-options",
            "permissions-policy",
            "strict-transport-security",
            "cross-origin-resource-policy",
        ] {
            assert!(response.header(name).is_some(), "{name} of {target}");
        }
        let policy = response.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{target}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"), "{target}");
    }
    let cover = shell.get("/covers/9791100000019.svg");
    assert_eq!(
        cover.header("cross-origin-resource-policy"),
        Some("cross-origin"),
        "the old front end shows it"
    );
}

#[test]
fn answers_that_name_their_generation_are_kept_for_a_day() {
    let shelf = Shelf::new();
    let shell = Shell::of(&shelf);
    let kept = |response: Response| response.header("cache-control").unwrap().to_owned();
    let pinned = shell.get(&format!("/api/search?q=파이썬&v={}", shelf.generation));
    assert_eq!(kept(pinned), "public, max-age=60, s-maxage=86400");
    assert_eq!(kept(shell.get("/api/search?q=파이썬")), "public, max-age=60, s-maxage=60");
    assert_eq!(kept(shell.get("/search?q=파이썬")), "public, max-age=60, s-maxage=60");
    let unknown = shell.get("/api/search?q=파이썬&v=aaaaaaaaaaaaaaaa");
    assert_eq!(
        (unknown.status, kept(unknown)),
        (200, "no-store".to_owned()),
        "the newest answers, and is not kept"
    );
    assert_eq!(kept(shell.get("/api/search?q=")), "no-store");
    assert_eq!(kept(shell.get("/api/status")), "no-store");
}

#[test]
fn an_entity_tag_that_matches_is_not_modified() {
    let shell = Shell::new();
    let first = shell.get("/search?q=파이썬");
    let etag = first.header("etag").unwrap().to_owned();
    assert!(etag.starts_with('"') && etag.ends_with('"') && etag.len() > 10, "strong: {etag}");
    let again = shell.get_with("/search?q=파이썬", &[("if-none-match", &etag)]);
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(again.header("etag"), Some(etag.as_str()));
    assert_eq!(again.header("cache-control"), first.header("cache-control"));
    assert_eq!(again.header("vary"), first.header("vary"));
    let english = shell.get_with("/search?q=파이썬", &[("if-none-match", &etag), ("accept-language", "en")]);
    assert_eq!(english.status, 200, "another language is another entity");
}

#[test]
fn pages_say_their_language_and_what_they_vary_on() {
    let shell = Shell::new();
    for (target, accept, language) in [
        ("/", "", "ko"),
        ("/", "en-GB,en;q=0.9", "en"),
        ("/?hl=ko", "en", "ko"),
        ("/?hl=en", "ko", "en"),
        ("/nowhere", "en", "en"),
    ] {
        let response = shell.get_with(target, &[("accept-language", accept)]);
        assert_eq!(response.header("content-language"), Some(language), "{target} {accept}");
        assert_eq!(response.header("vary"), Some("Accept-Language"));
        assert!(text(&response).contains(&format!("<html lang=\"{language}\"")));
    }
    assert_eq!(shell.get("/?hl=fr").status, 400);
}

#[test]
fn head_is_get_without_a_body() {
    let shell = Shell::new();
    for target in ["/", "/api/search?q=파이썬", "/nowhere"] {
        let head = shell.answer(shell.request("HEAD", target));
        let get = shell.get(target);
        assert_eq!((head.status, &head.headers), (get.status, &get.headers), "{target}");
        assert!(head.body.is_empty() && !get.body.is_empty());
    }
}

#[test]
fn wrong_methods_are_told_the_right_ones() {
    let shell = Shell::new();
    for (method, target, allow) in [
        ("POST", "/api/search?q=a", "GET, HEAD, OPTIONS"),
        ("GET", "/predict", "POST, OPTIONS"),
        ("PUT", "/user-choice", "POST, OPTIONS"),
        ("DELETE", "/", "GET, HEAD"),
        ("OPTIONS", "/", "GET, HEAD"),
    ] {
        let response = shell.answer(shell.request(method, target));
        assert_eq!((response.status, response.header("allow")), (405, Some(allow)), "{method} {target}");
    }
    assert_eq!(shell.answer(shell.request("POST", "/nowhere")).status, 404);
}

#[test]
fn a_configured_origin_may_call_and_no_other() {
    let shell = foreign_shell();
    for (origin, granted) in [(FOREIGN, Some(FOREIGN)), ("https://evil.example", None)] {
        let preflight = with_headers(
            shell.request("OPTIONS", "/predict"),
            &[("origin", origin), ("access-control-request-method", "POST")],
        );
        let response = shell.answer(preflight);
        assert_eq!(response.status, 204);
        assert_eq!(response.header("access-control-allow-origin"), granted);
        assert_eq!(response.header("access-control-allow-methods").is_some(), granted.is_some());
        let answer = shell.get_with("/api/search?q=파이썬", &[("origin", origin)]);
        assert_eq!(answer.header("access-control-allow-origin"), granted);
        assert_eq!(answer.header("vary"), Some("Origin"));
        let page = shell.get_with("/search?q=파이썬", &[("origin", origin)]);
        assert_eq!(page.header("access-control-allow-origin"), None, "pages are not for other origins");
    }
    let fault = shell.post_with("/predict", "[]", &[("origin", FOREIGN)]);
    assert_eq!(
        fault.header("access-control-allow-origin"),
        Some(FOREIGN),
        "its script may read what was wrong"
    );
}

#[test]
fn without_configured_origins_options_still_answers() {
    let shell = Shell::new();
    let response =
        shell.answer(with_headers(shell.request("OPTIONS", "/user-choice"), &[("origin", FOREIGN)]));
    assert_eq!((response.status, response.header("access-control-allow-origin")), (204, None));
    assert_eq!(response.header("allow"), Some("POST, OPTIONS"));
}

#[test]
fn no_header_and_no_unknown_parameter_changes_what_a_cache_may_keep() {
    let config = Config { base: Base::parse(BASE), ..Config::development() };
    let shell = Shell::with(&Shelf::new(), config);
    let headers = [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("x-original-url", "/admin/choices"),
        ("x-rewrite-url", "/about"),
        ("x-http-method-override", "POST"),
        ("forwarded", "host=evil.example"),
        ("host", "evil.example"),
        ("cookie", "hl=en; session=1"),
        ("user-agent", "<script>"),
        ("accept", "text/html"),
        ("authorization", "Bearer dev-admin-token"),
        ("referer", "https://evil.example/"),
    ];
    let unknown = "utm_source=%3Cscript%3E&callback=steal&_=1&Q=other&q%5B%5D=other";
    let targets = [
        "/",
        "/search?q=파이썬",
        "/api/search?q=파이썬",
        "/api/suggest?q=파",
        "/api/books/9791100000019",
        "/books/9791100000019",
        "/books/9791100000019.ris",
        "/covers/9791100000019.svg",
        "/opensearch.xml",
        "/sitemap.xml",
        "/robots.txt",
        "/feeds/new.atom",
        "/list?isbn=9791100000019",
        "/libraries",
        "/about",
    ];
    for target in targets {
        let plain = shell.get(target);
        assert_eq!(plain.status, 200, "{target}");
        let with_all = shell.get_with(target, &headers);
        assert_eq!((&with_all.body, &with_all.headers), (&plain.body, &plain.headers), "{target}");
        let join = if target.contains('?') { '&' } else { '?' };
        let noisy = shell.get(&format!("{target}{join}{unknown}"));
        assert_eq!((&noisy.body, &noisy.headers), (&plain.body, &plain.headers), "{target} with {unknown}");
        // The host of the URL: what is answered to another one is no cache's.
        let foreign = with_headers(shell.request("GET", target), &headers);
        let foreign = shell.answer(Request { asked_base: "http://evil.example".to_owned(), ..foreign });
        let all = format!("{:?} {}", foreign.headers, String::from_utf8_lossy(&foreign.body));
        assert!(!all.contains("evil.example"), "{target}: {all}");
        assert_eq!(foreign.header("cache-control"), Some("no-store"), "{target}");
    }
}
