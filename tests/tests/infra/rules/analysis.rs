//! Rules for exports of choices and for what asks them: they end, nobody else reads them, a query is bounded and tells nothing of few.

use std::collections::BTreeMap;

use seoga_tests::repository::root;
use serde_json::{Value, json};

use super::rule::{Rule, each, unless};
use super::storage::private;
use crate::stacks::{Stacks, contains, list, texts};

const QUERY: &str = "AWS::Athena::NamedQuery";
const WORK_GROUP: &str = "AWS::Athena::WorkGroup";

pub(super) const RULES: &[Rule] = &[
    ("exports-private", "exports of choices are private", |s| private(s, "analysis", "Exports")),
    ("exports-encrypted", "exports are encrypted", |s| {
        let bucket = exports(s);
        unless(contains(&bucket["BucketEncryption"], "\"SSEAlgorithm\":\"AES256\""), "they are not")
    }),
    (
        "exports-end",
        "exports go when choices go, whatever they are called, and by default after as many days",
        |s| {
            let ends = lifecycle(s).iter().any(|rule| {
                rule["Status"] == "Enabled"
                    && rule["Prefix"].is_null()
                    && rule["ExpirationInDays"] == json!({"Ref": "ChoiceDays"})
                    && rule["NoncurrentVersionExpiration"] == json!({"NoncurrentDays": 1})
            });
            let days = |stack: &str| s.stack(stack)["Parameters"]["ChoiceDays"]["Default"].clone();
            let mut found = unless(ends, "analysis.Exports keeps for ever");
            let (own, choices) = (days("analysis"), days("edge"));
            found
                .extend(unless(own == choices, format!("exports are kept {own} days and choices {choices}")));
            found
        },
    ),
    ("exports-unversioned", "what is erased is gone", |s| {
        unless(exports(s)["VersioningConfiguration"].is_null(), "analysis.Exports keeps versions")
    }),
    ("results-end", "results of queries go within a week at the most", |s| {
        let ends = lifecycle(s).iter().any(|rule| {
            rule["Status"] == "Enabled"
                && rule["Prefix"] == "results/"
                && rule["ExpirationInDays"] == json!({"Ref": "ResultDays"})
        });
        let most = s.stack("analysis")["Parameters"]["ResultDays"]["MaxValue"].as_i64();
        unless(ends && most.is_some_and(|days| days <= 7), "they stay")
    }),
    (
        "scan-limited",
        "a query scans so many bytes, and its result goes where results end, whatever its client says",
        |s| {
            each(
                s,
                WORK_GROUP,
                |group| {
                    let set = group.at("/WorkGroupConfiguration");
                    let result = &set["ResultConfiguration"];
                    set["EnforceWorkGroupConfiguration"] == true
                        && set["BytesScannedCutoffPerQuery"] == json!({"Ref": "ScanBytes"})
                        && texts(&result["OutputLocation"]) == ["s3://${Exports}/results/"]
                        && result["EncryptionConfiguration"]["EncryptionOption"] == "SSE_S3"
                },
                "is not bounded",
            )
        },
    ),
    ("analyst-reads", "an analyst writes results and nothing else, in one workgroup", |s| {
        let ours = s.allowed().into_iter().filter(|(place, _)| place == "analysis.AnalystPolicy");
        let allowed = |(_, one): &(String, &Value)| {
            let on = texts(&one["Resource"]);
            texts(&one["Action"]).iter().all(|action| {
                let within = |end: &str| on.iter().all(|on| on.ends_with(end));
                match action.as_str() {
                    "s3:PutObject" | "s3:AbortMultipartUpload" => within("/results/*"),
                    "athena:StartQueryExecution" | "athena:StopQueryExecution" => {
                        within(":workgroup/${WorkGroup}")
                    }
                    other => ["Get", "List", "BatchGet"]
                        .iter()
                        .any(|verb| other.split(':').nth(1).is_some_and(|name| name.starts_with(verb))),
                }
            })
        };
        let broken: Vec<_> = ours.filter(|one| !allowed(one)).collect();
        broken.into_iter().map(|(place, one)| format!("{place}: {one}")).collect()
    }),
    (
        "table-is-the-export",
        "the table has the columns that the operator's program writes, and no crawler",
        |s| {
            let table = &s.stack("analysis")["Resources"]["Table"]["Properties"]["TableInput"];
            let columns = list(&table["StorageDescriptor"]["Columns"]).iter();
            let declared: Vec<_> = columns.map(|one| (text(&one["Name"]), text(&one["Type"]))).collect();
            let written = written();
            let mut found =
                unless(declared == written, format!("it has {declared:?}, and written are {written:?}"));
            let projected = &table["Parameters"];
            let place = texts(&projected["storage.location.template"]);
            found.extend(unless(
                projected["projection.enabled"] == "true"
                    && projected["projection.day.type"] == "date"
                    && place == ["s3://${Exports}/choices/day=${!day}"],
                "its days are not worked out",
            ));
            found
        },
    ),
    (
        "queries-of-k",
        "a saved query counts visitors, never says who, and tells nothing of fewer than five",
        |s| {
            each(
                s,
                QUERY,
                |query| {
                    let sql = query.at("/QueryString").as_str().unwrap_or_default();
                    let said = sql.rsplit("SELECT").next().unwrap_or_default();
                    let said = if sql.starts_with("WITH") { said } else { sql };
                    let columns =
                        said.split("FROM").next().unwrap_or_default().replace("count(DISTINCT user_id)", "");
                    sql.contains("HAVING count(DISTINCT user_id) >= 5\nORDER BY")
                        && !["user_id", "query_id", "*"]
                            .iter()
                            .any(|column| columns.replace("count(*)", "").contains(column))
                        && *query.at("/WorkGroup") == json!({"Ref": "WorkGroup"})
                        && *query.at("/Database") == json!({"Ref": "Database"})
                },
                "tells more",
            )
        },
    ),
];

fn exports(stacks: &Stacks) -> &Value {
    &stacks.stack("analysis")["Resources"]["Exports"]["Properties"]
}

fn lifecycle(stacks: &Stacks) -> &[Value] {
    list(&exports(stacks)["LifecycleConfiguration"]["Rules"])
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The columns of `SCHEMA` in seoga/src/choices/parquet.rs, with the types that Glue has for them.
fn written() -> Vec<(String, String)> {
    let source = std::fs::read_to_string(root().join("seoga/src/choices/parquet.rs")).unwrap();
    let schema = source.split("message choice {").nth(1).and_then(|rest| rest.split("\";").next()).unwrap();
    let types = BTreeMap::from([
        ("BYTE_ARRAY (STRING)", "string"),
        ("GROUP (LIST)", "array<string>"),
        ("INT32", "int"),
        ("INT64 (TIMESTAMP(MILLIS,true))", "timestamp"),
    ]);
    let column = |line: &str| {
        let line = line.split(['{', ';']).next()?.trim();
        let mut words = line.split(' ').skip(1);
        let (kind, name) = (words.next()?, words.next()?);
        let kind = std::iter::once(kind).chain(words).collect::<Vec<_>>().join(" ");
        Some((name.to_owned(), types.get(kind.as_str()).map_or(kind.clone(), |glue| (*glue).to_owned())))
    };
    schema.lines().filter_map(column).collect()
}
