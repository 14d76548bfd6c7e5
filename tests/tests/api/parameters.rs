//! Every parameter that an operation reads is described, and no other; what a schema allows is taken, what lies just beyond
//! is refused. The code itself is asked, without an index: what it takes is then 503 at the worst, what it refuses is 400.

use std::collections::BTreeSet;

use seoga_app::{Config, Request, limits};
use seoga_tests::core::Core;
use serde_json::Value;

use crate::description::{Description, Operation};

/// Asks an operation with a query string.
fn status(core: &Core, operation: &Operation<'_>, query: &str) -> u16 {
    let path = operation
        .path
        .replace("{id}", "9786970834180")
        .replace("{form}", "csv")
        .replace("{name}", "pages")
        .replace("{word}", "pages");
    let token = format!("Bearer {}", Config::DEVELOPMENT_TOKEN);
    let mut request = Request::get(&path, query);
    request.headers.push(("authorization".to_owned(), token));
    core.answer(request).status
}

/// The operations that read query strings: the reading ones, but static files.
fn reading(d: &Description) -> Vec<Operation<'_>> {
    let ours = |operation: &Operation<'_>| {
        operation.method == "GET" && !["/openapi.json", "/index/current.json"].contains(&operation.path)
    };
    d.operations().into_iter().filter(ours).collect()
}

fn name(parameter: &Value) -> &str {
    parameter["name"].as_str().unwrap()
}

/// A query string with a value of a parameter, and with the words where it wants them.
fn with(operation: &Operation<'_>, d: &Description, name: &str, value: &str) -> String {
    let wants_words = operation.query(d).iter().any(|one| one["name"] == "q" && one["required"] == true);
    let words = if wants_words && name != "q" { "q=a&" } else { "" };
    // A page lies within reach whatever its number, with one result each.
    let limit = if name == "page" { "limit=1&" } else { "" };
    format!("{words}{limit}{name}={value}")
}

#[test]
fn parameters_are_those_that_the_code_reads() {
    let (d, core) = (Description::read(), Core::empty());
    let operations = reading(&d);
    let all: BTreeSet<&str> = operations.iter().flat_map(|one| one.query(&d)).map(name).collect();
    assert_eq!(all.len(), 39, "{all:?}");
    for operation in &operations {
        let described: BTreeSet<&str> = operation.query(&d).into_iter().map(name).collect();
        // What is no UTF-8 is refused where the name is read, and never looked at elsewhere.
        let read =
            all.iter().filter(|name| status(&core, operation, &with(operation, &d, name, "%FF")) == 400);
        assert_eq!(read.copied().collect::<BTreeSet<_>>(), described, "{}", operation.path);
        let long = format!("q=a&x={}", "x".repeat(limits::MAX_QUERY_STRING_BYTES));
        let too_long = operation.response(&d, 414).is_some();
        assert_eq!(status(&core, operation, &long) == 414, too_long, "{}", operation.path);
        let unavailable = operation.response(&d, 503).is_some();
        assert!(unavailable, "{}: an index or a setting may be missing", operation.path);
    }
}

