//! Choices: stored once, or refused for a reason, or left to be sent again.

use std::collections::BTreeSet;

use seoga_app::{Config, Effect, Key, Keys, Limiter, Outcome, Response, StoreError};
use serde_json::{Value, json as expected};

use crate::shelf::{BOOKS, NO_BOOK, Shelf};
use crate::shell::{BASE, DAY, LISTED_BYTES, NOW, Shell, json, text, with_headers};

fn query_id(shell: &Shell, query: &str) -> String {
    json(&shell.get(&format!("/api/search?{query}")))["query_id"].as_str().unwrap().to_owned()
}

fn body(query_id: &str, isbn13: &str) -> String {
    expected!({"user_id": "visitor-1", "query_id": query_id, "isbn13": isbn13}).to_string()
}

fn choose(shell: &Shell, query_id: &str, isbn13: &str) -> Response {
    shell.post("/user-choice", &body(query_id, isbn13))
}

fn only_record(shell: &Shell) -> (String, Value) {
    let store = shell.store.borrow();
    assert_eq!(store.len(), 1, "{store:?}");
    let (key, (record, _)) = store.iter().next().unwrap();
    (key.clone(), serde_json::from_str(record).unwrap())
}

#[test]
fn a_choice_is_stored_whole_and_once() {
    let shell = Shell::new();
    let id = query_id(&shell, "q=파이썬&library=강남");
    assert!(shell.store.borrow().is_empty(), "a search writes nothing");
    assert_eq!(choose(&shell, &id, "9791100000026").status, 201);
    shell.now.set(NOW + 3 * DAY);
    assert_eq!(choose(&shell, &id, "9791100000026").status, 200, "the same again, three days later");
    let (key, record) = only_record(&shell);
    assert!(key.starts_with("choice/2026-11-21/"), "the day of the question: {key}");
    assert_eq!(
        record,
        expected!({
            "user_id": "visitor-1", "query_id": id, "id": "9791100000026", "isbn13": "9791100000026", "rank": 2,
            "chosen_at": "2026-11-21T00:00:00Z",
        }),
        "and not a member more"
    );
    assert_eq!(shell.store.borrow().values().next().unwrap().1, 180 * DAY);
}

#[test]
fn a_pick_from_another_answer_is_stored_once_without_a_rank() {
    let shell = Shell::new();
    let id = query_id(&shell, "q=파이썬&library=강남");
    let sent = |isbn13: &str| {
        let body =
            expected!({"user_id": "visitor-1", "query_id": id, "isbn13": isbn13, "without_rank": true});
        shell.post("/user-choice", &body.to_string())
    };
    assert_eq!(sent("9791100000026").status, 201);
    assert_eq!(sent("9791100000026").status, 200);
    let (_, record) = only_record(&shell);
    assert_eq!(
        record,
        expected!({
            "user_id": "visitor-1", "query_id": id, "id": "9791100000026", "isbn13": "9791100000026",
            "chosen_at": "2026-11-21T00:00:00Z",
        }),
        "and not a member more"
    );
    assert_eq!(choose(&shell, &id, "9791100000026").status, 200, "with a rank it is the same choice");
    assert_eq!(only_record(&shell).1, record);
    assert_eq!(sent(NO_BOOK).status, 404, "the catalogue has to have it");
}

