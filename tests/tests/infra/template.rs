//! `CloudFormation` templates read into plain values: a short tag such as `!Ref X` becomes `{"Ref": "X"}`.
//!
//! Not a resolver: conditions and parameters stay as they are written. Invariant: what does not read is an error that
//! names the line.

use seoga_tests::repository::root;
use serde_json::{Map, Number, Value, json};
use yaml_rust2::Event;
use yaml_rust2::parser::{MarkedEventReceiver, Parser, Tag};
use yaml_rust2::scanner::{Marker, TScalarStyle};

/// The names of the templates, which are those of their files.
pub(crate) const TEMPLATES: [&str; 5] = ["analysis", "base", "data", "edge", "region"];

/// A template's text.
pub(crate) fn text(name: &str) -> String {
    std::fs::read_to_string(root().join(format!("infra/aws/{name}.yaml"))).unwrap()
}

/// Reads a template.
pub(crate) fn read(text: &str) -> Result<Value, String> {
    let mut loader = Loader { open: Vec::new(), document: Value::Null, wrong: None };
    Parser::new_from_str(text).load(&mut loader, false).map_err(|error| error.to_string())?;
    loader.wrong.map_or(Ok(loader.document), Err)
}

/// A collection whose end has not come.
enum Open {
    List(Vec<Value>, Option<Tag>),
    Map(Map<String, Value>, Option<String>, Option<Tag>),
}

struct Loader {
    open: Vec<Open>,
    document: Value,
    wrong: Option<String>,
}

impl MarkedEventReceiver for Loader {
    fn on_event(&mut self, event: Event, mark: Marker) {
        let value = match event {
            Event::Scalar(text, style, _, tag) => {
                let value = if style == TScalarStyle::Plain { plain(&text) } else { Value::String(text) };
                tagged(tag, value)
            }
            Event::SequenceStart(_, tag) => return self.open.push(Open::List(Vec::new(), tag)),
            Event::MappingStart(_, tag) => return self.open.push(Open::Map(Map::new(), None, tag)),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List(list, tag)) => tagged(tag, Value::Array(list)),
                Some(Open::Map(map, _, tag)) => tagged(tag, Value::Object(map)),
                None => return,
            },
            Event::Alias(_) => {
                self.wrong =
                    Some(format!("line {}: an alias, which CloudFormation does not take", mark.line()));
                return;
            }
            _ => return,
        };
        match self.open.last_mut() {
            None => self.document = value,
            Some(Open::List(list, _)) => list.push(value),
            Some(Open::Map(map, key, _)) => match (key.take(), value) {
                (None, Value::String(name)) => *key = Some(name),
                (None, other) => *key = Some(other.to_string()),
                (Some(name), value) => {
                    if map.insert(name.clone(), value).is_some() {
                        self.wrong = Some(format!("line {}: {name} twice", mark.line()));
                    }
                }
            },
        }
    }
}

/// A scalar without quotes.
fn plain(text: &str) -> Value {
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "" | "~" | "null" => Value::Null,
        _ => text.parse::<i64>().map_or_else(|_| json!(text), |number| Value::Number(Number::from(number))),
    }
}

/// Expands a short tag.
fn tagged(tag: Option<Tag>, value: Value) -> Value {
    let Some(tag) = tag.filter(|tag| tag.handle == "!") else { return value };
    let (name, value) = match (tag.suffix.as_str(), value) {
        ("Ref" | "Condition", value) => (tag.suffix.clone(), value),
        ("GetAtt", Value::String(text)) => {
            let (id, attribute) = text.split_once('.').unwrap_or((&text, ""));
            ("Fn::GetAtt".to_owned(), json!([id, attribute]))
        }
        (other, value) => (format!("Fn::{other}"), value),
    };
    json!({ name: value })
}

#[test]
fn short_tags_are_what_they_stand_for() {
    let template =
        read("a: !Ref B\nc: !If [D, !GetAtt E.Arn, !Sub \"${F}\"]\ng: [1, yes, \"2\", true]\n").unwrap();
    assert_eq!(
        template,
        json!({
            "a": {"Ref": "B"},
            "c": {"Fn::If": ["D", {"Fn::GetAtt": ["E", "Arn"]}, {"Fn::Sub": "${F}"}]},
            "g": [1, "yes", "2", true],
        })
    );
    assert!(read("a: 1\na: 2\n").is_err());
}
