//! Damaged, missing and swapped files: never a wrong answer, never an isolate that stays broken.

use serde_json::json as expected;

use crate::shelf::{BOOKS, Shelf};
use crate::shell::{NOW, Shell, isbns, json, text};

/// Seconds after which what failed is tried again.
const RETRY: u64 = seoga_app::limits::POINTER_RETRY_SECONDS;
const POINTER: &str = "/index/current.json";
const OPENING: &str = "/index/current.bin";
/// Names a generation that is not there, and none before it.
const NOWHERE: &str = r#"{"format":2,"generation":"aaaaaaaaaaaaaaaa","previous":[]}"#;
/// Shows one of two books, so that their facets are counted by columns.
const QUERY: &str = "/api/search?q=파이썬&limit=1";
/// Kinds that this search reads: manifest (where there is no opening), dictionary, postings, records, facets, names.
const KINDS: [char; 6] = ['m', 'd', 'p', 'r', 'f', 'n'];

/// `first` is what the log names of what went wrong.
fn check_unavailable(shell: &Shell, path: &str, first: &str, what: &str) {
    let response = shell.get(QUERY);
    assert_eq!(response.status, 503, "{path} {what}");
    assert_eq!(response.header("content-type"), Some("application/problem+json"));
    assert_eq!(response.header("cache-control"), Some("no-store"));
    assert!(response.header("retry-after").is_some());
    let problem = json(&response);
    assert_eq!(problem["instance"], "req-1");
    let lines = shell.log_lines();
    assert_eq!(lines.len(), 1, "{path} {what}: {lines:?}");
    let name = first.trim_start_matches("/index/");
    for (member, value) in [("file", name), ("route", "/api/search"), ("id", "req-1"), ("level", "error")] {
        assert_eq!(lines[0][member], value, "{path} {what}");
    }
    assert_eq!(lines[0]["status"], 503);
    assert!(!lines[0].to_string().contains("파이썬"), "the log never has the query: {}", lines[0]);
    assert!(!problem.to_string().contains(name), "the visitor is not told our files");
}

#[test]
fn each_kind_of_damage_in_each_kind_of_file_is_unavailable_then_heals() {
    let shelf = Shelf::new();
    for kind in KINDS {
        let path = shelf.path(kind);
        let whole = shelf.files[&path].clone();
        let swapped = shelf.files[&shelf.path(if kind == 'd' { 'r' } else { 'd' })].clone();
        let mut bit = whole.clone();
        *bit.last_mut().unwrap() ^= 1;
        let mut version = whole.clone();
        version[4] += 1;
        let damages = [
            ("missing", None),
            ("truncated", Some(whole[..whole.len() - 1].to_vec())),
            ("empty", Some(Vec::new())),
            ("bit", Some(bit)),
            ("version", Some(version)),
            ("swapped", Some(swapped)),
        ];
        for (what, damaged) in damages {
            let shell = Shell::of(&shelf);
            match damaged {
                Some(bytes) => shell.files.borrow_mut().insert(path.clone(), bytes),
                None => shell.files.borrow_mut().remove(&path),
            };
            let mut first = path.as_str();
            if kind == 'm' {
                shell.files.borrow_mut().remove(OPENING);
                first = OPENING;
            }
            check_unavailable(&shell, &path, first, what);
            let tries = shell.fetched.borrow().iter().filter(|fetched| **fetched == path).count();
            assert_eq!(tries, 2, "{path} {what}: fetched once more, and no more");
            // The damage is remembered for no longer than it takes to mend it.
            shell.now.set(NOW + RETRY);
            shell.files.borrow_mut().insert(path.clone(), whole.clone());
            assert_eq!(isbns(&json(&shell.get(QUERY))).len(), 1, "{path} {what}");
        }
    }
}