#[test]
fn none_of_these_is_stored_once_without_a_book_and_reads_no_file() {
    let shell = Shell::new();
    let id = query_id(&shell, "q=쿠버네티스&class=005");
    let none = |user: &str| {
        let body = expected!({"user_id": user, "query_id": id, "none": true});
        shell.post("/user-choice", &body.to_string())
    };
    shell.fetched.borrow_mut().clear();
    assert_eq!(none("visitor-1").status, 201);
    shell.now.set(NOW + 3 * DAY);
    let again = none("visitor-1");
    assert_eq!((again.status, json(&again)), (200, expected!({"stored": true, "again": true})));
    assert_eq!(*shell.fetched.borrow(), Vec::<String>::new(), "there is no book to look for");
    let (key, record) = only_record(&shell);
    assert!(key.starts_with("choice/2026-11-21/"), "{key}");
    assert_eq!(
        record,
        expected!({
            "user_id": "visitor-1", "query_id": id, "id": null, "isbn13": null, "chosen_at": "2026-11-21T00:00:00Z",
        }),
        "and not a member more"
    );
    assert_eq!(shell.store.borrow().values().next().unwrap().1, 180 * DAY, "kept as long as a pick");
    assert_eq!(choose(&shell, &id, "9791100000019").status, 201, "the book may turn up all the same");
    let throttled = shell.throttled.borrow().iter().filter(|(_, key)| key == "visitor-1").count();
    assert_eq!(throttled, 3, "it counts as a pick does");
    *shell.shut.borrow_mut() = vec![Limiter::Visitor];
    assert_eq!(none("visitor-2").status, 429);
    shell.shut.borrow_mut().clear();

    let export =
        shell.get_with("/admin/choices?since=2026-11-21", &[("authorization", "Bearer dev-admin-token")]);
    let lines: Vec<Value> = text(&export).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let line = lines.iter().find(|line| line["isbn13"].is_null()).unwrap();
    assert_eq!(lines.len(), 2);
    assert_eq!((&line["query"], &line["class"]), (&expected!("쿠버네티스"), &expected!("005")));
    assert_eq!(line.get("rank"), None);
}