#[test]
fn what_a_schema_allows_is_taken_and_what_lies_beyond_is_refused() {
    let (d, core) = (Description::read(), Core::empty());
    let mut tried = 0;
    for operation in &reading(&d) {
        for parameter in operation.query(&d) {
            let (name, schema) = (name(parameter), d.follow(&parameter["schema"]));
            let (good, bad) = values(&d, name, parameter, schema);
            for (values, taken) in [(good, true), (bad, false)] {
                for value in values {
                    let status = status(&core, operation, &with(operation, &d, name, &value));
                    let at = format!("{}?{name}={value}: {status}", operation.path);
                    assert_eq!(status != 400, taken, "{at}");
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 150, "{tried} tried");
}

/// Values at the edges of a schema: those within and those just beyond.
fn values(d: &Description, name: &str, parameter: &Value, schema: &Value) -> (Vec<String>, Vec<String>) {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for example in [&parameter["example"], &parameter["default"]] {
        match example {
            Value::String(text) => good.push(text.replace(' ', "+")),
            Value::Array(list) => good.extend(list.iter().filter_map(Value::as_str).map(str::to_owned)),
            _ => {}
        }
    }
    if let Some(allowed) = schema["enum"].as_array() {
        good.extend(allowed.iter().filter_map(Value::as_str).map(str::to_owned));
        bad.push("nothing-of-these".to_owned());
    }
    if let (Some(least), Some(most)) = (schema["minimum"].as_u64(), schema["maximum"].as_u64()) {
        good.extend([least, most].map(|number| number.to_string()));
        bad.extend([least - 1, most + 1].map(|number| number.to_string()));
        bad.push("some".to_owned());
    }
    // Of a list, one value.
    let one = if schema["items"].is_object() { d.follow(&schema["items"]) } else { schema };
    if let Some(most) = one["maxLength"].as_u64().and_then(|most| usize::try_from(most).ok()) {
        let text = |length: usize| {
            if name == "class" { format!("005.{}", "1".repeat(length - 4)) } else { "가".repeat(length) }
        };
        good.push(text(most));
        bad.push(text(most + 1));
    }
    if let Some(most) = schema["maxItems"].as_u64() {
        let list = |many: u64| -> String {
            let first = if name == "class" { 0 } else { 9_780_000_000_000 };
            let all = (first..first + many).map(|n| n.to_string());
            all.collect::<Vec<_>>().join(&format!("&{name}="))
        };
        good.push(list(most));
        bad.push(list(most + 1));
    }
    match name {
        "q" if parameter["required"] == true => bad.extend(["", "+"].map(str::to_owned)),
        "year" => bad.extend(["20", "abcd", "2023-2018"].map(str::to_owned)),
        "class" => bad.extend(["0050", "5.1", "a"].map(str::to_owned)),
        "since" => bad.push("yesterday".to_owned()),
        "cursor" => bad.push("7".to_owned()),
        _ => {}
    }
    (good, bad)
}

#[test]
fn figures_are_those_of_limits() {
    let d = Description::read();
    let number =
        |pointer: &str| d.0.pointer(pointer).and_then(Value::as_u64).unwrap_or_else(|| panic!("{pointer}"));
    let (parameters, schemas) = ("/components/parameters", "/components/schemas");
    for (pointer, limit) in [
        (format!("{parameters}/Words/schema/maxLength"), limits::MAX_QUERY_CHARS as u64),
        (format!("{parameters}/Libraries/schema/maxItems"), limits::MAX_LIBRARIES as u64),
        (format!("{parameters}/Mine/schema/maxItems"), limits::MAX_MINE as u64),
        (format!("{parameters}/Near/schema/maxLength"), limits::MAX_PLACE_CHARS as u64),
        (format!("{parameters}/Find/schema/maxLength"), limits::MAX_PLACE_CHARS as u64),
        (format!("{parameters}/Region/schema/maxLength"), limits::MAX_PLACE_CHARS as u64),
        (format!("{parameters}/Classes/schema/maxItems"), limits::MAX_CLASSES as u64),
        (format!("{schemas}/ClassNumber/maxLength"), limits::MAX_CLASS_CHARS as u64),
        (format!("{parameters}/Publishers/schema/maxItems"), limits::MAX_PUBLISHERS as u64),
        (format!("{parameters}/Publishers/schema/items/maxLength"), limits::MAX_PUBLISHER_CHARS as u64),
        (format!("{parameters}/Volume/schema/maxLength"), limits::MAX_VOLUME_CHARS as u64),
        (format!("{parameters}/Series/schema/maxLength"), limits::MAX_SERIES_CHARS as u64),
        (format!("{parameters}/Limit/schema/maximum"), limits::MAX_LIMIT.into()),
        (format!("{parameters}/Limit/schema/default"), limits::DEFAULT_LIMIT.into()),
        (format!("{parameters}/FromYear/schema/minimum"), limits::FIRST_YEAR.into()),
        (format!("{parameters}/FromYear/schema/maximum"), limits::LAST_YEAR.into()),
        (format!("{parameters}/UntilYear/schema/minimum"), limits::FIRST_YEAR.into()),
        (format!("{parameters}/UntilYear/schema/maximum"), limits::LAST_YEAR.into()),
        (format!("{parameters}/Page/schema/maximum"), limits::MAX_REACH.into()),
        (format!("{parameters}/Suggestions/schema/maximum"), limits::MAX_SUGGESTIONS.into()),
        (format!("{parameters}/Suggestions/schema/default"), limits::DEFAULT_SUGGESTIONS.into()),
        (format!("{parameters}/ListedBooks/schema/maxItems"), limits::MAX_LIST_BOOKS as u64),
        (format!("{schemas}/QueryId/maxLength"), limits::MAX_QUERY_ID_CHARS as u64),
        (format!("{schemas}/SearchAnswer/properties/results/maxItems"), limits::MAX_LIMIT.into()),
        (
            format!("{schemas}/PredictRequest/properties/user_search/maxItems"),
            limits::MAX_PREDICT_WORDS as u64,
        ),
        (format!("{schemas}/PredictRequest/properties/selected_lib/maxItems"), limits::MAX_LIBRARIES as u64),
        (format!("{schemas}/PredictAnswer/properties/result/maxItems"), limits::PREDICT_BOOKS.into()),
        (format!("{schemas}/ChoiceRecord/properties/rank/maximum"), limits::MAX_REACH.into()),
    ] {
        assert_eq!(number(&pointer), limit, "{pointer}");
    }
    let said = |pointer: &str, figure: usize| {
        let text = d.0.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer}"));
        let written = match figure {
            0..1000 => figure.to_string(),
            _ => format!("{},{:03}", figure / 1000, figure % 1000),
        };
        assert!(text.contains(&written), "{pointer}: {written} in {text:?}");
    };
    said("/paths/~1predict/post/requestBody/description", limits::MAX_BODY_BYTES);
    said("/paths/~1user-choice/post/requestBody/description", limits::MAX_CHOICE_BYTES);
    said("/paths/~1admin~1choices/get/summary", limits::EXPORT_PAGE as usize);
    said("/components/responses/UriTooLong/description", limits::MAX_QUERY_STRING_BYTES);
    said("/components/responses/Throttled/description", limits::VISITOR_CHOICES as usize);
    said("/components/responses/Throttled/description", limits::LOCATION_CHOICES as usize);
    said("/components/schemas/UserId/pattern", limits::MAX_USER_ID_CHARS);
}
