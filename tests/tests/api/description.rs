//! The description, read: its operations, and what references stand for.

use std::collections::BTreeSet;
use std::fs;

use seoga_tests::repository::root;
use serde_json::{Map, Value};

/// Methods of operations; the other members of a path are common to them.
const METHODS: [&str; 7] = ["get", "post", "put", "delete", "options", "patch", "head"];

/// docs/openapi.yaml.
pub(crate) struct Description(pub(crate) Value);

/// An operation.
pub(crate) struct Operation<'a> {
    pub(crate) path: &'a str,
    /// In capitals.
    pub(crate) method: String,
    pub(crate) value: &'a Value,
    common: &'a Value,
}

impl Description {
    pub(crate) fn read() -> Self {
        let text = fs::read_to_string(root().join("docs/openapi.yaml")).unwrap();
        Self(serde_yaml_ng::from_str(&text).unwrap())
    }

    /// Follows a reference to what it stands for.
    pub(crate) fn follow<'a>(&'a self, value: &'a Value) -> &'a Value {
        let Some(reference) = value["$ref"].as_str() else { return value };
        let target = reference.strip_prefix('#').and_then(|pointer| self.0.pointer(pointer));
        target.unwrap_or_else(|| panic!("{reference} leads nowhere"))
    }

    /// Lists the members that an object of a schema may have, in any of its forms.
    pub(crate) fn properties<'a>(&'a self, schema: &'a Value) -> BTreeSet<&'a str> {
        let schema = self.follow(schema);
        match schema["oneOf"].as_array() {
            Some(forms) => forms.iter().flat_map(|form| self.properties(form)).collect(),
            None => members(&schema["properties"]).keys().map(String::as_str).collect(),
        }
    }

    /// Lists the operations of a path.
    pub(crate) fn operations_of<'a>(&'a self, path: &'a str) -> Vec<Operation<'a>> {
        let common = &self.0["paths"][path];
        let methods = METHODS.iter().filter(|method| !common[**method].is_null());
        let operation = |method: &&str| Operation {
            path,
            method: method.to_ascii_uppercase(),
            value: &common[*method],
            common,
        };
        methods.map(operation).collect()
    }

    /// Lists all operations.
    pub(crate) fn operations(&self) -> Vec<Operation<'_>> {
        let paths = members(&self.0["paths"]).keys();
        paths.flat_map(|path| self.operations_of(path)).collect()
    }

    /// Finds the path of the description that a path leads to; one without a variable comes first.
    pub(crate) fn path_of(&self, path: &str) -> Option<&str> {
        let paths = members(&self.0["paths"]);
        let mut fitting: Vec<&String> = paths.keys().filter(|template| leads_to(template, path)).collect();
        // `/books/{isbn13}.ris` is narrower than `/books/{isbn13}`.
        fitting.sort_by_key(|template| (template.matches('{').count(), std::cmp::Reverse(template.len())));
        fitting.first().map(|template| template.as_str())
    }

    /// Gives the schema of a component.
    pub(crate) fn schema(&self, name: &str) -> &Value {
        &self.0["components"]["schemas"][name]
    }
}

impl<'a> Operation<'a> {
    /// Lists its parameters, those of its path first.
    pub(crate) fn parameters(&self, description: &'a Description) -> Vec<&'a Value> {
        let lists = [&self.common["parameters"], &self.value["parameters"]];
        let all = lists.into_iter().filter_map(Value::as_array).flatten();
        all.map(|parameter| description.follow(parameter)).collect()
    }

    /// Lists its parameters of the query string.
    pub(crate) fn query(&self, description: &'a Description) -> Vec<&'a Value> {
        self.parameters(description).into_iter().filter(|parameter| parameter["in"] == "query").collect()
    }

    /// Gives its answer of a status.
    pub(crate) fn response(&self, description: &'a Description, status: u16) -> Option<&'a Value> {
        let response = &self.value["responses"][status.to_string()];
        (!response.is_null()).then(|| description.follow(response))
    }
}

/// The members of an object.
pub(crate) fn members(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap_or_else(|| panic!("{value} is no object"))
}

/// Lists the types of problems that a response shows in its examples.
pub(crate) fn problem_types(response: &Value) -> Vec<&str> {
    let examples = response["content"]["application/problem+json"]["examples"].as_object();
    examples.into_iter().flatten().filter_map(|(_, example)| example["value"]["type"].as_str()).collect()
}

/// Whether a path is of a template; a variable takes no slash and, in the middle of a segment, no dot.
fn leads_to(template: &str, path: &str) -> bool {
    let Some((before, rest)) = template.split_once('{') else { return template == path };
    let after = rest.split_once('}').map_or("", |(_, after)| after);
    let value = path.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    value.is_some_and(|value| !value.is_empty() && !value.contains('/'))
}
