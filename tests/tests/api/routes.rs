//! Paths and methods are those of the code, kinds of problems and their statuses too, and every part of the description is
//! used and whole.

use std::collections::{BTreeMap, BTreeSet};

use seoga_app::contract;
use serde_json::Value;

use crate::description::{Description, members, problem_types};
use crate::shape::fit;

/// Static files, which are no routes: the platform serves them.
const FILES: [&str; 2] = ["/index/current.json", "/openapi.json"];
/// Components that no operation can refer to: the answer to every other method, a line of NDJSON.
const SPOKEN_OF: [&str; 2] = ["/components/responses/MethodNotAllowed", "/components/schemas/ChoiceRecord"];

#[test]
fn paths_and_methods_are_those_of_the_routes() {
    let d = Description::read();
    let mut routes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (pattern, allow) in contract::routes() {
        let described = allow.split(", ").filter(|method| *method != "HEAD").map(str::to_owned);
        routes.entry(pattern.to_owned()).or_default().extend(described);
    }
    for file in FILES {
        routes.insert(file.to_owned(), BTreeSet::from(["GET".to_owned()]));
    }
    let mut described: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for operation in d.operations() {
        described.entry(operation.path.to_owned()).or_default().insert(operation.method);
    }
    assert_eq!(described, routes);
}

#[test]
fn operations_have_names_of_their_own() {
    let d = Description::read();
    let mut names = BTreeSet::new();
    for operation in d.operations() {
        let (name, summary) = (&operation.value["operationId"], &operation.value["summary"]);
        assert!(name.is_string() && summary.is_string(), "{} {}", operation.method, operation.path);
        assert!(names.insert(name.as_str().unwrap().to_owned()), "{name} twice");
    }
}

#[test]
fn problems_are_those_of_the_code_with_their_statuses() {
    let d = Description::read();
    let problems: BTreeMap<String, u16> = contract::problems().collect();
    let named = d.schema("Problem")["properties"]["type"]["enum"].as_array().unwrap();
    let named: BTreeSet<&str> = named.iter().filter_map(Value::as_str).collect();
    let ours = problems.keys().map(String::as_str);
    assert_eq!(named, ours.chain(["about:blank"]).collect());

    let mut shown = BTreeSet::new();
    for (name, response) in members(&d.0["components"]["responses"]) {
        for kind in problem_types(response) {
            shown.insert(kind);
            let status = response["content"]["application/problem+json"]["examples"].as_object().unwrap();
            let status = status.values().find(|example| example["value"]["type"] == kind).unwrap();
            let status = status["value"]["status"].as_u64();
            let ours = problems.get(kind).map(|status| u64::from(*status));
            assert!(ours.is_none_or(|ours| status == Some(ours)), "{name}: {kind} is {ours:?}");
        }
    }
    assert_eq!(shown, named, "a kind that no response shows");
    for operation in d.operations() {
        for (status, response) in members(&operation.value["responses"]) {
            let response = d.follow(response);
            for kind in problem_types(response) {
                let ours = problems.get(kind).map(ToString::to_string);
                let at = format!("{} {} {status}: {kind}", operation.method, operation.path);
                assert!(ours.is_none_or(|ours| ours == *status), "{at}");
            }
        }
    }
}

#[test]
fn every_component_is_used_and_every_reference_leads_somewhere() {
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                let own = members.get("$ref").and_then(Value::as_str);
                found.extend(own.and_then(|own| own.strip_prefix('#')).map(str::to_owned));
                members.values().for_each(|value| references(value, found));
            }
            Value::Array(list) => list.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let d = Description::read();
    let mut used = BTreeSet::from(SPOKEN_OF.map(str::to_owned));
    references(&d.0, &mut used);
    let lost: Vec<_> = used.iter().filter(|pointer| d.0.pointer(pointer).is_none()).collect();
    assert!(lost.is_empty(), "they lead nowhere: {lost:?}");
    for part in ["parameters", "headers", "responses", "schemas", "examples"] {
        for name in members(&d.0["components"][part]).keys() {
            assert!(used.contains(&format!("/components/{part}/{name}")), "{part}/{name} is not used");
        }
    }
}

#[test]
fn examples_are_what_their_schemas_say() {
    fn visit(d: &Description, at: &str, value: &Value, seen: &mut usize) {
        if let (Some(examples), false) = (value["examples"].as_object(), value["schema"].is_null()) {
            for (name, example) in examples {
                let fits = fit(d, &value["schema"], &d.follow(example)["value"], true);
                fits.unwrap_or_else(|wrong| panic!("{at} {name}: {wrong}"));
                *seen += 1;
            }
        }
        for (name, member) in value.as_object().into_iter().flatten() {
            visit(d, &format!("{at}/{name}"), member, seen);
        }
    }
    let d = Description::read();
    let mut seen = 0;
    visit(&d, "", &d.0, &mut seen);
    assert!(seen > 25, "{seen} examples");
}
