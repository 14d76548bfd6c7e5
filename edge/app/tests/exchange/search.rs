//! The API as programs see it.

use serde_json::{Value, json as expected};

use crate::shelf::{LIBRARIES, Shelf};
use crate::shell::{BASE, DAY, NOW, Shell, isbns, json, text};

fn search(shell: &Shell, query: &str) -> Value {
    let response = shell.get(&format!("/api/search?{query}"));
    assert_eq!(response.status, 200, "{query}: {}", text(&response));
    json(&response)
}

#[test]
fn an_answer_has_every_member_of_the_contract_in_order() {
    let shelf = Shelf::new();
    let shell = Shell::of(&shelf);
    let response =
        shell.get("/api/search?q=%ED%8C%8C%EC%9D%B4%EC%8D%AC++%EB%A8%B8%EC%8B%A0%EB%9F%AC%EB%8B%9D");
    let body = text(&response);
    let mut from = 0;
    for member in [
        "query_id",
        "query",
        "counted",
        "total",
        "total_exact",
        "page",
        "limit",
        "generation",
        "interpretation",
        "did_you_mean",
        "results",
        "id",
        "isbn13",
        "title",
        "volume",
        "series",
        "authors",
        "publisher",
        "year",
        "class_no",
        "class_name",
        "registered",
        "libraries",
        "loans",
        "editions",
        "editions_libraries",
        "matched",
        "facets",
        "library",
        "class",
        "year",
        "publisher",
        "lang",
        "facets_over",
        "related",
    ] {
        let at = body[from..]
            .find(&format!("\"{member}\":"))
            .unwrap_or_else(|| panic!("{member} after {from} in {body}"));
        from += at + 1;
    }
    let answer = json(&response);
    assert_eq!(answer["query"], "파이썬 머신러닝");
    assert_eq!(answer["generation"], shelf.generation);
    assert_eq!(
        (&answer["page"], &answer["limit"], &answer["total"]),
        (&expected!(1), &expected!(20), &expected!(2))
    );
    let book = &answer["results"][0];
    assert_eq!(book["isbn13"], "9791100000026");
    assert_eq!(book["class_no"], "004.73");
    assert_eq!(book["class_name"], "인공지능·머신러닝");
    assert_eq!(book["registered"], "2019-10-31");
    assert_eq!(book["loans"], Value::Null);
    assert_eq!(book["matched"][0], expected!({"field": "title", "start": 0, "end": 3, "by": "exact"}));
}

#[test]
fn libraries_asked_for_are_the_libraries_shown() {
    let shell = Shell::new();
    let all = search(&shell, "q=파이썬");
    assert_eq!(all["results"][0]["libraries"], expected!(LIBRARIES));
    assert_eq!(all["results"][0]["registered"], "2019-04-14");
    let two = search(&shell, "q=파이썬&library=양천&library=강남&library=강남");
    assert_eq!(isbns(&two), ["9791100000019", "9791100000026"]);
    assert_eq!(two["results"][0]["libraries"], expected!(["강남", "양천"]));
    assert_eq!(two["results"][0]["registered"], "2020-08-26", "the earliest of those shown, not of all");
    assert_eq!(isbns(&search(&shell, "q=파이썬&library=강동")), ["9791100000019"]);
}

#[test]
fn filters_narrow_and_sorts_order() {
    let shell = Shell::new();
    assert_eq!(isbns(&search(&shell, "q=파이썬&class=004")), ["9791100000026"]);
    assert_eq!(isbns(&search(&shell, "q=파이썬&year=2020-")), ["9791100000019"]);
    assert_eq!(isbns(&search(&shell, "q=파이썬&publisher=나루북스")), ["9791100000026"]);
    assert_eq!(isbns(&search(&shell, "q=learning&lang=en")), ["9791100000040"]);
    assert_eq!(isbns(&search(&shell, "q=파이썬&sort=year")), ["9791100000019", "9791100000026"]);
    assert_eq!(isbns(&search(&shell, "q=파이썬&limit=1&page=2")).len(), 1);
    let facets = &search(&shell, "q=파이썬")["facets"];
    assert_eq!(facets["library"][0], expected!({"value": "강남", "count": 2}));
    assert_eq!(facets["lang"], expected!([{"value": "ko", "count": 2}]));
}

