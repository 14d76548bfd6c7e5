//! Anything at all: every request ends in a response that makes sense, whatever it and the files hold.

use proptest::prelude::*;
use seoga_app::{Request, Response};

use crate::shelf::Shelf;
use crate::shell::Shell;

fn any_request() -> impl Strategy<Value = Request> {
    let path = prop_oneof![
        prop::sample::select(vec![
            "/",
            "/search",
            "/api/search",
            "/api/suggest",
            "/api/libraries",
            "/api/status",
            "/predict",
            "/user-choice",
            "/admin/choices",
            "/libraries",
            "/about",
            "/opensearch.xml",
            "/books/9791100000019",
            "/api/books/9791100000019",
            "/covers/9791100000019.svg",
            "/books/9791100000019.ris",
        ])
        .prop_map(str::to_owned),
        "/\\PC{0,20}",
    ];
    let parameter = ("(q|library|class|year|publisher|lang|sort|page|limit|v|hl|since|cursor)", "\\PC{0,12}");
    let query = prop::collection::vec(parameter.prop_map(|(name, value)| format!("{name}={value}")), 0..5);
    let method =
        prop::sample::select(vec!["GET", "GET", "GET", "HEAD", "POST", "POST", "OPTIONS", "PUT", ""]);
    let header = prop::sample::select(vec![
        ("content-type", "application/json"),
        ("origin", "https://evil.example"),
        ("accept-language", "en;q=1,,;q"),
        ("if-none-match", "*"),
        ("authorization", "Bearer dev-admin-token"),
    ]);
    let body = prop_oneof![any::<Vec<u8>>(), "\\{(\"(user_search|selected_lib|user_id|query_id|isbn13)\":(\\[\"\\PC{0,5}\"\\]|\"\\PC{0,8}\"),?){0,3}\\}".prop_map(String::into_bytes)];
    (method, path, query, prop::collection::vec(header, 0..3), body, any::<u64>()).prop_map(
        |(method, path, query, headers, body, now)| Request {
            method: method.to_owned(),
            path,
            query: query.join("&"),
            headers: headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            body,
            now,
            asked_base: "https://books.example".to_owned(),
            ..Request::default()
        },
    )
}

fn check(request: &Request, response: &Response) {
    let known = [200, 201, 204, 304, 308, 400, 401, 403, 404, 405, 408, 413, 414, 415, 429, 503];
    assert!(known.contains(&response.status), "{request:?}: {}", response.status);
    assert!(
        response.header("cache-control").is_some() && response.header("content-security-policy").is_some()
    );
    if response.status >= 400 {
        assert_eq!(response.header("cache-control"), Some("no-store"), "{request:?}");
    }
    for (name, value) in &response.headers {
        assert!(value.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{name}: {value}: {request:?}");
    }
}

proptest! {
    #[test]
    fn any_request_ends_in_a_response(requests in prop::collection::vec(any_request(), 1..8)) {
        let shell = Shell::new();
        for request in requests {
            let response = shell.answer(request.clone());
            check(&request, &response);
            prop_assert_ne!(response.status, 503, "all files are whole: {:?}", request);
        }
    }

    #[test]
    fn any_damage_gives_the_right_answer_or_none(
        request in any_request(),
        file: prop::sample::Index,
        at: prop::sample::Index,
        bit in 0u8..8,
        cut: bool,
    ) {
        let shelf = Shelf::new();
        let whole = Shell::of(&shelf).answer(request.clone());
        let shell = Shell::of(&shelf);
        let paths: Vec<&String> = shelf.files.keys().filter(|path| !path.ends_with(".json")).collect();
        let path = paths[file.index(paths.len())];
        {
            let mut files = shell.files.borrow_mut();
            let bytes = files.get_mut(path).unwrap();
            let at = at.index(bytes.len());
            if cut { bytes.truncate(at) } else { bytes[at] ^= 1 << bit }
        }
        let response = shell.answer(request.clone());
        check(&request, &response);
        prop_assert!(response == whole || response.status == 503, "{:?}: {}", request, response.status);
    }
}
