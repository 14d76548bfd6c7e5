//! Rules for what is watched: logs, alarms, the budget; and that every parameter says what it is.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::rule::{Rule, each, unless};
use crate::stacks::{Stacks, contains, list, texts};

const ALARM: &str = "AWS::CloudWatch::Alarm";

/// Fields of an access log that say nothing of a person and nothing of what was searched for.
const IMPERSONAL: [&str; 13] = [
    "timestamp",
    "x-edge-location",
    "cs-method",
    "cs-uri-stem",
    "sc-status",
    "sc-bytes",
    "time-taken",
    "time-to-first-byte",
    "x-edge-result-type",
    "x-edge-detailed-result-type",
    "sc-content-type",
    "cs-protocol-version",
    "ssl-protocol",
];

/// Metrics that must have an alarm.
const WATCHED: [&str; 7] = [
    "5xxErrorRate",
    "ConsumedWriteCapacityUnits",
    "Errors",
    "FailedInvocations",
    "FunctionExecutionErrors",
    "Requests",
    "WriteThrottleEvents",
];

pub(super) const RULES: &[Rule] = &[
    ("logs-end", "log groups have a retention", |s| {
        each(s, "AWS::Logs::LogGroup", |group| !group.at("/RetentionInDays").is_null(), "keeps for ever")
    }),
    ("logs-are-there", "each function writes to a log group that the regions' template makes", |s| {
        let made: Vec<_> =
            s.of("AWS::Logs::LogGroup").flat_map(|group| texts(group.at("/LogGroupName"))).collect();
        each(
            s,
            "AWS::Lambda::Function",
            |function| {
                let group = texts(function.at("/LoggingConfig/LogGroup"));
                group.len() == 1 && made.contains(&group[0])
            },
            "writes to another",
        )
    }),
    (
        "report-lines-kept",
        "the platform's line of each run is kept: its Max Memory Used is what memory is sized by",
        |s| {
            // By Lambda's table of system log levels a report of success is INFO and below WARN; text has no levels.
            let kept = |config: &Value| {
                config["LogFormat"] == "JSON"
                    && ["INFO", "DEBUG"].iter().any(|level| config["SystemLogLevel"] == **level)
            };
            each(s, "AWS::Lambda::Function", |function| kept(function.at("/LoggingConfig")), "drops it")
        },
    ),
    ("access-logs-end", "access logs go in time", |s| {
        let rules =
            &s.stack("edge")["Resources"]["AccessLogs"]["Properties"]["LifecycleConfiguration"]["Rules"];
        let ends = list(rules).iter().any(|r| r["Status"] == "Enabled" && !r["ExpirationInDays"].is_null());
        unless(ends, "edge.AccessLogs keeps for ever")
    }),
    ("logs-without-persons", "no address, cookie, agent or query in an access log", |s| {
        let deliveries: Vec<_> = s.of("AWS::Logs::Delivery").collect();
        let fields = deliveries.iter().flat_map(|one| texts(one.at("/RecordFields")));
        let mut found: Vec<_> = fields.filter(|field| !IMPERSONAL.contains(&field.as_str())).collect();
        // Without a list the platform takes all of them.
        found.extend(unless(
            deliveries.iter().all(|one| !list(one.at("/RecordFields")).is_empty()),
            "every field",
        ));
        found.extend(unless(s.distribution()["Logging"].is_null(), "the older logs, which have addresses"));
        found
    }),
    ("no-samples", "WAF keeps no samples of requests, which have addresses", |s| {
        let waf = s.stack("edge")["Resources"]["Waf"].clone();
        unless(!contains(&waf, "\"SampledRequestsEnabled\":true"), "it does")
    }),
    ("alarms-tell", "every alarm tells somebody", |s| {
        each(s, ALARM, |alarm| *alarm.at("/AlarmActions") == json!([{"Ref": "AlarmTopic"}]), "tells nobody")
    }),
    ("alarms-are-there", "errors, requests, choices and rebuilds are watched", |s| {
        let there: BTreeSet<_> = s.of(ALARM).flat_map(|alarm| texts(alarm.at("/MetricName"))).collect();
        let lacking = WATCHED.iter().filter(|metric| !there.contains(**metric));
        lacking.map(|metric| format!("nothing watches {metric}")).collect()
    }),
    ("topics-take-them", "CloudWatch and the budget may publish, for this account alone", |s| {
        each(
            s,
            "AWS::SNS::TopicPolicy",
            |policy| {
                let one = policy.at("/PolicyDocument/Statement/0");
                let own =
                    one["Condition"]["StringEquals"]["aws:SourceAccount"] == json!({"Ref": "AWS::AccountId"});
                own && contains(&one["Principal"], "cloudwatch.amazonaws.com")
                    && (policy.stack != "edge" || contains(&one["Principal"], "budgets.amazonaws.com"))
            },
            "does not take them",
        )
    }),
    ("chat-reads-only", "the chat channel has no right in the account", |s| {
        let role = &s.stack("edge")["Resources"]["ChatRole"]["Properties"];
        let chat = &s.stack("edge")["Resources"]["Chat"]["Properties"];
        unless(
            role["Policies"].is_null()
                && role["ManagedPolicyArns"].is_null()
                && contains(&chat["GuardrailPolicies"], "AWSDenyAll"),
            "it has some",
        )
    }),
    ("chat-hears-all", "the chat is told the alarms of every stack", |s| {
        let topics = &s.stack("edge")["Resources"]["Chat"]["Properties"]["SnsTopicArns"];
        // The deployment puts the other stacks' outputs together (seoga/src/deploy).
        let told = json!({"Fn::If": [
            "HasAlarmTopics",
            {"Fn::Split": [",", {"Fn::Sub": "${AlarmTopic},${AlarmTopics}"}]},
            [{"Ref": "AlarmTopic"}],
        ]});
        let mut found = unless(*topics == told, format!("it is told {topics}"));
        for alarm in s.of(ALARM).filter(|alarm| alarm.stack != "edge") {
            let output = &s.stack(alarm.stack)["Outputs"]["AlarmTopic"]["Value"];
            found.extend(unless(
                *output == json!({"Ref": "AlarmTopic"}),
                format!("{} does not say where {} goes", alarm.stack, alarm.id),
            ));
        }
        found
    }),
    ("budget", "a month has a budget, told to the topic", |s| {
        each(
            s,
            "AWS::Budgets::Budget",
            |budget| {
                let told = list(budget.at("/NotificationsWithSubscribers"));
                *budget.at("/Budget/BudgetLimit/Amount") == json!({"Ref": "BudgetDollars"})
                    && told.len() >= 2
                    && told.iter().all(|one| one["Subscribers"][0]["Address"] == json!({"Ref": "AlarmTopic"}))
            },
            "is told nobody",
        )
    }),
    ("parameters-described", "every parameter says what it is", |s| {
        parameters(
            s,
            |parameter| parameter["Description"].as_str().is_some_and(|text| text.len() > 20),
            "says nothing",
        )
    }),
    ("parameters-validated", "every parameter says what it takes", |s| {
        let says = ["AllowedPattern", "AllowedValues", "MinValue"];
        parameters(s, |parameter| says.iter().any(|key| !parameter[*key].is_null()), "takes anything")
    }),
];

fn parameters(stacks: &Stacks, holds: impl Fn(&Value) -> bool, complaint: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (stack, template) in stacks.stacks() {
        for (name, parameter) in template["Parameters"].as_object().into_iter().flatten() {
            found.extend(unless(holds(parameter), format!("{stack}.{name} {complaint}")));
        }
    }
    found
}