#[test]
fn none_of_these_is_refused_as_a_pick_is() {
    let shell = Shell::new();
    let id = query_id(&shell, "q=쿠버네티스");
    let json_type = ("content-type", "application/json");
    let with = |more: &str| format!(r#"{{"user_id":"u","query_id":"{id}"{more}}}"#);
    for (body, headers, status) in [
        (with(r#","none":true"#), vec![], 415),
        (with(r#","none":true"#), vec![json_type, ("origin", "https://evil.example")], 403),
        (with(r#","none":true,"isbn13":"9791100000019""#), vec![json_type], 400),
        (with(r#","none":"yes""#), vec![json_type], 400),
        (with(r#","none":false"#), vec![json_type], 400),
        (with(r#","isbn13":null"#), vec![json_type], 400),
        (r#"{"user_id":"u","query_id":"forged","none":true}"#.to_owned(), vec![json_type], 403),
    ] {
        let response = shell.post_with("/user-choice", &body, &headers);
        assert_eq!(response.status, status, "{body} {headers:?} {}", text(&response));
    }
    assert!(shell.store.borrow().is_empty());
}

#[test]
fn the_longest_question_makes_a_record_like_any_other() {
    let shell = Shell::new();
    let id = query_id(&shell, &format!("q={}&publisher={}", "가".repeat(200), "나".repeat(200)));
    assert_eq!(choose(&shell, &id, "9791100000019").status, 201);
    let (_, record) = only_record(&shell);
    assert_eq!(record["query_id"], id);
    assert_eq!(record.get("rank"), None, "not among the hits");
}

#[test]
fn a_query_id_is_refused_for_a_reason() {
    let shell = Shell::new();
    let id = query_id(&shell, "q=파이썬");
    let mut altered = id.clone().into_bytes();
    altered[30] = if altered[30] == b'A' { b'B' } else { b'A' };
    let altered = String::from_utf8(altered).unwrap();
    let foreign = Keys { current: Some(Key { id: 9, secret: vec![b'f'; 32] }), previous: None };
    let elsewhere = Shell::with(&Shelf::new(), Config { keys: foreign, ..Config::development() });
    let cases = [
        (altered.as_str(), 0, "forged"),
        ("no-query-id", 0, "malformed"),
        (&query_id(&elsewhere, "q=파이썬"), 0, "unknown key"),
        (&id, 8, "expired"),
    ];
    for (id, days, reason) in cases {
        shell.now.set(NOW + days * DAY);
        let response = choose(&shell, id, "9791100000019");
        assert_eq!((response.status, &json(&response)["reason"]), (403, &expected!(reason)), "{reason}");
        assert_eq!(response.header("cache-control"), Some("no-store"));
    }
    shell.now.set(NOW - 2 * DAY);
    assert_eq!(json(&choose(&shell, &id, "9791100000019"))["reason"], "from the future");
    assert!(shell.store.borrow().is_empty());
}

#[test]
fn a_host_without_a_key_signs_nothing_accepts_nothing_and_answers_all_else() {
    let keyed = Shell::new();
    let keyless = Config { keys: Keys { current: None, previous: None }, ..Config::development() };
    let shell = Shell::with(&Shelf::new(), keyless.clone());
    let path = "/api/search?q=파이썬";
    let (mut with, without) = (json(&keyed.get(path)), json(&shell.get(path)));
    assert!(with["query_id"].is_string() && without["query_id"].is_null());
    with["query_id"] = Value::Null;
    assert_eq!(with, without);
    assert!(text(&keyed.get("/search?q=파이썬")).contains("data-query-id="));
    assert!(!text(&shell.get("/search?q=파이썬")).contains("data-query-id"));
    let refused = choose(&shell, &query_id(&keyed, "q=파이썬"), "9791100000019");
    assert_eq!((refused.status, &json(&refused)["reason"]), (403, &expected!("unknown key")));
    assert_eq!(Config { production: true, ..keyless }.check().unwrap_err().setting, "SEOGA_KEY");
}

#[test]
fn keys_rotate_without_losing_a_choice() {
    let key = |id: u8| Key { id, secret: vec![id; 32] };
    let with = |current: u8, previous: Option<u8>| {
        let keys = Keys { current: Some(key(current)), previous: previous.map(key) };
        Shell::with(&Shelf::new(), Config { keys, ..Config::development() })
    };
    let id = query_id(&with(1, None), "q=파이썬");
    assert_eq!(choose(&with(2, Some(1)), &id, "9791100000019").status, 201);
    assert_eq!(choose(&with(3, Some(2)), &id, "9791100000019").status, 403);
}

#[test]
fn wrong_requests_are_refused_before_anything_is_done() {
    let shell = Shell::new();
    let id = query_id(&shell, "q=파이썬");
    let good = body(&id, "9791100000019");
    let json_type = ("content-type", "application/json");
    for (body, headers, status) in [
        ("{", vec![json_type], 400),
        (r#"{"user_id":"u"}"#, vec![json_type], 400),
        (good.as_str(), vec![], 415),
        (good.as_str(), vec![("content-type", "text/plain")], 415),
        (good.as_str(), vec![json_type, ("origin", "https://evil.example")], 403),
        (good.as_str(), vec![json_type, ("origin", "null")], 403),
        (&format!("{good}{}", " ".repeat(4096)), vec![json_type], 413),
    ] {
        let response = shell.post_with("/user-choice", body, &headers);
        assert_eq!(response.status, status, "{headers:?} {}", text(&response));
        assert_eq!(response.header("content-type"), Some("application/problem+json"));
    }
    assert!(shell.store.borrow().is_empty() && shell.throttled.borrow().is_empty());
    assert_eq!(choose(&shell, &id, NO_BOOK).status, 404);
    assert!(shell.store.borrow().is_empty());
    let same = shell.post_with("/user-choice", &good, &[json_type, ("origin", BASE)]);
    assert_eq!(same.status, 201, "our own origin may");
}

#[test]
fn a_body_beyond_what_the_shell_reads_is_too_large() {
    let shell = Shell::new();
    for path in ["/user-choice", "/predict"] {
        let mut request = with_headers(shell.request("POST", path), &[("content-type", "application/json")]);
        request.body_too_large = true;
        assert_eq!(shell.answer(request.clone()).status, 413, "{path}");
        request.body_too_large = false;
        request.body_too_slow = true;
        let slow = shell.answer(request);
        assert_eq!(
            (slow.status, &json(&slow)["type"]),
            (408, &"urn:seoga:problem:too-slow".into()),
            "{path}"
        );
    }
}

#[test]
fn visitors_and_locations_are_throttled_apart() {
    let shell = Shell::new();
    let id = query_id(&shell, "q=파이썬");
    for (limiter, key) in [(Limiter::Visitor, "visitor-1"), (Limiter::Location, "ICN")] {
        *shell.shut.borrow_mut() = vec![limiter];
        let response = choose(&shell, &id, "9791100000019");
        assert_eq!(response.status, 429);
        let seconds: u32 = response.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=10).contains(&seconds));
        assert!(shell.throttled.borrow().contains(&(limiter, key.to_owned())));
    }
    shell.shut.borrow_mut().clear();
    assert_eq!(choose(&shell, &id, "9791100000019").status, 201);
}

#[test]
fn choices_without_a_book_have_a_tenth_of_the_day_and_leave_the_rest_to_picks() {
    let shell = Shell::with(&Shelf::new(), Config { none_choices: Some(2), ..Config::development() });
    let id = query_id(&shell, "q=파이썬");
    let send = |visitor: u32, body: Value| {
        let mut body = body;
        body["user_id"] = format!("v{visitor}").into();
        body["query_id"] = id.clone().into();
        shell.post("/user-choice", &body.to_string()).status
    };
    let none = |visitor: u32| send(visitor, expected!({"none": true}));
    shell.now.set(NOW + 3600);
    assert_eq!([none(1), none(2), none(3)], [201, 201, 429]);
    assert_eq!(none(1), 200, "what is stored takes no part of it");
    assert_eq!(send(4, expected!({"isbn13": "9791100000019"})), 201, "picks are not counted with them");
    shell.now.set(NOW + DAY);
    assert_eq!(none(3), 201, "every day has a share of its own");
}

#[test]
fn a_sender_has_a_share_of_the_days_writes_and_no_address_is_told() {
    let shell = Shell::with(&Shelf::new(), Config { sender_choices: Some(3), ..Config::development() });
    let id = query_id(&shell, "q=파이썬");
    let send = |visitor: u32| {
        let body = expected!({"user_id": format!("v{visitor}"), "query_id": id, "isbn13": "9791100000019"});
        shell.post("/user-choice", &body.to_string())
    };
    shell.now.set(NOW + 3600);
    *shell.sender.borrow_mut() = "192.0.2.77".to_owned();
    let statuses: Vec<u16> = (0..5).map(|visitor| send(visitor).status).collect();
    assert_eq!(statuses, [201, 201, 201, 429, 429], "whoever it says it is");
    let refused = send(9);
    assert_eq!(refused.header("retry-after"), Some("82800"), "until midnight UTC");
    assert_eq!(json(&refused)["type"], "urn:seoga:problem:throttled");
    assert_eq!(send(0).status, 200, "a choice that is stored takes no part of the share");
    assert_eq!(shell.store.borrow().len(), 3);
    *shell.sender.borrow_mut() = "198.51.100.7".to_owned();
    assert_eq!(send(5).status, 201, "another sender has a share of its own");
    shell.now.set(NOW + DAY);
    *shell.sender.borrow_mut() = "192.0.2.77".to_owned();
    assert_eq!(send(6).status, 201, "and every day has");
    let told = format!("{:?} {:?} {:?}", shell.counted.borrow(), shell.store.borrow(), shell.log.borrow());
    assert!(!told.contains("192.0.2") && told.contains("https://books.example/~sender/"), "{told}");
    *shell.sender.borrow_mut() = String::new();
    assert!((10..20).all(|visitor| send(visitor).status == 201), "who is not known is not counted");
}

#[test]
fn a_store_that_counts_itself_says_who_sent_too_much() {
    let shell = Shell::new();
    let id = query_id(&shell, "q=파이썬");
    shell.write_errors.borrow_mut().push(StoreError::Throttled);
    let response = choose(&shell, &id, "9791100000019");
    assert_eq!((response.status, response.header("retry-after")), (429, Some("10")));
    assert_eq!(json(&response)["type"], "urn:seoga:problem:throttled");
    assert!(shell.log_lines().is_empty(), "it is no fault of the store");
}

#[test]
fn a_failing_store_is_told_and_keeps_nothing() {
    let shell = Shell::new();
    let id = query_id(&shell, "q=파이썬");
    shell.now.set(NOW + 3600);
    for (error, seconds) in [(StoreError::Failed, 10), (StoreError::DailyLimit, 82_800)] {
        shell.write_errors.borrow_mut().push(error);
        let response = choose(&shell, &id, "9791100000019");
        assert_eq!(response.status, 503);
        assert_eq!(response.header("retry-after"), Some(seconds.to_string().as_str()));
        assert!(shell.store.borrow().is_empty());
        let line = &shell.log_lines()[0];
        assert_eq!((&line["route"], &line["status"]), (&expected!("/user-choice"), &expected!(503)));
    }
    shell.reads_fail.set(true);
    assert_eq!(choose(&shell, &id, "9791100000019").status, 503, "we cannot tell whether it is there");
    shell.reads_fail.set(false);
    assert_eq!(choose(&shell, &id, "9791100000019").status, 201, "sent again, it is stored");
}

#[test]
fn a_write_refused_for_its_key_is_the_same_choice() {
    let shell = Shell::new();
    let id = query_id(&shell, "q=파이썬");
    shell.write_errors.borrow_mut().push(StoreError::SameKey);
    assert_eq!(choose(&shell, &id, "9791100000019").status, 200);
}

#[test]
fn a_choice_from_the_generation_before_still_counts() {
    let old = Shelf::new();
    let mut new = Shelf::of(&BOOKS[..4]);
    new.point(&[&old]);
    let id = query_id(&Shell::of(&old), "q=산책");
    let shell = Shell::of(&new);
    assert_eq!(choose(&shell, &id, "9791100000057").status, 201, "the book has left since");
    assert_eq!(only_record(&shell).1["rank"], 1, "ranked in its own generation");
    // Without the old generation there is neither rank nor book.
    let shell = Shell::of(&Shelf::of(&BOOKS[..4]));
    assert_eq!(choose(&shell, &id, "9791100000057").status, 404);
    assert_eq!(choose(&shell, &id, "9791100000019").status, 201);
    assert_eq!(only_record(&shell).1.get("rank"), None);
}

#[test]
fn a_choice_counts_without_its_rank_where_the_search_cannot_run_again() {
    let shelf = Shelf::new();
    let id = query_id(&Shell::of(&shelf), "q=파이썬");
    let shell = Shell::of(&shelf);
    let postings: Vec<String> =
        shell.files.borrow().keys().filter(|path| path.contains("/p")).cloned().collect();
    postings.iter().for_each(|path| shell.flip(path));
    assert_eq!(choose(&shell, &id, "9791100000019").status, 201);
    assert_eq!(only_record(&shell).1.get("rank"), None);
    let line = &shell.log_lines()[0];
    assert!(line["file"].as_str().is_some_and(|file| file.contains("/p")), "{line}");
}

#[test]
fn the_export_gives_every_choice_once_with_what_was_asked() {
    let shell = Shell::new();
    let id = query_id(&shell, "q=파이썬&library=강동&library=강남");
    for visitor in 0..600 {
        let body = expected!({"user_id": format!("v{visitor}"), "query_id": id, "isbn13": "9791100000019"});
        assert_eq!(shell.post("/user-choice", &body.to_string()).status, 201);
    }
    shell.now.set(NOW + 2 * DAY);
    let later = query_id(&shell, &format!("q={}", "나".repeat(200)));
    assert_eq!(choose(&shell, &later, "9791100000026").status, 201);
    let token = [("authorization", "Bearer dev-admin-token")];
    let mut exported = Vec::new();
    let long = shell.store.borrow().values().filter(|(record, _)| record.len() > LISTED_BYTES).count();
    // From a day that is listed by itself, and from a month that is listed whole.
    for since in ["2026-11-21", "2026-11-01"] {
        shell.loaded.set(0);
        let (mut lines, mut pages) = (Vec::new(), 0);
        let mut target = format!("/admin/choices?since={since}");
        loop {
            let page = shell.get_with(&target, &token);
            assert_eq!(page.status, 200, "{}", text(&page));
            lines.extend(text(&page).lines().map(|line| serde_json::from_str::<Value>(line).unwrap()));
            pages += 1;
            match page.header("x-next-cursor") {
                Some(cursor) => target = format!("/admin/choices?since={since}&cursor={cursor}"),
                None => break,
            }
        }
        let users: BTreeSet<&str> = lines.iter().map(|line| line["user_id"].as_str().unwrap()).collect();
        assert_eq!((lines.len(), users.len(), pages), (601, 601, 2), "{since}");
        assert_eq!((long, shell.loaded.get()), (1, 1), "read by its key is what no listing has");
        exported = lines;
    }
    let lines = exported;
    let line = &lines[0];
    assert_eq!((&line["query"], &line["libraries"]), (&expected!("파이썬"), &expected!(["강남", "강동"])));
    assert_eq!((&line["isbn13"], &line["rank"]), (&expected!("9791100000019"), &expected!(1)));
    assert!(line["generation"].as_str().is_some_and(|name| name.len() == 16));
    assert_eq!(lines[600]["libraries"], expected!([]));
    assert!(
        lines[600]["query"].as_str().unwrap().starts_with("나나"),
        "so a record is that the listing has not"
    );
    let since = shell.get_with("/admin/choices?since=2026-11-22", &token);
    assert_eq!(text(&since).lines().count(), 1);
}

#[test]
fn the_first_page_of_the_export_has_the_first_choices_wherever_it_begins() {
    let shell = Shell::new();
    let id = query_id(&shell, "q=파이썬");
    assert_eq!(choose(&shell, &id, "9791100000019").status, 201);
    let token = [("authorization", "Bearer dev-admin-token")];
    for later in [0, 1, 100, 180] {
        shell.now.set(NOW + later * DAY);
        for since in ["", "?since=2026-01-01", "?since=2026-11-21"] {
            let page = shell.get_with(&format!("/admin/choices{since}"), &token);
            let told = (text(&page).lines().count(), page.header("x-next-cursor"));
            assert_eq!(told, (1, None), "{since}, {later} days later");
        }
    }
    let empty = Shell::new();
    assert_eq!(empty.get_with("/admin/choices", &token).header("x-next-cursor"), None, "nothing is there");
}

#[test]
fn wrong_tokens_are_throttled_and_the_right_one_never() {
    let shell = Shell::new();
    assert_eq!(shell.get_with("/admin/choices", &[("authorization", "Bearer wrong")]).status, 401);
    assert_eq!(*shell.throttled.borrow(), [(Limiter::Visitor, "/admin/ICN".to_owned())]);
    shell.shut.borrow_mut().push(Limiter::Visitor);
    for headers in [&[][..], &[("authorization", "Bearer wrong")]] {
        let response = shell.get_with("/admin/choices", headers);
        assert_eq!((response.status, response.header("retry-after")), (429, Some("10")), "{headers:?}");
    }
    let token = [("authorization", "Bearer dev-admin-token")];
    assert_eq!(shell.get_with("/admin/choices", &token).status, 200);
}

#[test]
fn the_export_is_for_the_operator_alone() {
    let shell = Shell::new();
    for header in
        [None, Some("Bearer wrong"), Some("Basic dev-admin-token"), Some("dev-admin-token"), Some("Bearer ")]
    {
        let headers: Vec<(&str, &str)> = header.map(|value| ("authorization", value)).into_iter().collect();
        let response = shell.get_with("/admin/choices", &headers);
        assert_eq!(
            (response.status, response.header("www-authenticate")),
            (401, Some("Bearer")),
            "{header:?}"
        );
    }
    let shut = Shell::with(&Shelf::new(), Config { admin_token: None, ..Config::development() });
    assert_eq!(shut.get_with("/admin/choices", &[("authorization", "Bearer ")]).status, 401);
    let none = Shell::with(&Shelf::new(), Config { export: false, ..Config::development() });
    let token = [("authorization", "Bearer dev-admin-token")];
    assert_eq!(none.get_with("/admin/choices", &token).status, 404, "where no store can be listed");
    let token = [("authorization", "bearer dev-admin-token")];
    assert_eq!(shell.get_with("/admin/choices?since=yesterday", &token).status, 400);
    assert_eq!(shell.get_with("/admin/choices?cursor=x", &token).status, 400);
}

#[test]
fn two_equal_choices_at_once_make_one_record() {
    let shell = Shell::new();
    let id = query_id(&shell, "q=파이썬");
    let request = || {
        let mut request =
            with_headers(shell.request("POST", "/user-choice"), &[("content-type", "application/json")]);
        request.body = body(&id, "9791100000019").into_bytes();
        request
    };
    let mut exchanges = [shell.app.begin(request()), shell.app.begin(request())];
    let mut outcomes = [Outcome::Begin, Outcome::Begin];
    let mut statuses = Vec::new();
    while statuses.len() < 2 {
        for (exchange, outcome) in exchanges.iter_mut().zip(&mut outcomes) {
            let next = std::mem::replace(outcome, Outcome::Logged);
            match shell.turn(exchange, next) {
                Ok(response) if statuses.len() < 2 => statuses.push(response.status),
                Ok(_) => {}
                Err(next) => *outcome = next,
            }
        }
    }
    assert_eq!(statuses, [201, 201], "the store answered neither that it was there");
    only_record(&shell);
    assert!(matches!(exchanges[0].next(Outcome::Begin), Effect::Respond(_)));
}
