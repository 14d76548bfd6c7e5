//! States of loans: shown with their day, gone with their overlay, and never in the way of books.

use seoga_app::{Config, Response};
use seoga_index::availability::State;

use crate::shelf::Shelf;
use crate::shell::{NOW, Shell, isbns, json, text};

/// The day of the shell's clock.
const TODAY: u32 = (NOW / 86_400) as u32;
const SEARCH: &str = "/api/search?q=파이썬";

/// The first book is in at the first library, on loan at the second, and nothing is known of it at the third; the second book is on loan.
fn states(doc: u32) -> Vec<State> {
    match doc {
        0 => vec![State::In, State::Out, State::Unknown],
        1 => vec![State::Out],
        _ => Vec::new(),
    }
}

fn laid(day: u32) -> Shelf {
    let mut shelf = Shelf::new();
    shelf.lay(&[Some(day), Some(day), None], states);
    shelf
}

fn page(shell: &Shell, target: &str) -> String {
    let response = shell.get(target);
    assert_eq!(response.status, 200, "{target}");
    text(&response)
}

fn kept(response: &Response) -> &str {
    response.header("cache-control").unwrap()
}

#[test]
fn programs_are_told_where_a_copy_is_and_as_of_which_day() {
    let plain = json(&Shell::new().get(SEARCH));
    assert!(plain.get("loans_as_of").is_none() && plain["results"][0].get("on_shelf").is_none());
    let shelf = laid(TODAY - 1);
    let shell = Shell::of(&shelf);
    let answer = json(&shell.get(SEARCH));
    assert_eq!(answer["loans_as_of"], "2026-11-20");
    assert_eq!(
        (&answer["results"][0]["on_shelf"][0], &answer["results"][0]["on_loan"][0]),
        (&"강남".into(), &"강동".into())
    );
    let book = json(&shell.get("/api/books/9791100000019"));
    assert_eq!(
        (&book["holdings"][0]["on_shelf"], &book["holdings"][0]["as_of"]),
        (&true.into(), &"2026-11-20".into())
    );
    assert_eq!(book["holdings"][1]["on_shelf"], false);
    assert!(book["holdings"][2].get("on_shelf").is_none());
}

#[test]
fn pages_say_it_with_the_day_and_say_where_that_is_long_ago() {
    let of = |day, target: &str| page(&Shell::of(&laid(day)), target);
    let book = "/books/9791100000019?hl=ko";
    for (target, said) in [
        ("/search?q=파이썬&hl=ko", "1곳 대출 가능"),
        ("/search?q=파이썬&hl=en", "On the shelf at 1"),
        ("/search?q=머신러닝&hl=ko", "모두 대출 중"),
        (book, "대출 중"),
        ("/list?isbn=9791100000019&hl=ko", "1곳 대출 가능"),
    ] {
        let fresh = of(TODAY - 1, target);
        assert!(fresh.contains(said) && fresh.contains("datetime=\"2026-11-20\""), "{target}");
        assert!(!fresh.contains("지금과 다를 수 있음") && !fresh.contains("may have changed"), "{target}");
    }
    let old = of(TODAY - 2, book);
    assert!(old.contains("(11월 19일 기준)</time> <span class=\"old\">지금과 다를 수 있음</span>"), "{old}");
    assert!(!page(&Shell::new(), book).contains("대출 여부"), "without an overlay there is no column of it");
}

#[test]
fn another_night_is_another_answer_and_a_pinned_one_of_before_is_not_kept() {
    let (one, other) = (laid(TODAY - 2), laid(TODAY - 1));
    let ask = |shelf: &Shelf, v: &str| Shell::of(shelf).get(&format!("{SEARCH}{v}"));
    let (plain, first, second) = (ask(&Shelf::new(), ""), ask(&one, ""), ask(&other, ""));
    let tags: Vec<_> =
        [&plain, &first, &second].map(|answer| answer.header("etag").unwrap().to_owned()).into();
    assert!(tags[0] != tags[1] && tags[1] != tags[2]);
    let generation = |answer: &Response| json(answer)["generation"].as_str().unwrap().to_owned();
    assert_eq!(generation(&plain), one.generation);
    assert!(
        generation(&first).starts_with(&format!("{}.", one.generation))
            && generation(&first) != generation(&second)
    );
    let pinned = |shelf: &Shelf, of: &Response| ask(shelf, &format!("&v={}", generation(of)));
    assert!(kept(&pinned(&one, &first)).contains("s-maxage=86400"));
    for stale in [pinned(&other, &first), pinned(&one, &plain), pinned(&Shelf::new(), &first)] {
        assert_eq!((stale.status, kept(&stale)), (200, "no-store"));
    }
}