#[test]
fn nothing_found_is_an_answer() {
    let shell = Shell::new();
    for query in ["q=없는말씀", "q=9788966260997"] {
        let answer = search(&shell, query);
        assert_eq!((&answer["total"], &answer["results"]), (&expected!(0), &expected!([])), "{query}");
    }
}

#[test]
fn the_same_question_has_the_same_bytes_all_day() {
    let shell = Shell::new();
    let first = shell.get(
        "/api/search?q=Python+%ED%8C%8C%EC%9D%B4%EC%8D%AC&library=b&utm_source=x"
            .replace("library=b&", "")
            .as_str(),
    );
    shell.now.set(NOW + DAY - 1);
    let last = shell.get("/api/search?q=python%20파이썬");
    assert_eq!(json(&first)["query_id"], json(&last)["query_id"]);
    shell.now.set(NOW + DAY);
    let tomorrow = shell.get("/api/search?q=python%20파이썬");
    assert_ne!(json(&last)["query_id"], json(&tomorrow)["query_id"], "the query id covers the day");
    assert_ne!(last.header("etag"), tomorrow.header("etag"), "and so does the entity tag");
}

#[test]
fn a_fault_names_parameter_value_and_what_it_takes() {
    let shell = Shell::new();
    for (query, parameter, got) in [
        ("", "q", ""),
        ("q=a&limit=51", "limit", "51"),
        ("q=a&library=%EC%97%86%EC%9D%8C", "library", "없음"),
        ("q=%FF", "q", "%FF"),
        ("q=a&q=b", "q", "2 values"),
    ] {
        let response = shell.get(&format!("/api/search?{query}"));
        assert_eq!(response.status, 400, "{query}");
        assert_eq!(response.header("content-type"), Some("application/problem+json"));
        assert_eq!(response.header("cache-control"), Some("no-store"));
        let problem = json(&response);
        assert_eq!(
            (&problem["parameter"], &problem["got"]),
            (&expected!(parameter), &expected!(got)),
            "{query}"
        );
        assert_eq!((&problem["status"], &problem["instance"]), (&expected!(400), &expected!("req-1")));
        assert!(problem["takes"].as_str().is_some_and(|takes| !takes.is_empty()), "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(parameter), "{problem}");
    }
    assert!(shell.log_lines().is_empty(), "a visitor's fault is no line in the log");
}

#[test]
fn suggestions_have_text_kind_and_count() {
    let shell = Shell::new();
    let answer = json(&shell.get("/api/suggest?q=파이&limit=1"));
    assert_eq!(answer["suggestions"].as_array().unwrap().len(), 1, "{answer}");
    assert_eq!(answer["suggestions"][0]["kind"], "title");
    assert_eq!(shell.get("/api/suggest?q=a&limit=21").status, 400);
    assert_eq!(shell.get("/api/suggest").status, 400);
}

#[test]
fn a_book_tells_its_editions_and_similar_books_in_their_order() {
    let shell = Shell::new();
    let book = json(&shell.get("/api/books/9791100000026"));
    assert_eq!(
        book["editions"],
        expected!([{"id": "9791100000040", "isbn13": "9791100000040", "title": "Learning Rust", "volume": null, "authors": "A. Writer", "year": 2023, "publisher": "Gull Press", "libraries": 1}])
    );
    let similar: Vec<&str> =
        book["similar"].as_array().unwrap().iter().map(|other| other["isbn13"].as_str().unwrap()).collect();
    assert_eq!(similar, ["9791100000033", "9791100000019"]);
    assert_eq!(book["similar"][0]["year"], Value::Null);
    let alone = json(&shell.get("/api/books/9791100000019"));
    assert_eq!((&alone["editions"], &alone["similar"]), (&expected!([]), &serde_json::json!([])));
}

#[test]
fn a_book_is_found_by_every_spelling_of_its_number() {
    let shell = Shell::new();
    for number in ["9791100000019", "979-11-00000-01-9"] {
        let book = json(&shell.get(&format!("/api/books/{number}")));
        assert_eq!(book["title"], "파이썬 첫걸음");
        assert_eq!(book["holdings"][1], expected!({"library": "강동", "registered": "2019-04-14"}));
    }
    let missing = shell.get("/api/books/9788966260997");
    assert_eq!(
        (missing.status, &json(&missing)["type"]),
        (404, &expected!("urn:seoga:problem:no-such-book"))
    );
}

#[test]
fn libraries_and_status_tell_what_is_served() {
    let shelf = Shelf::new();
    let shell = Shell::of(&shelf);
    let libraries = json(&shell.get("/api/libraries"));
    assert_eq!(libraries["libraries"][2]["name"], "양천");
    assert_eq!(libraries["libraries"][2]["books"], 3);
    let status = json(&shell.get("/api/status"));
    let told = expected!({"generation": shelf.generation, "books": 5, "libraries": 3, "built": "2023-02-23"});
    assert_eq!(status, told);
}

#[test]
fn predict_answers_in_the_earlier_services_shape() {
    let shell = Shell::new();
    let response = shell.post("/predict", r#"{"user_search":["파이썬"],"selected_lib":["강남","양천"]}"#);
    assert_eq!(response.status, 200);
    assert_eq!(response.header("cache-control"), Some("no-store"));
    let answer = json(&response);
    let mut members: Vec<&String> = answer.as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(members, ["query_id", "response", "result", "selected_lib", "user_search"]);
    assert_eq!(answer["response"], true);
    assert_eq!(answer["user_search"], expected!(["파이썬"]));
    assert_eq!(
        answer["result"][0],
        expected!({
            "isbn13": "9791100000019", "bookname": "파이썬 첫걸음", "authors": "김서가", "publisher": "서가출판",
            "class_no": "005.133", "reg_date": "2020-08-26", "lib_name": "강남 양천",
            "bookImageURL": format!("{BASE}/covers/9791100000019.svg"),
        })
    );
    let nothing = json(&shell.post("/predict", r#"{"user_search":["없는말씀"],"selected_lib":[]}"#));
    assert_eq!((&nothing["response"], &nothing["result"]), (&expected!(false), &expected!([])));
    let all = json(&shell.post("/predict", r#"{"user_search":["파이썬"],"selected_lib":[]}"#));
    assert_eq!(all["result"][0]["lib_name"], "강남 강동 양천");
}

#[test]
fn predict_says_what_is_wrong_with_its_body() {
    let shell = Shell::new();
    for (body, parameter) in [
        ("", None),
        ("[]", None),
        (r#"{"selected_lib":[]}"#, Some("user_search")),
        (r#"{"user_search":"도커","selected_lib":[]}"#, Some("user_search")),
        (r#"{"user_search":[1],"selected_lib":[]}"#, Some("user_search")),
        (r#"{"user_search":[],"selected_lib":[]}"#, Some("user_search")),
        (r#"{"user_search":["a"]}"#, Some("selected_lib")),
        (r#"{"user_search":["a"],"selected_lib":["없음"]}"#, Some("selected_lib")),
    ] {
        let response = shell.post("/predict", body);
        assert_eq!(response.status, 400, "{body}");
        assert_eq!(json(&response)["parameter"].as_str(), parameter, "{body}");
    }
}

#[test]
fn a_file_is_fetched_once_and_then_known() {
    let shell = Shell::new();
    search(&shell, "q=파이썬");
    let first = shell.fetched.borrow_mut().split_off(0);
    assert_eq!(
        first.iter().filter(|path| path.contains("/current.")).collect::<Vec<_>>(),
        ["/index/current.bin"]
    );
    assert_eq!(
        first.len(),
        {
            let mut once = first.clone();
            once.sort();
            once.dedup();
            once.len()
        },
        "{first:?}"
    );
    search(&shell, "q=파이썬");
    assert!(shell.fetched.borrow().is_empty(), "what is open is not fetched again");
}
