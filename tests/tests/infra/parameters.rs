//! The parameters of the stacks that an operator may give, in infra/README.md as the templates have them.
//!
//! Invariant: a parameter that is in no document is missed here.

use seoga_tests::repository::root;
use serde_json::Value;

use crate::stacks::Stacks;

/// The stacks of a deployment, in their order.
const STACKS: [&str; 4] = ["base", "data", "region", "edge"];

/// Parameters that `seoga deploy` gives by itself (`seoga/src/deploy/aws.rs`).
const GIVEN: [(&str, &[&str]); 2] = [
    ("", &["Prefix"]),
    (
        "edge",
        &[
            "AlarmTopics",
            "ChoiceKey",
            "ChoiceSha256",
            "ChoicesTable",
            "DataRegion",
            "ReleaseBucket",
            "SearchKey",
            "SearchSha256",
            "SigningSecret",
            "SigningSecretVersion",
        ],
    ),
];

/// The table of parameters, as infra/README.md has it.
fn table(stacks: &Stacks) -> String {
    let mut table = String::from("| Parameter | Of | Default | |\n|---|---|---|---|\n");
    for stack in STACKS {
        let parameters = stacks.stack(stack)["Parameters"].as_object();
        let mut parameters: Vec<_> = parameters.into_iter().flatten().collect();
        parameters.sort_by_key(|(name, _)| name.as_str());
        for (name, parameter) in parameters {
            let is_given = |(of, names): &(&str, &[&str])| {
                (of.is_empty() || *of == stack) && names.contains(&name.as_str())
            };
            if !GIVEN.iter().any(is_given) {
                let default = match &parameter["Default"] {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                let what = parameter["Description"].as_str().unwrap_or_default();
                table.push_str(&format!("| `{name}` | {stack} | {default} | {what} |\n"));
            }
        }
    }
    table
}

#[test]
fn the_readme_has_every_parameter_that_an_operator_may_give() {
    let readme = std::fs::read_to_string(root().join("infra/README.md")).unwrap();
    let table = table(&Stacks::with(None).unwrap());
    assert!(table.contains("| `GithubProvider` | base |"), "{table}");
    assert!(readme.contains(&table), "infra/README.md wants this table:\n{table}");
}