#[test]
fn a_fresh_isolate_begins_with_the_opening_and_without_it_with_the_pointer() {
    let shelf = Shelf::new();
    let opening = shelf.files[OPENING].clone();
    let manifest = format!("/index/{}", shelf.manifest);
    let begins = |shell: &Shell| -> Vec<String> {
        shell.fetched.borrow_mut().clear();
        let response = shell.get("/api/status");
        assert_eq!((response.status, &json(&response)["generation"]), (200, &expected!(shelf.generation)));
        shell.fetched.borrow().clone()
    };
    assert_eq!(begins(&Shell::of(&shelf)), [OPENING], "one file, in one round");
    let mut flipped = opening.clone();
    flipped[opening.len() / 2] ^= 1;
    let mut older = opening.clone();
    older[4] = 1;
    let bads =
        [None, Some(Vec::new()), Some(opening[..opening.len() / 2].to_vec()), Some(flipped), Some(older)];
    for bad in bads {
        let shell = Shell::of(&shelf);
        match bad {
            Some(bad) => shell.files.borrow_mut().insert(OPENING.to_owned(), bad),
            None => shell.files.borrow_mut().remove(OPENING),
        };
        assert_eq!(begins(&shell), [OPENING, POINTER, &manifest]);
        let lines = shell.log_lines();
        assert_eq!((&lines[0]["level"], &lines[0]["file"]), (&expected!("warn"), &expected!("current.bin")));
        assert!(begins(&shell).is_empty(), "known from then on");
        assert!(shell.log_lines().is_empty());
    }
}

#[test]
fn opening_and_pointer_that_disagree_are_each_followed_where_they_are_read() {
    let old = Shelf::of(&BOOKS[..4]);
    let mut new = Shelf::new();
    new.point(&[&old]);
    let generation =
        |shell: &Shell| json(&shell.get("/api/status"))["generation"].as_str().unwrap().to_owned();
    // The opening is written first, and a cache may have either longer than the other.
    for (opened, pointed) in [(&new, &old), (&old, &new)] {
        let shell = Shell::of(&new);
        shell.files.borrow_mut().insert(OPENING.to_owned(), opened.files[OPENING].clone());
        shell.files.borrow_mut().insert(POINTER.to_owned(), pointed.files[POINTER].clone());
        assert_eq!(generation(&shell), opened.generation);
        shell.now.set(NOW + 60);
        assert_eq!(generation(&shell), pointed.generation);
        assert_eq!(isbns(&json(&shell.get(QUERY))).len(), 1);
        shell.files.borrow_mut().insert(POINTER.to_owned(), new.files[POINTER].clone());
        shell.now.set(NOW + 120);
        assert_eq!(generation(&shell), new.generation);
        assert!(shell.log_lines().is_empty(), "nothing failed");
    }
}

#[test]
fn other_searches_go_on_beside_a_damaged_file() {
    let shelf = Shelf::new();
    let shell = Shell::of(&shelf);
    shell.flip(&shelf.path('r'));
    assert_eq!(shell.get(QUERY).status, 503);
    assert_eq!(shell.get("/api/status").status, 200);
    assert_eq!(json(&shell.get("/api/search?q=없는말씀"))["total"], 0, "no record is needed to find nothing");
}

#[test]
fn the_generation_before_stands_in_and_says_so() {
    let old = Shelf::of(&BOOKS[..4]);
    let mut new = Shelf::new();
    new.point(&[&old]);
    let new_record = Shelf::new().path('r');
    for path in [format!("/index/{}", new.manifest), new_record] {
        let shell = Shell::of(&new);
        assert_eq!(json(&shell.get(QUERY))["generation"], new.generation);
        let shell = Shell::of(&new);
        let without_opening = path.ends_with("m.bin");
        if without_opening {
            shell.files.borrow_mut().remove(OPENING);
        }
        shell.flip(&path);
        let response = shell.get(QUERY);
        assert_eq!(response.status, 200, "{path}");
        assert_eq!(json(&response)["generation"], old.generation);
        assert_eq!(response.header("cache-control"), Some("no-store"), "a stand-in is not kept");
        let lines = shell.log_lines();
        assert_eq!((&lines[0]["level"], &lines[0]["status"]), (&expected!("warn"), &expected!(200)));
        if without_opening {
            assert_eq!((&lines[0]["file"], &lines[0]["more"]), (&expected!("current.bin"), &expected!(1)));
        } else {
            assert_eq!(lines[0]["generation"], new.generation, "the one that failed");
        }
        shell.flip(&path);
        shell.now.set(NOW + RETRY);
        assert_eq!(json(&shell.get(QUERY))["generation"], new.generation, "healed, the newest answers again");
    }
}

