//! The edge functions, what they may do, and that nothing else may do anything.

use serde_json::{Value, json};

use super::rule::{Rule, each, unless};
use crate::limits;
use crate::stacks::{Stacks, contains, is_kept, list, most, texts};

const FUNCTION: &str = "AWS::Lambda::Function";
const VERSION: &str = "AWS::Lambda::Version";
const ROLE: &str = "AWS::IAM::Role";

pub(super) const RULES: &[Rule] = &[
    ("no-variables", "edge functions take no environment variables", |s| {
        each(s, FUNCTION, |f| f.at("/Environment").is_null(), "has variables")
    }),
    ("edge-properties", "no property that Lambda@Edge refuses", refused_properties),
    ("x86-64", "edge functions run on x86_64 alone", |s| {
        each(s, FUNCTION, |f| *f.at("/Architectures") == json!(["x86_64"]), "is not x86_64")
    }),
    ("runtime", "a runtime of the limits file", |s| {
        let known =
            |runtime: &Value| limits::texts("aws.edge_function.runtimes").iter().any(|r| *runtime == **r);
        each(s, FUNCTION, |f| known(f.at("/Runtime")), "has another runtime")
    }),
    ("time-limit", "at most the seconds Lambda@Edge gives", |s| {
        let limit = limits::number("aws.edge_function.timeout_seconds");
        each(
            s,
            FUNCTION,
            |f| (1..=limit).contains(&f.at("/Timeout").as_i64().unwrap_or(0)),
            "may run too long",
        )
    }),
    ("memory", "at most the memory Lambda@Edge gives", |s| {
        let limit = limits::number("aws.edge_function.memory_megabytes");
        each(
            s,
            FUNCTION,
            |f| most(s, f.at("/MemorySize")).is_some_and(|size| size <= limit),
            "may have too much",
        )
    }),
    ("numbered-version", "CloudFront names a version, never the function", numbered),
    ("version-kept", "an earlier version stays, as replicas hold on to it for hours", |s| {
        each(s, VERSION, is_kept, "goes")
    }),
    ("function-kept", "so does a function, or a stack that goes ends in DELETE_FAILED", |s| {
        each(s, FUNCTION, is_kept, "goes")
    }),
    ("new-code-new-version", "a version has the hash of its zip", |s| {
        each(s, VERSION, |v| v.at("/CodeSha256")["Ref"].is_string(), "stays when the code changes")
    }),
    ("edge-trust", "both services may take a function's role, and no other", edge_trust),
    ("own-log-only", "the search function has no right but its own log and the key", |s| {
        rights(s, "SearchRole", &[])
    }),
    ("puts-choices-only", "the choice function may put and update items of one table besides", |s| {
        rights(s, "ChoiceRole", &["dynamodb:PutItem", "dynamodb:UpdateItem"])
    }),
    ("no-action-wildcard", "every action is spelt out", |s| {
        let every = s.allowed().into_iter().flat_map(|(place, statement)| {
            texts(&statement["Action"]).into_iter().map(move |action| (place.clone(), action))
        });
        // The asterisk belongs to the names of these.
        let named = ["lambda:EnableReplication*", "lambda:DisableReplication*"];
        let wild = every.filter(|(_, action)| action.contains('*') && !named.contains(&action.as_str()));
        wild.map(|(place, action)| format!("{place} allows {action}")).collect()
    }),
    ("no-resource-wildcard", "every right is on something", |s| {
        let every = s.allowed().into_iter().flat_map(|(place, statement)| {
            texts(&statement["Resource"]).into_iter().map(move |on| (place.clone(), on))
        });
        // The account is always named or, for buckets, the name begins with ours.
        let named =
            |on: &str| !on.starts_with('*') && !on.starts_with("arn:aws:s3:::*") && !on.contains(":*:*");
        every.filter(|(_, on)| !named(on)).map(|(place, on)| format!("{place} is on {on}")).collect()
    }),
    ("makes-no-logs", "no role may make log groups, which would have no end", |s| {
        let made = |statement: &Value| contains(&statement["Action"], "logs:CreateLogGroup");
        s.allowed().into_iter().filter(|(_, one)| made(one)).map(|(place, _)| place).collect()
    }),
    ("workflow-trust", "the deploying role is for one environment of one repository", |s| {
        let role = &s.stack("base")["Resources"]["DeployRole"]["Properties"]["AssumeRolePolicyDocument"];
        let equal = &role["Statement"][0]["Condition"]["StringEquals"];
        let subject = texts(&equal["token.actions.githubusercontent.com:sub"]);
        unless(
            equal["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
                && subject == ["repo:${Repository}:environment:production"],
            "base.DeployRole trusts more than that",
        )
    }),
    ("no-other-door", "functions are reached through CloudFront alone, and never stream", |s| {
        let doors = [
            "AWS::Lambda::Url",
            "AWS::Lambda::Permission",
            "AWS::ApiGateway::RestApi",
            "AWS::ApiGatewayV2::Api",
        ];
        let found = s.resources().filter(|resource| doors.contains(&resource.kind()));
        found.map(|resource| format!("{}.{} is a {}", resource.stack, resource.id, resource.kind())).collect()
    }),
];

fn refused_properties(stacks: &Stacks) -> Vec<String> {
    let refused = [
        "Layers",
        "VpcConfig",
        "DeadLetterConfig",
        "TracingConfig",
        "KmsKeyArn",
        "FileSystemConfigs",
        "ImageConfig",
        "EphemeralStorage",
        "SnapStart",
        "PackageType",
        "DurableConfig",
    ];
    let mut found = Vec::new();
    for function in stacks.of(FUNCTION) {
        let given = refused.iter().filter(|name| !function.at(&format!("/{name}")).is_null());
        found.extend(given.map(|name| format!("{} has {name}", function.id)));
    }
    found
}

fn numbered(stacks: &Stacks) -> Vec<String> {
    let mut found = Vec::new();
    for (path, behaviour) in stacks.behaviours() {
        for association in list(&behaviour["LambdaFunctionAssociations"]) {
            let named = &association["LambdaFunctionARN"];
            let version =
                named["Ref"].is_string() && stacks.named(named).is_some_and(|r| r.kind() == VERSION);
            found.extend(unless(version, format!("{path} names {named}")));
        }
    }
    found
}

fn edge_trust(stacks: &Stacks) -> Vec<String> {
    let mut found = Vec::new();
    for function in stacks.of(FUNCTION) {
        let role = stacks.named(function.at("/Role")).filter(|role| role.kind() == ROLE);
        let Some(role) = role else {
            found.push(format!("{} has no role of the template", function.id));
            continue;
        };
        let statements = list(role.at("/AssumeRolePolicyDocument/Statement"));
        let trusts = statements.first().map(|one| texts(&one["Principal"]["Service"])).unwrap_or_default();
        let both = statements.len() == 1 && trusts == ["lambda.amazonaws.com", "edgelambda.amazonaws.com"];
        found.extend(unless(both, format!("{} is trusted to {trusts:?}", role.id)));
    }
    found
}

/// The right to read the signing key.
const KEY: &str = "secretsmanager:GetSecretValue";

/// Lists what a function's role has besides the rights to write its own log and to read the key.
fn rights(stacks: &Stacks, role: &str, besides: &[&str]) -> Vec<String> {
    let own = format!("/{}:*", role.trim_end_matches("Role").to_lowercase());
    let mut found = Vec::new();
    let mut seen = Vec::new();
    for (place, statement) in stacks.allowed() {
        if place != format!("edge.{role}") {
            continue;
        }
        let on = texts(&statement["Resource"]);
        for action in texts(&statement["Action"]) {
            let logs = ["logs:CreateLogStream", "logs:PutLogEvents"].contains(&action.as_str());
            let put = besides.contains(&action.as_str());
            let own_log = logs && on.len() == 1 && on[0].ends_with(&own);
            let own_table = put && on.len() == 1 && on[0].ends_with(":table/${ChoicesTable}");
            let own_key =
                action == KEY && on.len() == 1 && on[0].ends_with(":secret:${SigningSecret}-??????");
            found.extend(unless(own_log || own_table || own_key, format!("{role}: {action} on {on:?}")));
            seen.push(action);
        }
    }
    let lacks = besides.iter().chain(&[KEY]).filter(|action| !seen.iter().any(|one| one == *action));
    found.extend(lacks.map(|action| format!("{role} lacks {action}")));
    found
}