#[test]
fn a_missing_or_damaged_overlay_leaves_the_books_and_is_logged() {
    let shelf = laid(TODAY - 1);
    let paths: Vec<String> = shelf
        .files
        .keys()
        .filter(|path| path.rsplit('/').next().is_some_and(|name| name.starts_with('o')))
        .cloned()
        .collect();
    assert_eq!(paths.len(), 3, "{paths:?}");
    for path in &paths[..2] {
        for damage in [None, Some(b"SEOG".to_vec())] {
            let shell = Shell::of(&shelf);
            match damage {
                Some(bytes) => shell.files.borrow_mut().insert(path.clone(), bytes),
                None => shell.files.borrow_mut().remove(path),
            };
            let response = shell.get(SEARCH);
            assert_eq!((response.status, kept(&response)), (200, "no-store"), "{path}");
            let answer = json(&response);
            assert!(answer["total"] == 2 && answer.get("loans_as_of").is_none(), "{path}");
            let lines = shell.log_lines();
            assert_eq!(
                lines[0]["file"].as_str().map(|file| format!("/index/{file}")),
                Some(path.clone()),
                "{lines:?}"
            );
            // It is not asked for again with each question.
            assert_eq!(shell.get(SEARCH).status, 200);
            assert!(shell.log_lines().is_empty(), "{path}");
        }
    }
}

#[test]
fn a_choice_keeps_its_rank_over_a_night() {
    let (one, other) = (laid(TODAY - 2), laid(TODAY - 1));
    let development = |shelf: &Shelf| Shell::with(shelf, Config::development());
    let asked = json(&development(&one).get(SEARCH));
    let book = asked["results"][1]["id"].as_str().unwrap();
    let body = format!(r#"{{"user_id":"u","query_id":{},"id":"{book}"}}"#, asked["query_id"]);
    let shell = development(&other);
    assert_eq!(shell.post("/user-choice", &body).status, 201);
    let token = [("authorization", "Bearer dev-admin-token")];
    let exported = text(&shell.get_with("/admin/choices?since=2026-11-21", &token));
    assert!(exported.contains("\"rank\":2"), "{exported}");
}

#[test]
fn only_books_on_the_shelf_are_listed_where_that_is_asked_for() {
    let shelf = laid(TODAY - 1);
    let shell = Shell::with(&shelf, Config::development());
    let ids = |target: &str| isbns(&json(&shell.get(target))).join(" ");
    assert_eq!(ids(&format!("{SEARCH}&available=1")), "9791100000019");
    assert_eq!(ids(&format!("{SEARCH}&available=1&library=강동")), "", "it is on loan there");
    assert_eq!(shell.get(&format!("{SEARCH}&available=2")).status, 400);
    let shown = page(&shell, "/search?q=파이썬&available=1&hl=ko");
    assert!(
        shown.contains("대출 가능한 책") && shown.contains("available=1") && !shown.contains("머신러닝</"),
        "{shown}"
    );
    // A choice among them has its rank as long as that night's overlay is in force.
    let asked = json(&shell.get(&format!("{SEARCH}&available=1")));
    let body = format!(r#"{{"user_id":"u","query_id":{},"id":"9791100000019"}}"#, asked["query_id"]);
    let rank = |shell: &Shell| {
        assert_eq!(shell.post("/user-choice", &body).status, 201);
        let token = [("authorization", "Bearer dev-admin-token")];
        text(&shell.get_with("/admin/choices?since=2026-11-21", &token)).contains("\"rank\":1")
    };
    assert!(rank(&shell));
    assert!(!rank(&Shell::with(&laid(TODAY), Config::development())));
    // Where nothing is known, all are listed, and the page says so.
    let plain = Shell::new();
    assert_eq!(json(&plain.get(&format!("{SEARCH}&available=1")))["total"], 2);
    assert!(page(&plain, "/search?q=파이썬&available=1&hl=ko").contains("거르지 않았습니다"));
    assert!(
        !page(&plain, "/search?q=파이썬&hl=ko").contains("대출 가능한 책"),
        "what has no data is not offered"
    );
}

#[test]
fn a_visit_is_planned_to_where_copies_are_in() {
    // 파이썬 첫걸음 is at three libraries, 우리 동네 산책 at the first and the third.
    let list = "/list?isbn=9791100000019&isbn=9791100000057&mine=강동&hl=ko";
    let of = |states: fn(u32) -> Vec<State>| {
        let mut shelf = Shelf::new();
        shelf.lay(&[Some(TODAY), Some(TODAY), Some(TODAY)], states);
        page(&Shell::of(&shelf), list)
    };
    let stops = |html: &str| {
        let plan = html.split_once("class=\"visits\"").unwrap().1.split_once("</ol>").unwrap().0;
        let names = ["강남", "강동", "양천"].into_iter().filter(|name| {
            plan.contains(&format!(">{name}</a></h3>")) || plan.contains(&format!(">{name}</a> "))
        });
        names.collect::<Vec<_>>().join(" ")
    };
    let plain = page(&Shell::new(), list);
    assert!(!plain.contains("대출 중인 책은"));
    assert_eq!(stops(&plain), "강남");
    // The first library has lent one of them, so the third one is the way.
    let lent =
        of(|doc| if doc == 0 { vec![State::Out, State::In, State::In] } else { vec![State::In, State::In] });
    assert_eq!(stops(&lent), "양천");
    assert!(lent.contains("대출 중인 책은"));
    // What all have lent is fetched where it is held, and said to be on loan.
    let gone = of(|doc| if doc == 0 { vec![State::Out; 3] } else { vec![State::In, State::In] });
    assert_eq!(stops(&gone), "강남");
    assert!(gone.contains("<span class=\"out\">대출 중</span>"));
}