#[test]
fn a_request_may_ask_for_the_generation_before() {
    let old = Shelf::of(&BOOKS[..4]);
    let mut new = Shelf::new();
    new.point(&[&old]);
    let shell = Shell::of(&new);
    let response = shell.get(&format!("/api/search?q=산책&v={}", old.generation));
    assert_eq!(
        (&json(&response)["generation"], &json(&response)["total"]),
        (&expected!(old.generation), &expected!(0))
    );
    assert_eq!(response.header("cache-control"), Some("public, max-age=60, s-maxage=86400"));
    assert_eq!(json(&shell.get("/api/search?q=산책"))["total"], 1);
}

#[test]
fn a_new_pointer_is_seen_within_a_minute_and_a_broken_one_is_not_followed() {
    let old = Shelf::of(&BOOKS[..4]);
    let mut new = Shelf::new();
    new.point(&[&old]);
    let shell = Shell::of(&old);
    let generation =
        |shell: &Shell| json(&shell.get("/api/status"))["generation"].as_str().unwrap().to_owned();
    assert_eq!(generation(&shell), old.generation);
    *shell.files.borrow_mut() = new.files.clone();
    shell.now.set(NOW + 59);
    assert_eq!(generation(&shell), old.generation, "not read yet");
    shell.now.set(NOW + 60);
    assert_eq!(generation(&shell), new.generation);
    for broken in ["", "{}", "not json", r#"{"generation":"aaaaaaaaaaaaaaaa","manifest":"../x"}"#] {
        shell.files.borrow_mut().insert("/index/current.json".to_owned(), broken.as_bytes().to_vec());
        shell.now.set(shell.now.get() + 60);
        assert_eq!(generation(&shell), new.generation, "{broken}: the last good one serves");
        assert_eq!(shell.log_lines()[0]["file"], "current.json");
    }
}

#[test]
fn an_index_that_was_replaced_as_a_whole_answers_the_next_request() {
    let shell = Shell::new();
    shell.get("/api/status");
    let after = Shelf::of(&BOOKS[..4]);
    *shell.files.borrow_mut() = after.files.clone();
    // The pointer is young enough to be believed still, and old enough to be read again where it leads nowhere.
    shell.now.set(NOW + RETRY);
    let response = shell.get(QUERY);
    assert_eq!(
        (response.status, json(&response)["generation"].as_str()),
        (200, Some(after.generation.as_str()))
    );
    assert_eq!(shell.log_lines().len(), 1, "the operator hears of it");
}

#[test]
fn a_generation_that_is_open_is_kept_until_the_next_one_has_opened() {
    let shelf = Shelf::of(&BOOKS[..4]);
    let next = Shelf::new();
    let good = shelf.files[POINTER].clone();
    let broken_next = {
        // Its manifest is there, and nothing else of it: half a copy.
        let manifest = format!("/index/{}", next.manifest);
        [(manifest.clone(), next.files[&manifest].clone()), (POINTER.to_owned(), next.files[POINTER].clone())]
    };
    let nowhere = [(POINTER.to_owned(), NOWHERE.as_bytes().to_vec())];
    for bad in [&nowhere[..], &broken_next[..]] {
        let shell = Shell::of(&shelf);
        let asked = |seconds: u64| {
            shell.now.set(NOW + seconds);
            let response = shell.get(QUERY);
            let generation = json(&response)["generation"].as_str().map(str::to_owned);
            (response.status, generation, response.header("cache-control").unwrap().to_owned())
        };
        let kept = "public, max-age=60, s-maxage=60".to_owned();
        assert_eq!(asked(0), (200, Some(shelf.generation.clone()), kept.clone()));
        shell.files.borrow_mut().extend(bad.iter().cloned());
        let stands_in = (200, Some(shelf.generation.clone()), "no-store".to_owned());
        for seconds in [60, 61, 62, 90, 122, 200] {
            assert_eq!(asked(seconds), stands_in, "after {seconds} s");
        }
        assert_eq!(shell.log_lines()[0]["level"], "warn", "an operator hears of it");
        // Mended within seconds, not within a minute.
        shell.files.borrow_mut().insert(POINTER.to_owned(), good.clone());
        assert_eq!(asked(200 + RETRY), (200, Some(shelf.generation.clone()), kept.clone()));
        shell.files.borrow_mut().extend(next.files.clone());
        assert_eq!(asked(260 + RETRY), (200, Some(next.generation.clone()), kept));
    }
}

