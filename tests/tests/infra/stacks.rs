//! The `CloudFormation` templates, read together, and what is in them.
//!
//! Invariant: what a template lacks is null or empty, never a panic; the rules say what is missing.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::template::{self, TEMPLATES};

/// All templates, read.
#[derive(Clone)]
pub(crate) struct Stacks(BTreeMap<&'static str, Value>);

/// A resource of a template.
pub(crate) struct Resource<'a> {
    pub(crate) stack: &'static str,
    pub(crate) id: &'a str,
    pub(crate) whole: &'a Value,
}

impl<'a> Resource<'a> {
    /// A member of its properties, by a pointer such as `/Code/S3Key`.
    pub(crate) fn at(&self, pointer: &str) -> &'a Value {
        self.whole.pointer(&format!("/Properties{pointer}")).unwrap_or(&Value::Null)
    }

    pub(crate) fn kind(&self) -> &'a str {
        self.whole["Type"].as_str().unwrap_or_default()
    }
}

impl Stacks {
    /// Reads the templates, one of them with another text than its file's.
    pub(crate) fn with(changed: Option<(&str, &str)>) -> Result<Self, String> {
        let mut stacks = BTreeMap::new();
        for name in TEMPLATES {
            let text = match changed {
                Some((changed, text)) if changed == name => text.to_owned(),
                _ => template::text(name),
            };
            stacks.insert(name, template::read(&text).map_err(|error| format!("{name}.yaml: {error}"))?);
        }
        Ok(Self(stacks))
    }

    pub(crate) fn stack(&self, name: &str) -> &Value {
        &self.0[name]
    }

    pub(crate) fn stacks(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }

    /// Every resource of every template.
    pub(crate) fn resources(&self) -> impl Iterator<Item = Resource<'_>> {
        self.stacks().flat_map(|(stack, template)| {
            let resources = template["Resources"].as_object().into_iter().flatten();
            resources.map(move |(id, whole)| Resource { stack, id, whole })
        })
    }

    /// Every resource of a type.
    pub(crate) fn of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = Resource<'a>> {
        self.resources().filter(move |resource| resource.kind() == kind)
    }

    /// The resource that a `Ref` or `GetAtt` of the edge template names.
    pub(crate) fn named(&self, reference: &Value) -> Option<Resource<'_>> {
        let id = reference["Ref"].as_str().or_else(|| reference["Fn::GetAtt"][0].as_str())?;
        self.resources().find(|resource| resource.stack == "edge" && resource.id == id)
    }

    /// The behaviours of the distribution, the default one last, each with its path.
    pub(crate) fn behaviours(&self) -> Vec<(&str, &Value)> {
        let config = self.distribution();
        let listed = list(&config["CacheBehaviors"]).iter();
        let mut all: Vec<_> =
            listed.map(|one| (one["PathPattern"].as_str().unwrap_or_default(), one)).collect();
        all.push(("default", &config["DefaultCacheBehavior"]));
        all
    }

    /// The configuration of the one distribution.
    pub(crate) fn distribution(&self) -> &Value {
        &self.stack("edge")["Resources"]["Distribution"]["Properties"]["DistributionConfig"]
    }

    /// Every statement of every policy that allows something, with where it stands.
    pub(crate) fn allowed(&self) -> Vec<(String, &Value)> {
        let mut found = Vec::new();
        for resource in self.resources() {
            let inline = list(resource.at("/Policies")).iter().map(|policy| &policy["PolicyDocument"]);
            for document in inline.chain([resource.at("/PolicyDocument")]) {
                for statement in list(&document["Statement"]) {
                    if statement["Effect"] != "Deny" {
                        found.push((format!("{}.{}", resource.stack, resource.id), statement));
                    }
                }
            }
        }
        found
    }

    /// The text of the `CloudFront` Function.
    pub(crate) fn function_code(&self) -> &str {
        let code = &self.stack("edge")["Resources"]["Canonical"]["Properties"]["FunctionCode"]["Fn::Sub"];
        code.as_str().unwrap_or_default()
    }
}

/// Whether a resource stays when its stack goes or another stands in for it.
pub(crate) fn is_kept(resource: &Resource<'_>) -> bool {
    let stays = resource.whole["DeletionPolicy"].as_str();
    stays.is_some_and(|policy| policy.starts_with("Retain"))
        && resource.whole["UpdateReplacePolicy"] == "Retain"
}

/// The members of a list; of anything else none.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The texts of a list, or a text alone; of a substitution the text it is made of.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        Value::Object(_) if value["Fn::Sub"].is_string() => texts(&value["Fn::Sub"]),
        Value::Object(_) => vec![value.to_string()],
        _ => Vec::new(),
    }
}

/// Whether a value's text, at whatever depth, contains another.
pub(crate) fn contains(value: &Value, text: &str) -> bool {
    value.to_string().contains(text)
}

/// A number, or the largest that the parameter it refers to may have.
pub(crate) fn most(stacks: &Stacks, value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let parameter = value["Ref"].as_str()?;
        stacks.stack("edge")["Parameters"][parameter]["MaxValue"].as_i64()
    })
}
