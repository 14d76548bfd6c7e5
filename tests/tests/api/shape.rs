//! Transcripts' patterns, and examples, held to schemas: types, members, values, numbers' ranges.
//!
//! An example is a pattern that stands for itself alone. Regular expressions are left to schemathesis.

use serde_json::Value;

use crate::description::{Description, members};

/// Says where a pattern asks for what the schema does not allow, or for a member that it does not describe. `whole`: the
/// pattern is a body, so that what the schema wants is there.
pub(crate) fn fit(d: &Description, schema: &Value, pattern: &Value, whole: bool) -> Result<(), String> {
    let schema = d.follow(schema);
    if let Some(forms) = schema["oneOf"].as_array() {
        let mut wrong = "of no form".to_owned();
        for form in forms {
            match fit(d, form, pattern, whole) {
                Ok(()) => return Ok(()),
                Err(why) => wrong = why,
            }
        }
        return Err(wrong);
    }
    match pattern {
        Value::String(word) if word.starts_with('<') && word.ends_with('>') => stands_for(schema, word),
        Value::Object(wanted) => object(d, schema, wanted, whole),
        Value::Array(elements) => {
            typed(schema, &["array"], pattern)?;
            let elements = match elements.first().and_then(Value::as_str) {
                Some("<each>" | "<some>") => &elements[1..],
                _ => elements,
            };
            elements.iter().try_for_each(|element| fit(d, &schema["items"], element, whole))
        }
        _ => literal(schema, pattern),
    }
}

fn object(
    d: &Description,
    schema: &Value,
    wanted: &serde_json::Map<String, Value>,
    whole: bool,
) -> Result<(), String> {
    typed(schema, &["object"], &"an object".into())?;
    let Some(properties) = schema["properties"].as_object() else { return Ok(()) };
    for (name, pattern) in wanted.iter().filter(|(name, _)| *name != "<only>") {
        let property = properties.get(name).ok_or_else(|| format!("{name} is not described"))?;
        fit(d, property, pattern, whole).map_err(|wrong| format!("{name}: {wrong}"))?;
    }
    if whole || wanted.contains_key("<only>") {
        let mut required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        if let Some(name) = required.find(|name| !wanted.contains_key(*name)) {
            return Err(format!("{name} is wanted and not there"));
        }
    }
    Ok(())
}

/// A word in angle brackets (`seoga_tests::transcript::pattern`).
fn stands_for(schema: &Value, word: &str) -> Result<(), String> {
    let inner = word.trim_matches(['<', '>']);
    if let Some(texts) = inner.strip_prefix("one of ") {
        return texts.split('|').try_for_each(|text| literal(schema, &text.into()));
    }
    match inner.split(' ').next().unwrap_or_default() {
        "any" => Ok(()),
        "string" | "like" => typed(schema, &["string"], &word.into()),
        "number" | "at" => typed(schema, &["integer", "number"], &word.into()),
        "boolean" => typed(schema, &["boolean"], &word.into()),
        "save" => typed(schema, &["string", "integer", "number"], &word.into()),
        _ => Err(format!("{word} is no pattern")),
    }
}

/// Whether a value is one that the schema names, of its type and within its range.
fn literal(schema: &Value, value: &Value) -> Result<(), String> {
    let named = schema["enum"].as_array();
    if named.is_some_and(|values| !values.contains(value))
        || schema.get("const").is_some_and(|one| one != value)
    {
        return Err(format!("{value} is none of its values"));
    }
    let kinds: &[&str] = match value {
        Value::Null => &["null"],
        Value::Bool(_) => &["boolean"],
        Value::Number(number) if number.is_f64() => &["number"],
        Value::Number(_) => &["integer", "number"],
        _ => &["string"],
    };
    typed(schema, kinds, value)?;
    let within = |number: f64| {
        schema["minimum"].as_f64().is_none_or(|least| number >= least)
            && schema["maximum"].as_f64().is_none_or(|most| number <= most)
    };
    if value.as_f64().is_some_and(|number| !within(number)) {
        return Err(format!("{value} is out of its range"));
    }
    Ok(())
}

/// Whether the schema allows one of these types; one without a type names values instead.
fn typed(schema: &Value, kinds: &[&str], value: &Value) -> Result<(), String> {
    let allowed: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        _ => {
            let values = schema["enum"].as_array().into_iter().flatten().chain(schema.get("const"));
            let texts = values.clone().all(Value::is_string) && kinds.contains(&"string");
            let boolean = values.clone().all(Value::is_boolean) && kinds.contains(&"boolean");
            return if texts || boolean { Ok(()) } else { Err(format!("{value} is of another type")) };
        }
    };
    let fits = kinds.iter().any(|kind| allowed.contains(kind));
    if fits { Ok(()) } else { Err(format!("{value} is no {}", allowed.join(" or "))) }
}

#[test]
fn what_is_not_described_does_not_fit() {
    use serde_json::json;
    let d = Description::read();
    let status = d.schema("Status");
    let whole = json!({"generation": "aaaaaaaaaaaaaaaa", "books": 1, "libraries": 2, "built": "2026-01-01"});
    assert_eq!(fit(&d, status, &whole, true), Ok(()));
    for (change, said) in [
        (json!({"more": 1}), "more is not described"),
        (json!({"books": "1"}), "books: \"1\" is no integer"),
        (json!({"books": -1}), "books: -1 is out of its range"),
        (json!({"libraries": "<string>"}), "libraries: \"<string>\" is no integer"),
    ] {
        let mut other = whole.clone();
        other.as_object_mut().unwrap().extend(members(&change).clone());
        assert_eq!(fit(&d, status, &other, true), Err(said.to_owned()));
    }
    assert_eq!(fit(&d, status, &json!({"books": 1}), false), Ok(()));
    assert!(fit(&d, status, &json!({"<only>": true, "books": 1}), false).is_err());
    assert!(fit(&d, d.schema("Suggestion"), &json!({"kind": "<one of title|series>"}), false).is_err());
}