#[test]
fn a_mended_pointer_is_taken_within_seconds_where_nothing_opened() {
    let shelf = Shelf::new();
    for bad in [Some(NOWHERE), Some("{}"), Some(""), None] {
        let shell = Shell::of(&shelf);
        shell.files.borrow_mut().remove(OPENING);
        match bad {
            Some(bad) => shell.files.borrow_mut().insert(POINTER.to_owned(), bad.as_bytes().to_vec()),
            None => shell.files.borrow_mut().remove(POINTER),
        };
        assert_eq!(shell.get(QUERY).status, 503);
        shell.files.borrow_mut().extend(shelf.files.clone());
        shell.now.set(NOW + RETRY - 1);
        assert_eq!(shell.get(QUERY).status, 503, "{bad:?}: not asked yet");
        shell.now.set(NOW + RETRY);
        assert_eq!(isbns(&json(&shell.get(QUERY))).len(), 1, "{bad:?}");
    }
}

#[test]
fn a_broken_deployment_is_not_asked_by_every_request() {
    let shelf = Shelf::new();
    for (bad, whole_before) in [(NOWHERE, false), ("{}", false), (NOWHERE, true), ("{}", true)] {
        let shell = Shell::of(&shelf);
        if whole_before {
            assert_eq!(shell.get(QUERY).status, 200);
        }
        shell.files.borrow_mut().remove(OPENING);
        shell.files.borrow_mut().insert(POINTER.to_owned(), bad.as_bytes().to_vec());
        shell.now.set(NOW + 60);
        shell.fetched.borrow_mut().clear();
        for _ in 0..100 {
            assert_eq!(shell.get(QUERY).status, if whole_before { 200 } else { 503 });
        }
        let manifests = if bad == NOWHERE { 2 } else { 0 };
        let openings = usize::from(!whole_before);
        assert_eq!(shell.fetched.borrow().len(), openings + 1 + manifests, "{:?}", shell.fetched.borrow());
        let lines = shell.log_lines();
        assert!(lines.iter().all(|line| !line["what"].is_null()), "each says why: {lines:?}");
    }
}

#[test]
fn without_any_index_every_answer_is_a_clear_503_or_needs_none() {
    let shell = Shell::new();
    shell.files.borrow_mut().clear();
    for target in [
        "/",
        "/search?q=a",
        "/api/status",
        "/api/suggest?q=a",
        "/books/9791100000019",
        "/libraries",
        "/list",
        "/sitemap.xml",
    ] {
        let response = shell.get(target);
        assert_eq!(response.status, 503, "{target}");
        assert!(response.header("retry-after").is_some(), "{target}");
        let html = response.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
        assert!(!html || text(&response).contains("req-1"), "{target}: a number to tell us");
        assert_eq!(shell.log_lines().len(), 1, "{target}");
    }
    for target in ["/robots.txt", "/opensearch.xml"] {
        assert_eq!(shell.get(target).status, 200, "{target}");
    }
    assert_eq!(shell.get("/nowhere").status, 404);
}

#[test]
fn a_cache_too_small_for_a_search_still_lets_it_end() {
    let config = seoga_app::Config { cache_budget_bytes: 1 << 20, ..seoga_app::Config::development() };
    let shell = Shell::with(&Shelf::new(), config);
    for _ in 0..3 {
        assert_eq!(isbns(&json(&shell.get(QUERY))).len(), 1);
    }
}
